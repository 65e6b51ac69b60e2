/* A world into an empty database, by binary COPY on several connections at once.
 *
 * First everybody's row in users, committed; then the other tables, cut into pieces that the
 * connections take one after another. Nothing of the schema is dropped or disabled: indexes, keys
 * and triggers do their work. A failure leaves what was committed; the database has to be made
 * anew, and the error says so. */
#ifndef MATCHD_BENCH_SINK_POSTGRES_H
#define MATCHD_BENCH_SINK_POSTGRES_H

#include "bench/rows.h"

enum { SINK_CONNECTIONS_MAX = 8 };

struct sink_report {
    uint64_t rows[ROW_TABLES];
    double seconds[ROW_TABLES]; /* of a connection's time */
};

/* `url` NULL: libpq's PG* variables. `progress` is called now and then, from the calling thread.
 * Refused if users holds anybody. */
bool sink_postgres(const struct world *world, const char *url, uint32_t connections,
                   void (*progress)(double part, const char *what), struct sink_report *report,
                   struct err *err) MUST_CHECK;

#endif
