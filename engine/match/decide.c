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

/* The groups that picks are taken from, one after the other; an anchor from both that are full. */
enum group {
    GROUP_ACCEPTED,
    GROUP_FULL,
    GROUP_PROVISIONAL,
    PICK_GROUPS,
    GROUP_CLOSED = PICK_GROUPS
};

/* Of a viewer's candidates few are scored; more than so many are scored once more when composed. */
enum { SCORES_MAX = 32, NOT_KEPT = 0xff };

/* Candidates by index, a property an array: most passes look at two or three of them. */
struct decision {
    const struct search *search;
    uint32_t count, viewer;
    uint32_t position[DECIDE_MAX];
    bool accepted[DECIDE_MAX]; /* they accepted the viewer, and that counts */
    uint8_t group[DECIDE_MAX]; /* enum group; closed: picked, or outside the pool */
    uint32_t open[PICK_GROUPS];
    double rank[DECIDE_MAX]; /* order of section 6 but raw: 8 full, 4 accepted */
    double lower[DECIDE_MAX], upper[DECIDE_MAX]; /* of raw */
    bool scored[DECIDE_MAX];                     /* raw is exact */
    uint8_t score_at[DECIDE_MAX];                /* in `scores`, if scored */
    struct pair_score scores[SCORES_MAX];
    uint32_t score_count;
    double near_lower[DECIDE_MAX], near_upper[DECIDE_MAX]; /* of the greatest similarity to a
                                                              pick; 0 before the first */
    double seen_lower[DECIDE_MAX], seen_upper[DECIDE_MAX]; /* the same to the first `seen` picks, by
                                                              their looks as well */
    uint8_t seen[DECIDE_MAX];
    bool near_known[DECIDE_MAX]; /* exact */
    const struct ranked *specials;
    uint32_t special_count;
    double lambda;
    uint32_t picked[PICKS_MAX], picks;
    struct similarity_interval alike_to[PICKS_MAX][DECIDE_MAX]; /* by pick: answers alone */
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

static uint32_t row_of(const struct decision *d, uint32_t i) {
    return d->search->tiles->row_of[d->position[i]];
}

void decision_specials(struct decision *d, const struct ranked *specials, uint32_t count) {
    d->specials = specials;
    d->special_count = count;
}

static void add(struct decision *d, uint32_t position, enum group group, double lower,
                double upper) {
    uint32_t i = d->count++;
    d->position[i] = position;
    d->group[i] = (uint8_t)group;
    d->accepted[i] = group == GROUP_ACCEPTED;
    d->rank[i] = (group != GROUP_PROVISIONAL ? 8.0 : 0.0) + (d->accepted[i] ? 4.0 : 0.0);
    d->open[group]++;
    d->scored[i] = false;
    d->lower[i] = lower;
    d->upper[i] = upper;
    d->near_lower[i] = d->near_upper[i] = 0.0;
    d->seen[i] = 0;
    d->near_known[i] = true;
}

static void add_bounded(struct decision *d, const struct candidate *from) {
    bool full = from->upper > FULL_OFFSET / 2.0f;
    double offset = full ? (double)FULL_OFFSET : 0.0;
    add(d, candidate_position(from), full ? GROUP_FULL : GROUP_PROVISIONAL,
        (double)from->lower - offset, (double)from->upper - offset);
}

static void add_special(struct decision *d, const struct ranked *from) {
    enum group group = from->mode != MODE_FULL ? GROUP_PROVISIONAL
                       : from->accepted        ? GROUP_ACCEPTED
                                               : GROUP_FULL;
    add(d, d->search->tiles->position_of[from->row], group, from->raw, from->raw);
    uint32_t i = d->count - 1;
    d->accepted[i] = from->accepted;
    d->rank[i] = (group != GROUP_PROVISIONAL ? 8.0 : 0.0) + (from->accepted ? 4.0 : 0.0);
    d->scored[i] = true;
    d->score_at[i] = NOT_KEPT;
}

void decision_fetch(const struct decision *d, uint32_t position) {
    const struct candidates *c = &d->search->store.of[position];
    const struct view *view = view_of(d);
    uint32_t viewer = d->search->tiles->row_of[position];
    pair_fetch(view, viewer);
    __builtin_prefetch(&view->open[viewer]);
    __builtin_prefetch(&COLUMN_OF(view->population, viewer, variant));
    for (uint32_t i = 0; i < c->count; i++)
        alike_fetch(d->search->tiles, candidate_position(&c->list[i]));
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
    return true;
}

/* Who will be scored soon. */
static void fetch(const struct decision *d, uint32_t i) {
    if (!d->scored[i])
        pair_fetch(view_of(d), row_of(d, i));
}

static void score(struct decision *d, uint32_t i) {
    if (d->scored[i])
        return;
    struct pair_score extra, *s = &extra;
    d->score_at[i] = NOT_KEPT;
    if (d->score_count < SCORES_MAX) {
        d->score_at[i] = (uint8_t)d->score_count;
        s = &d->scores[d->score_count++];
    }
    pair_score_gated(view_of(d), d->viewer, row_of(d, i), GATE_NONE, s);
    d->canonical++;
    d->lower[i] = d->upper[i] = s->raw;
    d->scored[i] = true;
}

static void measure(struct decision *d, uint32_t i) {
    if (d->near_known[i])
        return;
    double nearest = 0.0;
    for (uint32_t k = 0; k < d->picks; k++) {
        double similarity = pair_similarity(view_of(d), row_of(d, i), row_of(d, d->picked[k]));
        nearest = k == 0 || similarity > nearest ? similarity : nearest;
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
    return uuid_order(population_id(p, row_of(d, x)), population_id(p, row_of(d, y))) < 0;
}

/* How many others may stand before a candidate whose key is at least so much. */
static uint32_t rivals(const struct decision *d, uint32_t i, double key) {
    uint32_t reach = 0;
    for (uint32_t k = 0; k < d->count; k++)
        reach += d->upper[k] + d->rank[k] >= key;
    return reach - (d->upper[i] + d->rank[i] >= key);
}

/* Is a candidate among the K best? Who may stand on either side of it is scored. */
static bool is_member(struct decision *d, uint32_t i) {
    uint32_t keep = d->search->store.keep;
    if (d->count <= keep || rivals(d, i, d->lower[i] + d->rank[i]) < keep)
        return true;
    score(d, i);
    double key = d->lower[i] + d->rank[i];
    uint32_t before = 0;
    for (uint32_t k = 0; k < d->count; k++) {
        if (k == i || d->upper[k] + d->rank[k] < key)
            continue;
        if (d->lower[k] + d->rank[k] <= key) {
            score(d, k);
            before += stands_before(d, k, i);
        } else {
            before++;
        }
    }
    return before < keep;
}

/* What is to be the greatest: raw, or lambda * raw - (1 - lambda) * nearest. */
enum aim { AIM_RAW, AIM_VALUE };

/* The open candidates of a group, and what that is worth for each. */
struct field {
    uint32_t count;
    uint8_t index[DECIDE_MAX];
    double lower[DECIDE_MAX], upper[DECIDE_MAX];
    double raw, near, slack; /* factors, and the room for their rounding */
};

static double lower_end(const struct decision *d, const struct field *f, uint32_t i) {
    return f->raw * d->lower[i] - f->near * d->near_upper[i] - f->slack;
}

static double upper_end(const struct decision *d, const struct field *f, uint32_t i) {
    return f->raw * d->upper[i] - f->near * d->near_lower[i] + f->slack;
}

static void read_field(const struct decision *d, enum group group, enum aim aim,
                       struct field *out) {
    out->raw = aim == AIM_RAW ? 1.0 : d->lambda;
    out->near = aim == AIM_RAW ? 0.0 : 1.0 - d->lambda;
    out->slack = aim == AIM_RAW ? 0.0 : GRID;
    uint32_t n = 0;
    for (uint32_t i = 0; i < d->count; i++) {
        out->index[n] = (uint8_t)i;
        n += d->group[i] == group;
    }
    out->count = n;
    for (uint32_t k = 0; k < n; k++) {
        out->lower[k] = lower_end(d, out, out->index[k]);
        out->upper[k] = upper_end(d, out, out->index[k]);
    }
}

/* Narrows the similarities of a candidate to the picks by how they look. */
static void look(struct decision *d, uint32_t i) {
    for (uint32_t k = d->seen[i]; k < d->picks; k++) {
        struct similarity_interval near = alike_looks(d->alike, i, d->picked[k], d->alike_to[k][i]);
        bool first = k == 0;
        d->seen_lower[i] = first || near.lower > d->seen_lower[i] ? near.lower : d->seen_lower[i];
        d->seen_upper[i] = first || near.upper > d->seen_upper[i] ? near.upper : d->seen_upper[i];
    }
    d->seen[i] = (uint8_t)d->picks;
    d->near_lower[i] = d->seen_lower[i];
    d->near_upper[i] = d->seen_upper[i];
}

/* Candidate k of the field; returns its lower end. */
static double narrow(struct decision *d, struct field *f, uint32_t k) {
    uint32_t i = f->index[k];
    if (d->seen[i] < d->picks && !d->near_known[i]) {
        look(d, i);
        f->lower[k] = lower_end(d, f, i);
        f->upper[k] = upper_end(d, f, i);
    }
    return f->lower[k];
}

/* Looks at whoever might reach the greatest lower end, which rises on the way; returns it. */
static double narrow_field(struct decision *d, struct field *f) {
    uint32_t likely = 0;
    for (uint32_t k = 1; k < f->count; k++)
        likely = f->lower[k] > f->lower[likely] ? k : likely;
    if (d->picks == 0 || f->near <= 0.0)
        return f->lower[likely];
    double line = narrow(d, f, likely);
    for (uint32_t k = 0; k < f->count; k++) {
        if (f->upper[k] < line)
            continue;
        double lower = narrow(d, f, k);
        line = lower > line ? lower : line;
    }
    return line;
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
    struct field field;
    read_field(d, group, aim, &field);
    double line = narrow_field(d, &field);
    uint8_t contender[DECIDE_MAX];
    uint32_t contenders = 0;
    for (uint32_t k = 0; k < field.count; k++) {
        contender[contenders] = field.index[k];
        contenders += field.upper[k] >= line;
    }
    if (contenders == 1)
        return contender[0];
    for (uint32_t c = 0; c < contenders; c++)
        fetch(d, contender[c]);
    uint32_t winner = ROW_NONE;
    double greatest = 0.0;
    for (uint32_t c = 0; c < contenders; c++) {
        uint32_t i = contender[c];
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

static void take(struct decision *d, uint32_t chosen, uint32_t wanted) {
    close_choice(d, chosen);
    bool first = d->picks == 0;
    struct similarity_interval *near = d->alike_to[d->picks];
    d->picked[d->picks++] = chosen;
    fetch(d, chosen);
    if (d->picks >= wanted)
        return;
    alike_answers(d->alike, chosen, near);
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
static void read_confidence(const struct decision *d, double *out) {
    const struct view *view = view_of(d);
    const int32_t *evidence = alike_evidence(d->alike);
    double conf_a = COLUMN_OF(view->population, d->viewer, confidence);
    for (uint32_t i = 0; i < d->count; i++) {
        if (d->group[i] >= GROUP_PROVISIONAL)
            continue;
        double missing = 1.0 - (double)evidence[i] / (double)view->evidence_sum;
        double conf_b = alike_confidence(d->alike, i);
        out[i] = 0.6 * (1.0 - missing) + 0.4 * sqrt(conf_a * conf_b);
    }
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
    read_confidence(d, confidence);
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

/* With the score that a choice needed, if one did. */
static void compose(struct decision *d, uint32_t i, struct offer *out) {
    score(d, i);
    if (d->score_at[i] != NOT_KEPT) {
        offer_compose_scored(view_of(d), row_of(d, i), &d->scores[d->score_at[i]], out);
        return;
    }
    offer_compose(view_of(d), d->viewer, row_of(d, i), out);
    d->canonical++;
}

bool decide(struct decision *d, uint32_t position, struct viewer_result *result,
            uint64_t *canonical) {
    const struct view *view = view_of(d);
    d->viewer = d->search->tiles->row_of[position];
    d->lambda = view_params(view, d->viewer)->MATCH_SCORE_DIVERSITY_LAMBDA;
    d->picks = d->score_count = 0;
    d->canonical = 0;
    if (!read_candidates(d, position))
        return false;
    struct quota quota = quota_of(view, d->viewer);
    alike_read(d->alike, position, d->count, d->position);
    pick_daily(d, &quota);
    uint32_t anchor = d->picks < quota.room && quota.anchor ? choose_anchor(d) : ROW_NONE;
    if (anchor != ROW_NONE)
        fetch(d, anchor);
    result->pick_count = d->picks;
    for (uint32_t i = 0; i < d->picks; i++)
        compose(d, d->picked[i], &result->picks[i]);
    result->has_anchor = anchor != ROW_NONE;
    if (result->has_anchor)
        compose(d, anchor, &result->anchor);
    *canonical += d->canonical;
    result->pool_count = d->count < d->search->store.keep ? d->count : d->search->store.keep;
    return true;
}
