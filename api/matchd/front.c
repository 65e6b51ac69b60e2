#include "api/matchd/front.h"

#include "api/matchd/envelope.h"
#include "api/matchd/reload.h"
#include "api/matchd/thread.h"
#include "api/matchd/timing.h"
#include "api/matchd/verbs.h"
#include "engine/base/log.h"
#include "engine/base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    TRANSPORT_FRAME_MAX =
        1024 * 1024, /* bytes; a peer that sends a larger frame is cut by libzmq */
    LINGER_MS = 200,
    RETRY_MIN_MS = 20,
    RETRY_MAX_MS = 5000
};

struct front {
    struct service *service;
    const struct endpoints *endpoints;
    void *context, *router, *monitor;
    int stop_fd;
    pthread_t thread;
};

/* ---- sending --------------------------------------------------------------------------------- */

static void send_bytes(struct front *front, const struct peer *peer, const void *bytes,
                       size_t size) {
    bool sent = envelope_send(front->router, peer, bytes, size);
    counters_add(&front->service->counters, sent ? COUNT_REPLIES : COUNT_REPLIES_DROPPED);
}

static void send_reply(struct front *front, const struct peer *peer, struct reply *reply) {
    Matchd__V1__ErrorCode code = reply_code(reply);
    if (code != MATCHD__V1__ERROR_CODE__ERROR_UNSPECIFIED)
        atomic_fetch_add(&front->service->counters.errors[code], 1);
    size_t size;
    void *bytes = reply_pack(reply, &size);
    send_bytes(front, peer, bytes, size);
    free(bytes);
}

static void refuse(struct front *front, const struct peer *peer, uint64_t id,
                   Matchd__V1__ErrorCode code, const char *text, uint32_t retry_ms) {
    struct reply reply;
    reply_init(&reply, id);
    reply_error(&reply, code, "%s", text);
    if (retry_ms > 0)
        reply_retry_after(&reply, retry_ms);
    send_reply(front, peer, &reply);
    reply_release(&reply);
}

static void send_ready(struct front *front) {
    queue_clear_fd(front->service->replies);
    struct job *job;
    while ((job = queue_try_pop(front->service->replies)) != NULL) {
        send_bytes(front, &job->peer, job->reply, job->reply_size);
        job_free(job);
    }
}

/* ---- requests -------------------------------------------------------------------------------- */

static void answer_inline(struct front *front, const struct peer *peer,
                          const struct request *request) {
    struct reply reply;
    int64_t started_us = timing_us();
    reply_init(&reply, request->id);
    verb_info(request->verb)->run(front->service, request, &reply);
    counters_verb(&front->service->counters, request->verb, timing_us() - started_us, false);
    send_reply(front, peer, &reply);
    reply_release(&reply);
}

/* When a queue that is full now will likely have room: its length times the mean time of a
 * request, shared by the workers. */
static uint32_t retry_after_ms(struct service *service) {
    uint64_t requests = 0, total_us = 0;
    for (int v = 0; v < VERBS; v++) {
        if (v == VERB_NONE || verb_info((enum verb)v)->place != VERB_WORKER)
            continue;
        requests += atomic_load(&service->counters.verbs[v].requests);
        total_us += atomic_load(&service->counters.verbs[v].total_us);
    }
    uint64_t mean_us = requests > 0 ? total_us / requests : 1000;
    uint64_t ms = mean_us * queue_state(service->work).length / service->settings->workers / 1000;
    return ms < RETRY_MIN_MS ? RETRY_MIN_MS : ms > RETRY_MAX_MS ? RETRY_MAX_MS : (uint32_t)ms;
}

