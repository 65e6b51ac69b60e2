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
enum group { GROUP_ACCEPTED, GROUP_FULL, GROUP_PROVISIONAL, PICK_GROUPS };

/* Of a viewer's candidates few are scored; more than so many are scored once more when composed. */
enum { SCORES_MAX = 32, NOT_KEPT = 0xff };

/* Candidates by number, group after group, a property an array: most passes look at two or three of
 * all of them. */
struct decision {
    const struct search *search;
    uint32_t count, viewer;
    uint32_t position[ALIKE_MAX];
    uint32_t first[PICK_GROUPS + 1];           /* numbers where the groups begin */
    bool accepted[ALIKE_MAX];                  /* they accepted the viewer, and that counts */
    double rank[ALIKE_MAX];                    /* order of section 6 but raw: 8 full, 4 accepted */
    double lower[ALIKE_MAX], upper[ALIKE_MAX]; /* of raw */
    double closed[ALIKE_MAX];                  /* infinite: picked, or outside the pool; else 0 */
    bool scored[ALIKE_MAX];                    /* raw is exact */
    uint8_t score_at[ALIKE_MAX];               /* in `scores`, if scored */
    struct pair_score scores[SCORES_MAX];
    uint32_t score_count;
    /* The greatest similarity to a pick; 0 before the first. */
    double near_lower[ALIKE_MAX], near_upper[ALIKE_MAX];
    bool near_known[ALIKE_MAX]; /* exact */
    const struct ranked *specials;
    uint32_t special_count;
    double lambda;
    uint32_t picked[PICKS_MAX], picks;
    struct likeness likeness[PICKS_MAX]; /* to each pick */
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
    return alike_row(d->alike, i);
}

void decision_specials(struct decision *d, const struct ranked *specials, uint32_t count) {
    d->specials = specials;
    d->special_count = count;
}

static uint32_t add(struct decision *d, uint32_t position, double lower, double upper) {
    uint32_t i = d->count++;
    d->position[i] = position;
    d->lower[i] = lower;
    d->upper[i] = upper;
    return i;
}

static bool may_be_full(const struct tiles *tiles, uint32_t position) {
    return tiles->groups[tiles->group_of[position / TILE_LANES]].full;
}

/* Those in full mode, or the others. The mode follows from two groups (tile.h), and not from the
 * key, which is an interval: of a wide one either end may be anywhere. */
static void add_bounded(struct decision *d, uint32_t viewer, bool full) {
    const struct tiles *tiles = d->search->tiles;
    const struct candidates *from = &d->search->store.of[viewer];
    double offset = full ? (double)FULL_OFFSET : 0.0, rank = full ? 8.0 : 0.0;
    bool own = may_be_full(tiles, viewer);
    for (uint32_t k = 0; k < from->count; k++) {
        const struct candidate *c = &from->list[k];
        if ((own && may_be_full(tiles, candidate_position(c))) != full)
            continue;
        uint32_t i =
            add(d, candidate_position(c), (double)c->lower - offset, (double)c->upper - offset);
        d->accepted[i] = d->scored[i] = false;
        d->rank[i] = rank;
    }
}

static enum group group_of(const struct ranked *special) {
    if (special->mode != MODE_FULL)
        return GROUP_PROVISIONAL;
    return special->accepted ? GROUP_ACCEPTED : GROUP_FULL;
}

static void add_specials(struct decision *d, enum group group) {
    for (uint32_t k = 0; k < d->special_count; k++) {
        const struct ranked *from = &d->specials[k];
        if (group_of(from) != group)
            continue;
        uint32_t i = add(d, d->search->tiles->position_of[from->row], from->raw, from->raw);
        d->accepted[i] = from->accepted;
        d->rank[i] = (group != GROUP_PROVISIONAL ? 8.0 : 0.0) + (from->accepted ? 4.0 : 0.0);
        d->scored[i] = true;
        d->score_at[i] = NOT_KEPT;
    }
}

void decision_fetch(const struct decision *d, uint32_t position) {
    const struct candidates *c = &d->search->store.of[position];
    const struct view *view = view_of(d);
    uint32_t viewer = d->search->tiles->row_of[position];
    pair_fetch(view, viewer);
    __builtin_prefetch(&view->open[viewer]);
    __builtin_prefetch(&view->segment[viewer]);
    __builtin_prefetch(&COLUMN_OF(view->population, viewer, variant));
    for (uint32_t i = 0; i < c->count; i++)
        alike_fetch(d->search->tiles, candidate_position(&c->list[i]));
}

