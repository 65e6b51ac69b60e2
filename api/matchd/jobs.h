/* The batches that this daemon leads: claimed by a request or by the scheduler, executed one after
 * the other, their leases renewed by a thread of its own.
 *
 *   requests --claim--> [ queued | queued | ... ] --runner--> batch_execute
 *   scheduler                  ^
 *                        keeper: renews every lease at a third of its time
 *
 * What is claimed is in the database before jobs_claim returns: if this daemon dies, another takes
 * the batch over when the lease has run out. */
#ifndef MATCHD_API_MATCHD_JOBS_H
#define MATCHD_API_MATCHD_JOBS_H

#include "api/matchd/batch.h"

struct jobs;

/* Starts both threads. */
struct jobs *jobs_start(struct service *service);
/* False: a thread did not end by `until_us` (monotonic). After service->stop is set. */
bool jobs_stop(struct jobs *jobs, int64_t until_us) MUST_CHECK;
void jobs_free(struct jobs *jobs);

/* Claims a batch and, if this daemon leads it now, queues it. */
bool jobs_claim(struct jobs *jobs, struct pg_conn *conn, const struct ledger_batch *batch,
                struct ledger_claim *out, struct err *err) MUST_CHECK;
/* Nothing is queued or executed. */
bool jobs_idle(struct jobs *jobs);
/* How far a run is that this daemon leads. False: it leads no such run. */
bool jobs_state(struct jobs *jobs, const struct uuid *run, struct batch_state *out);
/* Makes a batch that this daemon leads write nothing more. */
void jobs_abandon(struct jobs *jobs, const struct uuid *run);

#endif
