/* The kernels of the fast search: what is done to a row (one viewer) and a tile (64 candidates) at
 * a time.
 *
 * They decide nothing by themselves. `mask` is exact up to an `unsure` band that the caller settles
 * in binary64; `screen` and `refine` give bounds: a pair that they drop provably cannot beat the
 * thresholds it was held against, a pair that they keep is scored canonically later
 * (engine/match/canonical). Integer results are the same on every instruction set; float results
 * differ only inside the margin that every bound adds (MARGIN below).
 *
 * One table of functions per instruction set, chosen once at start (kernels_select), never changed
 * afterwards. */
#ifndef MATCHD_ENGINE_KERNEL_KERNEL_H
#define MATCHD_ENGINE_KERNEL_KERNEL_H

#include "engine/base/base.h"
#include "engine/base/err.h"

enum {
    KERNEL_GROUPS_MAX = 16, /* groups of four answer slots */
    KERNEL_CODES = 16,      /* codes of a slot; 4 slots x 16 codes = one 64-byte table */
    KERNEL_CONSTRUCTS = 8,
    KERNEL_WORDS_MAX = 2 /* 32-bit words of "answered" bits */
};

/* Added to every upper and taken from every lower bound of a raw score: more than the float
 * arithmetic of screen and refine can be off (isa.h has the sum). */
#define KERNEL_MARGIN 4e-6f

/* --- hard constraints
 * -------------------------------------------------------------------------------------- */

/* 64 candidates' side; lanes past the last person have age 0 and bounds 1..0, so they fail. */
struct mask_tile {
    ALIGNED64 uint8_t age[TILE_LANES], age_min[TILE_LANES], age_max[TILE_LANES];
    ALIGNED64 uint8_t has[TILE_LANES],
        excludes[TILE_LANES]; /* intent and hard_constraint options as bits */
    ALIGNED64 float x[TILE_LANES], y[TILE_LANES], z[TILE_LANES]; /* on the unit sphere */
    ALIGNED64 float chord2[TILE_LANES];                          /* own distance limit */
    ALIGNED64 uint32_t place[TILE_LANES];
};
struct mask_row {
    uint8_t age, age_min, age_max, has, excludes;
    bool by_place; /* either side lacks coordinates: places must be equal, chords are not looked at
                    */
    float x, y, z, chord2;
    uint32_t place;
};
/* Half-width of the band in which float chords cannot decide: CHORD_ABSOLUTE * c + CHORD_SQUARE for
 * a chord of length c <= 2. With u = 2^-24, each end is off by sqrt(3) u / 2 (coordinates rounded),
 * which moves c^2 by 2 sqrt(3) u c + 3 u^2; differences, squares and sums of float add 5 u c^2, the
 * rounded limit u c^2: together at most (3.5 + 12) u c + 3 u^2 = 9.3e-7 c + 1.1e-14. */
#define CHORD_ABSOLUTE 1e-6f
#define CHORD_SQUARE   1e-13f

/* Hull of a tile: what every lane lies within. */
struct mask_hull {
    uint8_t age_low, age_high, window_low, window_high;
    float low[3], high[3];
    float chord2_max;
    bool by_place;
};

/* --- answers
 * ------------------------------------------------------------------------------------------------
 */

/* Code of a slot that is not answered; every table holds 0 there. */
#define KERNEL_CODE_NONE 15

/* How the questionnaire is laid out in slots; the same for all tiles of a view. A slot is an answer
 * (a directional item takes two: the answer, and the attribute that the other's answer is held
 * against). */
struct answer_layout {
    uint32_t groups, words;
    uint32_t constructs;                    /* that need a normalisation of their own */
    uint8_t group_first[KERNEL_CONSTRUCTS]; /* their groups: first .. first + count - 1 */
    uint8_t group_count[KERNEL_CONSTRUCTS];
    bool has_singles; /* group 0 holds constructs of one item each: no ratio needed, W_c is in the
                         tables */
    bool has_strain[KERNEL_CONSTRUCTS]; /* blends .6 score + .4 (1 - strain) */
    bool has_importance[KERNEL_CONSTRUCTS];
    float weight[KERNEL_CONSTRUCTS];          /* W_c */
    float singles_unit;                       /* W_c units of one table unit of the singles */
    float strain_unit;                        /* strain of one table unit */
    uint32_t class_mask[3][KERNEL_WORDS_MAX]; /* which answered bits are of evidence H, M, L */
    float class_share[3];                     /* E / sum of E */
};

