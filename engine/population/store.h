/* How the population lies in memory; for the files of this folder only.
 *
 * blocks[row / 4096] is a struct block:
 *
 *   columns     the fixed columns of columns.def
 *   answers     item-major: codes of item 0 for 4096 rows, of item 1, ...; each as wide as needed
 *   answered    item-major: days since 2000-01-01 as 16 bits; DAY_ELSEWHERE: look in odd_days
 *   preference  dim_padded floats a row
 *   features    dim_padded doubles a row; until finish, the first two raw photo vectors as floats
 *   shelf       the offers of its 4096 viewers (shelf.h)
 *   draft       what only finish needs; freed by it (draft.h) */
#ifndef MATCHD_ENGINE_POPULATION_STORE_H
#define MATCHD_ENGINE_POPULATION_STORE_H

#include <pthread.h>
#include <stdlib.h>

#include "engine/population/draft.h"
#include "engine/population/facts.h"
#include "engine/population/journal.h"
#include "engine/population/names.h"
#include "engine/population/population.h"
#include "engine/population/shelf.h"

enum { DAY_ELSEWHERE = 0xffff };

struct block {
    struct chunk columns;
    uint64_t hashes[INPUT_GROUPS][CHUNK_ROWS];
    uint8_t *answers;
    uint16_t *answered;
    float *preference;
    double *features;
    struct offer_shelf shelf;
    struct draft *draft;
    struct journal offers; /* struct offer_record */
    struct journal times;  /* instant_t: of those that are OFFER_TIMED, in their order */
};

struct pair_record {
    uint32_t one, two;
};
struct report_record {
    instant_t created_at;
    uint32_t reported, reporter;
};

/* Lists by row: those of row r are starts[r] .. starts[r + 1] - 1. */
struct pair_table {
    uint64_t *starts;
    uint32_t *rows;
    uint8_t *kinds;
};
struct report_table {
    uint64_t *starts;
    instant_t *newest;
};
struct partner_table {
    uint64_t *starts;
    uint32_t *rows;
};

/* Most ids that are not the one looked for are told apart by the tag, without a look at them. */
struct id_slot {
    uint32_t held; /* row + 1; 0: free */
    uint32_t tag;  /* of the id's hash */
};

struct odd_day {
    uint32_t row, item;
    date_t date;
};

/* By row, then item; for qsort. */
int odd_day_order(const void *a, const void *b);

struct population {
    struct refusals refusals;
    char *visual_model;
    struct questionnaire *questionnaire;
    uint32_t count, capacity;
    uint32_t dim, dim_padded;
    bool finished;
    struct block **blocks;
    uint8_t answer_width[ITEMS_MAX];  /* bytes of a code: 1, 2, 4, 8 */
    uint32_t answer_start[ITEMS_MAX]; /* of the item's codes in `answers` */
    uint32_t answer_bytes;            /* of a block */
    struct id_slot *slots;            /* ids: open addressing */
    size_t slot_count;
    uint32_t *by_id;

    struct names places, timezones;
    pthread_mutex_t odd_lock;
    struct odd_day *odd_days; /* sorted by finish */
    size_t odd_count, odd_room;

    struct journal blocked, reported, matched; /* struct pair_record */
    struct journal counted;                    /* struct report_record */
    struct term_table terms;
    struct pair_table pairs;
    struct report_table reports;
    struct partner_table partners;
};

static inline struct block *block_of(const struct population *p, uint32_t row) {
    ASSERT(row < p->count);
    return p->blocks[row / CHUNK_ROWS];
}

static inline uint32_t block_count(const struct population *p) {
    return (uint32_t)(((size_t)p->count + CHUNK_ROWS - 1) / CHUNK_ROWS);
}

/* Gives back the end of an array. */
static inline void *store_shrink(void *array, size_t bytes) {
    void *shrunk = realloc(array, bytes + 1);
    return shrunk != NULL ? shrunk : array;
}

/* Reports a refused value of a person's row. */
void store_refuse(const struct population *p, uint32_t row, const char *table, const char *column,
                  const char *reason);

/* population_answered_on while the population is being finished. */
date_t store_answered_on(const struct population *p, uint32_t row, uint32_t item);

/* Steps of population_finish (finish.c), each in a file of its own name. Rows are of one block. */
void features_finish_rows(struct population *p, uint32_t first, uint32_t count);
void pairs_finish(struct population *p);
void offers_finish(struct population *p);
/* All groups but trust; of rows whose features and flags are finished. */
void inputs_hash_rows(struct population *p, uint32_t first, uint32_t count);
/* Trust, which reads reports. */
void inputs_finish(struct population *p, uint32_t threads);

/* What pairs.c and offers.c hold. */
void pairs_init(struct population *p);
void pairs_release(struct population *p);
size_t pairs_bytes(const struct population *p);
void offers_init(struct population *p);
void offers_init_block(struct block *block);
void offers_release(struct population *p);
size_t offers_bytes(const struct population *p);

#endif
