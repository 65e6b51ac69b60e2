/* The thread that looks for work: once a second, open ledger rows of cancelled runs, and runs that
 * lost their leader; with MATCHD_SCHEDULER=on the daily batches whose local time has come, and
 * offers that have expired.
 *
 * When a batch is due, and whether a run has no leader, the database says, by its clock and its
 * time zones (migrations, run_requests). A daemon claims one batch at a time, so that several
 * daemons share them. */
#ifndef MATCHD_API_MATCHD_SCHEDULER_H
#define MATCHD_API_MATCHD_SCHEDULER_H

#include "api/matchd/service.h"

struct scheduler;

struct scheduler *scheduler_start(struct service *service);
/* False: it did not end by `until_us` (monotonic). After service->stop is set. */
bool scheduler_stop(struct scheduler *scheduler, int64_t until_us) MUST_CHECK;
void scheduler_free(struct scheduler *scheduler);

#endif
