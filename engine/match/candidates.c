/* Lists that are pruned when they fill; the K-th greatest by selection. */
#include "engine/match/candidates.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

enum { PRUNE_EVERY = 48, FEW = 512 };
/* A sample of fewer tiles says too little of how many there are elsewhere. */
enum { VISITS_LEAST = 4 };
/* Limits are found to so much; what counts is that they are never too high. */
#define RESOLUTION 2e-5f

void candidates_init(struct candidate_store *store, uint32_t positions, uint32_t keep) {
    store->of = mem_array(positions, sizeof *store->of);
    store->locks = mem_array(positions / TILE_LANES + 1, sizeof *store->locks);
    store->limit = mem_array(positions, sizeof *store->limit);
    store->positions = positions;
    store->keep = keep;
    for (uint32_t i = 0; i < positions; i++)
        candidates_reset(store, i);
}

void candidates_reserve(struct candidate_store *store) {
    size_t room = store->keep + PRUNE_EVERY;
    store->reserve = mem_space(store->positions * room, sizeof *store->reserve);
}

/* The place of a viewer in the reserve. */
static struct candidate *reserved(const struct candidate_store *store, uint32_t viewer) {
    if (store->reserve == NULL)
        return NULL;
    return store->reserve + (size_t)viewer * (store->keep + PRUNE_EVERY);
}

static void free_list(struct candidate_store *store, uint32_t viewer) {
    if (store->of[viewer].list != reserved(store, viewer))
        free(store->of[viewer].list);
}

void candidates_release(struct candidate_store *store) {
    for (uint32_t i = 0; i < store->positions; i++)
        free_list(store, i);
    free(store->reserve);
    free(store->of);
    free((void *)store->limit);
    free((void *)store->locks);
}

void candidates_lock(struct candidate_store *store, uint32_t tile) {
    while (atomic_exchange_explicit(&store->locks[tile], true, memory_order_acquire))
        while (atomic_load_explicit(&store->locks[tile], memory_order_relaxed))
            __builtin_ia32_pause();
}

void candidates_unlock(struct candidate_store *store, uint32_t tile) {
    atomic_store_explicit(&store->locks[tile], false, memory_order_release);
}

static void publish_limit(struct candidate_store *store, uint32_t viewer) {
    const struct candidates *c = &store->of[viewer];
    float limit = c->proven > c->guess ? c->proven : c->guess;
    atomic_store_explicit(&store->limit[viewer], limit, memory_order_relaxed);
}

static uint32_t count_from(const float *values, uint32_t count, float limit) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++)
        found += values[i] >= limit;
    return found;
}

static float least_from(const float *values, uint32_t count, float limit) {
    float least = INFINITY;
    for (uint32_t i = 0; i < count; i++)
        least = values[i] >= limit && values[i] < least ? values[i] : least;
    return least;
}

/* The rank-th greatest of finite and infinite values, or a little less (RESOLUTION); -inf if there
 * are not so many finite ones. Bisection: a pass over the values is a few instructions. */
static float select_greatest(const float *values, uint32_t count, uint32_t rank) {
    float low = least_from(values, count, -FLT_MAX), high = low;
    if (count_from(values, count, -FLT_MAX) < rank)
        return -INFINITY;
    for (uint32_t i = 0; i < count; i++)
        high = values[i] > high ? values[i] : high;
    while (high - low > RESOLUTION) {
        float middle = low + (high - low) / 2.0f;
        uint32_t above = count_from(values, count, middle);
        if (above < rank)
            high = middle;
        else
            low = middle;
        if (above == rank)
            break;
    }
    return least_from(values, count, low);
}

/* The lower ends, in `few` if there is room, else the caller's to free. */
static float *read_lower(const struct candidates *c, float few[FEW]) {
    float *values = c->count <= FEW ? few : mem_array(c->count, sizeof *values);
    for (uint32_t i = 0; i < c->count; i++)
        values[i] = c->list[i].lower;
    return values;
}

static void drop_below(struct candidates *c, float limit) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        c->list[kept] = c->list[i];
        kept += c->list[i].upper >= limit;
    }
    c->count = kept;
}

/* True if K lower ends reach the guess. */
static bool prune(struct candidate_store *store, uint32_t viewer) {
    struct candidates *c = &store->of[viewer];
    float few[FEW], *values = read_lower(c, few);
    float lower =
        c->count < store->keep ? -INFINITY : select_greatest(values, c->count, store->keep);
    bool held = c->guess <= c->proven || count_from(values, c->count, c->guess) >= store->keep;
    if (values != few)
        free(values);
    c->proven = lower > c->proven ? lower : c->proven;
    publish_limit(store, viewer);
    drop_below(c, c->proven);
    return held || c->guess <= c->proven;
}

static void make_room(struct candidate_store *store, uint32_t viewer) {
    struct candidates *c = &store->of[viewer];
    if (c->list != NULL)
        prune(store, viewer);
    if (c->list != NULL && c->room - c->count >= PRUNE_EVERY / 2)
        return;
    uint32_t room = c->list == NULL ? store->keep + PRUNE_EVERY : c->room * 2;
    struct candidate *list = c->list == NULL ? reserved(store, viewer) : NULL;
    if (list == NULL)
        list = mem_space(room, sizeof *list);
    if (c->list != NULL)
        memcpy(list, c->list, c->count * sizeof *list);
    free_list(store, viewer);
    c->list = list;
    c->room = room;
}

void candidates_push(struct candidate_store *store, uint32_t viewer, struct candidate candidate) {
    struct candidates *c = &store->of[viewer];
    if (candidate.upper < candidates_limit(store, viewer))
        return;
    if (c->count == c->room)
        make_room(store, viewer);
    c->list[c->count++] = candidate;
}

/* From how many tiles the candidates came, about: they stand in the order of the visits. */
static uint32_t visits(const struct candidates *c) {
    uint32_t changes = 0;
    for (uint32_t i = 1; i < c->count; i++)
        changes += c->list[i].position / TILE_LANES != c->list[i - 1].position / TILE_LANES;
    return changes + 1;
}

void candidates_guess(struct candidate_store *store, uint32_t viewer, uint32_t rank) {
    struct candidates *c = &store->of[viewer];
    if (c->count == 0 || c->count < rank || visits(c) < VISITS_LEAST)
        return;
    float few[FEW], *values = read_lower(c, few);
    float guess = select_greatest(values, c->count, rank);
    if (values != few)
        free(values);
    c->guess = guess > c->guess ? guess : c->guess;
    publish_limit(store, viewer);
}

bool candidates_settle(struct candidate_store *store, uint32_t viewer) {
    return prune(store, viewer);
}

void candidates_restart(struct candidate_store *store, uint32_t viewer) {
    struct candidates *c = &store->of[viewer];
    c->count = 0;
    c->guess = -INFINITY;
    publish_limit(store, viewer);
}

void candidates_reset(struct candidate_store *store, uint32_t viewer) {
    store->of[viewer].proven = -INFINITY;
    candidates_restart(store, viewer);
}
