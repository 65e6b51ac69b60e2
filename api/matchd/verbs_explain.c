/* Explain: an offer as it was published beside what the engine says today, at the same date and
 * instant, and what of the inputs has changed. */
#include "api/matchd/reload.h"
#include "api/matchd/timing.h"
#include "api/matchd/verbs.h"
#include "engine/base/version.h"
#include "storage/offer_record.h"

#include <stdio.h>
#include <string.h>

/* Data that is older than this is read again first, so that changes since are seen. */
enum { EXPLAIN_STALE_US = 2000000 };

static const char *const group_names[INPUT_GROUPS] = {[INPUT_PROFILE] = "profile",
                                                      [INPUT_ANSWERS] = "answers",
                                                      [INPUT_PREFERENCE] = "preference",
                                                      [INPUT_FEATURES] = "features",
                                                      [INPUT_TRUST] = "trust"};

struct explanation {
    const struct scene *scene;
    const struct offer_record *record;
    uint32_t viewer, candidate; /* rows, or ROW_NONE */
    struct reply *reply;
    Matchd__V1__ExplainResponse *out;
};

/* ---- what has changed ------------------------------------------------------------------------ */

static void add_changes(struct explanation *e, uint32_t row, const char *role,
                        const uint64_t stored[INPUT_GROUPS]) {
    for (int group = 0; row != ROW_NONE && group < INPUT_GROUPS; group++) {
        uint64_t now = population_input_hash(e->scene->population, row, (enum input_group)group);
        if (now == stored[group])
            continue;
        Matchd__V1__ExplainResponse__Change *change;
        MESSAGE_NEW(e->reply, change, explain_response__change);
        change->person = reply_uuid(e->reply, population_id(e->scene->population, row));
        change->role = arena_text(&e->reply->arena, role);
        change->group = arena_text(&e->reply->arena, group_names[group]);
        e->out->changes[e->out->n_changes++] = change;
    }
}

static void compare_inputs(struct explanation *e) {
    const struct offer_record *record = e->record;
    char digest[CONFIG_DIGEST_TEXT];
    config_digest(e->scene->generation->loaded.config, digest);
    e->out->changes =
        arena_array(&e->reply->arena, (size_t)INPUT_GROUPS * 2, sizeof *e->out->changes);
    if (!record->has_details)
        return;
    add_changes(e, e->viewer, "viewer", record->viewer_inputs);
    add_changes(e, e->candidate, "candidate", record->candidate_inputs);
    bool config = record->config_digest != NULL && strcmp(record->config_digest, digest) != 0;
    bool engine =
        record->engine != NULL && strcmp(record->engine, MATCHD_VERSION " " MATCHD_COMMIT) != 0;
    SET(e->out, config_changed, config);
    SET(e->out, engine_changed, engine);
}

/* ---- values ---------------------------------------------------------------------------------- */

/* The elements of "{a,b}": codes have no commas or quotes. */
static void split_themes(struct reply *reply, const char *text,
                         Matchd__V1__ExplainResponse__Values *out) {
    if (text == NULL || text[0] != '{')
        return;
    char *at = arena_text(&reply->arena, text + 1), *rest = NULL;
    at[strcspn(at, "}")] = '\0';
    out->themes = arena_array(&reply->arena, strlen(at) + 1, sizeof *out->themes);
    for (char *code = strtok_r(at, ",", &rest); code != NULL; code = strtok_r(NULL, ",", &rest))
        out->themes[out->n_themes++] = code;
}

static Matchd__V1__ExplainResponse__Values *tell_stored(const struct explanation *e) {
    Matchd__V1__ExplainResponse__Values *out;
    MESSAGE_NEW(e->reply, out, explain_response__values);
    if (e->record->has_details)
        SET(out, raw, e->record->raw);
    SET(out, score, e->record->score);
    if (e->record->physical >= 0)
        SET(out, physical, e->record->physical);
    split_themes(e->reply, e->record->themes, out);
    return out;
}

