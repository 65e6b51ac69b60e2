/* Counting, selecting and candidates, sixteen or 64 at a time: a mask register is a row of ways, so
 * that a lane's count is one masked addition; a pass over values is a comparison and a population
 * count each; candidates are three registers for sixteen, compressed by whom a mask keeps. */
#include "engine/kernel/isa.h"
#include "engine/kernel/look_up_avx512.h"

#include <float.h>
#include <immintrin.h>
#include <math.h>

static uint32_t tally_avx512(uint64_t rows, const uint64_t ways[][2], uint32_t of_row[TILE_LANES],
                             uint32_t of_lane[TILE_LANES]) {
    const __m512i one = _mm512_set1_epi8(1);
    __m512i lanes = _mm512_setzero_si512();
    uint32_t pairs = 0;
    for (uint64_t left = rows; left != 0; left &= left - 1) {
        uint32_t row = (uint32_t)__builtin_ctzll(left);
        of_row[row] += (uint32_t)__builtin_popcountll(ways[row][0]);
        pairs += (uint32_t)__builtin_popcountll(ways[row][0] | ways[row][1]);
        lanes = _mm512_mask_add_epi8(lanes, (__mmask64)ways[row][1], lanes, one);
    }
    ALIGNED64 uint8_t counts[TILE_LANES];
    _mm512_store_si512(counts, lanes);
    for (uint32_t i = 0; i < TILE_LANES; i += 16) {
        __m512i more = _mm512_cvtepu8_epi32(_mm_load_si128((const __m128i *)(counts + i)));
        _mm512_storeu_si512(of_lane + i, _mm512_add_epi32(_mm512_loadu_si512(of_lane + i), more));
    }
    return pairs;
}

/* Sixteen values from `at` on; past the end: -inf. */
static inline __m512 load16(const float *values, uint32_t at, uint32_t count) {
    __mmask16 there = count - at < 16 ? (__mmask16)((1u << (count - at)) - 1) : 0xffff;
    return _mm512_mask_loadu_ps(_mm512_set1_ps(-INFINITY), there, values + at);
}

static inline uint32_t count_from(const float *values, uint32_t count, float limit) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i += 16)
        found += (uint32_t)__builtin_popcount(
            _mm512_cmp_ps_mask(load16(values, i, count), _mm512_set1_ps(limit), _CMP_GE_OQ));
    return found;
}

/* The least and the greatest value from `limit` on; returns how many there are. */
static inline uint32_t range_from(const float *values, uint32_t count, float limit,
                                  float range[2]) {
    __m512 low = _mm512_set1_ps(INFINITY), high = _mm512_set1_ps(-INFINITY);
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i += 16) {
        __m512 v = load16(values, i, count);
        __mmask16 here = _mm512_cmp_ps_mask(v, _mm512_set1_ps(limit), _CMP_GE_OQ);
        low = _mm512_mask_min_ps(low, here, low, v);
        high = _mm512_mask_max_ps(high, here, high, v);
        found += (uint32_t)__builtin_popcount(here);
    }
    range[0] = _mm512_reduce_min_ps(low);
    range[1] = _mm512_reduce_max_ps(high);
    return found;
}

static float select_avx512(const float *values, uint32_t count, uint32_t rank) {
    float range[2];
    if (range_from(values, count, -FLT_MAX, range) < rank)
        return -INFINITY;
    float low = select_between(values, count, rank, range, count_from);
    (void)range_from(values, count, low, range);
    return range[0];
}

static inline __mmask16 look_up_bool(const bool *table, __m512i index) {
    __m512i found = _mm512_permutexvar_epi8(index, _mm512_loadu_si512(table));
    return _mm512_test_epi32_mask(found, _mm512_set1_epi32(0xff));
}

static inline __mmask16 first_of(uint32_t count) {
    return count < 16 ? (__mmask16)((1u << count) - 1) : 0xffff;
}

