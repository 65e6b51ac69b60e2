#include "storage/run_records.h"

#include "engine/base/mem.h"
#include "storage/pg_params.h"
#include "storage/pg_row.h"

#include <stdlib.h>
#include <string.h>

#define RECORD_COLUMNS                                                                             \
    "r.id, r.batch_date, r.timezone, r.status, coalesce(l.expires_at > "                           \
    "pg_catalog.clock_timestamp(), false), r.requested, r.with_anchor, r.as_of, r.started_at, "    \
    "r.completed_at, r.people, r.viewers, r.viewers_done, r.gender_pairs, r.eligible, r.bounded, " \
    "r.canonical, r.offers, r.failures, r.takeovers, "                                             \
    "extract(epoch from coalesce(r.completed_at, pg_catalog.clock_timestamp()) - "                 \
    "r.started_at)::float8, r.config_digest, r.engine_version, r.contract_version, "               \
    "r.timings::text, r.certificate::text, r.error_summary "                                       \
    "from matching.runs as r left join matching.leases as l on l.name = "                          \
    "pg_catalog.format('batch %s %s', pg_catalog.to_char(r.batch_date, 'YYYY-MM-DD'), "            \
    "r.timezone) "

static const char list_sql[] = "select " RECORD_COLUMNS "order by r.started_at desc, r.id limit $1";
static const char find_sql[] = "select " RECORD_COLUMNS "where r.id = $1";

static enum run_status read_status(const char *text) {
    static const char *const names[] = {[RUN_STATUS_RUNNING] = "running",
                                        [RUN_STATUS_COMPLETED] = "completed",
                                        [RUN_STATUS_FAILED] = "failed",
                                        [RUN_STATUS_CANCELLED] = "cancelled"};
    for (size_t i = 0; i < ARRAY_LEN(names) && text != NULL; i++)
        if (strcmp(names[i], text) == 0)
            return (enum run_status)i;
    return RUN_STATUS_FAILED;
}

static void read_record(struct pg_row *row, struct run_record *out) {
    size_t c = 0;
    out->id = pg_row_uuid(row, c++);
    out->date = pg_row_date(row, c++);
    out->timezone = pg_row_text(row, c++);
    out->status = read_status(pg_row_text(row, c++));
    out->led = pg_row_bool(row, c++, false);
    out->requested = pg_row_bool(row, c++, false);
    out->with_anchor = pg_row_bool(row, c++, false);
    out->as_of = pg_row_instant(row, c++, 0);
    out->started_at = pg_row_instant(row, c++, 0);
    out->completed_at = pg_row_instant(row, c++, 0);
    out->people = (uint32_t)pg_row_int8(row, c++, 0);
    out->viewers = (uint32_t)pg_row_int8(row, c++, 0);
    out->viewers_done = (uint32_t)pg_row_int8(row, c++, 0);
    out->gender_pairs = (uint64_t)pg_row_int8(row, c++, 0);
    out->eligible = (uint64_t)pg_row_int8(row, c++, 0);
    out->bounded = (uint64_t)pg_row_int8(row, c++, 0);
    out->canonical = (uint64_t)pg_row_int8(row, c++, 0);
    out->offers = (uint64_t)pg_row_int8(row, c++, 0);
    out->failures = pg_row_int4(row, c++, 0);
    out->takeovers = pg_row_int4(row, c++, 0);
    out->seconds = pg_row_float8(row, c++, 0);
    out->config_digest = pg_row_text(row, c++);
    out->engine = pg_row_text(row, c++);
    out->contract = pg_row_text(row, c++);
    out->timings = pg_row_text(row, c++);
    out->certificate = pg_row_text(row, c++);
    out->error = pg_row_text(row, c++);
}

void run_records_release(struct run_records *records) {
    pg_result_free(records->result);
    free(records->records);
    *records = (struct run_records){0};
}

static bool read_records(struct pg_result *result, struct run_records *out, struct err *err) {
    *out = (struct run_records){.result = result};
    if (result == NULL)
        return err_wrap(err, "reading runs");
    out->count = pg_result_rows(result);
    out->records = mem_array(out->count, sizeof *out->records);
    struct pg_row row = {.result = result};
    for (; row.index < out->count; row.index++)
        read_record(&row, &out->records[row.index]);
    if (row.wrong == NULL)
        return true;
    run_records_release(out);
    return err_set(err, "reading runs: %s", row.wrong);
}

bool run_records_list(struct pg_conn *conn, uint32_t most, struct run_records *out,
                      struct err *err) {
    struct pg_params params = {0};
    pg_params_int8(&params, most);
    struct pg_result *result =
        pg_conn_query_prepared(conn, "run_records_list", list_sql, params.list, params.count, err);
    return read_records(result, out, err);
}

bool run_records_find(struct pg_conn *conn, const struct uuid *run, struct run_records *out,
                      struct err *err) {
    struct pg_params params = {0};
    pg_params_uuid(&params, run);
    struct pg_result *result =
        pg_conn_query_prepared(conn, "run_records_find", find_sql, params.list, params.count, err);
    return read_records(result, out, err);
}
