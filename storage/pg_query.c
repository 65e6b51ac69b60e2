/* Statements on a connection: results in binary, and COPY to and from the client. */
#include "engine/base/log.h"
#include "engine/base/mem.h"
#include "storage/pg_conn.h"
#include "storage/pg_conn_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PARAMS_MAX = 16, SILENCE_SECONDS = 60, SLOW_SECONDS = 10, PIECE_BYTES = 1 << 20 };

struct pg_result {
    PGresult *native;
};

/* ---- what went wrong ------------------------------------------------------------------------- */

static void note_failure(struct pg_conn *conn, const char *sqlstate) {
    snprintf(conn->sqlstate, sizeof conn->sqlstate, "%s", sqlstate == NULL ? "" : sqlstate);
    bool broken = PQstatus(conn->native) == CONNECTION_BAD;
    conn->failure = broken || pg_state_passes(conn->sqlstate) ? PG_RETRY : PG_REFUSED;
}

/* "permission denied for table users (42501)"; the server may have sent nothing at all. */
static bool explain_result(struct pg_conn *conn, const PGresult *result, struct err *err) {
    const char *primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *hint = PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    note_failure(conn, state);
    if (primary != NULL)
        return err_set(err, "%s (%s)%s%s", primary, state == NULL ? "no SQLSTATE" : state,
                       hint == NULL ? "" : ", ", hint == NULL ? "" : hint);
    char text[400];
    const char *message = PQerrorMessage(conn->native);
    snprintf(text, sizeof text, "%s",
             message[0] == '\0' ? "the server closed the connection" : message);
    text[strcspn(text, "\n")] = '\0';
    return err_set(err, "%s", text);
}

static bool lost(struct pg_conn *conn, const char *what, struct err *err) {
    conn->failure = PG_RETRY;
    conn->sqlstate[0] = '\0';
    return err_set(err, "%s", what);
}

/* ---- statements ------------------------------------------------------------------------------ */

static struct pg_result *keep(struct pg_conn *conn, PGresult *native, struct err *err) {
    if (native == NULL)
        return NULL;
    ExecStatusType status = PQresultStatus(native);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
        explain_result(conn, native, err);
        PQclear(native);
        return NULL;
    }
    conn->failure = PG_NONE;
    struct pg_result *result = mem_array(1, sizeof *result);
    result->native = native;
    return result;
}

struct arguments {
    Oid types[PARAMS_MAX];
    const char *values[PARAMS_MAX];
    int lengths[PARAMS_MAX], formats[PARAMS_MAX];
};

static void pack(const struct pg_param *params, size_t count, struct arguments *out) {
    ASSERT(count <= PARAMS_MAX);
    for (size_t i = 0; i < count; i++) {
        out->types[i] = params[i].type;
        out->values[i] = params[i].bytes;
        out->lengths[i] = (int)params[i].length;
        out->formats[i] = 1;
    }
}

/* Told to stop: the server would go on with the statement, and keep its locks, until it next has
 * something to send. */
static bool give_up(struct pg_conn *conn, struct err *err) {
    char ignored[256];
    PGcancel *cancel = PQgetCancel(conn->native);
    if (cancel != NULL)
        PQcancel(cancel, ignored, sizeof ignored);
    PQfreeCancel(cancel);
    return lost(conn, "stopped", err);
}

/* Until a result can be taken without blocking; false when the connection broke, or when told to
 * stop. With `waiting_for` it says now and then what it waits for. */
static bool settle(struct pg_conn *conn, const char *waiting_for, struct err *err) {
    double begun = pg_now_seconds();
    char quoted[200];
    while (PQisBusy(conn->native)) {
        if (pg_wait_socket(conn->native, false, SLOW_SECONDS, conn->stop)) {
            if (PQconsumeInput(conn->native) == 0)
                return lost(conn, "the connection broke", err);
        } else if (pg_stopped(conn->stop)) {
            return give_up(conn, err);
        } else if (waiting_for != NULL) {
            log_warn("postgres.slow", "waited_s=%.0f waiting_for=%s", pg_now_seconds() - begun,
                     log_quote(waiting_for, quoted, sizeof quoted));
        }
    }
    return true;
}

