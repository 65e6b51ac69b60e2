/* The members of a view by gender and wish, and the pairs that pass the gender rule: what is left
 * of a rematch when everything but the gender rule and the vectors is taken away. */
#ifndef MATCHD_BENCH_GENDERS_H
#define MATCHD_BENCH_GENDERS_H

#include "engine/match/view.h"

enum { GENDER_GROUPS_MAX = 256 };

struct gender_group {
    uint32_t first, count; /* in rows */
    uint8_t gender;        /* GENDER_BIT */
    uint8_t seeking;       /* GENDER_BITs */
};

struct genders {
    struct gender_group groups[GENDER_GROUPS_MAX];
    uint32_t count;
    uint32_t *rows;  /* members, group by group */
    uint32_t people; /* members */
    uint64_t pairs;  /* unordered pairs that pass the gender rule */
};

void genders_init(struct genders *genders, const struct view *view);
void genders_release(struct genders *genders);
bool genders_meet(const struct gender_group *a, const struct gender_group *b);

/* The vectors of those people in that order, as floats, zero where there are none. */
struct looks {
    uint32_t width;
    float *preference, *features; /* [people][width] */
    uint32_t complete;            /* people with both */
};
void looks_init(struct looks *looks, const struct genders *genders, const struct view *view);
void looks_release(struct looks *looks);

#endif
