/* Bound 1: the questionnaire of sixteen pairs as floats, and the best affinity that either could
 * have.
 *
 * Per 16 lanes and group: 2 loads, 2 vpermb, 4 vpdpbusd (sums_avx512.h); per construct one division
 * by the weight (a reciprocal of 14 bits, taken upwards). Constructs of a single item share group
 * 0, where the ratio cancels and their W_c is in the table. Beside that the tail counts: three
 * ways to weigh constructs (plain, by the row's and by the lane's importance), three quotients,
 * missing answers by class, the limits of both sides.
 *
 *   lanes of a row that are eligible: about 7 in each sixteen that has any (100,000 people)
 *   instructions per sixteen lanes:   about 330 with the loops unrolled, 240 of them on the vector
 *                                     units, in about 80 cycles
 *
 * What a row or a call has in common is laid out before, so that it comes as a broadcast from
 * memory; the sixteens that hold anybody are listed before, so that the loop has no branch to
 * guess.
 *
 * Tried, and no faster: high bytes of the tables first, the whole for those who are left after a
 * look at their faces (both together are as many instructions); sixteens gathered out of 32 lanes
 * (a quarter fewer of them, each a fifth longer and later to begin).
 *
 * There are two copies of the same code: one for the shape of the questionnaire that most people
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

/* Sixteens of lanes of a row that hold anybody, and the ways of those that are eligible. */
enum { BLOCKS_MAX = TILE_LANES * TILE_LANES / 16 };
struct blocks {
    uint16_t place[BLOCKS_MAX + 32]; /* row * 4 + which sixteen */
    uint16_t one[BLOCKS_MAX + 32], two[BLOCKS_MAX + 32];
};
struct block {
    uint16_t one, two;
    uint32_t row, lane;
};

ALWAYS_INLINE struct block block_at(const struct blocks *blocks, uint32_t i) {
    return (struct block){blocks->one[i], blocks->two[i], blocks->place[i] / 4u,
                          blocks->place[i] % 4u * 16};
}

/* What depends on the row, or on the lane, alone: a pair is kept one way if its own part and the
 * lane's `one` reach the row's, and the other way likewise. */
struct row_terms {
    float one, two; /* limit - reach; - reach - bonus; reach with the margin */
};
struct lane_terms {
    ALIGNED64 float one[TILE_LANES], two[TILE_LANES]; /* reach + bonus; reach - limit */
};

/* What is the same for all pairs of a call, as factors that take reciprocals upwards where they
 * meet them. */
struct call_terms {
    float weight[KERNEL_CONSTRUCTS], weight_up[KERNEL_CONSTRUCTS];
    float singles_unit;
    float strain; /* .4 of a unit, downwards */
    float fit_up, half_side;
    float missing, missing_of[3]; /* at no common answer, and off for each of a class */
    float child;
};

/* What sixteen pairs are computed from. */
struct sixteen {
    const struct call_terms *call;
    const struct answer_row *row;
    struct answers16 answers;
    const uint32_t *answered;
    const float *importance;
    const uint8_t *children; /* NULL: no penalty */
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
        sum_strain(s->row, s->answers, shape->group_first[c], shape->group_count[c]);
    __mmask16 any;
    __m512 strain = ratio_near(sums, &any);
    __m512 calm = _mm512_fnmadd_ps(strain, _mm512_set1_ps(s->call->strain), _mm512_set1_ps(0.4f));
    return _mm512_mask_mov_ps(score, any, _mm512_fmadd_ps(_mm512_set1_ps(0.6f), score, calm));
}

