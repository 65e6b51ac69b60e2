/* Facts about people, as the loader and the generator hand them in: one struct per source table.
 *
 * The setters apply the content rules of scoring.md sections 1 and 4 (NaN coordinates, unusable
 * vectors, unknown genders): what breaks a rule is treated as the contract says and reported to the
 * refusal sink, with table, key, column and reason. Setters of different tables touch different
 * columns, and setters for different people touch different rows: several threads may fill one
 * population as long as no two fill the same (table, person), and every user was added before. */
#ifndef MATCHD_ENGINE_POPULATION_FACTS_H
#define MATCHD_ENGINE_POPULATION_FACTS_H

#include "engine/base/civil.h"
#include "engine/base/uuid.h"
#include "engine/population/population.h"

enum gender { GENDER_NULL, GENDER_MALE, GENDER_FEMALE, GENDER_NON_BINARY, GENDER_UNSAID };
#define GENDER_BIT(gender) ((uint8_t)(1u << (gender)))
enum intent { INTENT_NULL, INTENT_CASUAL, INTENT_SERIOUS, INTENT_MARRIAGE, INTENT_UNSURE, INTENTS };
/* Places on the scales of drinking, smoking and exercise: 0..3 = 0, 1/3, 2/3, 1; HABIT_NULL = not
 * told. */
enum { HABIT_NULL = 0xff };

struct user_fact {
    struct uuid id;
    date_t date_of_birth;
    enum gender gender;
    uint8_t seeking; /* GENDER_BITs */
    bool active, onboarded, deleted;
    instant_t last_active_at; /* INSTANT_MINUS_INFINITY for null */
    bool has_name, has_bio;   /* not null, not blank */
};

struct profile_fact {
    const char *city, *region, *country; /* region may be NULL */
    double latitude, longitude; /* NAN = null; what is malformed is marked by bad_coordinates */
    bool bad_coordinates;       /* NaN in the table */
    int32_t max_distance_km;    /* 0 = null */
    int32_t min_age, max_age;   /* -1 = null */
    enum intent intent;
    bool has_education, has_occupation, has_height;
    uint8_t drinking, smoking, exercise; /* HABIT_NULL or 0..3 */
    const char *timezone;                /* unknown to the database: pass "UTC" and report */
};

struct photo_fact { /* in any order: the sum of vectors is taken in photo-id order */
    struct uuid id;
    bool is_primary, is_verified;
    const char *model;     /* NULL = null */
    const float *features; /* NULL = null */
    uint32_t feature_count;
};

struct visual_fact { /* the row of visual_preference_profiles */
    bool ready;
    const char *model;
    double confidence;
    const float *preference; /* NULL = null */
    uint32_t preference_count;
};

struct verification_fact {
    struct uuid id;
    bool verified;     /* else failed; other statuses are not handed in */
    double liveness;   /* NAN = null */
    bool bad_liveness; /* NaN in the table */
    instant_t created_at, completed_at;
    bool has_completed_at;
};

enum enforcement { ENFORCEMENT_NONE, ENFORCEMENT_EXCLUDES, ENFORCEMENT_WARNS };

/* Adds a person; ROW_NONE with *err when the capacity is exhausted. One thread only. */
uint32_t population_add_user(struct population *p, const struct user_fact *fact, struct err *err);
void population_set_profile(struct population *p, uint32_t row, const struct profile_fact *fact);
void population_add_photo(struct population *p, uint32_t row, const struct photo_fact *fact);
void population_set_visual(struct population *p, uint32_t row, const struct visual_fact *fact);
void population_set_answer(struct population *p, uint32_t row, uint32_t item, uint64_t code,
                           instant_t answered_at);
void population_add_verification(struct population *p, uint32_t row,
                                 const struct verification_fact *fact);
/* Only rows with is_active; expires_at INSTANT_INFINITY for null. */
void population_add_enforcement(struct population *p, uint32_t row, enum enforcement kind,
                                instant_t expires_at);
/* A deletion request in grace, processing or completed. */
void population_set_deletion(struct population *p, uint32_t row);
void population_set_segment(struct population *p, uint32_t row, enum policy_segment segment);
void population_set_variant(struct population *p, uint32_t row, uint32_t variant);

/* Pairs. One thread only each (block, report, match, offer), any order of rows. */
void population_add_block(struct population *p, uint32_t blocker, uint32_t blocked);
/* `counts` = status in_review or resolved; dismissed reports are handed in with `excludes` false.
 */
void population_add_report(struct population *p, uint32_t reporter, uint32_t reported,
                           bool excludes, bool counts, instant_t created_at);
void population_add_match(struct population *p, uint32_t one, uint32_t two, bool active);
void population_add_offer(struct population *p, const struct offer_fact *fact);

#endif
