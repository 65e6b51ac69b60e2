/* The final score of a pair, seen from a: scoring.md section 5. */
#include "engine/match/pair.h"

#include <math.h>

#include "engine/kernel/real.h"
#include "engine/match/affinity.h"
#include "engine/match/eligibility.h"

double grid_round(double x) {
    const double grid = 4294967296.0; /* 2^32: scaling by it is exact */
    return rint(x * grid) / grid;
}

int32_t score_percent(double share) {
    return (int32_t)rint(100.0 * share);
}

/* The three affinities; the prior where either side lacks the visual signal (section 4). */
static void score_affinity(const struct view *view, uint32_t a, uint32_t b, struct pair_score *s) {
    s->visual = affinity_known(view, a, b);
    if (!s->visual) {
        double prior = view->global->MATCH_PROVISIONAL_VISUAL_PRIOR;
        s->affinity_ab = s->affinity_ba = s->affinity_mutual = prior;
        return;
    }
    s->affinity_ab = affinity_of(view, a, b);
    s->affinity_ba = affinity_of(view, b, a);
    s->affinity_mutual = sqrt(s->affinity_ab * s->affinity_ba);
}

/* The weights of total: questionnaire and affinity, of the pair or of a side. */
static double blend(const struct params *g, double questionnaire, double affinity) {
    return g->MATCH_SCORE_COMPATIBILITY_WEIGHT * questionnaire +
           g->MATCH_SCORE_PHYSICAL_WEIGHT * affinity;
}

/* penalties = MATCH_SCORE_UNCERTAINTY_PENALTY_MAX * missing + risk(b) + child-goal penalty. */
static double penalties_of(const struct view *view, uint32_t b,
                           const struct questionnaire_score *q) {
    const struct params *g = view->global;
    double child = q->child_mismatch ? g->MATCH_CHILD_GOAL_MISMATCH_PENALTY : 0.0;
    return g->MATCH_SCORE_UNCERTAINTY_PENALTY_MAX * q->missing + view->risk[b] + child;
}

/* 2 * side(a->b) * side(b->a) / (side(a->b) + side(b->a) + 1e-9). */
static double mutuality_of(double side_ab, double side_ba) {
    return 2.0 * side_ab * side_ba / (side_ab + side_ba + 1e-9);
}

/* raw clamped to [0, 1]; in provisional mode at most MATCH_PROVISIONAL_SCORE_CAP. */
static double final_of(const struct params *g, double raw, enum mode mode) {
    double final = raw < 0.0 ? 0.0 : raw > 1.0 ? 1.0 : raw;
    if (mode == MODE_PROVISIONAL && final > g->MATCH_PROVISIONAL_SCORE_CAP)
        return g->MATCH_PROVISIONAL_SCORE_CAP;
    return final;
}

/* confidence(a, b) = .6 * (1 - missing) + .4 * sqrt(conf_a * conf_b) (section 6). */
double pair_confidence(const struct view *view, uint32_t a, uint32_t b, double missing) {
    double conf_a = COLUMN_OF(view->population, a, confidence);
    double conf_b = COLUMN_OF(view->population, b, confidence);
    return 0.6 * (1.0 - missing) + 0.4 * sqrt(conf_a * conf_b);
}

void pair_score_gated(const struct view *view, uint32_t a, uint32_t b, enum gate gate,
                      struct pair_score *s) {
    const struct params *g = view->global;
    s->gate = gate;
    s->deferred = gate == GATE_NONE && (view->unknown[a] || view->unknown[b]);
    s->mode = pair_mode(view, a, b, s->deferred);
    s->distance_km = NAN;
    pair_questionnaire(view, a, b, &s->questionnaire);
    score_affinity(view, a, b, s);
    s->total = blend(g, s->questionnaire.fit, s->affinity_mutual);
    s->authenticity = view->authenticity[b];
    s->base = g->MATCH_SCORE_QUESTIONNAIRE_WEIGHT * s->total +
              g->MATCH_SCORE_AUTHENTICITY_WEIGHT * s->authenticity;
    s->penalties = penalties_of(view, b, &s->questionnaire);
    s->side_ab = blend(g, s->questionnaire.side_ab, s->affinity_ab);
    s->side_ba = blend(g, s->questionnaire.side_ba, s->affinity_ba);
    s->mutuality = mutuality_of(s->side_ab, s->side_ba);
    s->raw = grid_round(0.7 * (s->base - s->penalties) + 0.3 * s->mutuality);
    s->final = final_of(g, s->raw, s->mode);
    s->confidence = pair_confidence(view, a, b, s->questionnaire.missing);
}

static void fetch_bytes(const void *bytes, size_t size) {
    for (size_t at = 0; at < size; at += CACHE_LINE)
        __builtin_prefetch((const char *)bytes + at);
    __builtin_prefetch((const char *)bytes + size - 1);
}

void pair_fetch(const struct view *view, uint32_t row) {
    const struct population *p = view->population;
    size_t answers = (size_t)row * view->items, dim = population_dim_padded(p);
    fetch_bytes(view->freshness + answers, view->items);
    fetch_bytes(view->norm + answers, view->items * sizeof *view->norm);
    fetch_bytes(view->code + answers, view->items);
    fetch_bytes(view->attribute + answers, view->items);
    fetch_bytes(view->importance + (size_t)row * CONSTRUCTS, CONSTRUCTS * sizeof(double));
    __builtin_prefetch(&view->risk[row]);
    __builtin_prefetch(&view->authenticity[row]);
    __builtin_prefetch(&view->answered[row]);
    __builtin_prefetch(&view->unknown[row]);
    __builtin_prefetch(population_id(p, row));
    __builtin_prefetch(&COLUMN_OF(p, row, confidence));
    if (!view->visual[row])
        return;
    fetch_bytes(population_features(p, row), dim * sizeof(double));
    fetch_bytes(population_preference(p, row), dim * sizeof(float));
}

void pair_score(const struct view *view, uint32_t a, uint32_t b, struct pair_score *s) {
    pair_score_gated(view, a, b, pair_gate(view, a, b), s);
    double chord2 = pair_chord2(view, a, b);
    s->distance_km = isnan(chord2) ? NAN : real_km_of_chord2(chord2);
}