static Matchd__V1__ExplainResponse__Values *tell_now(const struct explanation *e) {
    Matchd__V1__ExplainResponse__Values *out;
    MESSAGE_NEW(e->reply, out, explain_response__values);
    if (!pair_can_rank(e->scene->view, e->viewer, e->candidate))
        return out;
    struct offer offer;
    offer_compose(e->scene->view, e->viewer, e->candidate, &offer);
    SET_NUMBER(out, raw, offer.raw);
    SET(out, score, offer.score);
    if (offer.physical >= 0)
        SET(out, physical, offer.physical);
    out->n_themes = offer.themes.count;
    out->themes = verbs_themes(e->reply, &offer.themes);
    return out;
}

static bool same_values(const Matchd__V1__ExplainResponse__Values *x,
                        const Matchd__V1__ExplainResponse__Values *y) {
    bool same = x->has_raw && y->has_raw && memcmp(&x->raw, &y->raw, sizeof x->raw) == 0 &&
                x->has_score == y->has_score && x->score == y->score &&
                x->has_physical == y->has_physical && x->physical == y->physical &&
                x->n_themes == y->n_themes;
    for (size_t i = 0; same && i < x->n_themes; i++)
        same = strcmp(x->themes[i], y->themes[i]) == 0;
    return same;
}

/* ---- the answer ------------------------------------------------------------------------------ */

static void tell_record(struct explanation *e) {
    struct reply *reply = e->reply;
    const struct offer_record *record = e->record;
    e->out->offer = reply_uuid(reply, &record->id);
    e->out->viewer = reply_uuid(reply, &record->viewer);
    e->out->candidate = reply_uuid(reply, &record->candidate);
    e->out->status = reply_text(reply, record->status);
    if (record->has_details)
        e->out->run = reply_uuid(reply, &record->run);
    if (record->engine != NULL)
        e->out->engine = reply_text(reply, record->engine);
    e->out->clock = verbs_clock(reply, e->scene->view);
    e->out->stored = tell_stored(e);
}

static void explain(const struct scene *scene, const struct offer_record *record,
                    struct reply *reply) {
    struct explanation e = {.scene = scene,
                            .record = record,
                            .reply = reply,
                            .viewer = population_find(scene->population, &record->viewer),
                            .candidate = population_find(scene->population, &record->candidate)};
    MESSAGE_NEW(reply, e.out, explain_response);
    tell_record(&e);
    compare_inputs(&e);
    SET(e.out, viewer_gone, e.viewer == ROW_NONE);
    SET(e.out, candidate_gone, e.candidate == ROW_NONE);
    SET(e.out, reproduced, false);
    if (e.viewer != ROW_NONE && e.candidate != ROW_NONE) {
        e.out->now = tell_now(&e);
        SET(e.out, reproduced, same_values(e.out->stored, e.out->now));
        e.out->viewer_side = verbs_score(scene, e.viewer, e.candidate, reply);
        e.out->candidate_side = verbs_score(scene, e.candidate, e.viewer, reply);
    }
    reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_EXPLAIN;
    reply->response.explain = e.out;
}

/* False with a reply: the offer is not known, or cannot be read. */
static bool read_record(struct service *service, const struct request *request,
                        struct offer_record *record, struct reply *reply) {
    struct err err;
    bool found = false;
    struct pg_conn *conn = verbs_reader(service, reply);
    if (conn == NULL)
        return false;
    bool ok = offer_record_read(conn, &request->offer, record, &found, &err);
    connections_give(service->connections, conn, !ok);
    if (!ok)
        reply_error(reply, MATCHD__V1__ERROR_CODE__UNAVAILABLE, "%s", err.text);
    else if (!found)
        reply_error(reply, MATCHD__V1__ERROR_CODE__NOT_FOUND, "offer: %s is not known",
                    reply_uuid(reply, &request->offer));
    return found;
}

void verbs_explain(struct service *service, const struct request *request, struct reply *reply) {
    struct err err;
    struct offer_record record;
    struct scene scene;
    if (!read_record(service, request, &record, reply))
        return;
    struct request at_its_time = *request;
    at_its_time.has_date = at_its_time.has_now = true;
    at_its_time.date = record.date;
    at_its_time.now = record.as_of;
    if (!reload_wait(service->reload, timing_us() - EXPLAIN_STALE_US, &err)) {
        reply_error(reply, MATCHD__V1__ERROR_CODE__UNAVAILABLE, "loading: %s", err.text);
    } else if (scene_open(&scene, service, &at_its_time, reply)) {
        explain(&scene, &record, reply);
        scene_close(&scene, service);
    }
    offer_record_release(&record);
}
