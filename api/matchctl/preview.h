/* A preview, as other commands also ask for it. */
#ifndef MATCHD_API_MATCHCTL_PREVIEW_H
#define MATCHD_API_MATCHCTL_PREVIEW_H

#include "api/matchctl/session.h"

/* NULL: failed, said and in session->exit_code. k 0: the daemon's default. */
Matchd__V1__Response *preview_ask(struct session *session, const char *user, uint32_t k);

#endif
