/* From a pool in order to the daily picks and the weekly anchor (scoring.md section 6). */
#include <math.h>

#include "engine/match/offer.h"
#include "engine/match/quota.h"

/* The groups that picks are taken from, one after the other. */
enum group { GROUP_ACCEPTED, GROUP_FULL, GROUP_PROVISIONAL, PICK_GROUPS };

/* The pool while picks are taken from it. */
struct picking {
    const struct view *view;
    const struct ranked *pool;
    uint32_t count;
    double lambda;
    bool picked[POOL_MAX];
    double nearest[POOL_MAX];  /* max of sim(c, s) over the already picked s; 0 before the first */
    uint32_t order[PICKS_MAX]; /* indices in the pool, in the order picked */
    uint32_t picks;
};

static enum group group_of(const struct ranked *c) {
    if (c->mode == MODE_PROVISIONAL)
        return GROUP_PROVISIONAL;
    return c->accepted ? GROUP_ACCEPTED : GROUP_FULL;
}

/* lambda * raw - (1 - lambda) * max of sim(c, s), rounded to 2^-32. */
static double mmr_value(const struct picking *p, uint32_t c) {
    return grid_round(p->lambda * p->pool[c].raw - (1.0 - p->lambda) * p->nearest[c]);
}

/* The candidate of a group with the greatest value, ties by the pool's order; ROW_NONE: none left.
 */
static uint32_t mmr_best(const struct picking *p, enum group group) {
    uint32_t best = ROW_NONE;
    double best_value = 0.0;
    for (uint32_t c = 0; c < p->count; c++) {
        if (p->picked[c] || group_of(&p->pool[c]) != group)
            continue;
        double value = mmr_value(p, c);
        if (best == ROW_NONE || value > best_value) {
            best = c;
            best_value = value;
        }
    }
    return best;
}

/* Marks a pick, and how near it is to all that are left. */
static void pick(struct picking *p, uint32_t chosen) {
    bool first = p->picks == 0;
    p->picked[chosen] = true;
    p->order[p->picks++] = chosen;
    for (uint32_t c = 0; c < p->count; c++) {
        if (p->picked[c])
            continue;
        double similarity = pair_similarity(p->view, p->pool[c].row, p->pool[chosen].row);
        p->nearest[c] = first ? similarity : fmax(p->nearest[c], similarity);
    }
}

/* Daily picks: group by group, at most MATCH_PROVISIONAL_MAX_OFFERS of the last. */
static void pick_daily(struct picking *p, const struct quota *quota) {
    for (int group = GROUP_ACCEPTED; group < PICK_GROUPS; group++) {
        uint32_t limit = quota->daily;
        if (group == GROUP_PROVISIONAL && p->picks + quota->provisional < limit)
            limit = p->picks + quota->provisional;
        while (p->picks < limit) {
            uint32_t best = mmr_best(p, (enum group)group);
            if (best == ROW_NONE)
                break;
            pick(p, best);
        }
    }
}

/* Weekly anchor: of the full candidates that are no daily picks the one with the greatest
 * confidence, if that reaches MATCH_ANCHOR_MIN_CONFIDENCE; else the first of them. ROW_NONE: there
 * is none. */
static uint32_t choose_anchor(const struct picking *p, uint32_t viewer) {
    double least = view_params(p->view, viewer)->MATCH_ANCHOR_MIN_CONFIDENCE;
    uint32_t first = ROW_NONE, best = ROW_NONE;
    double best_confidence = 0.0;
    for (uint32_t c = 0; c < p->count; c++) {
        if (p->picked[c] || p->pool[c].mode != MODE_FULL)
            continue;
        if (first == ROW_NONE)
            first = c;
        struct pair_score score;
        pair_score_gated(p->view, viewer, p->pool[c].row, GATE_NONE, &score);
        if (score.confidence >= least && (best == ROW_NONE || score.confidence > best_confidence)) {
            best = c;
            best_confidence = score.confidence;
        }
    }
    return best == ROW_NONE ? first : best;
}

void offer_pick(const struct view *view, struct viewer_result *result) {
    const struct params *params = view_params(view, result->viewer);
    struct picking p = {
        .view = view,
        .pool = result->pool,
        .count = result->pool_count,
        .lambda = params->MATCH_SCORE_DIVERSITY_LAMBDA,
    };
    ASSERT(p.count <= POOL_MAX);
    struct quota quota = quota_of(view, result->viewer);
    pick_daily(&p, &quota);
    result->pick_count = p.picks;
    for (uint32_t i = 0; i < p.picks; i++)
        offer_compose(view, result->viewer, p.pool[p.order[i]].row, &result->picks[i]);

    /* Daily picks take queue room first; no anchor past the cap. */
    bool anchor_fits = p.picks < quota.room && quota.anchor;
    uint32_t anchor = anchor_fits ? choose_anchor(&p, result->viewer) : ROW_NONE;
    result->has_anchor = anchor != ROW_NONE;
    if (result->has_anchor)
        offer_compose(view, result->viewer, p.pool[anchor].row, &result->anchor);
}
