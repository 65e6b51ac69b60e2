/* MATCH_INTENT_CONFLICTS: which intents exclude each other, "a:b,c:d" (scoring.md section 2, rule
 * 5). */
#include <string.h>

#include "engine/match/view_parts.h"
#include "engine/population/facts.h"

static const char *const intent_names[INTENTS] = {
    [INTENT_CASUAL] = "casual",
    [INTENT_SERIOUS] = "serious",
    [INTENT_MARRIAGE] = "marriage",
    [INTENT_UNSURE] = "unsure",
};

static enum intent intent_named(const char *text, size_t length) {
    for (int i = INTENT_CASUAL; i < INTENTS; i++)
        if (strlen(intent_names[i]) == length && memcmp(intent_names[i], text, length) == 0)
            return (enum intent)i;
    return INTENT_NULL;
}

/* One "a:b"; false if it does not name two known intents. */
static bool read_pair(const char *text, size_t length, enum intent pair[2]) {
    const char *colon = memchr(text, ':', length);
    if (colon == NULL)
        return false;
    size_t left = (size_t)(colon - text);
    pair[0] = intent_named(text, left);
    pair[1] = intent_named(colon + 1, length - left - 1);
    return pair[0] != INTENT_NULL && pair[1] != INTENT_NULL;
}

bool view_intent_conflicts_known(const struct params *params) {
    enum intent pair[2];
    for (const char *text = params->MATCH_INTENT_CONFLICTS; *text != '\0';) {
        size_t length = strcspn(text, ",");
        if (!read_pair(text, length, pair))
            return false;
        text += length + (text[length] == ',');
    }
    return true;
}

void view_read_intent_conflicts(struct view *view) {
    enum intent pair[2];
    for (const char *text = view->global->MATCH_INTENT_CONFLICTS; *text != '\0';) {
        size_t length = strcspn(text, ",");
        if (read_pair(text, length, pair)) {
            view->intent_conflicts[pair[0]] |= (uint8_t)(1u << pair[1]);
            view->intent_conflicts[pair[1]] |= (uint8_t)(1u << pair[0]);
        }
        text += length + (text[length] == ',');
    }
}