ALWAYS_INLINE void add_construct(const struct sixteen *s, const struct shape *shape, uint32_t c,
                                 struct fit_f32x16 *fit) {
    struct ratio sums =
        sum_groups(s->row, s->answers, shape->group_first[c], shape->group_count[c]);
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
    __m512 by_lane = _mm512_mul_ps(weight, _mm512_load_ps(s->importance + c * TILE_LANES));
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
        struct ratio sums = sum_groups(s->row, s->answers, 0, 1);
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
            _mm512_cvtepi32_ps(count_answered(s->answered, shape->words, s->row->own[class]));
        penalty = _mm512_fnmadd_ps(count, _mm512_set1_ps(s->call->missing_of[class]), penalty);
    }
    if (s->children == NULL)
        return penalty;
    __m128i children = _mm_loadu_si128((const __m128i *)s->children);
    __mmask16 differ = _mm_cmpeq_epi8_mask(children, _mm_set1_epi8((char)(3 - s->row->children)));
    return _mm512_mask_add_ps(penalty, differ, penalty, _mm512_set1_ps(s->call->child));
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
    __m128i ways = _mm_or_si128(_mm_maskz_mov_epi8(one, _mm_set1_epi8(1)),
                                _mm_maskz_mov_epi8(two, _mm_set1_epi8(2)));
    _mm256_storeu_si256((__m256i *)(out->pair + n), _mm256_maskz_compress_epi16(keep, pairs));
    _mm_storeu_si128((__m128i *)(out->ways + n), _mm_maskz_compress_epi8(keep, ways));
    _mm512_storeu_ps(out->part + n, _mm512_maskz_compress_ps(keep, parts[0]));
    _mm512_storeu_ps(out->side_ab + n, _mm512_maskz_compress_ps(keep, parts[1]));
    _mm512_storeu_ps(out->side_ba + n, _mm512_maskz_compress_ps(keep, parts[2]));
    return n + (uint32_t)__builtin_popcount(keep);
}

/* A block on its way: what is summed up, and what is taken off. */
struct summed {
    struct fit_f32x16 fit;
    __m512 penalty;
};

/* Writes the block's survivors to n on; *ranked: the lanes that have a construct to rank by. Of
 * others the score is no number, which reaches no limit. */
ALWAYS_INLINE uint32_t judge(const struct summed *sums, const struct call_terms *call,
                             const struct row_terms *row, const struct lane_terms *lanes,
                             const struct block *block, struct survivors *out, uint32_t n,
                             __mmask16 *ranked) {
    const struct fit_f32x16 *fit = &sums->fit;
    __m512 all = _mm512_add_ps(fit->base_weight, fit->plain_weight);
    *ranked = _mm512_cmp_ps_mask(all, _mm512_setzero_ps(), _CMP_GT_OQ);
    __m512 score = _mm512_mul_ps(_mm512_add_ps(fit->base, fit->plain), _mm512_rcp14_ps(all));
    __m512 side_ab = side_up(_mm512_add_ps(fit->base, fit->by_row),
                             _mm512_add_ps(fit->base_weight, fit->by_row_weight));
    __m512 side_ba = side_up(_mm512_add_ps(fit->base, fit->by_lane),
                             _mm512_add_ps(fit->base_weight, fit->by_lane_weight));
    __m512 part = _mm512_fmsub_ps(_mm512_set1_ps(call->fit_up), score, sums->penalty);
    __m512 upper =
        _mm512_fmadd_ps(_mm512_set1_ps(call->half_side), _mm512_add_ps(side_ab, side_ba), part);
    __m512 for_row = _mm512_add_ps(upper, _mm512_load_ps(lanes->one + block->lane));
    __m512 for_lane = _mm512_add_ps(upper, _mm512_load_ps(lanes->two + block->lane));
    __mmask16 one = _mm512_mask_cmp_ps_mask(block->one & *ranked, for_row, _mm512_set1_ps(row->one),
                                            _CMP_GE_OQ);
    __mmask16 two = _mm512_mask_cmp_ps_mask(block->two & *ranked, for_lane,
                                            _mm512_set1_ps(row->two), _CMP_GE_OQ);
    return append(out, n, block, one, two, (const __m512[3]){part, side_ab, side_ba});
}

/* 0, 1, 2, .. */
static const ALIGNED64 uint16_t places[32] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                              11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                              22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

/* The sixteens that hold anybody, eight rows at a time; after them one that holds nobody. Ways of
 * rows that are not asked for may be anything. */
static uint32_t list_blocks(uint64_t rows, uint64_t ways[][2], struct blocks *out) {
    const __m512i evens = _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0);
    const __m512i odds = _mm512_set_epi64(15, 13, 11, 9, 7, 5, 3, 1);
    uint32_t n = 0;
    for (uint32_t row = 0; row < TILE_LANES; row += 8) {
        __mmask8 asked = (__mmask8)(rows >> row);
        __m512i low = _mm512_loadu_si512(ways[row]), high = _mm512_loadu_si512(ways[row + 4]);
        __m512i one = _mm512_maskz_permutex2var_epi64(asked, low, evens, high);
        __m512i two = _mm512_maskz_permutex2var_epi64(asked, low, odds, high);
        __m512i any = _mm512_or_si512(one, two);
        __mmask32 some = _mm512_test_epi16_mask(any, any);
        __m512i place =
            _mm512_add_epi16(_mm512_load_si512(places), _mm512_set1_epi16((short)(row * 4)));
        _mm512_storeu_si512(out->place + n, _mm512_maskz_compress_epi16(some, place));
        _mm512_storeu_si512(out->one + n, _mm512_maskz_compress_epi16(some, one));
        _mm512_storeu_si512(out->two + n, _mm512_maskz_compress_epi16(some, two));
        n += (uint32_t)__builtin_popcount(some);
    }
    out->place[n] = n == 0 ? 0 : out->place[0];
    out->one[n] = out->two[n] = 0;
    return n;
}