/* Sixteen candidates as they lie in memory. */
struct triples16 {
    __m512i dwords[3];
};

/* Dword 16 r + i of the triples is field (16 r + i) % 3 of candidate (16 r + i) / 3. */
static inline struct triples16 interleave(__m512i lower, __m512i upper, __m512i who) {
    const __m512i place0 = _mm512_setr_epi32(0, 16, 0, 1, 17, 1, 2, 18, 2, 3, 19, 3, 4, 20, 4, 5);
    const __m512i place1 = _mm512_setr_epi32(21, 5, 6, 22, 6, 7, 23, 7, 8, 24, 8, 9, 25, 9, 10, 26);
    const __m512i place2 =
        _mm512_setr_epi32(10, 11, 27, 11, 12, 28, 12, 13, 29, 13, 14, 30, 14, 15, 31, 15);
    struct triples16 t = {{_mm512_permutex2var_epi32(lower, place0, upper),
                           _mm512_permutex2var_epi32(lower, place1, upper),
                           _mm512_permutex2var_epi32(lower, place2, upper)}};
    t.dwords[0] = _mm512_mask_permutexvar_epi32(t.dwords[0], 0x4924, place0, who);
    t.dwords[1] = _mm512_mask_permutexvar_epi32(t.dwords[1], 0x2492, place1, who);
    t.dwords[2] = _mm512_mask_permutexvar_epi32(t.dwords[2], 0x9249, place2, who);
    return t;
}

/* Of the sixteen survivors at `at`. */
static inline uint32_t push_sixteen(const struct pushing *in, const struct survivors *v,
                                    uint32_t at, struct candidate *out) {
    const __m512i all_lanes = _mm512_set1_epi32(63);
    __m512i pair = _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)(v->pair + at)));
    __m512i row = _mm512_and_si512(_mm512_srli_epi32(pair, 6), all_lanes);
    __m512i column = _mm512_and_si512(pair, all_lanes);
    __m512i lane = in->way == 1 ? row : column, other = in->way == 1 ? column : row;
    __mmask16 low = look_up_bool(in->low, lane) | look_up_bool(in->other_low, other);
    __m512 least = _mm512_mask_mov_ps(look_up(in->least, lane), low, look_up(in->low_least, lane));
    __m512 floor = look_up(in->floor, lane), bonus = look_up(in->bonus, other);
    __m512 lower = _mm512_add_ps(_mm512_loadu_ps(v->lower + at), bonus);
    __m512 upper = _mm512_add_ps(_mm512_loadu_ps(v->upper + at), bonus);
    __mmask16 certain =
        _mm512_mask_cmp_ps_mask(in->exact ? 0xffff : 0, lower,
                                _mm512_add_ps(floor, _mm512_set1_ps(FLOOR_MARGIN)), _CMP_GE_OQ);
    certain =
        _mm512_mask_cmp_ps_mask(certain, _mm512_loadu_ps(v->mutual_lower + at),
                                _mm512_add_ps(least, _mm512_set1_ps(LEAST_MARGIN)), _CMP_GE_OQ);
    __mmask16 kept = _mm_mask_test_epi8_mask(first_of(v->count - at),
                                             _mm_loadu_si128((const __m128i *)(v->ways + at)),
                                             _mm_set1_epi8((char)in->way));
    kept = _mm512_mask_cmp_ps_mask(kept, _mm512_loadu_ps(v->mutual_upper + at), least, _CMP_GE_OQ);
    kept = _mm512_mask_cmp_ps_mask(kept, upper, floor, _CMP_GE_OQ);
    const __m512 offset = _mm512_set1_ps(in->offset), margin = _mm512_set1_ps(KEY_MARGIN);
    lower = _mm512_mask_sub_ps(_mm512_set1_ps(-INFINITY), certain, _mm512_add_ps(lower, offset),
                               margin);
    upper = _mm512_add_ps(_mm512_add_ps(upper, offset), margin);
    __m512i who = _mm512_add_epi32(other, _mm512_set1_epi32((int)in->first_other));
    who = _mm512_or_si512(_mm512_slli_epi32(who, 6), lane);
    struct triples16 triples =
        interleave(_mm512_castps_si512(_mm512_maskz_compress_ps(kept, lower)),
                   _mm512_castps_si512(_mm512_maskz_compress_ps(kept, upper)),
                   _mm512_maskz_compress_epi32(kept, who));
    for (int i = 0; i < 3; i++)
        _mm512_storeu_si512((uint32_t *)out + 16 * i, triples.dwords[i]);
    return (uint32_t)__builtin_popcount(kept);
}

