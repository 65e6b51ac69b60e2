/* Bound 1, roughly: thirty-two lanes of a row at a time (sift.h has the formulas).
 *
 *   a pair of slots   codes -> vpermb -> two losses a lane   vpmaddubsw with both freshnesses:
 *                     two weights, for all lanes the same    a word a lane
 *   a construct       words added up: loss L, weight D       r = vpermb(D / 4), a guess of 1 / D
 *                     L (r (2 - D r)) W: its share of raw    five high halves of products
 *
 * A word is half as wide as a float, so that an instruction serves twice as many lanes: about 210
 * of them for thirty-two, where sixteen take 330 as floats (screen_avx512.c, which is sharper by
 * .0045 on average, and gives the parts). Two rows at a time share what is read of the lanes,
 * because two loads a cycle are the limit then; in chunks of 32 rows, that the upper half of the
 * lanes finds them in the first-level cache.
 *
 *   lanes of a row that are eligible: about 12 in each half that has any (100,000 people)
 *   thirty-two lanes of a row:        15 ns with everything near, 20 to 22 in a run */
#include <string.h>

#include "engine/kernel/isa.h"
#include "engine/kernel/sums_avx512.h"

enum { LANES = 32 };

/* How many of which: all that loops and branches depend on. */
struct sift_shape {
    uint32_t constructs, pairs;
    uint8_t singles, first[KERNEL_CONSTRUCTS], count[KERNEL_CONSTRUCTS], words[3];
    bool has_strain[KERNEL_CONSTRUCTS], has_importance[KERNEL_CONSTRUCTS];
};

/* The questionnaire that most people will have: its loops unroll. */
static const struct sift_shape usual = {
    .constructs = 5,
    .pairs = 18,
    .singles = 2,
    .first = {2, 6, 8, 10, 14},
    .count = {3, 2, 2, 3, 4},
    .words = {1, 1, 1},
    .has_strain = {false, true},
    .has_importance = {false, false, true, true},
};

/* What a pair is held against: it is kept one way if its loss is at most `one` of its row and
 * `one` of its lane together, and likewise the other way. */
struct budgets {
    ALIGNED64 int16_t lane_one[TILE_LANES], lane_two[TILE_LANES];
    ALIGNED64 uint32_t row_one[TILE_LANES], row_two[TILE_LANES]; /* twice */
};

/* Halves of rows that hold anybody, and the ways of those that are eligible: those of the lower
 * lanes, then those of the upper ones, both an even number of them: who has no partner gets one
 * that holds nobody. */
enum { HALVES_MAX = 2 * TILE_LANES + 4 };
/* Rows lie in the second-level cache, and are asked for so many halves before they are read. */
enum { ROWS_AHEAD = 4 };
struct half {
    uint32_t place, one, two; /* row * 2 + which half */
};
struct halves {
    uint32_t place[HALVES_MAX + 16], one[HALVES_MAX + 16], two[HALVES_MAX + 16];
};

ALWAYS_INLINE struct half half_at(const struct halves *halves, uint32_t i) {
    return (struct half){halves->place[i], halves->one[i], halves->two[i]};
}

/* What the pairs of a call have in common, each word twice. */
struct sift_call {
    const struct sift_row *rows;
    const uint8_t *tile;
    const struct sift_layout *layout;
    uint32_t weight[KERNEL_CONSTRUCTS], share[3], child, singles_factor;
    struct budgets budgets;
    struct halves halves;
};

/* Units, taken up, within the range of a word. */
static inline __m256i units_up(__m512 x, float scale) {
    __m512 units = _mm512_mul_ps(x, _mm512_set1_ps(scale));
    units =
        _mm512_min_ps(_mm512_max_ps(units, _mm512_set1_ps(-32768.0f)), _mm512_set1_ps(32767.0f));
    __m512i whole = _mm512_cvt_roundps_epi32(units, _MM_FROUND_TO_POS_INF | _MM_FROUND_NO_EXC);
    return _mm512_cvtepi32_epi16(whole);
}

