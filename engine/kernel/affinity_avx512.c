/* Visual affinity of surviving pairs, both ways, sixteen pairs at a time.
 *
 * A vector x is kept as x = scale * q + rest with q in int8 or int16 and |rest| <= residual, so
 *
 *   |<p, v> - s_p s_v <q_p, q_v>| <= residual_p |v| + |s_p q_p| residual_v        (|v| = 1)
 *
 * and everything after it (sigmoid, confidence, geometric and harmonic mean) rises with each dot
 * product: two evaluations, at both ends, bound the score. int8 costs two registers a vector at
 * D = 128 and is the sieve (+-0.003 on raw); int16 comes after it and is as sharp as the limits
 * need (+-0.00005).
 *
 *   four pairs   acc0 acc1 acc2 acc3  ->  one register, [pair0 .. pair3] in each 128-bit part
 *   sixteen      four of those        ->  sixteen sums in order
 *
 * Survivors of a tile pair touch only 2 x 64 vectors. int8 ones stay in the first-level cache;
 * int16 ones are further away and are asked for as soon as int8 keeps their pair (sieve_avx512.c).
 */
#include "engine/kernel/refine_avx512.h"

/* exp by 2^n * polynomial of degree 6 on [-ln 2 / 2, ln 2 / 2]; relative error below 4e-7. */
static inline __m512 exp_f32x16(__m512 x) {
    x = _mm512_min_ps(_mm512_max_ps(x, _mm512_set1_ps(-80.0f)), _mm512_set1_ps(80.0f));
    __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)),
                                    _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), x);
    r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4f), r);
    __m512 p = _mm512_set1_ps(1.0f / 720);
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 120));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 24));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f / 6));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(0.5f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(1.0f));
    return _mm512_scalef_ps(p, n);
}

/* .5 + confidence * (sigmoid(x) - .5), moved by `error`. */
static inline __m512 affinity_at(__m512 x, __m512 confidence, float error) {
    const __m512 one = _mm512_set1_ps(1.0f), half = _mm512_set1_ps(0.5f);
    __m512 e = exp_f32x16(_mm512_sub_ps(_mm512_setzero_ps(), x));
    __m512 sigmoid = _mm512_div_ps(one, _mm512_add_ps(one, e));
    __m512 affinity = _mm512_fmadd_ps(confidence, _mm512_sub_ps(sigmoid, half), half);
    return _mm512_max_ps(_mm512_add_ps(affinity, _mm512_set1_ps(error)), _mm512_setzero_ps());
}

/* affinity of `rows` for `lanes` (or the reverse), as an interval. */
static inline struct interval_f32x16 affinity_of(const struct vector_tile *viewer, __m512i v,
                                                 const struct vector_tile *other, __m512i o,
                                                 __m512 dot, float scale) {
    __m512 error =
        _mm512_fmadd_ps(look_up(viewer->preference_norm, v), look_up(other->features_rest, o),
                        look_up(viewer->preference_rest, v));
    __m512 factor = _mm512_set1_ps(scale), confidence = look_up(viewer->confidence, v);
    struct interval_f32x16 affinity = {
        .lower = affinity_at(_mm512_mul_ps(factor, _mm512_sub_ps(dot, error)), confidence,
                             -SIGMOID_ERROR),
        .upper = affinity_at(_mm512_mul_ps(factor, _mm512_add_ps(dot, error)), confidence,
                             SIGMOID_ERROR),
    };
    return affinity;
}

static inline __m512 harmonic(__m512 x, __m512 y) {
    __m512 sum = _mm512_max_ps(_mm512_add_ps(x, y), _mm512_set1_ps(1e-9f));
    return _mm512_div_ps(_mm512_mul_ps(_mm512_set1_ps(2.0f), _mm512_mul_ps(x, y)), sum);
}

