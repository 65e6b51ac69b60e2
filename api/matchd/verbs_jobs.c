/* StartRematch and RematchStatus of runs that publish, CancelRematch and ListJobs. */
#include "api/matchd/jobs.h"
#include "api/matchd/verbs.h"
#include "engine/base/mem.h"
#include "storage/batches.h"
#include "storage/run_records.h"

#include <stdlib.h>
#include <string.h>

/* ---- StartRematch ---------------------------------------------------------------------------- */

/* People named twice count once. */
static size_t sort_viewers(const struct request *request, struct uuid *ids) {
    size_t kept = 0;
    memcpy(ids, request->viewers, request->viewer_count * sizeof *ids);
    qsort(ids, request->viewer_count, sizeof *ids, (int (*)(const void *, const void *))uuid_order);
    for (size_t i = 0; i < request->viewer_count; i++)
        if (i == 0 || !uuid_same(&ids[i], &ids[kept - 1]))
            ids[kept++] = ids[i];
    return kept;
}

/* False with a reply: somebody asked for does not exist. */
static bool all_found(const struct batch_list *list, const struct uuid *ids, size_t count,
                      struct reply *reply) {
    size_t found = 0;
    for (size_t i = 0; i < list->count; i++)
        found += list->batches[i].viewer_count;
    if (ids == NULL || found == count)
        return true;
    reply_error(reply, MATCHD__V1__ERROR_CODE__NOT_FOUND,
                "viewers: of %zu people asked for, %zu exist", count, found);
    return false;
}

static Matchd__V1__StartRematchResponse__Started *tell_started(struct reply *reply,
                                                               const struct ledger_batch *batch,
                                                               const struct ledger_claim *claim) {
    Matchd__V1__StartRematchResponse__Started *out;
    MESSAGE_NEW(reply, out, start_rematch_response__started);
    out->run = reply_uuid(reply, &claim->run);
    out->date = reply_date(reply, batch->date);
    out->timezone = reply_text(reply, batch->timezone);
    SET(out, already_running, claim->outcome != LEDGER_LEADING);
    return out;
}

static bool is_wanted(const struct request *request, const struct batch_due *batch) {
    return !request->has_zone || strcmp(request->zone, batch->timezone) == 0;
}

/* Claims each batch of the list. False with *err. */
static bool claim_all(struct service *service, const struct request *request,
                      const struct batch_list *list, struct pg_conn *conn,
                      Matchd__V1__StartRematchResponse *out, struct reply *reply, struct err *err) {
    out->runs = arena_array(&reply->arena, list->count, sizeof *out->runs);
    for (size_t i = 0; i < list->count; i++) {
        const struct batch_due *due = &list->batches[i];
        struct ledger_claim claim;
        struct ledger_batch batch = {.date = request->has_date ? request->date : due->date,
                                     .timezone = due->timezone,
                                     .by_request = true,
                                     .has_at = request->has_now,
                                     .at = request->now,
                                     .viewers = due->viewers,
                                     .viewer_count = due->viewer_count};
        if (!is_wanted(request, due))
            continue;
        if (!jobs_claim(service->jobs, conn, &batch, &claim, err))
            return false;
        out->runs[out->n_runs++] = tell_started(reply, &batch, &claim);
    }
    return true;
}

static void tell_failure(struct pg_conn *conn, const struct err *err, struct reply *reply) {
    bool invalid = strcmp(pg_conn_sqlstate(conn), "PT400") == 0;
    reply_error(reply,
                invalid ? MATCHD__V1__ERROR_CODE__INVALID_ARGUMENT
                        : MATCHD__V1__ERROR_CODE__UNAVAILABLE,
                "%s", err->text);
}

/* Nobody who was asked for lives in the zone: there is none of that name, or it is empty. */
static void tell_empty(struct service *service, const struct request *request,
                       struct reply *reply) {
    struct err err;
    bool known = false;
    struct pg_conn *conn = verbs_reader(service, reply);
    if (conn == NULL)
        return;
    bool ok = batches_zone_known(conn, request->zone, &known, &err);
    connections_give(service->connections, conn, !ok);
    if (!ok)
        reply_error(reply, MATCHD__V1__ERROR_CODE__UNAVAILABLE, "%s", err.text);
    else if (!known)
        reply_error(reply, MATCHD__V1__ERROR_CODE__INVALID_ARGUMENT,
                    "timezone: expected an IANA name such as Europe/London, got \"%s\"",
                    request->zone);
    else
        reply_error(reply, MATCHD__V1__ERROR_CODE__NOT_FOUND,
                    "timezone: nobody asked for lives in \"%s\"", request->zone);
}