static inline __m512i twice(__m256i words) {
    __m512i low = _mm512_cvtepu16_epi32(words);
    return _mm512_or_si512(low, _mm512_slli_epi32(low, 16));
}

static void read_budgets(const struct sift_layout *layout, const struct duel *duel,
                         struct budgets *out) {
    const float scale = (float)(1u << layout->unit_bits);
    const __m512 base = _mm512_set1_ps(layout->base), margin = _mm512_set1_ps(KERNEL_MARGIN);
    for (uint32_t i = 0; i < TILE_LANES; i += 16) {
        __m512 reach = _mm512_add_ps(base, _mm512_loadu_ps(duel->lane_reach + i));
        __m512 one = _mm512_add_ps(reach, _mm512_loadu_ps(duel->lane_bonus + i));
        __m512 two = _mm512_sub_ps(reach, _mm512_loadu_ps(duel->lane_limit + i));
        _mm256_store_si256((__m256i *)(out->lane_one + i), units_up(one, scale));
        _mm256_store_si256((__m256i *)(out->lane_two + i), units_up(two, scale));
        reach = _mm512_add_ps(margin, _mm512_loadu_ps(duel->row_reach + i));
        one = _mm512_sub_ps(reach, _mm512_loadu_ps(duel->row_limit + i));
        two = _mm512_add_ps(reach, _mm512_loadu_ps(duel->row_bonus + i));
        _mm512_store_si512(out->row_one + i, twice(units_up(one, scale)));
        _mm512_store_si512(out->row_two + i, twice(units_up(two, scale)));
    }
}

/* Sixteen rows at a time; ways of rows that are not asked for may be anything. */
static uint32_t list_halves(uint64_t rows, uint64_t ways[][2], struct halves *out) {
    const __m512i ones = _mm512_set_epi32(28, 24, 20, 16, 12, 8, 4, 0, 28, 24, 20, 16, 12, 8, 4, 0);
    const __m512i places =
        _mm512_set_epi32(30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6, 4, 2, 0);
    uint32_t n = 0;
    for (uint32_t k = 0; k < 4; k++) {
        uint32_t row = k / 2 * 32, half = k % 2;
        for (uint32_t end = row + 32; row < end; row += 16) {
            __mmask16 asked = (__mmask16)(rows >> row);
            __m512i at = _mm512_add_epi32(ones, _mm512_set1_epi32((int)half));
            __m512i a = _mm512_loadu_si512(ways[row]), b = _mm512_loadu_si512(ways[row + 4]);
            __m512i c = _mm512_loadu_si512(ways[row + 8]), d = _mm512_loadu_si512(ways[row + 12]);
            __m512i at_two = _mm512_add_epi32(at, _mm512_set1_epi32(2));
            __m512i one = _mm512_mask_blend_epi32(0xff00, _mm512_permutex2var_epi32(a, at, b),
                                                  _mm512_permutex2var_epi32(c, at, d));
            __m512i two = _mm512_mask_blend_epi32(0xff00, _mm512_permutex2var_epi32(a, at_two, b),
                                                  _mm512_permutex2var_epi32(c, at_two, d));
            __m512i any = _mm512_or_si512(one, two);
            __mmask16 some = _mm512_mask_test_epi32_mask(asked, any, any);
            __m512i place = _mm512_add_epi32(places, _mm512_set1_epi32((int)(row * 2 + half)));
            _mm512_storeu_si512(out->place + n, _mm512_maskz_compress_epi32(some, place));
            _mm512_storeu_si512(out->one + n, _mm512_maskz_compress_epi32(some, one));
            _mm512_storeu_si512(out->two + n, _mm512_maskz_compress_epi32(some, two));
            n += (uint32_t)__builtin_popcount(some);
        }
        if (n % 2 != 0) {
            out->place[n] = out->place[n - 1];
            out->one[n] = out->two[n] = 0;
            n++;
        }
    }
    memset(out->place + n, 0, (ROWS_AHEAD + 1) * sizeof *out->place);
    return n;
}

