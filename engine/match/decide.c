/* The choices of decide.h, in the order of pick.c. */
#include "engine/match/decide.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/match/alike.h"
#include "engine/match/quota.h"

/* grid_round moves a value by at most 2^-33. */
static const double GRID = 0x1p-32;

struct choice {
    uint32_t row, position;
    bool full, picked;
    bool scored;                   /* raw is exact */
    double lower, upper;           /* of raw */
    double near_lower, near_upper; /* of the greatest similarity to a pick; 0 before the first */
    bool near_known;               /* exact */
};

struct decision {
    const struct search *search;
    struct choice of[DECIDE_MAX];
    uint32_t count, viewer;
    double lambda;
    uint32_t picked[PICKS_MAX], picks;
    double sure; /* a key below which a candidate may lie outside the K best */
    uint64_t canonical;
    struct alike *alike;
};

struct decision *decision_new(const struct search *search) {
    struct decision *d = mem_array(1, sizeof *d);
    d->search = search;
    d->alike = alike_new(search);
    return d;
}

void decision_free(struct decision *d) {
    alike_free(d->alike);
    free(d);
}

static const struct view *view_of(const struct decision *d) {
    return d->search->tiles->view;
}

static int compare_descending(const void *x, const void *y) {
    float a = *(const float *)x, b = *(const float *)y;
    return a > b ? -1 : a < b;
}

/* The greatest key that K others may reach: who lies above it for certain is among the K best. */
static float sure_above(const struct candidates *c, uint32_t keep) {
    if (c->count <= keep)
        return -INFINITY;
    float upper[DECIDE_MAX];
    for (uint32_t i = 0; i < c->count; i++)
        upper[i] = c->list[i].upper;
    qsort(upper, c->count, sizeof *upper, compare_descending);
    return upper[keep];
}

/* False: too many, or one that may not be offerable at all. */
static bool read_candidates(struct decision *d, uint32_t position) {
    const struct tiles *tiles = d->search->tiles;
    const struct candidates *c = &d->search->store.of[position];
    if (c->count > DECIDE_MAX)
        return false;
    d->count = c->count;
    d->sure = (double)sure_above(c, d->search->store.keep);
    for (uint32_t i = 0; i < c->count; i++) {
        const struct candidate *from = &c->list[i];
        if (from->lower == -INFINITY)
            return false;
        bool full = from->upper > FULL_OFFSET / 2.0f;
        double offset = full ? (double)FULL_OFFSET : 0.0;
        d->of[i] = (struct choice){
            .row = tiles->row_of[from->position],
            .position = from->position,
            .full = full,
            .lower = (double)from->lower - offset,
            .upper = (double)from->upper - offset,
            .near_known = true,
        };
    }
    return true;
}

static void score(struct decision *d, struct choice *c) {
    if (c->scored)
        return;
    struct pair_score s;
    pair_score_gated(view_of(d), d->viewer, c->row, GATE_NONE, &s);
    d->canonical++;
    c->lower = c->upper = s.raw;
    c->scored = true;
}

static void measure(struct decision *d, struct choice *c) {
    if (c->near_known)
        return;
    double nearest = 0.0;
    for (uint32_t i = 0; i < d->picks; i++) {
        double similarity = pair_similarity(view_of(d), c->row, d->of[d->picked[i]].row);
        nearest = i == 0 ? similarity : fmax(nearest, similarity);
    }
    c->near_lower = c->near_upper = nearest;
    c->near_known = true;
}

/* lambda * raw - (1 - lambda) * nearest; exact once raw and nearest are. */
static double value_lower(const struct decision *d, const struct choice *c) {
    double value = d->lambda * c->lower - (1.0 - d->lambda) * c->near_upper;
    return c->scored && c->near_known ? grid_round(value) : value - GRID;
}

static double value_upper(const struct decision *d, const struct choice *c) {
    double value = d->lambda * c->upper - (1.0 - d->lambda) * c->near_lower;
    return c->scored && c->near_known ? grid_round(value) : value + GRID;
}

/* The order of section 6 among scored candidates of one mode, none of whom accepted the viewer. */
static bool stands_before(const struct decision *d, const struct choice *x,
                          const struct choice *y) {
    if (x->lower != y->lower)
        return x->lower > y->lower;
    const struct population *p = view_of(d)->population;
    return uuid_order(population_id(p, x->row), population_id(p, y->row)) < 0;
}

static bool is_open(const struct choice *c, bool full) {
    return !c->picked && c->full == full;
}

typedef double bound(const struct decision *d, const struct choice *c);

static double raw_lower(const struct decision *d, const struct choice *c) {
    (void)d;
    return c->lower;
}

static double raw_upper(const struct decision *d, const struct choice *c) {
    (void)d;
    return c->upper;
}

/* Index of the open candidate with the greatest lower end; ROW_NONE if there is none. */
static uint32_t greatest(const struct decision *d, bool full, bound *lower) {
    uint32_t best = ROW_NONE;
    for (uint32_t i = 0; i < d->count; i++)
        if (is_open(&d->of[i], full) &&
            (best == ROW_NONE || lower(d, &d->of[i]) > lower(d, &d->of[best])))
            best = i;
    return best;
}

/* The greatest by a value that lies between two bounds: whoever might reach the greatest lower end
 * is made exact, and exact ones are compared; ties by the order. */
