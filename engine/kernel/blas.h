/* The only door to CBLAS. Its results are floats in an order of summation that depends on the
 * machine: they never decide anything, they bound. How far they may be off is stated here and
 * proven below.
 *
 * Threads are ours, and each calls for itself. Linked is OpenBLAS's build with threads, told to use
 * the calling one only: the serial build of Debian 12 has no locks around the buffers that its
 * callers share, and mixes up products that are computed side by side.
 *
 * Debian's OpenBLAS 0.3.21 does not know newer processors and falls back to kernels of an older one
 * (Intel: Prescott, a quarter of the speed; AMD: Haswell). It reads OPENBLAS_CORETYPE before main,
 * so a program that finds itself with the wrong core sets that variable and starts itself again
 * (blas_better_core).
 *
 * The bound. u = 2^-24. A float sum of n products, in any order and fused or not, is off by gamma_n
 * = n u / (1 - n u) of the sum of |x_i y_i| at most [Higham, Accuracy and Stability of Numerical
 * Algorithms, section 3.1], which is at most |x| |y|. Rounding y to float first moves each element
 * by u |y_i|, hence the product by u |x| |y|, and makes |y| longer by 1 + u. What falls below the
 * normal floats loses 2^-126 at most per operation:
 *
 *     |computed - <x, y>|  <=  (gamma_n (1 + u) + u) |x| |y| + 2 n 2^-126         (x given as
 * floats, y rounded) */
#ifndef MATCHD_ENGINE_KERNEL_BLAS_H
#define MATCHD_ENGINE_KERNEL_BLAS_H

#include "engine/base/base.h"
#include "engine/base/err.h"

/* Tells the library to compute in the calling thread, and checks that it does and that several may
 * call. Before anything else here; any number of times. */
bool blas_start(struct err *err) MUST_CHECK;
/* "SkylakeX", "Haswell", ...: whose kernels it runs. */
const char *blas_core(void);
/* The core to ask for instead, on a machine with these cpu_features; NULL: what runs is as good as
 * any. */
const char *blas_better_core(uint32_t features);
/* The same question about a core by its name. */
const char *blas_core_above(const char *core, uint32_t features);

/* Vectors below each other: element k of vector i is data[i * width + k]. */
struct blas_vectors {
    const float *data;
    uint32_t count, width;
};
/* out[i * y.count + j] = <x_i, y_j>; widths are equal. */
void blas_dots(struct blas_vectors x, struct blas_vectors y, float *out);
/* <x, y> of two vectors, within the same bound. */
float blas_dot(const float *x, const float *y, uint32_t n);

/* The bound above, rounded up, for vectors of n elements with |x| <= norm_x, |y| <= norm_y. */
float blas_dot_error(uint32_t n, double norm_x, double norm_y);

#endif
