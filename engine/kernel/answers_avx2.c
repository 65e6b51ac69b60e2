/* The questionnaire against 64 candidates, eight lanes at a time.
 *
 *   codes  |c00 c01 c02 c03|c10 c11 c12 c13|...   a dword a lane, a byte a slot: slot * 16 + code
 *   table  16 bytes a slot, in both halves of a register
 *
 * vpshufb looks up 16 codes only, so each slot has its own look-up: the other slots' bytes get
 * their top bit set, which makes vpshufb give 0 there, and the four results are or-ed together. The
 * indices serve both tables.
 *
 * vpmaddubsw multiplies each byte (at most 255) by the candidate's freshness (at most 63) and adds
 * two neighbours: 2 * 255 * 63 = 32130 < 2^15, so its saturation never sets in; vpmaddwd by ones
 * adds the other two. The sums are exact. Weights need no look-up: a broadcast dword against the
 * same freshness bytes.
 *
 * Ratios are true divisions here (an 11-bit reciprocal would cost a refinement step, which is no
 * cheaper). */
#include "engine/kernel/isa.h"

#include <immintrin.h>

struct ratio {
    __m256i value_i32x8, weight_i32x8;
};

/* Where a register of codes points in each slot's table; top bit set where the byte is of another
 * slot. */
struct indices {
    __m256i slot_u8x32[4];
};

static inline __m256i load32(const uint8_t *bytes) {
    return _mm256_load_si256((const __m256i *)bytes);
}

static inline __m256i broadcast_bytes(uint32_t four) {
    return _mm256_set1_epi32((int)four);
}

static inline struct indices indices_of(__m256i codes) {
    struct indices out;
    for (int slot = 0; slot < 4; slot++) {
        uint32_t others = 0x80808080u & ~(0x80u << 8 * slot);
        out.slot_u8x32[slot] = _mm256_or_si256(codes, broadcast_bytes(others));
    }
    return out;
}

static inline __m256i look_up_slot(const struct indices *at, const uint8_t table[64], int slot) {
    __m128i sixteen = _mm_load_si128((const __m128i *)(table + slot * KERNEL_CODES));
    return _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(sixteen), at->slot_u8x32[slot]);
}

static inline __m256i look_up(const struct indices *at, const uint8_t table[64]) {
    __m256i even = _mm256_or_si256(look_up_slot(at, table, 0), look_up_slot(at, table, 2));
    __m256i odd = _mm256_or_si256(look_up_slot(at, table, 1), look_up_slot(at, table, 3));
    return _mm256_or_si256(even, odd);
}

/* sum + the four products of each dword; values unsigned, factors signed and not negative. */
static inline __m256i add_products(__m256i sum_i32x8, __m256i value_u8x32, __m256i factor_i8x32) {
    __m256i pairs_i16x16 = _mm256_maddubs_epi16(value_u8x32, factor_i8x32);
    return _mm256_add_epi32(sum_i32x8, _mm256_madd_epi16(pairs_i16x16, _mm256_set1_epi16(1)));
}

/* Sums of groups first .. first + count - 1 for the eight lanes at byte `at` of a group. */
static inline struct ratio sum_groups(const struct answer_row *row, const struct answer_tile *tile,
                                      uint32_t first, uint32_t count, uint32_t at) {
    __m256i hi = _mm256_setzero_si256(), lo = hi, weight_hi = hi, weight_lo = hi;
    for (uint32_t g = first; g < first + count; g++) {
        struct indices codes = indices_of(load32(tile->codes + g * 256 + at));
        __m256i fresh = load32(tile->fresh + g * 256 + at);
        hi = add_products(hi, look_up(&codes, row->hi[g]), fresh);
        lo = add_products(lo, look_up(&codes, row->lo[g]), fresh);
        weight_hi = add_products(weight_hi, broadcast_bytes(row->weight_hi[g]), fresh);
        weight_lo = add_products(weight_lo, broadcast_bytes(row->weight_lo[g]), fresh);
    }
    struct ratio sums = {
        .value_i32x8 = _mm256_add_epi32(_mm256_slli_epi32(hi, 7), lo),
        .weight_i32x8 = _mm256_add_epi32(_mm256_slli_epi32(weight_hi, 7), weight_lo),
    };
    return sums;
}