/* One end of the score: parts and affinities to raw without bonus, and mutuality. */
static inline __m512 raw_at(const struct score_terms *terms, const __m512 parts[3], __m512 ab,
                            __m512 ba, __m512 *mutual) {
    __m512 fit = _mm512_set1_ps(terms->side_fit), visual = _mm512_set1_ps(terms->side_affinity);
    __m512 zero = _mm512_setzero_ps();
    __m512 x = _mm512_max_ps(_mm512_fmadd_ps(fit, parts[1], _mm512_mul_ps(visual, ab)), zero);
    __m512 y = _mm512_max_ps(_mm512_fmadd_ps(fit, parts[2], _mm512_mul_ps(visual, ba)), zero);
    *mutual = harmonic(x, y);
    __m512 both = _mm512_sqrt_ps(_mm512_mul_ps(ab, ba));
    __m512 raw = _mm512_fmadd_ps(_mm512_set1_ps(terms->affinity), both, parts[0]);
    return _mm512_fmadd_ps(_mm512_set1_ps(0.3f), *mutual, raw);
}

static inline struct bounds_f32x16 bound_pairs(const struct score_terms *terms,
                                               const struct survivors *s, uint32_t at, __m512 less,
                                               struct interval_f32x16 ab,
                                               struct interval_f32x16 ba) {
    const __m512 margin = _mm512_set1_ps(KERNEL_MARGIN);
    __m512 high[3] = {_mm512_loadu_ps(s->part + at), _mm512_loadu_ps(s->side_ab + at),
                      _mm512_loadu_ps(s->side_ba + at)};
    __m512 low[3] = {_mm512_fnmadd_ps(_mm512_set1_ps(terms->fit), less, high[0]),
                     _mm512_sub_ps(high[1], less), _mm512_sub_ps(high[2], less)};
    struct bounds_f32x16 out;
    out.raw.upper =
        _mm512_add_ps(raw_at(terms, high, ab.upper, ba.upper, &out.mutual.upper), margin);
    out.raw.lower =
        _mm512_sub_ps(raw_at(terms, low, ab.lower, ba.lower, &out.mutual.lower), margin);
    out.mutual.upper = _mm512_add_ps(out.mutual.upper, margin);
    out.mutual.lower = _mm512_sub_ps(out.mutual.lower, margin);
    return out;
}

static inline __m512 scaled(__m512i dots_i32x16, const struct vector_tile *viewer, __m512i v,
                            const struct vector_tile *other, __m512i o) {
    __m512 unit =
        _mm512_mul_ps(look_up(viewer->preference_scale, v), look_up(other->features_scale, o));
    return _mm512_mul_ps(_mm512_cvtepi32_ps(dots_i32x16), unit);
}

/* The sixteen survivors at `at`, with their dot products: moves those that can reach a limit to
 * `kept` and returns where the next goes. */
static inline uint32_t refine_sixteen(const struct refine_input *call, struct survivors *s,
                                      uint32_t at, uint32_t kept, __m512 ab, __m512 ba) {
    const struct vector_tile *rows = call->rows, *lanes = call->lanes;
    struct pairs16 p = pairs_of(s->pair + at);
    struct bounds_f32x16 bounds =
        bound_pairs(call->terms, s, at, look_up(call->duel->row_slack, p.row),
                    affinity_of(rows, p.row, lanes, p.lane, ab, call->affinity_scale),
                    affinity_of(lanes, p.lane, rows, p.row, ba, call->affinity_scale));
    struct limits_f32x16 limits = {.row_bonus = look_up(call->duel->row_bonus, p.row),
                                   .row_limit = look_up(call->duel->row_limit, p.row),
                                   .lane_bonus = look_up(call->duel->lane_bonus, p.lane),
                                   .lane_limit = look_up(call->duel->lane_limit, p.lane)};
    struct reach reach = reach_limits(s, at, &limits, bounds.raw.upper);
    return keep_pairs(s, at, kept, reach.one, reach.two, &bounds);
}

