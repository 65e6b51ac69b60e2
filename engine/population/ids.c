/* From id to row: open addressing by XXH3 over the row numbers, at most half full; the ids
 * themselves stand in the columns. */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "engine/base/mem.h"
#include "engine/population/ids.h"

static size_t find_slot(const struct population *p, const struct uuid *id) {
    size_t slot = XXH3_64bits(id->bytes, sizeof id->bytes) & (p->slot_count - 1);
    while (p->slots[slot] != 0 && !uuid_same(population_id(p, p->slots[slot] - 1), id))
        slot = (slot + 1) & (p->slot_count - 1);
    return slot;
}

void ids_init(struct population *p) {
    p->slot_count = 1024;
    p->slots = mem_array(p->slot_count, sizeof p->slots[0]);
}

void ids_add(struct population *p, uint32_t row) {
    if (((size_t)row + 1) * 2 <= p->slot_count) {
        p->slots[find_slot(p, population_id(p, row))] = row + 1;
        return;
    }
    free(p->slots);
    p->slot_count *= 2;
    p->slots = mem_array(p->slot_count, sizeof p->slots[0]);
    for (uint32_t i = 0; i <= row; i++)
        p->slots[find_slot(p, population_id(p, i))] = i + 1;
}

uint32_t population_find(const struct population *p, const struct uuid *id) {
    uint32_t held = p->slots[find_slot(p, id)];
    return held != 0 ? held - 1 : ROW_NONE;
}

/* The first eight bytes as a number, which orders as they do; seldom two people share them. */
struct key {
    uint64_t first;
    uint32_t row;
};

static int by_id(const void *a, const void *b, void *population) {
    const struct key *x = a, *y = b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    const struct population *p = population;
    return uuid_order(population_id(p, x->row), population_id(p, y->row));
}

void ids_finish(struct population *p) {
    struct key *keys = mem_space(p->count, sizeof keys[0]);
    for (uint32_t i = 0; i < p->count; i++) {
        uint64_t first;
        memcpy(&first, population_id(p, i)->bytes, sizeof first);
        keys[i] = (struct key){__builtin_bswap64(first), i};
    }
    qsort_r(keys, p->count, sizeof keys[0], by_id, p);
    p->by_id = mem_array(p->count, sizeof p->by_id[0]);
    for (uint32_t i = 0; i < p->count; i++)
        p->by_id[i] = keys[i].row;
    free(keys);
}

const uint32_t *population_by_id(const struct population *p) {
    ASSERT(p->finished);
    return p->by_id;
}
