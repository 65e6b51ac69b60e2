#include "storage/batches.h"

#include "engine/base/mem.h"
#include "storage/pg_params.h"
#include "storage/pg_row.h"

#include <stdlib.h>

enum { COLUMN_DATE, COLUMN_TIMEZONE, COLUMN_VIEWERS, COLUMN_NOW };

void batch_list_release(struct batch_list *list) {
    for (size_t i = 0; i < list->count; i++)
        free(list->batches[i].viewers);
    free(list->batches);
    pg_result_free(list->result);
    *list = (struct batch_list){0};
}

/* A uuid[] as an array of its own; NULL for null. */
static const char *read_ids(struct pg_field field, struct uuid **out, size_t *count) {
    struct pg_array array;
    *out = NULL;
    *count = 0;
    if (pg_is_null(field))
        return NULL;
    const char *wrong = pg_array_open(field, &array);
    if (wrong != NULL)
        return wrong;
    *out = mem_array(array.count, sizeof **out);
    for (; *count < array.count && wrong == NULL; (*count)++)
        wrong = pg_uuid(pg_array_next(&array), &(*out)[*count]);
    return wrong;
}

static bool read_list(struct pg_result *result, const char *what, struct batch_list *out,
                      struct err *err) {
    *out = (struct batch_list){.result = result};
    if (result == NULL)
        return err_wrap(err, "%s", what);
    struct pg_row row = {.result = result};
    out->batches = mem_array(pg_result_rows(result), sizeof *out->batches);
    for (; row.index < pg_result_rows(result) && row.wrong == NULL; row.index++) {
        struct batch_due *batch = &out->batches[out->count++];
        batch->date = pg_row_date(&row, COLUMN_DATE);
        batch->timezone = pg_row_text(&row, COLUMN_TIMEZONE);
        row.wrong = row.wrong != NULL ? row.wrong
                                      : read_ids(pg_result_field(result, row.index, COLUMN_VIEWERS),
                                                 &batch->viewers, &batch->viewer_count);
        out->now = pg_row_instant(&row, COLUMN_NOW, 0);
    }
    const char *wrong = row.wrong;
    if (wrong == NULL)
        return true;
    batch_list_release(out);
    return err_set(err, "%s: %s", what, wrong);
}

bool batches_of(struct pg_conn *conn, const struct uuid *people, size_t count, const instant_t *at,
                struct batch_list *out, struct err *err) {
    struct pg_params params = {0};
    if (people != NULL)
        pg_params_uuids(&params, people, count);
    else
        pg_params_null(&params, PG_UUID_ARRAY);
    if (at != NULL)
        pg_params_instant(&params, *at);
    else
        pg_params_null(&params, PG_TIMESTAMPTZ);
    struct pg_result *result =
        pg_conn_query(conn,
                      "select batch_date, timezone, viewers, null::timestamptz "
                      "from matching.batches_of($1, coalesce($2, pg_catalog.clock_timestamp()))",
                      params.list, params.count, err);
    pg_params_release(&params);
    return read_list(result, "reading the batches of a request", out, err);
}

bool batches_due(struct pg_conn *conn, struct batch_list *out, struct err *err) {
    struct pg_result *result = pg_conn_query(conn,
                                             "select d.batch_date, d.timezone, null::uuid[], c.at "
                                             "from (select matching.scheduler_clock() as at) as c, "
                                             "lateral matching.batches_due(c.at) as d",
                                             NULL, 0, err);
    return read_list(result, "reading which batches are due", out, err);
}

bool batches_orphaned(struct pg_conn *conn, struct batch_list *out, struct err *err) {
    struct pg_result *result =
        pg_conn_query(conn,
                      "select batch_date, timezone, null::uuid[], null::timestamptz "
                      "from matching.runs_to_take_over()",
                      NULL, 0, err);
    return read_list(result, "reading runs without a leader", out, err);
}

bool batches_zone_known(struct pg_conn *conn, const char *zone, bool *known, struct err *err) {
    struct pg_params params = {0};
    pg_params_text(&params, zone);
    struct pg_result *result =
        pg_conn_query(conn, "select 1 from matching.timezone_names where name = $1", params.list,
                      params.count, err);
    *known = result != NULL && pg_result_rows(result) > 0;
    pg_result_free(result);
    return result != NULL;
}

static int order_ids(const void *x, const void *y) {
    return uuid_order(x, y);
}

bool batches_served(struct pg_conn *conn, date_t date, bool with_anchor, struct uuid **out,
                    size_t *count, struct err *err) {
    struct pg_params params = {0};
    pg_params_date(&params, date);
    pg_params_text(&params, with_anchor ? "{daily_offers,weekly_anchor}" : "{daily_offers}");
    struct pg_result *result =
        pg_conn_query(conn, "select user_id from matching.served_viewers($1, $2::text::text[])",
                      params.list, params.count, err);
    pg_params_release(&params);
    if (result == NULL)
        return err_wrap(err, "reading who was served");
    struct pg_row row = {.result = result};
    struct uuid *ids = mem_array(pg_result_rows(result), sizeof *ids);
    for (; row.index < pg_result_rows(result); row.index++)
        ids[row.index] = pg_row_uuid(&row, 0);
    *count = row.index;
    pg_result_free(result);
    qsort(ids, *count, sizeof *ids, order_ids);
    *out = ids;
    if (row.wrong == NULL)
        return true;
    free(ids);
    return err_set(err, "reading who was served: %s", row.wrong);
}

bool batches_scope(struct pg_conn *conn, const struct uuid *run, struct uuid **out, size_t *count,
                   struct err *err) {
    struct pg_params params = {0};
    pg_params_uuid(&params, run);
    struct pg_result *result =
        pg_conn_query(conn, "select matching.run_scope($1)", params.list, params.count, err);
    pg_params_release(&params);
    if (result == NULL)
        return err_wrap(err, "reading whom a run is for");
    const char *wrong = pg_result_rows(result) == 1
                            ? read_ids(pg_result_field(result, 0, 0), out, count)
                            : "expected one row";
    pg_result_free(result);
    if (wrong != NULL)
        return err_set(err, "reading whom a run is for: %s", wrong);
    if (*out != NULL)
        qsort(*out, *count, sizeof **out, order_ids);
    return true;
}
