/* Intervals of the visual bounds against binary64 from the vectors that were quantised. */
#include <math.h>
#include <string.h>

#include "engine/kernel/blas.h"
#include "engine/kernel/isa.h"
#include "engine/kernel/real.h"
#include "tests/support/kernel_case.h"

enum { WIDTH_MAX = 512, UNIT_BITS = 12 }; /* of what a sieve's pairs lose */

/* One tile of people: vectors as they are, and as one precision keeps them. */
struct faces {
    uint32_t dim;
    double preference[TILE_LANES][WIDTH_MAX], features[TILE_LANES][WIDTH_MAX];
    struct vector_tile tile;
    int32_t *preference_sum, *features_sum;
    float *preference_scale, *features_scale, *preference_rest, *features_rest, *preference_norm;
    float *confidence;
};

struct stored {
    float scale, rest, norm;
    int32_t sum;
};

/* int8: scale max / 127; int16: |x| / 32700; what is left is measured. */
static struct stored store(const double *x, uint32_t dim, int8_t *bytes, int16_t *words) {
    double most = 0.0, norm2 = 0.0, rest2 = 0.0, kept2 = 0.0;
    for (uint32_t i = 0; i < dim; i++) {
        most = fmax(most, fabs(x[i]));
        norm2 += x[i] * x[i];
    }
    struct stored s = {.scale = (float)(bytes != NULL ? most / 127.0 : sqrt(norm2) / 32700.0)};
    for (uint32_t i = 0; i < dim && s.scale > 0.0f; i++) {
        double limit = bytes != NULL ? 127.0 : 32767.0;
        double q = fmin(fmax(rint(x[i] / (double)s.scale), -limit), limit);
        if (bytes != NULL)
            bytes[i] = (int8_t)q;
        else
            words[i] = (int16_t)q;
        double kept = q * (double)s.scale;
        rest2 += (x[i] - kept) * (x[i] - kept);
        kept2 += kept * kept;
        s.sum += (int32_t)q;
    }
    s.rest = nextafterf((float)(sqrt(rest2) + 0x1p-21 * sqrt(norm2)), INFINITY);
    s.norm = nextafterf((float)sqrt(kept2), INFINITY);
    return s;
}

/* A direction: anything, an axis, all elements at both ends of the range, or another's or its
 * opposite. */
static void draw_vector(struct draws *draws, double *x, uint32_t dim, const double *other) {
    uint32_t kind = draw_below(draws, 8);
    if (kind == 0) {
        memset(x, 0, dim * sizeof *x);
        x[draw_below(draws, dim)] = draw_chance(draws, 0.5) ? 1.0 : -1.0;
    } else if (kind == 1) {
        for (uint32_t i = 0; i < dim; i++)
            x[i] = (draw_chance(draws, 0.5) ? 1.0 : -1.0) / sqrt((double)dim);
    } else if (kind == 2) {
        for (uint32_t i = 0; i < dim; i++)
            x[i] = -1.0 / sqrt((double)dim);
    } else if (kind <= 4 && other != NULL) {
        for (uint32_t i = 0; i < dim; i++)
            x[i] = kind == 3 ? other[i] : -other[i];
    } else {
        draw_unit(draws, x, dim);
    }
}

static float *floats(struct guarded *memory) {
    return guarded_array(memory, TILE_LANES * sizeof(float));
}

static void make_faces(struct faces *f, struct guarded *memory) {
    f->preference_sum = guarded_array(memory, TILE_LANES * sizeof(int32_t));
    f->features_sum = guarded_array(memory, TILE_LANES * sizeof(int32_t));
    f->preference_scale = floats(memory);
    f->features_scale = floats(memory);
    f->preference_rest = floats(memory);
    f->features_rest = floats(memory);
    f->preference_norm = floats(memory);
    f->confidence = floats(memory);
}