/* The words of a call that are the same for all lanes: from memory that costs a load. */
ALWAYS_INLINE __m512i words_of(const uint32_t *word_twice) {
    return _mm512_set1_epi32((int)*word_twice);
}

/* A plane of thirty-two lanes, from the first one's place in the tile on. */
ALWAYS_INLINE __m512i plane(const uint8_t *lanes, size_t number) {
    return _mm512_load_si512(lanes + number * SIFT_PLANE);
}

/* Sums over the slots of a construct, of one row. */
struct loss_u16x32 {
    __m512i value, weight;
};

ALWAYS_INLINE void add_slots(struct loss_u16x32 *sums, const struct sift_row *row, size_t pair,
                             __m512i codes, __m512i fresh) {
    __m512i loss = _mm512_permutexvar_epi8(codes, _mm512_load_si512(row->loss[pair / 2]));
    __m512i weight = _mm512_maddubs_epi16(words_of(&row->weight[pair]), fresh);
    sums->value = _mm512_add_epi16(sums->value, _mm512_maddubs_epi16(loss, fresh));
    sums->weight = _mm512_add_epi16(sums->weight, weight);
}

/* A share of weight parts of raw: value / weight * factor, factor in 2^-(unit_bits + 5). */
ALWAYS_INLINE __m512i share_of(struct loss_u16x32 sums, __m512i factor) {
    __m512i guess = _mm512_permutexvar_epi8(_mm512_srli_epi16(sums.weight, 2),
                                            _mm512_load_si512(sift_reciprocals));
    __m512i product = _mm512_mulhi_epu16(sums.weight, guess);
    __m512i rest =
        _mm512_sub_epi16(_mm512_set1_epi16((short)SIFT_TWO), _mm512_slli_epi16(product, 3));
    __m512i reciprocal = _mm512_mulhi_epu16(guess, rest);
    return _mm512_mulhi_epu16(sums.value, _mm512_mulhi_epu16(reciprocal, factor));
}

/* What a row loses so far: times its `even` at the end, and as it is. */
struct losing_u16x32 {
    __m512i even, weighed, strain;
};

ALWAYS_INLINE void add_bytes(__m512i *sum, const uint8_t table[64], __m512i codes,
                             const uint32_t *factor) {
    __m512i bytes = _mm512_permutexvar_epi8(codes, _mm512_load_si512(table));
    *sum = _mm512_add_epi16(*sum, _mm512_maddubs_epi16(bytes, words_of(factor)));
}

ALWAYS_INLINE void add_share(struct losing_u16x32 *losing, const struct sift_call *call,
                             const struct sift_row *row, uint32_t c, struct loss_u16x32 sums,
                             const __m512i *weighed) {
    if (weighed != NULL) {
        __m512i factor = _mm512_add_epi32(*weighed, words_of(&row->weighed[c]));
        losing->weighed = _mm512_add_epi16(losing->weighed, share_of(sums, factor));
    } else {
        losing->even = _mm512_add_epi16(losing->even, share_of(sums, words_of(&call->weight[c])));
    }
}

/* What strained facets lose on average: their sum by their number. */
ALWAYS_INLINE __m512i strain_of(const struct sift_layout *layout, __m512i sum) {
    __m512i unit =
        _mm512_permutexvar_epi16(_mm512_srli_epi16(sum, 6), _mm512_load_si512(layout->strain));
    return _mm512_mulhi_epu16(_mm512_slli_epi16(sum, 10), unit);
}

ALWAYS_INLINE __m512i losing_end(const struct losing_u16x32 *losing, const struct sift_call *call,
                                 const struct sift_row *row, __m512i lane_even, __m512i singles) {
    __m512i even = _mm512_add_epi16(losing->even, strain_of(call->layout, losing->strain));
    __m512i factor = _mm512_add_epi32(lane_even, words_of(&row->even));
    __m512i loss = _mm512_add_epi16(losing->weighed, _mm512_mulhi_epu16(even, factor));
    __m512i common = _mm512_and_si512(singles, words_of(&row->singles));
    __m512i more = _mm512_permutexvar_epi16(common, _mm512_load_si512(call->layout->absent));
    return _mm512_add_epi16(loss, _mm512_mulhi_epu16(loss, more));
}

