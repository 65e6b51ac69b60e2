#include "storage/outbox.h"

#include "engine/base/mem.h"
#include "storage/pg_params.h"
#include "storage/pg_row.h"

#include <stdlib.h>

static void release(struct outbox_events *events) {
    free(events->list);
    pg_result_free(events->result);
    *events = (struct outbox_events){0};
}

static bool read_events(struct outbox_events *out, struct err *err) {
    out->count = pg_result_rows(out->result);
    out->list = mem_array(out->count, sizeof *out->list);
    struct pg_row row = {.result = out->result};
    for (; row.index < out->count; row.index++)
        out->list[row.index] = (struct outbox_event){.id = pg_row_uuid(&row, 0),
                                                     .user = pg_row_uuid(&row, 1),
                                                     .type = pg_row_text(&row, 2),
                                                     .payload = pg_row_text(&row, 3),
                                                     .at = pg_row_instant(&row, 4, 0)};
    return row.wrong == NULL || err_set(err, "reading the outbox: %s", row.wrong);
}

bool outbox_take(struct pg_conn *conn, uint32_t most, struct outbox_events *out, struct err *err) {
    static const char sql[] = "select event_id, user_id, event_type, payload::text, at "
                              "from matching.take_announcements($1)";
    struct pg_params params = {0};
    *out = (struct outbox_events){0};
    pg_params_int4(&params, (int32_t)most);
    if (!pg_conn_run(conn, "begin", err))
        return false;
    out->result = pg_conn_query_prepared(conn, "outbox_take", sql, params.list, params.count, err);
    if (out->result != NULL && read_events(out, err))
        return true;
    release(out);
    pg_conn_roll_back(conn);
    return false;
}

bool outbox_done(struct pg_conn *conn, struct outbox_events *events, bool sent, struct err *err) {
    release(events);
    if (sent)
        return pg_conn_run(conn, "commit", err);
    pg_conn_roll_back(conn);
    return true;
}