/* The answer to what was sent: of several statements the last, or the one that failed, which is
 * always the last. NULL with *err when there is none. */
static PGresult *await(struct pg_conn *conn, bool sent, const char *waiting_for, struct err *err) {
    PGresult *kept = NULL;
    if (!sent) {
        lost(conn, PQerrorMessage(conn->native), err);
        return NULL;
    }
    for (;;) {
        if (!settle(conn, waiting_for, err)) {
            PQclear(kept);
            return NULL;
        }
        PGresult *next = PQgetResult(conn->native);
        if (next == NULL)
            break;
        PQclear(kept);
        kept = next;
        if (PQresultStatus(kept) == PGRES_COPY_OUT || PQresultStatus(kept) == PGRES_COPY_IN)
            break; /* its data comes first */
    }
    if (kept == NULL)
        lost(conn, "the server closed the connection", err);
    return kept;
}

struct pg_result *pg_conn_query(struct pg_conn *conn, const char *sql,
                                const struct pg_param *params, size_t param_count,
                                struct err *err) {
    struct arguments a;
    pack(params, param_count, &a);
    bool sent = PQsendQueryParams(conn->native, sql, (int)param_count, a.types, a.values, a.lengths,
                                  a.formats, 1) != 0;
    return keep(conn, await(conn, sent, NULL, err), err);
}

static bool is_prepared(const struct pg_conn *conn, const char *name) {
    for (size_t i = 0; i < conn->prepared_count; i++)
        if (strcmp(conn->prepared[i], name) == 0)
            return true;
    return false;
}

struct pg_result *pg_conn_query_prepared(struct pg_conn *conn, const char *name, const char *sql,
                                         const struct pg_param *params, size_t param_count,
                                         struct err *err) {
    struct arguments a;
    pack(params, param_count, &a);
    if (!is_prepared(conn, name)) {
        ASSERT(conn->prepared_count < PG_PREPARED_MAX);
        bool ready = PQsendPrepare(conn->native, name, sql, (int)param_count, a.types) != 0;
        struct pg_result *made = keep(conn, await(conn, ready, NULL, err), err);
        if (made == NULL)
            return NULL;
        pg_result_free(made);
        conn->prepared[conn->prepared_count++] = name;
    }
    bool sent = PQsendQueryPrepared(conn->native, name, (int)param_count, a.values, a.lengths,
                                    a.formats, 1) != 0;
    return keep(conn, await(conn, sent, NULL, err), err);
}

struct pg_result *pg_conn_command_slow(struct pg_conn *conn, const char *sql,
                                       const char *waiting_for, struct err *err) {
    bool sent = PQsendQuery(conn->native, sql) != 0;
    return keep(conn, await(conn, sent, waiting_for, err), err);
}

bool pg_conn_run(struct pg_conn *conn, const char *sql, struct err *err) {
    struct pg_result *result = pg_conn_command_slow(conn, sql, NULL, err);
    bool good = result != NULL;
    pg_result_free(result);
    return good;
}

void pg_conn_roll_back(struct pg_conn *conn) {
    struct err ignored;
    enum pg_failure failure = conn->failure;
    char sqlstate[sizeof conn->sqlstate];
    memcpy(sqlstate, conn->sqlstate, sizeof sqlstate);
    bool whole = PQstatus(conn->native) == CONNECTION_OK && !pg_stopped(conn->stop);
    if (whole && !pg_conn_run(conn, "rollback", &ignored))
        return;
    conn->failure = failure;
    memcpy(conn->sqlstate, sqlstate, sizeof sqlstate);
}

void pg_result_free(struct pg_result *result) {
    if (result == NULL)
        return;
    PQclear(result->native);
    free(result);
}

size_t pg_result_rows(const struct pg_result *result) {
    return (size_t)PQntuples(result->native);
}

size_t pg_result_columns(const struct pg_result *result) {
    return (size_t)PQnfields(result->native);
}

