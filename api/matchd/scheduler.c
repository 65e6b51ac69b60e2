#include "api/matchd/scheduler.h"

#include "api/matchd/jobs.h"
#include "api/matchd/link.h"
#include "api/matchd/thread.h"
#include "api/matchd/timing.h"
#include "engine/base/log.h"
#include "engine/base/mem.h"
#include "storage/actions.h"
#include "storage/batches.h"

#include <stdlib.h>
#include <time.h>

enum { TICK_US = 1000000, TICK_BUSY_US = 100000, SWEEP_OFFERS = 1000 };

struct scheduler {
    struct service *service;
    pthread_t thread;
    struct link link;
    int64_t next_sweep_us;
    uint32_t unsettled; /* cancelled runs with open ledger rows */
    bool claimed;       /* in the last round: look again soon */
    bool failing;       /* said so once */
};

/* ---- batches --------------------------------------------------------------------------------- */

/* Claims the first of the batches that is to be had. */
static bool claim_one(struct scheduler *scheduler, struct pg_conn *conn,
                      const struct batch_list *list, struct err *err) {
    for (size_t i = 0; i < list->count && !scheduler->claimed; i++) {
        struct ledger_claim claim;
        struct ledger_batch batch = {.date = list->batches[i].date,
                                     .timezone = list->batches[i].timezone,
                                     .has_at = list->now != 0,
                                     .at = list->now};
        if (!jobs_claim(scheduler->service->jobs, conn, &batch, &claim, err))
            return false;
        scheduler->claimed = claim.outcome == LEDGER_LEADING;
    }
    return true;
}

typedef bool read_batches(struct pg_conn *conn, struct batch_list *out, struct err *err);

static bool claim_from(struct scheduler *scheduler, struct pg_conn *conn, read_batches *read,
                       struct err *err) {
    struct batch_list list;
    if (!read(conn, &list, err))
        return false;
    bool ok = claim_one(scheduler, conn, &list, err);
    batch_list_release(&list);
    return ok;
}

static bool claim(struct scheduler *scheduler, struct pg_conn *conn, struct err *err) {
    return claim_from(scheduler, conn, batches_orphaned, err) &&
           (scheduler->claimed || !scheduler->service->settings->scheduler ||
            claim_from(scheduler, conn, batches_due, err));
}

static bool look(void *ctx, struct pg_conn *conn, struct err *err) {
    struct scheduler *scheduler = ctx;
    scheduler->claimed = false;
    return ledger_settle(conn, &scheduler->unsettled, err) &&
           (!jobs_idle(scheduler->service->jobs) || claim(scheduler, conn, err));
}

/* ---- the expiry sweep ------------------------------------------------------------------------ */

static int64_t sweep_pause_us(struct service *service) {
    struct generation *generation = epoch_pin(&service->epoch);
    if (generation == NULL)
        return TICK_US;
    int64_t seconds = config_global(generation->loaded.config)->MATCH_EXPIRY_SWEEP_SECONDS;
    epoch_unpin(&service->epoch, generation);
    return seconds * 1000000;
}

static bool sweep(void *ctx, struct pg_conn *conn, struct err *err) {
    struct scheduler *scheduler = ctx;
    uint32_t expired = SWEEP_OFFERS, all = 0, matched = 0;
    while (expired == SWEEP_OFFERS && !atomic_load(&scheduler->service->stop)) {
        uint32_t made = 0;
        if (actions_expire(conn, SWEEP_OFFERS, &expired, &made, err) != ACTION_TAKEN)
            return false;
        all += expired;
        matched += made;
    }
    if (all > 0 || matched > 0)
        log_info("offers.swept", "expired=%u matched=%u", all, matched);
    return true;
}

/* ---- the thread ------------------------------------------------------------------------------ */

/* Says it once, until it works again. */
static void note(struct scheduler *scheduler, bool ok, const char *what, const struct err *err) {
    char quoted[sizeof err->text];
    if (!ok && !scheduler->failing)
        log_error("scheduler.failed", "at=%s reason=%s", what,
                  log_quote(err->text, quoted, sizeof quoted));
    scheduler->failing = !ok;
}

static void tick(struct scheduler *scheduler) {
    struct service *service = scheduler->service;
    struct err err;
    if (status_readiness(&service->status) != MATCHD__V1__READINESS__READINESS_READY)
        return;
    note(scheduler, link_try(&scheduler->link, look, scheduler, &err), "batches", &err);
    if (service->settings->scheduler && timing_us() >= scheduler->next_sweep_us) {
        scheduler->next_sweep_us = timing_us() + sweep_pause_us(service);
        note(scheduler, link_try(&scheduler->link, sweep, scheduler, &err), "expiry", &err);
    }
}

static void *scheduler_main(void *argument) {
    static const struct timespec nap = {.tv_nsec = 20000000};
    struct scheduler *scheduler = argument;
    const atomic_bool *stop = &scheduler->service->stop;
    while (!atomic_load(stop)) {
        tick(scheduler);
        int64_t until_us =
            timing_us() + (scheduler->claimed || scheduler->unsettled > 0 ? TICK_BUSY_US : TICK_US);
        while (timing_us() < until_us && !atomic_load(stop))
            nanosleep(&nap, NULL);
    }
    link_release(&scheduler->link);
    return NULL;
}

struct scheduler *scheduler_start(struct service *service) {
    struct scheduler *scheduler = mem_array(1, sizeof *scheduler);
    scheduler->service = service;
    link_init(&scheduler->link, service, "matchd scheduler", NULL);
    thread_start(&scheduler->thread, "scheduler", scheduler_main, scheduler);
    return scheduler;
}

bool scheduler_stop(struct scheduler *scheduler, int64_t until_us) {
    return thread_join(scheduler->thread, until_us);
}

void scheduler_free(struct scheduler *scheduler) {
    free(scheduler);
}
