/* Dot products that every instruction set must agree on: of bytes as integers, of binary64 bit by
 * bit. */
#include <math.h>
#include <string.h>

#include "engine/kernel/dot.h"
#include "tests/support/kernel_case.h"

enum { LENGTH_MAX = 512, OTHERS_MAX = 9 };

static int8_t *draw_bytes(struct guarded *memory, struct draws *draws, uint32_t width) {
    static const int8_t extremes[] = {-127, 127};
    int8_t *x = guarded_array(memory, width);
    bool extreme = draw_chance(draws, 0.2);
    int8_t most = extremes[draw_below(draws, 2)];
    for (uint32_t i = 0; i < width; i++)
        x[i] = extreme ? most : (int8_t)((int)draw_below(draws, 255) - 127);
    return x;
}

static void check_bytes(const struct kernels *kernels, struct guarded *memory,
                        struct draws *draws) {
    static const uint32_t widths[] = {64, 128, 192, 512};
    uint32_t width = widths[draw_below(draws, ARRAY_LEN(widths))];
    uint32_t count = draw_below(draws, OTHERS_MAX + 1);
    const int8_t *x = draw_bytes(memory, draws, width);
    const int8_t **y = guarded_array(memory, count * sizeof *y);
    int32_t *got = guarded_array(memory, count * sizeof *got);
    for (uint32_t k = 0; k < count; k++)
        y[k] = draw_bytes(memory, draws, width);
    kernels->dots_bytes(x, y, count, width, got);
    for (uint32_t k = 0; k < count; k++) {
        int32_t wanted = 0;
        for (uint32_t i = 0; i < width; i++)
            wanted += x[i] * y[k][i];
        CASE_CHECK(got[k] == wanted, "%s: %d instead of %d over %u bytes, %u of %u", kernels->name,
                   got[k], wanted, width, k, count);
    }
}

/* Numbers of all sizes: the order of a sum shows in its last bits. */
static double draw_number(struct draws *draws) {
    return ldexp(draw_in(draws, -1.0, 1.0), (int)draw_below(draws, 60) - 30);
}

/* Sixteen partial sums, added pairwise: real.h. */
static double sum_of_products(const double *x, const double *y, uint32_t n) {
    double s[16] = {0.0};
    for (uint32_t i = 0; i < n; i++)
        s[i % 16] += x[i] * y[i];
    for (uint32_t half = 8; half > 0; half /= 2)
        for (uint32_t j = 0; j < half; j++)
            s[j] += s[j + half];
    return s[0];
}

typedef double (*dot_doubles)(const double *, const double *, uint32_t);
typedef double (*dot_mixed)(const float *, const double *, uint32_t);

static void check_doubles(const struct kernels *kernels, struct guarded *memory,
                          struct draws *draws) {
    static const dot_doubles doubles[ISAS] = {real_dot16_plain, dot_avx2, dot_avx512};
    static const dot_mixed mixed[ISAS] = {real_dot16_mixed_plain, dot_mixed_avx2, dot_mixed_avx512};
    uint32_t n = 16 * draw_below(draws, LENGTH_MAX / 16 + 1);
    double *x = guarded_array(memory, n * sizeof *x), *y = guarded_array(memory, n * sizeof *y);
    double *wide = guarded_array(memory, n * sizeof *wide);
    float *narrow = guarded_array(memory, n * sizeof *narrow);
    for (uint32_t i = 0; i < n; i++) {
        x[i] = draw_number(draws);
        y[i] = draw_number(draws);
        narrow[i] = (float)x[i];
        wide[i] = (double)narrow[i];
    }
    double got[2] = {doubles[kernels->isa](x, y, n), mixed[kernels->isa](narrow, y, n)};
    double wanted[2] = {sum_of_products(x, y, n), sum_of_products(wide, y, n)};
    CASE_CHECK(memcmp(got, wanted, sizeof got) == 0, "%s: %.17g and %.17g, not %.17g and %.17g",
               kernels->name, got[0], got[1], wanted[0], wanted[1]);
}

void kernel_check_dots(const struct kernels *kernels, uint64_t seed) {
    struct draws draws = {seed};
    struct guarded *memory = guarded_new();
    check_bytes(kernels, memory, &draws);
    check_doubles(kernels, memory, &draws);
    guarded_free(memory);
}
