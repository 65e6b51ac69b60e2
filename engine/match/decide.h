/* Picks and anchor from intervals: the same choices as offer_pick over the canonical pool (pick.c),
 * with few of the pool scored.
 *
 * A batch stores three offers and an anchor, not 64 ordered rows. Every candidate comes with an
 * interval of raw; similarities get intervals from the integer tables and int8 vectors. A choice
 * among intervals is certain when one candidate's lower end is above all other upper ends; who
 * stands in the way of certainty is looked at by int16 vectors, then scored canonically, and
 * compared to the bit. A choice that may lie outside the K best is refused: the caller falls back.
 */
#ifndef MATCHD_ENGINE_MATCH_DECIDE_H
#define MATCHD_ENGINE_MATCH_DECIDE_H

#include "engine/match/offer.h"
#include "engine/match/sweep.h"

/* A thread's working memory. */
struct decision;
struct decision *decision_new(const struct search *search);
void decision_free(struct decision *decision);

/* A hint that the viewer at `position`, whose candidates are settled, will be decided soon. */
void decision_fetch(const struct decision *decision, uint32_t position);
/* Before each `decide`: the viewer's offerable specials, scored. The array must live until `decide`
 * returns. */
void decision_specials(struct decision *decision, const struct ranked *specials, uint32_t count);
/* Picks and anchor of the viewer at `position`, from its settled candidates. False: not decidable
 * in this way, `result` is then as it was. *canonical grows by the ordered pairs scored. */
bool decide(struct decision *decision, uint32_t position, struct viewer_result *result,
            uint64_t *canonical) MUST_CHECK;

#endif
