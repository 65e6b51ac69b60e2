/* The front: the one thread that touches the sockets. It does no heavy work, so that it always
 * drains the ROUTER: libzmq's own limits do not bound what peers send in many frames.
 *
 *   peers == ROUTER ==> front --work--> workers, loader
 *                         ^                |
 *                         +----replies-----+
 *
 * Each message is read, judged and either answered at once (Health, Stats, errors, OVERLOADED) or
 * queued. Replies to peers that are gone or do not read are dropped and counted. */
#ifndef MATCHD_API_MATCHD_FRONT_H
#define MATCHD_API_MATCHD_FRONT_H

#include "api/matchd/endpoint.h"
#include "api/matchd/service.h"

struct front;

/* Binds every endpoint (claimed before) and starts the thread. NULL with *err. */
struct front *front_start(struct service *service, const struct endpoints *endpoints,
                          struct err *err);
/* Sends what is ready, closes the sockets, ends the thread. False: not by `until_us`. */
bool front_stop(struct front *front, int64_t until_us) MUST_CHECK;
void front_free(struct front *front);

#endif
