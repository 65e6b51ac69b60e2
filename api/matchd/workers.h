/* The threads that execute requests: take a job, run its verb, hand the reply to the front.
 *
 * A job whose deadline has passed is answered DEADLINE_EXCEEDED without being executed. Workers end
 * when the queue is closed and empty. */
#ifndef MATCHD_API_MATCHD_WORKERS_H
#define MATCHD_API_MATCHD_WORKERS_H

#include "api/matchd/job.h"
#include "api/matchd/service.h"

/* Executes a job in the calling thread and leaves its answer in it. */
void workers_execute(struct service *service, struct job *job);

struct workers;
struct workers *workers_start(struct service *service, uint32_t count);
/* After queue_close(service->work). False: a thread had not ended by `until_us` (monotonic). */
bool workers_join(struct workers *workers, int64_t until_us) MUST_CHECK;
void workers_free(struct workers *workers);

#endif
