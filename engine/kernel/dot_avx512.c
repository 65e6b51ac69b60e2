/* Sixteen partial sums in two registers; multiplied, rounded, then added: no fused operation. */
#include "engine/kernel/dot.h"

#include <immintrin.h>

/* s[j] += s[j + 8], then 4, 2, 1. */
static inline double fold(__m512d low, __m512d high) {
    __m512d s8 = _mm512_add_pd(low, high);
    __m256d s4 = _mm256_add_pd(_mm512_castpd512_pd256(s8), _mm512_extractf64x4_pd(s8, 1));
    __m128d s2 = _mm_add_pd(_mm256_castpd256_pd128(s4), _mm256_extractf128_pd(s4, 1));
    return _mm_cvtsd_f64(_mm_add_sd(s2, _mm_unpackhi_pd(s2, s2)));
}

double dot_avx512(const double *x, const double *y, uint32_t n) {
    __m512d low = _mm512_setzero_pd(), high = low;
    for (uint32_t i = 0; i < n; i += 16) {
        low = _mm512_add_pd(low, _mm512_mul_pd(_mm512_loadu_pd(x + i), _mm512_loadu_pd(y + i)));
        high = _mm512_add_pd(high,
                             _mm512_mul_pd(_mm512_loadu_pd(x + i + 8), _mm512_loadu_pd(y + i + 8)));
    }
    return fold(low, high);
}

double dot_mixed_avx512(const float *x, const double *y, uint32_t n) {
    __m512d low = _mm512_setzero_pd(), high = low;
    for (uint32_t i = 0; i < n; i += 16) {
        __m512d x_low = _mm512_cvtps_pd(_mm256_loadu_ps(x + i));
        __m512d x_high = _mm512_cvtps_pd(_mm256_loadu_ps(x + i + 8));
        low = _mm512_add_pd(low, _mm512_mul_pd(x_low, _mm512_loadu_pd(y + i)));
        high = _mm512_add_pd(high, _mm512_mul_pd(x_high, _mm512_loadu_pd(y + i + 8)));
    }
    return fold(low, high);
}
