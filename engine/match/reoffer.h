/* Re-offer rules: may b be offered to a, after all that happened between them? (offers.md section
 * 4) */
#ifndef MATCHD_ENGINE_MATCH_REOFFER_H
#define MATCHD_ENGINE_MATCH_REOFFER_H

#include "engine/match/view.h"

struct reoffer {
    bool allowed;      /* no rule that needs no score forbids it */
    bool needs_uplift; /* only PASS_RECONSIDERATION_ENABLED lets the pair pass: the uplift floor */
    uint32_t
        passer; /* with needs_uplift: who passed, and the score of the offer that they passed */
    uint8_t passed_score;
};
struct reoffer reoffer_judge(const struct view *view, uint32_t a, uint32_t b);

#endif
