#include "storage/pg_conn.h"

#include "engine/base/log.h"
#include "engine/base/mem.h"
#include "storage/pg_conn_state.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ATTEMPT_SECONDS = 10, SERVER_VERSION_MIN = 150000 };

double pg_now_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

bool pg_stopped(const atomic_bool *stop) {
    return stop != NULL && atomic_load(stop);
}

bool pg_state_passes(const char *sqlstate) {
    /* Classes 08 connection, 53 resources (too many connections), 57P0 shutdown and start-up,
     * 40 serialization and deadlock, 25006 a read-only server after a failover. */
    static const char *const prefixes[] = {"08", "53", "57P0", "40", "25006"};
    for (size_t i = 0; i < ARRAY_LEN(prefixes); i++)
        if (strncmp(sqlstate, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

bool pg_wait_socket(PGconn *native, bool writing, double seconds, const atomic_bool *stop) {
    double end = pg_now_seconds() + seconds;
    while (!pg_stopped(stop)) {
        double left = end - pg_now_seconds();
        if (left <= 0)
            return false;
        struct pollfd socket = {.fd = PQsocket(native), .events = writing ? POLLOUT : POLLIN};
        int ready = poll(&socket, 1, left > 0.2 ? 200 : (int)(left * 1000) + 1);
        if (ready > 0)
            return true;
    }
    return false;
}

/* ---- connecting ------------------------------------------------------------------------------ */

/* The last line of libpq's text tells most; line breaks would break the log. */
static void tidy(char *text) {
    size_t length = strlen(text);
    while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == ' '))
        text[--length] = '\0';
    for (char *at = text; *at != '\0'; at++)
        if (*at == '\n' || *at == '\t')
            *at = ' ';
}

/* Verbose messages name the SQLSTATE: "FATAL:  28P01: password authentication failed ...". */
static void find_sqlstate(const char *text, char sqlstate[6]) {
    sqlstate[0] = '\0';
    const char *severity = strstr(text, "FATAL:  ");
    if (severity == NULL)
        return;
    const char *state = severity + 8;
    if (strspn(state, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 5 || state[5] != ':')
        return;
    memcpy(sqlstate, state, 5);
    sqlstate[5] = '\0';
}

/* Runs the handshake with a deadline of our own: connect_timeout does not apply to it. */
static bool handshake(PGconn *native, const struct pg_settings *settings, bool *silent) {
    double seconds = settings->attempt_seconds > 0 ? settings->attempt_seconds : ATTEMPT_SECONDS;
    double end = pg_now_seconds() + seconds;
    bool writing = true;
    while (PQstatus(native) != CONNECTION_BAD) {
        if (!pg_wait_socket(native, writing, end - pg_now_seconds(), settings->stop)) {
            *silent = true;
            return false;
        }
        PostgresPollingStatusType status = PQconnectPoll(native);
        if (status == PGRES_POLLING_OK)
            return true;
        if (status == PGRES_POLLING_FAILED)
            return false;
        writing = status == PGRES_POLLING_WRITING;
    }
    return false;
}

static PGconn *start(const struct pg_settings *settings) {
    const char *keywords[12], *values[12];
    size_t n = 0;
#define SET(keyword, value) (keywords[n] = (keyword), values[n] = (value), n++)
    if (settings->url != NULL && settings->url[0] != '\0')
        SET("dbname", settings->url);
    SET("application_name", settings->application == NULL ? "matchd" : settings->application);
    SET("client_encoding", "UTF8");
    SET("keepalives_idle", "10");
    SET("keepalives_interval", "3");
    SET("keepalives_count", "3");
    SET("tcp_user_timeout", "10000");
    if (settings->replication)
        SET("replication", "database");
    keywords[n] = NULL;
    values[n] = NULL;
#undef SET
    PGconn *native = PQconnectStartParams(keywords, values, 1);
    if (native == NULL)
        return NULL;
    PQsetErrorVerbosity(native, PQERRORS_VERBOSE);
    return native;
}

/* Says why the connection failed; *failure by SQLSTATE, or retry where there was no answer. */
static void explain(PGconn *native, enum pg_failure *failure, struct err *err) {
    char text[600], sqlstate[6];
    /* The verbose message goes on with LOCATION and other lines for the server's authors. */
    const char *message = PQerrorMessage(native);
    const char *location = strstr(message, "LOCATION:");
    size_t length = location == NULL ? strlen(message) : (size_t)(location - message);
    if (length >= sizeof text)
        length = sizeof text - 1;
    memcpy(text, message, length);
    text[length] = '\0';
    tidy(text);
    find_sqlstate(text, sqlstate);
    bool unsent = PQsocket(native) < 0 && strstr(text, "connection to server") == NULL &&
                  strstr(text, "could not translate host name") == NULL;
    bool demands = PQconnectionNeedsPassword(native) || strstr(text, "SSL") != NULL;
    bool refused =
        sqlstate[0] != '\0' ? !pg_state_passes(sqlstate) : demands || (unsent && text[0] != '\0');
    *failure = refused ? PG_REFUSED : PG_RETRY;
    err_set(err, "cannot connect to PostgreSQL: %s", text);
}

static bool prepare_session(struct pg_conn *conn, const struct pg_settings *settings,
                            struct err *err) {
    static const char common[] =
        "set statement_timeout = 0; set lock_timeout = 0; "
        "set idle_in_transaction_session_timeout = 0; set idle_session_timeout = 0; "
        "set row_security = off; set search_path = ''; set timezone = 'UTC'; "
        "set datestyle = 'ISO'; set extra_float_digits = 3; set bytea_output = 'hex'; ";
    if (!pg_conn_run(conn, common, err))
        return err_wrap(err, "preparing the session");
    if (settings->replication)
        return true;
    const char *access = settings->writing ? "set default_transaction_read_only = off"
                                           : "set default_transaction_read_only = on";
    return pg_conn_run(conn, access, err) || err_wrap(err, "preparing the session");
}

static bool check_server(const struct pg_conn *conn, struct err *err) {
    int version = PQserverVersion(conn->native);
    if (version < SERVER_VERSION_MIN)
        return err_set(err, "PostgreSQL %d.%d is too old: expected 15 or newer", version / 10000,
                       version % 10000);
    const char *integers = PQparameterStatus(conn->native, "integer_datetimes");
    if (integers == NULL || strcmp(integers, "on") != 0)
        return err_set(err, "PostgreSQL counts time in floating point: expected "
                            "integer_datetimes on");
    return true;
}

struct pg_conn *pg_conn_open(const struct pg_settings *settings, enum pg_failure *failure,
                             struct err *err) {
    enum pg_failure ignored;
    bool silent = false;
    failure = failure == NULL ? &ignored : failure;
    *failure = PG_RETRY;
    struct pg_conn *conn = mem_array(1, sizeof *conn);
    conn->native = start(settings);
    conn->stop = settings->stop;
    if (conn->native == NULL) {
        err_set(err, "cannot connect to PostgreSQL: out of memory");
    } else if (!handshake(conn->native, settings, &silent)) {
        if (silent)
            err_set(err, "PostgreSQL at %s, port %s does not answer", PQhost(conn->native),
                    PQport(conn->native));
        else
            explain(conn->native, failure, err);
    } else if (!check_server(conn, err)) {
        *failure = PG_REFUSED;
    } else {
        PQsetErrorVerbosity(conn->native, PQERRORS_DEFAULT);
        if (prepare_session(conn, settings, err)) {
            *failure = PG_NONE;
            return conn;
        }
        *failure = pg_conn_failure(conn);
    }
    pg_conn_close(conn);
    return NULL;
}

/* Sleeps, looking at `stop` every 50 ms. */
void pg_pause(double seconds, const atomic_bool *stop) {
    double end = pg_now_seconds() + seconds;
    while (!pg_stopped(stop) && pg_now_seconds() < end) {
        struct timespec nap = {.tv_nsec = 50000000};
        nanosleep(&nap, NULL);
    }
}

struct pg_conn *pg_conn_open_wait(const struct pg_settings *settings, struct err *err) {
    const double longest = 5.0;
    struct pg_settings attempts = *settings;
    if (attempts.attempt_seconds == 0)
        attempts.attempt_seconds = ATTEMPT_SECONDS;
    if (settings->wait_seconds > 0 && settings->wait_seconds < attempts.attempt_seconds)
        attempts.attempt_seconds = settings->wait_seconds;
    double begun = pg_now_seconds(), delay = 0.1;
    for (uint32_t attempt = 1;; attempt++) {
        enum pg_failure failure;
        struct pg_conn *conn = pg_conn_open(&attempts, &failure, err);
        double waited = pg_now_seconds() - begun;
        if (conn != NULL && attempt > 1)
            log_info("postgres.reached", "attempts=%u waited_s=%.1f", attempt, waited);
        if (conn != NULL || failure == PG_REFUSED)
            return conn;
        if (pg_stopped(settings->stop)) {
            err_set(err, "stopped while waiting for PostgreSQL");
            return NULL;
        }
        if (settings->wait_seconds > 0 && waited + delay > settings->wait_seconds) {
            err_wrap(err, "gave up after %.1f s and %u attempts", waited, attempt);
            return NULL;
        }
        char reason[700];
        if (settings->waiting != NULL)
            settings->waiting(settings->waiting_ctx, waited, err);
        log_warn("postgres.waiting", "attempt=%u waited_s=%.1f next_s=%.1f reason=%s", attempt,
                 waited, delay, log_quote(err == NULL ? "" : err->text, reason, sizeof reason));
        pg_pause(delay, settings->stop);
        delay = delay * 2 < longest ? delay * 2 : longest;
    }
}

void pg_conn_close(struct pg_conn *conn) {
    if (conn == NULL)
        return;
    PQfinish(conn->native);
    free(conn);
}

enum pg_failure pg_conn_failure(const struct pg_conn *conn) {
    return conn->failure;
}

const char *pg_conn_sqlstate(const struct pg_conn *conn) {
    return conn->sqlstate;
}

const char *pg_conn_role(const struct pg_conn *conn) {
    const char *user = PQuser(conn->native);
    return user == NULL ? "" : user;
}

void *pg_conn_native(struct pg_conn *conn) {
    return conn->native;
}
