/* The brute-force search: everybody is judged, whoever is offerable is ranked. */
#include "engine/match/reference.h"

#include "engine/match/eligibility.h"
#include "engine/match/shortlist.h"

struct counts {
    uint32_t eligible, offerable;
};

static struct ranked ranked_of(const struct view *view, uint32_t viewer, uint32_t candidate,
                               const struct pair_score *score) {
    bool accepted =
        view->global->MATCH_RECIPROCATE_FIRST && pair_accepted_by(view, viewer, candidate);
    return (struct ranked){
        .raw = score->raw,
        .row = candidate,
        .mode = (uint8_t)score->mode,
        .accepted = accepted,
        .id = population_id(view->population, candidate),
    };
}

/* Gates, score, floors, rank: for every candidate. */
static struct counts search(const struct view *view, uint32_t viewer, struct shortlist *shortlist) {
    struct counts counts = {0, 0};
    struct limits own = limits_of(view, viewer);
    if (!view->member[viewer])
        return counts;
    for (uint32_t b = 0; b < view->count; b++) {
        if (eligibility_gate(view, viewer, &own, b) != GATE_NONE)
            continue;
        struct pair_score score;
        pair_score_gated(view, viewer, b, GATE_NONE, &score);
        if (!score.questionnaire.ranked)
            continue;
        counts.eligible++;
        if (pair_floor(view, viewer, b, &score) != FLOOR_NONE)
            continue;
        counts.offerable++;
        struct ranked candidate = ranked_of(view, viewer, b, &score);
        shortlist_add(shortlist, &candidate);
    }
    return counts;
}

void reference_search(const struct view *view, uint32_t viewer, struct viewer_result *result) {
    struct shortlist shortlist;
    shortlist_init(&shortlist, result->pool, (uint32_t)view->global->MATCH_RERANK_POOL);
    struct counts counts = search(view, viewer, &shortlist);
    result->viewer = viewer;
    result->eligible = counts.eligible;
    result->offerable = counts.offerable;
    result->pool_count = shortlist_finish(&shortlist);
}

void reference_viewer(const struct view *view, uint32_t viewer, struct viewer_result *result) {
    reference_search(view, viewer, result);
    offer_pick(view, result);
}

uint32_t reference_preview(const struct view *view, uint32_t viewer, uint32_t k, struct ranked *out,
                           uint32_t *eligible, uint32_t *offerable) {
    struct shortlist shortlist;
    shortlist_init(&shortlist, out, k);
    struct counts counts = search(view, viewer, &shortlist);
    *eligible = counts.eligible;
    *offerable = counts.offerable;
    return shortlist_finish(&shortlist);
}
