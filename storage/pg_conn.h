/* One connection to PostgreSQL: opened with the settings that reading relies on, and waited for
 * when the server is down.
 *
 *     struct pg_settings settings = {.url = url, .application = "matchd load"};
 *     struct pg_conn *conn = pg_conn_open_wait(&settings, &err);
 *     struct pg_result *rows = pg_conn_query(conn, "select ...", NULL, 0, &err);
 *
 * Every session is the same whatever the role or the database prescribes: time-outs 0,
 * row_security off (a table under row level security is an error, never an empty answer), an
 * empty search_path (names are qualified), UTC, UTF-8. Results are binary.
 *
 * Errors are sentences with the SQLSTATE. pg_conn_failure() says what kind the last one was:
 *   PG_RETRY   the server is down, starting, full, or the connection broke: the same later may work
 *   PG_REFUSED everything else: wrong password, missing privilege, a mistake in the statement
 * Waiting logs `postgres.waiting` at growing intervals and `postgres.reached` when it is over.
 *
 * A connection belongs to one thread at a time. */
#ifndef MATCHD_STORAGE_PG_CONN_H
#define MATCHD_STORAGE_PG_CONN_H

#include "engine/base/err.h"
#include "storage/pg_wire.h"

#include <stdatomic.h>

enum pg_failure { PG_NONE, PG_RETRY, PG_REFUSED };

/* An attempt to connect has failed, and there will be another. */
typedef void pg_waiting(void *ctx, double waited_seconds, const struct err *reason);

struct pg_settings {
    const char *url;          /* conninfo or URI; NULL or "": libpq's PG* variables */
    const char *application;  /* application_name */
    bool replication;         /* replication=database */
    bool writing;             /* false: the session is read only */
    uint32_t attempt_seconds; /* of one attempt to connect; 0 = 10 */
    uint32_t wait_seconds;    /* how long pg_conn_open_wait tries; 0 = until stopped */
    const atomic_bool *stop;  /* set: stop waiting; may be NULL */
    pg_waiting *waiting;      /* of pg_conn_open_wait; may be NULL */
    void *waiting_ctx;
};

struct pg_conn;

/* One attempt. NULL with *err; *failure (may be NULL) tells whether trying again makes sense. */
struct pg_conn *pg_conn_open(const struct pg_settings *settings, enum pg_failure *failure,
                             struct err *err) MUST_CHECK;
/* Tries again while that makes sense, with backoff from 0.1 to 5 s. */
struct pg_conn *pg_conn_open_wait(const struct pg_settings *settings, struct err *err) MUST_CHECK;
void pg_conn_close(struct pg_conn *conn); /* NULL is fine */

enum pg_failure pg_conn_failure(const struct pg_conn *conn);
const char *pg_conn_sqlstate(const struct pg_conn *conn); /* of the last error, "" if none */
const char *pg_conn_role(const struct pg_conn *conn);

/* Parameters and columns as PostgreSQL's binary format has them; see pg_wire.h. */
struct pg_param {
    uint32_t type;     /* oid; 0 = the server decides */
    const void *bytes; /* NULL = null */
    size_t length;
};

struct pg_result;
/* NULL with *err. Commands give a result without rows. */
struct pg_result *pg_conn_query(struct pg_conn *conn, const char *sql,
                                const struct pg_param *params, size_t param_count,
                                struct err *err) MUST_CHECK;
/* The same with a statement that is prepared at its first use; `name` is a short constant. */
struct pg_result *pg_conn_query_prepared(struct pg_conn *conn, const char *name, const char *sql,
                                         const struct pg_param *params, size_t param_count,
                                         struct err *err) MUST_CHECK;
/* Statements without parameters or rows, several with semicolons; also replication commands,
 * whose one row comes as text. */
bool pg_conn_run(struct pg_conn *conn, const char *sql, struct err *err) MUST_CHECK;
/* For a command with a result that may take long: every 10 s `postgres.slow` says what it waits
 * for, and the `stop` of the settings ends it. */
struct pg_result *pg_conn_command_slow(struct pg_conn *conn, const char *sql,
                                       const char *waiting_for, struct err *err) MUST_CHECK;

void pg_result_free(struct pg_result *result);
size_t pg_result_rows(const struct pg_result *result);
size_t pg_result_columns(const struct pg_result *result);
struct pg_field pg_result_field(const struct pg_result *result, size_t row, size_t column);

/* Ends a transaction that failed; what is known of the failure stays. A connection that broke is
 * left alone. */
void pg_conn_roll_back(struct pg_conn *conn);

/* COPY (query) TO STDOUT: every message is handed to `message`, which returns false to give up
 * (with *err set by it). `rows` is what the server says it sent. `stop` of the settings ends it
 * too; 60 s without a byte is an error. */
typedef bool pg_copy_message(void *ctx, const uint8_t *bytes, size_t length, struct err *err);
bool pg_conn_copy(struct pg_conn *conn, const char *sql, pg_copy_message *message, void *ctx,
                  uint64_t *rows, struct err *err) MUST_CHECK;

/* COPY ... FROM STDIN of bytes that lie ready. */
bool pg_conn_copy_in(struct pg_conn *conn, const char *sql, const void *bytes, size_t length,
                     struct err *err) MUST_CHECK;

/* The libpq connection, for pg_stream and other users inside storage/. */
void *pg_conn_native(struct pg_conn *conn);

#endif
