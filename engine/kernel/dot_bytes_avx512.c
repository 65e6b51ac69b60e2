/* Dot products of bytes, four at a time: their sums share the additions across lanes.
 *
 * vpdpbusd multiplies unsigned by signed bytes, so each y goes in as y + 128 (its top bit flipped):
 * what that adds, 128 times the sum of x, is the same for all of them and taken off at the start.
 */
#include "engine/kernel/isa.h"

#include <immintrin.h>

/* The sums of the lanes of four registers. */
static inline __m128i sums_of_lanes(const __m512i s[4]) {
    __m512i ab =
        _mm512_add_epi32(_mm512_unpacklo_epi32(s[0], s[1]), _mm512_unpackhi_epi32(s[0], s[1]));
    __m512i cd =
        _mm512_add_epi32(_mm512_unpacklo_epi32(s[2], s[3]), _mm512_unpackhi_epi32(s[2], s[3]));
    __m512i abcd = _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
    __m256i two =
        _mm256_add_epi32(_mm512_castsi512_si256(abcd), _mm512_extracti64x4_epi64(abcd, 1));
    return _mm_add_epi32(_mm256_castsi256_si128(two), _mm256_extracti128_si256(two, 1));
}

static inline void four_dots(const int8_t *x, const int8_t *const y[4], uint32_t width,
                             __m512i start, int32_t out[4]) {
    const __m512i flip = _mm512_set1_epi8((char)0x80);
    __m512i sum[4] = {start, start, start, start};
    for (uint32_t i = 0; i < width; i += 64) {
        __m512i x_i8x64 = _mm512_load_si512(x + i);
#pragma GCC unroll 4
        for (int k = 0; k < 4; k++) {
            __m512i y_u8x64 = _mm512_xor_si512(_mm512_load_si512(y[k] + i), flip);
            sum[k] = _mm512_dpbusd_epi32(sum[k], y_u8x64, x_i8x64);
        }
    }
    _mm_storeu_si128((__m128i *)out, sums_of_lanes(sum));
}

static void dots_bytes_avx512(const int8_t *x, const int8_t *const *y, uint32_t count,
                              uint32_t width, int32_t *out) {
    __m512i bias = _mm512_setzero_si512();
    for (uint32_t i = 0; i < width; i += 64)
        bias = _mm512_dpbusd_epi32(bias, _mm512_set1_epi8((char)0x80), _mm512_load_si512(x + i));
    __m512i start = _mm512_sub_epi32(_mm512_setzero_si512(), bias);
    uint32_t k = 0;
    for (; k + 4 <= count; k += 4)
        four_dots(x, y + k, width, start, out + k);
    if (k == count)
        return;
    const int8_t *last[4];
    int32_t sums[4];
    for (uint32_t i = 0; i < 4; i++)
        last[i] = y[k + i < count ? k + i : k];
    four_dots(x, last, width, start, sums);
    for (uint32_t i = 0; k + i < count; i++)
        out[k + i] = sums[i];
}

void kernels_dot_bytes_avx512(struct kernels *table) {
    table->dots_bytes = dots_bytes_avx512;
}
