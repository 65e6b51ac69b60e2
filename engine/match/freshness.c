/* Items and answers as the score reads them: evidence weights, scored items, normalised answers and
 * their freshness, scoring.md sections 0 and 3. */
#include <math.h>

#include "engine/kernel/real.h"
#include "engine/match/view_parts.h"
#include "engine/population/facts.h"

enum { FRESHNESS_MAX = 63 };

/* Section 3: every `round` of questionnaire quantities is half up. */
static double round_half_up(double x) {
    return floor(x + 0.5);
}

/* E_i = round(100 * MATCH_EVIDENCE_WEIGHT_H|M|L); 0 without a letter. */
static int32_t evidence_of(const struct params *params, enum item_evidence evidence) {
    const double weights[] = {
        [EVIDENCE_H] = params->MATCH_EVIDENCE_WEIGHT_H,
        [EVIDENCE_M] = params->MATCH_EVIDENCE_WEIGHT_M,
        [EVIDENCE_L] = params->MATCH_EVIDENCE_WEIGHT_L,
        [EVIDENCE_NONE] = 0.0,
    };
    double weight = weights[evidence];
    return (int32_t)round_half_up(100.0 * weight);
}

/* k_i(u) = max(1, round(63 * exp(-age_days / MATCH_ANSWER_HALF_LIFE_DAYS))). */
static uint8_t level_at(const struct view *view, double days) {
    double decay = real_exp(-days / (double)view->global->MATCH_ANSWER_HALF_LIFE_DAYS);
    double level = round_half_up(FRESHNESS_MAX * decay);
    return level < 1.0 ? 1 : (uint8_t)level;
}

static struct scored_item scored_item_of(const struct item *item, uint32_t i, int32_t evidence) {
    bool scale = item->kind == ITEM_SCALE;
    return (struct scored_item){
        .item = i,
        .evidence = evidence,
        .construct = (uint8_t)item->construct,
        .plain = scale && item->direction == DIRECTION_SIMILARITY,
        .strains = scale && item->construct == CONSTRUCT_ATTACHMENT && item->is_facet,
    };
}

void view_read_items(struct view *view) {
    const struct questionnaire *q = population_questionnaire(view->population);
    view->children_item = ROW_NONE;
    for (uint32_t days = 0; days < FRESH_DAYS; days++)
        view->fresh[days] = level_at(view, days);
    for (uint32_t i = 0; i < q->count; i++) {
        const struct item *item = &q->items[i];
        if (item->role == ROLE_HARD_CONSTRAINT)
            view->constraint[view->constraint_items++] = i;
        if (item->is_children && view->children_item == ROW_NONE)
            view->children_item = i;
        int32_t evidence = evidence_of(view->global, item->evidence);
        if (!item_can_score(item) || evidence <= 0)
            continue;
        view->evidence[i] = evidence;
        view->evidence_sum += evidence;
        view->scored_item[view->scored_items] = scored_item_of(item, i, evidence);
        view->scored[view->scored_items++] = i;
    }
}

/* Ages are whole days, so nearly all are looked up. */
static uint8_t freshness_of(const struct view *view, date_t answered_on) {
    double days = (double)view->batch.date - (double)answered_on;
    if (days < 0.0)
        days = 0.0;
    return days < FRESH_DAYS ? view->fresh[(uint32_t)days] : level_at(view, days);
}

/* Section 2: a pair is deferred where intent or a hard_constraint answer is unknown on a side. */
static bool has_unknown(const struct view *view, uint32_t row) {
    if (COLUMN_OF(view->population, row, intent) == INTENT_NULL)
        return true;
    for (uint32_t c = 0; c < view->constraint_items; c++)
        if (view->freshness[(size_t)row * view->items + view->constraint[c]] == 0)
            return true;
    return false;
}

void view_read_answers(struct view *view, uint32_t row) {
    const struct population *p = view->population;
    const struct questionnaire *q = population_questionnaire(p);
    uint16_t *norm = view->norm + (size_t)row * view->items;
    uint8_t *freshness = view->freshness + (size_t)row * view->items;
    for (uint32_t i = 0; i < view->items; i++) {
        uint64_t code = population_answer(p, row, i);
        norm[i] = NORM_NONE;
        view->code[(size_t)row * view->items + i] = CODE_WIDE;
        if (code == ANSWER_NONE)
            continue;
        freshness[i] = freshness_of(view, population_answered_on(p, row, i));
        if (q->items[i].kind == ITEM_SCALE || q->items[i].kind == ITEM_NOMINAL)
            view->code[(size_t)row * view->items + i] = (uint8_t)code;
        if (q->items[i].kind == ITEM_SCALE)
            norm[i] = q->items[i].norm[code];
        if (view->evidence[i] > 0)
            view->answered[row]++;
    }
    view->unknown[row] = has_unknown(view, row);
}