struct pg_field pg_result_field(const struct pg_result *result, size_t row, size_t column) {
    if (PQgetisnull(result->native, (int)row, (int)column))
        return (struct pg_field){0};
    return (struct pg_field){
        .bytes = (const uint8_t *)PQgetvalue(result->native, (int)row, (int)column),
        .length = (uint32_t)PQgetlength(result->native, (int)row, (int)column)};
}

/* ---- COPY ------------------------------------------------------------------------------------ */

/* Reads what the server has sent; false after a long silence, or when told to stop. */
static bool more_bytes(struct pg_conn *conn, struct err *err) {
    if (!pg_wait_socket(conn->native, false, SILENCE_SECONDS, conn->stop))
        return lost(conn, pg_stopped(conn->stop) ? "stopped" : "no byte came for 60 s", err);
    if (PQconsumeInput(conn->native) == 0)
        return lost(conn, "the connection broke", err);
    return true;
}

static bool copy_messages(struct pg_conn *conn, pg_copy_message *message, void *ctx,
                          struct err *err) {
    for (;;) {
        char *buffer = NULL;
        int length = PQgetCopyData(conn->native, &buffer, 1);
        if (length == -1)
            return true;
        if (length == -2) {
            note_failure(conn, NULL);
            return err_set(err, "%s", PQerrorMessage(conn->native));
        }
        if (length == 0 && !more_bytes(conn, err))
            return false;
        bool good = length == 0 || message(ctx, (const uint8_t *)buffer, (size_t)length, err);
        PQfreemem(buffer);
        if (!good) {
            conn->failure = PG_REFUSED;
            return false;
        }
    }
}

/* The status comes after the data: a COPY may fail after rows were sent. */
static bool copy_status(struct pg_conn *conn, uint64_t *rows, struct err *err) {
    bool good = true;
    for (PGresult *result; (result = PQgetResult(conn->native)) != NULL; PQclear(result)) {
        if (PQresultStatus(result) == PGRES_COMMAND_OK)
            *rows = strtoull(PQcmdTuples(result), NULL, 10);
        else if (good)
            good = explain_result(conn, result, err);
    }
    return good;
}

bool pg_conn_copy(struct pg_conn *conn, const char *sql, pg_copy_message *message, void *ctx,
                  uint64_t *rows, struct err *err) {
    PGresult *started = await(conn, PQsendQuery(conn->native, sql) != 0, NULL, err);
    bool copying = PQresultStatus(started) == PGRES_COPY_OUT;
    if (!copying && started != NULL)
        explain_result(conn, started, err);
    PQclear(started);
    *rows = 0;
    /* A connection given up in the middle of a COPY is of no further use: its owner closes it. */
    if (!copying || !copy_messages(conn, message, ctx, err) || !copy_status(conn, rows, err))
        return false;
    conn->failure = PG_NONE;
    return true;
}

static bool put_bytes(struct pg_conn *conn, const char *bytes, size_t length, struct err *err) {
    for (size_t at = 0; at < length; at += PIECE_BYTES) {
        size_t part = length - at < PIECE_BYTES ? length - at : PIECE_BYTES;
        if (pg_stopped(conn->stop))
            return lost(conn, "stopped", err);
        if (PQputCopyData(conn->native, bytes + at, (int)part) != 1)
            return lost(conn, PQerrorMessage(conn->native), err);
    }
    if (PQputCopyEnd(conn->native, NULL) != 1)
        return lost(conn, PQerrorMessage(conn->native), err);
    return true;
}

bool pg_conn_copy_in(struct pg_conn *conn, const char *sql, const void *bytes, size_t length,
                     struct err *err) {
    PGresult *started = await(conn, PQsendQuery(conn->native, sql) != 0, NULL, err);
    bool copying = PQresultStatus(started) == PGRES_COPY_IN;
    if (!copying && started != NULL)
        explain_result(conn, started, err);
    PQclear(started);
    if (!copying || !put_bytes(conn, bytes, length, err))
        return false;
    struct pg_result *result = keep(conn, await(conn, true, NULL, err), err);
    bool good = result != NULL;
    pg_result_free(result);
    return good;
}