/* 64 candidates. In a group, byte 4 * lane + slot. */
struct answer_tile {
    const uint8_t *codes;     /* [groups][256]: slot * 16 + code */
    const uint8_t *fresh;     /* [groups][256]: k of the slot, 0 = not answered; singles: 0 or 1 */
    const uint32_t *answered; /* [words][64] */
    const float *importance;  /* [constructs][64] */
    const uint8_t *children;  /* [64]: 1 = yes, 2 = no; NULL: no penalty */
};

/* One viewer's tables: of each slot and code, a value 128 hi + lo with lo < 128. Values are rounded
 * up and weights down, so that value sums over weight sums never fall below the true score. */
struct answer_row {
    ALIGNED64 uint8_t hi[KERNEL_GROUPS_MAX][64];
    ALIGNED64 uint8_t lo[KERNEL_GROUPS_MAX][64];
    ALIGNED64 uint8_t strain[KERNEL_GROUPS_MAX][64]; /* table units, rounded down */
    uint32_t weight_hi[KERNEL_GROUPS_MAX];           /* four bytes: the weight of each slot */
    uint32_t weight_lo[KERNEL_GROUPS_MAX];
    uint32_t strain_on[KERNEL_GROUPS_MAX]; /* four bytes: 1 where the slot counts for strain */
    uint32_t answered[KERNEL_WORDS_MAX];
    float importance[KERNEL_CONSTRUCTS];
    uint8_t children; /* 1 = yes, 2 = no */
};

/* Integer sums of one row against 64 lanes, by construct (and of the singles): what every
 * instruction set must agree on. */
struct answer_sums {
    int32_t value[KERNEL_CONSTRUCTS + 1][TILE_LANES]; /* last: singles */
    int32_t weight[KERNEL_CONSTRUCTS + 1][TILE_LANES];
    int32_t strain[TILE_LANES], strain_count[TILE_LANES];
    int32_t answered[3][TILE_LANES]; /* by evidence class */
};

/* --- bounds
 * -------------------------------------------------------------------------------------------------
 */

/* The terms of raw (section 5) as factors, from the configuration. */
struct score_terms {
    float fit;                     /* .7 .85 .8 */
    float affinity;                /* .7 .85 .2, of the mutual affinity */
    float missing;                 /* .7 .12 */
    float child;                   /* .7 .15 */
    float side_fit, side_affinity; /* .8, .2 */
    float prior;                   /* affinity of pairs without the visual signal on both sides */
};

/* What a tile pair is held against: by lane of the two tiles. */
struct duel {
    const float *row_reach,
        *lane_reach; /* upper bound of the visual part that depends on one person */
    const float *row_bonus, *lane_bonus; /* .7 (.15 authenticity - risk) as a candidate */
    const float *row_limit, *lane_limit; /* least raw that still counts for this viewer */
    const float *row_slack; /* how far above the truth the row's sides and fit may lie */
};

/* A pair that survived, with upper bounds of its parts. */
enum { SURVIVORS_MAX = TILE_LANES * TILE_LANES };
struct survivors {
    uint32_t count;
    uint16_t pair[SURVIVORS_MAX + 64]; /* row * 64 + lane */
    uint8_t ways[SURVIVORS_MAX + 64];  /* 1: lane for row's viewer, 2: row for lane's viewer */
    float part[SURVIVORS_MAX + 64];    /* fit and missing and child, as they stand in raw */
    float side_ab[SURVIVORS_MAX + 64], side_ba[SURVIVORS_MAX + 64]; /* side_q */
    float lower[SURVIVORS_MAX + 64],
        upper[SURVIVORS_MAX + 64]; /* of raw without bonus, by refine */
    float mutual_lower[SURVIVORS_MAX + 64], mutual_upper[SURVIVORS_MAX + 64];
};

