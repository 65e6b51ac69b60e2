/* Is the rough bound (kernel/sift.h) a bound? Of tiles of real people, against the score by the
 * contract. */
#ifndef MATCHD_TESTS_SUPPORT_SIFT_BOUND_H
#define MATCHD_TESTS_SUPPORT_SIFT_BOUND_H

#include "engine/match/tile.h"

/* How far the bound lies above the score, of all pairs that were checked. */
struct sift_gap {
    double sum, most;
    uint64_t pairs;
};

/* All rows and lanes of two tiles: base - loss is at least what the questionnaire contributes to
 * raw, mutuality by the mean of both sides; who is left out is unranked. Every instruction set that
 * the machine has says the same. Adds to `gap`. */
void sift_bound_check(const struct tiles *tiles, uint32_t a, uint32_t b, struct sift_gap *gap);
/* A run's offers are the reference's, whatever the instruction set; returns how many. */
uint64_t sift_bound_check_offers(const struct view *view, const struct tiles *tiles);

#endif
