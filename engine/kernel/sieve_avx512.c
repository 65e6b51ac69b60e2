/* Who of the survivors can still reach a limit by int8 dot products: the sieve before
 * affinity_avx512.c, by upper ends alone.
 *
 * Four of five pairs fall here, so every instruction counts. With x = scale (dot + error),
 *
 *   t = -x log2 e = -slope_v (scale_o dot) - (a_v rest_o + c_v)        slope, a, c: by viewer, once
 *   1 / (1 + 2^t) <= rcp((1 - 2^-13) + p(t - floor t) 2^floor t)       p: a cubic from below
 *
 * a and c are kept as the upper halves of floats, taken up, in one word. Sixteen pairs span fewer
 * than 32 rows, as a rule: then what is known by row takes two loads to look up, where a lane takes
 * four, and loads are what look-ups wait for. */
#include "engine/kernel/refine_avx512.h"

/* What x follows from, of the people of a tile as viewers. */
struct tastes {
    ALIGNED64 float slope[TILE_LANES];
    ALIGNED64 uint32_t error[TILE_LANES]; /* a in the upper half, c in the lower one */
};

/* The upper half of a float >= 0, taken up, in the upper half. */
static inline __m512i half_up(__m512 x) {
    __m512i bits = _mm512_castps_si512(_mm512_min_ps(x, _mm512_set1_ps(1e38f)));
    return _mm512_and_si512(_mm512_add_epi32(bits, _mm512_set1_epi32(0xffff)),
                            _mm512_set1_epi32((int)0xffff0000));
}

static void read_tastes(const struct vector_tile *tile, float affinity_scale, struct tastes *out) {
    const __m512 factor = _mm512_set1_ps(affinity_scale * 1.44269504f);
    for (uint32_t i = 0; i < TILE_LANES; i += 16) {
        __m512 scale = _mm512_loadu_ps(tile->preference_scale + i);
        __m512 a = _mm512_mul_ps(factor, _mm512_loadu_ps(tile->preference_norm + i));
        __m512 c = _mm512_mul_ps(factor, _mm512_loadu_ps(tile->preference_rest + i));
        _mm512_store_ps(out->slope + i, _mm512_mul_ps(factor, scale));
        _mm512_store_si512(out->error + i,
                           _mm512_or_si512(half_up(a), _mm512_srli_epi32(half_up(c), 16)));
    }
}

/* Sixteen people of a tile; near: all of them are among the 32 from `from` on. */
struct people16 {
    __m512i index;
    uint32_t from;
    bool near;
};

ALWAYS_INLINE __m512 look(const float *table, struct people16 p) {
    if (!p.near)
        return look_up(table, p.index);
    return _mm512_permutex2var_ps(_mm512_loadu_ps(table + p.from), p.index,
                                  _mm512_loadu_ps(table + p.from + 16));
}

ALWAYS_INLINE __m512i look_i32(const void *table, struct people16 p) {
    return _mm512_castps_si512(look(table, p));
}

/* Not above (1 - 2^-13) 2^t, and relatively 2^-12 less at most. */
ALWAYS_INLINE __m512 exp2_down(__m512 t) {
    __m512 r = _mm512_reduce_ps(t, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
    __m512 p = _mm512_set1_ps(0.07800913f);
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.22602256f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.69569623f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.9997279f));
    return _mm512_scalef_ps(p, t);
}

struct side {
    const struct vector_tile *tile;
    const struct tastes *tastes;
    struct people16 who;
};

/* affinity of `viewer` for `other` at most; above 0 always. */
ALWAYS_INLINE __m512 affinity_up(const struct side *viewer, const struct side *other, __m512i dot) {
    const struct vector_tile *v = viewer->tile, *o = other->tile;
    __m512i error = look_i32(viewer->tastes->error, viewer->who);
    __m512 a = _mm512_castsi512_ps(_mm512_and_si512(error, _mm512_set1_epi32((int)0xffff0000)));
    __m512 c = _mm512_castsi512_ps(_mm512_slli_epi32(error, 16));
    __m512 more = _mm512_fmadd_ps(a, look(o->features_rest, other->who), c);
    __m512 product = _mm512_mul_ps(_mm512_cvtepi32_ps(dot), look(o->features_scale, other->who));
    __m512 t = _mm512_fnmsub_ps(look(viewer->tastes->slope, viewer->who), product, more);
    __m512 sigmoid = _mm512_rcp14_ps(_mm512_add_ps(exp2_down(t), _mm512_set1_ps(1.0f - 0x1p-13f)));
    __m512 confidence = look(v->confidence, viewer->who);
    __m512 base =
        _mm512_fnmadd_ps(_mm512_set1_ps(0.5f), confidence, _mm512_set1_ps(0.5f + SIGMOID_ERROR));
    return _mm512_fmadd_ps(confidence, sigmoid, base);
}

