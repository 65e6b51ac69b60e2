#include "api/matchd/workers.h"

#include "api/matchd/thread.h"
#include "api/matchd/timing.h"
#include "api/matchd/verbs.h"
#include "engine/base/log.h"
#include "engine/base/mem.h"

#include <stdio.h>
#include <stdlib.h>

struct workers {
    struct service *service;
    uint32_t count, joined;
    pthread_t threads[];
};

static void log_request(const struct job *job, const struct reply *reply, int64_t us) {
    char trace[MESSAGE_TRACE_TEXT * 2 + 8];
    Matchd__V1__ErrorCode code = reply_code(reply);
    bool fault =
        code == MATCHD__V1__ERROR_CODE__INTERNAL || code == MATCHD__V1__ERROR_CODE__UNAVAILABLE;
    log_line(fault ? LOG_WARN : LOG_DEBUG, "request", "verb=%s id=%llu trace=%s us=%lld code=%s",
             verb_name(job->request.verb), (unsigned long long)job->request.id,
             log_quote(job->request.trace, trace, sizeof trace), (long long)us,
             code == MATCHD__V1__ERROR_CODE__ERROR_UNSPECIFIED ? "OK" : error_code_name(code));
}

void workers_execute(struct service *service, struct job *job) {
    struct reply reply;
    reply_init(&reply, job->request.id);
    reply.deadline_us = job->deadline_us;
    int64_t started_us = timing_us();
    if (job_late(job)) {
        counters_add(&service->counters, COUNT_DEADLINE_MISSED);
        reply_error(&reply, MATCHD__V1__ERROR_CODE__DEADLINE_EXCEEDED,
                    "the deadline passed before the request's turn came; it was not executed");
    } else if (atomic_load(&service->discard)) {
        reply_error(&reply, MATCHD__V1__ERROR_CODE__UNAVAILABLE, "the daemon stops");
    } else {
        verb_info(job->request.verb)->run(service, &job->request, &reply);
    }
    Matchd__V1__ErrorCode code = reply_code(&reply);
    bool error = code != MATCHD__V1__ERROR_CODE__ERROR_UNSPECIFIED;
    int64_t us = timing_us() - started_us;
    counters_verb(&service->counters, job->request.verb, us, error);
    if (error)
        atomic_fetch_add(&service->counters.errors[code], 1);
    log_request(job, &reply, us);
    job_answer(job, &reply);
    reply_release(&reply);
}

static void *worker_main(void *argument) {
    struct service *service = argument;
    struct job *job;
    while ((job = queue_pop(service->work)) != NULL) {
        workers_execute(service, job);
        enum queue_push outcome = queue_push(service->replies, job);
        ASSERT(outcome == QUEUE_PUSHED);
    }
    return NULL;
}

struct workers *workers_start(struct service *service, uint32_t count) {
    struct workers *workers = mem_array(1, sizeof *workers + count * sizeof(pthread_t));
    workers->service = service;
    workers->count = count;
    for (uint32_t i = 0; i < count; i++) {
        char name[16];
        snprintf(name, sizeof name, "worker %u", i % 1000);
        thread_start(&workers->threads[i], name, worker_main, service);
    }
    return workers;
}

bool workers_join(struct workers *workers, int64_t until_us) {
    while (workers->joined < workers->count) {
        if (!thread_join(workers->threads[workers->joined], until_us))
            return false;
        workers->joined++;
    }
    return true;
}

void workers_free(struct workers *workers) {
    free(workers);
}
