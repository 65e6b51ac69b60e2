/* The gates of scoring.md section 2. Rules 1 to 7 are symmetric. */
#include "engine/match/eligibility.h"

#include <math.h>

#include "engine/base/ascending.h"
#include "engine/kernel/real.h"
#include "engine/match/reoffer.h"
#include "engine/population/facts.h"

static const char *const gate_names[GATES] = {
    [GATE_SELF] = "self",
    [GATE_POPULATION_A] = "population_a",
    [GATE_POPULATION_B] = "population_b",
    [GATE_GENDER] = "gender",
    [GATE_AGE] = "age",
    [GATE_DISTANCE] = "distance",
    [GATE_INTENT] = "intent",
    [GATE_CONSTRAINT] = "constraint",
    [GATE_BLOCK] = "block",
    [GATE_REPORT] = "report",
    [GATE_MATCH] = "match",
    [GATE_REOFFER] = "reoffer",
};

const char *gate_name(enum gate gate) {
    ASSERT(gate < GATES);
    return gate_names[gate];
}

struct limits limits_of(const struct view *view, uint32_t row) {
    return (struct limits){
        .age_min = view->age_min[row],
        .age_max = view->age_max[row],
        .chord2_max = view->chord2_max[row],
        .intent = view->intent[row],
    };
}

/* Rule 2. */
static bool gender_passes(const struct view *view, uint32_t a, uint32_t b) {
    if ((view->gender[b] & view->seeking[a]) == 0 || (view->gender[a] & view->seeking[b]) == 0)
        return false;
    return view->gender[a] != view->gender[b] || view->global->SAME_SEX_MATCHING_ENABLED;
}

/* Rule 3. */
static bool age_passes(const struct view *view, uint32_t a, const struct limits *own, uint32_t b) {
    return view->age[b] >= own->age_min && view->age[b] <= own->age_max &&
           view->age[a] >= view->age_min[b] && view->age[a] <= view->age_max[b];
}

double pair_chord2(const struct view *view, uint32_t a, uint32_t b) {
    const double *u = view->unit + (size_t)a * 3, *v = view->unit + (size_t)b * 3;
    if (!isnan(u[0]) && !isnan(v[0]))
        return real_chord2(u, v);
    return view->place[a] == view->place[b] ? 0.0 : NAN;
}

/* Rule 4: an unknown distance (NaN) is over every limit. */
static bool distance_passes(const struct view *view, uint32_t a, const struct limits *own,
                            uint32_t b) {
    double most = fmin(own->chord2_max, view->chord2_max[b]);
    return pair_chord2(view, a, b) <= most;
}

/* Rule 5. Intents that are not known exclude nothing. */
static bool intent_passes(const struct view *view, const struct limits *own, uint32_t b) {
    return (view->intent_conflicts[own->intent] & (1u << view->intent[b])) == 0;
}

/* Rule 6: no hard_constraint item answered by both with options that exclude each other. */
static bool constraint_passes(const struct view *view, uint32_t a, uint32_t b) {
    const struct questionnaire *q = population_questionnaire(view->population);
    for (uint32_t c = 0; c < view->constraint_items; c++) {
        uint32_t i = view->constraint[c];
        if (q->items[i].conflict_count == 0)
            continue;
        uint64_t one = view_answer(view, a, i);
        uint64_t two = view_answer(view, b, i);
        if (one != ANSWER_NONE && two != ANSWER_NONE && item_conflict(&q->items[i], one, two))
            return false;
    }
    return true;
}

/* The pair_kind bits of a pair. */
static uint8_t kinds_between(const struct view *view, uint32_t a, uint32_t b) {
    struct pair_list list = population_pairs(view->population, a);
    uint32_t at = ascending_place(list.rows, list.count, b);
    return at < list.count ? list.kinds[at] : 0;
}

/* Rule 7. */
static enum gate history_gate(const struct view *view, uint32_t a, uint32_t b) {
    uint8_t kinds = kinds_between(view, a, b);
    if (kinds & PAIR_BLOCK)
        return GATE_BLOCK;
    if (kinds & PAIR_REPORT)
        return GATE_REPORT;
    return kinds & PAIR_MATCH ? GATE_MATCH : GATE_NONE;
}

enum gate eligibility_gate(const struct view *view, uint32_t a, const struct limits *own,
                           uint32_t b) {
    if (a == b)
        return GATE_SELF;
    if (!view->member[a])
        return GATE_POPULATION_A;
    if (!view->member[b])
        return GATE_POPULATION_B;
    if (!gender_passes(view, a, b))
        return GATE_GENDER;
    if (!age_passes(view, a, own, b))
        return GATE_AGE;
    if (!distance_passes(view, a, own, b))
        return GATE_DISTANCE;
    if (!intent_passes(view, own, b))
        return GATE_INTENT;
    if (!constraint_passes(view, a, b))
        return GATE_CONSTRAINT;
    enum gate history = history_gate(view, a, b);
    if (history != GATE_NONE)
        return history;
    return reoffer_judge(view, a, b).allowed ? GATE_NONE : GATE_REOFFER;
}

enum gate pair_gate(const struct view *view, uint32_t a, uint32_t b) {
    struct limits own = limits_of(view, a);
    return eligibility_gate(view, a, &own, b);
}
