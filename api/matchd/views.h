/* The views of one generation: prepared once per (date, now), shared by the requests that ask for
 * the same clock, kept for the next while they are among the last few.
 *
 * Two requests that ask for a view that is not there yet make it once: the second waits. Requests
 * that bring no clock share the *standing* view: it is made before the generation serves, and made
 * anew in the background once it is a minute old, so that nobody waits for it. */
#ifndef MATCHD_API_MATCHD_VIEWS_H
#define MATCHD_API_MATCHD_VIEWS_H

#include "engine/match/finder.h"
#include "engine/match/view.h"

enum { VIEWS_KEPT = 3 /* that nobody uses */, VIEWS_STANDING_SECONDS = 60 };

/* A view, packed for the fast search. `tiles` and `finder` are NULL where the questionnaire has no
 * such form: the reference serves then. */
struct frame {
    struct view *view;
    struct tiles *tiles;
    struct finder *finder;
};

struct views_options {
    const struct population *population;
    const struct config *config;
    const struct kernels *kernels;
    uint32_t threads; /* that pack tiles */
};

struct views;

/* What the options point at outlives the views. */
struct views *views_new(const struct views_options *options);
/* Nothing is pinned by then. */
void views_free(struct views *views);

const struct frame *views_pin(struct views *views, struct batch batch);
/* The standing view: of a clock at most a little over a minute behind `now`. */
const struct frame *views_pin_standing(struct views *views, instant_t now);
void views_unpin(struct views *views, const struct frame *frame);

#endif
