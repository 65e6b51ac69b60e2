/* A rematch on a pool of threads: search -> picks -> what is kept of each viewer.
 *
 *   by tiles (run_search.c)                   by the reference, without tiles
 *   pairs of tiles, five phases               every viewer against everybody
 *     -> lists of intervals -> decide           -> pool, scored -> offer_pick
 *
 * Where the time of a run by tiles goes (100,000 people, 17 % of the gender rule's pairs eligible,
 * 128 dimensions, AVX-512, shares of the run's processor time): questionnaires 20 % roughly and 8 %
 * exactly, viewers' tables 4 %, int8 dot products 18 %, int16 ones and intervals 10 %, candidate
 * logs 7 %, hard constraints and the rest of a pair of tiles 10 %, choosing and composing offers
 * 17 %. Canonically scored are 3.7 ordered pairs a viewer, of 6,300 eligible ones, and 3.4 of them
 * are the offers themselves. */
#include "engine/match/run.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/match/reference.h"
#include "engine/match/run_parts.h"

/* All members in UUID order. */
static uint32_t all_members(const struct view *view, uint32_t *viewers) {
    const uint32_t *by_id = population_by_id(view->population);
    uint32_t count = 0;
    for (uint32_t i = 0; i < view->count; i++)
        if (view->member[by_id[i]])
            viewers[count++] = by_id[i];
    return count;
}

/* One viewer by brute force. */
static void reference_unit(void *ctx, uint32_t index) {
    struct run *run = ctx;
    struct ranked pool[POOL_MAX];
    struct viewer_result result = {.pool = pool};
    reference_search(run->view, run->viewers[index], &result);
    offer_pick(run->view, &result);
    pthread_mutex_lock(&run->keeping);
    run_keep(run, &run->keeper, index, &result);
    run_count_kept(run, &run->keeper);
    pthread_mutex_unlock(&run->keeping);
    atomic_fetch_add_explicit(&run->pairs, run->view->count, memory_order_relaxed);
    atomic_fetch_add_explicit(&run->canonical, result.eligible, memory_order_relaxed);
}

struct run *run_start(const struct view *view, const struct run_options *options) {
    struct run *run = mem_array(1, sizeof *run);
    run->view = view;
    run->paranoid = options->paranoid;
    atomic_init(&run->differs, ROW_NONE);
    pthread_mutex_init(&run->keeping, NULL);
    run->count = options->viewer_count;
    run->viewers = mem_array(options->viewers == NULL ? view->count : run->count, sizeof(uint32_t));
    if (options->viewers == NULL)
        run->count = all_members(view, run->viewers);
    else
        memcpy(run->viewers, options->viewers, run->count * sizeof *run->viewers);
    for (uint32_t i = 0; i < run->count; i++)
        ASSERT(run->viewers[i] < view->count);
    run->results = mem_array(run->count, sizeof *run->results);
    run->reached = mem_array(run->count, sizeof *run->reached);
    run->units = run->count;
    if (options->tiles != NULL)
        run_search_init(run, options);
    pool_work *work = options->tiles != NULL ? run_search_unit : reference_unit;
    run->pool = pool_start(options->threads, run->units, work, run);
    return run;
}

void run_progress(const struct run *run, struct run_progress *out) {
    *out = (struct run_progress){
        .finished = pool_finished(run->pool),
        .cancelled = pool_cancelled(run->pool),
        .viewers = run->count,
        .viewers_done = atomic_load(&run->viewers_done),
        .share = run->units == 0 ? 1.0 : (double)pool_done(run->pool) / (double)run->units,
        .pairs = atomic_load(&run->pairs),
        .offers = atomic_load(&run->offers),
        .seconds = pool_seconds(run->pool),
    };
}

void run_certificate(const struct run *run, struct certificate *out) {
    if (run->search != NULL) {
        run_search_certificate(run, out);
        return;
    }
    *out = (struct certificate){.canonical = atomic_load(&run->canonical),
                                .least = {.viewer = ROW_NONE}};
    out->eligible = out->canonical;
}

void run_cancel(struct run *run) {
    atomic_store(&run->cancelled, true);
    if (run->search != NULL)
        run_search_cancelled(run);
    pool_cancel(run->pool);
}

void run_wait(struct run *run) {
    pool_wait(run->pool);
}

uint32_t run_count(const struct run *run) {
    return run->count;
}

const struct run_result *run_result(const struct run *run, uint32_t index) {
    ASSERT(index < run->count);
    bool reached = atomic_load_explicit(&run->reached[index], memory_order_acquire);
    return reached ? &run->results[index] : NULL;
}

void run_free(struct run *run) {
    if (run == NULL)
        return;
    pool_free(run->pool);
    if (run->search != NULL)
        run_search_free(run);
    for (uint32_t i = 0; i < run->count; i++)
        free(run->results[i].pool);
    keeper_release(&run->keeper);
    pthread_mutex_destroy(&run->keeping);
    free(run->viewers);
    free(run->results);
    free(run->reached);
    free(run);
}
