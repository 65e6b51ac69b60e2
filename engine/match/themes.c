/* compatibility_themes: up to three reason codes of an offer (scoring.md section 6). */
#include <string.h>

#include "engine/match/offer.h"

static const double THEME_LEAST = 0.70;
static const double THEME_VISUAL_WEIGHT = 0.20;

static const char *const construct_codes[CONSTRUCTS] = {
    [CONSTRUCT_COMMUNICATION] = "compatible_conflict_style",
    [CONSTRUCT_ATTACHMENT] = "secure_attachment_fit",
    [CONSTRUCT_SEXUAL] = "open_intimacy_communication",
    [CONSTRUCT_VALUES] = "strong_value_alignment",
    [CONSTRUCT_FAMILY] = "shared_family_goals",
    [CONSTRUCT_STRUCTURE] = "aligned_relationship_structure",
    [CONSTRUCT_LIFESTYLE] = "similar_lifestyle",
    [CONSTRUCT_AVAILABILITY] = "ready_to_date",
};

struct theme {
    const char *code;
    double value;
};

/* Descending by value, then by code. */
static bool theme_before(const struct theme *x, const struct theme *y) {
    if (x->value != y->value)
        return x->value > y->value;
    return strcmp(x->code, y->code) < 0;
}

/* Puts a theme in its place among the best; the last falls out. */
static void insert(struct theme best[THEMES_MAX + 1], uint32_t *count, struct theme theme) {
    uint32_t at = *count;
    for (; at > 0 && theme_before(&theme, &best[at - 1]); at--)
        best[at] = best[at - 1];
    best[at] = theme;
    if (*count < THEMES_MAX)
        (*count)++;
}

struct theme_list pair_themes(const struct view *view, const struct pair_score *score) {
    struct theme best[THEMES_MAX + 1];
    uint32_t count = 0;
    const struct questionnaire_score *q = &score->questionnaire;
    for (int c = 0; c < CONSTRUCTS; c++) {
        if ((q->present & 1u << c) == 0 || q->construct[c] < THEME_LEAST)
            continue;
        double value = view->weight[c] * q->construct[c];
        insert(best, &count, (struct theme){construct_codes[c], value});
    }
    if (score->visual && score->affinity_mutual >= THEME_LEAST) {
        double value = THEME_VISUAL_WEIGHT * score->affinity_mutual;
        insert(best, &count, (struct theme){"mutual_visual_preference", value});
    }
    struct theme_list list = {.count = count};
    for (uint32_t i = 0; i < count; i++)
        list.codes[i] = best[i].code;
    return list;
}
