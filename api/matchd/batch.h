/* One batch that this daemon leads: from its claim to its last row.
 *
 *   queued -> loading     data that was read after the claim
 *          -> preparing   the view of (date, t), tiles; who is still to be served
 *          -> scoring     the engine; meanwhile the ledger rows are claimed
 *          -> publishing  by chunks, over several connections
 *          -> ended
 *
 * Everything that is written carries the lease's fence. When the lease is lost (another daemon took
 * over, or somebody cancelled the run) the work stops and writes nothing more. A batch that fails
 * is noted as failed and tried again later by whoever takes it over. */
#ifndef MATCHD_API_MATCHD_BATCH_H
#define MATCHD_API_MATCHD_BATCH_H

#include "api/matchd/service.h"
#include "engine/match/run.h"
#include "storage/ledger.h"

enum { ZONE_TEXT = 64 };

enum batch_stage {
    BATCH_QUEUED,
    BATCH_LOADING,
    BATCH_PREPARING,
    BATCH_SCORING,
    BATCH_PUBLISHING,
    BATCH_ENDED
};
/* "queued", "loading", ... */
const char *batch_stage_name(enum batch_stage stage);

struct batch_work {
    date_t date;
    char zone[ZONE_TEXT];
    instant_t as_of;
    int64_t claimed_us; /* monotonic */
    atomic_int stage;
    atomic_bool lost; /* write nothing more */
    _Atomic uint32_t viewers, viewers_done, served_before, offers, dropped;
    pthread_mutex_t lock;
    struct lease lease; /* under the lock: the run may go on under another id */
    struct run *run;    /* under the lock: while it scores; else NULL */
    /* Of the jobs that hold it. */
    struct batch_work *next;
    uint32_t pins;
};

struct batch_work *batch_new(const struct ledger_batch *asked, const struct ledger_claim *claim);
void batch_free(struct batch_work *batch);
/* Blocks until the batch has ended, one way or another. */
void batch_execute(struct service *service, struct batch_work *batch);

struct lease batch_lease(struct batch_work *batch);

struct batch_state {
    enum batch_stage stage;
    uint32_t viewers, viewers_done, served_before, offers, dropped;
    uint64_t pairs; /* ordered, considered so far */
    double share;   /* of the work, 0 to 1 */
    double seconds; /* since the claim */
    double scoring_seconds;
};
void batch_state(struct batch_work *batch, struct batch_state *out);

#endif