/* Units that all constructs take off, of two rows and the same lanes. */
ALWAYS_INLINE void lose(const struct sift_call *call, const struct sift_row *const row[2],
                        const uint8_t *lanes, const struct sift_shape *shape, __m512i out[2]) {
    const struct sift_planes planes = sift_planes_of(shape->pairs, shape->words, shape->constructs);
    const __m512i zero = _mm512_setzero_si512();
    static const uint32_t ones = 0x01010101;
    struct losing_u16x32 one = {zero, zero, zero}, two = one;
#pragma GCC unroll 4
    for (size_t p = 0; p < shape->singles; p++) {
        __m512i codes = plane(lanes, 2 * p);
        add_bytes(&one.even, row[0]->loss[p / 2], codes, &call->singles_factor);
        add_bytes(&two.even, row[1]->loss[p / 2], codes, &call->singles_factor);
    }
#pragma GCC unroll 8
    for (uint32_t c = 0; c < shape->constructs; c++) {
        struct loss_u16x32 sums_one = {zero, zero}, sums_two = sums_one;
#pragma GCC unroll 4
        for (size_t p = shape->first[c]; p < (size_t)shape->first[c] + shape->count[c]; p++) {
            __m512i codes = plane(lanes, 2 * p), fresh = plane(lanes, 2 * p + 1);
            add_slots(&sums_one, row[0], p, codes, fresh);
            add_slots(&sums_two, row[1], p, codes, fresh);
            if (shape->has_strain[c]) {
                add_bytes(&one.strain, row[0]->strain[p / 2], codes, &ones);
                add_bytes(&two.strain, row[1]->strain[p / 2], codes, &ones);
            }
        }
        __m512i weighed = plane(lanes, planes.weighed + c);
        const __m512i *factor = shape->has_importance[c] ? &weighed : NULL;
        add_share(&one, call, row[0], c, sums_one, factor);
        add_share(&two, call, row[1], c, sums_two, factor);
    }
    __m512i even = plane(lanes, planes.even), singles = plane(lanes, planes.singles);
    out[0] = losing_end(&one, call, row[0], even, singles);
    out[1] = losing_end(&two, call, row[1], even, singles);
}

ALWAYS_INLINE void add_common(__m512i *sum, __m512i answered, const uint32_t *own,
                              const uint32_t *share) {
    __m512i count = _mm512_popcnt_epi16(_mm512_and_si512(answered, words_of(own)));
    *sum = _mm512_add_epi16(*sum, _mm512_mullo_epi16(count, words_of(share)));
}

/* What common answers take off `missing`, in 2^-(unit_bits + 5). */
ALWAYS_INLINE void credit(const struct sift_call *call, const struct sift_row *const row[2],
                          const uint8_t *lanes, const struct sift_shape *shape, __m512i out[2]) {
    const struct sift_planes planes = sift_planes_of(shape->pairs, shape->words, shape->constructs);
    __m512i one = _mm512_setzero_si512(), two = one;
    size_t w = 0;
#pragma GCC unroll 3
    for (uint32_t class = 0; class < 3; class ++) {
#pragma GCC unroll 2
        for (size_t end = w + shape->words[class]; w < end; w++) {
            __m512i answered = plane(lanes, planes.answered + w);
            add_common(&one, answered, &row[0]->answered[w], &call->share[class]);
            add_common(&two, answered, &row[1]->answered[w], &call->share[class]);
        }
    }
    out[0] = one;
    out[1] = two;
}

static const ALIGNED64 uint16_t lane_numbers[LANES] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10,
                                                       11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
                                                       22, 23, 24, 25, 26, 27, 28, 29, 30, 31};

