/* A made-up person, whole: every row of every table that is about them alone. person_make is pure;
 * what a sink makes of it (rows of PostgreSQL, facts of a population) is the sink's business. */
#ifndef MATCHD_BENCH_PERSON_H
#define MATCHD_BENCH_PERSON_H

#include "bench/questions.h"
#include "bench/world.h"

enum { PERSON_PHOTOS_MAX = 4, PERSON_VERIFICATIONS_MAX = 2, ANSWER_MISSING = 0xff };
/* Weights of a preference vector are multiples of 1/10000: as JSON and as float the same number. */
enum { PREFERENCE_UNIT = 10000 };

enum person_status {
    STATUS_ACTIVE,
    STATUS_SUSPENDED,
    STATUS_PENDING,
    STATUS_NON_MATCHING,
    STATUS_DELETED,
    STATUSES
};
enum person_step { STEP_COMPLETE, STEP_VERIFICATION, STEP_QUESTIONNAIRE, STEPS };
enum person_visual { VISUAL_NONE, VISUAL_READY, VISUAL_IN_PROGRESS, VISUAL_STALE };
/* As the tables spell them, by enum. */
extern const char *const PERSON_STATUSES[STATUSES], *const PERSON_STEPS[STEPS];

struct person_verification {
    struct uuid id;
    bool verified;    /* else failed */
    uint8_t liveness; /* hundredths */
    instant_t created_at, completed_at;
};

struct person_answer {
    uint8_t choice; /* level of a slider from 0, index of an option, or ANSWER_MISSING */
    struct uuid id;
    instant_t answered_at;
};

struct person_photo { /* in id order, which is their position */
    struct uuid id;
    bool is_verified, has_features;
    const char *model;
    instant_t created_at;
    float *features; /* dim */
};

struct person {
    struct uuid id;
    char name[32], bio[160], phone_hash[65], phone_last_four[5];
    bool has_bio;
    enum person_status status;
    enum person_step step;
    instant_t created_at, last_active_at, deleted_at; /* deleted_at counts with STATUS_DELETED */

    int64_t latitude_e8, longitude_e8; /* degrees * 10^8 */
    bool has_place;
    int32_t max_distance_km;  /* 0 = null */
    int32_t min_age, max_age; /* -1 = null */
    enum intent intent;
    const char *education, *occupation;  /* NULL = null */
    int32_t height_cm;                   /* 0 = null */
    uint8_t drinking, smoking, exercise; /* HABIT_NULL or 0..3 */

    struct person_verification verifications[PERSON_VERIFICATIONS_MAX];
    uint32_t verification_count;
    enum enforcement enforcement;
    struct uuid enforcement_id, deletion_id;
    instant_t enforced_at, enforced_until; /* INSTANT_INFINITY: null */
    bool enforcement_is_active, has_deletion;
    enum policy_segment segment;

    struct person_answer answers[QUESTIONS];
    struct person_photo photos[PERSON_PHOTOS_MAX];
    uint32_t photo_count;

    enum person_visual visual;
    struct uuid visual_id;
    const char *visual_model;
    int32_t confidence; /* thousandths */
    int32_t visual_pairs;
    int16_t
        *weights; /* dim of them, in PREFERENCE_UNITs; counts with VISUAL_READY and VISUAL_STALE */
    instant_t visual_at;

    float *features_memory;
};

/* With room for vectors of `dim`. */
struct person *person_new(uint32_t dim);
void person_free(struct person *p);
/* Overwrites *p with person `number` of the world. */
void person_make(const struct world *world, uint32_t number, struct person *p);
/* The id alone. */
void person_id(const struct world *world, uint32_t number, struct uuid *out);

/* Parts of person_make, each whole on its own. */
void person_make_account(const struct world *world, uint32_t number, struct person *p);
void person_make_answers(const struct world *world, uint32_t number, struct person *p);
void person_make_looks(const struct world *world, uint32_t number, struct person *p);
void person_make_trust(const struct world *world, uint32_t number, struct person *p);

#endif