/* By int8. */
ALWAYS_INLINE void refine_bytes(const struct refine_input *call, uint32_t width,
                                struct survivors *s) {
    const struct vector_tile *rows = call->rows, *lanes = call->lanes;
    struct dots dots;
    uint32_t kept = 0;
    for (uint32_t at = 0; at < s->count; at += 16) {
        uint32_t left = s->count - at, i = at % REFINE_CHUNK;
        if (i == 0)
            multiply(call, s->pair + at, left < REFINE_CHUNK ? left : REFINE_CHUNK, width, BYTES,
                     &dots);
        struct pairs16 p = pairs_of(s->pair + at);
        __m512i ab = _mm512_load_si512(dots.ab + i), ba = _mm512_load_si512(dots.ba + i);
        __m512i sums = look_up_i32(rows->preference_sum, p.row);
        ab = _mm512_sub_epi32(ab, _mm512_slli_epi32(sums, 7));
        sums = look_up_i32(rows->features_sum, p.row);
        ba = _mm512_sub_epi32(ba, _mm512_slli_epi32(sums, 7));
        kept = refine_sixteen(call, s, at, kept, scaled(ab, rows, p.row, lanes, p.lane),
                              scaled(ba, lanes, p.lane, rows, p.row));
    }
    s->count = kept;
}

/* Loops over elements unroll for the usual widths. */
static void refine8_avx512(const struct refine_input *in, struct survivors *survivors) {
    if (in->sieve != NULL) {
        sieve_avx512(in, survivors);
        return;
    }
    switch (in->rows->width) {
    case 64: refine_bytes(in, 64, survivors); break;
    case 128: refine_bytes(in, 128, survivors); break;
    default: refine_bytes(in, in->rows->width, survivors);
    }
}

ALWAYS_INLINE void dots_width(const struct refine_input *in, uint32_t width,
                              const struct survivors *s, float *ab, float *ba) {
    const struct vector_tile *rows = in->rows, *lanes = in->lanes;
    struct dots dots;
    for (uint32_t at = 0; at < s->count; at += REFINE_CHUNK) {
        uint32_t left = s->count - at, count = left < REFINE_CHUNK ? left : REFINE_CHUNK;
        multiply(in, s->pair + at, count, width, WORDS, &dots);
        for (uint32_t i = 0; i < count; i += 16) {
            struct pairs16 p = pairs_of(s->pair + at + i);
            __m512i one = _mm512_load_si512(dots.ab + i), two = _mm512_load_si512(dots.ba + i);
            _mm512_storeu_ps(ab + at + i, scaled(one, rows, p.row, lanes, p.lane));
            _mm512_storeu_ps(ba + at + i, scaled(two, lanes, p.lane, rows, p.row));
        }
    }
}

static void dots_avx512(const struct refine_input *in, const struct survivors *s, float *ab,
                        float *ba) {
    switch (in->rows->width) {
    case 64: dots_width(in, 64, s, ab, ba); break;
    case 128: dots_width(in, 128, s, ab, ba); break;
    default: dots_width(in, in->rows->width, s, ab, ba);
    }
}

static void refine_dots_avx512(const struct refine_input *in, const float *ab, const float *ba,
                               struct survivors *s) {
    uint32_t kept = 0;
    for (uint32_t at = 0; at < s->count; at += 16)
        kept = refine_sixteen(in, s, at, kept, _mm512_loadu_ps(ab + at), _mm512_loadu_ps(ba + at));
    s->count = kept;
}

static void refine16_avx512(const struct refine_input *in, struct survivors *survivors) {
    float ab[SURVIVORS_MAX + 64], ba[SURVIVORS_MAX + 64];
    dots_avx512(in, survivors, ab, ba);
    refine_dots_avx512(in, ab, ba, survivors);
}

void kernels_affinity_avx512(struct kernels *table) {
    table->refine8 = refine8_avx512;
    table->refine16 = refine16_avx512;
    table->dots = dots_avx512;
    table->refine_dots = refine_dots_avx512;
}
