/* A small world in memory for tests of scores: a questionnaire, settings and people, put together
 * by hand.
 *
 *     struct fixture *f = fixture_new();
 *     uint32_t item = fixture_slider(f, "values", "H");     // 1. items
 *     fixture_set(f, "MATCH_RERANK_POOL", "8");             // 2. settings
 *     uint32_t a = fixture_add(f, NULL);                    // 3. people, and what is known of them
 *     fixture_slide(f, a, item, 4);
 *     const struct view *view = fixture_view(f);            // 4. nothing can be added any more
 *     fixture_free(f);
 *
 * The batch is 2026-11-22, its instant 09:00 UTC of that day. A person without further word
 * (person_default) is a member of the population whom everybody like them may be offered. Their
 * authenticity is 0.85: .5 * 1 (liveness 1, verified on d) + .3 * .5 (name, bio, city, coordinates,
 * intent) + .2 (no reports). */
#ifndef MATCHD_TESTS_SUPPORT_FIXTURE_H
#define MATCHD_TESTS_SUPPORT_FIXTURE_H

#include "engine/match/view.h"
#include "engine/population/facts.h"

#define FIXTURE_DIM   4
#define FIXTURE_MODEL "v1"

struct fixture;
struct fixture *fixture_new(void);
void fixture_free(struct fixture *f);

/* --- items: the number of the item in the questionnaire is returned --------------------------- */

/* A source with an id and a position of its own; nothing else is set (bounds NAN). */
struct item_source fixture_source(struct fixture *f, const char *type, const char *construct,
                                  const char *evidence);
uint32_t fixture_item(struct fixture *f, const struct item_source *source);
/* 1 to 7, core_score, similarity. */
uint32_t fixture_slider(struct fixture *f, const char *construct, const char *evidence);

/* --- settings --------------------------------------------------------------------------------- */

void fixture_set(struct fixture *f, const char *key, const char *value);
void fixture_batch(struct fixture *f, const char *date, const char *at);
instant_t fixture_at(const struct fixture *f);
date_t fixture_date(const struct fixture *f);
/* An instant n x 24 h before the batch's. */
instant_t fixture_ago(const struct fixture *f, int32_t days);

/* --- people ----------------------------------------------------------------------------------- */

struct person {
    struct user_fact user;
    struct profile_fact profile;
    struct verification_fact verification;
    bool no_profile, no_verification;
};
/* The id ends in a number of its own, ascending from 1. */
struct person person_default(struct fixture *f);
/* NULL: person_default. */
uint32_t fixture_add(struct fixture *f, const struct person *person);
struct population *fixture_population(struct fixture *f);
/* An own override of one key. Once per person. */
void fixture_override(struct fixture *f, uint32_t row, const char *key, const char *value);

/* Answers given on the batch date, through item_code as a loader does it. True if the answer
 * counts. */
bool fixture_slide(struct fixture *f, uint32_t row, uint32_t item, double x);
bool fixture_choose(struct fixture *f, uint32_t row, uint32_t item, const char *option);
bool fixture_list(struct fixture *f, uint32_t row, uint32_t item, const char *const *options,
                  size_t count);
/* A slider's answer given so many days before the batch. */
void fixture_slide_on(struct fixture *f, uint32_t row, uint32_t item, double x, instant_t at);

/* A ready profile of the pinned model with this preference and confidence; a photo with these
 * features. */
void fixture_taste(struct fixture *f, uint32_t row, const float p[FIXTURE_DIM], double confidence);
void fixture_photo(struct fixture *f, uint32_t row, const float v[FIXTURE_DIM]);

/* An offer of viewer for candidate made so many days ago, expiring after 6 days, score 60, no
 * cooldown. */
struct offer_fact fixture_offer(struct fixture *f, uint32_t viewer, uint32_t candidate,
                                enum offer_status status, int32_t days_ago);
void fixture_add_offer(struct fixture *f, const struct offer_fact *offer);

const struct view *fixture_view(struct fixture *f);

#endif
