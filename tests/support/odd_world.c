#include "tests/support/odd_world.h"

#include <stdio.h>
#include <string.h>

enum { OPTIONS = 20 };

static const char *const constructs[CONSTRUCTS] = {"communication", "attachment",  "sexual",
                                                   "values",        "family",      "structure",
                                                   "lifestyle",     "availability"};
static const char *const evidence[] = {"H", "M", "L"};
static const char *const options[OPTIONS] = {"yes", "no", "c", "d", "e", "f", "g", "h", "i", "j",
                                             "k",   "l",  "m", "n", "o", "p", "q", "r", "s", "t"};

static void set_slider(struct item_source *source, struct draws *draws, enum oddity oddity) {
    static const double tops[] = {2.0, 3.0, 5.0, 7.0, 10.0, 15.0};
    source->type = "slider";
    source->min = 1.0;
    source->max = tops[draw_below(draws, ARRAY_LEN(tops))];
    source->step = 1.0;
    if (oddity == ODD && draw_chance(draws, 0.3))
        source->max = draw_chance(draws, 0.5) ? 40.0 : 64.0;
    if (draw_chance(draws, 0.3))
        source->facet = draw_chance(draws, 0.5) ? "anxiety" : "avoidance";
}

static void set_choice(struct item_source *source, struct draws *draws, enum oddity oddity) {
    source->options = options;
    source->option_count = 2 + draw_below(draws, oddity == ODD ? OPTIONS - 2 : 13);
    source->type = "single_choice";
    source->ordinal = draw_chance(draws, 0.4);
    if (!source->ordinal && draw_chance(draws, 0.3))
        source->wildcard = options[draw_below(draws, (uint32_t)source->option_count)];
    if (source->option_count > 2 && draw_chance(draws, 0.2)) {
        source->unanswered = options + source->option_count - 1;
        source->unanswered_count = 1;
    }
}

static void set_directional(struct item_source *source, struct draws *draws) {
    static const char *const attributes[] = {"profile.drinking", "profile.smoking",
                                             "profile.exercise"};
    source->type = "slider";
    source->max = draw_chance(draws, 0.5) ? 7.0 : 5.0;
    source->min = source->step = 1.0;
    source->direction = draw_chance(draws, 0.5) ? "directional_fit" : "risk_boundary";
    source->attribute = attributes[draw_below(draws, ARRAY_LEN(attributes))];
}

static void add_item(struct fixture *f, struct draws *draws, enum oddity oddity,
                     const char *construct) {
    struct item_source source =
        fixture_source(f, "slider", construct, evidence[draw_below(draws, 3)]);
    switch (draw_below(draws, oddity == ODD ? 8 : 7)) {
    case 0:
    case 1: set_choice(&source, draws, oddity); break;
    case 2: set_directional(&source, draws); break;
    case 3:
        source.type = "multiple_choice";
        source.options = options;
        source.option_count = 2 + draw_below(draws, oddity == ODD ? 6 : 2);
        break;
    case 7:
        source.type = "ranking";
        source.options = options;
        source.option_count = 2 + draw_below(draws, 4);
        break;
    default: set_slider(&source, draws, oddity);
    }
    if (draw_chance(draws, 0.15) && strcmp(source.type, "slider") == 0)
        source.importance_of = constructs[draw_below(draws, 8)];
    fixture_item(f, &source);
}

static void add_children(struct fixture *f, struct draws *draws) {
    struct item_source source =
        fixture_source(f, "single_choice", "family", evidence[draw_below(draws, 3)]);
    source.key = "children";
    source.options = options;
    source.option_count = 2 + draw_below(draws, 2);
    fixture_item(f, &source);
}

void odd_items(struct fixture *f, struct draws *draws, enum oddity oddity) {
    uint32_t items = 1 + draw_below(draws, 34), only = draw_below(draws, 8);
    switch (draw_below(draws, 8)) {
    case 0: /* one construct */
        for (uint32_t i = 0; i < items; i++)
            add_item(f, draws, oddity, constructs[only]);
        break;
    case 1: /* an item each, or two */
        for (uint32_t i = 0; i < items && i < 12; i++)
            add_item(f, draws, oddity, constructs[(only + i) % 8]);
        break;
    default:
        for (uint32_t i = 0; i < items; i++)
            add_item(f, draws, oddity, constructs[draw_below(draws, 8)]);
    }
    if (draw_chance(draws, 0.4))
        add_children(f, draws);
}

