/* How offers lie in memory: as records until population_finish, then on shelves of 4096 viewers,
 * with the times that whole batches share kept once. For the files of this folder only. */
#ifndef MATCHD_ENGINE_POPULATION_SHELF_H
#define MATCHD_ENGINE_POPULATION_SHELF_H

#include "engine/base/civil.h"
#include "engine/base/uuid.h"

/* An offer as it waits for finish: 28 bytes, and 8 in another journal if it is OFFER_TIMED. */
struct offer_record {
    struct uuid id;
    uint32_t candidate, term;
    uint16_t viewer; /* in the chunk */
    uint8_t state, score;
};

/* Offers of 4096 viewers, by viewer, candidate, newest first. `timed` lists, ascending, the offers
 * that have a time: action_at of a pass, cooldown_until of a not_now. */
struct offer_shelf {
    uint32_t starts[CHUNK_ROWS + 1];
    uint32_t *candidates, *terms;
    uint8_t *states; /* enum offer_status, and OFFER_TIMED */
    uint8_t *scores;
    uint32_t *timed;
    instant_t *times;
    uint32_t timed_count;
};
enum { OFFER_STATUS_BITS = 7, OFFER_TIMED = 8 };

/* What whole batches of offers share. */
struct term {
    instant_t offered_at, expires_at;
    date_t batch_date;
};
struct term_table {
    struct term *list;
    size_t room;
    uint32_t count;
    uint32_t *slots; /* number + 1 */
    size_t slot_count;
};

#endif
