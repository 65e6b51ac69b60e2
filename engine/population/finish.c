/* From facts to a population that can be read.
 *
 *   first, side by side   ids | offers | pairs | each block: features, flags and the hashes of
 *                         them, while they are in the cache; then its draft goes
 *   then, side by side    each block: the hashes of trust, which read the pairs
 *
 * Ids, offers and pairs are lists over everybody, each the work of one thread; they come first, so
 * that blocks fill up what is left. */
#include <malloc.h>
#include <stdlib.h>

#include "engine/base/pool.h"
#include "engine/population/ids.h"
#include "engine/population/store.h"

enum { ROWS_AT_ONCE = 128 };

/* Flags and consistency out of what each table said. */
static void join_drafts(struct block *block, uint32_t first, uint32_t count) {
    const struct draft *draft = block->draft;
    for (uint32_t i = first; i < first + count; i++) {
        block->columns.flags[i] |=
            (uint16_t)(draft->user[i] | draft->profile[i] | draft->verification[i] |
                       draft->deletion[i] | draft->visual[i]);
        block->columns.consistency[i] =
            (uint8_t)(draft->user_tenths[i] + draft->profile_tenths[i] + draft->photo_tenth[i] +
                      (block->columns.photo_count[i] >= 3));
    }
}

static void finish_block(struct population *p, uint32_t number) {
    struct block *block = p->blocks[number];
    uint32_t first = number * CHUNK_ROWS, left = p->count - first;
    uint32_t end = left < CHUNK_ROWS ? left : CHUNK_ROWS;
    for (uint32_t i = 0; i < end; i += ROWS_AT_ONCE) {
        uint32_t count = end - i < ROWS_AT_ONCE ? end - i : ROWS_AT_ONCE;
        features_finish_rows(p, first + i, count);
        join_drafts(block, i, count);
        inputs_hash_rows(p, first + i, count);
    }
    draft_free(block->draft);
    block->draft = NULL;
}

static void (*const lists[])(struct population *p) = {offers_finish, ids_finish, pairs_finish};

static void finish_part(void *ctx, uint32_t part) {
    struct population *p = ctx;
    if (part < ARRAY_LEN(lists))
        lists[part](p);
    else
        finish_block(p, part - (uint32_t)ARRAY_LEN(lists));
}

void population_finish(struct population *p) {
    population_finish_by(p, 1);
}

void population_finish_by(struct population *p, uint32_t threads) {
    ASSERT(!p->finished);
    if (p->odd_count > 0)
        qsort(p->odd_days, p->odd_count, sizeof p->odd_days[0], odd_day_order);
    struct pool *pool =
        pool_start(threads, (uint32_t)ARRAY_LEN(lists) + block_count(p), finish_part, p);
    pool_wait(pool);
    pool_free(pool);
    p->finished = true;
    inputs_finish(p, threads);
    malloc_trim(0); /* what was freed lies between what stays */
}
