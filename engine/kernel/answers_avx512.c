/* The questionnaire against 64 candidates, sixteen lanes at a time.
 *
 *   codes  |c00 c01 c02 c03|c10 c11 c12 c13|...   one dword a lane, one byte a slot: slot * 16 +
 * code table  |slot 0: 16 values|slot 1|slot 2|slot 3|   one register: the viewer's value of each
 * code
 *
 * vpermb looks four slots of sixteen lanes up in one instruction; vpdpbusd multiplies each byte by
 * the candidate's freshness and adds the four of a lane. A value has 15 bits, so it takes two
 * tables (128 hi + lo); the sums are exact integers. Weights need no look-up: a broadcast dword
 * against the same freshness bytes.
 *
 * Per 16 lanes and group: 2 loads, 2 vpermb, 4 vpdpbusd. What is left is the division by the
 * weight, once per construct (reciprocal of 14 bits, taken upwards), which is why constructs of a
 * single item share group 0, where the ratio cancels and their W_c is in the table. */
#include "engine/kernel/isa.h"

#include <immintrin.h>

struct ratio {
    __m512i value_i32x16, weight_i32x16;
};

static inline __m512i broadcast_bytes(uint32_t four) {
    return _mm512_set1_epi32((int)four);
}

/* Sums of groups first .. first + count - 1 for the sixteen lanes at byte `at` of a group. */
static inline struct ratio sum_groups(const struct answer_row *row, const struct answer_tile *tile,
                                      uint32_t first, uint32_t count, uint32_t at) {
    __m512i hi = _mm512_setzero_si512(), lo = hi, weight_hi = hi, weight_lo = hi;
    for (uint32_t g = first; g < first + count; g++) {
        __m512i codes = _mm512_load_si512(tile->codes + g * 256 + at);
        __m512i fresh = _mm512_load_si512(tile->fresh + g * 256 + at);
        __m512i value_hi = _mm512_permutexvar_epi8(codes, _mm512_load_si512(row->hi[g]));
        __m512i value_lo = _mm512_permutexvar_epi8(codes, _mm512_load_si512(row->lo[g]));
        hi = _mm512_dpbusd_epi32(hi, value_hi, fresh);
        lo = _mm512_dpbusd_epi32(lo, value_lo, fresh);
        weight_hi = _mm512_dpbusd_epi32(weight_hi, broadcast_bytes(row->weight_hi[g]), fresh);
        weight_lo = _mm512_dpbusd_epi32(weight_lo, broadcast_bytes(row->weight_lo[g]), fresh);
    }
    struct ratio sums = {
        .value_i32x16 = _mm512_add_epi32(_mm512_slli_epi32(hi, 7), lo),
        .weight_i32x16 = _mm512_add_epi32(_mm512_slli_epi32(weight_hi, 7), weight_lo),
    };
    return sums;
}

/* Strain in table units, and how many facet slots both answered. */
static inline struct ratio sum_strain(const struct answer_row *row, const struct answer_tile *tile,
                                      uint32_t first, uint32_t count, uint32_t at) {
    __m512i sum = _mm512_setzero_si512(), both = sum;
    const __m512i one_u8x64 = _mm512_set1_epi8(1);
    for (uint32_t g = first; g < first + count; g++) {
        __m512i codes = _mm512_load_si512(tile->codes + g * 256 + at);
        __m512i fresh = _mm512_load_si512(tile->fresh + g * 256 + at);
        __m512i on = _mm512_min_epu8(fresh, one_u8x64);
        __m512i strain = _mm512_permutexvar_epi8(codes, _mm512_load_si512(row->strain[g]));
        sum = _mm512_dpbusd_epi32(sum, strain, on);
        both = _mm512_dpbusd_epi32(both, broadcast_bytes(row->strain_on[g]), on);
    }
    struct ratio sums = {.value_i32x16 = sum, .weight_i32x16 = both};
    return sums;
}

