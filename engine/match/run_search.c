/* A rematch by tiles, as one ascending list of units for a pool of threads:
 *
 *   | sample 1/256 | guess | 1/64 | guess | 1/16 | guess | 1/4 | guess | the rest | settle |
 *
 * A unit is one block of tiles: it sweeps them against all tiles after them, guesses the limits of
 * their viewers from what was found so far, or settles their viewers.
 * Units of one step are independent: pushes to candidate lists commute, because the K best under a
 * total order are a set. A step begins when all units before it are done. After a sample every
 * viewer gets a guess at the limit, so that the next, larger sample discards nearly everything at
 * the first bound: 100,000 people push 2.0e7 candidates, and 2.4e7 where 1/64 is the first sample.
 *
 * When few viewers are asked for, each is searched alone: half the pairs are not worth visiting for
 * the other side. */
#include <pthread.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/match/decide.h"
#include "engine/match/run_parts.h"

enum {
    ALONE_BELOW = 8, /* searched alone if fewer than one member in so many is asked for */
    WITNESSES = 64   /* about so many viewers' pools are scored whole, for the certificate */
};

/* The memory of one thread at a time. */
struct worker {
    struct sweep *sweep;
    struct decision *decision;
    struct keeper keeper;
};

struct run_search {
    struct search search;
    uint32_t *index_of; /* by position: index in the run, or ROW_NONE */
    bool alone;
    uint32_t blocks;      /* of tiles: units of a step */
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t progress;
    uint32_t units_done; /* without those that a cancelled run passes over */
    struct worker *workers, **idle;
    uint32_t worker_count, idle_count;
};

static struct worker *take_worker(struct run_search *rs) {
    pthread_mutex_lock(&rs->lock);
    ASSERT(rs->idle_count > 0);
    struct worker *worker = rs->idle[--rs->idle_count];
    pthread_mutex_unlock(&rs->lock);
    return worker;
}

static void give_back(struct run_search *rs, struct worker *worker) {
    pthread_mutex_lock(&rs->lock);
    rs->idle[rs->idle_count++] = worker;
    pthread_mutex_unlock(&rs->lock);
}

/* Waits until the units before `first` are done; false when the run was cancelled meanwhile. */
static bool step_begins(struct run *run, uint32_t first) {
    struct run_search *rs = run->search;
    pthread_mutex_lock(&rs->lock);
    while (rs->units_done < first && !atomic_load(&run->cancelled))
        pthread_cond_wait(&rs->progress, &rs->lock);
    bool begins = rs->units_done >= first;
    pthread_mutex_unlock(&rs->lock);
    return begins;
}

void run_search_cancelled(struct run *run) {
    pthread_mutex_lock(&run->search->lock);
    pthread_cond_broadcast(&run->search->progress);
    pthread_mutex_unlock(&run->search->lock);
}

static void unit_done(struct run_search *rs) {
    pthread_mutex_lock(&rs->lock);
    rs->units_done++;
    pthread_cond_broadcast(&rs->progress);
    pthread_mutex_unlock(&rs->lock);
}

static uint32_t sum_of(const struct run_search *rs, uint32_t position, bool offerable) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < rs->worker_count; i++) {
        const struct sweep *sweep = rs->workers[i].sweep;
        sum += offerable ? sweep->offerable[position] : sweep->eligible[position];
    }
    return sum;
}

/* Picks by intervals where that is enough, else from the pool. */
static void pick_offers(struct run_search *rs, struct worker *w, uint32_t position,
                        struct viewer_result *result) {
    const struct slots *slots = &rs->search.tiles->slots;
    struct ranked specials[SPECIALS_MAX];
    uint32_t special_count = search_specials(w->sweep, position, specials);
    bool bounded = !rs->search.exact_counts && slots->exact && slots->complete &&
                   special_count <= SPECIALS_MAX;
    struct ranked *pool = result->pool;
    result->pool = NULL;
    decision_specials(w->decision, specials, special_count);
    if (bounded && decide(w->decision, position, result, &w->sweep->certificate.canonical))
        return;
    result->pool = pool;
    result->pool_count = search_pool(w->sweep, position, specials, special_count, pool);
    offer_pick(rs->search.tiles->view, result);
}

/* One ahead of settle_position: what that reads of many people is on its way by then. */
static void close_position(struct run *run, struct worker *w, uint32_t position) {
    struct run_search *rs = run->search;
    if (rs->alone || rs->index_of[position] == ROW_NONE)
        return;
    search_close(w->sweep, position);
    decision_fetch(w->decision, position);
    run_keep_soon(run, rs->index_of[position]);
}

static void settle_position(struct run *run, struct worker *w, uint32_t position) {
    struct run_search *rs = run->search;
    uint32_t index = rs->index_of[position];
    if (index == ROW_NONE)
        return;
    struct ranked pool[POOL_MAX];
    struct viewer_result result; /* to be cleared it is too large: all of it is set below */
    result.pool = pool;
    result.viewer = run->viewers[index];
    if (rs->alone) {
        bool done = search_viewer(w->sweep, run->viewers[index], NULL, &result);
        ASSERT(done);
        offer_pick(run->view, &result);
    } else {
        pick_offers(rs, w, position, &result);
        result.eligible = sum_of(rs, position, false);
        result.offerable = sum_of(rs, position, true);
    }
    if (!rs->search.exact_counts)
        result.offerable = ROW_NONE;
    if (run->paranoid)
        run_check(run, &result);
    if (index % (run->count / WITNESSES + 1) == 0)
        search_witness(w->sweep, position);
    run_keep(run, &w->keeper, index, &result);
}

