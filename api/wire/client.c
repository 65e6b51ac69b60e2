/* Requests in flight are slots in a small table; a reply goes to the slot with its id. */
#include "api/wire/client.h"

#include "engine/base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

enum { ENDPOINT_BYTES = 512 };

struct slot {
    uint64_t id;         /* 0: free */
    int64_t deadline_ms; /* on the monotonic clock, grace included */
    int verb_case;
    Matchd__V1__Response *response; /* arrived, not yet asked for */
};

struct client {
    void *context, *socket;
    uint64_t last_id;
    enum client_failure failure;
    struct slot slots[CLIENT_IN_FLIGHT];
};

static int64_t now_ms(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

/* zmq_poll that goes on after a signal. */
static int poll_until(void *socket, short events, int64_t until_ms) {
    zmq_pollitem_t item = {.socket = socket, .events = events};
    for (;;) {
        int64_t left = until_ms - now_ms();
        int n = zmq_poll(&item, 1, left > 0 ? (long)left : 0);
        if (n >= 0 || errno != EINTR)
            return n;
        if (left <= 0)
            return 0;
    }
}

static void set_int(void *socket, int option, int value) {
    int rc = zmq_setsockopt(socket, option, &value, sizeof value);
    ASSERT(rc == 0);
}

/* A DEALER whose connection stands, or NULL. With ZMQ_IMMEDIATE it is writable only then. */
static void *connect_one(void *context, const char *endpoint, uint32_t wait_ms, struct err *err) {
    void *socket = zmq_socket(context, ZMQ_DEALER);
    ASSERT(socket != NULL);
    set_int(socket, ZMQ_LINGER, 0);
    set_int(socket, ZMQ_IMMEDIATE, 1);
    set_int(socket, ZMQ_RECONNECT_IVL, 20);
    set_int(socket, ZMQ_RECONNECT_IVL_MAX, 500);
    int64_t limit = MESSAGE_RESPONSE_MAX;
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &limit, sizeof limit);
    if (zmq_connect(socket, endpoint) != 0) {
        err_set(err, "cannot connect to %s: %s", endpoint, zmq_strerror(errno));
    } else if (poll_until(socket, ZMQ_POLLOUT, now_ms() + wait_ms) > 0) {
        return socket;
    } else {
        err_set(err, "nobody answers at %s (waited %u ms)", endpoint, wait_ms);
    }
    zmq_close(socket);
    return NULL;
}

struct client *client_open(const char *endpoints, uint32_t wait_ms, struct err *err) {
    struct client *client = mem_array(1, sizeof *client);
    client->context = zmq_ctx_new();
    ASSERT(client->context != NULL);
    /* The client's ids need not be guessed, but two clients' logs are easier told apart. */
    client->last_id = (uint64_t)now_ms() << 20;
    err_set(err, "no endpoint to connect to");
    for (const char *at = endpoints; client->socket == NULL;) {
        at += strspn(at, " ");
        size_t length = strcspn(at, " ");
        if (length == 0)
            break;
        char endpoint[ENDPOINT_BYTES];
        if (length >= sizeof endpoint) {
            err_set(err, "an endpoint of %zu characters is too long", length);
            break;
        }
        memcpy(endpoint, at, length);
        endpoint[length] = '\0';
        at += length;
        client->socket = connect_one(client->context, endpoint, wait_ms, err);
    }
    if (client->socket != NULL)
        return client;
    client_close(client);
    return NULL;
}

void client_close(struct client *client) {
    if (client == NULL)
        return;
    for (size_t i = 0; i < CLIENT_IN_FLIGHT; i++)
        if (client->slots[i].response != NULL)
            matchd__v1__response__free_unpacked(client->slots[i].response, NULL);
    if (client->socket != NULL)
        zmq_close(client->socket);
    zmq_ctx_term(client->context);
    free(client);
}

static struct slot *slot_of(struct client *client, uint64_t id) {
    for (size_t i = 0; i < CLIENT_IN_FLIGHT; i++)
        if (client->slots[i].id == id)
            return &client->slots[i];
    return NULL;
}

static bool fail(struct client *client, enum client_failure failure) {
    client->failure = failure;
    return false;
}

enum client_failure client_last_failure(const struct client *client) {
    return client->failure;
}

