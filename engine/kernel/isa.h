/* What the files of one instruction set offer to the table, and the margins that they share. Not
 * for others. */
#ifndef MATCHD_ENGINE_KERNEL_ISA_H
#define MATCHD_ENGINE_KERNEL_ISA_H

#include "engine/kernel/kernel.h"

void kernels_mask_ref(struct kernels *table);
void kernels_answers_ref(struct kernels *table);
void kernels_affinity_ref(struct kernels *table);
void kernels_mask_avx2(struct kernels *table);
void kernels_answers_avx2(struct kernels *table);
void kernels_affinity_avx2(struct kernels *table);
void kernels_mask_avx512(struct kernels *table);
void kernels_answers_avx512(struct kernels *table);
void kernels_affinity_avx512(struct kernels *table);

/* The same pair by pair, for whoever has the affinities as intervals [lower, upper]: sets
 * lower..mutual_upper. */
void bound_survivor(const struct refine_input *in, struct survivors *s, uint32_t at,
                    const float ab[2], const float ba[2]);
/* Moves a bounded survivor from `from` to `to` with the ways that can still reach; false: none can.
 */
bool keep_survivor(const struct duel *duel, struct survivors *s, uint32_t from, uint32_t to);

/* An approximate reciprocal of relative error 2^-14, taken upwards. */
#define RECIPROCAL_UP (1.0f + 0x1p-13f)
/* Absolute error of the float sigmoid in refine, both ways. */
#define SIGMOID_ERROR 2e-6f

#endif