/* raw without bonus at most, from upper ends of the affinities. Mutuality is at most the mean of
 * both sides, of which the questionnaire's part is in the base. */
ALWAYS_INLINE __m512 raw_up(const struct refine_input *in, const struct survivors *s, uint32_t at,
                            __m512 ab, __m512 ba) {
    const struct score_terms *terms = in->terms;
    __m512 loss = _mm512_cvtepi32_ps(
        _mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i *)(s->loss + at))));
    float unit = 1.0f / (float)(1u << in->sieve->unit_bits);
    __m512 raw = _mm512_fnmadd_ps(_mm512_set1_ps(unit), loss,
                                  _mm512_set1_ps(in->sieve->base + KERNEL_MARGIN));
    __m512 product = _mm512_mul_ps(ab, ba);
    __m512 both = _mm512_mul_ps(product, _mm512_rsqrt14_ps(product));
    raw = _mm512_fmadd_ps(_mm512_set1_ps(0.15f * terms->side_affinity), _mm512_add_ps(ab, ba), raw);
    return _mm512_fmadd_ps(_mm512_set1_ps(terms->affinity * RECIPROCAL_UP), both, raw);
}

struct sieve {
    const struct refine_input *in;
    struct tastes rows, lanes;
    struct dots dots; /* of the chunk at hand */
    /* Upper ends of affinities, and what they are held against. */
    ALIGNED64 float ab[REFINE_CHUNK], ba[REFINE_CHUNK];
    ALIGNED64 float row_bonus[REFINE_CHUNK], row_limit[REFINE_CHUNK];
};

/* The affinities of the sixteen pairs at `i` of the chunk, and what is known of their rows. */
ALWAYS_INLINE void weigh_sixteen(struct sieve *sieve, uint32_t i, struct people16 row,
                                 __m512i lane) {
    const struct vector_tile *rows = sieve->in->rows, *lanes = sieve->in->lanes;
    const struct duel *duel = sieve->in->duel;
    const struct side a = {rows, &sieve->rows, row};
    const struct side b = {lanes, &sieve->lanes, {lane, 0, false}};
    __m512i ab = _mm512_load_si512(sieve->dots.ab + i), ba = _mm512_load_si512(sieve->dots.ba + i);
    ab = _mm512_sub_epi32(ab, _mm512_slli_epi32(look_up_i32(lanes->features_sum, lane), 7));
    ba = _mm512_sub_epi32(ba, _mm512_slli_epi32(look_up_i32(lanes->preference_sum, lane), 7));
    _mm512_store_ps(sieve->ab + i, affinity_up(&a, &b, ab));
    _mm512_store_ps(sieve->ba + i, affinity_up(&b, &a, ba));
    _mm512_store_ps(sieve->row_bonus + i, look(duel->row_bonus, row));
    _mm512_store_ps(sieve->row_limit + i, look(duel->row_limit, row));
}

/* Of sixteen pairs that span 32 rows and more. */
static __attribute__((noinline)) void weigh_far(struct sieve *sieve, uint32_t i,
                                                const uint16_t *pair) {
    struct pairs16 p = pairs_of(pair);
    weigh_sixteen(sieve, i, (struct people16){p.row, 0, false}, p.lane);
}

/* Looks rows up among the 32 from the first one's on (or the last 32), if all are there. */
static __attribute__((noinline)) void weigh(struct sieve *sieve, const uint16_t *pair,
                                            uint32_t count) {
    for (uint32_t i = 0; i < count; i += 16) {
        struct pairs16 p = pairs_of(pair + i);
        __mmask16 live = count - i < 16 ? (__mmask16)((1u << (count - i)) - 1) : 0xffff;
        uint32_t first = pair[i] >> 6;
        uint32_t from = first < TILE_LANES / 2 ? first & ~15u : TILE_LANES / 2;
        __m512i index = _mm512_sub_epi32(p.row, _mm512_set1_epi32((int)from));
        if (_mm512_mask_cmpge_epu32_mask(live, index, _mm512_set1_epi32(32)) != 0)
            weigh_far(sieve, i, pair + i);
        else
            weigh_sixteen(sieve, i, (struct people16){index, from, true}, p.lane);
    }
}

