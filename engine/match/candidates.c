/* Lists that are pruned when they fill; the K-th greatest by selection. */
#include "engine/match/candidates.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

enum { PRUNE_EVERY = 32 };

void candidates_init(struct candidate_store *store, uint32_t positions, uint32_t keep) {
    store->of = mem_array(positions, sizeof *store->of);
    store->locks = mem_array(positions / TILE_LANES + 1, sizeof *store->locks);
    store->positions = positions;
    store->keep = keep;
    for (uint32_t i = 0; i < positions; i++)
        candidates_reset(store, i);
}

void candidates_release(struct candidate_store *store) {
    for (uint32_t i = 0; i < store->positions; i++)
        free(store->of[i].list);
    free(store->of);
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

static void publish_limit(struct candidates *c) {
    float limit = c->proven > c->guess ? c->proven : c->guess;
    atomic_store_explicit(&c->limit, limit, memory_order_relaxed);
}

/* The rank-th greatest of the values, which are reordered; rank from 1 to count. */
static float select_greatest(float *values, uint32_t count, uint32_t rank) {
    int64_t left = 0, right = (int64_t)count - 1, wanted = (int64_t)rank - 1;
    while (left < right) {
        float pivot = values[wanted];
        int64_t i = left, j = right;
        while (i <= j) {
            while (values[i] > pivot)
                i++;
            while (pivot > values[j])
                j--;
            if (i > j)
                break;
            float kept = values[i];
            values[i++] = values[j];
            values[j--] = kept;
        }
        if (j < wanted)
            left = i;
        if (wanted < i)
            right = j;
    }
    return values[wanted];
}

/* The rank-th greatest lower end; -inf if there are fewer. */
static float lower_at(const struct candidates *c, uint32_t rank) {
    if (c->count < rank)
        return -INFINITY;
    float few[512];
    float *values = c->count <= ARRAY_LEN(few) ? few : mem_array(c->count, sizeof *values);
    for (uint32_t i = 0; i < c->count; i++)
        values[i] = c->list[i].lower;
    float found = select_greatest(values, c->count, rank);
    if (values != few)
        free(values);
    return found;
}

static void drop_below(struct candidates *c, float limit) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        c->list[kept] = c->list[i];
        kept += c->list[i].upper >= limit;
    }
    c->count = kept;
}

static void prune(struct candidate_store *store, struct candidates *c) {
    float lower = lower_at(c, store->keep);
    c->proven = lower > c->proven ? lower : c->proven;
    publish_limit(c);
    drop_below(c, c->proven);
}

static void make_room(struct candidate_store *store, struct candidates *c) {
    if (c->list != NULL)
        prune(store, c);
    if (c->room - c->count >= PRUNE_EVERY / 2 && c->list != NULL)
        return;
    uint32_t room = c->list == NULL ? store->keep + PRUNE_EVERY : c->room * 2;
    struct candidate *list = malloc(room * sizeof *list);
    ASSERT(list != NULL);
    if (c->list != NULL)
        memcpy(list, c->list, c->count * sizeof *list);
    free(c->list);
    c->list = list;
    c->room = room;
}

void candidates_push(struct candidate_store *store, uint32_t viewer, struct candidate candidate) {
    struct candidates *c = &store->of[viewer];
    if (candidate.upper < atomic_load_explicit(&c->limit, memory_order_relaxed))
        return;
    if (c->count == c->room)
        make_room(store, c);
    c->list[c->count++] = candidate;
}

void candidates_guess(struct candidate_store *store, uint32_t viewer, uint32_t rank) {
    struct candidates *c = &store->of[viewer];
    float guess = lower_at(c, rank);
    c->guess = guess > c->guess ? guess : c->guess;
    publish_limit(c);
}

float candidates_limit(const struct candidate_store *store, uint32_t viewer) {
    return atomic_load_explicit(&store->of[viewer].limit, memory_order_relaxed);
}

bool candidates_settle(struct candidate_store *store, uint32_t viewer) {
    struct candidates *c = &store->of[viewer];
    prune(store, c);
    return c->guess <= c->proven;
}

void candidates_reset(struct candidate_store *store, uint32_t viewer) {
    struct candidates *c = &store->of[viewer];
    c->count = 0;
    c->proven = c->guess = -INFINITY;
    publish_limit(c);
}
