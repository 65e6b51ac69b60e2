#include "api/matchd/job.h"

#include "api/matchd/timing.h"
#include "engine/base/mem.h"

#include <stdlib.h>

struct job *job_new(const struct peer *peer, const struct request *request) {
    struct job *job = mem_array(1, sizeof *job);
    uint32_t wait_ms = request->deadline_ms > 0 ? request->deadline_ms : JOB_DEADLINE_DEFAULT_MS;
    job->peer = *peer;
    job->request = *request;
    job->received_us = timing_us();
    job->deadline_us = job->received_us + (int64_t)wait_ms * 1000;
    return job;
}

void job_free(struct job *job) {
    request_release(&job->request);
    free(job->reply);
    free(job);
}

bool job_late(const struct job *job) {
    return timing_us() > job->deadline_us;
}

void job_answer(struct job *job, struct reply *reply) {
    ASSERT(job->reply == NULL);
    job->reply = reply_pack(reply, &job->reply_size);
}

void job_answer_error(struct job *job, Matchd__V1__ErrorCode code, const char *text) {
    struct reply reply;
    reply_init(&reply, job->request.id);
    reply_error(&reply, code, "%s", text);
    job_answer(job, &reply);
    reply_release(&reply);
}
