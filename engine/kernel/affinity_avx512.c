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
 * Survivors of a tile pair touch only 2 x 64 vectors, which stay in the first-level caches. */
#include <immintrin.h>

#include "engine/kernel/isa.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

/* [a b c d] in each 128-bit part: the sums of the part's four dwords of each accumulator. */
static inline __m512i fold4(__m512i a, __m512i b, __m512i c, __m512i d) {
    __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    return _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
}

/* Adds the four parts of each; dwords 4k .. 4k + 3 come from the k-th argument. */
static inline __m512i fold16(__m512i w, __m512i x, __m512i y, __m512i z) {
    __m512i wx =
        _mm512_add_epi32(_mm512_shuffle_i32x4(w, x, 0x88), _mm512_shuffle_i32x4(w, x, 0xdd));
    __m512i yz =
        _mm512_add_epi32(_mm512_shuffle_i32x4(y, z, 0x88), _mm512_shuffle_i32x4(y, z, 0xdd));
    return _mm512_add_epi32(_mm512_shuffle_i32x4(wx, yz, 0x88), _mm512_shuffle_i32x4(wx, yz, 0xdd));
}

/* One side as unsigned, by + 128; the caller takes 128 * sum(signed) off again. */
ALWAYS_INLINE __m512i dot_i8(const int8_t *as_unsigned, const int8_t *as_signed, uint32_t width) {
    __m512i sum = _mm512_setzero_si512();
    const __m512i flip = _mm512_set1_epi8((char)0x80);
#pragma GCC unroll 2
    for (uint32_t i = 0; i < width; i += 64) {
        __m512i x_u8x64 = _mm512_xor_si512(_mm512_load_si512(as_unsigned + i), flip);
        sum = _mm512_dpbusd_epi32(sum, x_u8x64, _mm512_load_si512(as_signed + i));
    }
    return sum;
}

ALWAYS_INLINE __m512i dot_i16(const int16_t *x, const int16_t *y, uint32_t width) {
    __m512i sum = _mm512_setzero_si512();
#pragma GCC unroll 4
    for (uint32_t i = 0; i < width; i += 32)
        sum = _mm512_dpwssd_epi32(sum, _mm512_load_si512(x + i), _mm512_load_si512(y + i));
    return sum;
}

/* Dot products of sixteen pairs: the row's preference with the lane's features, and the reverse. */
struct dots_i32x16 {
    __m512i ab, ba;
};

/* Of four pairs, not yet added up. The row's vectors are the unsigned ones: it is the lane's that
 * come from further away, and a signed operand needs no register. */
ALWAYS_INLINE struct dots_i32x16 dots4(const struct refine_input *in, const uint16_t *pair,
                                       uint32_t width, bool bytes) {
    const struct vector_tile *rows = in->rows, *lanes = in->lanes;
    __m512i ab[4], ba[4];
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        size_t row = (size_t)(pair[i] >> 6 & 63) * width, lane = (size_t)(pair[i] & 63) * width;
        if (bytes) {
            ab[i] = dot_i8((const int8_t *)rows->preference + row,
                           (const int8_t *)lanes->features + lane, width);
            ba[i] = dot_i8((const int8_t *)rows->features + row,
                           (const int8_t *)lanes->preference + lane, width);
        } else {
            ab[i] = dot_i16((const int16_t *)rows->preference + row,
                            (const int16_t *)lanes->features + lane, width);
            ba[i] = dot_i16((const int16_t *)rows->features + row,
                            (const int16_t *)lanes->preference + lane, width);
        }
    }
    return (struct dots_i32x16){fold4(ab[0], ab[1], ab[2], ab[3]),
                                fold4(ba[0], ba[1], ba[2], ba[3])};
}

ALWAYS_INLINE struct dots_i32x16 dots16(const struct refine_input *in, const uint16_t *pair,
                                        uint32_t width, bool bytes) {
    struct dots_i32x16 w = dots4(in, pair, width, bytes);
    struct dots_i32x16 x = dots4(in, pair + 4, width, bytes);
    struct dots_i32x16 y = dots4(in, pair + 8, width, bytes);
    struct dots_i32x16 z = dots4(in, pair + 12, width, bytes);
    return (struct dots_i32x16){fold16(w.ab, x.ab, y.ab, z.ab), fold16(w.ba, x.ba, y.ba, z.ba)};
}