static bool start_batches(struct service *service, const struct request *request,
                          struct pg_conn *conn, struct reply *reply, struct err *err) {
    struct batch_list list;
    struct uuid *ids = NULL;
    size_t count = 0;
    if (request->viewer_count > 0) {
        ids = mem_array(request->viewer_count, sizeof *ids);
        count = sort_viewers(request, ids);
    }
    bool ok = batches_of(conn, ids, count, request->has_now ? &request->now : NULL, &list, err);
    if (ok && all_found(&list, ids, count, reply)) {
        Matchd__V1__StartRematchResponse *out;
        MESSAGE_NEW(reply, out, start_rematch_response);
        ok = claim_all(service, request, &list, conn, out, reply, err);
        if (out->n_runs > 0)
            out->run = out->runs[0]->run;
        if (ok && out->n_runs == 0) {
            tell_empty(service, request, reply);
        } else if (ok) {
            reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_START_REMATCH;
            reply->response.start_rematch = out;
        }
    }
    if (list.count > 0 || list.result != NULL)
        batch_list_release(&list);
    free(ids);
    return ok;
}

void verbs_start_jobs(struct service *service, const struct request *request, struct reply *reply) {
    struct err err;
    struct pg_conn *conn = verbs_writer(service, reply);
    if (conn == NULL)
        return;
    bool ok = start_batches(service, request, conn, reply, &err);
    if (!ok)
        tell_failure(conn, &err, reply);
    connections_give(service->writers, conn, !ok && pg_conn_failure(conn) == PG_RETRY);
}

/* ---- RematchStatus and ListJobs -------------------------------------------------------------- */

static Matchd__V1__RunState state_of(enum run_status status) {
    switch (status) {
    case RUN_STATUS_RUNNING: return MATCHD__V1__RUN_STATE__RUN_RUNNING;
    case RUN_STATUS_COMPLETED: return MATCHD__V1__RUN_STATE__RUN_FINISHED;
    case RUN_STATUS_CANCELLED: return MATCHD__V1__RUN_STATE__RUN_CANCELLED;
    default: return MATCHD__V1__RUN_STATE__RUN_FAILED;
    }
}

static char *text_or_null(struct reply *reply, const char *text) {
    return text != NULL ? reply_text(reply, text) : NULL;
}

/* A member of the timings that the daemon wrote; 0 if it is not there. */
static uint32_t number_in(const char *json, const char *key) {
    const char *at = json != NULL ? strstr(json, key) : NULL;
    at = at != NULL ? strchr(at, ':') : NULL;
    return at != NULL ? (uint32_t)strtoul(at + 1, NULL, 10) : 0;
}

static void tell_facts(struct reply *reply, const struct run_record *record,
                       Matchd__V1__RematchStatusResponse *out) {
    SET(out, gender_pairs, record->gender_pairs);
    SET(out, eligible, record->eligible);
    SET(out, bounded, record->bounded);
    SET(out, canonical, record->canonical);
    SET(out, people, record->people);
    SET(out, requested, record->requested);
    SET(out, failures, (uint32_t)record->failures);
    SET(out, takeovers, (uint32_t)record->takeovers);
    SET(out, served_before, number_in(record->timings, "\"served_before\""));
    SET(out, dropped, number_in(record->timings, "\"dropped\""));
    out->config_digest = text_or_null(reply, record->config_digest);
    out->engine = text_or_null(reply, record->engine);
    out->timings = text_or_null(reply, record->timings);
    out->certificate = text_or_null(reply, record->certificate);
    out->error = text_or_null(reply, record->error);
    out->started_at = reply_instant(reply, record->started_at);
}

/* What only the leading daemon knows, over what the database knows. */
static void tell_live(struct service *service, struct reply *reply, const struct run_record *record,
                      Matchd__V1__RematchStatusResponse *out) {
    struct batch_state state;
    bool here = service->jobs != NULL && record->status == RUN_STATUS_RUNNING &&
                jobs_state(service->jobs, &record->id, &state);
    SET(out, led_here, here);
    out->stage = arena_text(&reply->arena, "");
    if (!here)
        return;
    out->stage = arena_text(&reply->arena, batch_stage_name(state.stage));
    SET(out, share, state.share);
    SET(out, pairs, state.pairs);
    SET(out, scoring_seconds, state.scoring_seconds);
    SET(out, viewers, state.viewers);
    SET(out, viewers_done, state.viewers_done);
    SET(out, offers, state.offers);
    SET(out, served_before, state.served_before);
    SET(out, dropped, state.dropped);
    SET(out, seconds, state.seconds);
}

