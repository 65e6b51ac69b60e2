/* A short list under one lock; a view is made outside of it. */
#include "api/matchd/views.h"

#include "engine/base/mem.h"

#include <pthread.h>
#include <stdlib.h>

struct entry {
    struct entry *next;
    struct batch batch;
    struct view *view; /* NULL while it is being made */
    uint32_t pins;
    uint64_t used; /* the last use, for forgetting the oldest */
};

struct views {
    const struct population *population;
    const struct config *config;
    pthread_mutex_t lock;
    pthread_cond_t made;
    struct entry *first;
    uint64_t uses;
};

struct views *views_new(const struct population *population, const struct config *config) {
    struct views *views = mem_array(1, sizeof *views);
    views->population = population;
    views->config = config;
    pthread_mutex_init(&views->lock, NULL);
    pthread_cond_init(&views->made, NULL);
    return views;
}

void views_free(struct views *views) {
    if (views == NULL)
        return;
    struct entry *entry = views->first;
    while (entry != NULL) {
        struct entry *next = entry->next;
        ASSERT(entry->pins == 0);
        view_free(entry->view);
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

const struct view *views_pin(struct views *views, struct batch batch) {
    pthread_mutex_lock(&views->lock);
    struct entry *entry = find(views, batch);
    if (entry != NULL) {
        entry->pins++;
        while (entry->view == NULL)
            pthread_cond_wait(&views->made, &views->lock);
        pthread_mutex_unlock(&views->lock);
        return entry->view;
    }
    entry = mem_array(1, sizeof *entry);
    entry->batch = batch;
    entry->pins = 1;
    entry->next = views->first;
    views->first = entry;
    pthread_mutex_unlock(&views->lock);

    struct view *view = view_new(views->population, views->config, batch);
    pthread_mutex_lock(&views->lock);
    entry->view = view;
    pthread_cond_broadcast(&views->made);
    pthread_mutex_unlock(&views->lock);
    return view;
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

void views_unpin(struct views *views, const struct view *view) {
    pthread_mutex_lock(&views->lock);
    struct entry *entry = views->first;
    while (entry != NULL && entry->view != view)
        entry = entry->next;
    ASSERT(entry != NULL && entry->pins > 0);
    entry->pins--;
    entry->used = ++views->uses;
    struct entry *gone = forget(views);
    pthread_mutex_unlock(&views->lock);
    if (gone != NULL) {
        view_free(gone->view);
        free(gone);
    }
}
