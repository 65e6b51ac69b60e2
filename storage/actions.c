#include "storage/actions.h"

#include "engine/base/mem.h"
#include "storage/pg_params.h"
#include "storage/pg_row.h"

#include <stdlib.h>
#include <string.h>

enum { TRIES = 5 };

static enum refusal refusal_of(const struct pg_conn *conn) {
    static const struct {
        const char *state;
        enum refusal refusal;
    } table[] = {
        {"PT400", REFUSED_INVALID},
        {"PT403", REFUSED_FORBIDDEN},
        {"PT404", REFUSED_NOT_FOUND},
        {"PT409", REFUSED_CONFLICT},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strcmp(pg_conn_sqlstate(conn), table[i].state) == 0)
            return table[i].refusal;
    return ACTION_FAILED;
}

/* Class 40: rolled back for another's sake; the same again may succeed. */
static bool may_try_again(const struct pg_conn *conn) {
    return strncmp(pg_conn_sqlstate(conn), "40", 2) == 0;
}

/* The result, or NULL with *refusal. */
static struct pg_result *call(struct pg_conn *conn, const char *sql, struct pg_params *params,
                              enum refusal *refusal, struct err *err) {
    struct pg_result *result = NULL;
    for (int i = 0; i < TRIES && result == NULL && (i == 0 || may_try_again(conn)); i++)
        result = pg_conn_query(conn, sql, params->list, params->count, err);
    pg_params_release(params);
    *refusal = result != NULL ? ACTION_TAKEN : refusal_of(conn);
    return result;
}

/* One row, whose values are as expected. */
static enum refusal judge(struct pg_result *result, const struct pg_row *row, struct err *err) {
    if (row->wrong == NULL && pg_result_rows(result) == 1)
        return ACTION_TAKEN;
    err_set(err, "the database answered %zu rows%s%s", pg_result_rows(result),
            row->wrong != NULL ? ": " : "", row->wrong != NULL ? row->wrong : "");
    pg_result_free(result);
    return ACTION_FAILED;
}

/* ---- offers ---------------------------------------------------------------------------------- */

static const char act_sql[] =
    "with done as materialized (select matching.act_on_offer($1, $2, $3, $4) as r) "
    "select (r #>> '{offer,id}')::uuid, (r #>> '{offer,candidate_user_id}')::uuid, "
    "(r ->> 'match_id')::uuid, (r ->> 'is_mutual')::boolean, r #>> '{offer,status}', "
    "r #>> '{offer,action}', (r #>> '{offer,batch_date}')::date, "
    "(r #>> '{offer,offered_at}')::timestamptz, (r #>> '{offer,expires_at}')::timestamptz, "
    "(r #>> '{offer,action_at}')::timestamptz, (r #>> '{offer,cooldown_until}')::timestamptz, "
    "(r #>> '{offer,compatibility_score}')::integer from done";

enum refusal actions_on_offer(struct pg_conn *conn, const struct offer_action *action,
                              struct offer_answer *out, struct err *err) {
    struct pg_params params = {0};
    enum refusal refusal;
    pg_params_uuid(&params, &action->user);
    pg_params_uuid(&params, &action->offer);
    pg_params_text(&params, action->action);
    pg_params_text(&params, action->key);
    struct pg_result *result = call(conn, act_sql, &params, &refusal, err);
    if (result == NULL)
        return refusal;
    struct pg_row row = {.result = result};
    *out = (struct offer_answer){.result = result,
                                 .offer = pg_row_uuid(&row, 0),
                                 .candidate = pg_row_uuid(&row, 1),
                                 .has_match = !pg_row_is_null(&row, 2),
                                 .is_mutual = pg_row_bool(&row, 3, false),
                                 .status = pg_row_text(&row, 4),
                                 .action = pg_row_text(&row, 5),
                                 .batch_date = pg_row_date(&row, 6),
                                 .offered_at = pg_row_instant(&row, 7, 0),
                                 .expires_at = pg_row_instant(&row, 8, 0),
                                 .has_action_at = !pg_row_is_null(&row, 9),
                                 .action_at = pg_row_instant(&row, 9, 0),
                                 .has_cooldown = !pg_row_is_null(&row, 10),
                                 .cooldown_until = pg_row_instant(&row, 10, 0),
                                 .score = pg_row_int4(&row, 11, 0)};
    if (out->has_match)
        out->match = pg_row_uuid(&row, 2);
    return judge(result, &row, err);
}

