/* How alike a viewer's candidates are to one of them: sim(c, s) of section 6 as intervals, 64
 * candidates at a time.
 *
 * The candidates' answers are gathered into tiles of their own once per viewer; for each pick s its
 * integer tables (slots.h) and its int8 vector give intervals for all of them. */
#ifndef MATCHD_ENGINE_MATCH_ALIKE_H
#define MATCHD_ENGINE_MATCH_ALIKE_H

#include "engine/match/sweep.h"

struct similarity_interval {
    double lower, upper;
};

struct alike;
struct alike *alike_new(const struct search *search);
void alike_free(struct alike *alike);

/* The candidates of a viewer, at most DECIDE_MAX; the array must live as long as it is asked about.
 */
void alike_read(struct alike *alike, uint32_t viewer, uint32_t count, const uint32_t *positions);
/* Intervals for all of them against the candidate at position s. */
void alike_to(struct alike *alike, uint32_t s, struct similarity_interval *out);
/* Sum of E_i over the scored items that the viewer and this candidate both answered (section 3). */
int64_t alike_evidence(const struct alike *alike, uint32_t position);

#endif
