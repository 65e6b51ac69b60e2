/* What affinity_avx512.c and sieve_avx512.c share beside the dot products: looking up what is known
 * by lane, and moving who is kept. Only for files of that instruction set: empty for others. */
#ifndef MATCHD_ENGINE_KERNEL_REFINE_AVX512_H
#define MATCHD_ENGINE_KERNEL_REFINE_AVX512_H

#ifdef __AVX512VNNI__

#include "engine/kernel/isa.h"
#include "engine/kernel/look_up_avx512.h"
#include "engine/kernel/refine_dots_avx512.h"

/* refine8 by upper ends alone: input->sieve. */
void sieve_avx512(const struct refine_input *in, struct survivors *survivors);

static inline __m512i look_up_i32(const int32_t *table, __m512i index) {
    return _mm512_castps_si512(look_up((const float *)table, index));
}

struct interval_f32x16 {
    __m512 lower, upper;
};

struct bounds_f32x16 {
    struct interval_f32x16 raw, mutual;
};

/* Moves the kept of sixteen survivors at `from` to `to`: who they are, and nothing else. */
static inline uint32_t keep_names(struct survivors *s, uint32_t from, uint32_t to, __mmask16 one,
                                  __mmask16 two) {
    __mmask16 keep = one | two;
    __m256i pair = _mm256_loadu_si256((const __m256i *)(s->pair + from));
    __m128i ways = _mm_sub_epi8(_mm_maskz_set1_epi8(one, 1), _mm_maskz_set1_epi8(two, -2));
    _mm256_storeu_si256((__m256i *)(s->pair + to), _mm256_maskz_compress_epi16(keep, pair));
    _mm_storeu_si128((__m128i *)(s->ways + to), _mm_maskz_compress_epi8(keep, ways));
    return to + (uint32_t)__builtin_popcount(keep);
}

/* The same with parts and bounds. */
static inline uint32_t keep_pairs(struct survivors *s, uint32_t from, uint32_t to, __mmask16 one,
                                  __mmask16 two, const struct bounds_f32x16 *bounds) {
    __mmask16 keep = one | two;
    const __m512 kept[7] = {_mm512_loadu_ps(s->part + from),
                            _mm512_loadu_ps(s->side_ab + from),
                            _mm512_loadu_ps(s->side_ba + from),
                            bounds->raw.lower,
                            bounds->raw.upper,
                            bounds->mutual.lower,
                            bounds->mutual.upper};
    float *const out[7] = {s->part,  s->side_ab,      s->side_ba,     s->lower,
                           s->upper, s->mutual_lower, s->mutual_upper};
#pragma GCC unroll 7
    for (uint32_t i = 0; i < 7; i++)
        _mm512_storeu_ps(out[i] + to, _mm512_maskz_compress_ps(keep, kept[i]));
    return keep_names(s, from, to, one, two);
}

/* Who of the sixteen survivors at `at` can still reach a limit, either way. */
struct reach {
    __mmask16 one, two;
};

/* What the sixteen are held against. */
struct limits_f32x16 {
    __m512 row_bonus, row_limit, lane_bonus, lane_limit;
};

static inline struct reach reach_limits(const struct survivors *s, uint32_t at,
                                        const struct limits_f32x16 *limits, __m512 upper) {
    __mmask16 live = s->count - at < 16 ? (__mmask16)((1u << (s->count - at)) - 1) : 0xffff;
    __m128i ways = _mm_loadu_si128((const __m128i *)(s->ways + at));
    __mmask16 one = _mm_mask_test_epi8_mask(live, ways, _mm_set1_epi8(1));
    __mmask16 two = _mm_mask_test_epi8_mask(live, ways, _mm_set1_epi8(2));
    __m512 for_row = _mm512_add_ps(upper, limits->lane_bonus);
    __m512 for_lane = _mm512_add_ps(upper, limits->row_bonus);
    return (struct reach){
        _mm512_mask_cmp_ps_mask(one, for_row, limits->row_limit, _CMP_GE_OQ),
        _mm512_mask_cmp_ps_mask(two, for_lane, limits->lane_limit, _CMP_GE_OQ),
    };
}

#endif
#endif
