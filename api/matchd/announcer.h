/* The thread that publishes events: takes them out of the outbox, sends them on a PUB socket, and
 * only then lets the database forget them. So an event is sent after its cause was committed and at
 * least once; who was killed in between sends it again, with the same id.
 *
 * A message is two frames: the type ("match_offer_action"), to subscribe by, and a
 * matchd.v1.Event. A subscriber that does not read for 3 s loses events, not the others. */
#ifndef MATCHD_API_MATCHD_ANNOUNCER_H
#define MATCHD_API_MATCHD_ANNOUNCER_H

#include "api/matchd/endpoint.h"
#include "api/matchd/service.h"

struct announcer;

/* Binds (the endpoint is claimed before) and starts. NULL with *err. */
struct announcer *announcer_start(struct service *service, const struct endpoint *endpoint,
                                  struct err *err);
/* False: it did not end by `until_us` (monotonic). After service->stop is set. */
bool announcer_stop(struct announcer *announcer, int64_t until_us) MUST_CHECK;
void announcer_free(struct announcer *announcer);

#endif