bool odd_weights(struct fixture *f, struct draws *draws) {
    static const char *const keys[] = {
        "COMPATIBILITY_WEIGHT_COMMUNICATION", "COMPATIBILITY_WEIGHT_ATTACHMENT",
        "COMPATIBILITY_WEIGHT_SEXUAL",        "COMPATIBILITY_WEIGHT_VALUES",
        "COMPATIBILITY_WEIGHT_FAMILY",        "COMPATIBILITY_WEIGHT_STRUCTURE",
        "COMPATIBILITY_WEIGHT_LIFESTYLE",     "COMPATIBILITY_WEIGHT_AVAILABILITY"};
    static const double values[] = {0.0, 0.0, 1e-12, 0.01, 0.1, 0.14};
    uint32_t rest = draw_below(draws, ARRAY_LEN(keys));
    double left = 1.0;
    if (draw_chance(draws, 0.5))
        return false;
    for (uint32_t i = 1; i <= ARRAY_LEN(keys); i++) {
        bool last = i == ARRAY_LEN(keys);
        double weight = last ? left : values[draw_below(draws, ARRAY_LEN(values))];
        char text[40];
        snprintf(text, sizeof text, "%.17g", weight);
        fixture_set(f, keys[(rest + i) % ARRAY_LEN(keys)], text);
        left -= weight;
    }
    return true;
}

/* A code of the item's kind, or ANSWER_NONE; extreme: the least or greatest of a slider. */
static uint64_t draw_code(const struct item *item, bool extreme, struct draws *draws) {
    if (item->kind == ITEM_SCALE && item->is_slider)
        return extreme ? draw_below(draws, 2) * (item->level_count - 1u)
                       : draw_below(draws, item->level_count);
    if (item->kind == ITEM_SCALE || item->kind == ITEM_NOMINAL) {
        struct answer_value value = {.form = ANSWER_TEXT,
                                     .text = options[draw_below(draws, item->option_count)]};
        const char *reason;
        return item_code(item, &value, &reason);
    }
    if (item->kind == ITEM_MULTIPLE)
        return 1 + draw_below(draws, (1u << item->option_count) - 1);
    uint64_t code = 0; /* a rotation of the options */
    uint32_t first = draw_below(draws, item->option_count);
    for (uint32_t i = 0; i < item->option_count; i++)
        code |= (uint64_t)((first + i) % item->option_count) << (4 * i);
    return code;
}

static uint8_t draw_habit(struct draws *draws) {
    return (uint8_t)(draw_chance(draws, 0.2) ? HABIT_NULL : (int)draw_below(draws, 4));
}

uint32_t odd_person(struct fixture *f, struct draws *draws) {
    struct person person = person_default(f);
    person.profile.drinking = draw_habit(draws);
    person.profile.smoking = draw_habit(draws);
    person.profile.exercise = draw_habit(draws);
    uint32_t row = fixture_add(f, &person);
    struct population *p = fixture_population(f);
    const struct questionnaire *q = population_questionnaire(p);
    double answered = draw_chance(draws, 0.1) ? 0.1 : draw_in(draws, 0.5, 1.0);
    bool extreme = draw_chance(draws, 0.3);
    for (uint32_t i = 0; i < q->count; i++) {
        uint64_t code = draw_code(&q->items[i], extreme, draws);
        if (code == ANSWER_NONE || !draw_chance(draws, answered))
            continue;
        int32_t days = draw_chance(draws, 0.5) ? 0 : (int32_t)draw_below(draws, 1000);
        population_set_answer(p, row, i, code, fixture_ago(f, days));
    }
    return row;
}

static void set_number(struct fixture *f, const char *key, double number) {
    char text[40];
    snprintf(text, sizeof text, "%.17g", number);
    fixture_set(f, key, text);
}

/* Somewhere within 0 .. 1, and at both ends as often. */
static double draw_share(struct draws *draws) {
    switch (draw_below(draws, 4)) {
    case 0: return 0.0;
    case 1: return 1.0;
    default: return draw_in(draws, 0.0, 1.0);
    }
}

void odd_terms(struct fixture *f, struct draws *draws) {
    double compatibility = draw_share(draws), questionnaire = draw_share(draws);
    set_number(f, "MATCH_SCORE_COMPATIBILITY_WEIGHT", compatibility);
    set_number(f, "MATCH_SCORE_PHYSICAL_WEIGHT", 1.0 - compatibility);
    set_number(f, "MATCH_SCORE_QUESTIONNAIRE_WEIGHT", questionnaire);
    set_number(f, "MATCH_SCORE_AUTHENTICITY_WEIGHT", 1.0 - questionnaire);
    static const char *const keys[] = {"MATCH_SCORE_UNCERTAINTY_PENALTY_MAX",
                                       "MATCH_RISK_PENALTY_MAX",
                                       "MATCH_CHILD_GOAL_MISMATCH_PENALTY",
                                       "MATCH_EVIDENCE_WEIGHT_H",
                                       "MATCH_EVIDENCE_WEIGHT_M",
                                       "MATCH_EVIDENCE_WEIGHT_L"};
    for (size_t i = 0; i < ARRAY_LEN(keys); i++)
        if (draw_chance(draws, 0.6))
            set_number(f, keys[i], draw_share(draws));
}
