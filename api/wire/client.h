/* libmatchd: the client of matchd, over one DEALER socket.
 *
 *     struct client *client = client_open("ipc:///run/matchd/matchd.sock", 2000, &err);
 *     Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
 *     Matchd__V1__HealthRequest health = MATCHD__V1__HEALTH_REQUEST__INIT;
 *     request.verb_case = MATCHD__V1__REQUEST__VERB_HEALTH;
 *     request.health = &health;
 *     Matchd__V1__Response *response = client_call(client, &request, 5000, &err);
 *     ... response->health ...
 *     matchd__v1__response__free_unpacked(response, NULL);
 *     client_close(client);
 *
 * Several requests may be in flight: client_send any number (up to CLIENT_IN_FLIGHT), then
 * client_receive each by its id, in any order. Replies that come before their turn are kept.
 *
 * A deadline counts from client_send and is sent along, so that the daemon does not work for
 * nobody; client_receive gives up a little later than the daemon, so that its DEADLINE_EXCEEDED
 * arrives. An id that was given up is forgotten, and its late reply is dropped.
 *
 * Not thread-safe: one client a thread. An Error of the daemon is an answer, not a failure of
 * these calls: look at response->answer_case. */
#ifndef MATCHD_API_WIRE_CLIENT_H
#define MATCHD_API_WIRE_CLIENT_H

#include "api/wire/message.h"

enum { CLIENT_IN_FLIGHT = 64, CLIENT_GRACE_MS = 500 };

enum client_failure {
    CLIENT_OK,
    CLIENT_UNREACHABLE, /* nobody listens there */
    CLIENT_TIMEOUT,     /* no reply within the deadline */
    CLIENT_PROTOCOL,    /* a reply that is no Response, or of another verb than asked */
    CLIENT_USAGE        /* too many in flight, a request over 64 KiB */
};

struct client;

/* Connects to the first of space-separated endpoints that answers, waiting up to wait_ms for each.
 * NULL with *err: nobody listens, or an endpoint is malformed. */
struct client *client_open(const char *endpoints, uint32_t wait_ms, struct err *err);
void client_close(struct client *client); /* NULL is fine */

/* Sets the request's id and deadline and sends it. Returns the id, or 0 with *err. */
uint64_t client_send(struct client *client, Matchd__V1__Request *request, uint32_t deadline_ms,
                     struct err *err);
/* The reply to a request sent before; NULL with *err. */
Matchd__V1__Response *client_receive(struct client *client, uint64_t id, struct err *err);
/* One after the other. The answer is of the verb asked, or an Error. */
Matchd__V1__Response *client_call(struct client *client, Matchd__V1__Request *request,
                                  uint32_t deadline_ms, struct err *err);
/* What kind the last failure was. */
enum client_failure client_last_failure(const struct client *client);

#endif
