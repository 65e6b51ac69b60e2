/* The thread that loads: once at the start, then whenever it is asked to. It makes a new generation
 * while the current one serves, publishes it, and answers those who asked.
 *
 * A load that is asked for while another is under way begins after it, since the one under way may
 * not see what the asker has just written; all who wait share the next. A failed load leaves the
 * current generation in use. */
#ifndef MATCHD_API_MATCHD_RELOAD_H
#define MATCHD_API_MATCHD_RELOAD_H

#include "api/matchd/job.h"
#include "api/matchd/service.h"

enum { RELOADS_WAITING = 16 };

/* Starts the thread and the first load. */
struct reload *reload_start(struct service *service);
/* Asks for a load; `job` is answered when it is done, NULL: nobody waits. False: too many wait, or
 * the daemon stops; then the job is still the caller's. */
bool reload_ask(struct reload *reload, struct job *job) MUST_CHECK;
/* Waits until data is in use whose loading began at or after `since_us` (monotonic), asking for a
 * load if need be. False with *err: that load failed, or the daemon stops. */
bool reload_wait(struct reload *reload, int64_t since_us, struct err *err) MUST_CHECK;
/* Did the first load fail? Then *err says why, and the daemon cannot serve. */
bool reload_failed(struct reload *reload, struct err *err);
/* Ends the thread (service->stop makes a load under way give up); false: it did not end by
 * `until_us` (monotonic). */
bool reload_stop(struct reload *reload, int64_t until_us) MUST_CHECK;
void reload_free(struct reload *reload);

#endif
