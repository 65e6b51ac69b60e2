#include "storage/offer_record.h"

#include "storage/pg_params.h"
#include "storage/pg_row.h"

static const char offer_sql[] =
    "select o.id, o.user_id, o.offered_user_id, o.batch_date, "
    "coalesce(r.as_of, o.batch_generated_at), o.compatibility_score, o.physical_preference_score, "
    "o.compatibility_themes::text, o.status, d.run_id, d.raw, d.viewer_inputs, d.candidate_inputs, "
    "r.config_digest, r.engine_version, r.contract_version "
    "from public.match_offers as o left join matching.offer_details as d on d.offer_id = o.id "
    "left join matching.runs as r on r.id = d.run_id where o.id = $1";

enum {
    OFFER_ID,
    OFFER_VIEWER,
    OFFER_CANDIDATE,
    OFFER_DATE,
    OFFER_AS_OF,
    OFFER_SCORE,
    OFFER_PHYSICAL,
    OFFER_THEMES,
    OFFER_STATUS,
    OFFER_RUN,
    OFFER_RAW,
    OFFER_VIEWER_INPUTS,
    OFFER_CANDIDATE_INPUTS,
    OFFER_CONFIG,
    OFFER_ENGINE,
    OFFER_CONTRACT
};

static void read_inputs(struct pg_row *row, size_t column, uint64_t out[INPUT_GROUPS]) {
    struct pg_array array;
    const char *wrong = pg_array_open(pg_result_field(row->result, row->index, column), &array);
    if (wrong == NULL && array.count != INPUT_GROUPS)
        wrong = "an array of hashes of another length";
    for (int group = 0; group < INPUT_GROUPS && wrong == NULL; group++) {
        int64_t hash = 0;
        wrong = pg_int8(pg_array_next(&array), &hash);
        out[group] = (uint64_t)hash;
    }
    if (row->wrong == NULL)
        row->wrong = wrong;
}

static void read_details(struct pg_row *row, struct offer_record *out) {
    out->has_details = !pg_row_is_null(row, OFFER_RUN);
    if (!out->has_details)
        return;
    out->run = pg_row_uuid(row, OFFER_RUN);
    out->raw = pg_row_float8(row, OFFER_RAW, 0);
    read_inputs(row, OFFER_VIEWER_INPUTS, out->viewer_inputs);
    read_inputs(row, OFFER_CANDIDATE_INPUTS, out->candidate_inputs);
    out->config_digest = pg_row_text(row, OFFER_CONFIG);
    out->engine = pg_row_text(row, OFFER_ENGINE);
    out->contract = pg_row_text(row, OFFER_CONTRACT);
}

bool offer_record_read(struct pg_conn *conn, const struct uuid *offer, struct offer_record *out,
                       bool *found, struct err *err) {
    struct pg_params params = {0};
    pg_params_uuid(&params, offer);
    *out = (struct offer_record){0};
    *found = false;
    out->result =
        pg_conn_query_prepared(conn, "offer_record", offer_sql, params.list, params.count, err);
    if (out->result == NULL)
        return err_wrap(err, "reading an offer");
    if (pg_result_rows(out->result) == 0) {
        offer_record_release(out);
        return true;
    }
    struct pg_row row = {.result = out->result};
    out->id = pg_row_uuid(&row, OFFER_ID);
    out->viewer = pg_row_uuid(&row, OFFER_VIEWER);
    out->candidate = pg_row_uuid(&row, OFFER_CANDIDATE);
    out->date = pg_row_date(&row, OFFER_DATE);
    out->as_of = pg_row_instant(&row, OFFER_AS_OF, 0);
    out->score = pg_row_int4(&row, OFFER_SCORE, 0);
    out->physical = pg_row_int4(&row, OFFER_PHYSICAL, -1);
    out->themes = pg_row_text(&row, OFFER_THEMES);
    out->status = pg_row_text(&row, OFFER_STATUS);
    read_details(&row, out);
    *found = row.wrong == NULL;
    if (*found)
        return true;
    offer_record_release(out);
    return err_set(err, "reading an offer: %s", row.wrong);
}

void offer_record_release(struct offer_record *record) {
    pg_result_free(record->result);
    *record = (struct offer_record){0};
}
