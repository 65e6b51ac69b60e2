#include "api/matchd/reload.h"

#include "api/matchd/thread.h"
#include "api/matchd/timing.h"
#include "engine/base/log.h"
#include "engine/base/mem.h"

#include <stdlib.h>
#include <string.h>

struct reload {
    struct service *service;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t asked;
    pthread_cond_t ended; /* a load */
    uint64_t loads;       /* that ended */
    int64_t served_us;    /* when the load of the data in use began (monotonic); 0: none */
    struct err last;      /* why the last load failed; "" if it did not */
    struct job *jobs[RELOADS_WAITING];
    uint32_t job_count;
    bool wanted, closed;
    bool failed; /* the first load */
    struct err reason;
    /* Of the load under way; the loading thread's own. */
    instant_t as_of;
};

/* ---- one load ------------------------------------------------------------------------------ */

static void on_report(void *ctx, const struct load_progress *progress) {
    struct reload *reload = ctx;
    struct status *status = &reload->service->status;
    if (strcmp(progress->stage, "waiting") == 0) {
        if (progress->trouble == NULL)
            status_detail(status, "connecting to PostgreSQL");
        else
            status_detail(status, "waiting for PostgreSQL (%.1f s): %s", progress->seconds,
                          progress->trouble->text);
        return;
    }
    if (reload->as_of == 0)
        reload->as_of = timing_now();
    status_detail(status, "loading %s: %u of %u tables, %llu rows, %u people, %.1f s",
                  progress->stage, progress->tables_done, progress->tables,
                  (unsigned long long)progress->rows, progress->people, progress->seconds);
}

static bool load(struct reload *reload, struct data_facts *facts, struct err *err) {
    struct service *service = reload->service;
    const struct settings *settings = service->settings;
    /* Making a slot waits for every open transaction of the cluster, so for one that a dead leader
     * left behind, too: only the first load makes one. */
    struct generation *current = epoch_pin(&service->epoch);
    bool slot = current == NULL && settings->replication_url[0] != '\0';
    if (current != NULL)
        epoch_unpin(&service->epoch, current);
    struct load_options options = {.url = settings->database_url,
                                   .replication_url = slot ? settings->replication_url : NULL,
                                   .connections = settings->load_connections,
                                   .capacity = settings->capacity,
                                   .stop = &service->stop,
                                   .report = on_report,
                                   .report_ctx = reload};
    struct loaded loaded;
    int64_t started_us = timing_us();
    reload->as_of = 0;
    status_load_begins(&service->status);
    if (!load_population(&options, &loaded, err))
        return false;
    const struct params *global = config_global(loaded.config);
    char quoted[2 * PARAM_TEXT];
    if (!view_intent_conflicts_known(global))
        log_warn("config.intent_conflict_ignored", "key=MATCH_INTENT_CONFLICTS value=%s",
                 log_quote(global->MATCH_INTENT_CONFLICTS, quoted, sizeof quoted));
    if (reload->as_of == 0)
        reload->as_of = timing_now();
    *facts = (struct data_facts){.people = loaded.summary.people,
                                 .as_of = reload->as_of,
                                 .refused = loaded.summary.refused,
                                 .load_ms = (uint64_t)(timing_us() - started_us) / 1000,
                                 .bytes = population_bytes(loaded.population)};
    facts->generation = epoch_publish(&service->epoch, &loaded, reload->as_of);
    return true;
}

/* ---- answers -------------------------------------------------------------------------------- */

static void answer_loaded(struct job *job, const struct data_facts *facts) {
    struct reply reply;
    reply_init(&reply, job->request.id);
    Matchd__V1__ReloadResponse *out;
    MESSAGE_NEW(&reply, out, reload_response);
    SET(out, generation, facts->generation);
    SET(out, people, facts->people);
    SET(out, rows_refused, facts->refused);
    SET(out, load_ms, facts->load_ms);
    out->data_as_of = reply_instant(&reply, facts->as_of);
    reply.response.answer_case = MATCHD__V1__RESPONSE__ANSWER_RELOAD;
    reply.response.reload = out;
    job_answer(job, &reply);
    reply_release(&reply);
}

static void answer_failed(struct service *service, struct job *job, const char *reason) {
    atomic_fetch_add(&service->counters.errors[MATCHD__V1__ERROR_CODE__UNAVAILABLE], 1);
    job_answer_error(job, MATCHD__V1__ERROR_CODE__UNAVAILABLE, reason);
}

static void hand_back(struct service *service, struct job *job, int64_t started_us, bool error) {
    counters_verb(&service->counters, VERB_RELOAD, timing_us() - started_us, error);
    enum queue_push outcome = queue_push(service->replies, job);
    ASSERT(outcome == QUEUE_PUSHED);
}

/* ---- the thread ------------------------------------------------------------------------------ */