/* table[index] for sixteen indices of 0..63. */
static inline __m512 look_up(const float *table, __m512i index) {
    __m512 low = _mm512_permutex2var_ps(_mm512_loadu_ps(table), index, _mm512_loadu_ps(table + 16));
    __m512 high =
        _mm512_permutex2var_ps(_mm512_loadu_ps(table + 32), index, _mm512_loadu_ps(table + 48));
    return _mm512_mask_mov_ps(low, _mm512_test_epi32_mask(index, _mm512_set1_epi32(32)), high);
}

static inline __m512i look_up_i32(const int32_t *table, __m512i index) {
    return _mm512_castps_si512(look_up((const float *)table, index));
}

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

struct interval_f32x16 {
    __m512 lower, upper;
};

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

/* The upper end alone, with a reciprocal for the division. */
static inline __m512 affinity_up(const struct vector_tile *viewer, __m512i v,
                                 const struct vector_tile *other, __m512i o, __m512 dot,
                                 float scale) {
    const __m512 one = _mm512_set1_ps(1.0f), half = _mm512_set1_ps(0.5f);
    __m512 error =
        _mm512_fmadd_ps(look_up(viewer->preference_norm, v), look_up(other->features_rest, o),
                        look_up(viewer->preference_rest, v));
    __m512 x = _mm512_mul_ps(_mm512_set1_ps(-scale), _mm512_add_ps(dot, error));
    __m512 reciprocal = _mm512_rcp14_ps(_mm512_add_ps(one, exp_f32x16(x)));
    __m512 sigmoid = _mm512_mul_ps(reciprocal, _mm512_set1_ps(RECIPROCAL_UP));
    __m512 affinity =
        _mm512_fmadd_ps(look_up(viewer->confidence, v), _mm512_sub_ps(sigmoid, half), half);
    return _mm512_add_ps(affinity, _mm512_set1_ps(SIGMOID_ERROR));
}

struct bounds_f32x16 {
    struct interval_f32x16 raw, mutual;
};

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

/* Moves the kept of sixteen survivors at `from` to `to`; bounds NULL: they are left unknown. */
static inline uint32_t keep_pairs(struct survivors *s, uint32_t from, uint32_t to, __mmask16 one,
                                  __mmask16 two, const struct bounds_f32x16 *bounds) {
    __mmask16 keep = one | two;
    __m256i pair = _mm256_loadu_si256((const __m256i *)(s->pair + from));
    __m128i ways = _mm_sub_epi8(_mm_maskz_set1_epi8(one, 1), _mm_maskz_set1_epi8(two, -2));
    __m512 parts[3] = {_mm512_loadu_ps(s->part + from), _mm512_loadu_ps(s->side_ab + from),
                       _mm512_loadu_ps(s->side_ba + from)};
    _mm256_storeu_si256((__m256i *)(s->pair + to), _mm256_maskz_compress_epi16(keep, pair));
    _mm_storeu_si128((__m128i *)(s->ways + to), _mm_maskz_compress_epi8(keep, ways));
    _mm512_storeu_ps(s->part + to, _mm512_maskz_compress_ps(keep, parts[0]));
    _mm512_storeu_ps(s->side_ab + to, _mm512_maskz_compress_ps(keep, parts[1]));
    _mm512_storeu_ps(s->side_ba + to, _mm512_maskz_compress_ps(keep, parts[2]));
    if (bounds != NULL) {
        _mm512_storeu_ps(s->lower + to, _mm512_maskz_compress_ps(keep, bounds->raw.lower));
        _mm512_storeu_ps(s->upper + to, _mm512_maskz_compress_ps(keep, bounds->raw.upper));
        _mm512_storeu_ps(s->mutual_lower + to,
                         _mm512_maskz_compress_ps(keep, bounds->mutual.lower));
        _mm512_storeu_ps(s->mutual_upper + to,
                         _mm512_maskz_compress_ps(keep, bounds->mutual.upper));
    }
    return to + (uint32_t)__builtin_popcount(keep);
}

