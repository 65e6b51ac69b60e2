/* The views of one generation: prepared once per (date, now), shared by the requests that ask for
 * the same clock, kept for the next while they are among the last few.
 *
 * Two requests that ask for a view that is not there yet make it once: the second waits. */
#ifndef MATCHD_API_MATCHD_VIEWS_H
#define MATCHD_API_MATCHD_VIEWS_H

#include "engine/match/view.h"

enum { VIEWS_KEPT = 3 /* that nobody uses */ };

struct views;

/* Population and configuration outlive the views. */
struct views *views_new(const struct population *population, const struct config *config);
/* Nothing is pinned by then. */
void views_free(struct views *views);

const struct view *views_pin(struct views *views, struct batch batch);
void views_unpin(struct views *views, const struct view *view);

#endif
