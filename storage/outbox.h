/* The outbox: events written with their causes, taken out to be announced. What is taken is gone
 * when the transaction commits, so who takes sends first and commits then: an event may come twice,
 * with the same id, and never not at all.
 *
 *     outbox_take(conn, 1000, &events, &err);     // begins a transaction
 *     for (...) send(&events.list[i]);
 *     outbox_done(conn, &events, true, &err);     // commits; false: rolls back, they stay */
#ifndef MATCHD_STORAGE_OUTBOX_H
#define MATCHD_STORAGE_OUTBOX_H

#include "storage/pg_conn.h"

struct outbox_event {
    struct uuid id, user;
    const char *type, *payload; /* payload is JSON */
    instant_t at;
};

struct outbox_events {
    struct outbox_event *list;
    size_t count;
    struct pg_result *result;
};

bool outbox_take(struct pg_conn *conn, uint32_t most, struct outbox_events *out,
                 struct err *err) MUST_CHECK;
bool outbox_done(struct pg_conn *conn, struct outbox_events *events, bool sent,
                 struct err *err) MUST_CHECK;

#endif
