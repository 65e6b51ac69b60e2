#include "bench/sgemm.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/pool.h"
#include "engine/kernel/blas.h"
#include "engine/kernel/cpu.h"

/* A block of rows of group a against all of group b. */
struct sgemm_unit {
    uint32_t a, b, first, count;
};

enum { TRIALS = 3, CHECKED_UNITS = 4, CHECKED_DOTS = 4000000 };
static const struct sgemm_block BLOCKS[] = {{128, 512},  {256, 256},  {256, 512},  {256, 1024},
                                            {384, 1024}, {512, 512},  {512, 1024}, {1024, 256},
                                            {256, 2048}, {1024, 1024}};

/* The largest of n numbers and `most`: in lanes, since the order of comparisons is free but the
 * compiler must not know it. */
#define MOST_BODY                                                                                  \
    enum { LANES = 64 };                                                                           \
    float lane[LANES];                                                                             \
    size_t i = 0;                                                                                  \
    for (size_t k = 0; k < LANES; k++)                                                             \
        lane[k] = most;                                                                            \
    for (; i + LANES <= n; i += LANES)                                                             \
        for (size_t k = 0; k < LANES; k++)                                                         \
            lane[k] = x[i + k] > lane[k] ? x[i + k] : lane[k];                                     \
    for (; i < n; i++)                                                                             \
        lane[0] = x[i] > lane[0] ? x[i] : lane[0];                                                 \
    for (size_t k = 0; k < LANES; k++)                                                             \
        most = lane[k] > most ? lane[k] : most;                                                    \
    return most;

__attribute__((target("avx512f"))) static float most_avx512(const float *x, size_t n, float most) {
    MOST_BODY
}
__attribute__((target("avx2"))) static float most_avx2(const float *x, size_t n, float most) {
    MOST_BODY
}
static float most_plain(const float *x, size_t n, float most) {
    MOST_BODY
}

typedef float most_function(const float *x, size_t n, float most);

static most_function *most_of(uint32_t features) {
    if ((features & CPU_AVX512) != 0)
        return most_avx512;
    return (features & CPU_AVX2) != 0 ? most_avx2 : most_plain;
}

static struct blas_vectors vectors(const struct looks *looks, const float *data, uint32_t first,
                                   uint32_t count) {
    return (struct blas_vectors){data + (size_t)first * looks->width, count, looks->width};
}

static float run_unit(const struct sgemm *sgemm, struct sgemm_unit unit, float *out) {
    const struct looks *looks = sgemm->looks;
    const struct gender_group *b = &sgemm->genders->groups[unit.b];
    most_function *most = most_of(cpu_features());
    float maximum = -INFINITY;
    for (uint32_t at = 0; at < b->count; at += sgemm->block.columns) {
        uint32_t count =
            b->count - at < sgemm->block.columns ? b->count - at : sgemm->block.columns;
        size_t dots = (size_t)unit.count * count;
        blas_dots(vectors(looks, looks->preference, unit.first, unit.count),
                  vectors(looks, looks->features, b->first + at, count), out);
        maximum = most(out, dots, maximum);
        if (unit.a == unit.b)
            continue;
        blas_dots(vectors(looks, looks->features, unit.first, unit.count),
                  vectors(looks, looks->preference, b->first + at, count), out);
        maximum = most(out, dots, maximum);
    }
    return maximum;
}

static void make_units(struct sgemm *sgemm) {
    const struct genders *g = sgemm->genders;
    size_t capacity = 0;
    sgemm->unit_count = 0;
    sgemm->dots = 0;
    for (uint32_t a = 0; a < g->count; a++)
        for (uint32_t b = a; b < g->count; b++) {
            const struct gender_group *group = &g->groups[a];
            if (!genders_meet(group, &g->groups[b]))
                continue;
            sgemm->dots += (a == b ? 1ull : 2ull) * group->count * g->groups[b].count;
            for (uint32_t at = 0; at < group->count; at += sgemm->block.rows) {
                uint32_t left = group->count - at;
                sgemm->units =
                    mem_grow(sgemm->units, &capacity, sgemm->unit_count + 1, sizeof *sgemm->units);
                sgemm->units[sgemm->unit_count++] = (struct sgemm_unit){
                    a, b, group->first + at, left < sgemm->block.rows ? left : sgemm->block.rows};
            }
        }
}

/* Seconds a dot product of blocks like these: the best of a few trials, on the longest stretch of
 * people that meet another. */
