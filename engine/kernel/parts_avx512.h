/* The questionnaire's parts of raw for sixteen pairs, as upper bounds: of one row with sixteen
 * others, wherever those lie. Only for files of that instruction set: empty for others. */
#ifndef MATCHD_ENGINE_KERNEL_PARTS_AVX512_H
#define MATCHD_ENGINE_KERNEL_PARTS_AVX512_H

#ifdef __AVX512VNNI__

#include "engine/kernel/shape_avx512.h"
#include "engine/kernel/sums_avx512.h"

/* What sixteen pairs are computed from. */
struct sixteen {
    const struct call_terms *call;
    const struct answer_row *row;
    struct answers16 people;
};

/* Weighted sums over constructs: of those whose importance is 1 for everybody, and of the others
 * three ways. */
struct fit_f32x16 {
    __m512 base, base_weight;
    __m512 plain, plain_weight, by_row, by_row_weight, by_lane, by_lane_weight;
};

/* value / weight where weight is not 0, else 0; off by 2^-14 of it at most. */
ALWAYS_INLINE __m512 ratio_near(struct ratio sums, __mmask16 *present) {
    *present = _mm512_test_epi32_mask(sums.weight_i32x16, sums.weight_i32x16);
    __m512 reciprocal = _mm512_maskz_rcp14_ps(*present, _mm512_cvtepi32_ps(sums.weight_i32x16));
    return _mm512_mul_ps(_mm512_cvtepi32_ps(sums.value_i32x16), reciprocal);
}

/* .6 score + .4 (1 - strain), strain rounded down; the score alone where no facet slot is common.
 */
ALWAYS_INLINE __m512 blend_strain(const struct sixteen *s, const struct shape *shape, uint32_t c,
                                  __m512 score) {
    struct ratio sums =
        sum_strain(s->row, &s->people, shape->group_first[c], shape->group_count[c]);
    __mmask16 any;
    __m512 strain = ratio_near(sums, &any);
    __m512 calm = _mm512_fnmadd_ps(strain, _mm512_set1_ps(s->call->strain), _mm512_set1_ps(0.4f));
    return _mm512_mask_mov_ps(score, any, _mm512_fmadd_ps(_mm512_set1_ps(0.6f), score, calm));
}

ALWAYS_INLINE void add_construct(const struct sixteen *s, const struct shape *shape, uint32_t c,
                                 struct fit_f32x16 *fit) {
    struct ratio sums =
        sum_groups(s->row, &s->people, shape->group_first[c], shape->group_count[c]);
    __mmask16 present;
    __m512 score = _mm512_min_ps(ratio_near(sums, &present), _mm512_set1_ps(1.0f / RECIPROCAL_UP));
    __m512 weight = _mm512_set1_ps(s->call->weight[c]);
    if (!shape->has_strain[c] && !shape->has_importance[c]) {
        fit->base = _mm512_fmadd_ps(_mm512_set1_ps(s->call->weight_up[c]), score, fit->base);
        fit->base_weight = _mm512_mask_add_ps(fit->base_weight, present, fit->base_weight, weight);
        return;
    }
    score = _mm512_mul_ps(score, _mm512_set1_ps(RECIPROCAL_UP));
    if (shape->has_strain[c])
        score = _mm512_maskz_mov_ps(present, blend_strain(s, shape, c, score));
    if (!shape->has_importance[c]) {
        fit->base = _mm512_fmadd_ps(weight, score, fit->base);
        fit->base_weight = _mm512_mask_add_ps(fit->base_weight, present, fit->base_weight, weight);
        return;
    }
    __m512 by_row = _mm512_set1_ps(s->row->weight[c]);
    __m512 by_lane =
        _mm512_mul_ps(weight, _mm512_load_ps(s->people.importance + c * s->people.apart));
    fit->plain = _mm512_fmadd_ps(weight, score, fit->plain);
    fit->plain_weight = _mm512_mask_add_ps(fit->plain_weight, present, fit->plain_weight, weight);
    fit->by_row = _mm512_fmadd_ps(by_row, score, fit->by_row);
    fit->by_row_weight =
        _mm512_mask_add_ps(fit->by_row_weight, present, fit->by_row_weight, by_row);
    fit->by_lane = _mm512_fmadd_ps(by_lane, score, fit->by_lane);
    fit->by_lane_weight =
        _mm512_mask_add_ps(fit->by_lane_weight, present, fit->by_lane_weight, by_lane);
}