/* False: too many, or one that may not be offerable at all. */
static bool read_candidates(struct decision *d, uint32_t position) {
    const struct candidates *c = &d->search->store.of[position];
    if (c->count + d->special_count > ALIKE_MAX)
        return false;
    float least = 0.0f;
    for (uint32_t i = 0; i < c->count; i++)
        least = c->list[i].lower < least ? c->list[i].lower : least;
    if (least == -INFINITY)
        return false;
    d->count = 0;
    for (int group = GROUP_ACCEPTED; group < PICK_GROUPS; group++) {
        d->first[group] = d->count;
        add_specials(d, (enum group)group);
        if (group != GROUP_ACCEPTED)
            add_bounded(d, position, group == GROUP_FULL);
    }
    d->first[PICK_GROUPS] = d->count;
    memset(d->closed, 0, d->count * sizeof *d->closed);
    memset(d->near_lower, 0, d->count * sizeof *d->near_lower);
    memset(d->near_upper, 0, d->count * sizeof *d->near_upper);
    memset(d->near_known, true, d->count * sizeof *d->near_known);
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
    int64_t reach = 0;
    for (uint32_t k = 0; k < d->count; k++)
        reach += d->upper[k] + d->rank[k] >= key;
    return (uint32_t)reach - (d->upper[i] + d->rank[i] >= key);
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

/* What that is worth for each of a group, -infinity for whoever is closed. */
struct field {
    uint32_t first, end;
    double raw, near, slack;                   /* factors, and the room for their rounding */
    double lower[ALIKE_MAX], upper[ALIKE_MAX]; /* from `first` on */
};

static void read_worth(const struct decision *d, struct field *f, uint32_t i) {
    f->lower[i] = f->raw * d->lower[i] - f->near * d->near_upper[i] - f->slack - d->closed[i];
    f->upper[i] = f->raw * d->upper[i] - f->near * d->near_lower[i] + f->slack - d->closed[i];
}

/* Returns the greatest lower end. */
static double read_field(const struct decision *d, enum group group, enum aim aim,
                         struct field *out) {
    out->first = d->first[group];
    out->end = d->first[group + 1];
    out->raw = aim == AIM_RAW ? 1.0 : d->lambda;
    out->near = aim == AIM_RAW ? 0.0 : 1.0 - d->lambda;
    out->slack = aim == AIM_RAW ? 0.0 : GRID;
    for (uint32_t i = out->first; i < out->end; i++)
        read_worth(d, out, i);
    double line = -INFINITY;
    for (uint32_t i = out->first; i < out->end; i++)
        line = out->lower[i] > line ? out->lower[i] : line;
    return line;
}

/* Narrows how near a candidate is to the picks. */
static void look_closer(struct decision *d, uint32_t i) {
    struct similarity_interval nearest = {-INFINITY, -INFINITY};
    for (uint32_t k = 0; k < d->picks; k++) {
        struct similarity_interval near = alike_narrow(d->alike, i, &d->likeness[k]);
        nearest.lower = fmax(nearest.lower, near.lower);
        nearest.upper = fmax(nearest.upper, near.upper);
    }
    d->near_lower[i] = fmax(d->near_lower[i], nearest.lower);
    d->near_upper[i] = fmin(d->near_upper[i], nearest.upper);
}

/* Drops those contenders that turn out not to reach the greatest lower end; returns how many stay.
 */
static uint32_t narrow(struct decision *d, struct field *f, uint8_t *contender, uint32_t count) {
    double line = -INFINITY;
    for (uint32_t c = 0; c < count && d->picks > 0; c++)
        alike_narrow_soon(d->alike, contender[c]);
    for (uint32_t c = 0; c < count; c++) {
        uint32_t i = contender[c];
        if (!d->near_known[i])
            look_closer(d, i);
        read_worth(d, f, i);
        line = fmax(line, f->lower[i]);
    }
    uint32_t left = 0;
    for (uint32_t c = 0; c < count; c++) {
        contender[left] = contender[c];
        left += f->upper[contender[c]] >= line;
    }
    return left;
}

/* Exact once raw and nearest are. */
static double exact(const struct decision *d, uint32_t i, enum aim aim) {
    if (aim == AIM_RAW)
        return d->lower[i];
    return grid_round(d->lambda * d->lower[i] - (1.0 - d->lambda) * d->near_lower[i]);
}

/* The greatest of some that are made exact; ties by the order. */
static uint32_t compare(struct decision *d, const uint8_t *contender, uint32_t count,
                        enum aim aim) {
    for (uint32_t c = 0; c < count; c++)
        fetch(d, contender[c]);
    uint32_t winner = ROW_NONE;
    double greatest = 0.0;
    for (uint32_t c = 0; c < count; c++) {
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

/* The greatest of the open ones of a group, or ROW_NONE: of those who might reach the greatest
 * lower end. */
static uint32_t choose(struct decision *d, enum group group, enum aim aim) {
    struct field field;
    double line = read_field(d, group, aim, &field);
    if (line == -INFINITY)
        return ROW_NONE;
    uint8_t contender[ALIKE_MAX];
    uint32_t contenders = 0;
    for (uint32_t i = field.first; i < field.end; i++) {
        contender[contenders] = (uint8_t)i;
        contenders += field.upper[i] >= line;
    }
    if (contenders > 1 && aim == AIM_VALUE)
        contenders = narrow(d, &field, contender, contenders);
    return contenders == 1 ? contender[0] : compare(d, contender, contenders, aim);
}

static void close_choice(struct decision *d, uint32_t i) {
    d->closed[i] = INFINITY;
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
    struct likeness *likeness = &d->likeness[d->picks];
    d->picked[d->picks++] = chosen;
    fetch(d, chosen);
    if (d->picks >= wanted)
        return;
    alike_measure(d->alike, chosen, likeness);
    for (uint32_t i = 0; i < d->count; i++) {
        double lower = likeness->lower[i], upper = likeness->upper[i];
        d->near_lower[i] = first || lower > d->near_lower[i] ? lower : d->near_lower[i];
        d->near_upper[i] = first || upper > d->near_upper[i] ? upper : d->near_upper[i];
    }
    memset(d->near_known, false, d->count * sizeof *d->near_known);
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

/* Confidences, about: .6 (1 - missing) + .4 root_a root_b with roots that are off by 2^-24
 * relatively, -infinity of those that are closed; returns the greatest. */
static double read_confidence(const struct decision *d, double *out) {
    const struct view *view = view_of(d);
    const int32_t *evidence = alike_evidence(d->alike);
    const float *root_b = alike_confidence_roots(d->alike);
    double root_a = 0.4 * sqrt(COLUMN_OF(view->population, d->viewer, confidence));
    double share = 0.6 / (double)view->evidence_sum, greatest = -INFINITY;
    for (uint32_t i = 0; i < d->first[GROUP_PROVISIONAL]; i++)
        out[i] = share * (double)evidence[i] + root_a * (double)root_b[i] - d->closed[i];
    for (uint32_t i = 0; i < d->first[GROUP_PROVISIONAL]; i++)
        greatest = out[i] > greatest ? out[i] : greatest;
    return greatest;
}

static const double CONFIDENCE_ERROR = 1e-7;

static double exact_confidence(const struct decision *d, uint32_t i) {
    const struct view *view = view_of(d);
    double evidence = (double)alike_evidence(d->alike)[i];
    double missing = 1.0 - evidence / (double)view->evidence_sum;
    return pair_confidence(view, d->viewer, row_of(d, i), missing);
}

/* The full candidate with the greatest confidence that reaches the least, ties by the order. */
static uint32_t most_confident(struct decision *d) {
    double about[ALIKE_MAX];
    double line = read_confidence(d, about) - 2.0 * CONFIDENCE_ERROR;
    double most = view_params(view_of(d), d->viewer)->MATCH_ANCHOR_MIN_CONFIDENCE;
    uint32_t best = ROW_NONE;
    if (line < most - 3.0 * CONFIDENCE_ERROR)
        return best;
    for (uint32_t i = 0; i < d->first[GROUP_PROVISIONAL]; i++) {
        if (about[i] < line)
            continue;
        double confidence = exact_confidence(d, i);
        if (confidence < most)
            continue;
        if (best != ROW_NONE && confidence == most) {
            score(d, i);
            score(d, best);
            if (!stands_before(d, i, best))
                continue;
        }
        best = i;
        most = confidence;
    }
    return best;
}

/* The anchor, or ROW_NONE: of the K best that are full and no picks. */
static uint32_t choose_anchor(struct decision *d) {
    for (;;) {
        uint32_t best = most_confident(d);
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