/* Queues a job, or answers why not. Takes the request over. */
static void queue_job(struct front *front, const struct peer *peer, struct request *request) {
    struct service *service = front->service;
    struct job *job = job_new(peer, request);
    enum queue_push outcome;
    if (verb_info(request->verb)->place == VERB_LOADER)
        outcome = reload_ask(service->reload, job) ? QUEUE_PUSHED : QUEUE_FULL;
    else
        outcome = queue_push(service->work, job);
    if (outcome == QUEUE_PUSHED)
        return;
    if (outcome == QUEUE_FULL) {
        counters_add(&service->counters, COUNT_OVERLOADED);
        refuse(front, peer, request->id, MATCHD__V1__ERROR_CODE__OVERLOADED,
               "too many requests are waiting", retry_after_ms(service));
    } else {
        refuse(front, peer, request->id, MATCHD__V1__ERROR_CODE__UNAVAILABLE, "the daemon stops",
               RETRY_MAX_MS);
    }
    job_free(job);
}

static void take_request(struct front *front, const struct peer *peer, struct request *request) {
    struct service *service = front->service;
    if (verb_info(request->verb)->place == VERB_INLINE) {
        answer_inline(front, peer, request);
        request_release(request);
        return;
    }
    struct status_facts facts;
    status_read(&service->status, &facts);
    if (facts.readiness != MATCHD__V1__READINESS__READINESS_READY) {
        refuse(front, peer, request->id, MATCHD__V1__ERROR_CODE__UNAVAILABLE, facts.detail,
               RETRY_MAX_MS / 10);
        request_release(request);
        return;
    }
    queue_job(front, peer, request);
}

static void cut_peer(struct front *front, const struct envelope *envelope) {
    bool cut = false;
    for (uint32_t i = 0; i < front->endpoints->count && !cut; i++)
        cut = envelope_cut(envelope, front->endpoints->list[i].path);
    if (cut)
        counters_add(&front->service->counters, COUNT_PEERS_DROPPED);
    log_warn("front.frames", "count=%u limit=%d disconnected=%s", envelope->frame_count,
             FRAMES_TOLERATED, cut ? "yes" : "no");
}

static void take_message(struct front *front, struct envelope *envelope) {
    struct service *service = front->service;
    counters_add(&service->counters, COUNT_MESSAGES);
    zmq_msg_t *message = envelope_message(envelope);
    if (message == NULL) {
        counters_add(&service->counters, COUNT_BAD_FRAMES);
        if (envelope->frame_count > FRAMES_TOLERATED)
            cut_peer(front, envelope);
        else
            refuse(front, &envelope->peer, 0, MATCHD__V1__ERROR_CODE__INVALID_ARGUMENT,
                   "expected one frame, or an empty one and another", 0);
        return;
    }
    struct request request;
    struct err err;
    enum message_fault fault =
        message_read_request(zmq_msg_data(message), zmq_msg_size(message), &request, &err);
    if (fault == MESSAGE_OK) {
        take_request(front, &envelope->peer, &request);
        return;
    }
    counters_fault(&service->counters, fault);
    refuse(front, &envelope->peer, request.id, MATCHD__V1__ERROR_CODE__INVALID_ARGUMENT, err.text,
           0);
}

static void take_messages(struct front *front) {
    struct envelope envelope;
    for (int i = 0; i < FRONT_BURST && envelope_receive(&envelope, front->router); i++) {
        take_message(front, &envelope);
        envelope_release(&envelope);
    }
}

/* ---- connections ----------------------------------------------------------------------------- */

/* An event is two frames: number (16 bit) and value (32 bit), then the address. */
static void take_event(struct front *front) {
    zmq_msg_t frame;
    uint16_t event = 0;
    bool first = true, more = true;
    while (more) {
        zmq_msg_init(&frame);
        if (zmq_msg_recv(&frame, front->monitor, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&frame);
            return;
        }
        if (first && zmq_msg_size(&frame) >= sizeof event)
            memcpy(&event, zmq_msg_data(&frame), sizeof event);
        first = false;
        more = zmq_msg_more(&frame);
        zmq_msg_close(&frame);
    }
    if (event == ZMQ_EVENT_ACCEPTED)
        counters_add(&front->service->counters, COUNT_CONNECTED);
    else if (event == ZMQ_EVENT_DISCONNECTED)
        counters_add(&front->service->counters, COUNT_DISCONNECTED);
}

