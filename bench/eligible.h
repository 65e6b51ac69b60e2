/* How many may be offered to whom: the eligible pairs of a population, from a sample of viewers
 * against everybody. */
#ifndef MATCHD_BENCH_ELIGIBLE_H
#define MATCHD_BENCH_ELIGIBLE_H

#include "engine/match/view.h"

struct eligible {
    uint32_t people, members, viewers; /* rows, in the population, sampled of these */
    double gender_share;   /* of the sampled pairs within the population, those that pass the gender
                              rule */
    double eligible_share; /* of those, the eligible ones */
    uint32_t lower_quartile, median, upper_quartile; /* eligible candidates of a viewer */
};

/* At most `viewers` viewers, evenly over the population. */
struct eligible eligible_sample(const struct view *view, uint32_t viewers);

#endif
