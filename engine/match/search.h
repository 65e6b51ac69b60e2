/* The fast search: the same pools as the reference, to the bit, with most pairs never scored.
 *
 * Candidates that bounds could not discard are scored canonically (pair.h), so what is ranked,
 * floored and picked is the contract's; what was discarded lies provably below the K-th best of its
 * viewer. */
#ifndef MATCHD_ENGINE_MATCH_SEARCH_H
#define MATCHD_ENGINE_MATCH_SEARCH_H

#include "engine/match/offer.h"
#include "engine/match/sweep.h"

/* One viewer (a row of the population): eligible, offerable, pool of at most `keep` best in order.
 * `sweep` belongs to a search of its own with exact_counts and keep. */
void search_viewer(struct sweep *sweep, uint32_t viewer, struct viewer_result *result);

/* Sweeps tile `a` against all tiles b >= a of a phase: those with (a + b) % 16 == 0 first, then the
 * others. */
enum { SEARCH_SAMPLE, SEARCH_REST, SEARCH_PHASES };
void search_tile(struct sweep *sweep, uint32_t a, int phase);
/* Between the phases: speculative limits from the sample. */
void search_guess(struct search *search);

/* After all sweeps: pool of a position, from its candidates. Repairs a failed guess. `pool` has
 * room for keep entries; returns how many. */
uint32_t search_settle(struct sweep *sweep, uint32_t position, struct ranked *pool);

#endif
