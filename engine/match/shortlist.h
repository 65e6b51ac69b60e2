/* The best few of many candidates: a bounded heap, worst on top, in the order of ranked_before.
 *
 *     struct shortlist s;
 *     shortlist_init(&s, array, capacity);           // the array is the caller's
 *     shortlist_add(&s, &candidate);                 // any order, any number
 *     uint32_t count = shortlist_finish(&s);         // array[0..count) in order, best first */
#ifndef MATCHD_ENGINE_MATCH_SHORTLIST_H
#define MATCHD_ENGINE_MATCH_SHORTLIST_H

#include "engine/match/offer.h"

struct shortlist {
    struct ranked *best;
    uint32_t capacity, count;
};

void shortlist_init(struct shortlist *s, struct ranked *array, uint32_t capacity);
void shortlist_add(struct shortlist *s, const struct ranked *candidate);
uint32_t shortlist_finish(struct shortlist *s);

#endif
