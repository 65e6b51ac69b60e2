/* Per viewer: who may still be among the best K, as intervals of a key, and the limit that follows.
 *
 *   key = raw, + FULL_OFFSET in full mode: one number that carries "full before provisional"
 *
 * The K-th greatest lower end of what was pushed is a proven limit: whoever's upper end lies below
 * it is not among the K best. A *guess* may stand above the proven limit for a while; whether it
 * was right is known at the end (candidates_settle), and a viewer whose guess failed is searched
 * again.
 *
 * A sweep meets 64 x 64 people at a time, so candidates are written one after the other to a log of
 * the viewers' tile, 12 bytes each:
 *
 *   log of tile 7    [lane 3: ...] [lane 60: ...] [lane 3: ...] ...      under the tile's lock
 *   candidates_sort  lane 0 | lane 1 | ... | lane 63                    by viewer, now and then
 *
 * A list of its own for each viewer would be a cache miss for each push, 60 ns where the log takes
 * 10. Limits are read without the lock: every value that ever stood there is valid, an old one only
 * costs time. */
#ifndef MATCHD_ENGINE_MATCH_CANDIDATES_H
#define MATCHD_ENGINE_MATCH_CANDIDATES_H

#include <stdatomic.h>

#include "engine/kernel/kernel.h"

/* raw lies in [-2.1, 1] for any configuration within bounds, so the modes never meet. */
#define FULL_OFFSET 4.0f

static inline uint32_t candidate_position(const struct candidate *candidate) {
    return candidate->who >> 6;
}

/* A viewer's part of a sorted log. */
struct candidates {
    struct candidate *list;
    uint32_t count;
};

/* A cache line each: threads that push to neighbouring tiles do not take turns. */
struct candidate_log {
    ALIGNED64 struct candidate *list;
    uint32_t count, room;
    uint32_t enough; /* pruned when it holds so many */
    _Atomic bool locked;
    _Atomic uint32_t version; /* of the viewers' limits */
};

/* Where one thread sorts logs. */
struct candidate_sorter {
    struct candidate *list;
    size_t room;
};

struct candidate_store {
    const struct kernels *kernels;
    struct candidate_log *logs; /* by tile */
    struct candidates *of;      /* by position: as sorted last */
    float *proven, *guess;      /* by position: limits; -inf at first */
    _Atomic float *limit;       /* by position: the greater of both, for reading */
    uint32_t positions, keep;   /* keep: K */
};

/* `sharers`: viewers who fill a log at once, a whole tile's or 1. */
void candidates_init(struct candidate_store *store, const struct kernels *kernels,
                     uint32_t positions, uint32_t keep, uint32_t sharers);
void candidates_release(struct candidate_store *store);
void candidate_sorter_release(struct candidate_sorter *sorter);

void candidates_lock(struct candidate_store *store, uint32_t tile);
void candidates_unlock(struct candidate_store *store, uint32_t tile);

/* Under the lock: where up to `count` candidates can be written by kernels' push, for
 * candidates_wrote to keep. */
struct candidate *candidates_room(struct candidate_store *store, uint32_t tile, uint32_t count);
static inline void candidates_wrote(struct candidate_store *store, uint32_t tile, uint32_t count) {
    store->logs[tile].count += count;
}

/* Of the limits of a tile's viewers: changes after they have, so limits that are read after it are
 * no older. */
static inline uint32_t candidates_version(const struct candidate_store *store, uint32_t tile) {
    return atomic_load_explicit(&store->logs[tile].version, memory_order_acquire);
}

static inline float candidates_limit(const struct candidate_store *store, uint32_t viewer) {
    return atomic_load_explicit(&store->limit[viewer], memory_order_relaxed);
}

/* --- while nobody else pushes to the tile ----------------------------------------------------- */

/* Sorts the tile's log by viewer: `of` points into the sorter until that sorts again. */
void candidates_sort(struct candidate_store *store, uint32_t tile, struct candidate_sorter *sorter);
/* The same where nobody else pushed: the whole log is this viewer's. */
void candidates_sort_one(struct candidate_store *store, uint32_t viewer,
                         struct candidate_sorter *sorter);
/* What part of the pairs of tiles was seen, and how many standard deviations a guess stands behind
 * what it would be on average. */
struct candidate_sample {
    float share, deviations;
};
/* Sets each viewer's guess to a lower end of the sample that K of all candidates will reach, seldom
 * fewer, if the sample is fair: where there are clearly more of them, many or from several tiles.
 * Drops whoever lies below. */
void candidates_guess(struct candidate_store *store, uint32_t tile,
                      const struct candidate_sample *sample, struct candidate_sorter *sorter);
/* Of a sorted viewer: drops whoever cannot be among the K best; true if every limit used on the way
 * was right. */
bool candidates_settle(struct candidate_store *store, uint32_t viewer);
/* Empties the log of the viewer's tile for this viewer alone, and forgets the guess; the proven
 * limit stays, as everybody comes again. */
void candidates_restart(struct candidate_store *store, uint32_t viewer);
/* Likewise, and forgets the proven limit. */
void candidates_reset(struct candidate_store *store, uint32_t viewer);

#endif
