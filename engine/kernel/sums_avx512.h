/* Integer sums over groups of slots for sixteen lanes: the inner loop of answers and screen
 * (answers_avx512.c has the drawing). Loops over groups unroll where the counts are constants. Only
 * for files of that instruction set: empty for others. */
#ifndef MATCHD_ENGINE_KERNEL_SUMS_AVX512_H
#define MATCHD_ENGINE_KERNEL_SUMS_AVX512_H

#ifdef __AVX512VNNI__

#include <immintrin.h>

#include "engine/kernel/answers.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* Four bytes, to all lanes; from memory it costs nothing beside the load. */
ALWAYS_INLINE __m512i broadcast_bytes(const uint32_t *four) {
    return _mm512_set1_epi32((int)*four);
}

struct ratio {
    __m512i value_i32x16, weight_i32x16;
};

/* Sums of groups first .. first + count - 1 for the sixteen lanes at byte `at` of a group: the high
 * parts first, then, moved up by seven bits, the low ones. */
ALWAYS_INLINE struct ratio sum_groups(const struct answer_row *row, const struct answer_tile *tile,
                                      uint32_t first, uint32_t count, uint32_t at) {
    __m512i value = _mm512_setzero_si512(), weight = value;
#pragma GCC unroll 4
    for (uint32_t g = first; g < first + count; g++) {
        __m512i codes = _mm512_load_si512(tile->codes + g * 256 + at);
        __m512i fresh = _mm512_load_si512(tile->fresh + g * 256 + at);
        __m512i hi = _mm512_permutexvar_epi8(codes, _mm512_load_si512(row->hi[g]));
        value = _mm512_dpbusd_epi32(value, hi, fresh);
        weight = _mm512_dpbusd_epi32(weight, broadcast_bytes(&row->weight_hi[g]), fresh);
    }
    value = _mm512_slli_epi32(value, 7);
    weight = _mm512_slli_epi32(weight, 7);
#pragma GCC unroll 4
    for (uint32_t g = first; g < first + count; g++) {
        __m512i codes = _mm512_load_si512(tile->codes + g * 256 + at);
        __m512i fresh = _mm512_load_si512(tile->fresh + g * 256 + at);
        __m512i lo = _mm512_permutexvar_epi8(codes, _mm512_load_si512(row->lo[g]));
        value = _mm512_dpbusd_epi32(value, lo, fresh);
        weight = _mm512_dpbusd_epi32(weight, broadcast_bytes(&row->weight_lo[g]), fresh);
    }
    struct ratio sums = {value, weight};
    return sums;
}

/* Strain in table units, and how many facet slots both answered. */
ALWAYS_INLINE struct ratio sum_strain(const struct answer_row *row, const struct answer_tile *tile,
                                      uint32_t first, uint32_t count, uint32_t at) {
    __m512i sum = _mm512_setzero_si512(), both = sum;
    const __m512i one_u8x64 = _mm512_set1_epi8(1);
#pragma GCC unroll 4
    for (uint32_t g = first; g < first + count; g++) {
        __m512i codes = _mm512_load_si512(tile->codes + g * 256 + at);
        __m512i fresh = _mm512_load_si512(tile->fresh + g * 256 + at);
        __m512i on = _mm512_min_epu8(fresh, one_u8x64);
        __m512i strain = _mm512_permutexvar_epi8(codes, _mm512_load_si512(row->strain[g]));
        sum = _mm512_dpbusd_epi32(sum, strain, on);
        both = _mm512_dpbusd_epi32(both, broadcast_bytes(&row->strain_on[g]), on);
    }
    struct ratio sums = {sum, both};
    return sums;
}

/* How many bits of an evidence class both have set. */
ALWAYS_INLINE __m512i count_answered(const struct answer_layout *layout, uint32_t words,
                                     const struct answer_row *row, const struct answer_tile *tile,
                                     uint32_t class, uint32_t lane) {
    __m512i count = _mm512_setzero_si512();
#pragma GCC unroll 2
    for (uint32_t w = 0; w < words; w++) {
        __m512i theirs = _mm512_load_si512(tile->answered + w * TILE_LANES + lane);
        uint32_t own = row->answered[w] & layout->class_mask[class][w];
        __m512i both = _mm512_and_si512(theirs, _mm512_set1_epi32((int)own));
        count = _mm512_add_epi32(count, _mm512_popcnt_epi32(both));
    }
    return count;
}

#endif

#endif