static double trial(struct sgemm *sgemm, float *out) {
    const struct genders *g = sgemm->genders;
    struct sgemm_unit best = {0};
    uint64_t most = 0;
    for (uint32_t a = 0; a < g->count; a++)
        for (uint32_t b = a; b < g->count; b++) {
            uint64_t pairs = (uint64_t)g->groups[a].count * g->groups[b].count;
            if (!genders_meet(&g->groups[a], &g->groups[b]) || pairs <= most)
                continue;
            most = pairs;
            best = (struct sgemm_unit){a, b, g->groups[a].first, g->groups[a].count};
        }
    if (best.count > sgemm->block.rows)
        best.count = sgemm->block.rows;
    double seconds = INFINITY;
    for (int i = 0; i < TRIALS; i++) {
        struct spent start = spent_now();
        run_unit(sgemm, best, out);
        double spent = spent_since(start).wall;
        seconds = spent < seconds ? spent : seconds;
    }
    return seconds / best.count;
}

void sgemm_init(struct sgemm *sgemm, const struct genders *genders, const struct looks *looks) {
    *sgemm = (struct sgemm){.genders = genders, .looks = looks, .block = BLOCKS[0]};
    double best = INFINITY;
    for (size_t i = 0; genders->pairs > 0 && i < ARRAY_LEN(BLOCKS); i++) {
        struct sgemm one = *sgemm;
        one.block = BLOCKS[i];
        float *out = mem_array((size_t)one.block.rows * one.block.columns, sizeof *out);
        double seconds = trial(&one, out);
        free(out);
        if (seconds >= best)
            continue;
        best = seconds;
        sgemm->block = one.block;
    }
    make_units(sgemm);
    sgemm->maximum = mem_array(sgemm->unit_count, sizeof *sgemm->maximum);
}

void sgemm_release(struct sgemm *sgemm) {
    free(sgemm->units);
    free(sgemm->maximum);
}

static void work(void *ctx, uint32_t index) {
    struct sgemm *sgemm = ctx;
    float *out = mem_array((size_t)sgemm->block.rows * sgemm->block.columns, sizeof *out);
    sgemm->maximum[index] = run_unit(sgemm, sgemm->units[index], out);
    free(out);
}

void sgemm_run(struct sgemm *sgemm, uint32_t threads, struct spent *spent) {
    struct spent start = spent_now();
    struct pool *pool = pool_start(threads, sgemm->unit_count, work, sgemm);
    pool_wait(pool);
    *spent = spent_since(start);
    pool_free(pool);
}

static double plain_dot(const float *x, const float *y, uint32_t width) {
    double sum = 0;
    for (uint32_t d = 0; d < width; d++)
        sum += (double)x[d] * (double)y[d];
    return sum;
}

static double plain_norm(const float *x, uint32_t width) {
    return sqrt(plain_dot(x, x, width));
}

/* The same maximum, with plain loops; *error is how far sgemm's may be off. */
static double plain_unit(const struct sgemm *sgemm, struct sgemm_unit unit, double *error) {
    const struct looks *looks = sgemm->looks;
    const struct gender_group *b = &sgemm->genders->groups[unit.b];
    double maximum = -INFINITY, longest = 0;
    for (uint32_t i = 0; i < unit.count; i++) {
        const float *p = looks->preference + (size_t)(unit.first + i) * looks->width;
        const float *f = looks->features + (size_t)(unit.first + i) * looks->width;
        for (uint32_t k = 0; k < b->count; k++) {
            const float *q = looks->features + (size_t)(b->first + k) * looks->width;
            const float *r = looks->preference + (size_t)(b->first + k) * looks->width;
            maximum = fmax(maximum, plain_dot(p, q, looks->width));
            if (unit.a != unit.b)
                maximum = fmax(maximum, plain_dot(f, r, looks->width));
            longest = fmax(longest, plain_norm(r, looks->width));
        }
        longest = fmax(longest, plain_norm(p, looks->width));
    }
    *error = (double)blas_dot_error(looks->width, longest, 1.0 + 1e-6);
    return maximum;
}

bool sgemm_check(const struct sgemm *sgemm, struct err *err) {
    uint64_t dots = 0;
    for (uint32_t i = 0; i < CHECKED_UNITS && i < sgemm->unit_count; i++) {
        uint32_t at = (uint32_t)((uint64_t)i * sgemm->unit_count / CHECKED_UNITS);
        struct sgemm_unit unit = sgemm->units[at];
        dots += (uint64_t)unit.count * sgemm->genders->groups[unit.b].count;
        if (i > 0 && dots > CHECKED_DOTS)
            break;
        double error, expected = plain_unit(sgemm, unit, &error);
        if (!(fabs(sgemm->maximum[at] - expected) <= error))
            return err_set(err, "WRONG ANSWER: sgemm block %u has maximum %.9g, expected %.9g", at,
                           (double)sgemm->maximum[at], expected);
    }
    return true;
}
