/* Scores, rules and counts in plain words. */
#ifndef MATCHD_API_MATCHCTL_WORDS_H
#define MATCHD_API_MATCHCTL_WORDS_H

#include "api/wire/matchd.pb-c.h"
#include "engine/base/base.h"

#include <stdio.h>

/* Names as the contract and the JSON have them: "population_a"; NULL for none. A number that this
 * client does not know is "unknown". */
const char *words_gate_name(Matchd__V1__Gate gate);
const char *words_floor_name(Matchd__V1__Floor floor);
const char *words_mode_name(Matchd__V1__Mode mode);
const char *words_relaxation_name(Matchd__V1__Relaxation relaxation);

/* Where everybody went, and what would help most. */
void words_funnel(FILE *out, const Matchd__V1__Funnel *funnel);
/* What two people have in common, whoever looks; then why b is, or is not, offered to a, with every
 * part of the score that depends on the direction. */
void words_both(FILE *out, const Matchd__V1__ScorePairResponse *pair);
void words_direction(FILE *out, const Matchd__V1__ScorePairResponse *pair);

/* Text from the database, with control characters made visible as '?'. */
void words_text(FILE *out, const char *text);
/* 1234567 as "1,234,567"; the buffer is returned. */
enum { COUNT_TEXT = 32 };
const char *words_count(uint64_t n, char buffer[COUNT_TEXT]);

#endif
