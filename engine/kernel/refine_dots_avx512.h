/* Dot products of chunks of pairs, both ways: of the row's preference with the lane's features and
 * the reverse (affinity_avx512.c has the drawing). Only for files of that instruction set: empty
 * for others. */
#ifndef MATCHD_ENGINE_KERNEL_REFINE_DOTS_AVX512_H
#define MATCHD_ENGINE_KERNEL_REFINE_DOTS_AVX512_H

#ifdef __AVX512VNNI__

#include <immintrin.h>

#include "engine/kernel/bounds.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* [a b c d] in each 128-bit part: the sums of the part's four dwords of each accumulator. */
static inline __m512i fold4(__m512i a, __m512i b, __m512i c, __m512i d) {
    __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    return _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
}

/* Adds the four parts of each; dwords 4k .. 4k + 3 come from the k-th argument. */
static inline __m512i fold16(__m512i w, __m512i x, __m512i y, __m512i z) {
    __m512i wx =
        _mm512_add_epi32(_mm512_shuffle_i32x4(w, x, 0x88), _mm512_shuffle_i32x4(w, x, 0xdd));
    __m512i yz =
        _mm512_add_epi32(_mm512_shuffle_i32x4(y, z, 0x88), _mm512_shuffle_i32x4(y, z, 0xdd));
    return _mm512_add_epi32(_mm512_shuffle_i32x4(wx, yz, 0x88), _mm512_shuffle_i32x4(wx, yz, 0xdd));
}

/* One side as unsigned, by + 128; the caller takes 128 * sum(signed) off again. */
ALWAYS_INLINE __m512i dot_i8(const int8_t *as_unsigned, const int8_t *as_signed, uint32_t width) {
    __m512i sum = _mm512_setzero_si512();
    const __m512i flip = _mm512_set1_epi8((char)0x80);
#pragma GCC unroll 2
    for (uint32_t i = 0; i < width; i += 64) {
        __m512i x_u8x64 = _mm512_xor_si512(_mm512_load_si512(as_unsigned + i), flip);
        sum = _mm512_dpbusd_epi32(sum, x_u8x64, _mm512_load_si512(as_signed + i));
    }
    return sum;
}

ALWAYS_INLINE __m512i dot_i16(const int16_t *x, const int16_t *y, uint32_t width) {
    __m512i sum = _mm512_setzero_si512();
#pragma GCC unroll 4
    for (uint32_t i = 0; i < width; i += 32)
        sum = _mm512_dpwssd_epi32(sum, _mm512_load_si512(x + i), _mm512_load_si512(y + i));
    return sum;
}

/* The rows and lanes of sixteen survivors. */
struct pairs16 {
    __m512i row, lane;
};

static inline struct pairs16 pairs_of(const uint16_t *pair) {
    __m512i pairs = _mm512_and_si512(
        _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)pair)), _mm512_set1_epi32(0xfff));
    return (struct pairs16){_mm512_srli_epi32(pairs, 6),
                            _mm512_and_si512(pairs, _mm512_set1_epi32(63))};
}

/* Pairs whose dot products are taken in one go, apart from what is made of them: the chain from a
 * pair to its bound is so long that no processor looks past two of them. */
enum { REFINE_CHUNK = 64 };
struct dots {
    /* The row's preference with the lane's features, and the reverse. */
    ALIGNED64 int32_t ab[REFINE_CHUNK], ba[REFINE_CHUNK];
    ALIGNED64 uint32_t row[REFINE_CHUNK], lane[REFINE_CHUNK]; /* where their vectors begin */
};

struct dots_i32x16 {
    __m512i ab, ba;
};

/* As dot_i8, of who is kept as unsigned. */
ALWAYS_INLINE __m512i dot_u8i8(const uint8_t *biased, const int8_t *as_signed, uint32_t width) {
    __m512i sum = _mm512_setzero_si512();
#pragma GCC unroll 2
    for (uint32_t i = 0; i < width; i += 64)
        sum = _mm512_dpbusd_epi32(sum, _mm512_load_si512(biased + i),
                                  _mm512_load_si512(as_signed + i));
    return sum;
}

/* What the elements of vectors are. */
enum elements { BYTES, BYTES_BIASED, WORDS };

/* Of the four pairs at `at` of a chunk, not yet added up. Of bytes, the lane's are unsigned, or, of
 * biased ones, the row's. */
ALWAYS_INLINE struct dots_i32x16 dots4(const struct refine_input *in, const struct dots *chunk,
                                       uint32_t at, uint32_t width, enum elements elements) {
    const struct vector_tile *rows = in->rows, *lanes = in->lanes;
    __m512i ab[4], ba[4];
#pragma GCC unroll 4
    for (uint32_t i = 0; i < 4; i++) {
        size_t row = chunk->row[at + i], lane = chunk->lane[at + i];
        if (elements == BYTES_BIASED) {
            ab[i] = dot_u8i8(in->biased_preference + row, (const int8_t *)lanes->features + lane,
                             width);
            ba[i] = dot_u8i8(in->biased_features + row, (const int8_t *)lanes->preference + lane,
                             width);
        } else if (elements == BYTES) {
            ab[i] = dot_i8((const int8_t *)lanes->features + lane,
                           (const int8_t *)rows->preference + row, width);
            ba[i] = dot_i8((const int8_t *)lanes->preference + lane,
                           (const int8_t *)rows->features + row, width);
        } else {
            ab[i] = dot_i16((const int16_t *)lanes->features + lane,
                            (const int16_t *)rows->preference + row, width);
            ba[i] = dot_i16((const int16_t *)lanes->preference + lane,
                            (const int16_t *)rows->features + row, width);
        }
    }
    return (struct dots_i32x16){fold4(ab[0], ab[1], ab[2], ab[3]),
                                fold4(ba[0], ba[1], ba[2], ba[3])};
}

/* Of the `count` pairs, rounded up to sixteens. */
ALWAYS_INLINE void multiply(const struct refine_input *in, const uint16_t *pair, uint32_t count,
                            uint32_t width, enum elements elements, struct dots *out) {
    for (uint32_t i = 0; i < count; i += 16) {
        struct pairs16 p = pairs_of(pair + i);
        const __m512i stride = _mm512_set1_epi32((int)width);
        _mm512_store_si512(out->row + i, _mm512_mullo_epi32(p.row, stride));
        _mm512_store_si512(out->lane + i, _mm512_mullo_epi32(p.lane, stride));
    }
    for (uint32_t i = 0; i < count; i += 16) {
        struct dots_i32x16 w = dots4(in, out, i, width, elements);
        struct dots_i32x16 x = dots4(in, out, i + 4, width, elements);
        struct dots_i32x16 y = dots4(in, out, i + 8, width, elements);
        struct dots_i32x16 z = dots4(in, out, i + 12, width, elements);
        _mm512_store_si512(out->ab + i, fold16(w.ab, x.ab, y.ab, z.ab));
        _mm512_store_si512(out->ba + i, fold16(w.ba, x.ba, y.ba, z.ba));
    }
}

#endif
#endif
