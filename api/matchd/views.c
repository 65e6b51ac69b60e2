/* A short list under one lock; a view is made outside of it. */
#include "api/matchd/views.h"

#include "engine/base/mem.h"
#include "engine/base/pool.h"

#include <pthread.h>
#include <stdlib.h>

struct entry {
    struct entry *next;
    struct batch batch;
    struct frame frame; /* view NULL while it is being made */
    uint32_t pins;
    uint64_t used; /* the last use, for forgetting the oldest */
};

struct views {
    struct views_options options;
    pthread_mutex_t lock;
    pthread_cond_t made;
    struct entry *first;
    uint64_t uses;
    struct entry *standing; /* pinned by the views themselves */
    struct pool *renewal;   /* one thread that makes the next standing view, or made the last */
    instant_t renew_to;
};

static void frame_make(struct frame *frame, const struct views_options *options,
                       struct batch batch) {
    struct view *view = view_new_by(options->population, options->config, batch, options->threads);
    if (options->kernels != NULL)
        frame->tiles = tiles_new(view, options->threads);
    if (frame->tiles != NULL && options->kernels->visual == VISUAL_BLAS)
        tiles_add_floats(frame->tiles, options->threads);
    if (frame->tiles != NULL)
        frame->finder = finder_new(frame->tiles, options->kernels);
    frame->view = view;
}

static void frame_release(struct frame *frame) {
    finder_free(frame->finder);
    tiles_free(frame->tiles);
    view_free(frame->view);
}

struct views *views_new(const struct views_options *options) {
    struct views *views = mem_array(1, sizeof *views);
    views->options = *options;
    pthread_mutex_init(&views->lock, NULL);
    pthread_cond_init(&views->made, NULL);
    return views;
}

void views_free(struct views *views) {
    if (views == NULL)
        return;
    pool_free(views->renewal);
    if (views->standing != NULL)
        views->standing->pins--;
    struct entry *entry = views->first;
    while (entry != NULL) {
        struct entry *next = entry->next;
        ASSERT(entry->pins == 0);
        frame_release(&entry->frame);
        free(entry);
        entry = next;
    }
    pthread_cond_destroy(&views->made);
    pthread_mutex_destroy(&views->lock);
    free(views);
}

/* Under the lock. */
static struct entry *find(struct views *views, struct batch batch) {
    struct entry *entry = views->first;
    while (entry != NULL && (entry->batch.date != batch.date || entry->batch.at != batch.at))
        entry = entry->next;
    return entry;
}

/* The entry of a batch, pinned and made. */
static struct entry *pin_entry(struct views *views, struct batch batch) {
    pthread_mutex_lock(&views->lock);
    struct entry *entry = find(views, batch);
    if (entry != NULL) {
        entry->pins++;
        while (entry->frame.view == NULL)
            pthread_cond_wait(&views->made, &views->lock);
        pthread_mutex_unlock(&views->lock);
        return entry;
    }
    entry = mem_array(1, sizeof *entry);
    entry->batch = batch;
    entry->pins = 1;
    entry->next = views->first;
    views->first = entry;
    pthread_mutex_unlock(&views->lock);

    struct frame frame = {NULL, NULL, NULL};
    frame_make(&frame, &views->options, batch);
    pthread_mutex_lock(&views->lock);
    entry->frame = frame;
    pthread_cond_broadcast(&views->made);
    pthread_mutex_unlock(&views->lock);
    return entry;
}

const struct frame *views_pin(struct views *views, struct batch batch) {
    return &pin_entry(views, batch)->frame;
}

/* A clock without one of its own: the last full minute, UTC. */
static struct batch standing_batch(instant_t now) {
    instant_t at = now - now % (VIEWS_STANDING_SECONDS * INT64_C(1000000));
    return (struct batch){.date = date_of_instant(at), .at = at};
}

/* Makes a new standing view; the old one loses the views' own pin. */
static void renew(void *ctx, uint32_t index) {
    struct views *views = ctx;
    (void)index;
    struct entry *entry = pin_entry(views, standing_batch(views->renew_to));
    pthread_mutex_lock(&views->lock);
    struct entry *old = views->standing;
    views->standing = entry;
    pthread_mutex_unlock(&views->lock);
    if (old != NULL)
        views_unpin(views, &old->frame);
}

/* Under the lock: begins a renewal unless one is under way; returns a finished one, to be freed. */
static struct pool *begin_renewal(struct views *views, instant_t now) {
    struct pool *done = views->renewal;
    if (done != NULL && !pool_finished(done))
        return NULL;
    views->renew_to = now;
    views->renewal = pool_start(1, 1, renew, views);
    return done;
}

const struct frame *views_pin_standing(struct views *views, instant_t now) {
    pthread_mutex_lock(&views->lock);
    struct entry *entry = views->standing;
    struct pool *done = NULL;
    if (entry != NULL) {
        entry->pins++;
        if (now - entry->batch.at >= VIEWS_STANDING_SECONDS * INT64_C(1000000))
            done = begin_renewal(views, now);
    }
    pthread_mutex_unlock(&views->lock);
    pool_free(done);
    if (entry != NULL)
        return &entry->frame;
    views->renew_to = now;
    renew(views, 0);
    return views_pin_standing(views, now);
}

/* Under the lock: takes the entry out of the list that nobody has used for longest, if there are
 * more unused ones than are to be kept. */
static struct entry *forget(struct views *views) {
    uint32_t unused = 0;
    struct entry **oldest = NULL;
    for (struct entry **at = &views->first; *at != NULL; at = &(*at)->next) {
        if ((*at)->pins > 0)
            continue;
        unused++;
        if (oldest == NULL || (*at)->used < (*oldest)->used)
            oldest = at;
    }
    if (unused <= VIEWS_KEPT)
        return NULL;
    struct entry *entry = *oldest;
    *oldest = entry->next;
    return entry;
}

void views_unpin(struct views *views, const struct frame *frame) {
    pthread_mutex_lock(&views->lock);
    struct entry *entry = views->first;
    while (entry != NULL && &entry->frame != frame)
        entry = entry->next;
    ASSERT(entry != NULL && entry->pins > 0);
    entry->pins--;
    entry->used = ++views->uses;
    struct entry *gone = forget(views);
    pthread_mutex_unlock(&views->lock);
    if (gone != NULL) {
        frame_release(&gone->frame);
        free(gone);
    }
}
