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
    const struct connections_options reading = {
        .url = settings->database_url, .application = "matchd cards", .stop = &service->stop};
    service->connections = connections_new(&reading);
    const struct connections_options writing = {.url = settings->write_url,
                                                .application = "matchd actions",
                                                .writing = true,
                                                .stop = &service->stop};
    if (settings->write_url[0] != '\0')
        service->writers = connections_new(&writing);
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
    connections_free(service->writers);
    epoch_release(&service->epoch);
    queue_free(service->work);
    queue_free(service->replies);
    status_release(&service->status);
}
