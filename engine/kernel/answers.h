/* The questionnaire as the kernels see it: a layout of slots, 64 candidates' codes, one viewer's
 * tables, and sums. How items become slots is match/slots.h. */
#ifndef MATCHD_ENGINE_KERNEL_ANSWERS_H
#define MATCHD_ENGINE_KERNEL_ANSWERS_H

#include "engine/base/base.h"

enum {
    KERNEL_GROUPS_MAX = 16, /* groups of four answer slots */
    KERNEL_CODES = 16,      /* codes of a slot; 4 slots x 16 codes = one 64-byte table */
    KERNEL_CONSTRUCTS = 8,
    KERNEL_WORDS_MAX = 2 /* 32-bit words of "answered" bits */
};

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

/* Candidates from anywhere have a record each: where in it what lies, in bytes. All but `children`
 * are dwords as in a tile. */
struct answer_record {
    uint32_t fresh;      /* [groups]; codes [groups] come first */
    uint32_t importance; /* [constructs] */
    uint32_t answered;   /* [words] */
    uint32_t children;   /* a dword: 1 = yes, 2 = no */
    uint32_t size;       /* whole cache lines */
};

static inline struct answer_record answer_record_of(const struct answer_layout *layout) {
    struct answer_record r = {.fresh = layout->groups * 4};
    r.importance = r.fresh * 2;
    r.answered = r.importance + layout->constructs * 4;
    r.children = r.answered + layout->words * 4;
    r.size = (r.children + 4 + CACHE_LINE - 1) / CACHE_LINE * CACHE_LINE;
    return r;
}

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
    /* Set by answer_row_derive, from the rest. */
    float weight[KERNEL_CONSTRUCTS];   /* W_c imp_c */
    uint32_t own[3][KERNEL_WORDS_MAX]; /* answered, by evidence class */
};

void answer_row_derive(const struct answer_layout *layout, struct answer_row *row);

/* Integer sums of one row against 64 lanes, by construct (and of the singles): what every
 * instruction set must agree on. */
struct answer_sums {
    int32_t value[KERNEL_CONSTRUCTS + 1][TILE_LANES]; /* last: singles */
    int32_t weight[KERNEL_CONSTRUCTS + 1][TILE_LANES];
    int32_t strain[TILE_LANES], strain_count[TILE_LANES];
    int32_t answered[3][TILE_LANES]; /* by evidence class */
};

#endif
