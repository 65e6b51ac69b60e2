/* Floors: which eligible pairs are offerable to a (scoring.md section 5), judged in the order of
 * enum floor. */
#include "engine/match/pair.h"
#include "engine/match/reoffer.h"

/* mutuality >= MATCH_MIN_RECIPROCITY; another bound if either side is low_inbound_low_response. */
static bool reciprocity_holds(const struct view *view, uint32_t a, uint32_t b, double mutuality) {
    const struct params *params = view_params(view, a);
    bool low = view->segment[a] == SEGMENT_LOW_INBOUND || view->segment[b] == SEGMENT_LOW_INBOUND;
    return mutuality >=
           (low ? params->MATCH_LOW_INBOUND_MIN_RECIPROCITY : params->MATCH_MIN_RECIPROCITY);
}

/* final >= MATCH_MIN_QUALITY_THRESHOLD, with an uplift if a is high_inbound_pressure. */
static bool quality_holds(const struct view *view, uint32_t a, double final) {
    const struct params *params = view_params(view, a);
    double least = params->MATCH_MIN_QUALITY_THRESHOLD;
    if (view->segment[a] == SEGMENT_HIGH_INBOUND)
        least += params->MATCH_HIGH_INBOUND_QUALITY_UPLIFT;
    return final >= least;
}

/* offers.md section 4: `final` of the passer's view, now, must exceed what they passed. */
static bool uplift_holds(const struct view *view, uint32_t a, uint32_t b,
                         const struct pair_score *score) {
    struct reoffer reoffer = reoffer_judge(view, a, b);
    if (!reoffer.needs_uplift)
        return true;
    double final = score->final;
    if (reoffer.passer == b) {
        struct pair_score theirs;
        pair_score_gated(view, b, a, GATE_NONE, &theirs);
        final = theirs.final;
    }
    double passed = (double)reoffer.passed_score / 100.0;
    return final >= passed + view_params(view, a)->PASS_REOFFER_UPLIFT_THRESHOLD;
}

enum floor pair_floor(const struct view *view, uint32_t a, uint32_t b,
                      const struct pair_score *score) {
    if (!reciprocity_holds(view, a, b, score->mutuality))
        return FLOOR_RECIPROCITY;
    if (!quality_holds(view, a, score->final))
        return FLOOR_QUALITY;
    if (score_percent(score->final) < view_params(view, a)->COMPATIBILITY_MIN_SCORE)
        return FLOOR_SCORE;
    return uplift_holds(view, a, b, score) ? FLOOR_NONE : FLOOR_UPLIFT;
}
