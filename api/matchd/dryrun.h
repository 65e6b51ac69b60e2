/* Dry runs: runs whose results are kept in memory to be paged through.
 *
 * A dry run pins its generation and its view until it is dropped: ten minutes after it ended, or
 * earlier when a new one needs its place and its last page has been read, or nobody has read in it
 * for some seconds. At most DRYRUNS_MAX are kept; when none can be dropped, another is refused.
 *
 *     struct dryrun *run = dryruns_pin(dryruns, &id);     // NULL: no such run
 *     dryruns_state(dryruns, run, &state);
 *     if (state.progress.finished) ... run_result(run->run, i) ...
 *     dryruns_unpin(dryruns, run); */
#ifndef MATCHD_API_MATCHD_DRYRUN_H
#define MATCHD_API_MATCHD_DRYRUN_H

#include "api/matchd/certificate.h"
#include "api/matchd/generation.h"
#include "engine/match/run.h"

enum { DRYRUNS_MAX = 4, DRYRUN_KEPT_SECONDS = 600, DRYRUN_READ_SECONDS = 5 };

struct dryrun {
    struct uuid id;
    struct generation *generation;
    const struct frame *frame;
    const struct view *view; /* of the frame */
    struct run *run;
};

struct dryrun_state {
    struct run_progress progress;
    char digest[RUN_DIGEST_TEXT]; /* "" until it has finished */
    bool failed;                  /* a paranoid run found a difference: there is no result */
    struct err why;
    char certificate[CERTIFICATE_TEXT]; /* "" until it has finished well */
};

/* What a new one is made of. The pins of generation and frame are taken over. */
struct dryrun_order {
    struct generation *generation;
    const struct frame *frame;
    const struct kernels *kernels;
    uint32_t threads;
    bool paranoid;           /* everybody is scored by the reference as well */
    const uint32_t *viewers; /* rows in UUID order without repetition; NULL: everybody */
    uint32_t viewer_count;
};

struct dryruns;
struct dryruns *dryruns_new(struct epoch *epoch);
/* Nothing is pinned by then; what still runs is cancelled and waited for. */
void dryruns_free(struct dryruns *dryruns);
/* Asks every run to end soon. */
void dryruns_cancel(struct dryruns *dryruns);

/* Starts a run and pins it. NULL: all places are taken, and nothing was taken over. */
struct dryrun *dryruns_start(struct dryruns *dryruns, const struct dryrun_order *order);
struct dryrun *dryruns_pin(struct dryruns *dryruns, const struct uuid *id);
void dryruns_unpin(struct dryruns *dryruns, struct dryrun *run);
/* Of a pinned run. Once it says finished, the results may be read. */
void dryruns_state(struct dryruns *dryruns, struct dryrun *run, struct dryrun_state *out);

/* Of a pinned run: its last page has been read. */
void dryruns_read_to_end(struct dryruns *dryruns, struct dryrun *run);

/* Drops what is past its time at `now_us` (monotonic). To be called every now and then. */
void dryruns_sweep(struct dryruns *dryruns, int64_t now_us);
uint32_t dryruns_count(const struct dryruns *dryruns);

#endif