/* Steps: a sweep and a guess by turns, but after the last sweep settling. */
enum { STEPS = 2 * SEARCH_PHASES, STEP_SETTLE = STEPS - 1 };

/* The tile's log has done its work, and its memory takes offers next: of new memory the system
 * would clear a page for every fifteen viewers. */
static void gather(struct worker *worker, uint32_t tile) {
    search_gather(worker->sweep, tile);
    struct candidate_log *log = &worker->sweep->search->store.logs[tile];
    if (!keeper_lend(&worker->keeper, log->list, log->room * sizeof *log->list))
        return;
    log->list = NULL;
    log->count = log->room = 0;
}

static void settle_tile(struct run *run, struct worker *worker, uint32_t tile) {
    struct run_search *rs = run->search;
    uint32_t from = tile * TILE_LANES, end = from + TILE_LANES;
    if (!rs->alone)
        gather(worker, tile);
    close_position(run, worker, from);
    for (uint32_t p = from; p < end; p++) {
        if (p + 1 < end)
            close_position(run, worker, p + 1);
        settle_position(run, worker, p);
    }
    run_count_kept(run, &worker->keeper);
}

/* False: not done, as the run was cancelled before its step began. */
static bool do_unit(struct run *run, uint32_t unit) {
    struct run_search *rs = run->search;
    const struct tiles *tiles = rs->search.tiles;
    uint32_t step = rs->alone ? STEP_SETTLE : unit / rs->blocks;
    uint32_t first = unit % rs->blocks * SWEEP_BLOCK;
    uint32_t end = first + SWEEP_BLOCK < tiles->count ? first + SWEEP_BLOCK : tiles->count;
    if (!rs->alone && !step_begins(run, step * rs->blocks))
        return false;
    struct worker *worker = take_worker(rs);
    if (step % 2 == 0) {
        search_block(worker->sweep, first, (int)step / 2);
        atomic_fetch_add(&run->pairs, 2 * worker->sweep->unit_pairs);
    }
    for (uint32_t tile = first; tile < end && step % 2 != 0; tile++)
        if (step == STEP_SETTLE)
            settle_tile(run, worker, tile);
        else
            search_guess(worker->sweep, tile, (int)step / 2);
    give_back(rs, worker);
    return true;
}

void run_search_unit(void *ctx, uint32_t unit) {
    struct run *run = ctx;
    if (do_unit(run, unit))
        unit_done(run->search);
}

/* Viewers that are no members have empty results, and no position. */
static void place_viewers(struct run *run) {
    struct run_search *rs = run->search;
    const struct tiles *tiles = rs->search.tiles;
    rs->index_of = mem_array(tiles->positions, sizeof *rs->index_of);
    for (uint32_t i = 0; i < tiles->positions; i++)
        rs->index_of[i] = ROW_NONE;
    for (uint32_t i = 0; i < run->count; i++) {
        uint32_t position = tiles->position_of[run->viewers[i]];
        if (position != ROW_NONE) {
            ASSERT(rs->index_of[position] == ROW_NONE);
            rs->index_of[position] = i;
            continue;
        }
        struct ranked none;
        struct viewer_result result = {.pool = &none, .viewer = run->viewers[i]};
        run_keep(run, &run->keeper, i, &result);
    }
    run_count_kept(run, &run->keeper);
}

void run_search_init(struct run *run, const struct run_options *options) {
    struct run_search *rs = mem_array(1, sizeof *rs);
    run->search = rs;
    const struct tiles *tiles = options->tiles;
    uint32_t keep = (uint32_t)run->view->global->MATCH_RERANK_POOL;
    rs->alone = run->count < tiles->positions / ALONE_BELOW;
    search_init(&rs->search, tiles, options->kernels, keep,
                (options->exact_counts ? SEARCH_EXACT_COUNTS : 0) | (rs->alone ? SEARCH_ALONE : 0));
    pthread_mutex_init(&rs->lock, NULL);
    pthread_cond_init(&rs->progress, NULL);
    place_viewers(run);
    rs->worker_count = options->threads == 0 ? 1 : options->threads;
    rs->workers = mem_array(rs->worker_count, sizeof *rs->workers);
    rs->idle = mem_array(rs->worker_count, sizeof *rs->idle);
    for (uint32_t i = 0; i < rs->worker_count; i++) {
        rs->workers[i].sweep = sweep_new(&rs->search);
        rs->workers[i].decision = decision_new(&rs->search);
        rs->idle[rs->idle_count++] = &rs->workers[i];
    }
    rs->blocks = (tiles->count + SWEEP_BLOCK - 1) / SWEEP_BLOCK;
    run->units = rs->blocks * (rs->alone ? 1 : STEPS);
}

void run_search_certificate(const struct run *run, struct certificate *out) {
    const struct run_search *rs = run->search;
    *out = (struct certificate){.least = {.viewer = ROW_NONE}};
    for (uint32_t i = 0; i < rs->worker_count; i++)
        certificate_add(out, &rs->workers[i].sweep->certificate);
    for (uint32_t p = 0; p < rs->search.tiles->positions; p++)
        out->eligible += sum_of(rs, p, false);
}

void run_search_free(struct run *run) {
    struct run_search *rs = run->search;
    for (uint32_t i = 0; i < rs->worker_count; i++) {
        sweep_free(rs->workers[i].sweep);
        decision_free(rs->workers[i].decision);
        keeper_release(&rs->workers[i].keeper);
    }
    free(rs->workers);
    free(rs->idle);
    free(rs->index_of);
    search_release(&rs->search);
    pthread_cond_destroy(&rs->progress);
    pthread_mutex_destroy(&rs->lock);
    free(rs);
}