static inline __m512i count_answered(const struct answer_layout *layout,
                                     const struct answer_row *row, const struct answer_tile *tile,
                                     uint32_t class, uint32_t lane) {
    __m512i count = _mm512_setzero_si512();
    for (uint32_t w = 0; w < layout->words; w++) {
        __m512i theirs = _mm512_load_si512(tile->answered + w * TILE_LANES + lane);
        __m512i both = _mm512_and_si512(
            theirs, _mm512_set1_epi32((int)(row->answered[w] & layout->class_mask[class][w])));
        count = _mm512_add_epi32(count, _mm512_popcnt_epi32(both));
    }
    return count;
}

static void answers_avx512(const struct answer_layout *layout, const struct answer_row *row,
                           const struct answer_tile *tile, struct answer_sums *out) {
    for (uint32_t lane = 0; lane < TILE_LANES; lane += 16) {
        for (uint32_t c = 0; c <= layout->constructs; c++) {
            bool singles = c == layout->constructs;
            struct ratio sums =
                singles ? sum_groups(row, tile, 0, layout->has_singles ? 1 : 0, 4 * lane)
                        : sum_groups(row, tile, layout->group_first[c], layout->group_count[c],
                                     4 * lane);
            uint32_t at = singles ? KERNEL_CONSTRUCTS : c;
            _mm512_storeu_si512(out->value[at] + lane, sums.value_i32x16);
            _mm512_storeu_si512(out->weight[at] + lane, sums.weight_i32x16);
            if (singles || !layout->has_strain[c])
                continue;
            sums = sum_strain(row, tile, layout->group_first[c], layout->group_count[c], 4 * lane);
            _mm512_storeu_si512(out->strain + lane, sums.value_i32x16);
            _mm512_storeu_si512(out->strain_count + lane, sums.weight_i32x16);
        }
        for (uint32_t class = 0; class < 3; class ++)
            _mm512_storeu_si512(out->answered[class] + lane,
                                count_answered(layout, row, tile, class, lane));
    }
}

/* Weighted sums over constructs: of those whose importance is 1 for everybody, and of the others
 * three ways. */
struct fit_f32x16 {
    __m512 base, base_weight;
    __m512 plain, plain_weight, by_row, by_row_weight, by_lane, by_lane_weight;
};

/* value / weight, rounded up; 0 where weight is 0. */
static inline __m512 ratio_up(struct ratio sums) {
    __m512 weight = _mm512_cvtepi32_ps(_mm512_max_epi32(sums.weight_i32x16, _mm512_set1_epi32(1)));
    __m512 reciprocal = _mm512_mul_ps(_mm512_rcp14_ps(weight), _mm512_set1_ps(RECIPROCAL_UP));
    return _mm512_mul_ps(_mm512_cvtepi32_ps(sums.value_i32x16), reciprocal);
}

/* .6 score + .4 (1 - strain), strain rounded down; the score alone where no facet slot is common.
 */
static inline __m512 blend_strain(const struct answer_layout *layout, const struct answer_row *row,
                                  const struct answer_tile *tile, uint32_t c, uint32_t at,
                                  __m512 score) {
    struct ratio sums = sum_strain(row, tile, layout->group_first[c], layout->group_count[c], at);
    __mmask16 any = _mm512_test_epi32_mask(sums.weight_i32x16, sums.weight_i32x16);
    __m512 mean =
        _mm512_mul_ps(ratio_up(sums), _mm512_set1_ps(layout->strain_unit * (1.0f - 0x1p-12f)));
    __m512 calm = _mm512_sub_ps(_mm512_set1_ps(1.0f), mean);
    __m512 blend =
        _mm512_fmadd_ps(_mm512_set1_ps(0.4f), calm, _mm512_mul_ps(_mm512_set1_ps(0.6f), score));
    return _mm512_mask_mov_ps(score, any, blend);
}