/* Waits for work; takes over who waits. False: it is time to end. */
static bool next(struct reload *reload, struct job **jobs, uint32_t *count) {
    pthread_mutex_lock(&reload->lock);
    while (!reload->wanted && !reload->closed)
        pthread_cond_wait(&reload->asked, &reload->lock);
    *count = reload->job_count;
    memcpy(jobs, reload->jobs, *count * sizeof jobs[0]);
    reload->job_count = 0;
    reload->wanted = false;
    bool go_on = !reload->closed;
    pthread_mutex_unlock(&reload->lock);
    return go_on;
}

static void note_failure(struct reload *reload, const struct err *err) {
    struct service *service = reload->service;
    char quoted[sizeof err->text];
    struct generation *current = epoch_pin(&service->epoch);
    bool first = current == NULL;
    if (current != NULL)
        epoch_unpin(&service->epoch, current);
    status_load_failed(&service->status, err->text);
    counters_add(&service->counters, COUNT_RELOADS_FAILED);
    if (!first)
        log_error("reload.failed", "serving=old reason=%s",
                  log_quote(err->text, quoted, sizeof quoted));
    pthread_mutex_lock(&reload->lock);
    reload->failed = first;
    reload->reason = *err;
    pthread_mutex_unlock(&reload->lock);
}

static void note_end(struct reload *reload, bool ok, int64_t began_us, const struct err *err) {
    pthread_mutex_lock(&reload->lock);
    reload->loads++;
    if (ok)
        reload->served_us = began_us;
    reload->last = ok ? (struct err){0} : *err;
    pthread_cond_broadcast(&reload->ended);
    pthread_mutex_unlock(&reload->lock);
}

static void *reload_main(void *argument) {
    struct reload *reload = argument;
    struct service *service = reload->service;
    struct job *jobs[RELOADS_WAITING];
    uint32_t count;
    while (next(reload, jobs, &count)) {
        struct data_facts facts;
        struct err err = {0};
        int64_t started_us = timing_us();
        bool ok = load(reload, &facts, &err);
        if (ok) {
            status_load_done(&service->status, &facts);
            counters_add(&service->counters, COUNT_RELOADS);
            log_info("generation.published", "generation=%llu people=%u seconds=%.3f",
                     (unsigned long long)facts.generation, facts.people,
                     (double)facts.load_ms / 1000.0);
        } else if (!atomic_load(&service->stop)) {
            note_failure(reload, &err);
        }
        note_end(reload, ok, started_us, &err);
        for (uint32_t i = 0; i < count; i++) {
            if (ok)
                answer_loaded(jobs[i], &facts);
            else
                answer_failed(service, jobs[i], err.text);
            hand_back(service, jobs[i], started_us, !ok);
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        answer_failed(service, jobs[i], "the daemon stops");
        hand_back(service, jobs[i], timing_us(), true);
    }
    return NULL;
}

struct reload *reload_start(struct service *service) {
    struct reload *reload = mem_array(1, sizeof *reload);
    reload->service = service;
    reload->wanted = true;
    pthread_mutex_init(&reload->lock, NULL);
    pthread_cond_init(&reload->asked, NULL);
    pthread_cond_init(&reload->ended, NULL);
    thread_start(&reload->thread, "loader", reload_main, reload);
    return reload;
}

bool reload_ask(struct reload *reload, struct job *job) {
    pthread_mutex_lock(&reload->lock);
    bool room = !reload->closed && (job == NULL || reload->job_count < RELOADS_WAITING);
    if (room) {
        if (job != NULL)
            reload->jobs[reload->job_count++] = job;
        reload->wanted = true;
        pthread_cond_signal(&reload->asked);
    }
    pthread_mutex_unlock(&reload->lock);
    return room;
}

bool reload_wait(struct reload *reload, int64_t since_us, struct err *err) {
    pthread_mutex_lock(&reload->lock);
    /* The load under way may have begun too early: two ends are awaited at most. */
    while (reload->served_us < since_us && !reload->closed) {
        uint64_t before = reload->loads;
        reload->wanted = true;
        pthread_cond_signal(&reload->asked);
        while (reload->loads == before && !reload->closed)
            pthread_cond_wait(&reload->ended, &reload->lock);
        bool failed = reload->last.text[0] != '\0';
        if (failed && reload->loads != before)
            break;
    }
    bool ok = reload->served_us >= since_us;
    if (!ok)
        *err = reload->last;
    if (!ok && err->text[0] == '\0')
        err_set(err, "the daemon stops");
    pthread_mutex_unlock(&reload->lock);
    return ok;
}

bool reload_failed(struct reload *reload, struct err *err) {
    pthread_mutex_lock(&reload->lock);
    bool failed = reload->failed;
    *err = reload->reason;
    pthread_mutex_unlock(&reload->lock);
    return failed;
}

bool reload_stop(struct reload *reload, int64_t until_us) {
    pthread_mutex_lock(&reload->lock);
    reload->closed = true;
    pthread_cond_signal(&reload->asked);
    pthread_cond_broadcast(&reload->ended);
    pthread_mutex_unlock(&reload->lock);
    return thread_join(reload->thread, until_us);
}

void reload_free(struct reload *reload) {
    pthread_cond_destroy(&reload->asked);
    pthread_cond_destroy(&reload->ended);
    pthread_mutex_destroy(&reload->lock);
    free(reload);
}
