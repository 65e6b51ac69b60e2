#include "api/matchd/batch.h"

#include "api/matchd/batch_steps.h"
#include "api/matchd/timing.h"
#include "engine/base/mem.h"

#include <stdio.h>
#include <stdlib.h>

const char *batch_stage_name(enum batch_stage stage) {
    static const char *const names[] = {
        [BATCH_QUEUED] = "queued",         [BATCH_LOADING] = "loading",
        [BATCH_PREPARING] = "preparing",   [BATCH_SCORING] = "scoring",
        [BATCH_PUBLISHING] = "publishing", [BATCH_ENDED] = ""};
    ASSERT((unsigned)stage < ARRAY_LEN(names));
    return names[stage];
}

struct batch_work *batch_new(const struct ledger_batch *asked, const struct ledger_claim *claim) {
    struct batch_work *batch = mem_array(1, sizeof *batch);
    batch->date = asked->date;
    snprintf(batch->zone, sizeof batch->zone, "%s", asked->timezone);
    batch->as_of = claim->as_of;
    batch->claimed_us = timing_us();
    batch->lease = (struct lease){.run = claim->run, .fence = claim->fence};
    pthread_mutex_init(&batch->lock, NULL);
    return batch;
}

void batch_free(struct batch_work *batch) {
    pthread_mutex_destroy(&batch->lock);
    free(batch);
}

struct lease batch_lease(struct batch_work *batch) {
    pthread_mutex_lock(&batch->lock);
    struct lease lease = batch->lease;
    pthread_mutex_unlock(&batch->lock);
    return lease;
}

/* Scoring and publishing take about as long as each other. */
static double share_of(const struct batch_state *state, double scored) {
    switch (state->stage) {
    case BATCH_SCORING: return scored / 2;
    case BATCH_PUBLISHING:
        return state->viewers == 0 ? 1.0 : 0.5 + 0.5 * (double)state->viewers_done / state->viewers;
    case BATCH_ENDED: return 1.0;
    default: return 0.0;
    }
}

void batch_state(struct batch_work *batch, struct batch_state *out) {
    struct run_progress progress = {0};
    pthread_mutex_lock(&batch->lock);
    if (batch->run != NULL)
        run_progress(batch->run, &progress);
    pthread_mutex_unlock(&batch->lock);
    *out = (struct batch_state){.stage = (enum batch_stage)atomic_load(&batch->stage),
                                .viewers = atomic_load(&batch->viewers),
                                .viewers_done = atomic_load(&batch->viewers_done),
                                .served_before = atomic_load(&batch->served_before),
                                .offers = atomic_load(&batch->offers),
                                .dropped = atomic_load(&batch->dropped),
                                .pairs = progress.pairs,
                                .scoring_seconds = progress.seconds,
                                .seconds = (double)(timing_us() - batch->claimed_us) / 1e6};
    out->share = share_of(out, progress.share);
}

void batch_execute(struct service *service, struct batch_work *batch) {
    batch_steps(service, batch);
    atomic_store(&batch->stage, BATCH_ENDED);
}
