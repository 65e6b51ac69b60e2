/* Generations of data: a population and a configuration, loaded together, used together.
 *
 * A reload makes a new generation while the old one serves, and publishes it; who reads pins the
 * current one and keeps it for as long as the pin lasts, whatever is published meanwhile. A
 * generation is freed by whoever gives up the last pin, the epoch itself holding one on the
 * current generation.
 *
 *     struct generation *g = epoch_pin(&epoch);       // NULL before the first load
 *     const struct frame *frame = views_pin(g->views, batch);
 *     ...
 *     views_unpin(g->views, frame);
 *     epoch_unpin(&epoch, g); */
#ifndef MATCHD_API_MATCHD_GENERATION_H
#define MATCHD_API_MATCHD_GENERATION_H

#include "api/matchd/views.h"
#include "storage/loader.h"

#include <pthread.h>

struct generation {
    uint64_t number;      /* from 1 */
    instant_t as_of;      /* of the snapshot, by this machine's clock */
    struct loaded loaded; /* owned */
    struct views *views;
    uint32_t pins; /* under the epoch's lock */
};

struct epoch {
    pthread_mutex_t lock;
    struct generation *current;
    uint64_t published;
    /* How views are prepared: with NULL for kernels the reference serves. Set before the first
     * generation. */
    const struct kernels *kernels;
    uint32_t threads;
};

void epoch_init(struct epoch *epoch);
/* Nothing is pinned by then. */
void epoch_release(struct epoch *epoch);
/* Takes `loaded` over, prepares its standing view and makes it current; returns its number. */
uint64_t epoch_publish(struct epoch *epoch, const struct loaded *loaded, instant_t as_of);
struct generation *epoch_pin(struct epoch *epoch);
void epoch_unpin(struct epoch *epoch, struct generation *generation);

#endif
