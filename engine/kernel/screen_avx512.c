/* Bound 1: the questionnaire of sixteen pairs as floats, and the best affinity that either could
 * have.
 *
 * Per 16 lanes and group: 2 loads, 2 vpermb, 4 vpdpbusd (sums_avx512.h); per construct one division
 * by the weight (a reciprocal of 14 bits, taken upwards). Constructs of a single item share group
 * 0, where the ratio cancels and their W_c is in the table. Beside that the tail counts: three
 * ways to weigh constructs (plain, by the row's and by the lane's importance), three quotients,
 * missing answers by class, the limits of both sides.
 *
 *   lanes of a row that are eligible: about 6.5 in each sixteen that has any (100,000 people)
 *   instructions per sixteen lanes:   about 220 with the loops unrolled, 400 with counts in memory
 *
 * So there are two copies of the same code: one for the shape of the questionnaire that most people
 * will have (`usual`), one for every other. */
#include <string.h>

#include "engine/kernel/isa.h"
#include "engine/kernel/sums_avx512.h"

/* How many of which: all that loops and branches depend on. */
struct shape {
    uint32_t words, constructs;
    bool has_singles;
    uint8_t group_first[KERNEL_CONSTRUCTS], group_count[KERNEL_CONSTRUCTS];
    bool has_strain[KERNEL_CONSTRUCTS], has_importance[KERNEL_CONSTRUCTS];
};

static const struct shape usual = {
    .words = 1,
    .constructs = 5,
    .has_singles = true,
    .group_first = {1, 3, 4, 5, 7},
    .group_count = {2, 1, 1, 2, 2},
    .has_strain = {false, true},
    .has_importance = {false, false, true, true},
};

/* Sixteen lanes of a row, and the ways of those that are eligible. */
struct block {
    uint16_t one, two;
    uint8_t row, lane;
};

/* What those sixteen pairs are computed from. */
struct sixteen {
    const struct answer_layout *layout;
    const struct score_terms *terms;
    const struct answer_row *row;
    const struct answer_tile *tile;
    uint32_t lane;
};

/* Weighted sums over constructs: of those whose importance is 1 for everybody, and of the others
 * three ways. */
struct fit_f32x16 {
    __m512 base, base_weight;
    __m512 plain, plain_weight, by_row, by_row_weight, by_lane, by_lane_weight;
};

/* value / weight, rounded up, where weight is not 0; else 0. */
ALWAYS_INLINE __m512 ratio_up(struct ratio sums, __mmask16 *present) {
    *present = _mm512_test_epi32_mask(sums.weight_i32x16, sums.weight_i32x16);
    __m512 weight = _mm512_cvtepi32_ps(sums.weight_i32x16);
    __m512 reciprocal =
        _mm512_mul_ps(_mm512_maskz_rcp14_ps(*present, weight), _mm512_set1_ps(RECIPROCAL_UP));
    return _mm512_mul_ps(_mm512_cvtepi32_ps(sums.value_i32x16), reciprocal);
}

/* .6 score + .4 (1 - strain), strain rounded down; the score alone where no facet slot is common.
 */
ALWAYS_INLINE __m512 blend_strain(const struct sixteen *s, const struct shape *shape, uint32_t c,
                                  __m512 score) {
    struct ratio sums =
        sum_strain(s->row, s->tile, shape->group_first[c], shape->group_count[c], 4 * s->lane);
    __mmask16 any;
    __m512 strain = ratio_up(sums, &any);
    const __m512 unit = _mm512_set1_ps(0.4f * s->layout->strain_unit * (1.0f - 0x1p-12f));
    __m512 calm = _mm512_fnmadd_ps(strain, unit, _mm512_set1_ps(0.4f));
    return _mm512_mask_mov_ps(score, any, _mm512_fmadd_ps(_mm512_set1_ps(0.6f), score, calm));
}

ALWAYS_INLINE void add_construct(const struct sixteen *s, const struct shape *shape, uint32_t c,
                                 struct fit_f32x16 *fit) {
    struct ratio sums =
        sum_groups(s->row, s->tile, shape->group_first[c], shape->group_count[c], 4 * s->lane);
    __mmask16 present;
    __m512 score = _mm512_min_ps(ratio_up(sums, &present), _mm512_set1_ps(1.0f));
    if (shape->has_strain[c])
        score = _mm512_maskz_mov_ps(present, blend_strain(s, shape, c, score));
    __m512 weight = _mm512_set1_ps(s->layout->weight[c]);
    if (!shape->has_importance[c]) {
        fit->base = _mm512_fmadd_ps(weight, score, fit->base);
        fit->base_weight = _mm512_mask_add_ps(fit->base_weight, present, fit->base_weight, weight);
        return;
    }
    __m512 by_row = _mm512_mul_ps(weight, _mm512_set1_ps(s->row->importance[c]));
    __m512 by_lane =
        _mm512_mul_ps(weight, _mm512_load_ps(s->tile->importance + c * TILE_LANES + s->lane));
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
        struct ratio sums = sum_groups(s->row, s->tile, 0, 1, 4 * s->lane);
        __m512 unit = _mm512_set1_ps(s->layout->singles_unit);
        fit.base = _mm512_mul_ps(_mm512_cvtepi32_ps(sums.value_i32x16), unit);
        fit.base_weight = _mm512_mul_ps(_mm512_cvtepi32_ps(sums.weight_i32x16), unit);
    }
