/* The funnel: where a viewer's candidates went, and which relaxation of their own limits would add
 * most (scoring.md section 6, last paragraph). */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/kernel/real.h"
#include "engine/match/eligibility.h"
#include "engine/match/finder.h"
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

/* What the funnel is counted with. */
struct counting {
    const struct view *view;
    uint32_t viewer;
    struct limits relaxed[RELAXATIONS]; /* [RELAX_NONE]: the limits as they are */
    int64_t adds[RELAXATIONS];          /* eligible under each, less eligible now */
    struct funnel *funnel;
    bool with_floors; /* else they are counted elsewhere */
    /* By tiles; tiles NULL: person by person. */
    const struct tiles *tiles;
    uint32_t answered[KERNEL_WORDS_MAX]; /* bits of the viewer in constructs that rank */
};

/* Only a candidate whose gate is one of the viewer's own limits can be let in by a wider one; an
 * eligible one can be lost when `unsure` itself conflicts with an intent. */
static bool may_change(enum gate gate) {
    return gate == GATE_NONE || gate == GATE_AGE || gate == GATE_DISTANCE || gate == GATE_INTENT;
}

/* pair_can_rank; by tiles a bit that both have set says it. */
static bool can_rank(const struct counting *c, uint32_t b) {
    if (c->tiles == NULL)
        return pair_can_rank(c->view, c->viewer, b);
    uint32_t words = c->tiles->slots.layout.words, position = c->tiles->position_of[b];
    const uint32_t *theirs = c->tiles->answered +
                             (size_t)(position / TILE_LANES) * words * TILE_LANES +
                             position % TILE_LANES;
    uint32_t both = 0;
    for (uint32_t w = 0; w < words; w++)
        both |= c->answered[w] & theirs[w * TILE_LANES];
    return both != 0;
}

static bool passes_relaxed(const struct counting *c, uint32_t b, enum relaxation r) {
    return eligibility_gate(c->view, c->viewer, &c->relaxed[r], b) == GATE_NONE && can_rank(c, b);
}

/* Rules are judged in order, and a wider bound lets nobody out: only the relaxation of the rule
 * that failed can let somebody in. */
static void count_relaxations(struct counting *c, uint32_t b, enum gate gate) {
    if (gate == GATE_AGE) {
        c->adds[RELAX_AGE_MIN] += passes_relaxed(c, b, RELAX_AGE_MIN);
        c->adds[RELAX_AGE_MAX] += passes_relaxed(c, b, RELAX_AGE_MAX);
    } else if (gate == GATE_DISTANCE) {
        c->adds[RELAX_DISTANCE] += passes_relaxed(c, b, RELAX_DISTANCE);
    } else {
        c->adds[RELAX_INTENT] += passes_relaxed(c, b, RELAX_INTENT) - (int)(gate == GATE_NONE);
    }
}

