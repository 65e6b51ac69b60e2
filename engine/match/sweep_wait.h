/* Pairs that int8 leaves over, until there are enough of them.
 *
 * A pair of tiles leaves one or two to a row, but the questionnaire is computed for sixteen people
 * against a row at once. So the pairs of a block of tiles wait, with their int16 dot products:
 *
 *   meetings   (b0, a0) (b0, a1) .. (b1, a0) ..       segments, as they came
 *   pairs      [.......][....][...........]           `enough` of them, or the block ends
 *                   sorted by row of the block, weighed sixteen at a time (kernel.h: weigh)
 *   segments   bound 3 and the lists, one by one, against limits as they are by then
 *
 * Limits only rise, so who waits is held against sharper ones; whom they drop now, they would have
 * dropped from the lists later. */
#ifndef MATCHD_ENGINE_MATCH_SWEEP_WAIT_H
#define MATCHD_ENGINE_MATCH_SWEEP_WAIT_H

#include "engine/match/sweep.h"

struct meeting;

struct waiting *sweep_wait_new(void);
void sweep_wait_free(struct waiting *waiting);
/* Settled when so many pairs wait; at most WAITING_ENOUGH, which it is at first. */
enum { WAITING_ENOUGH = 8192 };
void sweep_wait_settle_at(struct waiting *waiting, uint32_t enough);

/* Takes the sweep's survivors of a meeting, whose ways are all that is known of them; none are
 * left. */
void sweep_wait(struct sweep *sweep, const struct meeting *m);
/* Nobody waits any more. The tables of the rows of all who did must still be there. */
void sweep_settle(struct sweep *sweep);

#endif