static void draw_faces(struct faces *f, struct draws *draws, uint32_t dim,
                       const struct faces *others) {
    f->dim = dim;
    for (uint32_t i = 0; i < TILE_LANES; i++) {
        uint32_t j = draw_below(draws, TILE_LANES);
        draw_vector(draws, f->features[i], dim, i > 0 ? f->features[i - 1] : NULL);
        draw_vector(draws, f->preference[i], dim, others != NULL ? others->features[j] : NULL);
        double norm = draw_chance(draws, 0.5) ? 1.0 : draw_in(draws, 0.0, 1.5);
        for (uint32_t k = 0; k < dim; k++)
            f->preference[i][k] *= norm;
        bool sure = draw_chance(draws, 0.3);
        f->confidence[i] = draw_chance(draws, 0.1) ? 0.0f : (float)draw_in(draws, 0.0, 1.0);
        f->confidence[i] = sure ? 1.0f : f->confidence[i];
    }
}

static void quantise(struct faces *f, struct guarded *memory, uint32_t width, bool bytes) {
    size_t element = bytes ? sizeof(int8_t) : sizeof(int16_t);
    char *preference = guarded_array(memory, element * width * TILE_LANES);
    char *features = guarded_array(memory, element * width * TILE_LANES);
    for (uint32_t i = 0; i < TILE_LANES; i++) {
        char *p = preference + element * width * i, *v = features + element * width * i;
        struct stored s = store(f->preference[i], f->dim, bytes ? (int8_t *)p : NULL,
                                bytes ? NULL : (int16_t *)p);
        f->preference_scale[i] = s.scale;
        f->preference_rest[i] = s.rest;
        f->preference_norm[i] = s.norm;
        f->preference_sum[i] = s.sum;
        s = store(f->features[i], f->dim, bytes ? (int8_t *)v : NULL, bytes ? NULL : (int16_t *)v);
        f->features_scale[i] = s.scale;
        f->features_rest[i] = s.rest;
        f->features_sum[i] = s.sum;
    }
    f->tile = (struct vector_tile){.width = width,
                                   .preference = preference,
                                   .features = features,
                                   .preference_sum = bytes ? f->preference_sum : NULL,
                                   .features_sum = bytes ? f->features_sum : NULL,
                                   .preference_scale = f->preference_scale,
                                   .features_scale = f->features_scale,
                                   .preference_rest = f->preference_rest,
                                   .features_rest = f->features_rest,
                                   .preference_norm = f->preference_norm,
                                   .confidence = f->confidence};
}

/* As the store of VISUAL_BLAS keeps them: rounded, with the error of the dot product as the rest.
 */
static void narrow(struct faces *f, struct guarded *memory, uint32_t width) {
    float *preference = guarded_array(memory, sizeof(float) * width * TILE_LANES);
    float *features = guarded_array(memory, sizeof(float) * width * TILE_LANES);
    for (uint32_t i = 0; i < TILE_LANES; i++) {
        double norm2 = 0.0;
        for (uint32_t k = 0; k < f->dim; k++) {
            /* Preferences are floats wherever they come from. */
            f->preference[i][k] = (double)(float)f->preference[i][k];
            norm2 += f->preference[i][k] * f->preference[i][k];
            preference[i * width + k] = (float)f->preference[i][k];
            features[i * width + k] = (float)f->features[i][k];
        }
        f->preference_scale[i] = f->features_scale[i] = 1.0f;
        f->preference_rest[i] = blas_dot_error(f->dim, sqrt(norm2), 1.0 + 1e-12);
        f->features_rest[i] = 0.0f;
        f->preference_norm[i] = (float)sqrt(norm2);
    }
    f->tile = (struct vector_tile){.width = width,
                                   .preference = preference,
                                   .features = features,
                                   .preference_scale = f->preference_scale,
                                   .features_scale = f->features_scale,
                                   .preference_rest = f->preference_rest,
                                   .features_rest = f->features_rest,
                                   .preference_norm = f->preference_norm,
                                   .confidence = f->confidence};
}

enum precision { BYTES, WORDS, FLOATS };

static void keep_vectors(struct faces *f, struct guarded *memory, uint32_t width,
                         enum precision precision) {
    if (precision == FLOATS)
        narrow(f, memory, width);
    else
        quantise(f, memory, width, precision == BYTES);
}

