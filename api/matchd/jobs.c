/* A list under one lock: queued batches in order, the first of them is the one being executed. */
#include "api/matchd/jobs.h"

#include "api/matchd/link.h"
#include "api/matchd/thread.h"
#include "engine/base/log.h"
#include "engine/base/mem.h"
#include "storage/failpoint.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { JOBS_MAX = 1024, HOLDER_TEXT = 128 };

struct jobs {
    struct service *service;
    pthread_t runner, keeper;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct batch_work *first; /* being executed */
    bool closed;
    char holder[HOLDER_TEXT];
};

/* ---- the list -------------------------------------------------------------------------------- */

/* Under the lock. */
static struct batch_work *find(struct jobs *jobs, const struct uuid *run) {
    struct batch_work *batch = jobs->first;
    for (; batch != NULL; batch = batch->next) {
        struct lease lease = batch_lease(batch);
        if (uuid_same(&lease.run, run))
            break;
    }
    return batch;
}

static void append(struct jobs *jobs, struct batch_work *batch) {
    pthread_mutex_lock(&jobs->lock);
    struct batch_work **at = &jobs->first;
    while (*at != NULL)
        at = &(*at)->next;
    *at = batch;
    batch->pins = 1;
    pthread_cond_broadcast(&jobs->changed);
    pthread_mutex_unlock(&jobs->lock);
}

/* Under the lock. */
static void unpin(struct batch_work *batch) {
    if (--batch->pins == 0)
        batch_free(batch);
}

bool jobs_idle(struct jobs *jobs) {
    pthread_mutex_lock(&jobs->lock);
    bool idle = jobs->first == NULL;
    pthread_mutex_unlock(&jobs->lock);
    return idle;
}

bool jobs_state(struct jobs *jobs, const struct uuid *run, struct batch_state *out) {
    pthread_mutex_lock(&jobs->lock);
    struct batch_work *batch = find(jobs, run);
    if (batch != NULL)
        batch_state(batch, out);
    pthread_mutex_unlock(&jobs->lock);
    return batch != NULL;
}

void jobs_abandon(struct jobs *jobs, const struct uuid *run) {
    pthread_mutex_lock(&jobs->lock);
    struct batch_work *batch = find(jobs, run);
    if (batch != NULL)
        atomic_store(&batch->lost, true);
    pthread_mutex_unlock(&jobs->lock);
}

bool jobs_claim(struct jobs *jobs, struct pg_conn *conn, const struct ledger_batch *batch,
                struct ledger_claim *out, struct err *err) {
    char run[UUID_TEXT], date[DATE_TEXT];
    FAILPOINT("jobs.claim");
    if (!ledger_claim(conn, jobs->holder, jobs->service->settings->lease_seconds, batch, out, err))
        return false;
    FAILPOINT("jobs.claimed");
    if (out->outcome != LEDGER_LEADING)
        return true;
    append(jobs, batch_new(batch, out));
    uuid_to_text(&out->run, run);
    date_to_text(batch->date, date);
    log_info("batch.claimed", "run=%s date=%s timezone=%s fence=%lld requested=%s", run, date,
             batch->timezone, (long long)out->fence, batch->by_request ? "yes" : "no");
    return true;
}

/* ---- the runner ------------------------------------------------------------------------------ */

/* The next batch; NULL: it is time to end. */
static struct batch_work *next(struct jobs *jobs) {
    pthread_mutex_lock(&jobs->lock);
    while (jobs->first == NULL && !jobs->closed)
        pthread_cond_wait(&jobs->changed, &jobs->lock);
    struct batch_work *batch = jobs->closed ? NULL : jobs->first;
    pthread_mutex_unlock(&jobs->lock);
    return batch;
}

static void remove_first(struct jobs *jobs) {
    pthread_mutex_lock(&jobs->lock);
    struct batch_work *batch = jobs->first;
    jobs->first = batch->next;
    unpin(batch);
    pthread_mutex_unlock(&jobs->lock);
}

static void *runner_main(void *argument) {
    struct jobs *jobs = argument;
    struct batch_work *batch;
    while ((batch = next(jobs)) != NULL) {
        batch_execute(jobs->service, batch);
        remove_first(jobs);
    }
    return NULL;
}

/* ---- the keeper ------------------------------------------------------------------------------ */

