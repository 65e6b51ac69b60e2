/* The one order of summation of real.h, on wide registers: the same products, the same partial
 * sums, the same bits. Called by real_dot16 and real_dot16_mixed where the machine has the
 * registers; n is a multiple of 16. */
#ifndef MATCHD_ENGINE_KERNEL_DOT_H
#define MATCHD_ENGINE_KERNEL_DOT_H

#include "engine/base/base.h"

/* The reference, in real.c. */
double real_dot16_plain(const double *x, const double *y, uint32_t n);
double real_dot16_mixed_plain(const float *x, const double *y, uint32_t n);

double dot_avx2(const double *x, const double *y, uint32_t n);
double dot_mixed_avx2(const float *x, const double *y, uint32_t n);
double dot_avx512(const double *x, const double *y, uint32_t n);
double dot_mixed_avx512(const float *x, const double *y, uint32_t n);

#endif