/* Strain in table units, and how many facet slots both answered. */
static inline struct ratio sum_strain(const struct answer_row *row, const struct answer_tile *tile,
                                      uint32_t first, uint32_t count, uint32_t at) {
    __m256i sum = _mm256_setzero_si256(), both = sum;
    const __m256i one_u8x32 = _mm256_set1_epi8(1);
    for (uint32_t g = first; g < first + count; g++) {
        struct indices codes = indices_of(load32(tile->codes + g * 256 + at));
        __m256i on = _mm256_min_epu8(load32(tile->fresh + g * 256 + at), one_u8x32);
        sum = add_products(sum, look_up(&codes, row->strain[g]), on);
        both = add_products(both, broadcast_bytes(row->strain_on[g]), on);
    }
    struct ratio sums = {.value_i32x8 = sum, .weight_i32x8 = both};
    return sums;
}

/* Set bits of each dword: of each half byte by look-up, then added up. */
static inline __m256i count_bits(__m256i words) {
    const __m256i bits_of =
        _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
    const __m256i half = _mm256_set1_epi8(15);
    __m256i low = _mm256_shuffle_epi8(bits_of, _mm256_and_si256(words, half));
    __m256i high =
        _mm256_shuffle_epi8(bits_of, _mm256_and_si256(_mm256_srli_epi32(words, 4), half));
    return add_products(_mm256_setzero_si256(), _mm256_add_epi8(low, high), _mm256_set1_epi8(1));
}

static inline __m256i count_answered(const struct answer_layout *layout,
                                     const struct answer_row *row, const struct answer_tile *tile,
                                     uint32_t class, uint32_t lane) {
    __m256i count = _mm256_setzero_si256();
    for (uint32_t w = 0; w < layout->words; w++) {
        __m256i theirs =
            _mm256_load_si256((const __m256i *)(tile->answered + w * TILE_LANES + lane));
        uint32_t ours = row->answered[w] & layout->class_mask[class][w];
        __m256i both = _mm256_and_si256(theirs, _mm256_set1_epi32((int)ours));
        count = _mm256_add_epi32(count, count_bits(both));
    }
    return count;
}

static inline void store_i32x8(int32_t *out, __m256i values) {
    _mm256_storeu_si256((__m256i *)out, values);
}

static inline struct ratio sum_singles(const struct answer_layout *layout,
                                       const struct answer_row *row, const struct answer_tile *tile,
                                       uint32_t lane) {
    return sum_groups(row, tile, 0, layout->has_singles ? 1 : 0, 4 * lane);
}

static void answers_avx2(const struct answer_layout *layout, const struct answer_row *row,
                         const struct answer_tile *tile, struct answer_sums *out) {
    for (uint32_t lane = 0; lane < TILE_LANES; lane += 8) {
        for (uint32_t c = 0; c < layout->constructs; c++) {
            uint32_t first = layout->group_first[c], count = layout->group_count[c];
            struct ratio sums = sum_groups(row, tile, first, count, 4 * lane);
            store_i32x8(out->value[c] + lane, sums.value_i32x8);
            store_i32x8(out->weight[c] + lane, sums.weight_i32x8);
            if (!layout->has_strain[c])
                continue;
            sums = sum_strain(row, tile, first, count, 4 * lane);
            store_i32x8(out->strain + lane, sums.value_i32x8);
            store_i32x8(out->strain_count + lane, sums.weight_i32x8);
        }
        struct ratio singles = sum_singles(layout, row, tile, lane);
        store_i32x8(out->value[KERNEL_CONSTRUCTS] + lane, singles.value_i32x8);
        store_i32x8(out->weight[KERNEL_CONSTRUCTS] + lane, singles.weight_i32x8);
        for (uint32_t class = 0; class < 3; class ++)
            store_i32x8(out->answered[class] + lane,
                        count_answered(layout, row, tile, class, lane));
    }
}

/* Weighted sums over constructs: of those whose importance is 1 for everybody, and of the others
 * three ways. */
struct fit_f32x8 {
    __m256 base, base_weight;
    __m256 plain, plain_weight, by_row, by_row_weight, by_lane, by_lane_weight;
};

/* All ones where the dword is above 0. */
static inline __m256 positive(__m256i values) {
    return _mm256_castsi256_ps(_mm256_cmpgt_epi32(values, _mm256_setzero_si256()));
}

/* value / weight, rounded up; 0 where weight is 0. */
static inline __m256 ratio_up(struct ratio sums) {
    __m256 weight = _mm256_cvtepi32_ps(_mm256_max_epi32(sums.weight_i32x8, _mm256_set1_epi32(1)));
    __m256 ratio = _mm256_div_ps(_mm256_cvtepi32_ps(sums.value_i32x8), weight);
    return _mm256_mul_ps(ratio, _mm256_set1_ps(RECIPROCAL_UP));
}

/* .6 score + .4 (1 - strain), strain rounded down; the score alone where no facet slot is common.
 */