#pragma GCC unroll 8
    for (uint32_t c = 0; c < shape->constructs; c++)
        add_construct(s, shape, c, &fit);
    return fit;
}

ALWAYS_INLINE __m512 quotient_up(__m512 value, __m512 weight) {
    __m512 reciprocal = _mm512_rcp14_ps(_mm512_max_ps(weight, _mm512_set1_ps(1e-30f)));
    return _mm512_mul_ps(value, _mm512_mul_ps(reciprocal, _mm512_set1_ps(RECIPROCAL_UP)));
}

/* What an answer common to both takes off `missing`, and the child-goal penalty. */
ALWAYS_INLINE __m512 penalties_down(const struct sixteen *s, const struct shape *shape) {
    __m512 missing = _mm512_set1_ps(1.0f);
#pragma GCC unroll 3
    for (uint32_t class = 0; class < 3; class ++) {
        __m512 count = _mm512_cvtepi32_ps(
            count_answered(s->layout, shape->words, s->row, s->tile, class, s->lane));
        missing = _mm512_fnmadd_ps(count, _mm512_set1_ps(s->layout->class_share[class]), missing);
    }
    __m512 penalty = _mm512_mul_ps(_mm512_set1_ps(s->terms->missing), missing);
    if (s->tile->children == NULL || s->row->children == 0)
        return penalty;
    __m128i children = _mm_loadu_si128((const __m128i *)(s->tile->children + s->lane));
    __mmask16 differ = _mm_cmpeq_epi8_mask(children, _mm_set1_epi8((char)(3 - s->row->children)));
    return _mm512_mask_add_ps(penalty, differ, penalty, _mm512_set1_ps(s->terms->child));
}

static const ALIGNED64 uint16_t numbers[32] = {0, 1, 2,  3,  4,  5,  6,  7,
                                               8, 9, 10, 11, 12, 13, 14, 15};

/* Writes the kept of sixteen to n; returns where the next go. Always all registers, because whether
 * anybody is kept is a coin's throw: a branch would cost more. */
ALWAYS_INLINE uint32_t append(struct survivors *out, uint32_t n, const struct block *block,
                              __mmask16 one, __mmask16 two, const __m512 parts[3]) {
    __mmask16 keep = one | two;
    uint32_t pair = block->row * TILE_LANES + block->lane;
    __m256i pairs = _mm256_add_epi16(_mm256_load_si256((const __m256i *)numbers),
                                     _mm256_set1_epi16((short)pair));
    __m128i ways = _mm_sub_epi8(_mm_maskz_set1_epi8(one, 1), _mm_maskz_set1_epi8(two, -2));
    _mm256_storeu_si256((__m256i *)(out->pair + n), _mm256_maskz_compress_epi16(keep, pairs));
    _mm_storeu_si128((__m128i *)(out->ways + n), _mm_maskz_compress_epi8(keep, ways));
    _mm512_storeu_ps(out->part + n, _mm512_maskz_compress_ps(keep, parts[0]));
    _mm512_storeu_ps(out->side_ab + n, _mm512_maskz_compress_ps(keep, parts[1]));
    _mm512_storeu_ps(out->side_ba + n, _mm512_maskz_compress_ps(keep, parts[2]));
    return n + (uint32_t)__builtin_popcount(keep);
}