static inline void add_construct(const struct answer_layout *layout, const struct answer_row *row,
                                 const struct answer_tile *tile, uint32_t c, uint32_t lane,
                                 struct fit_f32x16 *fit) {
    struct ratio sums =
        sum_groups(row, tile, layout->group_first[c], layout->group_count[c], 4 * lane);
    __mmask16 present = _mm512_test_epi32_mask(sums.weight_i32x16, sums.weight_i32x16);
    __m512 score = _mm512_min_ps(ratio_up(sums), _mm512_set1_ps(1.0f));
    if (layout->has_strain[c])
        score = blend_strain(layout, row, tile, c, 4 * lane, score);
    __m512 weight = _mm512_maskz_mov_ps(present, _mm512_set1_ps(layout->weight[c]));
    if (!layout->has_importance[c]) {
        fit->base = _mm512_fmadd_ps(weight, score, fit->base);
        fit->base_weight = _mm512_add_ps(fit->base_weight, weight);
        return;
    }
    __m512 by_row = _mm512_mul_ps(weight, _mm512_set1_ps(row->importance[c]));
    __m512 by_lane =
        _mm512_mul_ps(weight, _mm512_load_ps(tile->importance + c * TILE_LANES + lane));
    fit->plain = _mm512_fmadd_ps(weight, score, fit->plain);
    fit->plain_weight = _mm512_add_ps(fit->plain_weight, weight);
    fit->by_row = _mm512_fmadd_ps(by_row, score, fit->by_row);
    fit->by_row_weight = _mm512_add_ps(fit->by_row_weight, by_row);
    fit->by_lane = _mm512_fmadd_ps(by_lane, score, fit->by_lane);
    fit->by_lane_weight = _mm512_add_ps(fit->by_lane_weight, by_lane);
}

static inline struct fit_f32x16 sum_constructs(const struct answer_layout *layout,
                                               const struct answer_row *row,
                                               const struct answer_tile *tile, uint32_t lane) {
    __m512 zero = _mm512_setzero_ps();
    struct fit_f32x16 fit = {zero, zero, zero, zero, zero, zero, zero, zero};
    if (layout->has_singles) {
        struct ratio sums = sum_groups(row, tile, 0, 1, 4 * lane);
        __m512 unit = _mm512_set1_ps(layout->singles_unit);
        fit.base = _mm512_mul_ps(_mm512_cvtepi32_ps(sums.value_i32x16), unit);
        fit.base_weight = _mm512_mul_ps(_mm512_cvtepi32_ps(sums.weight_i32x16), unit);
    }
    for (uint32_t c = 0; c < layout->constructs; c++)
        add_construct(layout, row, tile, c, lane, &fit);
    return fit;
}

static inline __m512 quotient_up(__m512 value, __m512 weight) {
    __m512 reciprocal = _mm512_rcp14_ps(_mm512_max_ps(weight, _mm512_set1_ps(1e-30f)));
    return _mm512_mul_ps(value, _mm512_mul_ps(reciprocal, _mm512_set1_ps(RECIPROCAL_UP)));
}

/* What an answer common to both takes off `missing`, and the child-goal penalty. */
static inline __m512 penalties_down(const struct answer_layout *layout,
                                    const struct score_terms *terms, const struct answer_row *row,
                                    const struct answer_tile *tile, uint32_t lane) {
    __m512 missing = _mm512_set1_ps(1.0f);
    for (uint32_t class = 0; class < 3; class ++) {
        if (layout->class_share[class] <= 0.0f)
            continue;
        __m512 count = _mm512_cvtepi32_ps(count_answered(layout, row, tile, class, lane));
        missing = _mm512_fnmadd_ps(count, _mm512_set1_ps(layout->class_share[class]), missing);
    }
    __m512 penalty = _mm512_mul_ps(_mm512_set1_ps(terms->missing), missing);
    if (tile->children == NULL || row->children == 0)
        return penalty;
    __m128i children = _mm_loadu_si128((const __m128i *)(tile->children + lane));
    __mmask16 differ = _mm_cmpeq_epi8_mask(children, _mm_set1_epi8((char)(3 - row->children)));
    return _mm512_mask_add_ps(penalty, differ, penalty, _mm512_set1_ps(terms->child));
}

