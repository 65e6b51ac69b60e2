/* MATCH_INTENT_CONFLICTS: which intents exclude each other, "a:b,c:d" (scoring.md section 2, rule
 * 5). */
#include <string.h>

#include "engine/base/log.h"
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

/* One "a:b", as the configuration has made sure. False if it does not name two known intents. */
static bool read_pair(struct view *view, const char *text, size_t length) {
    const char *colon = memchr(text, ':', length);
    if (colon == NULL)
        return false;
    size_t left = (size_t)(colon - text);
    enum intent one = intent_named(text, left);
    enum intent two = intent_named(colon + 1, length - left - 1);
    if (one == INTENT_NULL || two == INTENT_NULL)
        return false;
    view->intent_conflicts[one] |= (uint8_t)(1u << two);
    view->intent_conflicts[two] |= (uint8_t)(1u << one);
    return true;
}

void view_read_intent_conflicts(struct view *view) {
    const char *text = view->global->MATCH_INTENT_CONFLICTS;
    while (*text != '\0') {
        size_t length = strcspn(text, ",");
        if (!read_pair(view, text, length)) {
            char quoted[PARAM_TEXT * 2];
            log_warn("config.intent_conflict_ignored", "key=MATCH_INTENT_CONFLICTS value=%s",
                     log_quote(view->global->MATCH_INTENT_CONFLICTS, quoted, sizeof quoted));
        }
        text += length + (text[length] == ',');
    }
}
