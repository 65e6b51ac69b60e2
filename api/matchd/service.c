#include "api/matchd/service.h"

#include "api/matchd/reload.h"
#include "api/matchd/timing.h"

void service_init(struct service *service, const struct settings *settings) {
    *service = (struct service){.settings = settings, .started_us = timing_us()};
    status_init(&service->status);
    epoch_init(&service->epoch);
    service->epoch.kernels = settings->kernels;
    service->epoch.threads = settings->threads;
    service->dryruns = dryruns_new(&service->epoch);
    service->connections = connections_new(settings->database_url, &service->stop);
    service->work = queue_new(settings->queue);
    /* When the front has just emptied `replies`, every job alive is in `work`, in a worker's
     * hands, waiting for a load or in the load under way; and before it empties them again it
     * makes FRONT_BURST more at most. */
    service->replies =
        queue_new(settings->queue + settings->workers + 2 * RELOADS_WAITING + FRONT_BURST);
}

void service_release(struct service *service) {
    dryruns_free(service->dryruns);
    connections_free(service->connections);
    epoch_release(&service->epoch);
    queue_free(service->work);
    queue_free(service->replies);
    status_release(&service->status);
}
