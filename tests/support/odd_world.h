/* Questionnaires with any items that there may be, people who answered some of them at some time,
 * and settings from all of their range: whatever is fast must be right for these too. */
#ifndef MATCHD_TESTS_SUPPORT_ODD_WORLD_H
#define MATCHD_TESTS_SUPPORT_ODD_WORLD_H

#include "tests/support/fixture.h"
#include "tests/support/kernel_case.h"

/* PLAIN: every answer has a code of its own in its slot. */
enum oddity { PLAIN, ODD };

/* 1 to 34 items of any kind, construct and evidence. */
void odd_items(struct fixture *f, struct draws *draws, enum oddity oddity);
/* Half of the time other weights of constructs than the defaults, true then; they sum to 1, or they
 * would not be taken. */
bool odd_weights(struct fixture *f, struct draws *draws);
/* The shares of score, penalties and evidence, also at the ends of their ranges. */
void odd_terms(struct fixture *f, struct draws *draws);
/* Somebody new, with answers; returns the row. */
uint32_t odd_person(struct fixture *f, struct draws *draws);

#endif
