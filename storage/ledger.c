#include "storage/ledger.h"

#include "storage/pg_params.h"
#include "storage/pg_row.h"

#include <stdlib.h>
#include <string.h>

static const char *const job_names[JOB_TYPES] = {
    [JOB_DAILY] = "daily_offers", [JOB_ANCHOR] = "weekly_anchor"};

const char *job_type_name(enum job_type type) {
    ASSERT((unsigned)type < JOB_TYPES);
    return job_names[type];
}

enum ledger_failure ledger_failure(const struct pg_conn *conn) {
    const char *state = pg_conn_sqlstate(conn);
    bool again = strcmp(state, "23505") == 0 || strcmp(state, "55P03") == 0;
    if (again || pg_conn_failure(conn) == PG_RETRY)
        return LEDGER_AGAIN;
    return strcmp(state, "PT409") == 0 ? LEDGER_LOST : LEDGER_REFUSED;
}

/* ---- statements ------------------------------------------------------------------------------ */

struct statement {
    const char *what, *sql; /* for errors; the text */
    struct pg_params params;
};

static void add_lease(struct statement *statement, const struct lease *lease) {
    pg_params_uuid(&statement->params, &lease->run);
    pg_params_int8(&statement->params, lease->fence);
}

/* Runs it, and gives its parameters back. */
static struct pg_result *run(struct pg_conn *conn, struct statement *statement, struct err *err) {
    struct pg_result *result =
        pg_conn_query(conn, statement->sql, statement->params.list, statement->params.count, err);
    pg_params_release(&statement->params);
    if (result == NULL)
        err_wrap(err, "%s", statement->what);
    return result;
}

/* Of one row. */
static struct pg_result *run_for_row(struct pg_conn *conn, struct statement *statement,
                                     struct pg_row *row, struct err *err) {
    struct pg_result *result = run(conn, statement, err);
    if (result == NULL)
        return NULL;
    *row = (struct pg_row){.result = result};
    if (pg_result_rows(result) == 1)
        return result;
    err_set(err, "%s: expected one row, got %zu", statement->what, pg_result_rows(result));
    pg_result_free(result);
    return NULL;
}

static bool end(struct pg_result *result, const struct pg_row *row, const char *what,
                struct err *err) {
    const char *wrong = row->wrong;
    pg_result_free(result);
    return wrong == NULL || err_set(err, "%s: %s", what, wrong);
}

/* ---- the lease ------------------------------------------------------------------------------- */

static enum ledger_outcome outcome_of(const char *text) {
    if (text != NULL && strcmp(text, "leading") == 0)
        return LEDGER_LEADING;
    if (text != NULL && strcmp(text, "led") == 0)
        return LEDGER_LED;
    return text != NULL && strcmp(text, "waiting") == 0 ? LEDGER_WAITING : LEDGER_ENDED;
}

bool ledger_claim(struct pg_conn *conn, const char *holder, double lease_seconds,
                  const struct ledger_batch *batch, struct ledger_claim *out, struct err *err) {
    struct statement statement = {.what = "claiming a batch",
                                  .sql = "select outcome, run_id, coalesce(fence, 0), as_of "
                                         "from matching.claim_run($1, $2, $3, $4, $5, $6, $7)"};
    struct pg_params *params = &statement.params;
    pg_params_date(params, batch->date);
    pg_params_text(params, batch->timezone);
    pg_params_text(params, holder);
    pg_params_interval(params, lease_seconds);
    pg_params_bool(params, batch->by_request);
    if (batch->has_at)
        pg_params_instant(params, batch->at);
    else
        pg_params_null(params, PG_TIMESTAMPTZ);
    if (batch->viewers != NULL)
        pg_params_uuids(params, batch->viewers, batch->viewer_count);
    else
        pg_params_null(params, PG_UUID_ARRAY);
    struct pg_row row;
    struct pg_result *result = run_for_row(conn, &statement, &row, err);
    if (result == NULL)
        return false;
    *out = (struct ledger_claim){.outcome = outcome_of(pg_row_text(&row, 0)),
                                 .run = pg_row_uuid(&row, 1),
                                 .fence = pg_row_int8(&row, 2, 0),
                                 .as_of = pg_row_instant(&row, 3, 0)};
    return end(result, &row, statement.what, err);
}

