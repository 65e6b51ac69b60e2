/* Connections to the database that requests borrow. A connection is opened at its first use and
 * kept; one that broke is thrown away. */
#ifndef MATCHD_API_MATCHD_CONNECTIONS_H
#define MATCHD_API_MATCHD_CONNECTIONS_H

#include "storage/pg_conn.h"

struct connections;

struct connections_options {
    const char *url, *application; /* outlive it */
    bool writing;
    const atomic_bool *stop;
};
struct connections *connections_new(const struct connections_options *options);
void connections_free(struct connections *connections);

/* A kept connection, or a new one; *kept says which. NULL with *err: the database does not answer.
 * A statement ends after 5 s, so that a request never waits for ever. */
struct pg_conn *connections_take(struct connections *connections, bool *kept, struct err *err);
/* `broken`: do not use it again. */
void connections_give(struct connections *connections, struct pg_conn *conn, bool broken);

#endif
