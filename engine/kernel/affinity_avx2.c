/* Visual affinity of surviving pairs, both ways, eight pairs at a time; the idea is in
 * affinity_avx512.c.
 *
 * int8: there is no product of signed bytes with signed bytes, so |p| is multiplied by v with the
 * sign of p (vpsignb). Quantised elements lie in -127 .. 127, so a sum of two neighbours is at most
 * 2 * 127 * 127 = 32258 < 2^15 and vpmaddubsw never saturates. int16: vpmaddwd; the whole dot
 * product fits 32 bits by the scale's choice.
 *
 *   four pairs:   acc0 .. acc3  ->  each half holds [pair0 pair1 pair2 pair3]
 *   eight:        two of those  ->  eight sums in order */
#include "engine/kernel/isa.h"

#include <immintrin.h>

/* [a b c d] in each half: the sums of the half's four dwords of each accumulator. */
static inline __m256i fold4(__m256i a, __m256i b, __m256i c, __m256i d) {
    __m256i ab = _mm256_add_epi32(_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
    __m256i cd = _mm256_add_epi32(_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d));
    return _mm256_add_epi32(_mm256_unpacklo_epi64(ab, cd), _mm256_unpackhi_epi64(ab, cd));
}

/* Sums of the eight dwords of each accumulator, in order. */
static inline __m256i fold8(const __m256i acc[8]) {
    __m256i low = fold4(acc[0], acc[1], acc[2], acc[3]);
    __m256i high = fold4(acc[4], acc[5], acc[6], acc[7]);
    return _mm256_add_epi32(_mm256_permute2x128_si256(low, high, 0x20),
                            _mm256_permute2x128_si256(low, high, 0x31));
}

static inline __m256i dot_i8(const int8_t *preference, const int8_t *features, uint32_t width) {
    __m256i sum = _mm256_setzero_si256();
    const __m256i ones = _mm256_set1_epi16(1);
    for (uint32_t i = 0; i < width; i += 32) {
        __m256i p = _mm256_load_si256((const __m256i *)(preference + i));
        __m256i v = _mm256_load_si256((const __m256i *)(features + i));
        __m256i pairs = _mm256_maddubs_epi16(_mm256_abs_epi8(p), _mm256_sign_epi8(v, p));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(pairs, ones));
    }
    return sum;
}

static inline __m256i dot_i16(const int16_t *preference, const int16_t *features, uint32_t width) {
    __m256i sum = _mm256_setzero_si256();
    for (uint32_t i = 0; i < width; i += 16) {
        __m256i p = _mm256_load_si256((const __m256i *)(preference + i));
        __m256i v = _mm256_load_si256((const __m256i *)(features + i));
        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(p, v));
    }
    return sum;
}

/* Which tile's preferences meet which tile's features, and how the pair number names them. */
struct meeting {
    const void *preference, *features;
    uint32_t width, preference_shift, features_shift;
};

static inline __m256i dots8(const struct meeting *m, const uint16_t *pair, bool bytes) {
    __m256i sums[8];
    for (int i = 0; i < 8; i++) {
        size_t p = (size_t)(pair[i] >> m->preference_shift & 63) * m->width;
        size_t v = (size_t)(pair[i] >> m->features_shift & 63) * m->width;
        sums[i] = bytes ? dot_i8((const int8_t *)m->preference + p, (const int8_t *)m->features + v,
                                 m->width)
                        : dot_i16((const int16_t *)m->preference + p,
                                  (const int16_t *)m->features + v, m->width);
    }
    return fold8(sums);
}

/* Eight people of a tile. */
struct people8 {
    uint32_t at[8];
};

static inline struct people8 people_of(const uint16_t *pair, uint32_t shift) {
    struct people8 people;
    for (int i = 0; i < 8; i++)
        people.at[i] = pair[i] >> shift & 63;
    return people;
}

/* Eight loads: no slower than vgatherdps on these CPUs, and emulators get them right (QEMU 7.2
 * reads a wrong index register in some encodings of the gather). */
static inline __m256 look_up(const float *table, const struct people8 *people) {
    const uint32_t *at = people->at;
    return _mm256_setr_ps(table[at[0]], table[at[1]], table[at[2]], table[at[3]], table[at[4]],
                          table[at[5]], table[at[6]], table[at[7]]);
}