static bool send_bytes(struct client *client, const Matchd__V1__Request *request, int64_t until_ms,
                       struct err *err) {
    size_t size;
    void *bytes = message_pack(&request->base, &size);
    int sent = -1;
    if (size > MESSAGE_REQUEST_MAX) {
        fail(client, CLIENT_USAGE);
        err_set(err, "a request has at most %d bytes, this one has %zu", MESSAGE_REQUEST_MAX, size);
    } else if (poll_until(client->socket, ZMQ_POLLOUT, until_ms) <= 0 ||
               (sent = zmq_send(client->socket, bytes, size, ZMQ_DONTWAIT)) < 0) {
        fail(client, CLIENT_UNREACHABLE);
        err_set(err, "the connection to matchd is gone");
    }
    free(bytes);
    return sent >= 0;
}

uint64_t client_send(struct client *client, Matchd__V1__Request *request, uint32_t deadline_ms,
                     struct err *err) {
    struct slot *slot = slot_of(client, 0);
    if (slot == NULL) {
        fail(client, CLIENT_USAGE);
        err_set(err, "at most %d requests may be in flight", CLIENT_IN_FLIGHT);
        return 0;
    }
    int64_t until_ms = now_ms() + deadline_ms;
    request->has_request_id = true;
    request->request_id = ++client->last_id;
    request->has_deadline_ms = true;
    request->deadline_ms = deadline_ms;
    if (!send_bytes(client, request, until_ms, err))
        return 0;
    *slot = (struct slot){.id = request->request_id,
                          .deadline_ms = until_ms + CLIENT_GRACE_MS,
                          .verb_case = (int)request->verb_case};
    return slot->id;
}

/* Takes one message from the socket and puts it where it belongs. */
static bool take_reply(struct client *client, struct err *err) {
    zmq_msg_t message;
    zmq_msg_init(&message);
    if (zmq_msg_recv(&message, client->socket, ZMQ_DONTWAIT) < 0) {
        zmq_msg_close(&message);
        return errno == EAGAIN || errno == EINTR || fail(client, CLIENT_PROTOCOL);
    }
    bool more = zmq_msg_more(&message);
    Matchd__V1__Response *response = NULL;
    if (more)
        err_set(err, "got a reply of more than one frame");
    else
        response = message_read_response(zmq_msg_data(&message), zmq_msg_size(&message), err);
    zmq_msg_close(&message);
    if (response == NULL)
        return fail(client, CLIENT_PROTOCOL);
    struct slot *slot = slot_of(client, response->request_id);
    if (response->request_id == 0 || slot == NULL || slot->response != NULL) {
        matchd__v1__response__free_unpacked(response, NULL); /* late: nobody waits for it */
        return true;
    }
    slot->response = response;
    return true;
}

Matchd__V1__Response *client_receive(struct client *client, uint64_t id, struct err *err) {
    struct slot *slot = id == 0 ? NULL : slot_of(client, id);
    if (slot == NULL) {
        fail(client, CLIENT_USAGE);
        err_set(err, "no request with this id is in flight");
        return NULL;
    }
    bool ok = true;
    while (ok && slot->response == NULL) {
        if (poll_until(client->socket, ZMQ_POLLIN, slot->deadline_ms) <= 0) {
            ok = fail(client, CLIENT_TIMEOUT);
            err_set(err, "no answer within the deadline");
        } else {
            ok = take_reply(client, err);
        }
    }
    Matchd__V1__Response *response = slot->response;
    int verb_case = slot->verb_case;
    *slot = (struct slot){0};
    if (response == NULL)
        return NULL;
    int answer_case = (int)response->answer_case;
    if (answer_case == verb_case || answer_case == MATCHD__V1__RESPONSE__ANSWER_ERROR)
        return response;
    fail(client, CLIENT_PROTOCOL);
    err_set(err, "got an answer of kind %d to a request of kind %d", answer_case, verb_case);
    matchd__v1__response__free_unpacked(response, NULL);
    return NULL;
}

Matchd__V1__Response *client_call(struct client *client, Matchd__V1__Request *request,
                                  uint32_t deadline_ms, struct err *err) {
    uint64_t id = client_send(client, request, deadline_ms, err);
    return id == 0 ? NULL : client_receive(client, id, err);
}
