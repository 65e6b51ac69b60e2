/* A run under ThreadSanitizer: workers write results while others read progress, wait and cancel. A
 * plain main; a race ends it with the sanitizer's status, a wrong answer with 1. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "engine/match/run.h"
#include "tests/support/crowd.h"

enum { PEOPLE = 120, WATCHERS = 2 };

struct watched {
    struct run *run;
    bool saw_backwards;
};

/* Progress never goes backwards, and results of a finished run are all there. */
static void *watch(void *argument) {
    struct watched *w = argument;
    struct run_progress before = {0}, now;
    do {
        run_progress(w->run, &now);
        if (now.viewers_done < before.viewers_done || now.offers < before.offers)
            w->saw_backwards = true;
        before = now;
    } while (!now.finished);
    run_wait(w->run);
    for (uint32_t i = 0; i < run_count(w->run); i++)
        if (run_result(w->run, i) == NULL && !now.cancelled)
            w->saw_backwards = true;
    return NULL;
}

static bool run_watched(const struct view *view, bool cancel, char digest[RUN_DIGEST_TEXT]) {
    struct run_options options = {.threads = 4};
    struct run *run = run_start(view, &options);
    struct watched watched[WATCHERS];
    pthread_t threads[WATCHERS];
    for (int i = 0; i < WATCHERS; i++) {
        watched[i] = (struct watched){.run = run};
        if (pthread_create(&threads[i], NULL, watch, &watched[i]) != 0)
            return false;
    }
    if (cancel)
        run_cancel(run);
    bool fine = true;
    for (int i = 0; i < WATCHERS; i++) {
        pthread_join(threads[i], NULL);
        fine = fine && !watched[i].saw_backwards;
    }
    run_digest(run, digest);
    run_free(run);
    return fine;
}

int main(void) {
    struct fixture *f = crowd_new(PEOPLE, 21, 0);
    const struct view *view = fixture_view(f);
    char first[RUN_DIGEST_TEXT], digest[RUN_DIGEST_TEXT];
    bool fine = run_watched(view, false, first);
    for (int round = 0; round < 5 && fine; round++) {
        fine = run_watched(view, false, digest) && strcmp(first, digest) == 0;
        fine = fine && run_watched(view, true, digest);
    }
    fixture_free(f);
    if (!fine)
        fprintf(stderr, "progress went backwards, a result is missing, or digests differ\n");
    return fine ? 0 : 1;
}