static inline __m256 blend_strain(const struct answer_layout *layout, const struct answer_row *row,
                                  const struct answer_tile *tile, uint32_t c, uint32_t at,
                                  __m256 score) {
    struct ratio sums = sum_strain(row, tile, layout->group_first[c], layout->group_count[c], at);
    __m256 down = _mm256_set1_ps(layout->strain_unit * (1.0f - 0x1p-12f));
    __m256 calm = _mm256_sub_ps(_mm256_set1_ps(1.0f), _mm256_mul_ps(ratio_up(sums), down));
    __m256 blend =
        _mm256_fmadd_ps(_mm256_set1_ps(0.4f), calm, _mm256_mul_ps(_mm256_set1_ps(0.6f), score));
    return _mm256_blendv_ps(score, blend, positive(sums.weight_i32x8));
}

static inline void add_construct(const struct answer_layout *layout, const struct answer_row *row,
                                 const struct answer_tile *tile, uint32_t c, uint32_t lane,
                                 struct fit_f32x8 *fit) {
    struct ratio sums =
        sum_groups(row, tile, layout->group_first[c], layout->group_count[c], 4 * lane);
    __m256 score = _mm256_min_ps(ratio_up(sums), _mm256_set1_ps(1.0f));
    if (layout->has_strain[c])
        score = blend_strain(layout, row, tile, c, 4 * lane, score);
    __m256 weight = _mm256_and_ps(positive(sums.weight_i32x8), _mm256_set1_ps(layout->weight[c]));
    if (!layout->has_importance[c]) {
        fit->base = _mm256_fmadd_ps(weight, score, fit->base);
        fit->base_weight = _mm256_add_ps(fit->base_weight, weight);
        return;
    }
    __m256 by_row = _mm256_mul_ps(weight, _mm256_set1_ps(row->importance[c]));
    __m256 by_lane =
        _mm256_mul_ps(weight, _mm256_load_ps(tile->importance + c * TILE_LANES + lane));
    fit->plain = _mm256_fmadd_ps(weight, score, fit->plain);
    fit->plain_weight = _mm256_add_ps(fit->plain_weight, weight);
    fit->by_row = _mm256_fmadd_ps(by_row, score, fit->by_row);
    fit->by_row_weight = _mm256_add_ps(fit->by_row_weight, by_row);
    fit->by_lane = _mm256_fmadd_ps(by_lane, score, fit->by_lane);
    fit->by_lane_weight = _mm256_add_ps(fit->by_lane_weight, by_lane);
}

static inline struct fit_f32x8 sum_constructs(const struct answer_layout *layout,
                                              const struct answer_row *row,
                                              const struct answer_tile *tile, uint32_t lane) {
    __m256 zero = _mm256_setzero_ps();
    struct fit_f32x8 fit = {zero, zero, zero, zero, zero, zero, zero, zero};
    if (layout->has_singles) {
        struct ratio sums = sum_singles(layout, row, tile, lane);
        __m256 unit = _mm256_set1_ps(layout->singles_unit);
        fit.base = _mm256_mul_ps(_mm256_cvtepi32_ps(sums.value_i32x8), unit);
        fit.base_weight = _mm256_mul_ps(_mm256_cvtepi32_ps(sums.weight_i32x8), unit);
    }
    for (uint32_t c = 0; c < layout->constructs; c++)
        add_construct(layout, row, tile, c, lane, &fit);
    return fit;
}

static inline __m256 quotient_up(__m256 value, __m256 weight) {
    __m256 quotient = _mm256_div_ps(value, _mm256_max_ps(weight, _mm256_set1_ps(1e-30f)));
    return _mm256_mul_ps(quotient, _mm256_set1_ps(RECIPROCAL_UP));
}

/* What an answer common to both takes off `missing`, and the child-goal penalty. */
static inline __m256 penalties_down(const struct answer_layout *layout,
                                    const struct score_terms *terms, const struct answer_row *row,
                                    const struct answer_tile *tile, uint32_t lane) {
    __m256 missing = _mm256_set1_ps(1.0f);
    for (uint32_t class = 0; class < 3; class ++) {
        if (layout->class_share[class] <= 0.0f)
            continue;
        __m256 count = _mm256_cvtepi32_ps(count_answered(layout, row, tile, class, lane));
        missing = _mm256_fnmadd_ps(count, _mm256_set1_ps(layout->class_share[class]), missing);
    }
    __m256 penalty = _mm256_mul_ps(_mm256_set1_ps(terms->missing), missing);
    if (tile->children == NULL || row->children == 0)
        return penalty;
    __m256i children =
        _mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)(tile->children + lane)));
    __m256i differ = _mm256_cmpeq_epi32(children, _mm256_set1_epi32(3 - row->children));
    __m256 child = _mm256_and_ps(_mm256_castsi256_ps(differ), _mm256_set1_ps(terms->child));
    return _mm256_add_ps(penalty, child);
}

