/* What the files of one instruction set offer to the table, and the margins that they share. Not
 * for others. */
#ifndef MATCHD_ENGINE_KERNEL_ISA_H
#define MATCHD_ENGINE_KERNEL_ISA_H

#include "engine/kernel/kernel.h"

void kernels_mask_ref(struct kernels *table);
void kernels_answers_ref(struct kernels *table);
void kernels_weigh_ref(struct kernels *table);
void kernels_affinity_ref(struct kernels *table);
void kernels_dot_bytes_ref(struct kernels *table);
void kernels_lists_ref(struct kernels *table);
void kernels_mask_avx2(struct kernels *table);
void kernels_answers_avx2(struct kernels *table);
void kernels_affinity_avx2(struct kernels *table);
void kernels_dot_bytes_avx2(struct kernels *table);
void kernels_mask_avx512(struct kernels *table);
void kernels_answers_avx512(struct kernels *table);
void kernels_screen_avx512(struct kernels *table);
void kernels_weigh_avx512(struct kernels *table);
void kernels_sift_ref(struct kernels *table);
void kernels_sift_avx512(struct kernels *table);
void kernels_sift_row_avx512(struct kernels *table);
void kernels_affinity_avx512(struct kernels *table);
void kernels_dot_bytes_avx512(struct kernels *table);
void kernels_lists_avx512(struct kernels *table);
/* Turns a filled table into one with VISUAL_BLAS. */
void kernels_affinity_blas(struct kernels *table);

/* mask_rows by a mask. */
static inline void mask_rows_by(uint64_t (*mask)(const struct mask_tile *, const struct mask_row *,
                                                 uint64_t *),
                                const struct mask_tile *tile, const struct mask_tile *rows,
                                uint64_t which, bool by_place, struct mask_ways *out) {
    for (uint64_t left = which; left != 0; left &= left - 1) {
        uint32_t at = (uint32_t)__builtin_ctzll(left);
        struct mask_row row = mask_row_of(rows, at, by_place);
        out->lanes[at] = mask(tile, &row, &out->unsure[at]);
    }
}

/* What refine says of one pair, for whoever has the affinities as intervals [lower, upper]: sets
 * lower..mutual_upper. */
void survivors_bound(const struct refine_input *in, struct survivors *s, uint32_t at,
                     const float ab[2], const float ba[2]);
/* Moves a bounded survivor from `from` to `to` with the ways that can still reach; false: none can.
 */
bool survivors_keep(const struct duel *duel, struct survivors *s, uint32_t from, uint32_t to);

/* A lower end of the rank-th greatest value, within SELECT_RESOLUTION: by bisection between the
 * least and the greatest, because a pass over the values is a few instructions. */
static inline float select_between(const float *values, uint32_t count, uint32_t rank,
                                   const float range[2],
                                   uint32_t (*count_from)(const float *, uint32_t, float)) {
    float low = range[0], high = range[1];
    while (high - low > SELECT_RESOLUTION) {
        float middle = low + (high - low) / 2.0f;
        uint32_t above = count_from(values, count, middle);
        if (above < rank)
            high = middle;
        else
            low = middle;
        if (above == rank)
            break;
    }
    return low;
}

/* --- why the margins hold ------------------------------------------------------------------------
 *
 * u = 2^-24 is half a unit in the last place of 1. All terms of raw lie in -2 .. 2, weights and
 * factors in 0 .. 2.
 *
 * Ratios (screen, weigh). A ratio is value * reciprocal * RECIPROCAL_UP, with a reciprocal that is
 * off by 2^-14 relatively at most (vrcp14ps; a true division elsewhere). So it is too high by
 * between 2^-14 and 2^-13 + 2^-14, less roundings: the conversion of both sums (u each), two
 * products. A fit is a second such ratio, of two sums over at most nine constructs: 2 * 20 u of
 * roundings, all terms positive. 46 u = 2.8e-6 in all, far below the 6.1e-5 that each ratio is
 * taken up: fits and sides are upper bounds by themselves, by at most 2 (2^-13 + 2^-14) (the
 * caller's slack). A ratio held down to 1 may lack u, which the second one makes up for. Strain is
 * taken down by 2^-12 for one reciprocal of at most + 2^-13 + 2^-14; 1 - strain is rounded by u.
 *
 * What is left is the addition of the parts: `missing` is off by 3 shares (u each) and 3 sums;
 * factors are rounded once (u); fit, penalties, two sides, two reaches, the margin and the bonus
 * are eight sums of values below 2 (2 u each): 30 u = 1.8e-6 < KERNEL_MARGIN.
 *
 * Losses (sift) are integers, rounded down. What they are held against is a sum of the base, two
 * reaches, the margin, a bonus and a limit: five sums of values below 4 (4 u each), 20 u = 1.2e-6;
 * its units are powers of two and taken up.
 *
 * Sigmoids (refine). The rests of the vectors hold the rounding of the dot product (their maker
 * adds 2^-21 of the norm; conversion and two products take 3 u). x = scale * (dot +- error) has a
 * relative error of 3 u, which moves the sigmoid by .224 * 3 u, since |x sigmoid'(x)| <= .224. exp
 * is off by 4e-7 relatively (degree 6, remainder r^7 / 7! at r = ln 2 / 2, Horner), the sigmoid by
 * a quarter of that; sum, quotient, the blend with the confidence: 5 u. Together 4e-8 + 1e-7 + 3e-7
 * < SIGMOID_ERROR, absolutely, which is added before the roots: a root of something near 0 would
 * blow it up.
 *
 * A sieve takes 2^t, t = -x log2 e, by a cubic in t - floor t that is never above (1 - 2^-13) times
 * the truth, its roundings included, and relatively 2^-12 below that at most; with (1 - 2^-13) for
 * the 1, the reciprocal of their sum is above the sigmoid by itself: 2^-13 is more than the 2^-14
 * of vrcp14ps and two roundings. t has two roundings more than x, 2 * .224 u. The errors of dot
 * products are taken up to eight bits, which only widens. What SIGMOID_ERROR covers is left.
 * There, the root comes by vrsqrt14ps (2^-14) and is taken up by 2^-13: of a product that is never
 * 0, because an affinity is SIGMOID_ERROR at least, less 2 u. In place of mutuality stands the mean
 * of both sides, which is never less: sums alone.
 *
 * Score (refine). The root of a product: 2 u relatively, 2 u of a value below 1. Sides: 4 u, and
 * mutuality rises with slope 2 at most in either, plus 4 u of its own. Sums: part, root and
 * mutuality, the bonus, the margin: 4 sums of values below 2, 2 u each. The contract's 1e-9 in the
 * denominator lowers mutuality by less than 1e-9. Together below 32 u = 1.9e-6 < KERNEL_MARGIN. */

/* An approximate reciprocal of relative error 2^-14, taken upwards. */
#define RECIPROCAL_UP (1.0f + 0x1p-13f)
/* Absolute error of the float sigmoid in refine, both ways. */
#define SIGMOID_ERROR 2e-6f

#endif