static inline void append(struct survivors *out, uint32_t at, uint32_t lane, __mmask16 one,
                          __mmask16 two, const __m512 parts[3]) {
    __mmask16 keep = one | two;
    uint32_t n = out->count;
    __m512i lanes =
        _mm512_add_epi32(_mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
                         _mm512_set1_epi32((int)(at * TILE_LANES + lane)));
    __m512i ways =
        _mm512_mask_mov_epi32(_mm512_maskz_set1_epi32(one, 1), two, _mm512_set1_epi32(2));
    ways = _mm512_mask_mov_epi32(ways, one & two, _mm512_set1_epi32(3));
    _mm256_storeu_si256((__m256i *)(out->pair + n),
                        _mm512_cvtepi32_epi16(_mm512_maskz_compress_epi32(keep, lanes)));
    _mm_storeu_si128((__m128i *)(out->ways + n),
                     _mm512_cvtepi32_epi8(_mm512_maskz_compress_epi32(keep, ways)));
    _mm512_storeu_ps(out->part + n, _mm512_maskz_compress_ps(keep, parts[0]));
    _mm512_storeu_ps(out->side_ab + n, _mm512_maskz_compress_ps(keep, parts[1]));
    _mm512_storeu_ps(out->side_ba + n, _mm512_maskz_compress_ps(keep, parts[2]));
    out->count = n + (uint32_t)__builtin_popcount(keep);
}

static uint64_t screen_avx512(const struct answer_layout *layout, const struct score_terms *terms,
                              const struct answer_row *row, const struct answer_tile *tile,
                              const struct duel *duel, uint32_t at, const uint64_t ways[2],
                              struct survivors *out) {
    const __m512 half_side = _mm512_set1_ps(0.15f * terms->side_fit);
    uint64_t unranked = 0;
    for (uint32_t lane = 0; lane < TILE_LANES; lane += 16) {
        __mmask16 one = (__mmask16)(ways[0] >> lane), two = (__mmask16)(ways[1] >> lane);
        if ((one | two) == 0)
            continue;
        struct fit_f32x16 fit = sum_constructs(layout, row, tile, lane);
        __m512 all = _mm512_add_ps(fit.base_weight, fit.plain_weight);
        __mmask16 ranked = _mm512_cmp_ps_mask(all, _mm512_setzero_ps(), _CMP_GT_OQ);
        unranked |= (uint64_t)((one | two) & (__mmask16)~ranked) << lane;
        __m512 score = quotient_up(_mm512_add_ps(fit.base, fit.plain), all);
        __m512 side_ab = quotient_up(_mm512_add_ps(fit.base, fit.by_row),
                                     _mm512_add_ps(fit.base_weight, fit.by_row_weight));
        __m512 side_ba = quotient_up(_mm512_add_ps(fit.base, fit.by_lane),
                                     _mm512_add_ps(fit.base_weight, fit.by_lane_weight));
        __m512 part = _mm512_fmsub_ps(_mm512_set1_ps(terms->fit), score,
                                      penalties_down(layout, terms, row, tile, lane));
        __m512 upper = _mm512_fmadd_ps(half_side, _mm512_add_ps(side_ab, side_ba), part);
        upper = _mm512_add_ps(upper,
                              _mm512_add_ps(_mm512_loadu_ps(duel->lane_reach + lane),
                                            _mm512_set1_ps(duel->row_reach[at] + KERNEL_MARGIN)));
        __m512 for_row = _mm512_add_ps(upper, _mm512_loadu_ps(duel->lane_bonus + lane));
        __m512 for_lane = _mm512_add_ps(upper, _mm512_set1_ps(duel->row_bonus[at]));
        one &=
            ranked & _mm512_cmp_ps_mask(for_row, _mm512_set1_ps(duel->row_limit[at]), _CMP_GE_OQ);
        two &= ranked &
               _mm512_cmp_ps_mask(for_lane, _mm512_loadu_ps(duel->lane_limit + lane), _CMP_GE_OQ);
        if ((one | two) != 0)
            append(out, at, lane, one, two, (const __m512[3]){part, side_ab, side_ba});
    }
    return unranked;
}

void kernels_answers_avx512(struct kernels *table) {
    table->answers = answers_avx512;
    table->screen = screen_avx512;
}