static struct call_terms terms_of_call(const struct screening *in) {
    const struct answer_layout *layout = in->layout;
    struct call_terms t = {
        .singles_unit = layout->singles_unit,
        .strain = 0.4f * layout->strain_unit * (1.0f - 0x1p-12f) * RECIPROCAL_UP,
        .fit_up = in->terms->fit * RECIPROCAL_UP,
        .half_side = 0.15f * in->terms->side_fit,
        .missing = in->terms->missing,
        .child = in->terms->child,
    };
    for (uint32_t c = 0; c < layout->constructs; c++) {
        t.weight[c] = layout->weight[c];
        t.weight_up[c] = layout->weight[c] * RECIPROCAL_UP;
    }
    for (uint32_t class = 0; class < 3; class ++)
        t.missing_of[class] = in->terms->missing * layout->class_share[class];
    return t;
}

static void read_rows(const struct duel *duel, struct row_terms out[TILE_LANES]) {
    for (uint32_t at = 0; at < TILE_LANES; at++) {
        float reach = duel->row_reach[at] + KERNEL_MARGIN;
        out[at].one = duel->row_limit[at] - reach;
        out[at].two = -reach - duel->row_bonus[at];
    }
}

static void read_lanes(const struct duel *duel, struct lane_terms *out) {
    for (uint32_t lane = 0; lane < TILE_LANES; lane += 16) {
        __m512 reach = _mm512_loadu_ps(duel->lane_reach + lane);
        __m512 bonus = _mm512_loadu_ps(duel->lane_bonus + lane);
        __m512 limit = _mm512_loadu_ps(duel->lane_limit + lane);
        _mm512_store_ps(out->one + lane, _mm512_add_ps(reach, bonus));
        _mm512_store_ps(out->two + lane, _mm512_sub_ps(reach, limit));
    }
}

ALWAYS_INLINE void sum_block(const struct call_terms *call, const struct answer_row *rows,
                             const struct answer_tile *tile, const struct block *block,
                             const struct shape *shape, struct summed *out) {
    const size_t lane = block->lane;
    const struct sixteen s = {
        .call = call,
        .row = &rows[block->row],
        .answers = answers_at(tile, lane),
        .answered = tile->answered + lane,
        .importance = tile->importance + lane,
        .children = tile->children == NULL ? NULL : tile->children + lane,
    };
    out->fit = sum_constructs(&s, shape);
    out->penalty = penalties_down(&s, shape);
}

/* Sums of a block, then the end of the one before: a processor sees some 450 instructions ahead,
 * and what follows the sums waits for all of them. */
ALWAYS_INLINE void screen_shape(const struct screening *in, const struct shape *shape,
                                uint64_t rows, uint64_t ways[][2], struct survivors *out) {
    struct blocks blocks;
    struct row_terms row_terms[TILE_LANES];
    struct lane_terms lane_terms;
    const struct call_terms call = terms_of_call(in);
    const struct answer_tile tile = *in->tile;
    read_rows(in->duel, row_terms);
    read_lanes(in->duel, &lane_terms);
    uint32_t count = list_blocks(rows, ways, &blocks), n = out->count;
    if (count == 0)
        return;
    struct summed next;
    struct block block = block_at(&blocks, 0);
    sum_block(&call, in->rows, &tile, &block, shape, &next);
#pragma GCC unroll 1
    for (uint32_t i = 0; i < count; i++) {
        const struct summed sums = next;
        const struct block now = block;
        block = block_at(&blocks, i + 1);
        sum_block(&call, in->rows, &tile, &block, shape, &next);
        __mmask16 ranked;
        n = judge(&sums, &call, &row_terms[now.row], &lane_terms, &now, out, n, &ranked);
        if (__builtin_expect(((now.one | now.two) & ~ranked) != 0, 0)) {
            uint64_t unranked = (uint64_t)(uint16_t)~ranked << now.lane;
            ways[now.row][0] &= ~unranked;
            ways[now.row][1] &= ~unranked;
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
