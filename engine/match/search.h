/* The fast search: the same pools as the reference, to the bit, with most pairs never scored.
 *
 * Candidates that bounds could not discard are scored canonically (pair.h), so what is ranked,
 * floored and picked is the contract's; what was discarded lies provably below the K-th best of its
 * viewer. */
#ifndef MATCHD_ENGINE_MATCH_SEARCH_H
#define MATCHD_ENGINE_MATCH_SEARCH_H

#include "engine/match/offer.h"
#include "engine/match/sweep.h"

/* When to give up: asked every few tiles. NULL in place of it, or no function: never. */
struct patience {
    bool (*expired)(void *ctx);
    void *ctx;
};

/* One viewer (a row of the population): eligible, offerable, pool of the `keep` best in order.
 * `sweep` belongs to a search with exact_counts whose viewers are searched one by one. False: given
 * up. */
bool search_viewer(struct sweep *sweep, uint32_t viewer, const struct patience *patience,
                   struct viewer_result *result);

/* Sweeps SWEEP_BLOCK tiles from `first` on against those tiles after each that belong to a phase: a
 * sample of 1/256 of all pairs of tiles, then more up to 1/64, 1/16 and 1/4, then the rest. */
enum { SEARCH_PHASES = 5 };
void search_block(struct sweep *sweep, uint32_t first, int phase);
/* After a phase but the last: speculative limits of a tile's viewers from the sample seen so far.
 */
void search_guess(struct sweep *sweep, uint32_t tile, int phase);

/* After all sweeps: collects the candidates of a tile's viewers, for what follows, by position. */
void search_gather(struct sweep *sweep, uint32_t tile);
/* Drops who is not among the K best; searches anew if a guess failed. */
void search_close(struct sweep *sweep, uint32_t position);
/* The offerable among the pairs that stand apart from the order of raw, scored; counts them. At
 * most SPECIALS_MAX are written; returns how many there are. Once per viewer. */
enum { SPECIALS_MAX = 64 };
uint32_t search_specials(struct sweep *sweep, uint32_t position, struct ranked *out);
/* The pool, scored canonically and in order; `pool` has room for K. Specials are those of
 * search_specials, or, when there are more than SPECIALS_MAX, are scored again. Returns how many.
 */
uint32_t search_pool(struct sweep *sweep, uint32_t position, const struct ranked *specials,
                     uint32_t special_count, struct ranked *pool);
/* Scores the pool of a closed viewer, or of the one searched last, for the certificate: the K-th
 * best, and the limit below which bounds were discarded. */
void search_witness(struct sweep *sweep, uint32_t position);

#endif
