/* Sixteen partial sums in four registers; multiplied, rounded, then added: no fused operation. */
#include "engine/kernel/dot.h"

#include <immintrin.h>

/* s[j] += s[j + 8], then 4, 2, 1. */
static inline double fold(const __m256d s[4]) {
    __m256d low = _mm256_add_pd(s[0], s[2]), high = _mm256_add_pd(s[1], s[3]);
    __m256d s4 = _mm256_add_pd(low, high);
    __m128d s2 = _mm_add_pd(_mm256_castpd256_pd128(s4), _mm256_extractf128_pd(s4, 1));
    return _mm_cvtsd_f64(_mm_add_sd(s2, _mm_unpackhi_pd(s2, s2)));
}

double dot_avx2(const double *x, const double *y, uint32_t n) {
    __m256d s[4] = {_mm256_setzero_pd(), _mm256_setzero_pd(), _mm256_setzero_pd(),
                    _mm256_setzero_pd()};
    for (uint32_t i = 0; i < n; i += 16)
        for (uint32_t j = 0; j < 4; j++)
            s[j] = _mm256_add_pd(s[j], _mm256_mul_pd(_mm256_loadu_pd(x + i + 4 * j),
                                                     _mm256_loadu_pd(y + i + 4 * j)));
    return fold(s);
}

double dot_mixed_avx2(const float *x, const double *y, uint32_t n) {
    __m256d s[4] = {_mm256_setzero_pd(), _mm256_setzero_pd(), _mm256_setzero_pd(),
                    _mm256_setzero_pd()};
    for (uint32_t i = 0; i < n; i += 16)
        for (uint32_t j = 0; j < 4; j++)
            s[j] = _mm256_add_pd(s[j], _mm256_mul_pd(_mm256_cvtps_pd(_mm_loadu_ps(x + i + 4 * j)),
                                                     _mm256_loadu_pd(y + i + 4 * j)));
    return fold(s);
}