enum refusal actions_presented(struct pg_conn *conn, const struct uuid *user,
                               const struct uuid *offers, size_t count, struct err *err) {
    struct pg_params params = {0};
    enum refusal refusal;
    pg_params_uuid(&params, user);
    pg_params_uuids(&params, offers, count);
    struct pg_result *result =
        call(conn, "select matching.mark_presented($1, $2)", &params, &refusal, err);
    pg_result_free(result);
    return refusal;
}

enum refusal actions_expire(struct pg_conn *conn, uint32_t most, uint32_t *expired,
                            uint32_t *matched, struct err *err) {
    struct pg_params params = {0};
    enum refusal refusal;
    pg_params_int4(&params, (int32_t)most);
    struct pg_result *result = call(conn, "select expired, matched from matching.expire_offers($1)",
                                    &params, &refusal, err);
    if (result == NULL)
        return refusal;
    struct pg_row row = {.result = result};
    *expired = (uint32_t)pg_row_int4(&row, 0, 0);
    *matched = (uint32_t)pg_row_int4(&row, 1, 0);
    refusal = judge(result, &row, err);
    if (refusal == ACTION_TAKEN)
        pg_result_free(result);
    return refusal;
}

/* ---- matches --------------------------------------------------------------------------------- */

enum refusal actions_unmatch(struct pg_conn *conn, const struct match_ending *ending,
                             struct match_end *out, struct err *err) {
    static const char sql[] =
        "with done as materialized (select matching.unmatch($1, $2, $3, $4) as r) "
        "select r ->> 'status', r ->> 'closed_reason', (r ->> 'closed_at')::timestamptz from done";
    struct pg_params params = {0};
    enum refusal refusal;
    pg_params_uuid(&params, &ending->user);
    pg_params_uuid(&params, &ending->match);
    pg_params_text(&params, ending->reason);
    pg_params_text(&params, ending->key);
    struct pg_result *result = call(conn, sql, &params, &refusal, err);
    if (result == NULL)
        return refusal;
    struct pg_row row = {.result = result};
    *out = (struct match_end){.result = result,
                              .status = pg_row_text(&row, 0),
                              .closed_reason = pg_row_text(&row, 1),
                              .closed_at = pg_row_instant(&row, 2, 0)};
    return judge(result, &row, err);
}

void match_list_release(struct match_list *list) {
    free(list->rows);
    pg_result_free(list->result);
    *list = (struct match_list){0};
}

enum refusal actions_list_matches(struct pg_conn *conn, const struct uuid *user, const char *status,
                                  struct match_list *out, struct err *err) {
    static const char sql[] = "select id, other::text, status, closed_reason, created_at, "
                              "closed_at, last_message_at, unread_count "
                              "from matching.list_matches($1, $2)";
    struct pg_params params = {0};
    enum refusal refusal;
    *out = (struct match_list){0};
    pg_params_uuid(&params, user);
    pg_params_text(&params, status);
    out->result = call(conn, sql, &params, &refusal, err);
    if (out->result == NULL)
        return refusal;
    out->count = pg_result_rows(out->result);
    out->rows = mem_array(out->count, sizeof *out->rows);
    struct pg_row row = {.result = out->result};
    for (; row.index < out->count; row.index++)
        out->rows[row.index] = (struct match_row){.id = pg_row_uuid(&row, 0),
                                                  .other = pg_row_text(&row, 1),
                                                  .status = pg_row_text(&row, 2),
                                                  .closed_reason = pg_row_text(&row, 3),
                                                  .created_at = pg_row_instant(&row, 4, 0),
                                                  .closed_at = pg_row_instant(&row, 5, 0),
                                                  .last_message_at = pg_row_instant(&row, 6, 0),
                                                  .unread = pg_row_int4(&row, 7, 0)};
    if (row.wrong == NULL)
        return ACTION_TAKEN;
    err_set(err, "reading matches: %s", row.wrong);
    match_list_release(out);
    return ACTION_FAILED;
}
