/* S_i: what two answers to one item are worth together (the table of scoring.md section 3). All in
 * integers of 1 / NORM; a mean or quotient that does not divide is rounded half up. */
#include "engine/match/item_value.h"

#include <stdlib.h>

#include "engine/match/attributes.h"

/* round(numerator / denominator), half up; both not negative. */
static int32_t quotient(int64_t numerator, int64_t denominator) {
    return (int32_t)((2 * numerator + denominator) / (2 * denominator));
}

/* Nominal: 1 if the same option or either is the wildcard, else 0. */
static int32_t value_nominal(const struct item *item, uint64_t a, uint64_t b) {
    bool wild = item->wildcard != ANSWER_NONE && (a == item->wildcard || b == item->wildcard);
    return a == b || wild ? NORM : 0;
}

/* Multiple choice: size of intersection / size of union. */
static int32_t value_multiple(uint64_t a, uint64_t b) {
    return quotient((int64_t)NORM * __builtin_popcountll(a & b), __builtin_popcountll(a | b));
}

/* Ranking: mean over options of 1 - abs(pos_a - pos_b) / (options - 1). */
static int32_t value_ranking(const struct item *item, uint64_t a, uint64_t b) {
    int64_t options = item->option_count, apart = 0;
    for (uint32_t o = 0; o < item->option_count; o++)
        apart += abs((int)(a >> (4 * o) & 15) - (int)(b >> (4 * o) & 15));
    int64_t most = options * (options - 1);
    return quotient(NORM * (most - apart), most);
}

/* One direction: directional_fit 1 - abs(n - attr), risk_boundary 1 - max(0, attr - n). */
int32_t item_direction_value(const struct item *item, int32_t n, int32_t attribute) {
    int32_t over = attribute - n;
    if (item->direction == DIRECTION_FIT)
        return NORM - abs(over);
    return NORM - (over > 0 ? over : 0);
}

/* The mean of both directions; one whose attribute is unknown is left out; -1 if none is left. */
static int32_t value_directional(const struct view *view, uint32_t i, uint32_t a, uint32_t b) {
    const struct item *item = &population_questionnaire(view->population)->items[i];
    uint32_t level_a = attribute_level(view, i, a), level_b = attribute_level(view, i, b);
    int64_t sum = 0, directions = 0;
    if (level_b != ROW_NONE) {
        sum += item_direction_value(item, view->norm[(size_t)a * view->items + i],
                                    attribute_norm(view, item, level_b));
        directions++;
    }
    if (level_a != ROW_NONE) {
        sum += item_direction_value(item, view->norm[(size_t)b * view->items + i],
                                    attribute_norm(view, item, level_a));
        directions++;
    }
    return directions == 0 ? -1 : quotient(sum, directions);
}

int32_t item_similarity(const struct item *item, uint64_t a, uint64_t b) {
    switch (item->kind) {
    case ITEM_SCALE: return item_value_plain(item->norm[a], item->norm[b]);
    case ITEM_NOMINAL: return value_nominal(item, a, b);
    case ITEM_MULTIPLE: return value_multiple(a, b);
    case ITEM_RANKING: return value_ranking(item, a, b);
    case ITEM_TEXT: break;
    }
    return -1;
}

int32_t item_value_answered(const struct view *view, uint32_t i, uint32_t a, uint32_t b) {
    const struct item *item = &population_questionnaire(view->population)->items[i];
    if (item->direction != DIRECTION_SIMILARITY)
        return value_directional(view, i, a, b);
    if (item->kind == ITEM_SCALE)
        return item_value_plain(view->norm[(size_t)a * view->items + i],
                                view->norm[(size_t)b * view->items + i]);
    return item_similarity(item, view_answer(view, a, i), view_answer(view, b, i));
}

int32_t pair_item_value(const struct view *view, uint32_t i, uint32_t a, uint32_t b) {
    if (view->freshness[(size_t)a * view->items + i] == 0 ||
        view->freshness[(size_t)b * view->items + i] == 0)
        return -1;
    return item_value_answered(view, i, a, b);
}
