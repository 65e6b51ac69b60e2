/* drinking, smoking and exercise are 0, 1/3, 2/3, 1. */
#include "engine/match/attributes.h"
#include "engine/match/view_parts.h"

#include "engine/population/facts.h"

enum { HABIT_LEVELS = 4 };

static const struct item *question_of(const struct view *view, const struct item *item) {
    return &population_questionnaire(view->population)->items[item->attribute_item];
}

uint32_t attribute_levels(const struct view *view, const struct item *item) {
    return item->attribute == ATTRIBUTE_QUESTION ? question_of(view, item)->level_count
                                                 : HABIT_LEVELS;
}

/* The person's level; LEVEL_NONE if unknown. */
static uint8_t read_level(const struct view *view, const struct item *item, uint32_t row) {
    uint8_t habit = HABIT_NULL;
    if (item->attribute == ATTRIBUTE_QUESTION) {
        uint64_t code = population_answer(view->population, row, item->attribute_item);
        return code == ANSWER_NONE ? LEVEL_NONE : (uint8_t)code;
    }
    if (item->attribute == ATTRIBUTE_DRINKING)
        habit = COLUMN_OF(view->population, row, drinking);
    else if (item->attribute == ATTRIBUTE_SMOKING)
        habit = COLUMN_OF(view->population, row, smoking);
    else if (item->attribute == ATTRIBUTE_EXERCISE)
        habit = COLUMN_OF(view->population, row, exercise);
    return habit == HABIT_NULL ? LEVEL_NONE : habit;
}

void view_read_attributes(struct view *view, uint32_t row) {
    const struct questionnaire *q = population_questionnaire(view->population);
    for (uint32_t i = 0; i < view->items; i++)
        view->attribute[(size_t)row * view->items + i] = read_level(view, &q->items[i], row);
}

int32_t attribute_norm(const struct view *view, const struct item *item, uint32_t level) {
    if (item->attribute == ATTRIBUTE_QUESTION)
        return question_of(view, item)->norm[level];
    return (int32_t)level * (NORM / (HABIT_LEVELS - 1));
}
