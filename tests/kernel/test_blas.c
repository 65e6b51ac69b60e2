/* Protects: the door to BLAS: one thread a caller, the right core, and the bound on its errors. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/kernel/blas.h"
#include "engine/kernel/cpu.h"
#include "tests/support/kernel_case.h"

Test(blas, computes_in_the_calling_thread) {
    struct err err;
    cr_assert(blas_start(&err), "%s", err.text);
    cr_log_info("core: %s", blas_core());
}

Test(blas, wrong_cores_are_seen) {
    const uint32_t both = CPU_AVX2 | CPU_AVX512;
    cr_assert_str_eq(blas_core_above("Prescott", both), "SkylakeX");
    cr_assert_str_eq(blas_core_above("Haswell", both), "SkylakeX");
    cr_assert_str_eq(blas_core_above("Prescott", CPU_AVX2), "Haswell");
    cr_assert_str_eq(blas_core_above("Nehalem", CPU_AVX2), "Haswell");
    cr_assert_null(blas_core_above("SkylakeX", both));
    cr_assert_null(blas_core_above("cooperlake", both));
    cr_assert_null(blas_core_above("Zen", CPU_AVX2));
    cr_assert_null(blas_core_above("Haswell", CPU_AVX2));
    cr_assert_null(blas_core_above("Prescott", 0));
}

/* Exact to 2^-60 relatively: far below the bound. */
static long double exact_dot(const float *x, const double *y, uint32_t n) {
    long double sum = 0.0L;
    for (uint32_t i = 0; i < n; i++)
        sum += (long double)x[i] * (long double)y[i];
    return sum;
}

enum { ROWS = 7, COLUMNS = 5, LENGTH_MAX = 512 };

struct vectors {
    float *x, *rounded;
    double *y, norm_x[ROWS], norm_y[COLUMNS];
};

/* Of all sizes: many terms cancel, and the largest decide the rounding. */
static double draw_element(struct draws *draws, uint32_t kind) {
    if (kind == 0)
        return draw_in(draws, -1.0, 1.0);
    if (kind == 1)
        return draw_chance(draws, 0.5) ? 0x1.fffffep-1 : -0x1.fffffdp-1;
    return ldexp(draw_in(draws, -1.0, 1.0), -(int)draw_below(draws, 140));
}

static double norm_of(const double *y, uint32_t n) {
    double sum = 0.0;
    for (uint32_t i = 0; i < n; i++)
        sum += y[i] * y[i];
    return sqrt(sum) * (1.0 + 1e-12);
}

static void draw_vectors(struct vectors *v, struct guarded *memory, struct draws *draws,
                         uint32_t n) {
    v->x = guarded_array(memory, sizeof *v->x * ROWS * n);
    v->rounded = guarded_array(memory, sizeof *v->rounded * COLUMNS * n);
    v->y = guarded_array(memory, sizeof *v->y * COLUMNS * n);
    double wide[LENGTH_MAX];
    uint32_t kind = draw_below(draws, 3);
    for (uint32_t r = 0; r < ROWS; r++) {
        for (uint32_t k = 0; k < n; k++)
            wide[k] = (double)(v->x[r * n + k] = (float)draw_element(draws, kind));
        v->norm_x[r] = norm_of(wide, n);
    }
    for (uint32_t c = 0; c < COLUMNS; c++) {
        for (uint32_t k = 0; k < n; k++)
            v->rounded[c * n + k] = (float)(v->y[c * n + k] = draw_element(draws, kind));
        v->norm_y[c] = norm_of(v->y + c * n, n);
    }
}

static void check_one(float got, const struct vectors *v, uint32_t r, uint32_t c, uint32_t n) {
    long double exact = exact_dot(v->x + r * n, v->y + c * n, n);
    long double error = fabsl((long double)got - exact);
    float bound = blas_dot_error(n, v->norm_x[r], v->norm_y[c]);
    cr_assert(error <= (long double)bound, "%u terms: off by %Lg, stated %g", n, error,
              (double)bound);
}

Test(blas, errors_stay_within_the_bound) {
    static const uint32_t lengths[] = {1, 16, 24, 65, 127, 128, 192, 512};
    struct draws draws = {42};
    for (int round = 0; round < 400; round++) {
        struct guarded *memory = guarded_new();
        uint32_t n = lengths[draw_below(&draws, ARRAY_LEN(lengths))];
        struct vectors v;
        draw_vectors(&v, memory, &draws, n);
        float *out = guarded_array(memory, sizeof *out * ROWS * COLUMNS);
        blas_dots((struct blas_vectors){v.x, ROWS, n}, (struct blas_vectors){v.rounded, COLUMNS, n},
                  out);
        for (uint32_t r = 0; r < ROWS; r++)
            for (uint32_t c = 0; c < COLUMNS; c++) {
                check_one(out[r * COLUMNS + c], &v, r, c, n);
                check_one(blas_dot(v.x + r * n, v.rounded + c * n, n), &v, r, c, n);
            }
        guarded_free(memory);
    }
}

Test(blas, the_bound_is_no_excuse) {
    cr_assert_lt(blas_dot_error(128, 1.0, 1.0), 1e-5f);
    cr_assert_gt(blas_dot_error(128, 1.0, 1.0), 128 * 0x1p-24f);
    cr_assert_eq(blas_dot_error(128, 2.0, 1.0) > blas_dot_error(128, 1.0, 1.0), true);
}
