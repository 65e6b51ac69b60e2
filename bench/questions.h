/* The questionnaire v1 as a table: the same 28 items, with the same ids, as the migrations seed.
 * The generator answers them, and runs without a database load them from here; a test holds the two
 * against each other. */
#ifndef MATCHD_BENCH_QUESTIONS_H
#define MATCHD_BENCH_QUESTIONS_H

#include "engine/population/item.h"

#define QUESTIONS_VERSION "v1"

/* In position order, from position 1. */
enum question_number {
    Q_RELATIONSHIP_SOUGHT,
    Q_RELATIONSHIP_STRUCTURE,
    Q_CHILDREN,
    Q_IMPORTANCE_SHARED_POLITICS,
    Q_IMPORTANCE_SHARED_RELIGION,
    Q_WORRY_PARTNER_LOSES_INTEREST,
    Q_NEED_REASSURANCE,
    Q_UNCOMFORTABLE_WITH_CLOSENESS,
    Q_PREFER_NOT_TO_RELY,
    Q_REPAIR_AFTER_CONFLICT,
    Q_EMPATHY_OR_ADVICE_FIRST,
    Q_OPEN_ABOUT_SEXUAL_NEEDS,
    Q_POLITICAL_IDENTITY,
    Q_RELIGIOUS_IDENTITY,
    Q_IMPORTANCE_OF_SEX,
    Q_SEX_NEEDS_LOVE,
    Q_PARTNER_MAY_DRINK,
    Q_PARTNER_MAY_USE_CANNABIS,
    Q_PARTNER_MAY_USE_HARD_DRUGS,
    Q_TAKES_PARTNERS_PERSPECTIVE,
    Q_RESPECTFUL_IN_CONFLICT,
    Q_WITHDRAWS_FROM_CONFLICT,
    Q_PLANS_OR_FLOW,
    Q_EXERCISE_MATTERS,
    Q_TRACKS_SPENDING,
    Q_HIGHER_POWER,
    Q_WOULD_END_OVER_POLITICS,
    Q_HOW_SINGLE,
    QUESTIONS
};

enum { QUESTION_OPTIONS_MAX = 10, QUESTION_SLIDER_MIN = 1, QUESTION_SLIDER_MAX = 7 };

struct question {
    const char *id, *type, *construct, *evidence;
    const char *role, *direction; /* NULL: core_score, similarity */
    const char *facet, *importance_of, *attribute, *key, *wildcard; /* NULL: none */
    bool ordinal;
    const char
        *options[QUESTION_OPTIONS_MAX + 1]; /* NULL after the last; none: a slider from 1 to 7 */
    const char *unanswered[3], *conflict[2];
};

extern const struct question QUESTIONS_TABLE[QUESTIONS];

/* How many options; 0 for a slider. */
size_t question_option_count(const struct question *question);
/* The version as the engine takes it. */
void questions_fill(struct questionnaire *q);

#endif
