/* How alike a viewer's candidates are to one of them: sim(c, s) of section 6 as intervals, all
 * candidates at a time; and how many answers they share with the viewer.
 *
 * The candidates' answers are gathered into tiles of their own once per viewer. For each pick s its
 * integer tables (slots.h) give the questionnaire's half of sim for all of them, and int8 dot
 * products the other half; int16 ones narrow that where it matters. Of use only where slots are
 * exact and complete: an item without a slot is in sim, but not in the tables. */
#ifndef MATCHD_ENGINE_MATCH_ALIKE_H
#define MATCHD_ENGINE_MATCH_ALIKE_H

#include "engine/match/sweep.h"

enum { ALIKE_MAX = 192 }; /* candidates */

struct similarity_interval {
    double lower, upper;
};

/* Of everybody, by number, to candidate s. */
struct likeness {
    uint32_t s;
    double slack;             /* how far `answers` may be too high */
    float answers[ALIKE_MAX]; /* q */
    double lower[ALIKE_MAX], upper[ALIKE_MAX];
};

struct alike;
struct alike *alike_new(const struct search *search);
void alike_free(struct alike *alike);

/* A hint that the person at this position will be among the candidates soon. */
void alike_fetch(const struct tiles *tiles, uint32_t position);
/* A viewer, and candidates by number from 0, at most ALIKE_MAX. */
void alike_read(struct alike *alike, uint32_t viewer, uint32_t count, const uint32_t *positions);
void alike_measure(struct alike *alike, uint32_t s, struct likeness *out);
/* A hint that this will be asked of candidate i. */
void alike_narrow_soon(const struct alike *alike, uint32_t i);
/* Of candidate i, by int16: some fifty times narrower. */
struct similarity_interval alike_narrow(const struct alike *alike, uint32_t i,
                                        const struct likeness *likeness);
/* Sum of E_i over the scored items that the viewer and each candidate both answered (section 3). */
const int32_t *alike_evidence(struct alike *alike);
/* The roots of the candidates' confidences of looks, rounded to floats. */
const float *alike_confidence_roots(const struct alike *alike);
uint32_t alike_row(const struct alike *alike, uint32_t i);

#endif
