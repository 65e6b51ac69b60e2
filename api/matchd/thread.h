/* Threads of the daemon: named, all signals blocked (main waits for them), joined with a limit. */
#ifndef MATCHD_API_MATCHD_THREAD_H
#define MATCHD_API_MATCHD_THREAD_H

#include "engine/base/base.h"

#include <pthread.h>

/* `name` has at most 15 characters. Failing to start a thread ends the process. */
void thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *argument);
/* False: it has not ended by `until_us` (monotonic). */
bool thread_join(pthread_t thread, int64_t until_us) MUST_CHECK;

#endif
