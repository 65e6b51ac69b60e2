/* Looking up what is known of 64 lanes. Only for files of that instruction set: empty for others.
 */
#ifndef MATCHD_ENGINE_KERNEL_LOOK_UP_AVX512_H
#define MATCHD_ENGINE_KERNEL_LOOK_UP_AVX512_H

#ifdef __AVX512VNNI__

#include <immintrin.h>

/* table[index] for sixteen indices of 0..63. */
static inline __m512 look_up(const float *table, __m512i index) {
    __m512 low = _mm512_permutex2var_ps(_mm512_loadu_ps(table), index, _mm512_loadu_ps(table + 16));
    __m512 high =
        _mm512_permutex2var_ps(_mm512_loadu_ps(table + 32), index, _mm512_loadu_ps(table + 48));
    return _mm512_mask_mov_ps(low, _mm512_test_epi32_mask(index, _mm512_set1_epi32(32)), high);
}

#endif

#endif
