/* An offer as it is stored: id, scores, themes (scoring.md sections 6 and 7). */
#include "engine/match/offer.h"

#include <stdio.h>

/* UUIDv5 in MATCHMAKING_NAMESPACE of "{d}:{viewer}:{candidate}" (section 7). */
static void offer_id(const struct view *view, uint32_t viewer, uint32_t candidate,
                     struct uuid *id) {
    char date[DATE_TEXT], viewer_id[UUID_TEXT], candidate_id[UUID_TEXT];
    char name[DATE_TEXT + 2 * UUID_TEXT];
    date_to_text(view->batch.date, date);
    uuid_to_text(population_id(view->population, viewer), viewer_id);
    uuid_to_text(population_id(view->population, candidate), candidate_id);
    int length = snprintf(name, sizeof name, "%s:%s:%s", date, viewer_id, candidate_id);
    ASSERT(length > 0 && (size_t)length < sizeof name);
    uuid_derive(&view->name_space, name, id);
}

void offer_compose_scored(const struct view *view, uint32_t viewer, uint32_t candidate,
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
    offer_id(view, viewer, candidate, &out->id);
}

void offer_compose(const struct view *view, uint32_t viewer, uint32_t candidate,
                   struct offer *out) {
    struct pair_score score;
    pair_score_gated(view, viewer, candidate, GATE_NONE, &score);
    offer_compose_scored(view, viewer, candidate, &score, out);
}