struct refine_case {
    struct guarded *memory;
    struct faces *rows, *lanes;
    struct score_terms *terms;
    struct duel *duel;
    struct refine_input *in;
    struct sift_layout *sieve; /* what `in` has, if it is one */
    struct survivors *before, *after;
};

static double dot(const double *x, const double *y, uint32_t n) {
    double sum = 0.0;
    for (uint32_t i = 0; i < n; i++)
        sum += x[i] * y[i];
    return sum;
}

/* Affinity of viewer v for o, with the dot product `moved` error bounds up or down. */
static double affinity(const struct refine_case *c, const struct faces *viewer, uint32_t v,
                       const struct faces *other, uint32_t o, double moved) {
    double error = (double)viewer->preference_norm[v] * (double)other->features_rest[o] +
                   (double)viewer->preference_rest[v];
    double x = dot(viewer->preference[v], other->features[o], viewer->dim) + moved * error;
    double sigmoid = real_sigmoid((double)c->in->affinity_scale * x);
    return 0.5 + (double)viewer->confidence[v] * (sigmoid - 0.5);
}

struct truth {
    double raw, mutual;
};

/* The score of a pair without bonus: parts `lower` slacks below their bounds, dots `moved` error
 * bounds off, affinities `more` more. */
static struct truth score(const struct refine_case *c, uint32_t i, double lower, double moved,
                          double more) {
    const struct score_terms *t = c->terms;
    uint32_t r = c->before->pair[i] >> 6, l = c->before->pair[i] & 63;
    double slack = lower * (double)c->duel->row_slack[r];
    double ab = affinity(c, c->rows, r, c->lanes, l, moved) + more;
    double ba = affinity(c, c->lanes, l, c->rows, r, moved) + more;
    ab = fmax(ab, 0.0);
    ba = fmax(ba, 0.0);
    if (c->in->sieve != NULL) {
        double questionnaire = (double)c->sieve->base - ldexp(c->before->loss[i], -UNIT_BITS);
        double sides = 0.15 * (double)t->side_affinity * (ab + ba);
        return (struct truth){questionnaire + (double)t->affinity * sqrt(ab * ba) + sides, 0.0};
    }
    double x = (double)t->side_fit * ((double)c->before->side_ab[i] - slack) +
               (double)t->side_affinity * ab;
    double y = (double)t->side_fit * ((double)c->before->side_ba[i] - slack) +
               (double)t->side_affinity * ba;
    double mutual = 2.0 * x * y / (x + y + 1e-9);
    double raw = (double)c->before->part[i] - (double)t->fit * slack +
                 (double)t->affinity * sqrt(ab * ba) + 0.3 * mutual;
    return (struct truth){raw, mutual};
}

static float *draw_limits(struct guarded *memory, struct draws *draws) {
    float *limits = floats(memory);
    for (uint32_t i = 0; i < TILE_LANES; i++)
        limits[i] = draw_chance(draws, 0.2) ? -INFINITY : (float)draw_in(draws, 0.0, 1.0);
    return limits;
}

static float *draw_between(struct guarded *memory, struct draws *draws, double low, double high) {
    float *values = floats(memory);
    for (uint32_t i = 0; i < TILE_LANES; i++)
        values[i] = (float)draw_in(draws, low, high);
    return values;
}

static void draw_survivors(struct survivors *s, struct draws *draws) {
    static const uint32_t counts[] = {0, 1, 7, 8, 9, 15, 16, 17, 64, 1000, SURVIVORS_MAX};
    static const uint32_t strides[] = {1, 3, 7, 65, 129, 1237};
    memset(s, 0xa5, sizeof *s);
    s->count = counts[draw_below(draws, ARRAY_LEN(counts))];
    uint32_t first = draw_below(draws, SURVIVORS_MAX);
    uint32_t stride = strides[draw_below(draws, ARRAY_LEN(strides))];
    for (uint32_t i = 0; i < s->count; i++) {
        s->pair[i] = (uint16_t)((first + i * stride) % SURVIVORS_MAX);
        s->ways[i] = (uint8_t)(1 + draw_below(draws, 3));
        s->part[i] = (float)draw_in(draws, -0.2, 0.48);
        s->side_ab[i] = (float)draw_in(draws, 0.001, 1.0);
        s->side_ba[i] = (float)draw_in(draws, 0.001, 1.0);
        s->loss[i] = (int16_t)((int32_t)draw_below(draws, 7000) - 700);
    }
}

