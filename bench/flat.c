#include "bench/flat.h"

#if MATCHD_HAVE_FAISS

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "bench/faiss_index.h"
#include "engine/base/mem.h"
#include "engine/base/pool.h"
#include "engine/kernel/blas.h"

enum { BATCH_MAX = 4096, CHECKED = 3 };

/* One group asking. */
struct asking {
    const struct genders *genders;
    const struct looks *looks;
    const struct gender_group *group;
    struct faiss_index *index;
    uint32_t *candidates; /* position of a row of the index among the people */
    uint32_t candidate_count;
    float *queries;
    uint32_t *asker; /* position of a query */
    uint32_t count, batch;
    float *scores;
    int64_t *rows;
    atomic_bool failed;
    char error[FAISS_ERROR_TEXT];
};

bool flat_built(void) {
    return true;
}

static bool build(struct asking *a) {
    const struct genders *g = a->genders;
    a->index = faiss_index_new(a->looks->width, a->error);
    a->candidates = mem_array(g->people, sizeof *a->candidates);
    for (uint32_t i = 0; a->index != NULL && i < g->count; i++) {
        const struct gender_group *other = &g->groups[i];
        if (!genders_meet(a->group, other))
            continue;
        for (uint32_t k = 0; k < other->count; k++)
            a->candidates[a->candidate_count++] = other->first + k;
        const float *features = a->looks->features + (size_t)other->first * a->looks->width;
        if (!faiss_index_add(a->index, other->count, features, a->error))
            return false;
    }
    return a->index != NULL;
}

static void choose_queries(struct asking *a, uint32_t wanted, uint32_t threads) {
    uint64_t all = a->group->count;
    uint64_t count =
        wanted == 0 ? all : (all * wanted + a->genders->people - 1) / a->genders->people;
    a->count = (uint32_t)(count < all ? count : all);
    a->batch = (a->count + threads - 1) / threads;
    if (a->batch > BATCH_MAX)
        a->batch = BATCH_MAX;
    size_t width = a->looks->width;
    a->queries = mem_array(a->count * width, sizeof *a->queries);
    a->asker = mem_array(a->count, sizeof *a->asker);
    a->scores = mem_array((size_t)a->count * FLAT_BEST, sizeof *a->scores);
    a->rows = mem_array((size_t)a->count * FLAT_BEST, sizeof *a->rows);
    for (uint32_t i = 0; i < a->count; i++) {
        a->asker[i] = a->group->first + (uint32_t)(i * all / a->count);
        memcpy(a->queries + i * width, a->looks->preference + a->asker[i] * width,
               width * sizeof *a->queries);
    }
}

static void release(struct asking *a) {
    faiss_index_free(a->index);
    free(a->candidates);
    free(a->queries);
    free(a->asker);
    free(a->scores);
    free(a->rows);
}

static void ask(void *ctx, uint32_t index) {
    struct asking *a = ctx;
    uint32_t first = index * a->batch;
    uint32_t count = a->count - first < a->batch ? a->count - first : a->batch;
    char error[FAISS_ERROR_TEXT];
    if (faiss_index_search(a->index, count, a->queries + (size_t)first * a->looks->width, FLAT_BEST,
                           a->scores + (size_t)first * FLAT_BEST,
                           a->rows + (size_t)first * FLAT_BEST, error))
        return;
    if (!atomic_exchange(&a->failed, true))
        memcpy(a->error, error, sizeof error);
}

static double plain_dot(const float *x, const float *y, uint32_t width) {
    double sum = 0;
    for (uint32_t d = 0; d < width; d++)
        sum += (double)x[d] * (double)y[d];
    return sum;
}

/* Nobody who is left out is better than the last, beyond rounding, and scores are dot products. */
static bool check_query(const struct asking *a, uint32_t query, struct err *err) {
    const float *p = a->queries + (size_t)query * a->looks->width;
    const float *scores = a->scores + (size_t)query * FLAT_BEST;
    const int64_t *rows = a->rows + (size_t)query * FLAT_BEST;
    uint32_t kept = a->candidate_count < FLAT_BEST ? a->candidate_count : FLAT_BEST, better = 0;
    double norm = sqrt(plain_dot(p, p, a->looks->width));
    double error = (double)blas_dot_error(a->looks->width, norm, 1.0 + 1e-6);
    for (uint32_t c = 0; kept > 0 && c < a->candidate_count; c++) {
        const float *f = a->looks->features + (size_t)a->candidates[c] * a->looks->width;
        better += plain_dot(p, f, a->looks->width) > (double)scores[kept - 1] + 2 * error;
    }
    for (uint32_t i = 0; i < kept; i++) {
        if (rows[i] < 0 || rows[i] >= a->candidate_count)
            return err_set(err, "WRONG ANSWER: FAISS has no row for rank %u", i);
        const float *f = a->looks->features + (size_t)a->candidates[rows[i]] * a->looks->width;
        if (!(fabs(plain_dot(p, f, a->looks->width) - (double)scores[i]) <= error))
            return err_set(err, "WRONG ANSWER: FAISS scores rank %u with %.9g", i,
                           (double)scores[i]);
    }
    if (better >= FLAT_BEST)
        return err_set(err, "WRONG ANSWER: FAISS leaves out %u better ones", better);
    return true;
}

static bool ask_all(struct asking *a, const struct flat_options *o, struct spent *spent,
                    struct err *err) {
    if (!build(a))
        return err_set(err, "%s", a->error);
    choose_queries(a, o->queries, o->threads);
    if (a->candidate_count == 0)
        return true;
    struct spent start = spent_now();
    struct pool *pool = pool_start(o->threads, (a->count + a->batch - 1) / a->batch, ask, a);
    pool_wait(pool);
    struct spent took = spent_since(start);
    pool_free(pool);
    if (atomic_load(&a->failed))
        return err_set(err, "%s", a->error);
    double scale = (double)a->group->count / a->count;
    spent->wall += took.wall * scale;
    spent->cpu += took.cpu * scale;
    for (uint32_t i = 0; o->check && i < CHECKED && i < a->count; i++)
        if (!check_query(a, (uint32_t)((uint64_t)i * a->count / CHECKED), err))
            return false;
    return true;
}

bool flat_run(const struct genders *genders, const struct looks *looks,
              const struct flat_options *options, struct spent *spent, struct err *err) {
    *spent = (struct spent){0};
    bool ok = true;
    for (uint32_t g = 0; ok && g < genders->count; g++) {
        struct asking asking = {.genders = genders, .looks = looks, .group = &genders->groups[g]};
        ok = ask_all(&asking, options, spent, err);
        release(&asking);
    }
    return ok;
}

#else

bool flat_built(void) {
    return false;
}

bool flat_run(const struct genders *genders, const struct looks *looks,
              const struct flat_options *options, struct spent *spent, struct err *err) {
    (void)genders, (void)looks, (void)options, (void)spent;
    return err_set(err, "this build has no FAISS");
}

#endif
