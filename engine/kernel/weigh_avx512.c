/* The questionnaire's parts of pairs that a sieve has left over, sixteen of a row at a time. A pair
 * of tiles leaves one or two to a row; so they wait until a row has many (match/sweep_wait.c), and
 * sixteen people from anywhere are laid out side by side as the lanes of a tile are:
 *
 *   records       p0 [c0 c1 .. f0 f1 ..]   p1 [c0 c1 ..]   p2 ..          a line or two each
 *   a quad        dwords 4q .. 4q + 3 of sixteen people, four people a register
 *   laid out      c0 [p0 p1 .. p15]   c1 [p0 ..] ..                        unpacked twice
 *
 * Records lie anywhere, so they are asked for some sixteens ahead; rows' tables, a row ahead. With
 * 64 pairs to a row a pair takes 3.8 ns (3.0 ns if all lies in the first caches), with 32 pairs
 * 4.6 ns, with 16 pairs 6 ns: the last sixteen of a row is half empty. */
#include <math.h>

#include "engine/kernel/parts_avx512.h"

enum { RECORD_QUADS = (2 * KERNEL_GROUPS_MAX + KERNEL_CONSTRUCTS + KERNEL_WORDS_MAX + 1 + 3) / 4 };

/* Records are asked for so many people before they are read. */
enum { AHEAD = WEIGH_EXTRA - 16 };

/* Sixteen people, dword by dword of their records. */
struct laid_out {
    ALIGNED64 uint32_t dword[RECORD_QUADS * 4][16];
    ALIGNED64 uint8_t children[16];
};

/* Four dwords of people i, i + 4, i + 8 and i + 12. */
ALWAYS_INLINE __m512i quads_of(const uint8_t *const *record, size_t i, size_t offset) {
    __m512i quads = _mm512_castsi128_si512(_mm_load_si128((const void *)(record[i] + offset)));
    quads = _mm512_mask_broadcast_i32x4(quads, 0x00f0,
                                        _mm_load_si128((const void *)(record[i + 4] + offset)));
    quads = _mm512_mask_broadcast_i32x4(quads, 0x0f00,
                                        _mm_load_si128((const void *)(record[i + 8] + offset)));
    return _mm512_mask_broadcast_i32x4(quads, 0xf000,
                                       _mm_load_si128((const void *)(record[i + 12] + offset)));
}

ALWAYS_INLINE void lay_out(const uint8_t *const record[16], const struct answer_record *where,
                           struct laid_out *out) {
#pragma GCC unroll 8
    for (size_t at = 0; at <= where->children; at += 16) {
        __m512i a = quads_of(record, 0, at), b = quads_of(record, 1, at);
        __m512i c = quads_of(record, 2, at), d = quads_of(record, 3, at);
        __m512i ab = _mm512_unpacklo_epi32(a, b), cd = _mm512_unpacklo_epi32(c, d);
        __m512i high_ab = _mm512_unpackhi_epi32(a, b), high_cd = _mm512_unpackhi_epi32(c, d);
        uint32_t(*to)[16] = out->dword + at / 4;
        _mm512_store_si512(to[0], _mm512_unpacklo_epi64(ab, cd));
        _mm512_store_si512(to[1], _mm512_unpackhi_epi64(ab, cd));
        _mm512_store_si512(to[2], _mm512_unpacklo_epi64(high_ab, high_cd));
        _mm512_store_si512(to[3], _mm512_unpackhi_epi64(high_ab, high_cd));
    }
    __m512i children = _mm512_load_si512(out->dword[where->children / 4]);
    _mm_store_si128((__m128i *)out->children, _mm512_cvtepi32_epi8(children));
}

ALWAYS_INLINE struct answers16 people_of(const struct laid_out *from,
                                         const struct answer_record *where, bool children) {
    return (struct answers16){
        .codes = (const uint8_t *)from->dword,
        .fresh = (const uint8_t *)from->dword[where->fresh / 4],
        .answered = from->dword[where->answered / 4],
        .importance = (const float *)(const void *)from->dword[where->importance / 4],
        .children = children ? from->children : NULL,
        .apart = 16,
    };
}

ALWAYS_INLINE void fetch_records(const struct weighing *in, const uint32_t *who, size_t size) {
#pragma GCC unroll 16
    for (size_t i = 0; i < 16; i++)
#pragma GCC unroll 3
        for (size_t at = 0; at < size; at += CACHE_LINE)
            _mm_prefetch((const char *)in->records + who[i] * size + at, _MM_HINT_T0);
}

/* Asks for what is read of a row: the next one's tables are on their way while this one is weighed.
 */
ALWAYS_INLINE void fetch_row(const struct answer_row *row, const struct shape *shape) {
    for (size_t g = 0; g < shape->groups; g++) {
        _mm_prefetch((const char *)row->hi[g], _MM_HINT_T0);
        _mm_prefetch((const char *)row->lo[g], _MM_HINT_T0);
    }
    for (size_t c = 0; c < shape->constructs; c++)
        for (size_t g = 0; g < shape->group_count[c] && shape->has_strain[c]; g++)
            _mm_prefetch((const char *)row->strain[shape->group_first[c] + g], _MM_HINT_T0);
    for (const char *at = (const char *)row->weight_hi; at < (const char *)(row + 1);
         at += CACHE_LINE)
        _mm_prefetch(at, _MM_HINT_T0);
}

ALWAYS_INLINE void weigh_shape(const struct weighing *in, const struct shape *shape,
                               const struct weighed *out) {
    const struct answer_layout layout = {
        .groups = shape->groups, .constructs = shape->constructs, .words = shape->words};
    const struct answer_record where = answer_record_of(&layout);
    const struct call_terms call = terms_of_call(in->layout, in->terms);
    const bool children = in->terms->child > 0.0f;
    const uint8_t *record[16];
    struct laid_out people;
    for (uint32_t row = 0; row < TILE_LANES; row++) {
        if (row + 1 < TILE_LANES && in->first[row + 1] < in->first[row + 2])
            fetch_row(&in->rows[row + 1], shape);
#pragma GCC unroll 1
        for (uint32_t at = in->first[row]; at < in->first[row + 1]; at += 16) {
            fetch_records(in, in->who + at + AHEAD, where.size);
            for (size_t i = 0; i < 16; i++)
                record[i] = in->records + (size_t)in->who[at + i] * where.size;
            lay_out(record, &where, &people);
            const struct sixteen s = {.call = &call,
                                      .row = &in->rows[row],
                                      .people = people_of(&people, &where, children)};
            struct summed sums;
            sum_sixteen(&s, shape, &sums);
            struct parts_f32x16 parts = parts_of(&sums, &call);
            __m512 part = _mm512_mask_mov_ps(_mm512_set1_ps(NAN), parts.ranked, parts.part);
            _mm512_storeu_ps(out->part + at, part);
            _mm512_storeu_ps(out->side_ab + at, parts.side_ab);
            _mm512_storeu_ps(out->side_ba + at, parts.side_ba);
        }
    }
}

static void weigh_any(const struct weighing *in, const struct weighed *out) {
    const struct shape shape = shape_of(in->layout);
    weigh_shape(in, &shape, out);
}

static void weigh_avx512(const struct weighing *in, const struct weighed *out) {
    if (is_usual(in->layout))
        weigh_shape(in, &usual, out);
    else
        weigh_any(in, out);
}

void kernels_weigh_avx512(struct kernels *table) {
    table->weigh = weigh_avx512;
}