/* --- affinity
 * ------------------------------------------------------------------------------------------------
 */

/* 64 people's vectors at one precision: q with x = scale * q + rest, |rest| <= residual; int8 in
 * -127 .. 127. As floats: scale is 1, and preference_rest bounds the error of the dot product. */
struct vector_tile {
    uint32_t width;         /* elements a vector, a multiple of 64 (floats: 16), padded with 0 */
    const void *preference; /* int8_t, int16_t or float [64][width] */
    const void *features;
    const int32_t *preference_sum, *features_sum; /* int8: sums of q */
    const float *preference_scale, *features_scale;
    const float *preference_rest, *features_rest; /* residual norms, rounded up */
    const float *preference_norm;                 /* of scale * q, rounded up */
    const float *confidence;
};

struct refine_input {
    const struct score_terms *terms;
    const struct vector_tile *rows, *lanes;
    const struct duel *duel;
    float affinity_scale; /* VISUAL_AFFINITY_SCALE */
};

enum kernel_isa { ISA_REF, ISA_AVX2, ISA_AVX512, ISAS };
/* Whose dot products bound the visual part: integers of 8 and 16 bits, or CBLAS's floats (blas.h).
 */
enum kernel_visual { VISUAL_INT8, VISUAL_BLAS, VISUALS };

struct kernels {
    enum kernel_isa isa;
    enum kernel_visual visual;
    const char *name;
    /* Lanes that may pass the hard constraints against the row; *unsure: those within the chord's
     * band. */
    uint64_t (*mask)(const struct mask_tile *tile, const struct mask_row *row, uint64_t *unsure);
    /* Lanes of a tile that may have anybody at all within a hull. */
    uint64_t (*mask_hull)(const struct mask_tile *tile, const struct mask_hull *hull);
    void (*answers)(const struct answer_layout *layout, const struct answer_row *row,
                    const struct answer_tile *tile, struct answer_sums *out);
    /* Appends the lanes that can still reach a limit, for row number `at` of its tile: ways[0] may
     * be offered to the row's viewer, to ways[1] the row may be offered. Returns the lanes without
     * a construct to rank by. */
    uint64_t (*screen)(const struct answer_layout *layout, const struct score_terms *terms,
                       const struct answer_row *row, const struct answer_tile *tile,
                       const struct duel *duel, uint32_t at, const uint64_t ways[2],
                       struct survivors *out);
    /* Sum of products; width a multiple of 64. */
    int32_t (*dot_bytes)(const int8_t *x, const int8_t *y, uint32_t width);
    /* Bounds each survivor with int8 or int16 dot products, sets lower..mutual_upper, drops who
     * cannot reach. VISUAL_BLAS: refine8 takes vectors of floats, refine16 does nothing. */
    void (*refine8)(const struct refine_input *in, struct survivors *survivors);
    void (*refine16)(const struct refine_input *in, struct survivors *survivors);
    /* The same for who has the dot products: by survivor, the row's preference with the lane's
     * features and the reverse. Both arrays have room for 64 more. */
    void (*refine_dots)(const struct refine_input *in, const float *ab, const float *ba,
                        struct survivors *survivors);
};

/* The table of an instruction set; without functions if this machine lacks it. */
const struct kernels *kernels_of(enum kernel_isa isa);
/* Can a machine with these cpu_features run it? */
bool kernels_available(enum kernel_isa isa, uint32_t features);
/* `wanted`: "ref", "avx2", "avx512", or "" / "auto" for the best that `features` allow. */
bool kernels_select(const char *wanted, uint32_t features, const struct kernels **out,
                    struct err *err) MUST_CHECK;
/* Exchanges *kernels for the same instruction set with `wanted`: "int8", "blas", or "" / "auto" for
 * blas where the machine lacks VNNI. */
bool kernels_select_visual(const char *wanted, uint32_t features, const struct kernels **kernels,
                           struct err *err) MUST_CHECK;
/* "int8", "blas" */
const char *kernels_visual_name(const struct kernels *kernels);

#endif
