/* What the daemon is doing and which data it serves: what Health says. Written by the thread that
 * loads and by main, read by the front, under one lock held for a copy. */
#ifndef MATCHD_API_MATCHD_STATUS_H
#define MATCHD_API_MATCHD_STATUS_H

#include "api/matchd/certificate.h"
#include "api/wire/message.h"

#include <pthread.h>

/* Of the generation in use; generation 0: none yet. */
struct data_facts {
    uint64_t generation;
    uint32_t people;
    instant_t as_of;
    uint64_t refused, load_ms, bytes;
};

struct status_facts {
    Matchd__V1__Readiness readiness;
    bool reloading;
    char detail[256];
    char reload_error[512]; /* "" if the last load succeeded */
    struct data_facts data;
    char run[UUID_TEXT]; /* that ended last here; "": none yet */
    char certificate[CERTIFICATE_TEXT];
};

struct status {
    pthread_mutex_t lock;
    struct status_facts facts;
};

void status_init(struct status *status);
void status_release(struct status *status);
void status_read(struct status *status, struct status_facts *out);
Matchd__V1__Readiness status_readiness(struct status *status);

void status_detail(struct status *status, const char *format, ...) PRINTF_LIKE(2, 3);
/* A load begins, a load ended well, a load failed and the old data stays. */
void status_load_begins(struct status *status);
void status_load_done(struct status *status, const struct data_facts *data);
void status_load_failed(struct status *status, const char *reason);
/* A run has ended well: its id and its certificate. */
void status_run_done(struct status *status, const char *run, const char *certificate);
void status_draining(struct status *status);

#endif
