/* Candidates, as previews and dry runs show them. */
#ifndef MATCHD_API_MATCHCTL_CANDIDATE_H
#define MATCHD_API_MATCHCTL_CANDIDATE_H

#include "api/matchctl/writer.h"
#include "api/wire/matchd.pb-c.h"

/* {"candidate", "raw", "final", "score", "physical", "mode", "themes"}; `open` leaves the object
 * open for more members. NULL: null. */
void candidate_json(struct writer *writer, const Matchd__V1__Candidate *candidate, bool open);
/* One line of a table, and its head. */
void candidate_head(void);
void candidate_line(size_t place, const Matchd__V1__Candidate *candidate);

#endif
