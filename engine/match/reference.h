/* The reference: one viewer against everybody, by brute force through pair.h. The oracle of faster
 * code, and what previews and dry runs of small populations are held against.
 *
 * Counts leave out the viewer. `eligible` are those who pass every gate and can be ranked;
 * `offerable` also pass the floors. */
#ifndef MATCHD_ENGINE_MATCH_REFERENCE_H
#define MATCHD_ENGINE_MATCH_REFERENCE_H

#include "engine/match/offer.h"

/* The counts and the pool of a viewer: the search that faster code replaces. Leaves picks and
 * anchor alone. */
void reference_search(const struct view *view, uint32_t viewer, struct viewer_result *result);
/* Counts, pool, picks and anchor of a viewer: reference_search, then offer_pick. A viewer outside
 * the population has nothing. */
void reference_viewer(const struct view *view, uint32_t viewer, struct viewer_result *result);
/* The first min(k, offerable) of the order of section 6, without picks and caps, into out[0..k).
 * Returns how many; *offerable and *eligible are the exact counts. */
uint32_t reference_preview(const struct view *view, uint32_t viewer, uint32_t k, struct ranked *out,
                           uint32_t *eligible, uint32_t *offerable);
/* The exact funnel and the best relaxation (funnel.c). */
void reference_funnel(const struct view *view, uint32_t viewer, struct funnel *out);

#endif
