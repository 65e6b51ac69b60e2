/* The inside of a run, shared by run.c and the run_*.c. Inside engine/match only. */
#ifndef MATCHD_ENGINE_MATCH_RUN_PARTS_H
#define MATCHD_ENGINE_MATCH_RUN_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "engine/base/pool.h"
#include "engine/match/run.h"

/* Where one thread at a time puts what is kept; starts as all zero. */
struct keeper {
    struct offer_block *last;
    uint32_t viewers; /* kept, not yet counted by the run */
    uint64_t offers;
};
void keeper_release(struct keeper *keeper);
/* Takes memory of the heap over if it is of use; false: it stays the caller's. */
bool keeper_lend(struct keeper *keeper, void *memory, size_t size);

struct run {
    const struct view *view;
    uint32_t *viewers;
    uint32_t count;
    struct run_result *results; /* by index; each written by the one thread that has the index */
    _Atomic bool *reached;
    _Atomic uint64_t pairs, offers, canonical;
    _Atomic uint32_t viewers_done;
    struct run_search *search; /* NULL: by the reference */
    struct keeper keeper;      /* of viewers without a worker; by the reference under the lock */
    pthread_mutex_t keeping;
    uint32_t units; /* of work, in the order they are begun */
    struct pool *pool;
    _Atomic bool cancelled;
    bool paranoid;
    _Atomic uint32_t differing, differs; /* how many; one of them */
};

/* run_keep.c: keeps what is kept of a viewer; the run counts it later. */
void run_keep(struct run *run, struct keeper *keeper, uint32_t index,
              const struct viewer_result *result);
void run_count_kept(struct run *run, struct keeper *keeper);
/* A hint that the viewer of this index will be kept soon. */
void run_keep_soon(const struct run *run, uint32_t index);

/* run_check.c: compares with the reference, and counts who differs. */
void run_check(struct run *run, const struct viewer_result *result);

/* run_search.c: a run in units of tiles. Sets run->search and run->units. */
void run_search_init(struct run *run, const struct run_options *options);
void run_search_unit(void *run, uint32_t unit);
/* Wakes whoever waits for units that no longer come: `cancelled` is set. */
void run_search_cancelled(struct run *run);
void run_search_certificate(const struct run *run, struct certificate *out);
void run_search_free(struct run *run);

#endif
