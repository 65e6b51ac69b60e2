/* Checks of the kernels of one instruction set, on random and adversarial inputs: called by the
 * Criterion tests, and by a plain program that runs under an emulated CPU (Criterion would start
 * its cases outside the emulator).
 *
 * Whatever the kernels promise is held against binary64 computed in the check from the same inputs,
 * not against another kernel; only integers are compared with `ref`, bit by bit. All inputs and
 * outputs lie at the end of closed pages. A broken promise prints a sentence and aborts. */
#ifndef MATCHD_TESTS_SUPPORT_KERNEL_CASE_H
#define MATCHD_TESTS_SUPPORT_KERNEL_CASE_H

#include "engine/kernel/kernel.h"
#include "tests/support/guarded.h"

NO_RETURN void case_failed(const char *text, ...) PRINTF_LIKE(1, 2);
#define CASE_CHECK(condition, ...) ((condition) ? (void)0 : case_failed(__VA_ARGS__))

/* A fixed stream of numbers. */
struct draws {
    uint64_t state;
};
uint64_t draw_bits(struct draws *draws);
uint32_t draw_below(struct draws *draws, uint32_t n);
double draw_in(struct draws *draws, double low, double high);
bool draw_chance(struct draws *draws, double probability);
/* 64 lanes: none, all, one, few or many. */
uint64_t draw_lanes(struct draws *draws);
/* Does not grow with the dimension: elements of a vector of length 1. */
void draw_unit(struct draws *draws, double *x, uint32_t n);

/* Byte gates, chords and hulls: lanes that exactly pass are never lost, settled lanes are exact. */
void kernel_check_masks(const struct kernels *kernels, uint64_t seed);
void kernel_check_hulls(const struct kernels *kernels, uint64_t seed);
/* Sums equal those of `ref`, and nothing else is written. */
void kernel_check_sums(const struct kernels *kernels, uint64_t seed);
/* Upper bounds are above the truth and near it; nobody who can reach a limit is lost. */
void kernel_check_screen(const struct kernels *kernels, uint64_t seed);
/* The same parts of people from anywhere; nothing else is written. */
void kernel_check_weigh(const struct kernels *kernels, uint64_t seed);
/* The rough bound is that of `ref`, which is near the truth and never above; nothing else is
 * written. Of kernels that have one. */
void kernel_check_sift(const struct kernels *kernels, uint64_t seed);
void kernel_check_sift_row(const struct kernels *kernels, uint64_t seed);
/* Intervals hold the truth and are near it; nobody who can reach a limit is lost. */
void kernel_check_refine(const struct kernels *kernels, uint64_t seed);
/* The same of the table with BLAS in place of integers. */
void kernel_check_blas(const struct kernels *kernels, uint64_t seed);
/* Counts and lists are exact; a limit is never too high, and near. */
void kernel_check_lists(const struct kernels *kernels, uint64_t seed);
/* Dot products of bytes are exact, those of binary64 have the bits that real.h defines. */
void kernel_check_dots(const struct kernels *kernels, uint64_t seed);

/* One questionnaire, one viewer, one tile. */
struct answer_case {
    struct guarded *memory;
    struct answer_layout *layout;
    struct answer_row *row;
    struct answer_tile tile;
};
void answer_case_init(struct answer_case *c, struct draws *draws);
void answer_case_release(struct answer_case *c);

#endif
