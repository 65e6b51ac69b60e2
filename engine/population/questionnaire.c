/* From rows of `questions` to items: every rule of section 0 that an item can break is judged here,
 * once. */
#include "engine/population/item.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

static const char *const CONSTRUCT_WORDS[] = {"communication", "attachment",   "sexual",
                                              "values",        "family",       "structure",
                                              "lifestyle",     "availability", "intent"};
static const char *const ROLE_WORDS[] = {"exploratory", "core_score", "hard_constraint"};
static const char *const EVIDENCE_WORDS[] = {"H", "M", "L"};
static const char *const DIRECTION_WORDS[] = {"similarity", "directional_fit", "risk_boundary"};
static const char *const TYPE_WORDS[] = {"slider", "single_choice", "multiple_choice", "ranking",
                                         "text"};
enum type { TYPE_SLIDER, TYPE_SINGLE, TYPE_MULTIPLE, TYPE_RANKING, TYPE_TEXT };

static bool refuse(const char **reason, const char *why) {
    *reason = why;
    return false;
}

/* What is wrong with a part of the item that can be left out; the first is told. */
static void remark(const char **reason, const char *what) {
    if (*reason == NULL)
        *reason = what;
}

static bool same_text(const char *a, const char *b) {
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

/* Place of a word in a list, -1 when it is not in it. */
static int word_index(const char *const *words, size_t count, const char *word) {
    for (size_t i = 0; i < count; i++)
        if (same_text(words[i], word))
            return (int)i;
    return -1;
}
#define WORD_INDEX(words, word) word_index((words), ARRAY_LEN(words), (word))

/* Index of an option of the source, or -1. */
static int source_option(const struct item_source *source, const char *id) {
    return word_index(source->options, source->option_count, id);
}

/* The words that say what the item is for. One that is unknown takes the item out of the score, but
 * the item still gates, and can be asked for by others. */
static void read_use(struct item *item, const struct item_source *source, const char **reason) {
    int role = source->role == NULL ? ROLE_EXPLORATORY : WORD_INDEX(ROLE_WORDS, source->role);
    int evidence = WORD_INDEX(EVIDENCE_WORDS, source->evidence);
    item->construct = WORD_INDEX(CONSTRUCT_WORDS, source->construct);
    item->importance_of = WORD_INDEX(CONSTRUCT_WORDS, source->importance_of);
    item->role = role < 0 ? ROLE_EXPLORATORY : (enum item_role)role;
    item->evidence = evidence < 0 ? EVIDENCE_NONE : (enum item_evidence)evidence;
    if (role < 0)
        remark(reason, "unknown role: not scored");
    if (source->construct != NULL && item->construct < 0)
        remark(reason, "unknown construct: not scored");
    if (evidence < 0 && (source->evidence != NULL || item_can_score(item)))
        remark(reason, "evidence is none of H, M, L: not scored");
    if (source->importance_of != NULL &&
        (item->importance_of < 0 || item->importance_of >= CONSTRUCTS))
        remark(reason, "importance_of names no scored construct: ignored");
    if (item->kind != ITEM_SCALE || item->importance_of >= CONSTRUCTS)
        item->importance_of = -1;
    item->is_facet = item->kind == ITEM_SCALE &&
                     (same_text(source->facet, "anxiety") || same_text(source->facet, "avoidance"));
}

static bool read_attribute(struct item *item, const char *attribute, const char **reason) {
    static const char prefix[] = "question:";
    if (same_text(attribute, "profile.drinking"))
        item->attribute = ATTRIBUTE_DRINKING;
    else if (same_text(attribute, "profile.smoking"))
        item->attribute = ATTRIBUTE_SMOKING;
    else if (same_text(attribute, "profile.exercise"))
        item->attribute = ATTRIBUTE_EXERCISE;
    else if (attribute == NULL || strncmp(attribute, prefix, sizeof prefix - 1) != 0 ||
             !uuid_from_text(attribute + sizeof prefix - 1, &item->attribute_id))
        return refuse(reason, "a directional item needs a known attribute");
    else
        item->attribute = ATTRIBUTE_QUESTION;
    return true;
}

static bool read_direction(struct item *item, const struct item_source *source,
                           const char **reason) {
    int direction = source->direction == NULL ? DIRECTION_SIMILARITY
                                              : WORD_INDEX(DIRECTION_WORDS, source->direction);
    if (direction < 0)
        return refuse(reason, "unknown direction");
    item->direction = (enum item_direction)direction;
    if (item->direction == DIRECTION_SIMILARITY)
        return true;
    if (item->kind != ITEM_SCALE)
        return refuse(reason, "a directional item must be a slider or an ordinal scale");
    return read_attribute(item, source->attribute, reason);
}

/* N of level k of a scale of `steps` whole steps: 30000 k / steps, half up. */
static uint16_t norm_of_level(uint32_t k, uint32_t steps) {
    return (uint16_t)((2u * NORM * k + steps) / (2u * steps));
}

static void fill_norms(struct item *item) {
    for (uint32_t k = 0; k < item->level_count; k++)
        item->norm[k] = norm_of_level(k, item->level_count - 1);
}

static bool read_slider(struct item *item, const struct item_source *source, const char **reason) {
    double max = isnan(source->max) ? 7 : source->max;
    item->kind = ITEM_SCALE;
    item->is_slider = true;
    item->min = isnan(source->min) ? 1 : source->min;
    item->step = isnan(source->step) ? 1 : source->step;
    if (!(isfinite(item->min) && isfinite(max) && isfinite(item->step) && item->step > 0))
        return refuse(reason, "a slider needs finite bounds and a step over 0");
    if (!(max > item->min))
        return refuse(reason, "degenerate: a slider needs min < max");
    double steps = (max - item->min) / item->step;
    if (!(steps < ITEM_LEVELS_MAX))
        return refuse(reason, "a slider has at most 64 levels");
    double whole = round(steps);
    if (whole >= 1 && fabs(steps - whole) <= 1e-9 * whole) {
        item->level_count = (uint32_t)whole + 1;
        if (item->level_count > ITEM_LEVELS_MAX)
            return refuse(reason, "a slider has at most 64 levels");
        fill_norms(item);
        return true;
    }
    /* The range is no whole number of steps: the last level lies below max. */
    item->level_count = (uint32_t)floor(steps) + 1;
    for (uint32_t k = 0; k < item->level_count; k++)
        item->norm[k] = (uint16_t)floor(NORM * (k * item->step / (max - item->min)) + 0.5);
    return true;
}

static bool check_options(const struct item_source *source, const char **reason) {
    if (source->option_count == 0)
        return refuse(reason, "a choice needs options");
    if (source->option_count > ITEM_CHOICES_MAX)
        return refuse(reason, "a choice has at most 63 options");
    for (size_t i = 0; i < source->option_count; i++) {
        if (source->options[i] == NULL)
            return refuse(reason, "an option without an id");
        if (source_option(source, source->options[i]) != (int)i)
            return refuse(reason, "two options with one id");
    }
    return true;
}

static void read_unanswered(struct item *item, const struct item_source *source,
                            const char **reason) {
    for (size_t i = 0; i < source->unanswered_count; i++) {
        int option = source_option(source, source->unanswered[i]);
        if (option < 0)
            remark(reason, "unanswered names no option: ignored");
        else
            item->unanswered |= UINT64_C(1) << option;
    }
}

/* Places among the options that count as answers. */
static bool read_ordinal(struct item *item, const char **reason) {
    item->kind = ITEM_SCALE;
    for (uint32_t i = 0; i < item->option_count; i++)
        if (!(item->unanswered >> i & 1))
            item->place[i] = (uint8_t)item->level_count++;
    if (item->level_count < 2)
        return refuse(reason, "degenerate: an ordinal scale needs two options");
    fill_norms(item);
    return true;
}

/* The code of an option of a single_choice; ANSWER_NONE if it is absent or counts as not answered.
 */
static uint64_t option_code(const struct item *item, const struct item_source *source,
                            const char *id) {
    int option = source_option(source, id);
    if (option < 0 || item->unanswered >> option & 1)
        return ANSWER_NONE;
    return item->kind == ITEM_SCALE ? item->place[option] : (uint64_t)option;
}

static bool read_conflicts(struct item *item, const struct item_source *source, enum type type,
                           const char **reason) {
    if (item->role != ROLE_HARD_CONSTRAINT || source->conflict_count == 0)
        return true;
    if (type != TYPE_SINGLE) {
        remark(reason, "conflicts need a single_choice: ignored");
        return true;
    }
    if (source->conflict_count > ITEM_CONFLICTS_MAX)
        return refuse(reason, "an item has at most 64 conflicts");
    for (size_t i = 0; i < source->conflict_count; i++) {
        const char *const *pair = source->conflicts[i];
        if (source_option(source, pair[0]) < 0 || source_option(source, pair[1]) < 0)
            remark(reason, "a conflict names no option: that pair is ignored");
        uint64_t one = option_code(item, source, pair[0]);
        uint64_t two = option_code(item, source, pair[1]);
        if (one == ANSWER_NONE || two == ANSWER_NONE)
            continue; /* nobody can have answered it */
        item->conflicts[item->conflict_count][0] = (uint8_t)one;
        item->conflicts[item->conflict_count++][1] = (uint8_t)two;
    }
    return true;
}

static void read_wildcard(struct item *item, const struct item_source *source,
                          const char **reason) {
    if (source->wildcard == NULL)
        return;
    if (item->kind != ITEM_NOMINAL)
        remark(reason, "only a nominal single_choice has a wildcard: ignored");
    else if (source_option(source, source->wildcard) < 0)
        remark(reason, "wildcard names no option: ignored");
    else
        item->wildcard = option_code(item, source, source->wildcard);
}

static bool read_kind(struct item *item, const struct item_source *source, enum type type,
                      const char **reason) {
    if (type == TYPE_SLIDER)
        return read_slider(item, source, reason);
    if (type == TYPE_TEXT) {
        item->kind = ITEM_TEXT;
        return true;
    }
    if (!check_options(source, reason))
        return false;
    read_unanswered(item, source, reason);
    item->option_count = (uint32_t)source->option_count;
    if (type == TYPE_SINGLE && source->ordinal)
        return read_ordinal(item, reason);
    item->kind = type == TYPE_SINGLE     ? ITEM_NOMINAL
                 : type == TYPE_MULTIPLE ? ITEM_MULTIPLE
                                         : ITEM_RANKING;
    if (item->kind != ITEM_RANKING)
        return true;
    if (item->option_count < 2)
        return refuse(reason, "degenerate: a ranking needs two options");
    if (item->option_count > ITEM_RANKED_MAX)
        return refuse(reason, "a ranking has at most 16 options");
    return true;
}

static bool read_item(struct item *item, const struct item_source *source, const char **reason) {
    int type = WORD_INDEX(TYPE_WORDS, source->type);
    if (type < 0)
        return refuse(reason, "unknown type");
    item->id = source->id;
    item->position = source->position;
    item->wildcard = item->yes_code = item->no_code = ANSWER_NONE;
    item->attribute_item = ROW_NONE;
    if (!read_kind(item, source, (enum type)type, reason))
        return false;
    read_use(item, source, reason);
    read_wildcard(item, source, reason);
    if (!read_direction(item, source, reason) ||
        !read_conflicts(item, source, (enum type)type, reason))
        return false;
    item->is_children = same_text(source->key, "children");
    if (item->is_children && type == TYPE_SINGLE) {
        item->yes_code = option_code(item, source, "yes");
        item->no_code = option_code(item, source, "no");
    }
    return true;
}

bool questionnaire_add(struct questionnaire *q, const struct item_source *source,
                       const char **reason) {
    struct item item = {0};
    *reason = NULL;
    if (q->count == ITEMS_MAX)
        return refuse(reason, "a questionnaire has at most 128 items");
    if (questionnaire_find(q, &source->id) != ROW_NONE)
        return refuse(reason, "two questions with one id");
    if (!read_item(&item, source, reason))
        return false;
    for (uint32_t i = 0; i < item.option_count; i++)
        item.option_ids[i] = mem_text(source->options[i]);
    q->items[q->count++] = item;
    return true;
}

static void release_item(struct item *item) {
    for (uint32_t i = 0; i < item->option_count; i++)
        free(item->option_ids[i]);
}

static int by_position(const void *a, const void *b) {
    const struct item *x = a;
    const struct item *y = b;
    if (x->position != y->position)
        return x->position < y->position ? -1 : 1;
    return uuid_order(&x->id, &y->id);
}

static bool attribute_stands(const struct questionnaire *q, const struct item *item) {
    if (item->attribute != ATTRIBUTE_QUESTION)
        return true;
    uint32_t other = questionnaire_find(q, &item->attribute_id);
    return other != ROW_NONE && q->items[other].kind == ITEM_SCALE;
}

/* Index of an item whose attribute question is missing, or count. */
static uint32_t first_unresolved(const struct questionnaire *q) {
    uint32_t i = 0;
    while (i < q->count && attribute_stands(q, &q->items[i]))
        i++;
    return i;
}

void questionnaire_finish(struct questionnaire *q,
                          void (*refused)(void *ctx, const struct uuid *id, const char *reason),
                          void *ctx) {
    qsort(q->items, q->count, sizeof q->items[0], by_position);
    /* An item that is refused may itself be what another is held against: until none is left. */
    for (uint32_t i; (i = first_unresolved(q)) < q->count;) {
        struct uuid id = q->items[i].id;
        release_item(&q->items[i]);
        q->count--;
        memmove(&q->items[i], &q->items[i + 1], (q->count - i) * sizeof q->items[0]);
        if (refused != NULL)
            refused(ctx, &id, "the attribute's question is absent or no scale");
    }
    for (uint32_t i = 0; i < q->count; i++)
        if (q->items[i].attribute == ATTRIBUTE_QUESTION)
            q->items[i].attribute_item = questionnaire_find(q, &q->items[i].attribute_id);
}

void questionnaire_release(struct questionnaire *q) {
    for (uint32_t i = 0; i < q->count; i++)
        release_item(&q->items[i]);
    q->count = 0;
}

uint32_t questionnaire_find(const struct questionnaire *q, const struct uuid *id) {
    for (uint32_t i = 0; i < q->count; i++)
        if (uuid_same(&q->items[i].id, id))
            return i;
    return ROW_NONE;
}