static void count_candidate(struct counting *c, uint32_t b) {
    if (b == c->viewer)
        return;
    const struct view *view = c->view;
    enum gate gate = eligibility_gate(view, c->viewer, &c->relaxed[RELAX_NONE], b);
    if (gate != GATE_NONE)
        c->funnel->gates[gate]++;
    if (!may_change(gate))
        return;
    if (gate == GATE_NONE && !can_rank(c, b)) {
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

/* The relaxation that adds most; ties by the order of the enum; none if nothing adds. */
static void choose_relaxation(struct counting *c) {
    int64_t most = 0;
    for (int r = RELAX_DISTANCE; r < RELAXATIONS; r++) {
        if (c->adds[r] <= most)
            continue;
        most = c->adds[r];
        c->funnel->relaxation = (enum relaxation)r;
        c->funnel->relaxation_adds = (uint32_t)most;
    }
}

static void begin(struct counting *c, const struct view *view, uint32_t viewer) {
    *c = (struct counting){.view = view, .viewer = viewer};
    for (int r = RELAX_NONE; r < RELAXATIONS; r++)
        c->relaxed[r] = relaxed(view, viewer, (enum relaxation)r);
}

void reference_funnel(const struct view *view, uint32_t viewer, struct funnel *out) {
    struct counting c;
    memset(out, 0, sizeof *out);
    begin(&c, view, viewer);
    c.funnel = out;
    c.with_floors = true;
    for (uint32_t b = 0; b < view->count; b++)
        count_candidate(&c, b);
    choose_relaxation(&c);
}

/* Do both ways of rule 3 fail for all of a tile, whatever of its own the viewer relaxes? Ages in
 * tiles end at TILE_AGE_TOP, so nothing follows from that. */
static bool all_fail_age(const struct counting *c, const struct mask_hull *hull) {
    int32_t least = c->relaxed[RELAX_AGE_MIN].age_min, most = c->relaxed[RELAX_AGE_MAX].age_max;
    int32_t own = c->view->age[c->viewer];
    return (hull->age_high < least && hull->age_high < TILE_AGE_TOP) || hull->age_low > most ||
           own < hull->window_low || (own > hull->window_high && hull->window_high < TILE_AGE_TOP);
}

/* Bits of the viewer's answers to items of constructs with a weight. */
static void read_answered(struct counting *c, uint32_t position) {
    const struct slots *slots = &c->tiles->slots;
    const struct item *items = population_questionnaire(c->view->population)->items;
    for (uint32_t n = 0; n < c->view->scored_items; n++) {
        uint32_t i = c->view->scored[n];
        if (c->view->weight[items[i].construct] <= 0.0)
            continue;
        uint32_t bits[2] = {slots->answered_bit[i], slots->attribute_bit[i]};
        for (int k = 0; k < 2; k++)
            if (bits[k] != ROW_NONE)
                c->answered[bits[k] / 32] |= 1u << bits[k] % 32;
    }
    for (uint32_t w = 0; w < slots->layout.words; w++)
        c->answered[w] &= c->tiles->row_answered[(size_t)position * slots->layout.words + w];
}

/* By tile: the rule that all its people fail, whatever the viewer relaxes; GATE_NONE: each must be
 * looked at. */
static void judge_tiles(const struct counting *c, uint32_t own, uint8_t *gates) {
    const struct tiles *tiles = c->tiles;
    for (uint32_t g = 0; g < tiles->group_count; g++) {
        const struct tile_group *group = &tiles->groups[g];
        bool meet = sweep_groups_meet(tiles, tiles->group_of[own / TILE_LANES], g);
        for (uint32_t t = group->first; t < group->first + group->count; t++) {
            gates[t] = !meet                              ? GATE_GENDER
                       : all_fail_age(c, &tiles->hull[t]) ? GATE_AGE
                                                          : GATE_NONE;
            if (gates[t] != GATE_NONE)
                c->funnel->gates[gates[t]] += tiles->people[t] - (t == own / TILE_LANES);
        }
    }
}

void funnel_gates(const struct tiles *tiles, uint32_t viewer, struct funnel *out) {
    const struct view *view = tiles->view;
    struct counting c;
    begin(&c, view, viewer);
    c.funnel = out;
    c.tiles = tiles;
    memset(out->gates, 0, sizeof out->gates);
    out->unranked = out->relaxation_adds = 0;
    out->relaxation = RELAX_NONE;
    uint32_t position = tiles->position_of[viewer];
    if (position == ROW_NONE) {
        out->gates[GATE_POPULATION_A] = view->count - 1;
        return;
    }
    read_answered(&c, position);
    uint8_t *gates = mem_array(tiles->count, sizeof *gates);
    judge_tiles(&c, position, gates);
    for (uint32_t b = 0; b < view->count; b++) {
        uint32_t at = tiles->position_of[b];
        if (at == ROW_NONE)
            out->gates[GATE_POPULATION_B]++;
        else if (gates[at / TILE_LANES] == GATE_NONE)
            count_candidate(&c, b);
    }
    free(gates);
    choose_relaxation(&c);
}