/* Writes the kept to n; returns where the next go. Always whole registers: a branch would cost
 * more. */
ALWAYS_INLINE uint32_t append(struct survivors *out, uint32_t n, uint32_t pair, __mmask32 one,
                              __mmask32 two, __m512i loss) {
    __mmask32 keep = one | two;
    __m512i pairs =
        _mm512_add_epi16(_mm512_load_si512(lane_numbers), _mm512_set1_epi16((short)pair));
    __m256i ways = _mm256_or_si256(_mm256_maskz_mov_epi8(one, _mm256_set1_epi8(1)),
                                   _mm256_maskz_mov_epi8(two, _mm256_set1_epi8(2)));
    _mm512_storeu_si512(out->pair + n, _mm512_maskz_compress_epi16(keep, pairs));
    _mm512_storeu_si512(out->loss + n, _mm512_maskz_compress_epi16(keep, loss));
    _mm256_storeu_si256((__m256i *)(out->ways + n), _mm256_maskz_compress_epi8(keep, ways));
    return n + (uint32_t)__builtin_popcount(keep);
}

/* Takes lanes without a common answer out of the ways: nothing to rank by. */
static __attribute__((noinline)) void
drop_unranked(uint64_t ways[2], __mmask32 *one, __mmask32 *two, __mmask32 unranked, uint32_t lane) {
    ways[0] &= ~((uint64_t)unranked << lane);
    ways[1] &= ~((uint64_t)unranked << lane);
    *one &= ~unranked;
    *two &= ~unranked;
}

/* The end of half a row; returns where the next survivors go. */
ALWAYS_INLINE uint32_t judge(const struct sift_call *call, const struct half *half,
                             const __m512i loss_common[2], __m512i children, uint64_t ways[][2],
                             struct survivors *out, uint32_t n) {
    const struct budgets *budgets = &call->budgets;
    uint32_t at = half->place / 2, lane = half->place % 2 * LANES;
    __mmask32 one = half->one, two = half->two;
    __m512i common = loss_common[1];
    __mmask32 unranked = _mm512_mask_testn_epi16_mask(one | two, common, common);
    if (__builtin_expect(unranked != 0, 0))
        drop_unranked(ways[at], &one, &two, unranked, lane);
    __m512i loss = _mm512_sub_epi16(loss_common[0], _mm512_srli_epi16(common, SIFT_COEF_BITS));
    __mmask32 differ = _mm512_cmpeq_epi16_mask(children, words_of(&call->rows[at].children));
    loss = _mm512_mask_add_epi16(loss, differ, loss, words_of(&call->child));
    __m512i for_row = _mm512_adds_epi16(_mm512_load_si512(budgets->lane_one + lane),
                                        words_of(&budgets->row_one[at]));
    __m512i for_lane = _mm512_adds_epi16(_mm512_load_si512(budgets->lane_two + lane),
                                         words_of(&budgets->row_two[at]));
    one = _mm512_mask_cmple_epi16_mask(one, loss, for_row);
    two = _mm512_mask_cmple_epi16_mask(two, loss, for_lane);
    return append(out, n, half->place * LANES, one, two, loss);
}

/* Asks for what will be read of a row. */
ALWAYS_INLINE void fetch_row(const struct sift_row *row, const struct sift_shape *shape) {
    for (size_t at = 0; at < offsetof(struct sift_row, loss); at += CACHE_LINE)
        _mm_prefetch((const char *)row + at, _MM_HINT_T0);
#pragma GCC unroll 4
    for (size_t g = 0; 2 * g < shape->pairs; g++)
        _mm_prefetch(row->loss[g], _MM_HINT_T0);
#pragma GCC unroll 8
    for (uint32_t c = 0; c < shape->constructs; c++)
        for (size_t g = shape->first[c] / 2u;
             shape->has_strain[c] && 2 * g < (size_t)shape->first[c] + shape->count[c]; g++)
            _mm_prefetch(row->strain[g], _MM_HINT_T0);
}

