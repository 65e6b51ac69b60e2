/* Several connections that write what a run finds: each claims the ledger rows of chunks of viewers
 * while the engine still scores, then publishes chunk after chunk.
 *
 *     claim   | 0 1 2 3 4 ... |                 | 0 1 2 3 ... | publish
 *     scoring |===================== run ======>|
 *
 * A chunk is a transaction, tried again where that may help: of 1000 to 4000 viewers, as large as
 * leaves every lane several, and as many as any other lane. Large ones cost less a row, and hold
 * people's locks for longer. The first failure that does not pass ends all lanes. */
#ifndef MATCHD_API_MATCHD_LANES_H
#define MATCHD_API_MATCHD_LANES_H

#include "api/matchd/batch.h"

struct lanes_order {
    struct service *service;
    struct batch_work *batch; /* its counters are kept up to date */
    const struct view *view;
    struct lease lease;
    const struct uuid *viewers; /* in UUID order */
    uint32_t count;
    bool with_anchor;
};

struct lanes;
/* Begins to claim. The order's pointers outlive the lanes. */
struct lanes *lanes_start(const struct lanes_order *order);
/* The run has finished: its results, in the order of the viewers, may be published. */
void lanes_publish(struct lanes *lanes, const struct run *run);
/* Has something failed for good? */
bool lanes_failed(struct lanes *lanes);
void lanes_abandon(struct lanes *lanes);
/* Until all is published, or it failed: false with *err and *failure. */
bool lanes_wait(struct lanes *lanes, enum ledger_failure *failure, struct err *err) MUST_CHECK;
/* From the start until the last ledger row was claimed. After lanes_wait, as what follows. */
double lanes_claim_seconds(const struct lanes *lanes);
void lanes_free(struct lanes *lanes);

#endif
