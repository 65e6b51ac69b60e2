/* A few places under one lock. Runs are started, joined and freed outside of it. */
#include "api/matchd/dryrun.h"

#include "api/matchd/timing.h"
#include "engine/base/mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct place {
    struct dryrun run; /* run.run NULL: the place is free, or being filled */
    bool taken;
    bool joined;
    bool read_to_end;
    uint32_t pins;
    uint64_t number;           /* of the run, ascending */
    int64_t ended_us, read_us; /* ended 0: not yet */
    char digest[RUN_DIGEST_TEXT];
};

struct dryruns {
    struct epoch *epoch;
    pthread_mutex_t lock;
    struct place places[DRYRUNS_MAX];
    _Atomic uint32_t count;
    uint64_t started; /* under the lock */
};

struct dryruns *dryruns_new(struct epoch *epoch) {
    struct dryruns *dryruns = mem_array(1, sizeof *dryruns);
    dryruns->epoch = epoch;
    pthread_mutex_init(&dryruns->lock, NULL);
    return dryruns;
}

/* Without the lock: the place is out of everybody's reach. */
static void give_back(struct dryruns *dryruns, struct place *place) {
    run_cancel(place->run.run);
    run_wait(place->run.run);
    run_free(place->run.run);
    views_unpin(place->run.generation->views, place->run.frame);
    epoch_unpin(dryruns->epoch, place->run.generation);
}

void dryruns_free(struct dryruns *dryruns) {
    if (dryruns == NULL)
        return;
    for (size_t i = 0; i < DRYRUNS_MAX; i++) {
        ASSERT(dryruns->places[i].pins == 0);
        if (dryruns->places[i].taken)
            give_back(dryruns, &dryruns->places[i]);
    }
    pthread_mutex_destroy(&dryruns->lock);
    free(dryruns);
}

void dryruns_cancel(struct dryruns *dryruns) {
    pthread_mutex_lock(&dryruns->lock);
    for (size_t i = 0; i < DRYRUNS_MAX; i++)
        if (dryruns->places[i].run.run != NULL)
            run_cancel(dryruns->places[i].run.run);
    pthread_mutex_unlock(&dryruns->lock);
}

/* Under the lock: notes that a run has ended. */
static void note_end(struct place *place) {
    if (place->run.run == NULL || place->ended_us != 0)
        return;
    struct run_progress progress;
    run_progress(place->run.run, &progress);
    if (progress.finished)
        place->ended_us = place->read_us = timing_us();
}

/* Under the lock: may the run be dropped? `before_us` is the latest end that is old enough. */
static bool has_ended(struct place *place, int64_t before_us) {
    note_end(place);
    return place->taken && place->pins == 0 && place->ended_us != 0 && place->ended_us <= before_us;
}

/* Under the lock: empties a place; *out is to be given back. */
static void take_out(struct dryruns *dryruns, struct place *place, struct place *out) {
    *out = *place;
    *place = (struct place){0};
    atomic_fetch_sub(&dryruns->count, 1);
}

void dryruns_sweep(struct dryruns *dryruns, int64_t now_us) {
    int64_t before_us = now_us - (int64_t)DRYRUN_KEPT_SECONDS * 1000000;
    for (size_t i = 0; i < DRYRUNS_MAX; i++) {
        struct place old;
        pthread_mutex_lock(&dryruns->lock);
        bool out = has_ended(&dryruns->places[i], before_us);
        if (out)
            take_out(dryruns, &dryruns->places[i], &old);
        pthread_mutex_unlock(&dryruns->lock);
        if (out)
            give_back(dryruns, &old);
    }
}

/* Under the lock: the ended run that will be missed least: read to its end, else the oldest that
 * has not been read for long enough; NULL: none. */
static struct place *least_missed(struct dryruns *dryruns) {
    int64_t now_us = timing_us();
    int64_t before_us = now_us - (int64_t)DRYRUN_READ_SECONDS * 1000000;
    struct place *least = NULL;
    for (size_t i = 0; i < DRYRUNS_MAX; i++) {
        struct place *at = &dryruns->places[i];
        if (!has_ended(at, now_us) || (!at->read_to_end && at->read_us > before_us))
            continue;
        bool sooner =
            least == NULL ||
            (at->read_to_end == least->read_to_end ? at->number < least->number : at->read_to_end);
        if (sooner)
            least = at;
    }
    return least;
}

