#include "api/matchd/verbs.h"

#include "api/matchd/timing.h"

static const struct verb_info table[VERBS] = {
    [VERB_HEALTH] = {VERB_INLINE, verbs_health},
    [VERB_STATS] = {VERB_INLINE, verbs_stats},
    [VERB_RELOAD] = {VERB_LOADER, NULL},
    [VERB_GET_OFFERS] = {VERB_WORKER, verbs_get_offers},
    [VERB_SCORE_PAIR] = {VERB_WORKER, verbs_score_pair},
    [VERB_PREVIEW_OFFERS] = {VERB_WORKER, verbs_preview_offers},
    [VERB_START_REMATCH] = {VERB_WORKER, verbs_start_rematch},
    [VERB_REMATCH_STATUS] = {VERB_WORKER, verbs_rematch_status},
    [VERB_DRY_RUN_PAGE] = {VERB_WORKER, verbs_dry_run_page},
};

const struct verb_info *verb_info(enum verb verb) {
    ASSERT(verb > VERB_NONE && verb < VERBS);
    return &table[verb];
}

/* Without a clock of its own a request is served by the standing view. */
static const struct frame *pin_frame(struct views *views, const struct request *request) {
    if (!request->has_now && !request->has_date)
        return views_pin_standing(views, timing_now());
    static const int64_t minute = INT64_C(60000000);
    struct batch batch = {.at = request->now, .date = request->date};
    if (!request->has_now) {
        batch.at = timing_now();
        batch.at -= batch.at % minute;
    }
    if (!request->has_date)
        batch.date = date_of_instant(batch.at);
    return views_pin(views, batch);
}

bool scene_open(struct scene *scene, struct service *service, const struct request *request,
                struct reply *reply) {
    scene->generation = epoch_pin(&service->epoch);
    if (scene->generation == NULL) {
        reply_error(reply, MATCHD__V1__ERROR_CODE__UNAVAILABLE, "no data is loaded yet");
        return false;
    }
    scene->population = scene->generation->loaded.population;
    scene->frame = pin_frame(scene->generation->views, request);
    scene->view = scene->frame->view;
    return true;
}

void scene_close(struct scene *scene, struct service *service) {
    views_unpin(scene->generation->views, scene->frame);
    epoch_unpin(&service->epoch, scene->generation);
}

uint32_t scene_person(const struct scene *scene, const char *role, const struct uuid *id,
                      struct reply *reply) {
    uint32_t row = population_find(scene->population, id);
    if (row == ROW_NONE)
        reply_error(reply, MATCHD__V1__ERROR_CODE__NOT_FOUND, "%s: nobody has the id %s", role,
                    reply_uuid(reply, id));
    return row;
}

Matchd__V1__Clock *verbs_clock(struct reply *reply, const struct view *view) {
    Matchd__V1__Clock *clock;
    MESSAGE_NEW(reply, clock, clock);
    clock->date = reply_date(reply, view->batch.date);
    clock->now = reply_instant(reply, view->batch.at);
    return clock;
}

char **verbs_themes(struct reply *reply, const struct theme_list *themes) {
    char **texts = arena_array(&reply->arena, THEMES_MAX, sizeof *texts);
    for (uint32_t i = 0; i < themes->count; i++)
        texts[i] = arena_text(&reply->arena, themes->codes[i]);
    return texts;
}

Matchd__V1__Candidate *verbs_candidate(struct reply *reply, const struct view *view,
                                       const struct offer *offer) {
    Matchd__V1__Candidate *out;
    MESSAGE_NEW(reply, out, candidate);
    out->candidate = reply_uuid(reply, population_id(view->population, offer->candidate));
    SET_NUMBER(out, raw, offer->raw);
    SET_NUMBER(out, final, offer->final);
    SET(out, score, offer->score);
    if (offer->physical >= 0)
        SET(out, physical, offer->physical);
    SET(out, mode, (Matchd__V1__Mode)offer->mode);
    out->n_themes = offer->themes.count;
    out->themes = verbs_themes(reply, &offer->themes);
    return out;
}