ALWAYS_INLINE struct fit_f32x16 sum_constructs(const struct sixteen *s, const struct shape *shape) {
    __m512 zero = _mm512_setzero_ps();
    struct fit_f32x16 fit = {zero, zero, zero, zero, zero, zero, zero, zero};
    if (shape->has_singles) {
        struct ratio sums = sum_groups(s->row, &s->people, 0, 1);
        __m512 unit = _mm512_set1_ps(s->call->singles_unit);
        fit.base = _mm512_mul_ps(_mm512_cvtepi32_ps(sums.value_i32x16), unit);
        fit.base_weight = _mm512_mul_ps(_mm512_cvtepi32_ps(sums.weight_i32x16), unit);
    }
#pragma GCC unroll 8
    for (uint32_t c = 0; c < shape->constructs; c++)
        add_construct(s, shape, c, &fit);
    return fit;
}

/* A side's fit, upwards; 0 where its weights are 0. */
ALWAYS_INLINE __m512 side_up(__m512 value, __m512 weight) {
    __m512 reciprocal = _mm512_rcp14_ps(_mm512_max_ps(weight, _mm512_set1_ps(1e-30f)));
    return _mm512_mul_ps(value, _mm512_mul_ps(reciprocal, _mm512_set1_ps(RECIPROCAL_UP)));
}

/* What an answer common to both takes off `missing`, and the child-goal penalty. */
ALWAYS_INLINE __m512 penalties_down(const struct sixteen *s, const struct shape *shape) {
    __m512 penalty = _mm512_set1_ps(s->call->missing);
#pragma GCC unroll 3
    for (uint32_t class = 0; class < 3; class ++) {
        __m512 count =
            _mm512_cvtepi32_ps(count_answered(&s->people, shape->words, s->row->own[class]));
        penalty = _mm512_fnmadd_ps(count, _mm512_set1_ps(s->call->missing_of[class]), penalty);
    }
    if (s->people.children == NULL)
        return penalty;
    __m128i children = _mm_loadu_si128((const __m128i *)s->people.children);
    __mmask16 differ = _mm_cmpeq_epi8_mask(children, _mm_set1_epi8((char)(3 - s->row->children)));
    return _mm512_mask_add_ps(penalty, differ, penalty, _mm512_set1_ps(s->call->child));
}

/* Sixteen pairs on their way: what is summed up, and what is taken off. */
struct summed {
    struct fit_f32x16 fit;
    __m512 penalty;
};

ALWAYS_INLINE void sum_sixteen(const struct sixteen *s, const struct shape *shape,
                               struct summed *out) {
    out->fit = sum_constructs(s, shape);
    out->penalty = penalties_down(s, shape);
}

/* As in struct survivors. Who is not `ranked` has no construct to rank by: any number, or none. */
struct parts_f32x16 {
    __m512 part, side_ab, side_ba;
    __mmask16 ranked;
};

ALWAYS_INLINE struct parts_f32x16 parts_of(const struct summed *sums,
                                           const struct call_terms *call) {
    const struct fit_f32x16 *fit = &sums->fit;
    __m512 all = _mm512_add_ps(fit->base_weight, fit->plain_weight);
    __m512 score = _mm512_mul_ps(_mm512_add_ps(fit->base, fit->plain), _mm512_rcp14_ps(all));
    return (struct parts_f32x16){
        .part = _mm512_fmsub_ps(_mm512_set1_ps(call->fit_up), score, sums->penalty),
        .side_ab = side_up(_mm512_add_ps(fit->base, fit->by_row),
                           _mm512_add_ps(fit->base_weight, fit->by_row_weight)),
        .side_ba = side_up(_mm512_add_ps(fit->base, fit->by_lane),
                           _mm512_add_ps(fit->base_weight, fit->by_lane_weight)),
        .ranked = _mm512_cmp_ps_mask(all, _mm512_setzero_ps(), _CMP_GT_OQ),
    };
}

#endif

#endif