static inline __m512 scaled(__m512i dots_i32x16, const struct vector_tile *viewer, __m512i v,
                            const struct vector_tile *other, __m512i o) {
    __m512 unit =
        _mm512_mul_ps(look_up(viewer->preference_scale, v), look_up(other->features_scale, o));
    return _mm512_mul_ps(_mm512_cvtepi32_ps(dots_i32x16), unit);
}

/* The rows and lanes of sixteen survivors. */
struct pairs16 {
    __m512i row, lane;
};

static inline struct pairs16 pairs_of(const uint16_t *pair) {
    __m512i pairs = _mm512_and_si512(
        _mm512_cvtepu16_epi32(_mm256_loadu_si256((const __m256i *)pair)), _mm512_set1_epi32(0xfff));
    return (struct pairs16){_mm512_srli_epi32(pairs, 6),
                            _mm512_and_si512(pairs, _mm512_set1_epi32(63))};
}

/* Who of the sixteen survivors at `at` can still reach a limit, either way. */
struct reach {
    __mmask16 one, two;
};

static inline struct reach reach_limits(const struct duel *duel, const struct survivors *s,
                                        uint32_t at, struct pairs16 p, __m512 upper) {
    __mmask16 live = s->count - at < 16 ? (__mmask16)((1u << (s->count - at)) - 1) : 0xffff;
    __m128i ways = _mm_loadu_si128((const __m128i *)(s->ways + at));
    __mmask16 one = _mm_mask_test_epi8_mask(live, ways, _mm_set1_epi8(1));
    __mmask16 two = _mm_mask_test_epi8_mask(live, ways, _mm_set1_epi8(2));
    __m512 for_row = _mm512_add_ps(upper, look_up(duel->lane_bonus, p.lane));
    __m512 for_lane = _mm512_add_ps(upper, look_up(duel->row_bonus, p.row));
    return (struct reach){
        _mm512_mask_cmp_ps_mask(one, for_row, look_up(duel->row_limit, p.row), _CMP_GE_OQ),
        _mm512_mask_cmp_ps_mask(two, for_lane, look_up(duel->lane_limit, p.lane), _CMP_GE_OQ),
    };
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
    struct reach reach = reach_limits(call->duel, s, at, p, bounds.raw.upper);
    return keep_pairs(s, at, kept, reach.one, reach.two, &bounds);
}

/* The same by upper ends alone, which stay unknown to the caller. */
static inline uint32_t sieve_sixteen(const struct refine_input *call, struct survivors *s,
                                     uint32_t at, uint32_t kept, __m512 ab, __m512 ba) {
    const struct vector_tile *rows = call->rows, *lanes = call->lanes;
    struct pairs16 p = pairs_of(s->pair + at);
    const __m512 parts[3] = {_mm512_loadu_ps(s->part + at), _mm512_loadu_ps(s->side_ab + at),
                             _mm512_loadu_ps(s->side_ba + at)};
    __m512 mutual;
    __m512 upper = raw_at(
        call->terms, parts, affinity_up(rows, p.row, lanes, p.lane, ab, call->affinity_scale),
        affinity_up(lanes, p.lane, rows, p.row, ba, call->affinity_scale), &mutual);
    struct reach reach =
        reach_limits(call->duel, s, at, p, _mm512_add_ps(upper, _mm512_set1_ps(KERNEL_MARGIN)));
    return keep_pairs(s, at, kept, reach.one, reach.two, NULL);
}

enum precision { BYTES, BYTES_SIEVE, WORDS };

/* int16 vectors of the lanes of the sixteen pairs at `at`: few pairs come so far, and each touches
 * eight lines, which are further away than sixteen pairs' worth of work. */
