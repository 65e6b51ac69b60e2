/* How alike a viewer's candidates are to one of them: sim(c, s) of section 6 as intervals, 64
 * candidates at a time; and how many answers they share with the viewer.
 *
 * The candidates' answers are gathered into tiles of their own once per viewer. For each pick s its
 * integer tables (slots.h) give intervals of the questionnaire's half of sim for all of them; the
 * other half, of vectors, lies between 0 and 1/2 until an int8 dot product is asked for. */
#ifndef MATCHD_ENGINE_MATCH_ALIKE_H
#define MATCHD_ENGINE_MATCH_ALIKE_H

#include "engine/match/sweep.h"

struct similarity_interval {
    double lower, upper;
};

struct alike;
struct alike *alike_new(const struct search *search);
void alike_free(struct alike *alike);

/* A hint that the person at this position will be among the candidates soon. */
void alike_fetch(const struct tiles *tiles, uint32_t position);
/* A viewer, and candidates by number from 0, at most DECIDE_MAX. */
void alike_read(struct alike *alike, uint32_t viewer, uint32_t count, const uint32_t *positions);
/* Against candidate s: what the answers alone say of everybody. */
void alike_answers(struct alike *alike, uint32_t s, struct similarity_interval *out);
/* Of candidate i against s: `answers`, from alike_answers, narrowed by the vectors. */
struct similarity_interval alike_looks(const struct alike *alike, uint32_t i, uint32_t s,
                                       struct similarity_interval answers);
/* Sum of E_i over the scored items that the viewer and each candidate both answered (section 3). */
const int32_t *alike_evidence(struct alike *alike);
/* The candidate's confidence of looks. */
double alike_confidence(const struct alike *alike, uint32_t i);

#endif
