/* An offer as it is stored: scores, themes, id (scoring.md sections 6 and 7). */
#include "engine/match/offer.h"

#include <string.h>

/* Appends a text without its NUL; returns the new end. */
static char *append(char *end, const char *text) {
    size_t length = strlen(text);
    memcpy(end, text, length);
    return end + length;
}

struct uuid offer_id(const struct view *view, uint32_t viewer, uint32_t candidate) {
    char viewer_id[UUID_TEXT], candidate_id[UUID_TEXT];
    char name[DATE_TEXT + 2 * UUID_TEXT], *end = name;
    uuid_to_text(population_id(view->population, viewer), viewer_id);
    uuid_to_text(population_id(view->population, candidate), candidate_id);
    end = append(end, view->date_text);
    end = append(end, ":");
    end = append(end, viewer_id);
    end = append(end, ":");
    *append(end, candidate_id) = '\0';
    struct uuid id;
    uuid_derive(&view->name_space, name, &id);
    return id;
}

void offer_compose_scored(const struct view *view, uint32_t candidate,
                          const struct pair_score *score, struct offer *out) {
    ASSERT(score->questionnaire.ranked);
    *out = (struct offer){
        .candidate = candidate,
        .raw = score->raw,
        .final = score->final,
        .mode = score->mode,
        .score = score_percent(score->final),
        .physical = score->visual ? score_percent(score->affinity_ab) : -1,
        .themes = pair_themes(view, score),
    };
}

void offer_compose(const struct view *view, uint32_t viewer, uint32_t candidate,
                   struct offer *out) {
    struct pair_score score;
    pair_score_gated(view, viewer, candidate, GATE_NONE, &score);
    offer_compose_scored(view, candidate, &score, out);
}