static inline void fetch_lanes(const struct vector_tile *lanes, const struct survivors *s,
                               uint32_t at) {
    size_t bytes = lanes->width * sizeof(int16_t);
    for (uint32_t i = at; i < at + 16; i++) {
        size_t from = (s->pair[i] & 63) * bytes;
        for (size_t line = from; line < from + bytes; line += CACHE_LINE) {
            _mm_prefetch((const char *)lanes->preference + line, _MM_HINT_T0);
            _mm_prefetch((const char *)lanes->features + line, _MM_HINT_T0);
        }
    }
}

/* Dot products of `count` pairs, rounded up to sixteens. Apart from what is made of them: the chain
 * from a pair to its bound is so long that no processor looks past two of them. */
enum { REFINE_CHUNK = 64 };
struct dots {
    ALIGNED64 int32_t ab[REFINE_CHUNK], ba[REFINE_CHUNK];
};

ALWAYS_INLINE void multiply(const struct refine_input *call, enum precision precision,
                            uint32_t width, const struct survivors *s, uint32_t first,
                            struct dots *out) {
    const bool bytes = precision != WORDS;
    for (uint32_t i = 0; i < REFINE_CHUNK && first + i < s->count; i += 16) {
        if (precision == WORDS && first + i + 16 < s->count)
            fetch_lanes(call->lanes, s, first + i + 16);
        struct dots_i32x16 dots = dots16(call, s->pair + first + i, width, bytes);
        _mm512_store_si512(out->ab + i, dots.ab);
        _mm512_store_si512(out->ba + i, dots.ba);
    }
}

ALWAYS_INLINE void refine(const struct refine_input *call, enum precision precision, uint32_t width,
                          struct survivors *s) {
    const struct vector_tile *rows = call->rows, *lanes = call->lanes;
    struct dots dots;
    uint32_t kept = 0;
    if (precision == WORDS)
        fetch_lanes(lanes, s, 0);
    for (uint32_t at = 0; at < s->count; at += 16) {
        if (at % REFINE_CHUNK == 0)
            multiply(call, precision, width, s, at, &dots);
        struct pairs16 p = pairs_of(s->pair + at);
        __m512i ab = _mm512_load_si512(dots.ab + at % REFINE_CHUNK);
        __m512i ba = _mm512_load_si512(dots.ba + at % REFINE_CHUNK);
        if (precision != WORDS) {
            __m512i sums = look_up_i32(lanes->features_sum, p.lane);
            ab = _mm512_sub_epi32(ab, _mm512_slli_epi32(sums, 7));
            sums = look_up_i32(lanes->preference_sum, p.lane);
            ba = _mm512_sub_epi32(ba, _mm512_slli_epi32(sums, 7));
        }
        __m512 x = scaled(ab, rows, p.row, lanes, p.lane);
        __m512 y = scaled(ba, lanes, p.lane, rows, p.row);
        kept = precision == BYTES_SIEVE ? sieve_sixteen(call, s, at, kept, x, y)
                                        : refine_sixteen(call, s, at, kept, x, y);
    }
    s->count = kept;
}

/* Unrolled for the usual widths. */
ALWAYS_INLINE void refine_width(const struct refine_input *in, enum precision precision,
                                struct survivors *s) {
    switch (in->rows->width) {
    case 64: refine(in, precision, 64, s); break;
    case 128: refine(in, precision, 128, s); break;
    default: refine(in, precision, in->rows->width, s);
    }
}

static void refine8_avx512(const struct refine_input *in, struct survivors *survivors) {
    if (in->sieve)
        refine_width(in, BYTES_SIEVE, survivors);
    else
        refine_width(in, BYTES, survivors);
}

static void refine16_avx512(const struct refine_input *in, struct survivors *survivors) {
    refine_width(in, WORDS, survivors);
}

static void refine_dots_avx512(const struct refine_input *in, const float *ab, const float *ba,
                               struct survivors *s) {
    uint32_t kept = 0;
    for (uint32_t at = 0; at < s->count; at += 16)
        kept = refine_sixteen(in, s, at, kept, _mm512_loadu_ps(ab + at), _mm512_loadu_ps(ba + at));
    s->count = kept;
}

void kernels_affinity_avx512(struct kernels *table) {
    table->refine8 = refine8_avx512;
    table->refine16 = refine16_avx512;
    table->refine_dots = refine_dots_avx512;
}
