/* People for tests, written in a line or two: whatever is left out has a value with which a person
 * is in the population on PEOPLE_DATE at PEOPLE_NOW and everybody may meet everybody.
 *
 *     struct people *people = people_new(4);         // questionnaire v1, vectors of 4 numbers
 *     uint32_t ann = PERSON(people, .age = 30, .answers = "2:exclusive 4:6 13:moderate");
 *     uint32_t bob = PERSON(people, .age = 33, .taste = {1, 0}, .looks = {0, 1});
 *     OFFER(people, ann, bob, .days_ago = 3, .status = OFFER_PASSED);
 *     struct population *p = people_finish(people);  // people is gone; population_free(p)
 *
 * In `answers`, "position:value" pairs are separated by spaces; a value is a number for sliders, an
 * option for single_choice, options joined by commas for multiple_choice and ranking. A value of no
 * such form is a failed test (ASSERT). Everybody is a woman who seeks women unless said otherwise,
 * so SAME_SEX_MATCHING_ENABLED (by default true) decides nothing by accident. */
#ifndef MATCHD_TESTS_SUPPORT_PEOPLE_H
#define MATCHD_TESTS_SUPPORT_PEOPLE_H

#include "engine/population/facts.h"

/* 2026-11-22, and 09:00 UTC on it. */
#define PEOPLE_DATE  ((date_t)9822)
#define PEOPLE_NOW   ((instant_t)PEOPLE_DATE * INSTANT_PER_DAY + INT64_C(9) * 3600000000)
#define PEOPLE_MODEL "test-model"
enum { PEOPLE_DIM_MAX = 16, PEOPLE_CAPACITY = 20000 };

/* What is absent that a person has by default. */
enum {
    WITHOUT_PROFILE = 1 << 0,
    WITHOUT_COORDINATES = 1 << 1,
    WITHOUT_INTENT = 1 << 2,
    WITHOUT_VERIFICATION = 1 << 3,
    WITHOUT_ACTIVE = 1 << 4,
    WITHOUT_ONBOARDING = 1 << 5,
    WITHOUT_GENDER = 1 << 6,
    WITHOUT_SEEKING = 1 << 7,
    WITHOUT_READY = 1 << 8, /* the VPS profile is not ready */
    WITHOUT_TOLD = 1 << 9   /* name, bio, education, occupation, height: consistency is lower */
};

/* 0 stands for the default in brackets. */
struct person {
    uint32_t id;                /* last digits of the UUID [row + 1] */
    unsigned without;           /* WITHOUT_ bits */
    int age;                    /* years completed at PEOPLE_DATE, birthday that day [30] */
    enum gender gender;         /* [GENDER_FEMALE] */
    uint8_t seeking;            /* GENDER_BITs [women] */
    enum intent intent;         /* [INTENT_SERIOUS] */
    double latitude, longitude; /* [52.52, 13.405] as a pair; give .000001 for zero */
    const char *city, *region, *country;                /* ["Berlin", NULL, "DE"] */
    int32_t max_distance_km;                            /* [null] */
    int32_t min_age, max_age;                           /* [null] */
    const char *drinking, *smoking, *exercise;          /* [null] words of the contract */
    const char *answers;                                /* [none] */
    int answered_days_ago;                              /* [0] */
    int active_days_ago;                                /* [0] */
    float taste[PEOPLE_DIM_MAX], looks[PEOPLE_DIM_MAX]; /* all 0: no VPS row, no vector */
    double confidence;                                  /* with a taste */
    double liveness;                                    /* [1] */
    int verified_days_ago;                              /* [0] */
    uint32_t photos; /* rows without a vector, beside the one with `looks` [0] */
    instant_t excluded_until, warned_until; /* [none] */
    bool deletion;
    enum policy_segment segment;
    uint32_t variant;
    const char *timezone; /* ["UTC"] */
};

struct offer_spec {
    uint32_t id;    /* last digits of the UUID [number of the offer] */
    int days_ago;   /* offered_at and batch_date, before PEOPLE_NOW [0] */
    int days_valid; /* expires_at after offered_at [6] */
    enum offer_status status;
    int action_days_ago; /* of a decided offer, before PEOPLE_NOW; -1: null [0] */
    int cooldown_days;   /* cooldown_until after PEOPLE_NOW, for not_now; 0: null */
    uint8_t score;
};

struct people;
struct people *people_new(uint32_t dim);
/* With a questionnaire of one's own (on the heap, finished), and a sink for refusals (may be NULL).
 */
struct people *people_new_with(uint32_t dim, struct questionnaire *q,
                               const struct refusals *refusals);
uint32_t people_add(struct people *people, const struct person *person);
#define PERSON(people, ...) people_add((people), &(struct person){__VA_ARGS__})
void people_offer(struct people *people, uint32_t viewer, uint32_t candidate,
                  const struct offer_spec *spec);
#define OFFER(people, viewer, candidate, ...)                                                      \
    people_offer((people), (viewer), (candidate), &(struct offer_spec){__VA_ARGS__})
/* For facts that PERSON has no word for; not finished yet. */
struct population *people_population(struct people *people);
/* Answers as in `struct person`. */
void people_answer(struct people *people, uint32_t row, const char *answers, instant_t at);
struct population *people_finish(struct people *people);

/* Questionnaire v1: 28 items, ids ...-a000000000NN with the position as NN. */
struct questionnaire *people_questionnaire(void);
/* 00000000-0000-4000-8000-PPNNNNNNNNNN, P two hex digits of a kind (0 people). */
struct uuid people_id(unsigned kind, uint64_t number);

#endif
