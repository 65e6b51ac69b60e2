#include "api/matchd/status.h"

#include <stdarg.h>
#include <stdio.h>

void status_init(struct status *status) {
    *status = (struct status){.facts.readiness = MATCHD__V1__READINESS__READINESS_LOADING};
    pthread_mutex_init(&status->lock, NULL);
    status_detail(status, "starting");
}

void status_release(struct status *status) {
    pthread_mutex_destroy(&status->lock);
}

void status_read(struct status *status, struct status_facts *out) {
    pthread_mutex_lock(&status->lock);
    *out = status->facts;
    pthread_mutex_unlock(&status->lock);
}

Matchd__V1__Readiness status_readiness(struct status *status) {
    pthread_mutex_lock(&status->lock);
    Matchd__V1__Readiness readiness = status->facts.readiness;
    pthread_mutex_unlock(&status->lock);
    return readiness;
}

void status_detail(struct status *status, const char *format, ...) {
    char text[sizeof status->facts.detail];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    pthread_mutex_lock(&status->lock);
    snprintf(status->facts.detail, sizeof status->facts.detail, "%s", text);
    pthread_mutex_unlock(&status->lock);
}

void status_load_begins(struct status *status) {
    pthread_mutex_lock(&status->lock);
    status->facts.reloading = status->facts.data.generation > 0;
    pthread_mutex_unlock(&status->lock);
}

/* Under the lock: what to say when nothing special is going on. */
static void settle(struct status *status) {
    status->facts.reloading = false;
    if (status->facts.readiness == MATCHD__V1__READINESS__READINESS_READY)
        snprintf(status->facts.detail, sizeof status->facts.detail, "ready");
}

void status_load_done(struct status *status, const struct data_facts *data) {
    pthread_mutex_lock(&status->lock);
    status->facts.data = *data;
    status->facts.reload_error[0] = '\0';
    if (status->facts.readiness == MATCHD__V1__READINESS__READINESS_LOADING)
        status->facts.readiness = MATCHD__V1__READINESS__READINESS_READY;
    settle(status);
    pthread_mutex_unlock(&status->lock);
}

void status_load_failed(struct status *status, const char *reason) {
    pthread_mutex_lock(&status->lock);
    snprintf(status->facts.reload_error, sizeof status->facts.reload_error, "%s", reason);
    settle(status);
    pthread_mutex_unlock(&status->lock);
}

void status_run_done(struct status *status, const char *run, const char *certificate) {
    pthread_mutex_lock(&status->lock);
    snprintf(status->facts.run, sizeof status->facts.run, "%s", run);
    snprintf(status->facts.certificate, sizeof status->facts.certificate, "%s", certificate);
    pthread_mutex_unlock(&status->lock);
}

void status_draining(struct status *status) {
    pthread_mutex_lock(&status->lock);
    status->facts.readiness = MATCHD__V1__READINESS__READINESS_DRAINING;
    snprintf(status->facts.detail, sizeof status->facts.detail, "stopping");
    pthread_mutex_unlock(&status->lock);
}
