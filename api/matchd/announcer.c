#include "api/matchd/announcer.h"

#include "api/matchd/link.h"
#include "api/matchd/thread.h"
#include "api/matchd/timing.h"
#include "api/wire/message.h"
#include "engine/base/log.h"
#include "engine/base/mem.h"
#include "storage/outbox.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <zmq.h>

enum {
    EVENTS_AT_ONCE = 1000,
    EVENTS_UNREAD = 100000, /* that a subscriber may be behind */
    PATIENCE_US = 3000000,
    SEND_MS = 100,
    IDLE_US = 100000,
    LINGER_MS = 200
};

struct announcer {
    struct service *service;
    pthread_t thread;
    struct link link;
    void *context, *socket;
    bool failing, any; /* the last round sent something */
};

static void set_int(void *socket, int option, int value) {
    int rc = zmq_setsockopt(socket, option, &value, sizeof value);
    ASSERT(rc == 0);
}

/* ---- sending --------------------------------------------------------------------------------- */

/* Waits for who is behind, but not for ever: then it goes to who reads. False: the daemon stops. */
static bool send_frames(struct announcer *announcer, const char *type, const void *bytes,
                        size_t size) {
    int64_t until_us = timing_us() + PATIENCE_US;
    while (zmq_send(announcer->socket, type, strlen(type), ZMQ_SNDMORE) < 0) {
        ASSERT(errno == EAGAIN || errno == EINTR);
        if (atomic_load(&announcer->service->stop))
            return false;
        if (timing_us() < until_us)
            continue;
        log_warn("events.unread", "waited_s=%d", PATIENCE_US / 1000000);
        set_int(announcer->socket, ZMQ_XPUB_NODROP, 0);
    }
    while (zmq_send(announcer->socket, bytes, size, 0) < 0)
        ASSERT(errno == EAGAIN || errno == EINTR);
    set_int(announcer->socket, ZMQ_XPUB_NODROP, 1);
    return true;
}

static bool send_event(struct announcer *announcer, const struct outbox_event *event) {
    Matchd__V1__Event out = MATCHD__V1__EVENT__INIT;
    char id[UUID_TEXT], user[UUID_TEXT], at[INSTANT_TEXT];
    uuid_to_text(&event->id, id);
    uuid_to_text(&event->user, user);
    instant_to_text(event->at, at);
    out.id = id;
    out.type = (char *)event->type;
    out.user = user;
    out.at = at;
    out.payload = (char *)event->payload;
    size_t size;
    void *bytes = message_pack(&out.base, &size);
    bool sent = send_frames(announcer, event->type, bytes, size);
    free(bytes);
    return sent;
}

static bool announce(void *ctx, struct pg_conn *conn, struct err *err) {
    struct announcer *announcer = ctx;
    struct outbox_events events;
    announcer->any = false;
    if (!outbox_take(conn, EVENTS_AT_ONCE, &events, err))
        return false;
    bool sent = true;
    for (size_t i = 0; i < events.count && sent; i++)
        sent = send_event(announcer, &events.list[i]);
    announcer->any = events.count > 0;
    return outbox_done(conn, &events, sent, err);
}

/* ---- the thread ------------------------------------------------------------------------------ */

static void note(struct announcer *announcer, bool ok, const struct err *err) {
    char quoted[sizeof err->text];
    if (!ok && !announcer->failing && !atomic_load(&announcer->service->stop))
        log_error("events.failed", "reason=%s", log_quote(err->text, quoted, sizeof quoted));
    announcer->failing = !ok;
}

static void *announcer_main(void *argument) {
    static const struct timespec nap = {.tv_nsec = 20000000};
    struct announcer *announcer = argument;
    const atomic_bool *stop = &announcer->service->stop;
    while (!atomic_load(stop)) {
        struct err err = {0};
        bool ok = link_try(&announcer->link, announce, announcer, &err);
        note(announcer, ok, &err);
        int64_t until_us = timing_us() + (ok && announcer->any ? 0 : IDLE_US);
        while (timing_us() < until_us && !atomic_load(stop))
            nanosleep(&nap, NULL);
    }
    link_release(&announcer->link);
    zmq_close(announcer->socket);
    return NULL;
}

static void open_socket(struct announcer *announcer) {
    announcer->context = zmq_ctx_new();
    ASSERT(announcer->context != NULL);
    announcer->socket = zmq_socket(announcer->context, ZMQ_PUB);
    ASSERT(announcer->socket != NULL);
    set_int(announcer->socket, ZMQ_SNDHWM, EVENTS_UNREAD);
    set_int(announcer->socket, ZMQ_SNDTIMEO, SEND_MS);
    set_int(announcer->socket, ZMQ_LINGER, LINGER_MS);
    set_int(announcer->socket, ZMQ_XPUB_NODROP, 1);
}

struct announcer *announcer_start(struct service *service, const struct endpoint *endpoint,
                                  struct err *err) {
    struct announcer *announcer = mem_array(1, sizeof *announcer);
    announcer->service = service;
    link_init(&announcer->link, service, "matchd events", NULL);
    open_socket(announcer);
    mode_t before = umask(0117);
    int rc = zmq_bind(announcer->socket, endpoint->text);
    int code = errno;
    umask(before);
    if (rc != 0) {
        err_set(err, "cannot bind %s: %s", endpoint->text, zmq_strerror(code));
        zmq_close(announcer->socket);
        announcer_free(announcer);
        return NULL;
    }
    log_info("events.bound", "endpoint=%s", endpoint->text);
    thread_start(&announcer->thread, "events", announcer_main, announcer);
    return announcer;
}

bool announcer_stop(struct announcer *announcer, int64_t until_us) {
    return thread_join(announcer->thread, until_us);
}

void announcer_free(struct announcer *announcer) {
    zmq_ctx_term(announcer->context);
    free(announcer);
}