/* Screens a block; *ranked: the lanes that have a construct to rank by. */
ALWAYS_INLINE uint32_t screen_block(const struct screening *in, const struct shape *shape,
                                    const struct block *block, struct survivors *out, uint32_t n,
                                    __mmask16 *ranked) {
    const struct duel *duel = in->duel;
    const uint32_t at = block->row, lane = block->lane;
    const struct sixteen s = {in->layout, in->terms, &in->rows[at], in->tile, lane};
    struct fit_f32x16 fit = sum_constructs(&s, shape);
    __m512 all = _mm512_add_ps(fit.base_weight, fit.plain_weight);
    *ranked = _mm512_cmp_ps_mask(all, _mm512_setzero_ps(), _CMP_GT_OQ);
    __m512 score = quotient_up(_mm512_add_ps(fit.base, fit.plain), all);
    __m512 side_ab = quotient_up(_mm512_add_ps(fit.base, fit.by_row),
                                 _mm512_add_ps(fit.base_weight, fit.by_row_weight));
    __m512 side_ba = quotient_up(_mm512_add_ps(fit.base, fit.by_lane),
                                 _mm512_add_ps(fit.base_weight, fit.by_lane_weight));
    __m512 part = _mm512_fmsub_ps(_mm512_set1_ps(in->terms->fit), score, penalties_down(&s, shape));
    const __m512 half_side = _mm512_set1_ps(0.15f * in->terms->side_fit);
    __m512 upper = _mm512_fmadd_ps(half_side, _mm512_add_ps(side_ab, side_ba), part);
    __m512 reach = _mm512_add_ps(_mm512_loadu_ps(duel->lane_reach + lane),
                                 _mm512_set1_ps(duel->row_reach[at] + KERNEL_MARGIN));
    upper = _mm512_add_ps(upper, reach);
    __m512 for_row = _mm512_add_ps(upper, _mm512_loadu_ps(duel->lane_bonus + lane));
    __m512 for_lane = _mm512_add_ps(upper, _mm512_set1_ps(duel->row_bonus[at]));
    __mmask16 one = _mm512_mask_cmp_ps_mask(block->one & *ranked, for_row,
                                            _mm512_set1_ps(duel->row_limit[at]), _CMP_GE_OQ);
    __mmask16 two = _mm512_mask_cmp_ps_mask(block->two & *ranked, for_lane,
                                            _mm512_loadu_ps(duel->lane_limit + lane), _CMP_GE_OQ);
    return append(out, n, block, one, two, (const __m512[3]){part, side_ab, side_ba});
}

/* The blocks that hold anybody. */
static uint32_t list_blocks(uint64_t rows, uint64_t ways[][2], struct block *list) {
    uint32_t n = 0;
    for (uint64_t left = rows; left != 0; left &= left - 1) {
        uint32_t row = (uint32_t)__builtin_ctzll(left);
        for (uint32_t lane = 0; lane < TILE_LANES; lane += 16) {
            uint16_t one = (uint16_t)(ways[row][0] >> lane), two = (uint16_t)(ways[row][1] >> lane);
            list[n] = (struct block){one, two, (uint8_t)row, (uint8_t)lane};
            n += (one | two) != 0;
        }
    }
    return n;
}

ALWAYS_INLINE void screen_shape(const struct screening *in, const struct shape *shape,
                                uint64_t rows, uint64_t ways[][2], struct survivors *out) {
    struct block blocks[TILE_LANES * TILE_LANES / 16 + 1];
    uint32_t count = list_blocks(rows, ways, blocks), n = out->count;
#pragma GCC unroll 1
    for (uint32_t i = 0; i < count; i++) {
        __mmask16 ranked;
        n = screen_block(in, shape, &blocks[i], out, n, &ranked);
        if (__builtin_expect(((blocks[i].one | blocks[i].two) & ~ranked) != 0, 0)) {
            uint64_t unranked = (uint64_t)(uint16_t)~ranked << blocks[i].lane;
            ways[blocks[i].row][0] &= ~unranked;
            ways[blocks[i].row][1] &= ~unranked;
        }
    }
    out->count = n;
}

static bool is_usual(const struct answer_layout *layout) {
    return layout->words == usual.words && layout->constructs == usual.constructs &&
           layout->has_singles &&
           memcmp(layout->group_first, usual.group_first, sizeof usual.group_first) == 0 &&
           memcmp(layout->group_count, usual.group_count, sizeof usual.group_count) == 0 &&
           memcmp(layout->has_strain, usual.has_strain, sizeof usual.has_strain) == 0 &&
           memcmp(layout->has_importance, usual.has_importance, sizeof usual.has_importance) == 0;
}

static void screen_any(const struct screening *in, uint64_t rows, uint64_t ways[][2],
                       struct survivors *out) {
    const struct answer_layout *layout = in->layout;
    struct shape shape = {
        .words = layout->words,
        .constructs = layout->constructs,
        .has_singles = layout->has_singles,
    };
    memcpy(shape.group_first, layout->group_first, sizeof shape.group_first);
    memcpy(shape.group_count, layout->group_count, sizeof shape.group_count);
    memcpy(shape.has_strain, layout->has_strain, sizeof shape.has_strain);
    memcpy(shape.has_importance, layout->has_importance, sizeof shape.has_importance);
    screen_shape(in, &shape, rows, ways, out);
}

static void screen_avx512(const struct screening *in, uint64_t rows, uint64_t ways[][2],
                          struct survivors *out) {
    if (is_usual(in->layout))
        screen_shape(in, &usual, rows, ways, out);
    else
        screen_any(in, rows, ways, out);
}

void kernels_screen_avx512(struct kernels *table) {
    table->screen = screen_avx512;
}