struct renewal {
    struct jobs *jobs;
    struct batch_work *batch;
};

static bool renew(void *ctx, struct pg_conn *conn, struct err *err) {
    struct renewal *renewal = ctx;
    bool alive = true;
    struct lease lease = batch_lease(renewal->batch);
    if (!ledger_renew(conn, &lease, renewal->jobs->service->settings->lease_seconds,
                      atomic_load(&renewal->batch->viewers_done), &alive, err))
        return false;
    if (!alive && atomic_load(&renewal->batch->stage) != BATCH_ENDED) {
        atomic_store(&renewal->batch->lost, true);
        log_warn("lease.lost", "timezone=%s fence=%lld", renewal->batch->zone,
                 (long long)lease.fence);
    }
    return true;
}

/* Pins what is in the list. */
static uint32_t collect(struct jobs *jobs, struct batch_work **out) {
    uint32_t count = 0;
    pthread_mutex_lock(&jobs->lock);
    for (struct batch_work *at = jobs->first; at != NULL && count < JOBS_MAX; at = at->next) {
        at->pins++;
        out[count++] = at;
    }
    pthread_mutex_unlock(&jobs->lock);
    return count;
}

static void renew_all(struct jobs *jobs, struct link *link) {
    struct batch_work *batches[JOBS_MAX];
    uint32_t count = collect(jobs, batches);
    for (uint32_t i = 0; i < count; i++) {
        struct renewal renewal = {jobs, batches[i]};
        struct err err;
        char quoted[sizeof err.text];
        if (!link_try(link, renew, &renewal, &err))
            log_warn("lease.not_renewed", "timezone=%s reason=%s", batches[i]->zone,
                     log_quote(err.text, quoted, sizeof quoted));
    }
    pthread_mutex_lock(&jobs->lock);
    for (uint32_t i = 0; i < count; i++)
        unpin(batches[i]);
    pthread_mutex_unlock(&jobs->lock);
}

/* Until the next round, or the end: true. */
static bool rest(struct jobs *jobs) {
    struct timespec until;
    int64_t ms = (int64_t)jobs->service->settings->lease_seconds * 1000 / 3;
    clock_gettime(CLOCK_REALTIME, &until);
    int64_t ns = until.tv_nsec + ms % 1000 * 1000000;
    until.tv_sec += ms / 1000 + ns / 1000000000;
    until.tv_nsec = ns % 1000000000;
    pthread_mutex_lock(&jobs->lock);
    if (!jobs->closed)
        pthread_cond_timedwait(&jobs->changed, &jobs->lock, &until);
    bool go_on = !jobs->closed;
    pthread_mutex_unlock(&jobs->lock);
    return go_on;
}

static void *keeper_main(void *argument) {
    struct jobs *jobs = argument;
    struct link link;
    link_init(&link, jobs->service, "matchd leases", NULL);
    while (rest(jobs))
        renew_all(jobs, &link);
    link_release(&link);
    return NULL;
}

/* ---- start and stop -------------------------------------------------------------------------- */

struct jobs *jobs_start(struct service *service) {
    struct jobs *jobs = mem_array(1, sizeof *jobs);
    char host[64] = "";
    jobs->service = service;
    pthread_mutex_init(&jobs->lock, NULL);
    pthread_cond_init(&jobs->changed, NULL);
    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    snprintf(jobs->holder, sizeof jobs->holder, "%s:%ld", host, (long)getpid());
    thread_start(&jobs->runner, "jobs", runner_main, jobs);
    thread_start(&jobs->keeper, "leases", keeper_main, jobs);
    return jobs;
}

bool jobs_stop(struct jobs *jobs, int64_t until_us) {
    pthread_mutex_lock(&jobs->lock);
    jobs->closed = true;
    for (struct batch_work *at = jobs->first; at != NULL; at = at->next)
        atomic_store(&at->lost, true);
    pthread_cond_broadcast(&jobs->changed);
    pthread_mutex_unlock(&jobs->lock);
    return thread_join(jobs->runner, until_us) && thread_join(jobs->keeper, until_us);
}

void jobs_free(struct jobs *jobs) {
    if (jobs == NULL)
        return;
    while (jobs->first != NULL)
        remove_first(jobs);
    pthread_cond_destroy(&jobs->changed);
    pthread_mutex_destroy(&jobs->lock);
    free(jobs);
}