/* A free place, taken; if there is none, that of the run that will be missed least. */
static struct place *take_place(struct dryruns *dryruns, struct place *old, bool *dropped) {
    struct place *place = NULL;
    *dropped = false;
    pthread_mutex_lock(&dryruns->lock);
    for (size_t i = 0; i < DRYRUNS_MAX && place == NULL; i++)
        if (!dryruns->places[i].taken)
            place = &dryruns->places[i];
    if (place == NULL && (place = least_missed(dryruns)) != NULL) {
        take_out(dryruns, place, old);
        *dropped = true;
    }
    if (place != NULL) {
        place->taken = true;
        place->pins = 1;
        place->number = ++dryruns->started;
        atomic_fetch_add(&dryruns->count, 1);
    }
    pthread_mutex_unlock(&dryruns->lock);
    return place;
}

/* Version 4: random. */
static void random_id(struct uuid *id) {
    ssize_t n = getrandom(id->bytes, sizeof id->bytes, 0);
    ASSERT(n == (ssize_t)sizeof id->bytes);
    id->bytes[6] = (uint8_t)((id->bytes[6] & 0x0f) | 0x40);
    id->bytes[8] = (uint8_t)((id->bytes[8] & 0x3f) | 0x80);
}

struct dryrun *dryruns_start(struct dryruns *dryruns, const struct dryrun_order *order) {
    struct place old;
    bool dropped;
    struct place *place = take_place(dryruns, &old, &dropped);
    if (dropped)
        give_back(dryruns, &old);
    if (place == NULL)
        return NULL;
    struct run_options options = {.viewers = order->viewers,
                                  .viewer_count = order->viewer_count,
                                  .threads = order->threads,
                                  .tiles = order->frame->tiles,
                                  .kernels = order->kernels,
                                  .exact_counts = true,
                                  .paranoid = order->paranoid};
    struct dryrun run = {
        .generation = order->generation, .frame = order->frame, .view = order->frame->view};
    random_id(&run.id);
    run.run = run_start(order->frame->view, &options);
    pthread_mutex_lock(&dryruns->lock);
    place->run = run;
    pthread_mutex_unlock(&dryruns->lock);
    return &place->run;
}

struct dryrun *dryruns_pin(struct dryruns *dryruns, const struct uuid *id) {
    struct dryrun *run = NULL;
    pthread_mutex_lock(&dryruns->lock);
    for (size_t i = 0; i < DRYRUNS_MAX && run == NULL; i++) {
        struct place *place = &dryruns->places[i];
        if (place->run.run == NULL || !uuid_same(&place->run.id, id))
            continue;
        note_end(place);
        place->pins++;
        if (place->ended_us != 0)
            place->read_us = timing_us();
        run = &place->run;
    }
    pthread_mutex_unlock(&dryruns->lock);
    return run;
}

static struct place *place_of(struct dryruns *dryruns, const struct dryrun *run) {
    for (size_t i = 0; i < DRYRUNS_MAX; i++)
        if (&dryruns->places[i].run == run)
            return &dryruns->places[i];
    ASSERT(false);
    return NULL;
}

void dryruns_unpin(struct dryruns *dryruns, struct dryrun *run) {
    pthread_mutex_lock(&dryruns->lock);
    struct place *place = place_of(dryruns, run);
    ASSERT(place->pins > 0);
    place->pins--;
    pthread_mutex_unlock(&dryruns->lock);
}

void dryruns_state(struct dryruns *dryruns, struct dryrun *run, struct dryrun_state *out) {
    *out = (struct dryrun_state){0};
    run_progress(run->run, &out->progress);
    if (!out->progress.finished)
        return;
    pthread_mutex_lock(&dryruns->lock);
    struct place *place = place_of(dryruns, run);
    note_end(place);
    if (!place->joined)
        run_wait(run->run); /* at once: it has finished */
    place->joined = true;
    memcpy(out->digest, place->digest, sizeof out->digest);
    pthread_mutex_unlock(&dryruns->lock);
    out->failed = !run_agrees(run->run, &out->why);
    if (out->failed || out->progress.cancelled)
        return;
    struct certificate certificate;
    run_certificate(run->run, &certificate);
    certificate_json(&certificate, run->view, out->certificate);
    if (out->digest[0] != '\0')
        return;
    run_digest(run->run, out->digest);
    pthread_mutex_lock(&dryruns->lock);
    memcpy(place->digest, out->digest, sizeof place->digest);
    pthread_mutex_unlock(&dryruns->lock);
}

void dryruns_read_to_end(struct dryruns *dryruns, struct dryrun *run) {
    pthread_mutex_lock(&dryruns->lock);
    place_of(dryruns, run)->read_to_end = true;
    pthread_mutex_unlock(&dryruns->lock);
}

uint32_t dryruns_count(const struct dryruns *dryruns) {
    return atomic_load(&dryruns->count);
}