ALWAYS_INLINE void sift_shape(const struct sift_call *call, const struct sift_shape *shape,
                              uint32_t count, uint64_t ways[][2], struct survivors *out) {
    const struct sift_planes planes = sift_planes_of(shape->pairs, shape->words, shape->constructs);
    uint32_t n = out->count;
#pragma GCC unroll 1
    for (uint32_t i = 0; i < count; i += 2) {
        const struct half one = half_at(&call->halves, i), two = half_at(&call->halves, i + 1);
        const struct sift_row *const row[2] = {&call->rows[one.place / 2],
                                               &call->rows[two.place / 2]};
        if (one.place % 2 == 0) {
            fetch_row(&call->rows[call->halves.place[i + ROWS_AHEAD] / 2], shape);
            fetch_row(&call->rows[call->halves.place[i + ROWS_AHEAD + 1] / 2], shape);
        }
        const uint8_t *lanes = call->tile + one.place % 2 * SIFT_PLANE / 2;
        __m512i common[2], loss[2];
        credit(call, row, lanes, shape, common);
        lose(call, row, lanes, shape, loss);
        __m512i children = plane(lanes, planes.children);
        n = judge(call, &one, (const __m512i[2]){loss[0], common[0]}, children, ways, out, n);
        n = judge(call, &two, (const __m512i[2]){loss[1], common[1]}, children, ways, out, n);
    }
    out->count = n;
}

static struct sift_shape shape_of(const struct sift_layout *layout) {
    struct sift_shape shape;
    memset(&shape, 0, sizeof shape);
    shape.constructs = layout->constructs;
    shape.pairs = layout->pairs;
    shape.singles = layout->singles;
    memcpy(shape.first, layout->first, sizeof shape.first);
    memcpy(shape.count, layout->count, sizeof shape.count);
    memcpy(shape.words, layout->words, sizeof shape.words);
    memcpy(shape.has_strain, layout->has_strain, sizeof shape.has_strain);
    memcpy(shape.has_importance, layout->has_importance, sizeof shape.has_importance);
    return shape;
}

static bool is_usual(const struct sift_shape *shape) {
    return shape->constructs == usual.constructs && shape->pairs == usual.pairs &&
           shape->singles == usual.singles &&
           memcmp(shape->first, usual.first, sizeof usual.first) == 0 &&
           memcmp(shape->count, usual.count, sizeof usual.count) == 0 &&
           memcmp(shape->words, usual.words, sizeof usual.words) == 0 &&
           memcmp(shape->has_strain, usual.has_strain, sizeof usual.has_strain) == 0 &&
           memcmp(shape->has_importance, usual.has_importance, sizeof usual.has_importance) == 0;
}

static void read_call(const struct sift_layout *layout, struct sift_call *call) {
    for (uint32_t c = 0; c < KERNEL_CONSTRUCTS; c++)
        call->weight[c] = SIFT_TWICE(layout->weight[c]);
    for (uint32_t class = 0; class < 3; class ++)
        call->share[class] = SIFT_TWICE(layout->share[class]);
    call->child = SIFT_TWICE(layout->child);
    call->singles_factor = layout->singles_factor * 0x01010101u;
    call->layout = layout;
}

static void sift_avx512(const struct sifting *in, uint64_t rows, uint64_t ways[][2],
                        struct survivors *out) {
    struct sift_call call;
    uint32_t count = list_halves(rows, ways, &call.halves);
    if (count == 0)
        return;
    call.rows = in->rows;
    call.tile = in->tile;
    read_call(in->layout, &call);
    read_budgets(in->layout, in->duel, &call.budgets);
    struct sift_shape shape = shape_of(in->layout);
    if (is_usual(&shape))
        sift_shape(&call, &usual, count, ways, out);
    else
        sift_shape(&call, &shape, count, ways, out);
}

void kernels_sift_avx512(struct kernels *table) {
    table->sift = sift_avx512;
}
