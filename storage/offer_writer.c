#include "storage/offer_writer.h"

#include "storage/failpoint.h"
#include "storage/pg_params.h"
#include "storage/pg_row.h"

#include <stdio.h>

enum { JOB_COLUMNS = 6, OFFER_COLUMNS = 15 };

static const char copy_jobs[] = "copy matching.staged_jobs (run_id, chunk, job_id, user_id, "
                                "job_type, attempt) from stdin (format binary)";
static const char copy_offers[] =
    "copy matching.staged_offers (run_id, chunk, user_id, job_type, rank, offer_id, "
    "offered_user_id, compatibility_score, physical_preference_score, compatibility_themes, "
    "expires_at, final, raw, viewer_inputs, candidate_inputs) from stdin (format binary)";

void offer_writer_init(struct offer_writer *writer, const struct view *view,
                       const struct lease *lease) {
    *writer = (struct offer_writer){.view = view, .lease = *lease};
}

void offer_writer_release(struct offer_writer *writer) {
    copy_rows_release(&writer->jobs);
    copy_rows_release(&writer->offers);
}

/* ---- rows ------------------------------------------------------------------------------------ */

static void put_inputs(struct copy_rows *rows, const struct population *population, uint32_t row) {
    uint64_t hashes[INPUT_GROUPS];
    for (int group = 0; group < INPUT_GROUPS; group++)
        hashes[group] = population_input_hash(population, row, (enum input_group)group);
    copy_rows_int8s(rows, hashes, INPUT_GROUPS);
}

/* What the rows of a viewer and a job have in common. */
struct place {
    int32_t chunk;
    uint32_t viewer; /* row */
    enum job_type type;
};

static void put_job(struct offer_writer *writer, const struct place *place,
                    const struct ledger_ticket *ticket) {
    struct copy_rows *rows = &writer->jobs;
    copy_rows_begin(rows, JOB_COLUMNS);
    copy_rows_uuid(rows, &writer->lease.run);
    copy_rows_int4(rows, place->chunk);
    copy_rows_uuid(rows, &ticket->job);
    copy_rows_uuid(rows, population_id(writer->view->population, place->viewer));
    copy_rows_text(rows, job_type_name(place->type));
    copy_rows_int4(rows, ticket->attempt);
}

static void put_offer(struct offer_writer *writer, const struct place *place, int32_t rank,
                      const struct offer *offer) {
    const struct view *view = writer->view;
    const struct population *population = view->population;
    struct copy_rows *rows = &writer->offers;
    struct uuid id = offer_id(view, place->viewer, offer->candidate);
    int32_t days = view_params(view, place->viewer)->MATCH_OFFER_EXPIRY_DAYS;
    copy_rows_begin(rows, OFFER_COLUMNS);
    copy_rows_uuid(rows, &writer->lease.run);
    copy_rows_int4(rows, place->chunk);
    copy_rows_uuid(rows, population_id(population, place->viewer));
    copy_rows_text(rows, job_type_name(place->type));
    copy_rows_int4(rows, rank);
    copy_rows_uuid(rows, &id);
    copy_rows_uuid(rows, population_id(population, offer->candidate));
    copy_rows_int4(rows, offer->score);
    if (offer->physical >= 0)
        copy_rows_int4(rows, offer->physical);
    else
        copy_rows_null(rows);
    copy_rows_texts(rows, offer->themes.codes, offer->themes.count);
    copy_rows_instant(rows, instant_plus_days(view->batch.at, days));
    copy_rows_float8(rows, offer->final);
    copy_rows_float8(rows, offer->raw);
    put_inputs(rows, population, place->viewer);
    put_inputs(rows, population, offer->candidate);
}