static uint32_t push_avx512(const struct pushing *in, const struct survivors *v,
                            struct candidate *out) {
    uint32_t written = 0;
    for (uint32_t at = 0; at < v->count; at += 16)
        written += push_sixteen(in, v, at, out + written);
    return written;
}

/* Candidates from `at` on, up to sixteen. */
static inline struct triples16 load_triples(const struct candidate *list, uint32_t at,
                                            uint32_t count) {
    const uint32_t *from = (const uint32_t *)(list + at);
    uint32_t dwords = count - at < 16 ? 3 * (count - at) : 48;
    struct triples16 t;
    for (uint32_t i = 0; i < 3; i++)
        t.dwords[i] = _mm512_maskz_loadu_epi32(first_of(dwords > 16 * i ? dwords - 16 * i : 0),
                                               from + 16 * i);
    return t;
}

static uint32_t lower_ends_avx512(const struct candidate *list, uint32_t count, float from,
                                  float *values) {
    const __m512i places =
        _mm512_setr_epi32(0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 1, 4, 7, 10, 13);
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i += 16) {
        struct triples16 t = load_triples(list, i, count);
        __m512i lower = _mm512_permutex2var_epi32(t.dwords[0], places, t.dwords[1]);
        lower = _mm512_mask_permutexvar_epi32(lower, 0xf800, places, t.dwords[2]);
        __mmask16 there = first_of(count - i);
        _mm512_mask_storeu_epi32(values + i, there, lower);
        found += (uint32_t)__builtin_popcount(_mm512_mask_cmp_ps_mask(
            there, _mm512_castsi512_ps(lower), _mm512_set1_ps(from), _CMP_GE_OQ));
    }
    return found;
}

/* All dwords are compared; every third one is an upper end, and speaks for its neighbours. */
static uint32_t drop_below_avx512(struct candidate *list, uint32_t count, float limit) {
    const uint64_t uppers = UINT64_C(0x492492492492);
    uint32_t *out = (uint32_t *)list;
    for (uint32_t at = 0; at < count; at += 16) {
        struct triples16 t = load_triples(list, at, count);
        uint64_t reach = 0;
        for (int i = 0; i < 3; i++)
            reach |= (uint64_t)_mm512_cmp_ps_mask(_mm512_castsi512_ps(t.dwords[i]),
                                                  _mm512_set1_ps(limit), _CMP_GE_OQ)
                     << 16 * i;
        reach &= uppers & (count - at < 16 ? (UINT64_C(1) << 3 * (count - at)) - 1 : ~UINT64_C(0));
        reach |= reach << 1 | reach >> 1;
        for (int i = 0; i < 3; i++) {
            __mmask16 kept = (__mmask16)(reach >> 16 * i);
            uint32_t dwords = (uint32_t)__builtin_popcount(kept);
            _mm512_mask_storeu_epi32(out, first_of(dwords),
                                     _mm512_maskz_compress_epi32(kept, t.dwords[i]));
            out += dwords;
        }
    }
    return (uint32_t)(out - (uint32_t *)list) / 3;
}

void kernels_lists_avx512(struct kernels *table) {
    table->tally = tally_avx512;
    table->select = select_avx512;
    table->push = push_avx512;
    table->lower_ends = lower_ends_avx512;
    table->drop_below = drop_below_avx512;
}
