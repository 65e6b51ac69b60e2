/* A writing connection that outlives failures: what may succeed later is tried again with backoff
 * and jitter, on a new connection where the old one broke.
 *
 *     struct link link;
 *     link_init(&link, service, "matchd publish", &batch->lost);
 *     if (!link_try(&link, work, ctx, &err)) ... link.failure ...
 *     link_release(&link);
 *
 * One thread's own. */
#ifndef MATCHD_API_MATCHD_LINK_H
#define MATCHD_API_MATCHD_LINK_H

#include "api/matchd/service.h"
#include "storage/ledger.h"

enum { LINK_TRIES = 8 };

struct link {
    struct service *service;
    const char *application;
    const atomic_bool *lost; /* set: end what runs, and do not try again; NULL: service->stop */
    struct pg_conn *conn;    /* NULL: not open */
    enum ledger_failure failure;
};

typedef bool link_work(void *ctx, struct pg_conn *conn, struct err *err);

void link_init(struct link *link, struct service *service, const char *application,
               const atomic_bool *lost);
void link_release(struct link *link);
/* False with *err and link->failure: LEDGER_AGAIN means that all tries failed. */
bool link_try(struct link *link, link_work *work, void *ctx, struct err *err) MUST_CHECK;

/* Seconds before try number `attempt` (from 1): doubling from 0.1 to 5, times 0.5 to 1.5. */
double link_backoff(uint32_t attempt);

#endif
