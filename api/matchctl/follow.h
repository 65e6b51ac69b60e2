/* Starts a rematch, and watches a run until it has ended, with a progress line. */
#ifndef MATCHD_API_MATCHCTL_FOLLOW_H
#define MATCHD_API_MATCHCTL_FOLLOW_H

#include "api/matchctl/session.h"

/* Asks for what the arguments say, a dry run or one that publishes; NULL: failed. */
Matchd__V1__Response *follow_start(struct session *session);
/* The last status, of a run that is no longer running; NULL: failed. A daemon that is gone for a
 * moment is asked again, as long as --timeout (or 60 s) allows. */
Matchd__V1__Response *follow_run(struct session *session, char *run);

#endif