/* exp by 2^n * polynomial of degree 6 on [-ln 2 / 2, ln 2 / 2]; relative error below 4e-7. */
static inline __m256 exp_f32x8(__m256 x) {
    x = _mm256_min_ps(_mm256_max_ps(x, _mm256_set1_ps(-80.0f)), _mm256_set1_ps(80.0f));
    __m256 n = _mm256_round_ps(_mm256_mul_ps(x, _mm256_set1_ps(1.44269504f)),
                               _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
    __m256 r = _mm256_fnmadd_ps(n, _mm256_set1_ps(0.693359375f), x);
    r = _mm256_fnmadd_ps(n, _mm256_set1_ps(-2.12194440e-4f), r);
    __m256 p = _mm256_set1_ps(1.0f / 720);
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 120));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 24));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f / 6));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(0.5f));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f));
    p = _mm256_fmadd_ps(p, r, _mm256_set1_ps(1.0f));
    __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(n), _mm256_set1_epi32(127));
    return _mm256_mul_ps(p, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
}

/* .5 + confidence * (sigmoid(x) - .5), moved by `error`. */
static inline __m256 affinity_at(__m256 x, __m256 confidence, float error) {
    const __m256 one = _mm256_set1_ps(1.0f), half = _mm256_set1_ps(0.5f);
    __m256 e = exp_f32x8(_mm256_sub_ps(_mm256_setzero_ps(), x));
    __m256 sigmoid = _mm256_div_ps(one, _mm256_add_ps(one, e));
    __m256 affinity = _mm256_fmadd_ps(confidence, _mm256_sub_ps(sigmoid, half), half);
    return _mm256_max_ps(_mm256_add_ps(affinity, _mm256_set1_ps(error)), _mm256_setzero_ps());
}

struct interval_f32x8 {
    __m256 lower, upper;
};

/* affinity of viewers v for others o, as an interval. */
static inline struct interval_f32x8 affinity_of(const struct vector_tile *viewer,
                                                const struct people8 *v,
                                                const struct vector_tile *other,
                                                const struct people8 *o, __m256 dot, float scale) {
    __m256 error =
        _mm256_fmadd_ps(look_up(viewer->preference_norm, v), look_up(other->features_rest, o),
                        look_up(viewer->preference_rest, v));
    __m256 factor = _mm256_set1_ps(scale), confidence = look_up(viewer->confidence, v);
    struct interval_f32x8 affinity = {
        .lower = affinity_at(_mm256_mul_ps(factor, _mm256_sub_ps(dot, error)), confidence,
                             -SIGMOID_ERROR),
        .upper = affinity_at(_mm256_mul_ps(factor, _mm256_add_ps(dot, error)), confidence,
                             SIGMOID_ERROR),
    };
    return affinity;
}

static inline __m256 harmonic(__m256 x, __m256 y) {
    __m256 sum = _mm256_max_ps(_mm256_add_ps(x, y), _mm256_set1_ps(1e-9f));
    return _mm256_div_ps(_mm256_mul_ps(_mm256_set1_ps(2.0f), _mm256_mul_ps(x, y)), sum);
}

/* One end of the score: parts and affinities to raw without bonus, and mutuality. */
static inline __m256 raw_at(const struct score_terms *terms, const __m256 parts[3], __m256 ab,
                            __m256 ba, __m256 *mutual) {
    __m256 fit = _mm256_set1_ps(terms->side_fit), visual = _mm256_set1_ps(terms->side_affinity);
    __m256 zero = _mm256_setzero_ps();
    __m256 x = _mm256_max_ps(_mm256_fmadd_ps(fit, parts[1], _mm256_mul_ps(visual, ab)), zero);
    __m256 y = _mm256_max_ps(_mm256_fmadd_ps(fit, parts[2], _mm256_mul_ps(visual, ba)), zero);
    *mutual = harmonic(x, y);
    __m256 both = _mm256_sqrt_ps(_mm256_mul_ps(ab, ba));
    __m256 raw = _mm256_fmadd_ps(_mm256_set1_ps(terms->affinity), both, parts[0]);
    return _mm256_fmadd_ps(_mm256_set1_ps(0.3f), *mutual, raw);
}

