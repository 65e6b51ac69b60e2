/* The parts of a pair's score as JSON: what `score --json` and `explain --json` print. */
#ifndef MATCHD_API_MATCHCTL_SCORE_H
#define MATCHD_API_MATCHCTL_SCORE_H

#include "api/matchctl/writer.h"
#include "api/wire/matchd.pb-c.h"

void score_write(struct writer *out, const Matchd__V1__ScorePairResponse *pair);

#endif
