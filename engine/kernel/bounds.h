/* What bounds are held against and what they leave: terms of raw, limits, survivors; vectors of two
 * tiles. */
#ifndef MATCHD_ENGINE_KERNEL_BOUNDS_H
#define MATCHD_ENGINE_KERNEL_BOUNDS_H

#include "engine/base/base.h"
#include "engine/kernel/answers.h"
#include "engine/kernel/sift.h"

/* Added to every upper and taken from every lower bound of a raw score: more than the float
 * arithmetic of screen, sift and refine can be off (isa.h has the sum). */
#define KERNEL_MARGIN 4e-6f

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

struct screening {
    const struct answer_layout *layout;
    const struct score_terms *terms;
    const struct answer_row *rows; /* [TILE_LANES]; those asked for are filled */
    const struct answer_tile *tile;
    const struct duel *duel;
};

/* Pairs of the rows of a tile with people anywhere, sorted by row: whose parts are asked for. */
struct weighing {
    const struct answer_layout *layout;
    const struct score_terms *terms;
    const struct answer_row *rows; /* [TILE_LANES]; those that have pairs are filled */
    const uint8_t *records;        /* answer_record_of the layout, by position */
    const uint32_t *first;         /* [TILE_LANES + 1]: of each row's people in `who` */
    const uint32_t *who;           /* positions; WEIGH_EXTRA more may be any that there are */
};
/* As in struct survivors, by place in `who`, with room for WEIGH_EXTRA more. */
enum { WEIGH_EXTRA = 64 };
struct weighed {
    float *part, *side_ab, *side_ba;
};

struct sifting {
    const struct sift_layout *layout;
    const struct sift_row *rows; /* [TILE_LANES]; those asked for are filled */
    const uint8_t *tile;         /* sift_planes */
    const struct duel *duel;
};

/* Limits are found to so much; what counts is that they are never too high. */
#define SELECT_RESOLUTION 2e-5f

/* A pair that survived, with upper bounds of its parts. */
enum { SURVIVORS_MAX = TILE_LANES * TILE_LANES };
struct survivors {
    uint32_t count;
    uint16_t pair[SURVIVORS_MAX + 64]; /* row * 64 + lane */
    uint8_t ways[SURVIVORS_MAX + 64];  /* 1: lane for row's viewer, 2: row for lane's viewer */
    int16_t loss[SURVIVORS_MAX + 64];  /* by sift: what comes off the layout's base, in units */
    float part[SURVIVORS_MAX + 64];    /* fit and missing and child, as they stand in raw */
    float side_ab[SURVIVORS_MAX + 64], side_ba[SURVIVORS_MAX + 64]; /* side_q */
    float lower[SURVIVORS_MAX + 64],
        upper[SURVIVORS_MAX + 64]; /* of raw without bonus, by refine */
    float mutual_lower[SURVIVORS_MAX + 64], mutual_upper[SURVIVORS_MAX + 64];
};

/* How far above a floor an interval must lie to clear it for certain. */
#define FLOOR_MARGIN 4e-6f
#define LEAST_MARGIN 2e-6f /* the same for the least mutuality */
#define KEY_MARGIN   1e-6f /* for the roundings from raw to key */

/* Who may be among a viewer's best. */
struct candidate {
    float lower, upper; /* of the key; lower -inf: not certain to be offerable at all */
    uint32_t who;       /* position << 6 | lane of the viewer */
};

/* What survivors are held against to become candidates of one of the two tiles' people, the
 * viewers; arrays by lane. */
struct pushing {
    const float *floor, *least, *low_least; /* viewers': least raw; least mutuality, two kinds */
    const bool *low, *other_low; /* either side's makes the least mutuality the low one */
    const float *bonus;          /* the others', as candidates */
    uint32_t first_other;        /* position of the others' lane 0 */
    float offset;                /* key - raw */
    uint8_t way;                 /* 1: the viewers are the rows, 2: the lanes */
    bool exact;                  /* false: nobody is certain to be offerable */
};

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
    float affinity_scale;            /* VISUAL_AFFINITY_SCALE */
    const struct sift_layout *sieve; /* refine8: of survivors by sift, whose loss is all that is
                                        known; who is dropped is all that is asked for. Or NULL */
    const uint8_t *biased_preference, *biased_features; /* sieve: the rows' bytes, + 128 */
    const struct vector_tile *next_lanes; /* sieve: what dots will read; fetched if given */
};

#endif
