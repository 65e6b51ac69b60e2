#include "api/matchd/verbs.h"

#include "api/matchd/timing.h"

static const struct verb_info table[VERBS] = {
    [VERB_HEALTH] = {VERB_INLINE, verbs_health},
    [VERB_STATS] = {VERB_INLINE, verbs_stats},
    [VERB_RELOAD] = {VERB_LOADER, NULL},
    [VERB_GET_OFFERS] = {VERB_WORKER, verbs_get_offers},
    [VERB_ACT_ON_OFFER] = {VERB_WORKER, verbs_act_on_offer},
    [VERB_LIST_MATCHES] = {VERB_WORKER, verbs_list_matches},
    [VERB_UNMATCH] = {VERB_WORKER, verbs_unmatch},
    [VERB_SCORE_PAIR] = {VERB_WORKER, verbs_score_pair},
    [VERB_PREVIEW_OFFERS] = {VERB_WORKER, verbs_preview_offers},
    [VERB_EXPLAIN] = {VERB_WORKER, verbs_explain},
    [VERB_START_REMATCH] = {VERB_WORKER, verbs_start_rematch},
    [VERB_REMATCH_STATUS] = {VERB_WORKER, verbs_rematch_status},
    [VERB_DRY_RUN_PAGE] = {VERB_WORKER, verbs_dry_run_page},
    [VERB_CANCEL_REMATCH] = {VERB_WORKER, verbs_cancel_rematch},
    [VERB_LIST_JOBS] = {VERB_WORKER, verbs_list_jobs},
};

const struct verb_info *verb_info(enum verb verb) {
    ASSERT(verb > VERB_NONE && verb < VERBS);
    return &table[verb];
}

/* A statement that the database has not seen is worth a second try on a new connection where the
 * kept one has died; the caller's own statement is not, once it was sent. So a kept connection is
 * tried with an empty statement first. */
static struct pg_conn *take(struct connections *connections, struct err *err) {
    for (;;) {
        bool kept;
        struct pg_conn *conn = connections_take(connections, &kept, err);
        if (conn == NULL || !kept || pg_conn_run(conn, "select", err))
            return conn;
        connections_give(connections, conn, true);
    }
}

static struct pg_conn *take_or_tell(struct connections *connections, struct reply *reply) {
    struct err err;
    struct pg_conn *conn = take(connections, &err);
    if (conn == NULL)
        reply_error(reply, MATCHD__V1__ERROR_CODE__UNAVAILABLE, "%s", err.text);
    return conn;
}

struct pg_conn *verbs_reader(struct service *service, struct reply *reply) {
    return take_or_tell(service->connections, reply);
}

struct pg_conn *verbs_writer(struct service *service, struct reply *reply) {
    if (service->writers != NULL)
        return take_or_tell(service->writers, reply);
    reply_error(reply, MATCHD__V1__ERROR_CODE__UNAVAILABLE,
                "this daemon writes nothing: it has no write-url");
    return NULL;
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