static inline void append(struct survivors *out, uint32_t at, uint32_t lane, uint32_t one,
                          uint32_t two, const __m256 parts[3]) {
    ALIGNED64 float values[3][8];
    for (int i = 0; i < 3; i++)
        _mm256_store_ps(values[i], parts[i]);
    for (uint32_t left = one | two; left != 0; left &= left - 1) {
        uint32_t k = (uint32_t)__builtin_ctz(left), n = out->count++;
        out->pair[n] = (uint16_t)(at * TILE_LANES + lane + k);
        out->ways[n] = (uint8_t)((one >> k & 1) | (two >> k & 1) << 1);
        out->part[n] = values[0][k];
        out->side_ab[n] = values[1][k];
        out->side_ba[n] = values[2][k];
    }
}

static inline uint32_t lanes_at_least(__m256 value, __m256 least) {
    return (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(value, least, _CMP_GE_OQ));
}

/* part, side_ab, side_ba; returns the lanes that have a construct to rank by. */
static inline uint32_t parts_of(const struct answer_layout *layout, const struct score_terms *terms,
                                const struct answer_row *row, const struct answer_tile *tile,
                                uint32_t lane, __m256 parts[3]) {
    struct fit_f32x8 fit = sum_constructs(layout, row, tile, lane);
    __m256 all = _mm256_add_ps(fit.base_weight, fit.plain_weight);
    __m256 score = quotient_up(_mm256_add_ps(fit.base, fit.plain), all);
    parts[0] = _mm256_fmsub_ps(_mm256_set1_ps(terms->fit), score,
                               penalties_down(layout, terms, row, tile, lane));
    parts[1] = quotient_up(_mm256_add_ps(fit.base, fit.by_row),
                           _mm256_add_ps(fit.base_weight, fit.by_row_weight));
    parts[2] = quotient_up(_mm256_add_ps(fit.base, fit.by_lane),
                           _mm256_add_ps(fit.base_weight, fit.by_lane_weight));
    return (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(all, _mm256_setzero_ps(), _CMP_GT_OQ));
}

/* One row; returns the lanes without a construct to rank by. */
static uint64_t screen_row(const struct screening *in, uint32_t at, const uint64_t ways[2],
                           struct survivors *out) {
    const struct duel *duel = in->duel;
    const __m256 half_side = _mm256_set1_ps(0.15f * in->terms->side_fit);
    const __m256 reach = _mm256_set1_ps(duel->row_reach[at] + KERNEL_MARGIN);
    uint64_t unranked = 0;
    for (uint32_t lane = 0; lane < TILE_LANES; lane += 8) {
        uint32_t one = ways[0] >> lane & 0xff, two = ways[1] >> lane & 0xff;
        if ((one | two) == 0)
            continue;
        __m256 parts[3];
        uint32_t ranked = parts_of(in->layout, in->terms, &in->rows[at], in->tile, lane, parts);
        unranked |= (uint64_t)((one | two) & ~ranked) << lane;
        __m256 upper = _mm256_fmadd_ps(half_side, _mm256_add_ps(parts[1], parts[2]), parts[0]);
        upper =
            _mm256_add_ps(upper, _mm256_add_ps(_mm256_loadu_ps(duel->lane_reach + lane), reach));
        __m256 for_row = _mm256_add_ps(upper, _mm256_loadu_ps(duel->lane_bonus + lane));
        __m256 for_lane = _mm256_add_ps(upper, _mm256_set1_ps(duel->row_bonus[at]));
        one &= ranked & lanes_at_least(for_row, _mm256_set1_ps(duel->row_limit[at]));
        two &= ranked & lanes_at_least(for_lane, _mm256_loadu_ps(duel->lane_limit + lane));
        if ((one | two) != 0)
            append(out, at, lane, one, two, parts);
    }
    return unranked;
}

static void screen_avx2(const struct screening *in, uint64_t rows, uint64_t ways[][2],
                        struct survivors *out) {
    for (uint64_t left = rows; left != 0; left &= left - 1) {
        uint32_t row = (uint32_t)__builtin_ctzll(left);
        uint64_t unranked = screen_row(in, row, ways[row], out);
        ways[row][0] &= ~unranked;
        ways[row][1] &= ~unranked;
    }
}

void kernels_answers_avx2(struct kernels *table) {
    table->answers = answers_avx2;
    table->screen = screen_avx2;
}
