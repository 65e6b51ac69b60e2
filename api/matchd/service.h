/* What the threads of the daemon share. Made by main before the threads start, taken down after
 * they ended; the members look after their own locking, and no thread holds two locks. */
#ifndef MATCHD_API_MATCHD_SERVICE_H
#define MATCHD_API_MATCHD_SERVICE_H

#include "api/matchd/connections.h"
#include "api/matchd/counters.h"
#include "api/matchd/dryrun.h"
#include "api/matchd/generation.h"
#include "api/matchd/queue.h"
#include "api/matchd/settings.h"
#include "api/matchd/status.h"

#include <stdatomic.h>

enum { FRONT_BURST = 256 /* messages that the front reads before it sends what is ready */ };

struct reload;
struct jobs;

struct service {
    const struct settings *settings;
    int64_t started_us;
    struct status status;
    struct counters counters;
    struct epoch epoch;
    struct dryruns *dryruns;
    struct connections *connections; /* for reading cards */
    struct connections *writers;     /* for actions and claims; NULL: nothing is written */
    struct queue *work;              /* of jobs: front -> workers */
    struct queue *replies;           /* of jobs: workers and loader -> front */
    struct reload *reload;
    struct jobs *jobs;   /* runs that publish; NULL: nothing is written */
    atomic_bool stop;    /* give up long work at the next opportunity */
    atomic_bool discard; /* workers answer UNAVAILABLE instead of executing */
};

void service_init(struct service *service, const struct settings *settings);
void service_release(struct service *service);

#endif
