/* What is kept of 4096 people until population_finish joins it. For the files of this folder only.
 */
#ifndef MATCHD_ENGINE_POPULATION_DRAFT_H
#define MATCHD_ENGINE_POPULATION_DRAFT_H

#include "engine/base/civil.h"
#include "engine/base/uuid.h"
#include "engine/population/population.h"

enum { PHOTOS_IN_PLACE = 2 };

/* A photo's vector beyond the first two of a person. */
struct late_photo {
    struct late_photo *next;
    struct uuid id;
    float vector[]; /* dim_padded */
};

struct draft {
    /* PERSON_ bits by the table they come from, so that tables can be loaded side by side. */
    uint16_t user[CHUNK_ROWS], profile[CHUNK_ROWS], verification[CHUNK_ROWS];
    uint16_t deletion[CHUNK_ROWS], visual[CHUNK_ROWS];
    /* Tenths of consistency; photo_tenth is the verified primary photo. */
    uint8_t user_tenths[CHUNK_ROWS], profile_tenths[CHUNK_ROWS], photo_tenth[CHUNK_ROWS];
    /* Newest decided, and newest verified session. */
    instant_t decided_at[CHUNK_ROWS], verified_at[CHUNK_ROWS];
    struct uuid decided_id[CHUNK_ROWS], verified_id[CHUNK_ROWS];
    uint16_t vectors[CHUNK_ROWS]; /* valid photo vectors */
    struct uuid photo_id[PHOTOS_IN_PLACE][CHUNK_ROWS];
    struct late_photo *late[CHUNK_ROWS];
};

/* NULL is freed too. */
void draft_free(struct draft *draft);

#endif
