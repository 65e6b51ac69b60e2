/* The reference: one viewer against everybody, by brute force through pair.h. The oracle of faster code, and what
 * previews and dry runs of small populations are held against. */
#ifndef MATCHD_ENGINE_MATCH_REFERENCE_H
#define MATCHD_ENGINE_MATCH_REFERENCE_H

#include "engine/match/offer.h"

/* Counts, pool, picks and anchor of a viewer. A viewer outside the population has nothing. */
void reference_viewer(const struct view *view, uint32_t viewer, struct viewer_result *result);
/* The first min(k, offerable) of the order of section 6, without picks and caps. Returns how many; *offerable and
 * *eligible are the exact counts. */
uint32_t reference_preview(const struct view *view, uint32_t viewer, uint32_t k, struct ranked *out,
                           uint32_t *eligible, uint32_t *offerable);
/* The exact funnel and the best relaxation. */
void reference_funnel(const struct view *view, uint32_t viewer, struct funnel *out);

#endif
