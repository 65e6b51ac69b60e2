/* A world of made-up people: what is common to all of them, and the few facts of everybody that the
 * others' generation needs (who lives where, who seeks whom). Everything is a function of the
 * options: the same options, the same people, wherever they are written to. Immutable after
 * world_init. */
#ifndef MATCHD_BENCH_WORLD_H
#define MATCHD_BENCH_WORLD_H

#include "bench/cities.h"
#include "bench/stream.h"
#include "engine/base/civil.h"
#include "engine/population/facts.h"

#define WORLD_MODEL "v1" /* of the feature vectors */
enum {
    WORLD_DIM_DEFAULT = 128,
    WORLD_DIM_MAX = 4096,
    WORLD_PEOPLE_MAX = 4000000,
    WORLD_PAIRS_DEFAULT = 6,
    WORLD_PAIRS_MAX = 1000
};

struct world_options {
    uint32_t people, dim; /* dim a length of feature vectors, 0 = none */
    uint32_t pairs;       /* others whom a person remembers, on average; 0: WORLD_PAIRS_DEFAULT */
    uint64_t seed;
    instant_t now;      /* what is recent is so before this instant */
    bool dense;         /* men and women who seek each other, and nothing else keeps two apart */
    const char *metro;  /* everybody lives around this city; NULL: all over the cities */
    const char *cities; /* CSV file; NULL: the built-in table */
};

/* What others need to know of a person. */
struct core {
    date_t date_of_birth;
    uint16_t city;
    uint8_t gender;  /* enum gender */
    uint8_t seeking; /* GENDER_BITs */
};

struct world {
    struct world_options options;
    struct cities cities;
    struct core *cores;       /* by person */
    uint32_t *residents;      /* persons sorted by city, then number */
    uint32_t *first_resident; /* by city, cities.count + 1 of them */
    double *taste;            /* unit vector: what most people find attractive; dim of them */
};

/* Errors: an unknown metro, a cities file that cannot be used. */
bool world_init(struct world *world, const struct world_options *options,
                struct err *err) MUST_CHECK;
void world_release(struct world *world);

/* `now` less days and less some time of that day: an instant of the past. */
instant_t world_past(const struct world *world, struct stream *s, int32_t days);
/* May the two be offered to each other by gender? */
bool world_genders_fit(const struct world *world, uint32_t a, uint32_t b);

#endif
