/* From an answer as a plain value to its code, and what two codes mean to each other. */
#include "engine/population/item.h"

#include <math.h>
#include <string.h>

static const char *const NOT_A_NUMBER = "expected a number";
static const char *const NOT_A_TEXT = "expected a text";
static const char *const NOT_A_LIST = "expected an array of texts";
static const char *const UNKNOWN_OPTION = "no such option";
static const char *const UNANSWERED_OPTION = "an option that counts as not answered";

static uint64_t refuse(const char **reason, const char *why) {
    *reason = why;
    return ANSWER_NONE;
}

/* Index of the option with this id, or option_count. */
static uint32_t option_index(const struct item *item, const char *id) {
    uint32_t i = 0;
    while (i < item->option_count && strcmp(item->option_ids[i], id) != 0)
        i++;
    return i;
}

/* The level of x on the grid min + k * step, within 1e-9 of the number of steps. */
static uint64_t slider_code(const struct item *item, const struct answer_value *value,
                            const char **reason) {
    if (value->form != ANSWER_NUMBER || isnan(value->number))
        return refuse(reason, NOT_A_NUMBER);
    double steps = (value->number - item->min) / item->step;
    double level = round(steps);
    if (!(level >= 0 && level < item->level_count))
        return refuse(reason, "out of range");
    if (fabs(steps - level) > 1e-9 * fmax(1, level))
        return refuse(reason, "off the grid");
    return (uint64_t)level;
}

static uint64_t choice_code(const struct item *item, const struct answer_value *value,
                            const char **reason) {
    if (value->form != ANSWER_TEXT)
        return refuse(reason, NOT_A_TEXT);
    uint32_t option = option_index(item, value->text);
    if (option == item->option_count)
        return refuse(reason, UNKNOWN_OPTION);
    if (item->unanswered >> option & 1)
        return refuse(reason, UNANSWERED_OPTION);
    return item->kind == ITEM_SCALE ? item->place[option] : option;
}

/* Options of the array in its order; false when one is unknown, unanswered or named twice. */
static bool list_options(const struct item *item, const struct answer_value *value,
                         uint8_t options[ITEM_CHOICES_MAX], const char **reason) {
    uint64_t seen = 0;
    if (value->form != ANSWER_LIST) {
        *reason = NOT_A_LIST;
        return false;
    }
    for (size_t i = 0; i < value->list_count; i++) {
        uint32_t option = option_index(item, value->list[i]);
        *reason = NULL;
        if (option == item->option_count)
            *reason = UNKNOWN_OPTION;
        else if (item->unanswered >> option & 1)
            *reason = UNANSWERED_OPTION;
        else if (seen >> option & 1)
            *reason = "an option twice";
        if (*reason != NULL)
            return false;
        seen |= UINT64_C(1) << option;
        options[i] = (uint8_t)option;
    }
    return true;
}

static uint64_t multiple_code(const struct item *item, const struct answer_value *value,
                              const char **reason) {
    uint8_t options[ITEM_CHOICES_MAX];
    uint64_t code = 0;
    if (!list_options(item, value, options, reason))
        return ANSWER_NONE;
    for (size_t i = 0; i < value->list_count; i++)
        code |= UINT64_C(1) << options[i];
    return code != 0 ? code : refuse(reason, "an empty array");
}

static uint64_t ranking_code(const struct item *item, const struct answer_value *value,
                             const char **reason) {
    uint8_t options[ITEM_CHOICES_MAX];
    uint64_t code = 0;
    if (!list_options(item, value, options, reason))
        return ANSWER_NONE;
    if (value->list_count != item->option_count)
        return refuse(reason, "not every option is ranked");
    for (size_t place = 0; place < value->list_count; place++)
        code |= (uint64_t)place << (4 * options[place]);
    return code;
}

uint64_t item_code(const struct item *item, const struct answer_value *value, const char **reason) {
    switch (item->kind) {
    case ITEM_SCALE:
        return item->is_slider ? slider_code(item, value, reason)
                               : choice_code(item, value, reason);
    case ITEM_NOMINAL: return choice_code(item, value, reason);
    case ITEM_MULTIPLE: return multiple_code(item, value, reason);
    case ITEM_RANKING: return ranking_code(item, value, reason);
    case ITEM_TEXT: break;
    }
    return value->form == ANSWER_TEXT ? 0 : refuse(reason, NOT_A_TEXT);
}

bool item_can_score(const struct item *item) {
    return item->role != ROLE_EXPLORATORY && item->kind != ITEM_TEXT && item->construct >= 0 &&
           item->construct < CONSTRUCTS;
}

bool item_conflict(const struct item *item, uint64_t a, uint64_t b) {
    for (uint32_t i = 0; i < item->conflict_count; i++) {
        uint64_t x = item->conflicts[i][0];
        uint64_t y = item->conflicts[i][1];
        if ((a == x && b == y) || (a == y && b == x))
            return true;
    }
    return false;
}