bool ledger_renew(struct pg_conn *conn, const struct lease *lease, double lease_seconds,
                  uint32_t viewers_done, bool *alive, struct err *err) {
    struct statement statement = {.what = "renewing the lease of a run",
                                  .sql = "select matching.renew_run($1, $2, $3, $4)"};
    add_lease(&statement, lease);
    pg_params_interval(&statement.params, lease_seconds);
    pg_params_int8(&statement.params, viewers_done);
    struct pg_row row;
    struct pg_result *result = run_for_row(conn, &statement, &row, err);
    if (result == NULL)
        return false;
    *alive = pg_row_bool(&row, 0, false);
    return end(result, &row, statement.what, err);
}

bool ledger_leave(struct pg_conn *conn, const struct lease *lease, date_t date,
                  const char *timezone, struct err *err) {
    struct statement statement = {
        .what = "giving the lease of a run back",
        .sql = "select matching.release_lease(pg_catalog.format('batch %s %s', "
               "pg_catalog.to_char($1::date, 'YYYY-MM-DD'), $2::text), $3)"};
    pg_params_date(&statement.params, date);
    pg_params_text(&statement.params, timezone);
    pg_params_int8(&statement.params, lease->fence);
    struct pg_result *result = run(conn, &statement, err);
    pg_result_free(result);
    return result != NULL;
}

/* ---- viewers --------------------------------------------------------------------------------- */

bool ledger_begin(struct pg_conn *conn, struct lease *lease, const struct ledger_facts *facts,
                  struct err *err) {
    struct statement statement = {.what = "describing a run",
                                  .sql =
                                      "select matching.begin_run($1, $2, $3, $4, $5, $6, $7, $8)"};
    add_lease(&statement, lease);
    pg_params_text(&statement.params, facts->config_digest);
    pg_params_text(&statement.params, facts->engine);
    pg_params_text(&statement.params, facts->contract);
    pg_params_bool(&statement.params, facts->with_anchor);
    pg_params_int8(&statement.params, facts->people);
    pg_params_int8(&statement.params, facts->viewers);
    struct pg_row row;
    struct pg_result *result = run_for_row(conn, &statement, &row, err);
    if (result == NULL)
        return false;
    lease->run = pg_row_uuid(&row, 0);
    return end(result, &row, statement.what, err);
}

static int order_ids(const void *x, const void *y) {
    return uuid_order(x, y);
}

static bool is_among(const struct uuid *viewers, uint32_t count, const struct uuid *id,
                     uint32_t *index) {
    const struct uuid *found = bsearch(id, viewers, count, sizeof *viewers, order_ids);
    if (found != NULL)
        *index = (uint32_t)(found - viewers);
    return found != NULL;
}

bool ledger_viewers(struct pg_conn *conn, const struct lease *lease, const struct uuid *viewers,
                    uint32_t count, bool with_anchor, struct ledger_ticket *tickets,
                    struct err *err) {
    struct statement statement = {.what = "claiming ledger rows",
                                  .sql = with_anchor ? "select job_id, user_id, job_type, attempt "
                                                       "from matching.claim_viewers($1, $2, $3, "
                                                       "array['daily_offers', 'weekly_anchor'])"
                                                     : "select job_id, user_id, job_type, attempt "
                                                       "from matching.claim_viewers($1, $2, $3, "
                                                       "array['daily_offers'])"};
    add_lease(&statement, lease);
    pg_params_uuids(&statement.params, viewers, count);
    memset(tickets, 0, (size_t)count * JOB_TYPES * sizeof *tickets);
    struct pg_result *result = run(conn, &statement, err);
    if (result == NULL)
        return false;
    struct pg_row row = {.result = result};
    for (; row.index < pg_result_rows(result); row.index++) {
        uint32_t viewer;
        struct uuid user = pg_row_uuid(&row, 1);
        const char *name = pg_row_text(&row, 2);
        bool daily = name != NULL && strcmp(name, job_names[JOB_DAILY]) == 0;
        if (is_among(viewers, count, &user, &viewer))
            tickets[viewer * JOB_TYPES + (daily ? JOB_DAILY : JOB_ANCHOR)] =
                (struct ledger_ticket){pg_row_uuid(&row, 0), pg_row_int4(&row, 3, 0)};
    }
    return end(result, &row, statement.what, err);
}

