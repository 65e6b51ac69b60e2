/* Dot products of bytes, widened to 16 bits: products of two fit 32 bits. */
#include "engine/kernel/isa.h"

#include <immintrin.h>

static inline __m256i load_i16x16(const int8_t *bytes) {
    return _mm256_cvtepi8_epi16(_mm_load_si128((const __m128i *)bytes));
}

static inline int32_t sum_of_lanes(__m256i sums_i32x8) {
    __m128i four =
        _mm_add_epi32(_mm256_castsi256_si128(sums_i32x8), _mm256_extracti128_si256(sums_i32x8, 1));
    __m128i two = _mm_add_epi32(four, _mm_unpackhi_epi64(four, four));
    return _mm_cvtsi128_si32(_mm_add_epi32(two, _mm_shuffle_epi32(two, 1)));
}

static void dots_bytes_avx2(const int8_t *x, const int8_t *const *y, uint32_t count, uint32_t width,
                            int32_t *out) {
    for (uint32_t k = 0; k < count; k++) {
        __m256i sum = _mm256_setzero_si256();
        for (uint32_t i = 0; i < width; i += 16)
            sum =
                _mm256_add_epi32(sum, _mm256_madd_epi16(load_i16x16(x + i), load_i16x16(y[k] + i)));
        out[k] = sum_of_lanes(sum);
    }
}

void kernels_dot_bytes_avx2(struct kernels *table) {
    table->dots_bytes = dots_bytes_avx2;
}
