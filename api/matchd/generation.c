#include "api/matchd/generation.h"

#include "engine/base/mem.h"

#include <stdlib.h>

void epoch_init(struct epoch *epoch) {
    *epoch = (struct epoch){0};
    pthread_mutex_init(&epoch->lock, NULL);
}

static void generation_free(struct generation *generation) {
    views_free(generation->views);
    loaded_release(&generation->loaded);
    free(generation);
}

void epoch_release(struct epoch *epoch) {
    if (epoch->current != NULL) {
        ASSERT(epoch->current->pins == 1);
        generation_free(epoch->current);
    }
    pthread_mutex_destroy(&epoch->lock);
    *epoch = (struct epoch){0};
}

uint64_t epoch_publish(struct epoch *epoch, const struct loaded *loaded, instant_t as_of) {
    struct generation *generation = mem_array(1, sizeof *generation);
    generation->loaded = *loaded;
    generation->as_of = as_of;
    const struct views_options options = {.population = loaded->population,
                                          .config = loaded->config,
                                          .kernels = epoch->kernels,
                                          .threads = epoch->threads};
    generation->views = views_new(&options);
    views_unpin(generation->views, views_pin_standing(generation->views, as_of));
    generation->pins = 1;
    pthread_mutex_lock(&epoch->lock);
    struct generation *before = epoch->current;
    uint64_t number = ++epoch->published;
    generation->number = number;
    epoch->current = generation;
    pthread_mutex_unlock(&epoch->lock);
    if (before != NULL)
        epoch_unpin(epoch, before);
    return number;
}

struct generation *epoch_pin(struct epoch *epoch) {
    pthread_mutex_lock(&epoch->lock);
    struct generation *generation = epoch->current;
    if (generation != NULL)
        generation->pins++;
    pthread_mutex_unlock(&epoch->lock);
    return generation;
}

void epoch_unpin(struct epoch *epoch, struct generation *generation) {
    pthread_mutex_lock(&epoch->lock);
    ASSERT(generation->pins > 0);
    bool last = --generation->pins == 0;
    pthread_mutex_unlock(&epoch->lock);
    if (last)
        generation_free(generation);
}
