/* Logs that are pruned when they fill; the K-th greatest by selection. */
#include "engine/match/candidates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

enum { PRUNE_EVERY = 32, FEW = 512, ROOM_LEAST = 64 };
/* A sample of fewer tiles and of fewer people says too little of how many there are elsewhere. */
enum { VISITS_LEAST = 4, MET_LEAST = 24, VISITS_MANY = 64 };

void candidates_init(struct candidate_store *store, const struct kernels *kernels,
                     uint32_t positions, uint32_t keep, uint32_t sharers) {
    ASSERT(positions <= UINT32_MAX / TILE_LANES && positions % TILE_LANES == 0);
    uint32_t tiles = positions / TILE_LANES;
    *store = (struct candidate_store){.kernels = kernels, .positions = positions, .keep = keep};
    store->logs = mem_array(tiles, sizeof *store->logs);
    store->of = mem_array(positions, sizeof *store->of);
    store->proven = mem_array(positions, sizeof *store->proven);
    store->guess = mem_array(positions, sizeof *store->guess);
    store->limit = mem_array(positions, sizeof *store->limit);
    for (uint32_t i = 0; i < positions; i++)
        candidates_reset(store, i);
    for (uint32_t i = 0; i < tiles; i++)
        store->logs[i].enough = sharers * (keep + PRUNE_EVERY);
}

void candidates_release(struct candidate_store *store) {
    for (uint32_t i = 0; i < store->positions / TILE_LANES; i++)
        free(store->logs[i].list);
    free(store->logs);
    free(store->of);
    free(store->proven);
    free(store->guess);
    free((void *)store->limit);
}

void candidate_sorter_release(struct candidate_sorter *sorter) {
    free(sorter->list);
}

void candidates_lock(struct candidate_store *store, uint32_t tile) {
    _Atomic bool *locked = &store->logs[tile].locked;
    while (atomic_exchange_explicit(locked, true, memory_order_acquire))
        while (atomic_load_explicit(locked, memory_order_relaxed))
            __builtin_ia32_pause();
}

void candidates_unlock(struct candidate_store *store, uint32_t tile) {
    atomic_store_explicit(&store->logs[tile].locked, false, memory_order_release);
}

static void publish_limit(struct candidate_store *store, uint32_t viewer) {
    float proven = store->proven[viewer], guess = store->guess[viewer];
    atomic_store_explicit(&store->limit[viewer], proven > guess ? proven : guess,
                          memory_order_relaxed);
    _Atomic uint32_t *version = &store->logs[viewer / TILE_LANES].version;
    atomic_store_explicit(version, atomic_load_explicit(version, memory_order_relaxed) + 1,
                          memory_order_release);
}

/* The rank-th greatest lower end; *from_guess: how many reach the guess. */
static float select_lower(const struct candidate_store *store, const struct candidates *c,
                          uint32_t rank, float guess, uint32_t *from_guess) {
    float few[FEW], *values = c->count <= FEW ? few : mem_space(c->count, sizeof *values);
    *from_guess = store->kernels->lower_ends(c->list, c->count, guess, values);
    float lower = store->kernels->select(values, c->count, rank);
    if (values != few)
        free(values);
    return lower;
}

/* Drops whoever cannot be among the K best; true if every limit used on the way was right. */
static bool settle(struct candidate_store *store, uint32_t viewer, struct candidates *c) {
    float guess = store->guess[viewer], lower = -INFINITY;
    uint32_t from_guess = 0;
    if (c->count >= store->keep)
        lower = select_lower(store, c, store->keep, guess, &from_guess);
    bool held = guess <= store->proven[viewer] || from_guess >= store->keep;
    if (lower > store->proven[viewer])
        store->proven[viewer] = lower;
    publish_limit(store, viewer);
    c->count = store->kernels->drop_below(c->list, c->count, store->proven[viewer]);
    return held || guess <= store->proven[viewer];
}

bool candidates_settle(struct candidate_store *store, uint32_t viewer) {
    return settle(store, viewer, &store->of[viewer]);
}

static void make_room(struct candidate_sorter *sorter, const struct candidate_log *log) {
    if (log->count <= sorter->room)
        return;
    free(sorter->list);
    sorter->room = log->room;
    sorter->list = mem_space(sorter->room, sizeof *sorter->list);
}

void candidates_sort_one(struct candidate_store *store, uint32_t viewer,
                         struct candidate_sorter *sorter) {
    const struct candidate_log *log = &store->logs[viewer / TILE_LANES];
    make_room(sorter, log);
    if (log->count > 0)
        memcpy(sorter->list, log->list, log->count * sizeof *log->list);
    store->of[viewer] = (struct candidates){sorter->list, log->count};
}

