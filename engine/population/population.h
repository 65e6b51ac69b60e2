/* The people of one database at one instant, in columns, and what is remembered of pairs.
 *
 * Rows are numbered from 0 in order of arrival and stored in chunks of 4096: `columns.def` lists
 * every column once. Nothing here depends on a date, an instant or a viewer: ages, freshness,
 * authenticity and all else that does is derived by engine/match/view. Filled through facts.h, then
 * population_finish; immutable afterwards.
 *
 * Answers, preference vectors and feature vectors have a width of their own (items, dim) and stand
 * beside the fixed columns of a chunk. */
#ifndef MATCHD_ENGINE_POPULATION_POPULATION_H
#define MATCHD_ENGINE_POPULATION_POPULATION_H

#include "engine/base/civil.h"
#include "engine/base/err.h"
#include "engine/base/uuid.h"
#include "engine/population/item.h"
#include "engine/population/pairs.h"

enum policy_segment { SEGMENT_BALANCED, SEGMENT_HIGH_INBOUND, SEGMENT_LOW_INBOUND };

/* The groups of inputs whose XXH3-64 is kept per person (section 7). */
enum input_group {
    INPUT_PROFILE,
    INPUT_ANSWERS,
    INPUT_PREFERENCE,
    INPUT_FEATURES,
    INPUT_TRUST,
    INPUT_GROUPS
};

/* Who is told of a value that was refused; thread-safe. `key` names the row (usually a UUID as
 * text). */
struct refusals {
    void (*refuse)(void *ctx, const char *table, const char *key, const char *column,
                   const char *reason);
    void *ctx;
};

struct population_options {
    uint32_t capacity;        /* people; more are refused with an error */
    uint32_t dim;             /* length of feature vectors; 0 = no visual part */
    const char *visual_model; /* the pinned model: vectors of another are ignored */
    struct refusals refusals;
};

/* Bits of the column `flags`. The visual signal of section 4 is PERSON_VISUAL, all four of its
 * bits. */
enum {
    PERSON_ACTIVE = 1 << 0,    /* users.status = active */
    PERSON_ONBOARDED = 1 << 1, /* onboarding_step = complete */
    PERSON_DELETED = 1 << 2,   /* deleted_at is set */
    PERSON_PROFILE = 1 << 3,   /* a row of profiles */
    PERSON_VERIFIED = 1 << 4,  /* the newest decided verification session is verified */
    PERSON_EVER_VERIFIED =
        1 << 5,               /* some session is; liveness and verified_on are of the newest such */
    PERSON_DELETION = 1 << 6, /* an open or completed deletion request */
    PERSON_VISUAL_READY = 1 << 7, /* the VPS profile is ready */
    PERSON_VISUAL_MODEL = 1 << 8, /* it is of the pinned model */
    PERSON_PREFERENCE = 1 << 9,   /* and its vector is valid */
    PERSON_FEATURES = 1 << 10,    /* v_u is valid */
    PERSON_VISUAL = PERSON_VISUAL_READY | PERSON_VISUAL_MODEL | PERSON_PREFERENCE | PERSON_FEATURES
};

struct population;

/* Takes the questionnaire over: it lies on the heap, is finished, and is released and freed with
 * the population. */
struct population *population_new(const struct population_options *options,
                                  struct questionnaire *q);
/* After the last fact, once: unit feature vectors, consistency, sorted pair sets, input hashes, the
 * order of ids. */
void population_finish(struct population *p);
/* The same by so many threads. */
void population_finish_by(struct population *p, uint32_t threads);
void population_free(struct population *p);

uint32_t population_count(const struct population *p);
uint32_t population_dim(const struct population *p);
uint32_t population_dim_padded(const struct population *p); /* dim rounded up to 16; padding is 0 */
const struct questionnaire *population_questionnaire(const struct population *p);
size_t population_bytes(const struct population *p); /* allocated for it, drafts included */
/* Every invariant of a finished population; false says which one broke, and where. */
bool population_validate(const struct population *p, struct err *err) MUST_CHECK;

/* ROW_NONE if nobody bears the id. */
uint32_t population_find(const struct population *p, const struct uuid *id);
/* The id is looked up soon: fetches the part of the index that tells where it is. */
void population_expect(const struct population *p, const struct uuid *id);
const struct uuid *population_id(const struct population *p, uint32_t row);
/* All rows in UUID order; count of them = population_count. After population_finish. */
const uint32_t *population_by_id(const struct population *p);

/* The fixed columns of 4096 people. */
struct chunk {
#define COLUMN(type, name, doc) ALIGNED64 type name[CHUNK_ROWS];
#include "engine/population/columns.def"
#undef COLUMN
};
const struct chunk *population_chunk(const struct population *p,
                                     uint32_t row); /* the row's chunk */
/* population_chunk(p, row)->name[row % CHUNK_ROWS] */
#define COLUMN_OF(p, row, name) (population_chunk((p), (row))->name[(row) % CHUNK_ROWS])

/* Item-major within a chunk: the codes of one item for 4096 people; see item.h for codes. */
uint64_t population_answer(const struct population *p, uint32_t row, uint32_t item);
/* Of an answer; 0 without one. After population_finish. */
date_t population_answered_on(const struct population *p, uint32_t row, uint32_t item);
/* dim_padded numbers, or NULL when absent or refused. */
const float *population_preference(const struct population *p, uint32_t row);
const double *population_features(const struct population *p, uint32_t row);

uint64_t population_input_hash(const struct population *p, uint32_t row, enum input_group group);
/* "UTC" without a profile. */
const char *population_timezone(const struct population *p, uint32_t row);

#endif
