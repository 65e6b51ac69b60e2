/* The questionnaire of a pair: constructs, fit, both sides, missing (scoring.md section 3). Sums
 * are of integers, so that no order matters; each ratio is one binary64 division at the end. */
#include <math.h>

#include "engine/match/item_value.h"

static const char *const construct_names[] = {
    "communication", "attachment", "sexual",       "values", "family",
    "structure",     "lifestyle",  "availability", "intent",
};

const char *construct_name(enum construct construct) {
    ASSERT(construct < ARRAY_LEN(construct_names));
    return construct_names[construct];
}

/* The integer sums over the scored items answered by both. */
struct tally {
    int64_t weight[CONSTRUCTS]; /* sum of w_i */
    int64_t value[CONSTRUCTS];  /* sum of w_i S_i */
    int64_t evidence;           /* sum of E_i */
    int64_t strain;             /* sum of N_a + N_b over attachment facets */
    int64_t strain_items;
};

/* An item that both answered: k_a k_b is `freshness`. */
static void tally_item(struct tally *tally, const struct scored_item *s, int32_t value,
                       int64_t freshness) {
    int64_t weight = s->evidence * freshness; /* w_i(a, b) */
    tally->weight[s->construct] += weight;
    tally->value[s->construct] += weight * value;
    tally->evidence += s->evidence;
}

static void tally_items(struct tally *tally, const struct view *view, uint32_t a, uint32_t b) {
    size_t row_a = (size_t)a * view->items, row_b = (size_t)b * view->items;
    const uint8_t *fresh_a = view->freshness + row_a, *fresh_b = view->freshness + row_b;
    const uint16_t *norm_a = view->norm + row_a, *norm_b = view->norm + row_b;
    for (uint32_t n = 0; n < view->scored_items; n++) {
        const struct scored_item *s = &view->scored_item[n];
        int32_t freshness = fresh_a[s->item] * fresh_b[s->item];
        if (freshness == 0)
            continue;
        int32_t value = s->plain ? item_value_plain(norm_a[s->item], norm_b[s->item])
                                 : item_value_answered(view, s->item, a, b);
        if (value < 0)
            continue;
        tally_item(tally, s, value, freshness);
        if (s->strains) { /* attachment items with facet anxiety or avoidance */
            tally->strain += norm_a[s->item] + norm_b[s->item];
            tally->strain_items++;
        }
    }
}

/* score_c; attachment: 0.6 * that + 0.4 * (1 - strain). */
static double construct_score(const struct tally *tally, int c) {
    double score = (double)tally->value[c] / (double)(NORM * tally->weight[c]);
    if (c != CONSTRUCT_ATTACHMENT || tally->strain_items == 0)
        return score;
    double strain = (double)tally->strain / (double)(2 * NORM * tally->strain_items);
    return 0.6 * score + 0.4 * (1.0 - strain);
}

static void read_constructs(struct questionnaire_score *out, const struct tally *tally,
                            const struct view *view) {
    for (int c = 0; c < CONSTRUCTS; c++) {
        out->construct[c] = NAN;
        if (tally->weight[c] == 0)
            continue;
        out->present |= (uint8_t)(1u << c);
        out->construct[c] = construct_score(tally, c);
        if (view->weight[c] > 0.0)
            out->ranked = true;
    }
}

/* questionnaire_fit = sum(W_c score_c) / sum(W_c) over the present constructs. */
static double questionnaire_fit(const struct questionnaire_score *q, const struct view *view) {
    double value = 0.0, weight = 0.0;
    for (int c = 0; c < CONSTRUCTS; c++) {
        if ((q->present & 1u << c) == 0)
            continue;
        value += view->weight[c] * q->construct[c];
        weight += view->weight[c];
    }
    return value / weight;
}

/* side_q(a -> b) = sum(W_c imp_c(a) score_c) / sum(W_c imp_c(a)) over the present constructs. */
static double side_questionnaire(const struct questionnaire_score *q, const struct view *view,
                                 uint32_t a) {
    const double *importance = view->importance + (size_t)a * CONSTRUCTS;
    double value = 0.0, weight = 0.0;
    for (int c = 0; c < CONSTRUCTS; c++) {
        if ((q->present & 1u << c) == 0)
            continue;
        value += view->weight[c] * importance[c] * q->construct[c];
        weight += view->weight[c] * importance[c];
    }
    return value / weight;
}

/* missing = 1 - sum(E_i answered by both) / sum(E_i) over the scored items. */
static double missing_share(const struct tally *tally, const struct view *view) {
    if (view->evidence_sum == 0)
        return 1.0;
    return 1.0 - (double)tally->evidence / (double)view->evidence_sum;
}

/* The item `children` is no hard_constraint, and one says yes, the other no. */
static bool child_mismatch(const struct view *view, uint32_t a, uint32_t b) {
    if (view->children_item == ROW_NONE)
        return false;
    uint32_t i = view->children_item;
    const struct item *item = &population_questionnaire(view->population)->items[i];
    if (item->role == ROLE_HARD_CONSTRAINT || item->yes_code == ANSWER_NONE ||
        item->no_code == ANSWER_NONE)
        return false;
    uint64_t one = view_answer(view, a, i);
    uint64_t two = view_answer(view, b, i);
    return (one == item->yes_code && two == item->no_code) ||
           (one == item->no_code && two == item->yes_code);
}

void pair_questionnaire(const struct view *view, uint32_t a, uint32_t b,
                        struct questionnaire_score *out) {
    struct tally tally = {0};
    tally_items(&tally, view, a, b);
    *out = (struct questionnaire_score){.fit = NAN, .side_ab = NAN, .side_ba = NAN};
    read_constructs(out, &tally, view);
    if (out->ranked) {
        out->fit = questionnaire_fit(out, view);
        out->side_ab = side_questionnaire(out, view, a);
        out->side_ba = side_questionnaire(out, view, b);
    }
    out->missing = missing_share(&tally, view);
    out->child_mismatch = child_mismatch(view, a, b);
}

bool pair_can_rank(const struct view *view, uint32_t a, uint32_t b) {
    const struct item *items = population_questionnaire(view->population)->items;
    for (uint32_t s = 0; s < view->scored_items; s++) {
        uint32_t i = view->scored[s];
        if (view->weight[items[i].construct] > 0.0 && pair_item_value(view, i, a, b) >= 0)
            return true;
    }
    return false;
}
