/* Visual affinity and modes: scoring.md section 4. */
#ifndef MATCHD_ENGINE_MATCH_AFFINITY_H
#define MATCHD_ENGINE_MATCH_AFFINITY_H

#include "engine/match/pair.h"

/* Both have the visual signal. */
bool affinity_known(const struct view *view, uint32_t a, uint32_t b);
/* affinity(a -> b): a's taste against b's pictures. Only where affinity_known. */
double affinity_of(const struct view *view, uint32_t a, uint32_t b);
/* Full or provisional. */
enum mode pair_mode(const struct view *view, uint32_t a, uint32_t b, bool deferred);

#endif