static Matchd__V1__RematchStatusResponse *tell_record(struct service *service, struct reply *reply,
                                                      const struct run_record *record) {
    Matchd__V1__RematchStatusResponse *out;
    MESSAGE_NEW(reply, out, rematch_status_response);
    MESSAGE_NEW(reply, out->clock, clock);
    out->clock->date = reply_date(reply, record->date);
    out->clock->now = reply_instant(reply, record->as_of);
    out->run = reply_uuid(reply, &record->id);
    SET(out, state, state_of(record->status));
    SET(out, viewers, record->viewers);
    SET(out, viewers_done, record->viewers_done);
    SET(out, offers, record->offers);
    SET(out, seconds, record->seconds);
    SET(out, dry_run, false);
    out->timezone = text_or_null(reply, record->timezone);
    if (record->status != RUN_STATUS_RUNNING)
        SET(out, share, 1.0);
    tell_facts(reply, record, out);
    tell_live(service, reply, record, out);
    return out;
}

static void tell_runs(struct service *service, const struct run_records *records,
                      const struct request *request, struct reply *reply) {
    if (request->verb == VERB_LIST_JOBS) {
        Matchd__V1__ListJobsResponse *out;
        MESSAGE_NEW(reply, out, list_jobs_response);
        out->jobs = arena_array(&reply->arena, records->count, sizeof *out->jobs);
        for (; out->n_jobs < records->count; out->n_jobs++)
            out->jobs[out->n_jobs] = tell_record(service, reply, &records->records[out->n_jobs]);
        reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_LIST_JOBS;
        reply->response.list_jobs = out;
    } else if (records->count == 1) {
        reply->response.rematch_status = tell_record(service, reply, &records->records[0]);
        reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_REMATCH_STATUS;
    } else {
        reply_error(reply, MATCHD__V1__ERROR_CODE__NOT_FOUND,
                    "run: %s is not known (results of dry runs are dropped after %d minutes)",
                    reply_uuid(reply, &request->run), DRYRUN_KEPT_SECONDS / 60);
    }
}

static void answer_from_database(struct service *service, const struct request *request,
                                 struct reply *reply) {
    struct err err;
    struct run_records records;
    struct pg_conn *conn = verbs_reader(service, reply);
    if (conn == NULL)
        return;
    bool ok = request->verb == VERB_LIST_JOBS
                  ? run_records_list(conn, request->k, &records, &err)
                  : run_records_find(conn, &request->run, &records, &err);
    if (ok) {
        tell_runs(service, &records, request, reply);
        run_records_release(&records);
    } else {
        reply_error(reply, MATCHD__V1__ERROR_CODE__UNAVAILABLE, "%s", err.text);
    }
    connections_give(service->connections, conn, !ok);
}

void verbs_job_status(struct service *service, const struct request *request, struct reply *reply) {
    answer_from_database(service, request, reply);
}

void verbs_list_jobs(struct service *service, const struct request *request, struct reply *reply) {
    answer_from_database(service, request, reply);
}

/* ---- CancelRematch --------------------------------------------------------------------------- */

void verbs_cancel_rematch(struct service *service, const struct request *request,
                          struct reply *reply) {
    struct err err;
    enum ledger_cancel outcome = CANCEL_UNKNOWN;
    struct pg_conn *conn = verbs_writer(service, reply);
    if (conn == NULL)
        return;
    bool ok = ledger_cancel(conn, &request->run, &outcome, &err);
    if (!ok) {
        reply_error(reply, MATCHD__V1__ERROR_CODE__UNAVAILABLE, "%s", err.text);
    } else if (outcome == CANCEL_UNKNOWN) {
        reply_error(reply, MATCHD__V1__ERROR_CODE__NOT_FOUND, "run: %s is not known",
                    reply_uuid(reply, &request->run));
    } else {
        Matchd__V1__CancelRematchResponse *out;
        MESSAGE_NEW(reply, out, cancel_rematch_response);
        out->run = reply_uuid(reply, &request->run);
        SET(out, cancelled, outcome == CANCEL_DONE);
        jobs_abandon(service->jobs, &request->run);
        reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_CANCEL_REMATCH;
        reply->response.cancel_rematch = out;
    }
    connections_give(service->writers, conn, !ok);
}
