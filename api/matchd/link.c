#include "api/matchd/link.h"

#include "engine/base/log.h"

#include <stdio.h>
#include <sys/random.h>
#include <time.h>

enum { LOCK_SECONDS = 2 };

void link_init(struct link *link, struct service *service, const char *application,
               const atomic_bool *lost) {
    *link = (struct link){.service = service, .application = application, .lost = lost};
}

void link_release(struct link *link) {
    pg_conn_close(link->conn);
    link->conn = NULL;
}

static double jitter(void) {
    uint16_t number = 0;
    ssize_t n = getrandom(&number, sizeof number, 0);
    ASSERT(n == (ssize_t)sizeof number);
    return 0.5 + (double)number / 65536.0;
}

double link_backoff(uint32_t attempt) {
    double seconds = 0.1;
    for (uint32_t i = 1; i < attempt && seconds < 5.0; i++)
        seconds *= 2;
    return (seconds < 5.0 ? seconds : 5.0) * jitter();
}

static bool given_up(const struct link *link) {
    return atomic_load(&link->service->stop) || (link->lost != NULL && atomic_load(link->lost));
}

static void pause(const struct link *link, double seconds) {
    static const struct timespec nap = {.tv_nsec = 20000000};
    for (double left = seconds; left > 0 && !given_up(link); left -= 0.02)
        nanosleep(&nap, NULL);
}

/* A daemon that freezes within a transaction must not keep its locks from the one that takes over:
 * PostgreSQL ends such a session after the time of a lease. And who waits for a lock lets go of its
 * own locks now and then, so that people's actions do not wait along with it. */
static bool limit_transactions(struct link *link, struct err *err) {
    char sql[128];
    snprintf(sql, sizeof sql,
             "set idle_in_transaction_session_timeout = '%us'; set lock_timeout = '%us'",
             link->service->settings->lease_seconds, LOCK_SECONDS);
    if (pg_conn_run(link->conn, sql, err))
        return true;
    link_release(link);
    return false;
}

static bool open_link(struct link *link, struct err *err) {
    struct pg_settings settings = {.url = link->service->settings->write_url,
                                   .application = link->application,
                                   .writing = true,
                                   .attempt_seconds = 2,
                                   .stop = link->lost != NULL ? link->lost : &link->service->stop};
    enum pg_failure failure;
    link->conn = pg_conn_open(&settings, &failure, err);
    link->failure = failure == PG_REFUSED ? LEDGER_REFUSED : LEDGER_AGAIN;
    return link->conn != NULL && limit_transactions(link, err);
}

static bool try_once(struct link *link, link_work *work, void *ctx, struct err *err) {
    if (link->conn == NULL && !open_link(link, err))
        return false;
    if (work(ctx, link->conn, err))
        return true;
    link->failure = ledger_failure(link->conn);
    if (pg_conn_failure(link->conn) == PG_RETRY)
        link_release(link);
    return false;
}

bool link_try(struct link *link, link_work *work, void *ctx, struct err *err) {
    for (uint32_t attempt = 1;; attempt++) {
        if (try_once(link, work, ctx, err))
            return true;
        if (link->failure != LEDGER_AGAIN || attempt == LINK_TRIES || given_up(link))
            return false;
        char quoted[sizeof err->text];
        double seconds = link_backoff(attempt);
        log_warn("database.again", "for=%s attempt=%u next_s=%.2f reason=%s", link->application + 7,
                 attempt, seconds, log_quote(err->text, quoted, sizeof quoted));
        pause(link, seconds);
    }
}
