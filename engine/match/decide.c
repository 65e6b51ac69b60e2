/* The choices of decide.h, in the order of pick.c. */
#include "engine/match/decide.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/match/alike.h"
#include "engine/match/quota.h"

/* grid_round moves a value by at most 2^-33. */
static const double GRID = 0x1p-32;
static const double SURE_RESOLUTION = 1e-6;

/* The groups that picks are taken from, one after the other; an anchor from both that are full. */
enum group {
    GROUP_ACCEPTED,
    GROUP_FULL,
    GROUP_PROVISIONAL,
    PICK_GROUPS,
    GROUP_CLOSED = PICK_GROUPS
};

/* Candidates by index, a property an array: most passes look at two or three of them. */
struct decision {
    const struct search *search;
    uint32_t count, viewer;
    uint32_t row[DECIDE_MAX], position[DECIDE_MAX];
    bool full[DECIDE_MAX];     /* full mode */
    bool accepted[DECIDE_MAX]; /* they accepted the viewer, and that counts */
    uint8_t group[DECIDE_MAX]; /* enum group; closed: picked, or outside the pool */
    uint32_t open[PICK_GROUPS];
    bool scored[DECIDE_MAX];                               /* raw is exact */
    double lower[DECIDE_MAX], upper[DECIDE_MAX];           /* of raw */
    double near_lower[DECIDE_MAX], near_upper[DECIDE_MAX]; /* of the greatest similarity to a
                                                              pick; 0 before the first */
    bool near_known[DECIDE_MAX];                           /* exact */
    const struct ranked *specials;
    uint32_t special_count;
    double lambda;
    uint32_t picked[PICKS_MAX], picks;
    double sure; /* who lies above this key for certain is among the K best */
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
static double key_of(const struct decision *d, uint32_t i, double raw) {
    return raw + (d->full[i] ? 8.0 : 0.0) + (d->accepted[i] ? 4.0 : 0.0);
}

/* A key that at most K candidates may exceed, near the least such: by bisection. */
static double sure_above(const struct decision *d, uint32_t keep) {
    if (d->count <= keep)
        return -INFINITY;
    double upper[DECIDE_MAX], low = INFINITY, high = -INFINITY;
    for (uint32_t i = 0; i < d->count; i++) {
        upper[i] = key_of(d, i, d->upper[i]);
        low = fmin(low, upper[i]);
        high = fmax(high, upper[i]);
    }
    for (uint32_t above = 0; high - low > SURE_RESOLUTION && above != keep;) {
        double middle = 0.5 * (low + high);
        above = 0;
        for (uint32_t i = 0; i < d->count; i++)
            above += upper[i] > middle;
        if (above <= keep)
            high = middle;
        else
            low = middle;
    }
    return high;
}

static void add(struct decision *d, uint32_t position, enum group group, double lower,
                double upper) {
    uint32_t i = d->count++;
    d->row[i] = d->search->tiles->row_of[position];
    d->position[i] = position;
    d->group[i] = (uint8_t)group;
    d->full[i] = group != GROUP_PROVISIONAL;
    d->accepted[i] = group == GROUP_ACCEPTED;
    d->open[group]++;
    d->scored[i] = false;
    d->lower[i] = lower;
    d->upper[i] = upper;
    d->near_lower[i] = d->near_upper[i] = 0.0;
    d->near_known[i] = true;
}

static void add_bounded(struct decision *d, const struct candidate *from) {
    bool full = from->upper > FULL_OFFSET / 2.0f;
    double offset = full ? (double)FULL_OFFSET : 0.0;
    add(d, from->position, full ? GROUP_FULL : GROUP_PROVISIONAL, (double)from->lower - offset,
        (double)from->upper - offset);
}

static void add_special(struct decision *d, const struct ranked *from) {
    enum group group = from->mode != MODE_FULL ? GROUP_PROVISIONAL
                       : from->accepted        ? GROUP_ACCEPTED
                                               : GROUP_FULL;
    add(d, d->search->tiles->position_of[from->row], group, from->raw, from->raw);
    d->accepted[d->count - 1] = from->accepted;
    d->scored[d->count - 1] = true;
}

/* False: too many, or one that may not be offerable at all. */
static bool read_candidates(struct decision *d, uint32_t position) {
    const struct candidates *c = &d->search->store.of[position];
    d->count = 0;
    memset(d->open, 0, sizeof d->open);
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

static void score(struct decision *d, uint32_t i) {
    if (d->scored[i])
        return;
    struct pair_score s;
    pair_score_gated(view_of(d), d->viewer, d->row[i], GATE_NONE, &s);
    d->canonical++;
    d->lower[i] = d->upper[i] = s.raw;
    d->scored[i] = true;
}

static void measure(struct decision *d, uint32_t i) {
    if (d->near_known[i])
        return;
    double nearest = 0.0;
    for (uint32_t k = 0; k < d->picks; k++) {
        double similarity = pair_similarity(view_of(d), d->row[i], d->row[d->picked[k]]);
        nearest = k == 0 ? similarity : fmax(nearest, similarity);
    }
    d->near_lower[i] = d->near_upper[i] = nearest;
    d->near_known[i] = true;
}

/* The order of section 6 among scored candidates of one mode. */
static bool stands_before(const struct decision *d, uint32_t x, uint32_t y) {
    if (d->accepted[x] != d->accepted[y])
        return d->accepted[x];
    if (d->lower[x] != d->lower[y])
        return d->lower[x] > d->lower[y];
    const struct population *p = view_of(d)->population;
    return uuid_order(population_id(p, d->row[x]), population_id(p, d->row[y])) < 0;
}

/* Is a candidate among the K best? Who may stand on either side of it is scored. */
static bool is_member(struct decision *d, uint32_t i) {
    if (key_of(d, i, d->lower[i]) > d->sure)
        return true;
    score(d, i);
    double key = key_of(d, i, d->lower[i]);
    uint32_t before = 0;
    for (uint32_t k = 0; k < d->count; k++) {
        if (k == i || key_of(d, k, d->upper[k]) < key)
            continue;
        if (key_of(d, k, d->lower[k]) <= key) {
            score(d, k);
            before += stands_before(d, k, i);
        } else {
            before++;
        }
    }
    return before < d->search->store.keep;
}

/* What is to be the greatest: raw, or lambda * raw - (1 - lambda) * nearest. */
enum aim { AIM_RAW, AIM_VALUE };

struct bounds {
    double lower[DECIDE_MAX], upper[DECIDE_MAX]; /* -inf: not open */
};

static void read_bounds(const struct decision *d, enum group group, enum aim aim,
                        struct bounds *out) {
    double raw = aim == AIM_RAW ? 1.0 : d->lambda, near = aim == AIM_RAW ? 0.0 : 1.0 - d->lambda;
    double slack = aim == AIM_RAW ? 0.0 : GRID;
    for (uint32_t i = 0; i < d->count; i++) {
        bool open = d->group[i] == group;
        double lower = raw * d->lower[i] - near * d->near_upper[i] - slack;
        double upper = raw * d->upper[i] - near * d->near_lower[i] + slack;
        out->lower[i] = open ? lower : -INFINITY;
        out->upper[i] = open ? upper : -INFINITY;
    }
}

/* Exact once raw and nearest are. */
static double exact(const struct decision *d, uint32_t i, enum aim aim) {
    if (aim == AIM_RAW)
        return d->lower[i];
    return grid_round(d->lambda * d->lower[i] - (1.0 - d->lambda) * d->near_lower[i]);
}

/* The greatest of an open group: whoever might reach the greatest lower end is made exact, and
 * exact ones are compared; ties by the order. */
static uint32_t choose(struct decision *d, enum group group, enum aim aim) {
    if (d->open[group] == 0)
        return ROW_NONE;
    struct bounds bounds;
    read_bounds(d, group, aim, &bounds);
    double line = -INFINITY;
    for (uint32_t i = 0; i < d->count; i++)
        line = bounds.lower[i] > line ? bounds.lower[i] : line;
    uint32_t winner = ROW_NONE, contenders = 0;
    for (uint32_t i = 0; i < d->count; i++)
        contenders += bounds.upper[i] >= line;
    double greatest = 0.0;
    for (uint32_t i = 0; i < d->count; i++) {
        if (!(bounds.upper[i] >= line))
            continue;
        if (contenders == 1)
            return i;
        score(d, i);
        if (aim == AIM_VALUE)
            measure(d, i);
        double value = exact(d, i, aim);
        if (winner == ROW_NONE || value > greatest ||
            (value == greatest && stands_before(d, i, winner))) {
            winner = i;
            greatest = value;
        }
    }
    return winner;
}

static void close_choice(struct decision *d, uint32_t i) {
    d->open[d->group[i]]--;
    d->group[i] = GROUP_CLOSED;
}

/* The same among the K best. */
static uint32_t choose_member(struct decision *d, enum group group, enum aim aim) {
    for (;;) {
        uint32_t best = choose(d, group, aim);
        if (best == ROW_NONE || is_member(d, best))
            return best;
        close_choice(d, best);
    }
}

/* A pick will be scored: what that reads of a person is asked for now. */
static void fetch_person(const struct view *view, uint32_t row) {
    const struct population *p = view->population;
    const char *features = (const char *)population_features(p, row);
    const char *preference = (const char *)population_preference(p, row);
    size_t dim = population_dim_padded(p);
    __builtin_prefetch(view->freshness + (size_t)row * view->items);
    __builtin_prefetch(view->norm + (size_t)row * view->items);
    if (features == NULL || preference == NULL)
        return;
    for (size_t line = 0; line < dim * sizeof(double); line += CACHE_LINE)
        __builtin_prefetch(features + line);
    for (size_t line = 0; line < dim * sizeof(float); line += CACHE_LINE)
        __builtin_prefetch(preference + line);
}

static void take(struct decision *d, uint32_t chosen, uint32_t wanted) {
    close_choice(d, chosen);
    d->picked[d->picks++] = chosen;
    fetch_person(view_of(d), d->row[chosen]);
    if (d->picks >= wanted)
        return;
    struct similarity_interval near[DECIDE_MAX];
    alike_to(d->alike, d->position[chosen], near);
    bool first = d->picks == 1;
    for (uint32_t i = 0; i < d->count; i++) {
        double lower = near[i].lower, upper = near[i].upper;
        d->near_lower[i] = first || lower > d->near_lower[i] ? lower : d->near_lower[i];
        d->near_upper[i] = first || upper > d->near_upper[i] ? upper : d->near_upper[i];
        d->near_known[i] = false;
    }
}

static void pick_daily(struct decision *d, const struct quota *quota) {
    for (int group = GROUP_ACCEPTED; group < PICK_GROUPS; group++) {
        uint32_t limit = quota->daily;
        if (group == GROUP_PROVISIONAL && d->picks + quota->provisional < limit)
            limit = d->picks + quota->provisional;
        while (d->picks < limit) {
            uint32_t best = choose_member(d, (enum group)group, AIM_VALUE);
            if (best == ROW_NONE)
                break;
            take(d, best, quota->daily);
        }
    }
}

/* confidence(a, b) of section 6, by the operations of pair.c. */
static double confidence_of(const struct decision *d, uint32_t i) {
    const struct view *view = view_of(d);
    double shared = (double)alike_evidence(d->alike, d->position[i]);
    double missing = 1.0 - shared / (double)view->evidence_sum;
    double conf_a = COLUMN_OF(view->population, d->viewer, confidence);
    double conf_b = COLUMN_OF(view->population, d->row[i], confidence);
    return 0.6 * (1.0 - missing) + 0.4 * sqrt(conf_a * conf_b);
}

/* The full candidate with the greatest confidence that reaches the least, ties by the order. */
static uint32_t most_confident(struct decision *d, const double *confidence) {
    double least = view_params(view_of(d), d->viewer)->MATCH_ANCHOR_MIN_CONFIDENCE;
    uint32_t best = ROW_NONE;
    for (uint32_t i = 0; i < d->count; i++) {
        if (d->group[i] >= GROUP_PROVISIONAL || confidence[i] < least ||
            (best != ROW_NONE && confidence[i] < confidence[best]))
            continue;
        if (best != ROW_NONE && confidence[i] == confidence[best]) {
            score(d, i);
            score(d, best);
            if (!stands_before(d, i, best))
                continue;
        }
        best = i;
    }
    return best;
}

/* The anchor, or ROW_NONE: of the K best that are full and no picks. */
static uint32_t choose_anchor(struct decision *d) {
    double confidence[DECIDE_MAX];
    for (uint32_t i = 0; i < d->count; i++)
        confidence[i] = d->group[i] < GROUP_PROVISIONAL ? confidence_of(d, i) : 0.0;
    for (;;) {
        uint32_t best = most_confident(d, confidence);
        if (best == ROW_NONE)
            break;
        if (is_member(d, best))
            return best;
        close_choice(d, best);
    }
    uint32_t first = choose_member(d, GROUP_ACCEPTED, AIM_RAW);
    return first != ROW_NONE ? first : choose_member(d, GROUP_FULL, AIM_RAW);
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
    alike_read(d->alike, position, d->count, d->position);
    pick_daily(d, &quota);
    uint32_t anchor = d->picks < quota.room && quota.anchor ? choose_anchor(d) : ROW_NONE;
    *canonical += d->canonical + d->picks + (anchor != ROW_NONE);
    result->pick_count = d->picks;
    for (uint32_t i = 0; i < d->picks; i++)
        offer_compose(view, d->viewer, d->row[d->picked[i]], &result->picks[i]);
    result->has_anchor = anchor != ROW_NONE;
    if (result->has_anchor)
        offer_compose(view, d->viewer, d->row[anchor], &result->anchor);
    result->pool_count = d->count < d->search->store.keep ? d->count : d->search->store.keep;
    return true;
}