/* Writes the bounds of the eight survivors from `at` on. */
static inline void bound_pairs(const struct score_terms *terms, struct survivors *s, uint32_t at,
                               __m256 slack, struct interval_f32x8 ab, struct interval_f32x8 ba) {
    const __m256 margin = _mm256_set1_ps(KERNEL_MARGIN);
    __m256 high[3] = {_mm256_loadu_ps(s->part + at), _mm256_loadu_ps(s->side_ab + at),
                      _mm256_loadu_ps(s->side_ba + at)};
    __m256 low[3] = {_mm256_fnmadd_ps(_mm256_set1_ps(terms->fit), slack, high[0]),
                     _mm256_sub_ps(high[1], slack), _mm256_sub_ps(high[2], slack)};
    __m256 most, least;
    __m256 upper = raw_at(terms, high, ab.upper, ba.upper, &most);
    __m256 lower = raw_at(terms, low, ab.lower, ba.lower, &least);
    _mm256_storeu_ps(s->upper + at, _mm256_add_ps(upper, margin));
    _mm256_storeu_ps(s->lower + at, _mm256_sub_ps(lower, margin));
    _mm256_storeu_ps(s->mutual_upper + at, _mm256_add_ps(most, margin));
    _mm256_storeu_ps(s->mutual_lower + at, _mm256_sub_ps(least, margin));
}

static inline __m256 scaled(__m256i dots_i32x8, const struct vector_tile *viewer,
                            const struct people8 *v, const struct vector_tile *other,
                            const struct people8 *o) {
    __m256 unit =
        _mm256_mul_ps(look_up(viewer->preference_scale, v), look_up(other->features_scale, o));
    return _mm256_mul_ps(_mm256_cvtepi32_ps(dots_i32x8), unit);
}

/* The eight survivors at `at`, with their dot products; how many of them are kept, from `kept` on.
 */
static inline uint32_t refine_eight(const struct refine_input *in, struct survivors *s, uint32_t at,
                                    uint32_t kept, __m256 ab, __m256 ba) {
    const struct vector_tile *rows = in->rows, *lanes = in->lanes;
    struct people8 r = people_of(s->pair + at, 6), l = people_of(s->pair + at, 0);
    bound_pairs(in->terms, s, at, look_up(in->duel->row_slack, &r),
                affinity_of(rows, &r, lanes, &l, ab, in->affinity_scale),
                affinity_of(lanes, &l, rows, &r, ba, in->affinity_scale));
    uint32_t more = 0;
    for (uint32_t i = at; i < s->count && i < at + 8; i++)
        more += survivors_keep(in->duel, s, i, kept + more);
    return more;
}

static inline void refine(const struct refine_input *in, bool bytes, struct survivors *s) {
    const struct vector_tile *rows = in->rows, *lanes = in->lanes;
    const struct meeting ab = {rows->preference, lanes->features, rows->width, 6, 0};
    const struct meeting ba = {lanes->preference, rows->features, rows->width, 0, 6};
    uint32_t kept = 0;
    for (uint32_t at = 0; at < s->count; at += 8) {
        struct people8 r = people_of(s->pair + at, 6), l = people_of(s->pair + at, 0);
        __m256 dots_ab = scaled(dots8(&ab, s->pair + at, bytes), rows, &r, lanes, &l);
        __m256 dots_ba = scaled(dots8(&ba, s->pair + at, bytes), lanes, &l, rows, &r);
        kept += refine_eight(in, s, at, kept, dots_ab, dots_ba);
    }
    s->count = kept;
}

static void refine8_avx2(const struct refine_input *in, struct survivors *survivors) {
    refine(in, true, survivors);
}

static void refine16_avx2(const struct refine_input *in, struct survivors *survivors) {
    refine(in, false, survivors);
}

static void refine_dots_avx2(const struct refine_input *in, const float *ab, const float *ba,
                             struct survivors *s) {
    uint32_t kept = 0;
    for (uint32_t at = 0; at < s->count; at += 8)
        kept += refine_eight(in, s, at, kept, _mm256_loadu_ps(ab + at), _mm256_loadu_ps(ba + at));
    s->count = kept;
}

void kernels_affinity_avx2(struct kernels *table) {
    table->refine8 = refine8_avx2;
    table->refine16 = refine16_avx2;
    table->refine_dots = refine_dots_avx2;
}