/* ---- the thread ------------------------------------------------------------------------------ */

static void close_sockets(struct front *front) {
    if (front->router != NULL) {
        zmq_socket_monitor(front->router, NULL, 0);
        zmq_close(front->router);
    }
    if (front->monitor != NULL)
        zmq_close(front->monitor);
    front->router = front->monitor = NULL;
}

static void *front_main(void *argument) {
    struct front *front = argument;
    zmq_pollitem_t items[] = {
        {.socket = front->router, .events = ZMQ_POLLIN},
        {.fd = queue_fd(front->service->replies), .events = ZMQ_POLLIN},
        {.fd = front->stop_fd, .events = ZMQ_POLLIN},
        {.socket = front->monitor, .events = ZMQ_POLLIN},
    };
    while (items[2].revents == 0) {
        if (zmq_poll(items, (int)ARRAY_LEN(items), -1) < 0) {
            ASSERT(errno == EINTR);
            continue;
        }
        send_ready(front);
        if (items[0].revents != 0)
            take_messages(front);
        if (items[3].revents != 0)
            take_event(front);
    }
    send_ready(front);
    close_sockets(front);
    return NULL;
}

static void set_int(void *socket, int option, int value) {
    int rc = zmq_setsockopt(socket, option, &value, sizeof value);
    ASSERT(rc == 0);
}

static void open_sockets(struct front *front) {
    static const char events[] = "inproc://matchd.front.events";
    front->context = zmq_ctx_new();
    ASSERT(front->context != NULL);
    front->router = zmq_socket(front->context, ZMQ_ROUTER);
    front->monitor = zmq_socket(front->context, ZMQ_PAIR);
    ASSERT(front->router != NULL && front->monitor != NULL);
    int64_t limit = TRANSPORT_FRAME_MAX;
    zmq_setsockopt(front->router, ZMQ_MAXMSGSIZE, &limit, sizeof limit);
    set_int(front->router, ZMQ_ROUTER_MANDATORY, 1);
    set_int(front->router, ZMQ_LINGER, LINGER_MS);
    set_int(front->router, ZMQ_HANDSHAKE_IVL, 2000);
    set_int(front->router, ZMQ_HEARTBEAT_IVL, 2000);
    set_int(front->router, ZMQ_HEARTBEAT_TIMEOUT, 6000);
    set_int(front->monitor, ZMQ_LINGER, 0);
    int rc = zmq_socket_monitor(front->router, events, ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED);
    ASSERT(rc == 0);
    rc = zmq_connect(front->monitor, events);
    ASSERT(rc == 0);
}

/* The mask makes the socket 0660 from its first moment. */
static bool bind_all(struct front *front, struct err *err) {
    for (uint32_t i = 0; i < front->endpoints->count; i++) {
        const struct endpoint *endpoint = &front->endpoints->list[i];
        mode_t before = umask(0117);
        int rc = zmq_bind(front->router, endpoint->text);
        int code = errno;
        umask(before);
        if (rc != 0)
            return err_set(err, "cannot bind %s: %s", endpoint->text, zmq_strerror(code));
        log_info("front.bound", "endpoint=%s", endpoint->text);
    }
    return true;
}

struct front *front_start(struct service *service, const struct endpoints *endpoints,
                          struct err *err) {
    struct front *front = mem_array(1, sizeof *front);
    front->service = service;
    front->endpoints = endpoints;
    front->stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    ASSERT(front->stop_fd >= 0);
    open_sockets(front);
    if (!bind_all(front, err)) {
        close_sockets(front);
        front_free(front);
        return NULL;
    }
    thread_start(&front->thread, "front", front_main, front);
    return front;
}

bool front_stop(struct front *front, int64_t until_us) {
    uint64_t one = 1;
    ssize_t n = write(front->stop_fd, &one, sizeof one);
    ASSERT(n == (ssize_t)sizeof one);
    return thread_join(front->thread, until_us);
}

void front_free(struct front *front) {
    zmq_ctx_term(front->context);
    close(front->stop_fd);
    free(front);
}
