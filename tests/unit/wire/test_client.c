/* Protects: the client matches replies to requests whatever their order, gives up at the deadline,
 * drops late replies, and tells the kinds of failure apart. The other end is a ROUTER driven by the
 * test itself. */
#include "api/wire/client.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

struct end {
    char directory[32], endpoint[64];
    void *context, *router;
    struct client *client;
};

static void open_end(struct end *end) {
    struct err err;
    memcpy(end->directory, "/tmp/matchd-client.XXXXXX", sizeof "/tmp/matchd-client.XXXXXX");
    cr_assert_not_null(mkdtemp(end->directory));
    snprintf(end->endpoint, sizeof end->endpoint, "ipc://%s/s", end->directory);
    end->context = zmq_ctx_new();
    end->router = zmq_socket(end->context, ZMQ_ROUTER);
    cr_assert_eq(zmq_bind(end->router, end->endpoint), 0);
    end->client = client_open(end->endpoint, 2000, &err);
    cr_assert_not_null(end->client, "%s", err.text);
}

static void close_end(struct end *end) {
    client_close(end->client);
    zmq_close(end->router);
    zmq_ctx_term(end->context);
    rmdir(end->directory);
}

/* Takes a request off the router; its id. */
static uint64_t take(struct end *end, uint8_t id[8], int *id_size) {
    uint8_t bytes[1024];
    *id_size = zmq_recv(end->router, id, 8, 0);
    int size = zmq_recv(end->router, bytes, sizeof bytes, 0);
    cr_assert(size > 0);
    struct request request;
    struct err err;
    cr_assert_eq(message_read_request(bytes, (size_t)size, &request, &err), MESSAGE_OK);
    return request.id;
}

static void answer(struct end *end, const uint8_t *id, int id_size, uint64_t request_id,
                   uint64_t uptime) {
    Matchd__V1__Response response = MATCHD__V1__RESPONSE__INIT;
    Matchd__V1__HealthResponse health = MATCHD__V1__HEALTH_RESPONSE__INIT;
    response.has_request_id = health.has_uptime_ms = 1;
    response.request_id = request_id;
    health.uptime_ms = uptime;
    response.answer_case = MATCHD__V1__RESPONSE__ANSWER_HEALTH;
    response.health = &health;
    size_t size;
    void *bytes = message_pack(&response.base, &size);
    zmq_send(end->router, id, (size_t)id_size, ZMQ_SNDMORE);
    zmq_send(end->router, bytes, size, 0);
    free(bytes);
}

static uint64_t ask(struct end *end, uint32_t deadline_ms) {
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__HealthRequest health = MATCHD__V1__HEALTH_REQUEST__INIT;
    struct err err;
    request.verb_case = MATCHD__V1__REQUEST__VERB_HEALTH;
    request.health = &health;
    return client_send(end->client, &request, deadline_ms, &err);
}

Test(client, replies_in_any_order) {
    struct end end;
    uint64_t ids[5];
    uint8_t peer[8];
    int peer_size;
    struct err err;
    open_end(&end);
    for (size_t i = 0; i < 5; i++)
        ids[i] = ask(&end, 2000);
    for (size_t i = 0; i < 5; i++)
        cr_assert_eq(take(&end, peer, &peer_size), ids[i]);
    for (size_t i = 5; i-- > 0;)
        answer(&end, peer, peer_size, ids[i], 100 + i);
    for (size_t i = 0; i < 5; i++) {
        Matchd__V1__Response *response = client_receive(end.client, ids[i], &err);
        cr_assert_not_null(response, "%s", err.text);
        cr_assert_eq(response->health->uptime_ms, 100 + i);
        matchd__v1__response__free_unpacked(response, NULL);
    }
    cr_assert_null(client_receive(end.client, ids[0], &err), "received once only");
    cr_assert_eq(client_last_failure(end.client), CLIENT_USAGE);
    close_end(&end);
}

Test(client, gives_up_and_drops_the_late_reply) {
    struct end end;
    uint8_t peer[8];
    int peer_size;
    struct err err;
    open_end(&end);
    uint64_t late = ask(&end, 20);
    take(&end, peer, &peer_size);
    cr_assert_null(client_receive(end.client, late, &err));
    cr_assert_eq(client_last_failure(end.client), CLIENT_TIMEOUT);
    answer(&end, peer, peer_size, late, 1);
    uint64_t next = ask(&end, 2000);
    take(&end, peer, &peer_size);
    answer(&end, peer, peer_size, next, 2);
    Matchd__V1__Response *response = client_receive(end.client, next, &err);
    cr_assert_not_null(response);
    cr_assert_eq(response->health->uptime_ms, 2);
    matchd__v1__response__free_unpacked(response, NULL);
    close_end(&end);
}

Test(client, nonsense_is_a_failure_of_its_own) {
    struct end end;
    uint8_t peer[8];
    int peer_size;
    struct err err;
    open_end(&end);
    uint64_t id = ask(&end, 2000);
    take(&end, peer, &peer_size);
    zmq_send(end.router, peer, (size_t)peer_size, ZMQ_SNDMORE);
    zmq_send(end.router, "\xff\xff", 2, 0);
    cr_assert_null(client_receive(end.client, id, &err));
    cr_assert_eq(client_last_failure(end.client), CLIENT_PROTOCOL);
    close_end(&end);
}

Test(client, an_answer_of_another_verb_is_none) {
    struct end end;
    uint8_t peer[8];
    int peer_size;
    struct err err;
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__StatsRequest stats = MATCHD__V1__STATS_REQUEST__INIT;
    open_end(&end);
    request.verb_case = MATCHD__V1__REQUEST__VERB_STATS;
    request.stats = &stats;
    uint64_t id = client_send(end.client, &request, 2000, &err);
    take(&end, peer, &peer_size);
    answer(&end, peer, peer_size, id, 3);
    cr_assert_null(client_receive(end.client, id, &err));
    cr_assert_eq(client_last_failure(end.client), CLIENT_PROTOCOL);
    close_end(&end);
}

Test(client, so_many_in_flight_and_no_more) {
    struct end end;
    open_end(&end);
    for (int i = 0; i < CLIENT_IN_FLIGHT; i++)
        cr_assert_neq(ask(&end, 2000), 0);
    cr_assert_eq(ask(&end, 2000), 0);
    cr_assert_eq(client_last_failure(end.client), CLIENT_USAGE);
    close_end(&end);
}

Test(client, nobody_there) {
    struct err err;
    cr_assert_null(client_open("ipc:///tmp/matchd-nobody-there", 50, &err));
    cr_assert_not_null(strstr(err.text, "nobody answers"));
    cr_assert_null(client_open("", 50, &err));
    cr_assert_null(client_open("nonsense", 50, &err));
}

Test(client, the_first_endpoint_that_answers) {
    struct end end;
    struct err err;
    char both[160];
    open_end(&end);
    snprintf(both, sizeof both, "  ipc:///tmp/matchd-nobody-there   %s ", end.endpoint);
    struct client *client = client_open(both, 100, &err);
    cr_assert_not_null(client, "%s", err.text);
    client_close(client);
    close_end(&end);
}
