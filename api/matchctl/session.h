/* A conversation with the daemon: one client, requests one after the other, and what to tell the
 * person and the shell when something fails. */
#ifndef MATCHD_API_MATCHCTL_SESSION_H
#define MATCHD_API_MATCHCTL_SESSION_H

#include "api/matchctl/arguments.h"
#include "api/wire/client.h"

/* What matchctl exits with; --help lists them. */
enum exit_code {
    CTL_OK = 0,
    CTL_FAILED = 1,      /* the daemon answered with an error */
    CTL_USAGE = 2,       /* the command line is wrong */
    CTL_UNREACHABLE = 3, /* nobody listens at the endpoint */
    CTL_TIMEOUT = 4,     /* no answer in time */
    CTL_OUTPUT = 5,      /* the answer could not be written */
    CTL_RUN = 6,         /* a run failed or was cancelled; or had ended before it was cancelled */
    CTL_CHANGED = 7      /* an offer is not reproduced bit for bit */
};

struct session {
    const struct arguments *arguments;
    struct client *client;
    enum exit_code exit_code; /* of the last failure */
};

/* False: nobody answers; said on standard error. */
bool session_open(struct session *session, const struct arguments *arguments) MUST_CHECK;
void session_close(struct session *session);

/* One request. NULL: failed; the reason is on standard error and in exit_code. `timeout_s` is the
 * command's own limit where --timeout was not given. Asks again where the daemon is overloaded or
 * still loads, until that limit. */
Matchd__V1__Response *session_call(struct session *session, Matchd__V1__Request *request,
                                   uint32_t timeout_s);
void session_free(Matchd__V1__Response *response);

/* Fills a Clock from --date and --now; NULL if neither was given. */
Matchd__V1__Clock *session_clock(const struct session *session, Matchd__V1__Clock *clock);

#endif