/* The chunk at `at`: moves those that can reach a limit to `kept` and returns where the next goes.
 */
static __attribute__((noinline)) uint32_t keep_chunk(const struct sieve *sieve, struct survivors *s,
                                                     uint32_t at, uint32_t kept) {
    const struct duel *duel = sieve->in->duel;
    uint32_t end = at + REFINE_CHUNK < s->count ? at + REFINE_CHUNK : s->count;
    for (uint32_t i = 0; at < end; at += 16, i += 16) {
        struct pairs16 p = pairs_of(s->pair + at);
        struct limits_f32x16 limits = {.row_bonus = _mm512_load_ps(sieve->row_bonus + i),
                                       .row_limit = _mm512_load_ps(sieve->row_limit + i),
                                       .lane_bonus = look_up(duel->lane_bonus, p.lane),
                                       .lane_limit = look_up(duel->lane_limit, p.lane)};
        __m512 upper =
            raw_up(sieve->in, s, at, _mm512_load_ps(sieve->ab + i), _mm512_load_ps(sieve->ba + i));
        struct reach reach = reach_limits(s, at, &limits, upper);
        kept = keep_names(s, at, kept, reach.one, reach.two);
    }
    return kept;
}

/* Nothing but prefetches: a call of it would be left out as one without effect. */
ALWAYS_INLINE void fetch_vector(const struct vector_tile *tile, uint32_t who) {
    size_t bytes = tile->width * sizeof(int16_t), from = who * bytes;
    for (size_t at = from; at < from + bytes; at += CACHE_LINE) {
        _mm_prefetch((const char *)tile->preference + at, _MM_HINT_T0);
        _mm_prefetch((const char *)tile->features + at, _MM_HINT_T0);
    }
}

/* Asks for the int16 vectors of lanes that are kept and were not asked for; returns all that were.
 */
ALWAYS_INLINE uint64_t fetch_next(const struct refine_input *in, const struct survivors *s,
                                  uint32_t from, uint32_t to, uint64_t fetched) {
    uint64_t lanes = 0;
    if (in->next_lanes == NULL)
        return 0;
    for (uint32_t i = from; i < to; i++)
        lanes |= (uint64_t)1 << (s->pair[i] & 63);
    for (uint64_t left = lanes & ~fetched; left != 0; left &= left - 1)
        fetch_vector(in->next_lanes, (uint32_t)__builtin_ctzll(left));
    return fetched | lanes;
}

ALWAYS_INLINE void sift(struct sieve *sieve, uint32_t width, struct survivors *s) {
    uint32_t kept = 0;
    uint64_t fetched = 0;
    for (uint32_t at = 0; at < s->count; at += REFINE_CHUNK) {
        uint32_t left = s->count - at < REFINE_CHUNK ? s->count - at : REFINE_CHUNK;
        multiply(sieve->in, s->pair + at, left, width, BYTES_BIASED, &sieve->dots);
        weigh(sieve, s->pair + at, left);
        uint32_t before = kept;
        kept = keep_chunk(sieve, s, at, kept);
        fetched = fetch_next(sieve->in, s, before, kept, fetched);
    }
    s->count = kept;
}

/* Most lanes have a pair: their int8 vectors into the first-level cache. */
ALWAYS_INLINE void fetch_tile(const struct vector_tile *tile) {
    size_t bytes = (size_t)tile->width * TILE_LANES;
    for (size_t at = 0; at < bytes; at += CACHE_LINE) {
        _mm_prefetch((const char *)tile->features + at, _MM_HINT_T0);
        _mm_prefetch((const char *)tile->preference + at, _MM_HINT_T0);
    }
}

void sieve_avx512(const struct refine_input *in, struct survivors *survivors) {
    if (survivors->count > TILE_LANES)
        fetch_tile(in->lanes);
    struct sieve sieve;
    sieve.in = in;
    read_tastes(in->rows, in->affinity_scale, &sieve.rows);
    read_tastes(in->lanes, in->affinity_scale, &sieve.lanes);
    switch (in->rows->width) {
    case 64: sift(&sieve, 64, survivors); break;
    case 128: sift(&sieve, 128, survivors); break;
    default: sift(&sieve, in->rows->width, survivors);
    }
}
