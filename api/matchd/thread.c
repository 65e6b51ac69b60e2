#include "api/matchd/thread.h"

#include "api/matchd/timing.h"

#include <signal.h>
#include <time.h>

void thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *argument) {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int rc = pthread_create(thread, NULL, run, argument);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    ASSERT(rc == 0);
    pthread_setname_np(*thread, name);
}

/* Looks every millisecond: pthread_timedjoin_np counts by the time of day, which may jump, and
 * pthread_clockjoin_np is unknown to ThreadSanitizer. */
bool thread_join(pthread_t thread, int64_t until_us) {
    static const struct timespec pause = {.tv_nsec = 1000000};
    while (pthread_tryjoin_np(thread, NULL) != 0) {
        if (timing_us() >= until_us)
            return false;
        nanosleep(&pause, NULL);
    }
    return true;
}
