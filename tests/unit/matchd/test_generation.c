/* Protects: a pinned generation outlives what replaces it and is freed by the last pin; views are
 * made once per clock and shared; dry runs are bounded, pin their data, and are dropped in the
 * right order. Under AddressSanitizer a use after a release is seen. */
#include "api/matchd/dryrun.h"
#include "api/matchd/generation.h"
#include "api/matchd/timing.h"
#include "tests/support/people.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

static struct loaded world(uint32_t count) {
    struct people *people = people_new(0);
    for (uint32_t i = 0; i < count; i++)
        PERSON(people, .age = 25 + (int)(i % 5), .answers = "2:exclusive 4:6 5:3 13:moderate");
    struct loaded loaded = {.population = people_finish(people), .config = config_new_default()};
    return loaded;
}

static struct epoch epoch;

static uint64_t publish(uint32_t count) {
    struct loaded loaded = world(count);
    return epoch_publish(&epoch, &loaded, PEOPLE_NOW);
}

static const struct batch BATCH = {.date = PEOPLE_DATE, .at = PEOPLE_NOW};

Test(generation, a_pin_outlives_the_next) {
    epoch_init(&epoch);
    cr_assert_null(epoch_pin(&epoch));
    cr_assert_eq(publish(3), 1);
    struct generation *old = epoch_pin(&epoch);
    const struct frame *frame = views_pin(old->views, BATCH);
    cr_assert_eq(publish(5), 2);
    struct generation *new = epoch_pin(&epoch);
    cr_assert_eq(new->number, 2);
    cr_assert_eq(population_count(new->loaded.population), 5);
    cr_assert_eq(frame->view->count, 3);
    cr_assert_eq(population_count(old->loaded.population), 3);
    views_unpin(old->views, frame);
    epoch_unpin(&epoch, old);
    epoch_unpin(&epoch, new);
    epoch_release(&epoch);
}

Test(generation, views_are_shared_and_few) {
    epoch_init(&epoch);
    publish(4);
    struct generation *g = epoch_pin(&epoch);
    const struct frame *first = views_pin(g->views, BATCH);
    cr_assert_eq(views_pin(g->views, BATCH), first);
    views_unpin(g->views, first);
    views_unpin(g->views, first);
    cr_assert_eq(views_pin(g->views, BATCH), first, "kept for the next");
    /* Used ones are never forgotten, however many others come and go. */
    for (int i = 1; i < 20; i++) {
        struct batch later = {.date = PEOPLE_DATE + i, .at = PEOPLE_NOW};
        const struct frame *frame = views_pin(g->views, later);
        cr_assert_neq(frame, first);
        cr_assert_eq(frame->view->batch.date, PEOPLE_DATE + i);
        views_unpin(g->views, frame);
    }
    cr_assert_eq(views_pin(g->views, BATCH), first);
    views_unpin(g->views, first);
    views_unpin(g->views, first);
    epoch_unpin(&epoch, g);
    epoch_release(&epoch);
}

Test(generation, the_standing_view_follows_the_clock) {
    epoch_init(&epoch);
    publish(4);
    struct generation *g = epoch_pin(&epoch);
    const struct frame *frame = views_pin_standing(g->views, PEOPLE_NOW);
    instant_t first = frame->view->batch.at;
    cr_assert_leq(PEOPLE_NOW - first, VIEWS_STANDING_SECONDS * 1000000);
    views_unpin(g->views, frame);
    /* Ten minutes later: served at once by the old one, and by a new one before long. */
    instant_t later = PEOPLE_NOW + 600 * INT64_C(1000000);
    instant_t seen = first;
    static const struct timespec pause = {.tv_nsec = 1000000};
    for (int i = 0; i < 5000 && seen == first; i++) {
        frame = views_pin_standing(g->views, later);
        seen = frame->view->batch.at;
        views_unpin(g->views, frame);
        nanosleep(&pause, NULL);
    }
    cr_assert_leq(later - seen, VIEWS_STANDING_SECONDS * 1000000);
    epoch_unpin(&epoch, g);
    epoch_release(&epoch);
}

static void *pin_many(void *views) {
    for (int i = 0; i < 200; i++) {
        struct batch batch = {.date = PEOPLE_DATE + i % 7, .at = PEOPLE_NOW};
        const struct frame *frame = views_pin(views, batch);
        if (frame->view->batch.date != batch.date)
            return views;
        views_unpin(views, frame);
    }
    return NULL;
}

