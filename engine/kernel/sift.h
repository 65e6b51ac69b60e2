/* Bound 1, roughly and for thirty-two pairs at a time: an upper bound of the questionnaire's part
 * of raw, in integers of 16 bits.
 *
 * With loss = 1 - score, and a construct without a common answer counted as perfect (a mean does
 * not fall when ones join it), every weighted mean has the same divisor for all lanes:
 *
 *   fit and both sides  <=  f + 2 h - sum over c of loss_c W_c ( f / sum(W) + h imp_c(a) / sum(W
 *                           imp(a)) + h imp_c(b) / sum(W imp(b)) )
 *
 * with f = terms.fit, h = .15 terms.side_fit (mutuality is at most the mean of both sides), sums
 * over all constructs. A loss is a sum of slots over a sum of weights,
 *
 *   loss_c >= sum of loss * fresh / sum of weight * fresh
 *
 * with losses rounded down and weights rounded up to bytes. The quotient is one step of Newton's
 * from any guess r of 1 / weight: r (2 - weight r) is never above it.
 *
 * All that is subtracted is a whole number of units of 2^-unit_bits of raw; whatever is rounded
 * makes the bound looser, never wrong. Every instruction set computes the same integers. */
#ifndef MATCHD_ENGINE_KERNEL_SIFT_H
#define MATCHD_ENGINE_KERNEL_SIFT_H

#include "engine/kernel/answers.h"

enum {
    SIFT_PAIRS_MAX = 2 * KERNEL_GROUPS_MAX, /* pairs of slots: two to a group */
    SIFT_WORDS_MAX = 6,                     /* words of 16 answered bits, each of one class */
    SIFT_FRESH_MAX = 63,
    SIFT_FACET = 64,     /* a sum of strain tables counts facets in its upper bits */
    SIFT_UNIT_BITS = 13, /* at most */
    SIFT_TWO = 8191 * 8, /* 2, less what a product may lack, in 2^-15 */
    SIFT_COEF_BITS = 5   /* factors of a loss are in units of 2^-(unit_bits + this) */
};

/* The same for all tiles of a view. */
struct sift_layout {
    uint32_t constructs, pairs;
    uint8_t singles;                  /* pairs of slots of group 0, if that is theirs */
    uint8_t first[KERNEL_CONSTRUCTS]; /* pairs of slots of each construct */
    uint8_t count[KERNEL_CONSTRUCTS];
    ALIGNED64 uint16_t shift[64]; /* of each slot's 15-bit table, so that no sum overflows 16 */
    uint64_t answers, attributes; /* slots of directional items: match/slots.h */
    bool has_strain[KERNEL_CONSTRUCTS], has_importance[KERNEL_CONSTRUCTS];
    uint8_t words[3];  /* of answered bits, by class */
    uint16_t share[3]; /* what a common answer takes off `missing`, in 2^-(unit_bits + 5), up */
    uint8_t unit_bits; /* 0: there is no such form, screen instead */
    uint8_t singles_factor; /* units of a table unit of the singles, a power of two below 128 */
    uint16_t child;         /* units */
    /* W_c / sum(W), of strained ones .6 of it, in 2^-(unit_bits + 5); of constructs whose
     * importance is 1 for everybody. */
    uint16_t weight[KERNEL_CONSTRUCTS];
    uint16_t plain[KERNEL_CONSTRUCTS]; /* W_c f / sum(W), likewise, of the other constructs */
    uint16_t even;                     /* f in 2^-16 */
    uint16_t singles_scale;            /* 2^-16 of a unit of the singles' 15-bit tables */
    /* By number of common facets: .4 W_c / sum(W) a strain unit, in 2^-(unit_bits + 6). */
    ALIGNED64 uint16_t strain[32];
    /* By common singles (bits): what else is lost, as a share of what is. A construct without a
     * common answer loses as much as the mean of the others, which the weights of all singles that
     * are not common tell from below. In 2^-16. */
    ALIGNED64 uint16_t absent[32];
    float base; /* f + 2 h - terms.missing, up */
};

/* 64 candidates: planes of 128 bytes, two bytes a lane, so that one address and constant distances
 * reach all that thirty-two lanes need.
 *
 *   2 p        codes of a pair of slots: slot of the group * 16 + code
 *   2 p + 1    freshness: a multiple of k that is at most SIFT_FRESH_MAX, the same multiple for all
 *              of a construct; 0: not answered
 *   then       answered bits, a plane a word
 *   then       by construct: W_c h imp_c / sum(W imp), 2^-(unit_bits + 5)
 *   then       h sum(W) / sum(W imp), 2^-16
 *   then       children: 1 = yes, 2 = no, else 3
 *   then       which of the singles are answered: a bit for each slot */
enum { SIFT_PLANE = 2 * TILE_LANES };
struct sift_planes {
    uint32_t answered, weighed, even, children, singles, count;
};

static inline struct sift_planes sift_planes_of(uint32_t pairs, const uint8_t words[3],
                                                uint32_t constructs) {
    uint32_t answered = 2 * pairs, weighed = answered + words[0] + words[1] + words[2];
    uint32_t even = weighed + constructs;
    return (struct sift_planes){answered, weighed, even, even + 1, even + 2, even + 3};
}

/* A number in both halves: a broadcast of 32 bits gives 16-bit lanes. */
#define SIFT_TWICE(x) ((uint32_t)(x)*0x10001u)

/* One viewer. */
struct sift_row {
    ALIGNED64 uint32_t weight[SIFT_PAIRS_MAX]; /* two bytes, twice */
    uint32_t answered[SIFT_WORDS_MAX];         /* twice, like the rest */
    uint32_t weighed[KERNEL_CONSTRUCTS];       /* W_c (f / sum(W) + h imp_c / sum(W imp)) */
    uint32_t even;                             /* f + h sum(W) / sum(W imp) */
    uint32_t singles;                          /* bits */
    uint32_t children; /* 3 - children: who differs; of who says neither, 0 */
    ALIGNED64 uint8_t loss[KERNEL_GROUPS_MAX][64]; /* by code; 0 for "not answered" */
    uint8_t strain[KERNEL_GROUPS_MAX]
                  [64]; /* of groups of strained constructs: SIFT_FACET + units */
};

/* 1 / weight in eight bits, by its six highest ones: 2^20 / weight, at most 255. These are the
 * upper half of a guess of sixteen bits; the lower one, where anything would do, is what a look-up
 * of weight / 4 finds by its lower byte. */
extern const uint8_t sift_reciprocals[64] __attribute__((aligned(64)));

#endif
