/* Candidates, as previews and dry runs show them. */
#ifndef MATCHD_API_MATCHCTL_PREVIEW_H
#define MATCHD_API_MATCHCTL_PREVIEW_H

#include "api/matchctl/json.h"
#include "api/matchctl/session.h"

/* NULL: failed, said and in session->exit_code. k 0: the daemon's default. */
Matchd__V1__Response *preview_ask(struct session *session, const char *user, uint32_t k);
/* {"candidate", "raw", "final", "score", "physical", "mode", "themes"}; `open` leaves the object
 * open for more members. NULL: null. */
void candidate_json(struct json *json, const Matchd__V1__Candidate *candidate, bool open);
/* One line of a table, and its head. */
void candidate_head(void);
void candidate_line(size_t place, const Matchd__V1__Candidate *candidate);

#endif
