/* A rematch: the result of every viewer asked for, on a pool of threads. A set function of the view
 * and the list of viewers: thread count, tile size and order of loading change nothing.
 *
 *     struct run *run = run_start(view, &options); // returns at once, threads do the work
 *     run_progress(run, &progress);                // any thread, any time
 *     run_wait(run);
 *     run_result(run, i);
 *     run_free(run);
 *
 * The view must outlive the run. */
#ifndef MATCHD_ENGINE_MATCH_RUN_H
#define MATCHD_ENGINE_MATCH_RUN_H

#include "engine/match/search.h"

struct run_options {
    /* Rows, in the order of the results, copied; with `tiles` each once. NULL: all members in UUID
     * order. */
    const uint32_t *viewers;
    uint32_t viewer_count;
    uint32_t threads; /* 0 counts as 1 */
    /* The fast search; both NULL: everybody is scored by the reference. The results are the same.
     * They must outlive the run. */
    const struct tiles *tiles;
    const struct kernels *kernels;
    /* `eligible` and `offerable` are exact (dry runs); else they may be ROW_NONE. */
    bool exact_counts;
    /* Everybody is searched by the reference as well, and compared (run_differing). */
    bool paranoid;
};

struct run_progress {
    uint32_t viewers, viewers_done;
    uint64_t pairs; /* ordered pairs considered so far */
    double share;   /* of the work, 0 to 1: the search comes before the first viewer is done */
    uint64_t offers;
    double seconds; /* since the start; stands still when finished */
    bool finished, cancelled;
};

/* Kept of each viewer: picks, anchor, counts; with exact_counts also the first RUN_POOL_KEPT of the
 * pool. */
enum { RUN_POOL_KEPT = 10 };
struct run_result {
    uint32_t viewer, eligible, offerable;
    uint32_t pool_count; /* of the whole pool */
    struct ranked *pool; /* its first RUN_POOL_KEPT, where offerable is counted; else NULL */
    struct offer *picks;
    uint32_t pick_count;
    struct offer *anchor; /* NULL: none */
};

struct run;
struct run *run_start(const struct view *view, const struct run_options *options);
void run_progress(const struct run *run, struct run_progress *out);
/* Viewers that were begun are finished; no others are. */
void run_cancel(struct run *run);
/* Several threads may wait. */
void run_wait(struct run *run);
uint32_t run_count(const struct run *run);
/* Valid after run_wait, until run_free; NULL for a viewer that a cancelled run did not reach. */
const struct run_result *run_result(const struct run *run, uint32_t index);
/* Where the pairs went; all zero but `canonical` for the reference. After run_wait. */
void run_certificate(const struct run *run, struct certificate *out);
/* With `paranoid`: viewers whose counts, pool, picks or anchor are not the reference's, and one of
 * them (ROW_NONE: nobody). Anything but 0 is a bug in a bound. After run_wait. */
uint32_t run_differing(const struct run *run, uint32_t *viewer);
/* The same as an error that says how many, and names the one. */
bool run_agrees(const struct run *run, struct err *err) MUST_CHECK;
/* XXH3-128 over the offers of all results in order: ids, bits of raw and final, themes. After
 * run_wait. Rows and counts do not enter it, so that it stays the same when people are loaded in
 * another order. 32 lower-case hex digits and the NUL. */
enum { RUN_DIGEST_TEXT = 33 };
void run_digest(const struct run *run, char text[RUN_DIGEST_TEXT]);
/* Waits first; cancel before for a quick end. */
void run_free(struct run *run);

#endif
