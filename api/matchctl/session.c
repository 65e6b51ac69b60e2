#include "api/matchctl/session.h"

#include <stdio.h>
#include <time.h>

enum { CONNECT_MS = 2000, RETRY_DEFAULT_MS = 200 };

bool session_open(struct session *session, const struct arguments *arguments) {
    struct err err;
    *session = (struct session){.arguments = arguments};
    session->client = client_open(arguments->endpoints, CONNECT_MS, &err);
    if (session->client != NULL)
        return true;
    session->exit_code = CTL_UNREACHABLE;
    fprintf(stderr, "matchctl: %s\n", err.text);
    fputs("matchctl: is matchd running, and does MATCHD_ENDPOINTS name its socket?\n", stderr);
    return false;
}

void session_close(struct session *session) {
    client_close(session->client);
    session->client = NULL;
}

static int64_t now_ms(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

static void sleep_ms(int64_t ms) {
    struct timespec pause = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    nanosleep(&pause, NULL);
}

static enum exit_code code_of(enum client_failure failure) {
    switch (failure) {
    case CLIENT_UNREACHABLE: return CTL_UNREACHABLE;
    case CLIENT_TIMEOUT: return CTL_TIMEOUT;
    default: return CTL_FAILED;
    }
}

/* OVERLOADED, and UNAVAILABLE with a time to come back: worth another try. */
static bool may_retry(const Matchd__V1__Error *error) {
    return error->has_retry_after_ms && (error->code == MATCHD__V1__ERROR_CODE__OVERLOADED ||
                                         error->code == MATCHD__V1__ERROR_CODE__UNAVAILABLE);
}

static void tell_error(struct session *session, const Matchd__V1__Error *error) {
    session->exit_code =
        error->code == MATCHD__V1__ERROR_CODE__DEADLINE_EXCEEDED ? CTL_TIMEOUT : CTL_FAILED;
    fprintf(stderr, "matchctl: %s: %s\n", error_code_name(error->code),
            error->message != NULL ? error->message : "no reason given");
}

Matchd__V1__Response *session_call(struct session *session, Matchd__V1__Request *request,
                                   uint32_t timeout_s) {
    if (session->arguments->timeout_s > 0)
        timeout_s = session->arguments->timeout_s;
    int64_t until_ms = now_ms() + (int64_t)timeout_s * 1000;
    for (;;) {
        struct err err;
        int64_t left_ms = until_ms - now_ms();
        Matchd__V1__Response *response =
            client_call(session->client, request, left_ms > 1 ? (uint32_t)left_ms : 1, &err);
        if (response == NULL) {
            session->exit_code = code_of(client_last_failure(session->client));
            fprintf(stderr, "matchctl: %s\n", err.text);
            return NULL;
        }
        if (response->answer_case != MATCHD__V1__RESPONSE__ANSWER_ERROR)
            return response;
        const Matchd__V1__Error *error = response->error;
        int64_t pause_ms = error->has_retry_after_ms ? error->retry_after_ms : RETRY_DEFAULT_MS;
        bool again = may_retry(error) && now_ms() + pause_ms < until_ms;
        if (!again)
            tell_error(session, error);
        session_free(response);
        if (!again)
            return NULL;
        sleep_ms(pause_ms);
    }
}

void session_free(Matchd__V1__Response *response) {
    matchd__v1__response__free_unpacked(response, NULL);
}

Matchd__V1__Clock *session_clock(const struct session *session, Matchd__V1__Clock *clock) {
    if (session->arguments->date == NULL && session->arguments->now == NULL)
        return NULL;
    matchd__v1__clock__init(clock);
    clock->date = (char *)session->arguments->date;
    clock->now = (char *)session->arguments->now;
    return clock;
}
