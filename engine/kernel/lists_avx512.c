/* Counting and selecting, sixteen or 64 at a time: a mask register is a row of ways, so that a
 * lane's count is one masked addition; a pass over values is a comparison and a population count
 * each. */
#include "engine/kernel/isa.h"

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

void kernels_lists_avx512(struct kernels *table) {
    table->tally = tally_avx512;
    table->select = select_avx512;
}
