#include "api/matchctl/follow.h"

#include "api/matchctl/commands.h"
#include "api/matchctl/progress.h"
#include "api/matchctl/viewers.h"

#include <stdio.h>
#include <time.h>

enum { POLL_FIRST_MS = 20, POLL_LAST_MS = 500, STATUS_TIMEOUT_S = 60 };

static Matchd__V1__Response *ask_status(struct session *session, char *run) {
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__RematchStatusRequest status = MATCHD__V1__REMATCH_STATUS_REQUEST__INIT;
    status.run = run;
    request.verb_case = MATCHD__V1__REQUEST__VERB_REMATCH_STATUS;
    request.rematch_status = &status;
    return session_call(session, &request, STATUS_TIMEOUT_S);
}

Matchd__V1__Response *follow_start(struct session *session) {
    const struct arguments *arguments = session->arguments;
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__StartRematchRequest start = MATCHD__V1__START_REMATCH_REQUEST__INIT;
    Matchd__V1__Clock clock;
    struct viewer_list viewers = {0};
    struct err err;
    if (arguments->users != NULL && !viewers_read(&viewers, arguments->users, &err)) {
        fprintf(stderr, "matchctl: %s\n", err.text);
        session->exit_code = CTL_USAGE;
        return NULL;
    }
    start.has_dry_run = start.dry_run = arguments->dry_run;
    start.has_paranoid = start.paranoid = arguments->paranoid;
    start.clock = session_clock(session, &clock);
    start.timezone = (char *)arguments->zone;
    start.n_viewers = viewers.count;
    start.viewers = viewers.pointers;
    request.verb_case = MATCHD__V1__REQUEST__VERB_START_REMATCH;
    request.start_rematch = &start;
    Matchd__V1__Response *response = session_call(session, &request, TIMEOUT_S);
    viewers_release(&viewers);
    return response;
}

Matchd__V1__Response *follow_run(struct session *session, char *run) {
    struct progress progress;
    progress_init(&progress, false);
    for (long pause_ms = POLL_FIRST_MS;;) {
        Matchd__V1__Response *response = ask_status(session, run);
        if (response == NULL) {
            progress_end(&progress);
            return NULL;
        }
        progress_show(&progress, response->rematch_status);
        if (response->rematch_status->state != MATCHD__V1__RUN_STATE__RUN_RUNNING) {
            progress_end(&progress);
            return response;
        }
        session_free(response);
        struct timespec pause = {.tv_sec = pause_ms / 1000, .tv_nsec = pause_ms % 1000 * 1000000};
        nanosleep(&pause, NULL);
        pause_ms = pause_ms * 2 < POLL_LAST_MS ? pause_ms * 2 : POLL_LAST_MS;
    }
}