bool ledger_drop_open(struct pg_conn *conn, const struct lease *lease, struct err *err) {
    struct statement statement = {
        .what = "closing ledger rows of who left",
        .sql = "select matching.fail_viewers($1, $2, array(select user_id from "
               "matching.open_viewers($1)), 'takes part no more')"};
    add_lease(&statement, lease);
    struct pg_result *result = run(conn, &statement, err);
    pg_result_free(result);
    return result != NULL;
}

/* ---- the end --------------------------------------------------------------------------------- */

bool ledger_finish(struct pg_conn *conn, const struct lease *lease,
                   const struct ledger_figures *figures, uint64_t *offers, struct err *err) {
    struct statement statement = {
        .what = "finishing a run",
        .sql = "select matching.finish_run($1, $2, $3, $4, $5, $6, $7, $8::text::jsonb, "
               "$9::text::jsonb)"};
    add_lease(&statement, lease);
    pg_params_int8(&statement.params, figures->viewers_done);
    pg_params_int8(&statement.params, (int64_t)figures->gender_pairs);
    pg_params_int8(&statement.params, (int64_t)figures->eligible);
    pg_params_int8(&statement.params, (int64_t)figures->bounded);
    pg_params_int8(&statement.params, (int64_t)figures->canonical);
    pg_params_text(&statement.params, figures->timings);
    pg_params_text(&statement.params, figures->certificate);
    struct pg_row row;
    struct pg_result *result = run_for_row(conn, &statement, &row, err);
    if (result == NULL)
        return false;
    *offers = (uint64_t)pg_row_int8(&row, 0, 0);
    return end(result, &row, statement.what, err);
}

bool ledger_fail(struct pg_conn *conn, const struct lease *lease, const char *why,
                 double pause_seconds, bool *over, struct err *err) {
    struct statement statement = {.what = "noting that a run failed",
                                  .sql = "select matching.fail_run($1, $2, $3, $4)"};
    add_lease(&statement, lease);
    pg_params_text(&statement.params, why);
    pg_params_interval(&statement.params, pause_seconds);
    struct pg_row row;
    struct pg_result *result = run_for_row(conn, &statement, &row, err);
    if (result == NULL)
        return false;
    const char *status = pg_row_text(&row, 0);
    *over = status != NULL && strcmp(status, "failed") == 0;
    return end(result, &row, statement.what, err);
}

bool ledger_cancel(struct pg_conn *conn, const struct uuid *run_id, enum ledger_cancel *out,
                   struct err *err) {
    struct statement statement = {.what = "cancelling a run",
                                  .sql = "select matching.cancel_run($1)"};
    pg_params_uuid(&statement.params, run_id);
    struct pg_row row;
    struct pg_result *result = run_for_row(conn, &statement, &row, err);
    if (result == NULL) {
        *out = CANCEL_UNKNOWN;
        return strcmp(pg_conn_sqlstate(conn), "PT404") == 0;
    }
    *out = pg_row_bool(&row, 0, false) ? CANCEL_DONE : CANCEL_ENDED_BEFORE;
    return end(result, &row, statement.what, err);
}

bool ledger_settle(struct pg_conn *conn, uint32_t *left, struct err *err) {
    struct statement statement = {.what = "ending ledger rows of cancelled runs",
                                  .sql = "select matching.settle_runs()"};
    struct pg_row row;
    struct pg_result *result = run_for_row(conn, &statement, &row, err);
    if (result == NULL)
        return false;
    *left = (uint32_t)pg_row_int4(&row, 0, 0);
    return end(result, &row, statement.what, err);
}
