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
    uint8_t mode;  /* enum mode */
    bool accepted; /* they accepted the viewer, and that counts */
    bool picked;
    bool scored;                   /* raw is exact */
    double lower, upper;           /* of raw */
    double near_lower, near_upper; /* of the greatest similarity to a pick; 0 before the first */
    bool near_known;               /* exact */
};

struct decision {
    const struct search *search;
    struct choice of[DECIDE_MAX];
    uint32_t count, viewer;
    const struct ranked *specials;
    uint32_t special_count;
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

void decision_specials(struct decision *d, const struct ranked *specials, uint32_t count) {
    d->specials = specials;
    d->special_count = count;
}

/* The order of section 6 as one number: mode, accepted, raw (which lies in [-2, 1.5]). */
static double key_of(const struct choice *c, double raw) {
    return raw + (c->mode == MODE_FULL ? 8.0 : 0.0) + (c->accepted ? 4.0 : 0.0);
}

static int compare_descending(const void *x, const void *y) {
    double a = *(const double *)x, b = *(const double *)y;
    return a > b ? -1 : a < b;
}

/* The greatest key that K others may reach: who lies above it for certain is among the K best. */
static double sure_above(const struct decision *d, uint32_t keep) {
    if (d->count <= keep)
        return -INFINITY;
    double upper[DECIDE_MAX];
    for (uint32_t i = 0; i < d->count; i++)
        upper[i] = key_of(&d->of[i], d->of[i].upper);
    qsort(upper, d->count, sizeof *upper, compare_descending);
    return upper[keep];
}

static void add_bounded(struct decision *d, const struct candidate *from) {
    bool full = from->upper > FULL_OFFSET / 2.0f;
    double offset = full ? (double)FULL_OFFSET : 0.0;
    d->of[d->count++] = (struct choice){
        .row = d->search->tiles->row_of[from->position],
        .position = from->position,
        .mode = full ? MODE_FULL : MODE_PROVISIONAL,
        .lower = (double)from->lower - offset,
        .upper = (double)from->upper - offset,
        .near_known = true,
    };
}

static void add_special(struct decision *d, const struct ranked *from) {
    d->of[d->count++] = (struct choice){
        .row = from->row,
        .position = d->search->tiles->position_of[from->row],
        .mode = from->mode,
        .accepted = from->accepted,
        .scored = true,
        .lower = from->raw,
        .upper = from->raw,
        .near_known = true,
    };
}

/* False: too many, or one that may not be offerable at all. */
static bool read_candidates(struct decision *d, uint32_t position) {
    const struct candidates *c = &d->search->store.of[position];
    d->count = 0;
    if (c->count + d->special_count > DECIDE_MAX)
        return false;
    for (uint32_t i = 0; i < c->count; i++) {
        if (c->list[i].lower == -INFINITY)
            return false;
        add_bounded(d, &c->list[i]);
    }
    for (uint32_t i = 0; i < d->special_count; i++)
        add_special(d, &d->specials[i]);
    d->sure = sure_above(d, d->search->store.keep);
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

/* The order of section 6 among scored candidates of one mode. */
static bool stands_before(const struct decision *d, const struct choice *x,
                          const struct choice *y) {
    if (x->accepted != y->accepted)
        return x->accepted;
    if (x->lower != y->lower)
        return x->lower > y->lower;
    const struct population *p = view_of(d)->population;
    return uuid_order(population_id(p, x->row), population_id(p, y->row)) < 0;
}

/* The groups that picks are taken from, one after the other; an anchor from both that are full. */
enum group { GROUP_ACCEPTED, GROUP_FULL, GROUP_PROVISIONAL, PICK_GROUPS, GROUP_ANY_FULL };

static bool is_open(const struct choice *c, enum group group) {
    if (c->picked)
        return false;
    if (group == GROUP_PROVISIONAL)
        return c->mode == MODE_PROVISIONAL;
    if (c->mode != MODE_FULL)
        return false;
    return group == GROUP_ANY_FULL || c->accepted == (group == GROUP_ACCEPTED);
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
static uint32_t greatest(const struct decision *d, enum group group, bound *lower) {
    uint32_t best = ROW_NONE;
    for (uint32_t i = 0; i < d->count; i++)
        if (is_open(&d->of[i], group) &&
            (best == ROW_NONE || lower(d, &d->of[i]) > lower(d, &d->of[best])))
            best = i;
    return best;
}

/* The greatest by a value that lies between two bounds: whoever might reach the greatest lower end
 * is made exact, and exact ones are compared; ties by the order. */
static uint32_t choose(struct decision *d, enum group group, bound *lower, bound *upper) {
    uint32_t best = greatest(d, group, lower);
    if (best == ROW_NONE)
        return ROW_NONE;
    double line = lower(d, &d->of[best]);
    bool similar = lower == value_lower;
    uint32_t contenders = 0;
    for (uint32_t i = 0; i < d->count; i++)
        contenders += is_open(&d->of[i], group) && upper(d, &d->of[i]) >= line;
    if (contenders == 1)
        return best;
    uint32_t winner = ROW_NONE;
    for (uint32_t i = 0; i < d->count; i++) {
        struct choice *c = &d->of[i];
        if (!is_open(c, group) || upper(d, c) < line)
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
    return key_of(c, c->lower) > d->sure;
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
    for (int group = GROUP_ACCEPTED; group < PICK_GROUPS; group++) {
        uint32_t limit = quota->daily;
        if (group == GROUP_PROVISIONAL && d->picks + quota->provisional < limit)
            limit = d->picks + quota->provisional;
        while (d->picks < limit) {
            uint32_t best = choose(d, (enum group)group, value_lower, value_upper);
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

/* The first full candidate in the order that is no pick. */
static uint32_t first_full(struct decision *d) {
    uint32_t first = choose(d, GROUP_ACCEPTED, raw_lower, raw_upper);
    return first != ROW_NONE ? first : choose(d, GROUP_FULL, raw_lower, raw_upper);
}

/* The anchor, or ROW_NONE. False: it may lie outside the K best. */
static bool choose_anchor(struct decision *d, uint32_t *anchor) {
    double least = view_params(view_of(d), d->viewer)->MATCH_ANCHOR_MIN_CONFIDENCE;
    double most = -1.0;
    *anchor = ROW_NONE;
    for (uint32_t i = 0; i < d->count; i++) {
        struct choice *c = &d->of[i];
        if (!is_open(c, GROUP_ANY_FULL))
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
        *anchor = first_full(d);
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
