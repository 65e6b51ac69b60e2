/* From id to row: open addressing by XXH3 over the row numbers, at most half full; the ids
 * themselves stand in the columns. */
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "engine/base/mem.h"
#include "engine/population/ids.h"

struct place {
    size_t slot; /* the one that holds the id, or the free one where it belongs */
    uint32_t tag;
};

static struct place find_place(const struct population *p, const struct uuid *id) {
    uint64_t hash = XXH3_64bits(id->bytes, sizeof id->bytes);
    struct place at = {.slot = hash & (p->slot_count - 1), .tag = (uint32_t)(hash >> 32)};
    for (;; at.slot = (at.slot + 1) & (p->slot_count - 1)) {
        const struct id_slot *slot = &p->slots[at.slot];
        if (slot->held == 0 ||
            (slot->tag == at.tag && uuid_same(population_id(p, slot->held - 1), id)))
            return at;
    }
}

static void put_id(struct population *p, uint32_t row) {
    struct place at = find_place(p, population_id(p, row));
    p->slots[at.slot] = (struct id_slot){.held = row + 1, .tag = at.tag};
}

void ids_init(struct population *p) {
    p->slot_count = 1024;
    p->slots = mem_array(p->slot_count, sizeof p->slots[0]);
}

void ids_add(struct population *p, uint32_t row) {
    if (((size_t)row + 1) * 2 <= p->slot_count) {
        put_id(p, row);
        return;
    }
    free(p->slots);
    p->slot_count *= 2;
    p->slots = mem_array(p->slot_count, sizeof p->slots[0]);
    for (uint32_t i = 0; i <= row; i++)
        put_id(p, i);
}

uint32_t population_find(const struct population *p, const struct uuid *id) {
    uint32_t held = p->slots[find_place(p, id).slot].held;
    return held != 0 ? held - 1 : ROW_NONE;
}

void population_expect(const struct population *p, const struct uuid *id) {
    __builtin_prefetch(&p->slots[XXH3_64bits(id->bytes, sizeof id->bytes) & (p->slot_count - 1)]);
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