/* Some limits lie exactly where a pair's true upper score is, rounded down. */
static void meet_limits(struct refine_case *c, float *row_limit, struct draws *draws) {
    for (uint32_t n = 0; n < 20 && c->before->count > 0; n++) {
        uint32_t i = draw_below(draws, c->before->count), r = c->before->pair[i] >> 6;
        double reached =
            score(c, i, 0.0, 0.0, 0.0).raw + (double)c->duel->lane_bonus[c->before->pair[i] & 63];
        row_limit[r] = nextafterf((float)reached, -INFINITY);
    }
}

/* The bytes of 64 vectors as unsigned ones, 128 more. */
static const uint8_t *biased(const struct refine_case *c, const int8_t *bytes, uint32_t width) {
    uint8_t *more = guarded_array(c->memory, (size_t)TILE_LANES * width);
    for (uint32_t i = 0; i < TILE_LANES * width; i++)
        more[i] = (uint8_t)(bytes[i] + 128);
    return more;
}

static void draw_sieve(struct refine_case *c, struct draws *draws) {
    const struct vector_tile *rows = c->in->rows;
    c->sieve = guarded_array(c->memory, sizeof *c->sieve);
    c->sieve->unit_bits = UNIT_BITS;
    c->sieve->base = (float)draw_in(draws, 0.4, 1.0);
    c->in->sieve = c->sieve;
    c->in->biased_preference = biased(c, rows->preference, rows->width);
    c->in->biased_features = biased(c, rows->features, rows->width);
}

static void draw_case(struct refine_case *c, struct draws *draws, uint32_t width,
                      enum precision precision, bool sieve) {
    static const uint32_t dims[] = {1, 24, 64, 65, 127, 128, 192, 512};
    static const float scales[] = {1.0f, 4.0f, 12.0f, 60.0f};
    uint32_t dim = dims[draw_below(draws, ARRAY_LEN(dims))];
    dim = dim > width ? width : dim;
    c->rows = guarded_array(c->memory, sizeof *c->rows);
    c->lanes = guarded_array(c->memory, sizeof *c->lanes);
    make_faces(c->rows, c->memory);
    make_faces(c->lanes, c->memory);
    draw_faces(c->rows, draws, dim, NULL);
    draw_faces(c->lanes, draws, dim, c->rows);
    keep_vectors(c->rows, c->memory, width, precision);
    keep_vectors(c->lanes, c->memory, width, precision);
    c->terms = guarded_array(c->memory, sizeof *c->terms);
    *c->terms = (struct score_terms){
        .fit = 0.476f, .affinity = 0.119f, .side_fit = 0.8f, .side_affinity = 0.2f};
    float *row_limit = draw_limits(c->memory, draws);
    c->duel = guarded_array(c->memory, sizeof *c->duel);
    *c->duel = (struct duel){.row_bonus = draw_between(c->memory, draws, -0.1, 0.1),
                             .lane_bonus = draw_between(c->memory, draws, -0.1, 0.1),
                             .row_limit = row_limit,
                             .lane_limit = draw_limits(c->memory, draws),
                             .row_slack = draw_between(c->memory, draws, 0.0, 0.001)};
    c->in = guarded_array(c->memory, sizeof *c->in);
    *c->in = (struct refine_input){.terms = c->terms,
                                   .rows = &c->rows->tile,
                                   .lanes = &c->lanes->tile,
                                   .duel = c->duel,
                                   .affinity_scale = scales[draw_below(draws, ARRAY_LEN(scales))]};
    if (sieve)
        draw_sieve(c, draws);
    c->before = guarded_array(c->memory, sizeof *c->before);
    c->after = guarded_array(c->memory, sizeof *c->after);
    draw_survivors(c->before, draws);
    meet_limits(c, row_limit, draws);
    memcpy(c->after, c->before, sizeof *c->after);
}

