/* The funnel: where a viewer's candidates went, and which relaxation of their own limits would add
 * most (scoring.md section 6, last paragraph). */
#include "engine/match/funnel_parts.h"

#include <string.h>

#include "engine/kernel/real.h"
#include "engine/match/reference.h"
#include "engine/population/facts.h"

enum { RELAX_KM = 25, RELAX_YEARS = 2, RELAX_AGE_LIMIT = 120 };

/* The own limit + 25 km, as far as GEO_MAX_DISTANCE_KM allows; without an own limit nothing to
 * relax. */
static void relax_distance(const struct view *view, uint32_t viewer, struct limits *limits) {
    int32_t own = COLUMN_OF(view->population, viewer, max_distance_km);
    int32_t most = view_params(view, viewer)->GEO_MAX_DISTANCE_KM;
    if (own == 0 || own >= most)
        return;
    int32_t wider = own + RELAX_KM < most ? own + RELAX_KM : most;
    limits->chord2_max = real_chord2_of_km(wider);
}

/* The lower bound - 2 years, not below MIN_AGE. */
static void relax_age_min(const struct view *view, struct limits *limits) {
    int16_t least = (int16_t)view->global->MIN_AGE;
    int16_t wider = (int16_t)(limits->age_min - RELAX_YEARS);
    if (limits->age_min > least)
        limits->age_min = wider > least ? wider : least;
}

/* The upper bound + 2 years, not over 120. */
static void relax_age_max(struct limits *limits) {
    int16_t wider = (int16_t)(limits->age_max + RELAX_YEARS);
    if (limits->age_max < RELAX_AGE_LIMIT)
        limits->age_max = wider < RELAX_AGE_LIMIT ? wider : RELAX_AGE_LIMIT;
}

static struct limits relaxed(const struct view *view, uint32_t viewer, enum relaxation relaxation) {
    struct limits limits = limits_of(view, viewer);
    switch (relaxation) {
    case RELAX_DISTANCE: relax_distance(view, viewer, &limits); break;
    case RELAX_AGE_MIN: relax_age_min(view, &limits); break;
    case RELAX_AGE_MAX: relax_age_max(&limits); break;
    case RELAX_INTENT: limits.intent = INTENT_UNSURE; break;
    case RELAX_NONE:
    case RELAXATIONS: break;
    }
    return limits;
}

/* Only a candidate whose gate is one of the viewer's own limits can be let in by a wider one; an
 * eligible one can be lost when `unsure` itself conflicts with an intent. */
static bool may_change(enum gate gate) {
    return gate == GATE_NONE || gate == GATE_AGE || gate == GATE_DISTANCE || gate == GATE_INTENT;
}

static bool passes_relaxed(const struct funnel_counting *c, uint32_t b, enum relaxation r) {
    return eligibility_gate(c->view, c->viewer, &c->relaxed[r], b) == GATE_NONE &&
           pair_can_rank(c->view, c->viewer, b);
}

/* Rules are judged in order, and a wider bound lets nobody out: only the relaxation of the rule
 * that failed can let somebody in. */
static void count_relaxations(struct funnel_counting *c, uint32_t b, enum gate gate) {
    if (gate == GATE_AGE) {
        c->adds[RELAX_AGE_MIN] += passes_relaxed(c, b, RELAX_AGE_MIN);
        c->adds[RELAX_AGE_MAX] += passes_relaxed(c, b, RELAX_AGE_MAX);
    } else if (gate == GATE_DISTANCE) {
        c->adds[RELAX_DISTANCE] += passes_relaxed(c, b, RELAX_DISTANCE);
    } else {
        c->adds[RELAX_INTENT] += passes_relaxed(c, b, RELAX_INTENT) - (int)(gate == GATE_NONE);
    }
}

void funnel_count(struct funnel_counting *c, uint32_t b) {
    if (b == c->viewer)
        return;
    const struct view *view = c->view;
    enum gate gate = eligibility_gate(view, c->viewer, &c->relaxed[RELAX_NONE], b);
    if (gate != GATE_NONE)
        c->funnel->gates[gate]++;
    if (!may_change(gate))
        return;
    if (gate == GATE_NONE && !pair_can_rank(view, c->viewer, b)) {
        c->funnel->unranked++;
        return;
    }
    count_relaxations(c, b, gate);
    if (gate != GATE_NONE)
        return;
    c->funnel->gates[GATE_NONE]++;
    if (!c->with_floors)
        return;
    struct pair_score score;
    pair_score_gated(view, c->viewer, b, GATE_NONE, &score);
    c->funnel->floors[pair_floor(view, c->viewer, b, &score)]++;
}

void funnel_choose(struct funnel_counting *c) {
    int64_t most = 0;
    for (int r = RELAX_DISTANCE; r < RELAXATIONS; r++) {
        if (c->adds[r] <= most)
            continue;
        most = c->adds[r];
        c->funnel->relaxation = (enum relaxation)r;
        c->funnel->relaxation_adds = (uint32_t)most;
    }
}

void funnel_begin(struct funnel_counting *c, const struct view *view, uint32_t viewer) {
    *c = (struct funnel_counting){.view = view, .viewer = viewer};
    for (int r = RELAX_NONE; r < RELAXATIONS; r++)
        c->relaxed[r] = relaxed(view, viewer, (enum relaxation)r);
}

void reference_funnel(const struct view *view, uint32_t viewer, struct funnel *out) {
    struct funnel_counting c;
    memset(out, 0, sizeof *out);
    funnel_begin(&c, view, viewer);
    c.funnel = out;
    c.with_floors = true;
    for (uint32_t b = 0; b < view->count; b++)
        funnel_count(&c, b);
    funnel_choose(&c);
}