/* Sorts a log by lane into `of`. */
static void sort(const struct candidate_log *log, struct candidate_sorter *sorter,
                 struct candidates of[TILE_LANES]) {
    make_room(sorter, log);
    uint32_t counts[TILE_LANES] = {0};
    for (uint32_t i = 0; i < log->count; i++)
        counts[log->list[i].who % TILE_LANES]++;
    struct candidate *next[TILE_LANES], *first = sorter->list;
    for (uint32_t lane = 0; lane < TILE_LANES; lane++) {
        of[lane] = (struct candidates){first, counts[lane]};
        next[lane] = first;
        first += counts[lane];
    }
    for (uint32_t i = 0; i < log->count; i++)
        *next[log->list[i].who % TILE_LANES]++ = log->list[i];
}

void candidates_sort(struct candidate_store *store, uint32_t tile,
                     struct candidate_sorter *sorter) {
    sort(&store->logs[tile], sorter, &store->of[(size_t)tile * TILE_LANES]);
}

/* The sorted lists become the log. */
static void write_back(struct candidate_log *log, const struct candidates of[TILE_LANES]) {
    log->count = 0;
    for (uint32_t lane = 0; lane < TILE_LANES; lane++) {
        if (of[lane].count == 0)
            continue;
        memcpy(log->list + log->count, of[lane].list, of[lane].count * sizeof *log->list);
        log->count += of[lane].count;
    }
}

/* Proves what limits it can. */
static void prune(struct candidate_store *store, uint32_t tile) {
    struct candidate_log *log = &store->logs[tile];
    struct candidate_sorter sorter = {0};
    struct candidates of[TILE_LANES];
    sort(log, &sorter, of);
    for (uint32_t lane = 0; lane < TILE_LANES; lane++)
        if (of[lane].count >= store->keep)
            (void)settle(store, tile * TILE_LANES + lane, &of[lane]);
    write_back(log, of);
    candidate_sorter_release(&sorter);
    if (log->count > log->enough - log->enough / 4)
        log->enough *= 2;
}

static void grow(struct candidate_log *log, uint32_t wanted) {
    uint32_t room = log->room + log->room / 4 > wanted ? log->room + log->room / 4 : wanted;
    room = room > ROOM_LEAST ? room : ROOM_LEAST;
    struct candidate *list = mem_space(room, sizeof *list);
    if (log->count > 0)
        memcpy(list, log->list, log->count * sizeof *list);
    free(log->list);
    log->list = list;
    log->room = room;
}

struct candidate *candidates_room(struct candidate_store *store, uint32_t tile, uint32_t count) {
    struct candidate_log *log = &store->logs[tile];
    if (log->count >= log->enough)
        prune(store, tile);
    if (log->count + count + PUSH_EXTRA > log->room)
        grow(log, log->count + count + PUSH_EXTRA);
    return log->list + log->count;
}

/* From how many tiles the candidates came, about: they stand in the order of the visits. Not
 * counted further than it matters. */
static uint32_t visits(const struct candidates *c) {
    uint32_t changes = 1;
    for (uint32_t i = 1; i < c->count && changes < VISITS_MANY; i++)
        changes += candidate_position(&c->list[i]) / TILE_LANES !=
                   candidate_position(&c->list[i - 1]) / TILE_LANES;
    return changes;
}

/* The K best come from as many tiles as the sample times its share: few of them in a sample say
 * less than as many single people would. */
static uint32_t rank_of(const struct candidate_store *store, const struct candidate_sample *sample,
                        uint32_t visited) {
    float mean = (float)store->keep * sample->share;
    float spread = sqrtf(mean + mean * mean / (float)visited);
    float rank = ceilf(mean + sample->deviations * spread);
    return rank < (float)store->keep ? (uint32_t)rank : store->keep;
}

static void guess_viewer(struct candidate_store *store, uint32_t viewer,
                         const struct candidate_sample *sample) {
    struct candidates *c = &store->of[viewer];
    uint32_t visited = visits(c), rank = rank_of(store, sample, visited);
    if (c->count <= rank + rank / 2 || (c->count < MET_LEAST && visited < VISITS_LEAST))
        return;
    uint32_t from_guess;
    float guess = select_lower(store, c, rank, store->guess[viewer], &from_guess);
    if (guess > store->guess[viewer])
        store->guess[viewer] = guess;
    publish_limit(store, viewer);
    c->count = store->kernels->drop_below(c->list, c->count, candidates_limit(store, viewer));
}

void candidates_guess(struct candidate_store *store, uint32_t tile,
                      const struct candidate_sample *sample, struct candidate_sorter *sorter) {
    candidates_sort(store, tile, sorter);
    for (uint32_t lane = 0; lane < TILE_LANES; lane++)
        guess_viewer(store, tile * TILE_LANES + lane, sample);
    write_back(&store->logs[tile], &store->of[(size_t)tile * TILE_LANES]);
}

void candidates_restart(struct candidate_store *store, uint32_t viewer) {
    struct candidate_log *log = &store->logs[viewer / TILE_LANES];
    log->count = 0;
    log->enough = store->keep + PRUNE_EVERY;
    store->guess[viewer] = -INFINITY;
    publish_limit(store, viewer);
}

void candidates_reset(struct candidate_store *store, uint32_t viewer) {
    store->proven[viewer] = -INFINITY;
    candidates_restart(store, viewer);
}