/* Interval and truth: holds it, and no end is farther than the error bounds explain. */
static void check_interval(const char *name, const struct refine_case *c, uint32_t i, uint32_t at) {
    const struct survivors *got = c->after;
    for (int k = 0; k < 3; k++) {
        struct truth truth = score(c, i, 0.5 * k, 0.0, 0.0);
        CASE_CHECK((double)got->lower[at] <= truth.raw && truth.raw <= (double)got->upper[at],
                   "%s: raw %.9g outside %.9g .. %.9g", name, truth.raw, (double)got->lower[at],
                   (double)got->upper[at]);
        CASE_CHECK((double)got->mutual_lower[at] <= truth.mutual &&
                       truth.mutual <= (double)got->mutual_upper[at],
                   "%s: mutuality %.9g outside %.9g .. %.9g", name, truth.mutual,
                   (double)got->mutual_lower[at], (double)got->mutual_upper[at]);
    }
    /* The kernel's dots may be one error bound off, and it adds another. */
    const double more = 2.0 * (double)SIGMOID_ERROR, most = 3.0 * (double)KERNEL_MARGIN;
    struct truth high = score(c, i, 0.0, 2.0, more), low = score(c, i, 1.0, -2.0, -more);
    CASE_CHECK((double)got->upper[at] <= high.raw + most &&
                   (double)got->lower[at] >= low.raw - most,
               "%s: %.9g .. %.9g is wider than %.9g .. %.9g", name, (double)got->lower[at],
               (double)got->upper[at], low.raw, high.raw);
    CASE_CHECK((double)got->mutual_upper[at] <= high.mutual + most &&
                   (double)got->mutual_lower[at] >= low.mutual - most,
               "%s: mutuality's interval is too wide", name);
}

/* Which ways must and may survive. */
static void check_ways(const char *name, const struct refine_case *c, uint32_t i, unsigned kept) {
    uint32_t r = c->before->pair[i] >> 6, l = c->before->pair[i] & 63;
    CASE_CHECK((kept & ~(unsigned)c->before->ways[i]) == 0, "%s: a way too many", name);
    double least = score(c, i, 0.0, 0.0, 0.0).raw;
    double most = score(c, i, 0.0, 2.0, 2.0 * (double)SIGMOID_ERROR).raw;
    const double bonus[2] = {(double)c->duel->lane_bonus[l], (double)c->duel->row_bonus[r]};
    /* A sieve may use reciprocals of 14 bits. */
    const double loose = c->in->sieve != NULL ? 3.0 * 0x1p-14 : 0.0;
    const double limit[2] = {(double)c->duel->row_limit[r], (double)c->duel->lane_limit[l]};
    for (unsigned way = 0; way < 2; way++) {
        if ((c->before->ways[i] >> way & 1) == 0)
            continue;
        bool here = (kept >> way & 1) != 0;
        CASE_CHECK(here || !(least + bonus[way] >= limit[way]), "%s: lost a pair that reaches %g",
                   name, limit[way]);
        CASE_CHECK(!here || most + bonus[way] + 3.0 * (double)KERNEL_MARGIN + loose >= limit[way],
                   "%s: kept a pair that cannot reach %g", name, limit[way]);
    }
}

/* Is survivor `i` the one at `at` of those left? A sieve keeps names alone. */
static bool is_same(const struct refine_case *c, uint32_t i, uint32_t at) {
    const struct survivors *was = c->before, *is = c->after;
    if (at >= is->count || is->pair[at] != was->pair[i])
        return false;
    return c->in->sieve != NULL || (memcmp(&is->part[at], &was->part[i], sizeof(float)) == 0 &&
                                    memcmp(&is->side_ab[at], &was->side_ab[i], 4) == 0 &&
                                    memcmp(&is->side_ba[at], &was->side_ba[i], 4) == 0);
}

