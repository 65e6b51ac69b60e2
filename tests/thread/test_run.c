/* A run under ThreadSanitizer: workers write results while others read progress, wait and cancel;
 * by tiles, the steps of a run keep apart, also when it is cancelled between two. A plain main; a
 * race ends it with the sanitizer's status, a wrong answer with 1. */
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "engine/match/run.h"
#include "tests/support/crowd.h"
#include "tests/support/kernel_case.h"

enum {
    PEOPLE = 120,
    PEOPLE_OF_TILES = 900,
    ITEMS = 5,
    WATCHERS = 2,
    CANCELLED = 60,
    STEP_NS = 400000
};

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

/* The digest of a run by tiles, cancelled after a while (0: not at all); returns how many people
 * were searched again. */
static uint64_t run_by_tiles(const struct tiles *tiles, long cancelled_ns,
                             char digest[RUN_DIGEST_TEXT]) {
    struct certificate certificate;
    struct run_options options = {.threads = 6, .tiles = tiles, .kernels = kernels_of(ISA_REF)};
    struct run *run = run_start(tiles->view, &options);
    struct timespec nap = {.tv_nsec = cancelled_ns};
    if (cancelled_ns > 0) {
        nanosleep(&nap, NULL);
        run_cancel(run);
    }
    run_wait(run);
    run_digest(run, digest);
    run_certificate(run, &certificate);
    run_free(run);
    return certificate.repaired;
}

/* A tile of each age. Who is alike stands four tiles apart, where a sample of every fourth pair of
 * tiles has all of them: guesses are too high, and people are searched again while others are
 * settled. */
static struct fixture *people_of_tiles(void) {
    struct draws draws = {22};
    struct fixture *f = fixture_new();
    uint32_t items[ITEMS];
    for (uint32_t i = 0; i < ITEMS; i++)
        items[i] = fixture_slider(f, "values", "H");
    fixture_set(f, "QUESTIONNAIRE_MIN_QUESTIONS", "1");
    for (uint32_t i = 0; i < PEOPLE_OF_TILES; i++) {
        struct person person = person_default(f);
        uint32_t tile = i / TILE_LANES;
        person.user.date_of_birth -= (int32_t)tile * 366;
        uint32_t row = fixture_add(f, &person), like = 1 + tile % 4 * 2;
        for (uint32_t k = 0; k < ITEMS; k++)
            fixture_slide(f, row, items[k], draw_chance(&draws, 0.5) ? like : 4);
    }
    return f;
}

static bool check_tiles(void) {
    struct fixture *f = people_of_tiles();
    struct run_options options = {.threads = 4};
    char expected[RUN_DIGEST_TEXT], digest[RUN_DIGEST_TEXT];
    struct run *run = run_start(fixture_view(f), &options);
    run_wait(run);
    run_digest(run, expected);
    run_free(run);
    struct tiles *tiles = tiles_new(fixture_view(f), 4);
    for (long i = 1; i <= CANCELLED; i++)
        (void)run_by_tiles(tiles, i * STEP_NS, digest);
    uint64_t repaired = run_by_tiles(tiles, 0, digest);
    tiles_free(tiles);
    fixture_free(f);
    return repaired > 0 && strcmp(expected, digest) == 0;
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
    fine = fine && check_tiles();
    if (!fine)
        fprintf(stderr, "progress went backwards, a result is missing, or digests differ\n");
    return fine ? 0 : 1;
}