Test(generation, views_of_several_threads) {
    epoch_init(&epoch);
    publish(4);
    struct generation *g = epoch_pin(&epoch);
    pthread_t threads[4];
    for (size_t i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, pin_many, g->views);
    for (size_t i = 0; i < 4; i++) {
        void *wrong;
        pthread_join(threads[i], &wrong);
        cr_assert_null(wrong);
    }
    epoch_unpin(&epoch, g);
    epoch_release(&epoch);
}

/* ---- dry runs ------------------------------------------------------------------------------ */

static struct dryrun *start(struct dryruns *dryruns) {
    struct generation *g = epoch_pin(&epoch);
    struct dryrun_order order = {
        .generation = g, .frame = views_pin(g->views, BATCH), .threads = 2};
    struct dryrun *run = dryruns_start(dryruns, &order);
    if (run == NULL) {
        views_unpin(g->views, order.frame);
        epoch_unpin(&epoch, g);
    }
    return run;
}

static struct dryrun_state finished(struct dryruns *dryruns, struct dryrun *run) {
    static const struct timespec pause = {.tv_nsec = 1000000};
    struct dryrun_state state;
    for (;;) {
        dryruns_state(dryruns, run, &state);
        if (state.progress.finished)
            return state;
        nanosleep(&pause, NULL);
    }
}

Test(dryrun, results_and_digest, .timeout = 60) {
    epoch_init(&epoch);
    publish(12);
    struct dryruns *dryruns = dryruns_new(&epoch);
    struct dryrun *run = start(dryruns);
    struct uuid id = run->id;
    struct dryrun_state state = finished(dryruns, run);
    cr_assert_eq(state.progress.viewers, 12);
    cr_assert_eq(strlen(state.digest), 32);
    dryruns_unpin(dryruns, run);
    publish(2); /* the run's own generation stays */
    run = dryruns_pin(dryruns, &id);
    cr_assert_not_null(run);
    cr_assert_eq(run_count(run->run), 12);
    cr_assert_not_null(run_result(run->run, 11));
    dryruns_unpin(dryruns, run);
    id.bytes[0] ^= 1;
    cr_assert_null(dryruns_pin(dryruns, &id));
    dryruns_free(dryruns);
    epoch_release(&epoch);
}

Test(dryrun, dropped_ten_minutes_after_the_end, .timeout = 60) {
    epoch_init(&epoch);
    publish(6);
    struct dryruns *dryruns = dryruns_new(&epoch);
    struct dryrun *run = start(dryruns);
    struct uuid id = run->id;
    finished(dryruns, run);
    int64_t late = timing_us() + (int64_t)DRYRUN_KEPT_SECONDS * 1000000 + 1;
    dryruns_sweep(dryruns, late);
    cr_assert_eq(dryruns_count(dryruns), 1, "pinned, it stays");
    dryruns_unpin(dryruns, run);
    dryruns_sweep(dryruns, late - 100000000);
    cr_assert_eq(dryruns_count(dryruns), 1, "too early");
    dryruns_sweep(dryruns, late + 1000000);
    cr_assert_eq(dryruns_count(dryruns), 0);
    cr_assert_null(dryruns_pin(dryruns, &id));
    dryruns_free(dryruns);
    epoch_release(&epoch);
}

Test(dryrun, so_many_and_those_read_to_the_end_go_first, .timeout = 60) {
    epoch_init(&epoch);
    publish(6);
    struct dryruns *dryruns = dryruns_new(&epoch);
    struct dryrun *runs[DRYRUNS_MAX];
    struct uuid ids[DRYRUNS_MAX];
    for (size_t i = 0; i < DRYRUNS_MAX; i++) {
        runs[i] = start(dryruns);
        ids[i] = runs[i]->id;
        finished(dryruns, runs[i]);
    }
    cr_assert_null(start(dryruns), "all are pinned");
    for (size_t i = 0; i < DRYRUNS_MAX; i++)
        dryruns_unpin(dryruns, runs[i]);
    cr_assert_null(start(dryruns), "all have just been read");
    dryruns_unpin(dryruns, dryruns_pin(dryruns, &ids[2]));
    struct dryrun *run = dryruns_pin(dryruns, &ids[2]);
    dryruns_read_to_end(dryruns, run);
    dryruns_unpin(dryruns, run);
    run = start(dryruns);
    cr_assert_not_null(run);
    dryruns_unpin(dryruns, run);
    cr_assert_null(dryruns_pin(dryruns, &ids[2]));
    run = dryruns_pin(dryruns, &ids[0]);
    cr_assert_not_null(run);
    dryruns_unpin(dryruns, run);
    dryruns_free(dryruns);
    epoch_release(&epoch);
}