/* Survivors keep their order and their parts; walks both lists. */
static void check_case(const char *name, const struct refine_case *c) {
    uint32_t at = 0;
    const struct survivors *was = c->before, *is = c->after;
    CASE_CHECK(is->count <= was->count, "%s: %u of %u kept", name, is->count, was->count);
    for (uint32_t i = 0; i < was->count; i++) {
        bool kept = is_same(c, i, at);
        check_ways(name, c, i, kept ? is->ways[at] : 0);
        if (!kept)
            continue;
        CASE_CHECK(is->ways[at] != 0, "%s: kept without a way", name);
        if (c->in->sieve == NULL)
            check_interval(name, c, i, at);
        at++;
    }
    CASE_CHECK(at == is->count, "%s: survivors that were none, or out of order", name);
    for (uint32_t i = was->count + 64; i < SURVIVORS_MAX + 64; i++) {
        const uint8_t *bytes = (const uint8_t *)&is->pair[i],
                      *upper = (const uint8_t *)&is->upper[i];
        CASE_CHECK(bytes[0] == 0xa5 && upper[0] == 0xa5, "%s: wrote entry %u of %u", name, i,
                   was->count);
    }
}

static void check_precision(const struct kernels *kernels, struct draws *draws,
                            enum precision precision, bool sieve) {
    static const uint32_t widths[] = {64, 128, 192, 512};
    struct refine_case c = {.memory = guarded_new()};
    draw_case(&c, draws, widths[draw_below(draws, ARRAY_LEN(widths))], precision, sieve);
    (precision == WORDS ? kernels->refine16 : kernels->refine8)(c.in, c.after);
    check_case(kernels->name, &c);
    guarded_free(c.memory);
}

/* Dot products alone, then bounds of them: what refine16 does at once, to the bit. */
static void check_dots_alone(const struct kernels *kernels, struct draws *draws) {
    static const uint32_t widths[] = {64, 128, 192, 512};
    struct refine_case c = {.memory = guarded_new()};
    draw_case(&c, draws, widths[draw_below(draws, ARRAY_LEN(widths))], WORDS, false);
    struct survivors *wanted = guarded_array(c.memory, sizeof *wanted), *got = c.after;
    memcpy(wanted, got, sizeof *wanted);
    uint32_t room = got->count + 64, away = draw_below(draws, 16);
    float *ab = guarded_array(c.memory, (away + room) * sizeof *ab);
    float *ba = guarded_array(c.memory, (away + room) * sizeof *ba);
    kernels->dots(c.in, got, ab + away, ba + away);
    CASE_CHECK(memcmp(got, wanted, sizeof *got) == 0, "%s: survivors changed", kernels->name);
    kernels->refine_dots(c.in, ab + away, ba + away, got);
    check_case(kernels->name, &c);
    kernels->refine16(c.in, wanted);
    CASE_CHECK(got->count == wanted->count, "%s: %u of two steps, %u of one", kernels->name,
               got->count, wanted->count);
    uint32_t n = got->count;
    CASE_CHECK(memcmp(got->pair, wanted->pair, n * sizeof *got->pair) == 0 &&
                   memcmp(got->ways, wanted->ways, n) == 0 &&
                   memcmp(got->lower, wanted->lower, n * sizeof(float)) == 0 &&
                   memcmp(got->upper, wanted->upper, n * sizeof(float)) == 0 &&
                   memcmp(got->mutual_lower, wanted->mutual_lower, n * sizeof(float)) == 0 &&
                   memcmp(got->mutual_upper, wanted->mutual_upper, n * sizeof(float)) == 0,
               "%s: two steps differ from one", kernels->name);
    guarded_free(c.memory);
}

void kernel_check_refine(const struct kernels *kernels, uint64_t seed) {
    struct draws draws = {seed};
    check_precision(kernels, &draws, BYTES, false);
    check_precision(kernels, &draws, WORDS, false);
    CASE_CHECK((kernels->dots != NULL) == (kernels->isa == ISA_AVX512), "%s: dots", kernels->name);
    if (kernels->dots == NULL)
        return;
    check_precision(kernels, &draws, BYTES, true);
    check_dots_alone(kernels, &draws);
}

void kernel_check_blas(const struct kernels *kernels, uint64_t seed) {
    struct draws draws = {seed};
    struct err err;
    bool selected = kernels_select_visual("blas", 0, &kernels, &err);
    CASE_CHECK(selected && kernels->visual == VISUAL_BLAS, "no BLAS beside %s", kernels->name);
    check_precision(kernels, &draws, FLOATS, false);
}
