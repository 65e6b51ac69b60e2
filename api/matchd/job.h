/* One valid request on its way through the daemon: from the front to a worker and back. It belongs
 * to the thread that holds it; queues hand it over. */
#ifndef MATCHD_API_MATCHD_JOB_H
#define MATCHD_API_MATCHD_JOB_H

#include "api/matchd/reply.h"

enum { PEER_BYTES_MAX = 255, JOB_DEADLINE_DEFAULT_MS = 60000 };

/* Whom to answer. */
struct peer {
    uint8_t bytes[PEER_BYTES_MAX]; /* the ROUTER's routing id */
    uint8_t size;
    bool delimiter; /* REQ: an empty frame precedes the message */
};

struct job {
    struct peer peer;
    struct request request;
    int64_t received_us, deadline_us; /* monotonic */
    uint8_t *reply;                   /* malloc'ed; NULL: not answered yet */
    size_t reply_size;
};

/* Takes the request over. */
struct job *job_new(const struct peer *peer, const struct request *request);
void job_free(struct job *job);
bool job_late(const struct job *job);
void job_answer(struct job *job, struct reply *reply);
void job_answer_error(struct job *job, Matchd__V1__ErrorCode code, const char *text);

#endif