static void put_viewer(struct offer_writer *writer, int32_t chunk,
                       const struct offer_viewer *viewer) {
    const struct run_result *result = viewer->result;
    struct place place = {.chunk = chunk, .viewer = result->viewer};
    if (viewer->tickets[JOB_DAILY].attempt > 0) {
        place.type = JOB_DAILY;
        put_job(writer, &place, &viewer->tickets[JOB_DAILY]);
        for (uint32_t i = 0; i < result->pick_count; i++)
            put_offer(writer, &place, (int32_t)i + 1, &result->picks[i]);
    }
    if (viewer->tickets[JOB_ANCHOR].attempt > 0) {
        place.type = JOB_ANCHOR;
        put_job(writer, &place, &viewer->tickets[JOB_ANCHOR]);
        if (result->anchor != NULL)
            put_offer(writer, &place, 1, result->anchor);
    }
}

/* ---- the transaction ------------------------------------------------------------------------- */

static bool send_rows(struct copy_rows *rows, struct pg_conn *conn, const char *sql,
                      struct err *err) {
    size_t length;
    const void *bytes = copy_rows_end(rows, &length);
    return pg_conn_copy_in(conn, sql, bytes, length, err);
}

static bool read_written(const struct pg_result *result, struct offer_written *out,
                         struct err *err) {
    struct pg_row row = {.result = result};
    *out = (struct offer_written){.completed = (uint32_t)pg_row_int4(&row, 0, 0),
                                  .offers = (uint32_t)pg_row_int4(&row, 1, 0),
                                  .dropped = (uint32_t)pg_row_int4(&row, 2, 0),
                                  .lost = (uint32_t)pg_row_int4(&row, 3, 0)};
    return row.wrong == NULL || err_set(err, "%s", row.wrong);
}

static bool publish_staged(struct offer_writer *writer, struct pg_conn *conn, int32_t chunk,
                           struct offer_written *out, struct err *err) {
    static const char sql[] = "select completed, offers, dropped, lost "
                              "from matching.publish_chunk($1, $2, $3)";
    struct pg_params params = {0};
    pg_params_uuid(&params, &writer->lease.run);
    pg_params_int8(&params, writer->lease.fence);
    pg_params_int4(&params, chunk);
    struct pg_result *result =
        pg_conn_query_prepared(conn, "publish_chunk", sql, params.list, params.count, err);
    pg_params_release(&params);
    bool ok = result != NULL && read_written(result, out, err);
    pg_result_free(result);
    return ok;
}

/* Holds the run only while the server commits, not for as long as this process may be frozen. */
static bool commit(struct pg_conn *conn, const struct lease *lease, struct err *err) {
    char run[UUID_TEXT], sql[128];
    uuid_to_text(&lease->run, run);
    snprintf(sql, sizeof sql, "select matching.hold_run('%s', %lld); commit", run,
             (long long)lease->fence);
    return pg_conn_run(conn, sql, err);
}

static bool write_chunk(struct offer_writer *writer, struct pg_conn *conn, int32_t chunk,
                        struct offer_written *out, struct err *err) {
    if (!send_rows(&writer->jobs, conn, copy_jobs, err))
        return false;
    FAILPOINT("publish.jobs_staged");
    if (!send_rows(&writer->offers, conn, copy_offers, err))
        return false;
    FAILPOINT("publish.staged");
    if (!publish_staged(writer, conn, chunk, out, err))
        return false;
    FAILPOINT("publish.written");
    return commit(conn, &writer->lease, err);
}

bool offer_writer_publish(struct offer_writer *writer, struct pg_conn *conn,
                          const struct offer_chunk *chunk, struct offer_written *out,
                          struct err *err) {
    copy_rows_reset(&writer->jobs);
    copy_rows_reset(&writer->offers);
    for (uint32_t i = 0; i < chunk->count; i++)
        put_viewer(writer, chunk->number, &chunk->viewers[i]);
    *out = (struct offer_written){0};
    if (writer->jobs.rows == 0)
        return true;
    FAILPOINT("publish.begin");
    bool ok = pg_conn_run(conn, "begin", err);
    if (ok && !write_chunk(writer, conn, chunk->number, out, err)) {
        pg_conn_roll_back(conn);
        ok = false;
    }
    FAILPOINT("publish.committed");
    return ok || err_wrap(err, "publishing chunk %d", (int)chunk->number);
}
