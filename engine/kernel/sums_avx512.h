/* Integer sums over groups of slots for sixteen lanes: the inner loop of answers, screen
 * and weigh (answers_avx512.c has the drawing). Loops over groups unroll where the counts are
 * constants. Only for files of that instruction set: empty for others. */
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

/* Where what is known of sixteen people by group, construct or word begins; the next group,
 * construct or word is `apart` dwords on. */
struct answers16 {
    const uint8_t *codes, *fresh;
    const uint32_t *answered;
    const float *importance;
    const uint8_t *children; /* a byte each; NULL: no penalty */
    size_t apart;
};

ALWAYS_INLINE struct answers16 answers_at(const struct answer_tile *tile, size_t lane) {
    return (struct answers16){
        .codes = tile->codes + 4 * lane,
        .fresh = tile->fresh + 4 * lane,
        .answered = tile->answered + lane,
        .importance = tile->importance + lane,
        .children = tile->children == NULL ? NULL : tile->children + lane,
        .apart = TILE_LANES,
    };
}

ALWAYS_INLINE __m512i codes_of(const struct answers16 *people, size_t group) {
    return _mm512_load_si512(people->codes + 4 * group * people->apart);
}

ALWAYS_INLINE __m512i fresh_of(const struct answers16 *people, size_t group) {
    return _mm512_load_si512(people->fresh + 4 * group * people->apart);
}

/* Sums of groups first .. first + count - 1: the high parts first, then, moved up by seven bits,
 * the low ones. */
ALWAYS_INLINE struct ratio sum_groups(const struct answer_row *row, const struct answers16 *lanes,
                                      size_t first, size_t count) {
    __m512i value = _mm512_setzero_si512(), weight = value;
#pragma GCC unroll 4
    for (size_t g = first; g < first + count; g++) {
        __m512i codes = codes_of(lanes, g);
        __m512i fresh = fresh_of(lanes, g);
        __m512i hi = _mm512_permutexvar_epi8(codes, _mm512_load_si512(row->hi[g]));
        value = _mm512_dpbusd_epi32(value, hi, fresh);
        weight = _mm512_dpbusd_epi32(weight, broadcast_bytes(&row->weight_hi[g]), fresh);
    }
    value = _mm512_slli_epi32(value, 7);
    weight = _mm512_slli_epi32(weight, 7);
#pragma GCC unroll 4
    for (size_t g = first; g < first + count; g++) {
        __m512i codes = codes_of(lanes, g);
        __m512i fresh = fresh_of(lanes, g);
        __m512i lo = _mm512_permutexvar_epi8(codes, _mm512_load_si512(row->lo[g]));
        value = _mm512_dpbusd_epi32(value, lo, fresh);
        weight = _mm512_dpbusd_epi32(weight, broadcast_bytes(&row->weight_lo[g]), fresh);
    }
    struct ratio sums = {value, weight};
    return sums;
}

/* Strain in table units, and how many facet slots both answered. */
ALWAYS_INLINE struct ratio sum_strain(const struct answer_row *row, const struct answers16 *lanes,
                                      size_t first, size_t count) {
    __m512i sum = _mm512_setzero_si512(), both = sum;
    const __m512i one_u8x64 = _mm512_set1_epi8(1);
#pragma GCC unroll 4
    for (size_t g = first; g < first + count; g++) {
        __m512i codes = codes_of(lanes, g);
        __m512i fresh = fresh_of(lanes, g);
        __m512i on = _mm512_min_epu8(fresh, one_u8x64);
        __m512i strain = _mm512_permutexvar_epi8(codes, _mm512_load_si512(row->strain[g]));
        sum = _mm512_dpbusd_epi32(sum, strain, on);
        both = _mm512_dpbusd_epi32(both, broadcast_bytes(&row->strain_on[g]), on);
    }
    struct ratio sums = {sum, both};
    return sums;
}

/* How many of the row's `own` bits sixteen lanes share. */
ALWAYS_INLINE __m512i count_answered(const struct answers16 *lanes, size_t words,
                                     const uint32_t *own) {
    __m512i count = _mm512_setzero_si512();
#pragma GCC unroll 2
    for (size_t w = 0; w < words; w++) {
        __m512i both = _mm512_and_si512(_mm512_load_si512(lanes->answered + w * lanes->apart),
                                        _mm512_set1_epi32((int)own[w]));
        count = _mm512_add_epi32(count, _mm512_popcnt_epi32(both));
    }
    return count;
}

#endif

#endif
