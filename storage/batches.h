/* Which batches there are to do: those that a request means, the daily ones that are due, and runs
 * that lost their leader. Read on a writing connection, from the database's clock and time zones.
 *
 *     struct batch_list list;
 *     if (!batches_due(conn, &list, &err)) ...
 *     for (size_t i = 0; i < list.count; i++) use(&list.batches[i]);
 *     batch_list_release(&list); */
#ifndef MATCHD_STORAGE_BATCHES_H
#define MATCHD_STORAGE_BATCHES_H

#include "storage/pg_conn.h"

struct batch_due {
    date_t date;
    const char *timezone;
    struct uuid *viewers; /* NULL: everybody of the time zone */
    size_t viewer_count;
};

struct batch_list {
    struct batch_due *batches;
    size_t count;
    instant_t now; /* of the scheduler's clock; batches_due only */
    struct pg_result *result;
};

void batch_list_release(struct batch_list *list);

/* The batches of these people (NULL: of everybody) on their local dates at `at` (NULL: now). People
 * that do not exist are in none of them. */
bool batches_of(struct pg_conn *conn, const struct uuid *people, size_t count, const instant_t *at,
                struct batch_list *out, struct err *err) MUST_CHECK;
bool batches_due(struct pg_conn *conn, struct batch_list *out, struct err *err) MUST_CHECK;
/* Runs without a leader. */
bool batches_orphaned(struct pg_conn *conn, struct batch_list *out, struct err *err) MUST_CHECK;

/* Is it the name of a time zone? On a reading connection. */
bool batches_zone_known(struct pg_conn *conn, const char *zone, bool *known,
                        struct err *err) MUST_CHECK;

/* Who is served already on a date, in UUID order; to be freed. */
bool batches_served(struct pg_conn *conn, date_t date, bool with_anchor, struct uuid **out,
                    size_t *count, struct err *err) MUST_CHECK;
/* Whom a run was asked for, in UUID order; NULL: everybody. To be freed. */
bool batches_scope(struct pg_conn *conn, const struct uuid *run, struct uuid **out, size_t *count,
                   struct err *err) MUST_CHECK;

#endif