static uint32_t choose(struct decision *d, bool full, bound *lower, bound *upper) {
    uint32_t best = greatest(d, full, lower);
    if (best == ROW_NONE)
        return ROW_NONE;
    double line = lower(d, &d->of[best]);
    bool similar = lower == value_lower;
    uint32_t contenders = 0;
    for (uint32_t i = 0; i < d->count; i++)
        contenders += is_open(&d->of[i], full) && upper(d, &d->of[i]) >= line;
    if (contenders == 1)
        return best;
    uint32_t winner = ROW_NONE;
    for (uint32_t i = 0; i < d->count; i++) {
        struct choice *c = &d->of[i];
        if (!is_open(c, full) || upper(d, c) < line)
            continue;
        score(d, c);
        if (similar)
            measure(d, c);
        if (winner == ROW_NONE) {
            winner = i;
            continue;
        }
        double mine = lower(d, c), theirs = lower(d, &d->of[winner]);
        if (mine > theirs || (mine == theirs && stands_before(d, c, &d->of[winner])))
            winner = i;
    }
    return winner;
}

static bool is_sure(const struct decision *d, const struct choice *c) {
    return c->lower + (c->full ? (double)FULL_OFFSET : 0.0) > d->sure;
}

static void take(struct decision *d, uint32_t chosen, uint32_t wanted) {
    d->of[chosen].picked = true;
    d->picked[d->picks++] = chosen;
    if (d->picks >= wanted)
        return;
    struct similarity_interval near[DECIDE_MAX];
    alike_to(d->alike, d->of[chosen].position, near);
    bool first = d->picks == 1;
    for (uint32_t i = 0; i < d->count; i++) {
        struct choice *c = &d->of[i];
        c->near_lower = first ? near[i].lower : fmax(c->near_lower, near[i].lower);
        c->near_upper = first ? near[i].upper : fmax(c->near_upper, near[i].upper);
        c->near_known = false;
    }
}

/* Daily picks; false when one may lie outside the K best. */
static bool pick_daily(struct decision *d, const struct quota *quota) {
    for (int group = 0; group < 2; group++) {
        bool full = group == 0;
        uint32_t limit = quota->daily;
        if (!full && d->picks + quota->provisional < limit)
            limit = d->picks + quota->provisional;
        while (d->picks < limit) {
            uint32_t best = choose(d, full, value_lower, value_upper);
            if (best == ROW_NONE)
                break;
            if (!is_sure(d, &d->of[best]))
                return false;
            take(d, best, quota->daily);
        }
    }
    return true;
}

/* confidence(a, b) of section 6, by the operations of pair.c. */
static double confidence_of(const struct decision *d, const struct choice *c) {
    const struct view *view = view_of(d);
    double shared = (double)alike_evidence(d->alike, c->position);
    double missing = 1.0 - shared / (double)view->evidence_sum;
    double conf_a = COLUMN_OF(view->population, d->viewer, confidence);
    double conf_b = COLUMN_OF(view->population, c->row, confidence);
    return 0.6 * (1.0 - missing) + 0.4 * sqrt(conf_a * conf_b);
}

/* The anchor, or ROW_NONE. False: it may lie outside the K best. */
static bool choose_anchor(struct decision *d, uint32_t *anchor) {
    double least = view_params(view_of(d), d->viewer)->MATCH_ANCHOR_MIN_CONFIDENCE;
    double most = -1.0;
    *anchor = ROW_NONE;
    for (uint32_t i = 0; i < d->count; i++) {
        struct choice *c = &d->of[i];
        if (!is_open(c, true))
            continue;
        double confidence = confidence_of(d, c);
        if (confidence < least || confidence < most)
            continue;
        if (confidence == most) {
            score(d, c);
            score(d, &d->of[*anchor]);
            if (!stands_before(d, c, &d->of[*anchor]))
                continue;
        }
        most = confidence;
        *anchor = i;
    }
    if (*anchor == ROW_NONE)
        *anchor = choose(d, true, raw_lower, raw_upper);
    return *anchor == ROW_NONE || is_sure(d, &d->of[*anchor]);
}

bool decide(struct decision *d, uint32_t position, struct viewer_result *result,
            uint64_t *canonical) {
    const struct view *view = view_of(d);
    d->viewer = d->search->tiles->row_of[position];
    d->lambda = view_params(view, d->viewer)->MATCH_SCORE_DIVERSITY_LAMBDA;
    d->picks = 0;
    d->canonical = 0;
    if (!read_candidates(d, position))
        return false;
    struct quota quota = quota_of(view, d->viewer);
    alike_read(d->alike, position, d->count, &d->of[0].position, sizeof d->of[0]);
    uint32_t anchor = ROW_NONE;
    bool decided = pick_daily(d, &quota);
    if (decided && d->picks < quota.room && quota.anchor)
        decided = choose_anchor(d, &anchor);
    *canonical += d->canonical;
    if (!decided)
        return false;
    *canonical += d->picks + (anchor != ROW_NONE);
    result->pick_count = d->picks;
    for (uint32_t i = 0; i < d->picks; i++)
        offer_compose(view, d->viewer, d->of[d->picked[i]].row, &result->picks[i]);
    result->has_anchor = anchor != ROW_NONE;
    if (result->has_anchor)
        offer_compose(view, d->viewer, d->of[anchor].row, &result->anchor);
    result->pool_count = d->count < d->search->store.keep ? d->count : d->search->store.keep;
    return true;
}
