/* What pg_conn.c and pg_query.c share of a connection. Not for others. */
#ifndef MATCHD_STORAGE_PG_CONN_STATE_H
#define MATCHD_STORAGE_PG_CONN_STATE_H

#include "storage/pg_conn.h"

#include <libpq-fe.h>

enum { PG_PREPARED_MAX = 16 };

struct pg_conn {
    PGconn *native;
    const atomic_bool *stop;
    enum pg_failure failure;
    char sqlstate[6];
    const char *prepared[PG_PREPARED_MAX];
    size_t prepared_count;
};

/* Is an SQLSTATE one that may pass by itself? */
bool pg_state_passes(const char *sqlstate);
/* Is the flag there and set? */
bool pg_stopped(const atomic_bool *stop);
/* Waits for the socket; false on a time-out. Returns at least every 200 ms to look at `stop`. */
bool pg_wait_socket(PGconn *native, bool writing, double seconds, const atomic_bool *stop);
double pg_now_seconds(void);
/* Sleeps, but no longer than until `stop` is set. */
void pg_pause(double seconds, const atomic_bool *stop);

#endif
