/* Hard constraints: scoring.md section 2, one function a rule, in the order of its table.
 *
 * The viewer's own limits are handed in, so that the funnel can ask "and with wider ones?". */
#ifndef MATCHD_ENGINE_MATCH_ELIGIBILITY_H
#define MATCHD_ENGINE_MATCH_ELIGIBILITY_H

#include "engine/match/pair.h"

/* What a viewer may relax. */
struct limits {
    int16_t age_min, age_max;
    double chord2_max;
    uint8_t intent; /* enum intent */
};
struct limits limits_of(const struct view *view, uint32_t row);

/* The first rule that fails for a viewer with these limits, or GATE_NONE. */
enum gate eligibility_gate(const struct view *view, uint32_t a, const struct limits *own,
                           uint32_t b);

/* The squared chord between two people; 0 in the same city without coordinates; NaN if unknown. */
double pair_chord2(const struct view *view, uint32_t a, uint32_t b);

#endif
