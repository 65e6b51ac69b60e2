/* Bound 1: the questionnaire of sixteen pairs as floats, and the best affinity that either could
 * have.
 *
 * Per 16 lanes and group: 2 loads, 2 vpermb, 4 vpdpbusd (sums_avx512.h); per construct one division
 * by the weight (a reciprocal of 14 bits, taken upwards). Constructs of a single item share group
 * 0, where the ratio cancels and their W_c is in the table. Beside that the tail counts: three
 * ways to weigh constructs (plain, by the row's and by the lane's importance), three quotients,
 * missing answers by class, the limits of both sides.
 *
 * Runs look roughly first where they can (sift_avx512.c); this is for exact counts, for previews,
 * and for questionnaires that have no rough form.
 *
 *   instructions per sixteen lanes:   about 330 with the loops unrolled, 240 of them on the vector
 *                                     units, in about 80 cycles
 *
 * What a row or a call has in common is laid out before, so that it comes as a broadcast from
 * memory; the sixteens that hold anybody are listed before, so that the loop has no branch to
 * guess.
 *
 * Tried, and no faster: sixteens gathered out of 32 lanes (a quarter fewer of them, each a fifth
 * longer and later to begin). */
#include "engine/kernel/parts_avx512.h"

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

static const ALIGNED64 uint16_t numbers[32] = {0, 1, 2,  3,  4,  5,  6,  7,
                                               8, 9, 10, 11, 12, 13, 14, 15};

/* Writes the kept of sixteen to n; returns where the next go. Always all registers, because whether
 * anybody is kept is a coin's throw: a branch would cost more. */
ALWAYS_INLINE uint32_t append(struct survivors *out, uint32_t n, const struct block *block,
                              __mmask16 one, __mmask16 two, const struct parts_f32x16 *parts) {
    __mmask16 keep = one | two;
    uint32_t pair = block->row * TILE_LANES + block->lane;
    __m256i pairs = _mm256_add_epi16(_mm256_load_si256((const __m256i *)numbers),
                                     _mm256_set1_epi16((short)pair));
    __m128i ways = _mm_or_si128(_mm_maskz_mov_epi8(one, _mm_set1_epi8(1)),
                                _mm_maskz_mov_epi8(two, _mm_set1_epi8(2)));
    _mm256_storeu_si256((__m256i *)(out->pair + n), _mm256_maskz_compress_epi16(keep, pairs));
    _mm_storeu_si128((__m128i *)(out->ways + n), _mm_maskz_compress_epi8(keep, ways));
    _mm512_storeu_ps(out->part + n, _mm512_maskz_compress_ps(keep, parts->part));
    _mm512_storeu_ps(out->side_ab + n, _mm512_maskz_compress_ps(keep, parts->side_ab));
    _mm512_storeu_ps(out->side_ba + n, _mm512_maskz_compress_ps(keep, parts->side_ba));
    return n + (uint32_t)__builtin_popcount(keep);
}

/* Writes the block's survivors to n on; *ranked: the lanes that have a construct to rank by. Of
 * others the score is no number, which reaches no limit. */
ALWAYS_INLINE uint32_t judge(const struct summed *sums, const struct call_terms *call,
                             const struct row_terms *row, const struct lane_terms *lanes,
                             const struct block *block, struct survivors *out, uint32_t n,
                             __mmask16 *ranked) {
    const struct parts_f32x16 parts = parts_of(sums, call);
    *ranked = parts.ranked;
    __m512 upper = _mm512_fmadd_ps(_mm512_set1_ps(call->half_side),
                                   _mm512_add_ps(parts.side_ab, parts.side_ba), parts.part);
    __m512 for_row = _mm512_add_ps(upper, _mm512_load_ps(lanes->one + block->lane));
    __m512 for_lane = _mm512_add_ps(upper, _mm512_load_ps(lanes->two + block->lane));
    __mmask16 one = _mm512_mask_cmp_ps_mask(block->one & *ranked, for_row, _mm512_set1_ps(row->one),
                                            _CMP_GE_OQ);
    __mmask16 two = _mm512_mask_cmp_ps_mask(block->two & *ranked, for_lane,
                                            _mm512_set1_ps(row->two), _CMP_GE_OQ);
    return append(out, n, block, one, two, &parts);
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
    const struct sixteen s = {
        .call = call, .row = &rows[block->row], .people = answers_at(tile, block->lane)};
    sum_sixteen(&s, shape, out);
}

/* Sums of a block, then the end of the one before: a processor sees some 450 instructions ahead,
 * and what follows the sums waits for all of them. */
ALWAYS_INLINE void screen_shape(const struct screening *in, const struct shape *shape,
                                uint64_t rows, uint64_t ways[][2], struct survivors *out) {
    struct blocks blocks;
    struct row_terms row_terms[TILE_LANES];
    struct lane_terms lane_terms;
    const struct call_terms call = terms_of_call(in->layout, in->terms);
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

static void screen_any(const struct screening *in, uint64_t rows, uint64_t ways[][2],
                       struct survivors *out) {
    const struct shape shape = shape_of(in->layout);
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
