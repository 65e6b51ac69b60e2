/* Per viewer: who may still be among the best K, as intervals of a key, and the limit that follows.
 *
 *   key = raw, + FULL_OFFSET for a pair in full mode, so that one number carries "full before
 * provisional"
 *
 * The K-th greatest lower end of what was pushed is a proven limit: whoever's upper end lies below
 * it is not among the K best. A *guess* may stand above the proven limit for a while; whether it
 * was right is known at the end (candidates_guess_held), and a viewer whose guess failed is
 * searched again.
 *
 * Several threads push to one viewer under the lock of the viewer's tile; limits are read without
 * it: every value that ever stood there is valid, an old one only costs time. */
#ifndef MATCHD_ENGINE_MATCH_CANDIDATES_H
#define MATCHD_ENGINE_MATCH_CANDIDATES_H

#include <stdatomic.h>

#include "engine/base/base.h"

/* raw lies in [-2, 1.5] for any configuration within bounds. */
#define FULL_OFFSET 4.0f

struct candidate {
    float lower, upper; /* of the key; lower -inf: not certain to be offerable at all */
    uint32_t position;
};

struct candidates {
    struct candidate *list;
    uint32_t count, room;
    float proven, guess; /* limits; -inf at first */
};

struct candidate_store {
    struct candidates *of;     /* by position */
    _Atomic float *limit;      /* by position: the greater of both, for reading */
    _Atomic bool *locks;       /* by tile */
    struct candidate *reserve; /* room for all lists, or NULL: each has its own */
    uint32_t positions, keep;  /* keep: K */
};

void candidates_init(struct candidate_store *store, uint32_t positions, uint32_t keep);
/* Room for the lists of everybody in one piece, when everybody will have one. Before any push, and
 * `keep` stays as it is. */
void candidates_reserve(struct candidate_store *store);
void candidates_release(struct candidate_store *store);

void candidates_lock(struct candidate_store *store, uint32_t tile);
void candidates_unlock(struct candidate_store *store, uint32_t tile);

/* Under the lock, the next three. A hint that the viewer's list will be pushed to. */
static inline void candidates_fetch(const struct candidate_store *store, uint32_t viewer) {
    const struct candidates *c = &store->of[viewer];
    if (c->list != NULL)
        __builtin_prefetch(c->list + c->count, 1);
}
void candidates_push(struct candidate_store *store, uint32_t viewer, struct candidate candidate);
/* Sets the guess to the `rank`-th greatest lower end (1 = greatest), if there are so many and
 * they come from several tiles. */
void candidates_guess(struct candidate_store *store, uint32_t viewer, uint32_t rank);

static inline float candidates_limit(const struct candidate_store *store, uint32_t viewer) {
    return atomic_load_explicit(&store->limit[viewer], memory_order_relaxed);
}
/* Drops whoever cannot be among the K best; true if every limit used on the way was right. */
bool candidates_settle(struct candidate_store *store, uint32_t viewer);
/* Forgets the viewer's candidates and guess; the proven limit stays, as everybody comes again. */
void candidates_restart(struct candidate_store *store, uint32_t viewer);
/* Forgets the viewer's candidates and limits. */
void candidates_reset(struct candidate_store *store, uint32_t viewer);

#endif
