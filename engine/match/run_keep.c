/* What a run keeps of each viewer: offers in blocks of many, and counts that are added up tile by
 * tile, because a shared counter that each viewer raises is a cache line on its way between
 * processors. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/match/run_parts.h"

/* A block is twice as large as the one before it: a large run comes to lie on huge pages (mem.h), a
 * small one takes little. */
enum { FIRST_BLOCK = 64, LAST_BLOCK = 1 << 16 };
/* Lent memory is taken when so little is left, and holds as much: offers of a tile's viewers. */
enum { LENT_LEAST = 256 };

struct offer_block {
    struct offer_block *before;
    uint32_t room, used; /* offers */
    struct offer offers[];
};

static struct offer_block *add_block(struct offer_block *before, uint32_t count) {
    uint32_t room = before == NULL ? FIRST_BLOCK : 2 * before->room;
    room = room < LAST_BLOCK ? room : LAST_BLOCK;
    room = count < room ? room : count;
    struct offer_block *block = mem_space(1, sizeof *block + room * sizeof block->offers[0]);
    *block = (struct offer_block){.before = before, .room = room};
    return block;
}

static struct offer *take_room(struct keeper *keeper, uint32_t count) {
    if (keeper->last == NULL || keeper->last->used + count > keeper->last->room)
        keeper->last = add_block(keeper->last, count);
    keeper->last->used += count;
    return &keeper->last->offers[keeper->last->used - count];
}

bool keeper_lend(struct keeper *keeper, void *memory, size_t size) {
    struct offer_block *block = memory;
    size_t room = size < sizeof *block ? 0 : (size - sizeof *block) / sizeof block->offers[0];
    if (room < LENT_LEAST || room > LAST_BLOCK ||
        (keeper->last != NULL && keeper->last->room - keeper->last->used >= LENT_LEAST))
        return false;
    *block = (struct offer_block){.before = keeper->last, .room = (uint32_t)room};
    keeper->last = block;
    return true;
}

void keeper_release(struct keeper *keeper) {
    for (struct offer_block *block = keeper->last, *before; block != NULL; block = before) {
        before = block->before;
        free(block);
    }
}

void run_keep_soon(const struct run *run, uint32_t index) {
    __builtin_prefetch(&run->results[index], 1);
    __builtin_prefetch((const void *)&run->reached[index], 1);
    __builtin_prefetch(&run->viewers[index]);
}

static void keep_pool(struct run_result *kept, const struct viewer_result *result) {
    if (result->pool == NULL || result->offerable == ROW_NONE)
        return;
    uint32_t count = result->pool_count < RUN_POOL_KEPT ? result->pool_count : RUN_POOL_KEPT;
    kept->pool = mem_array(count, sizeof *kept->pool);
    memcpy(kept->pool, result->pool, count * sizeof *kept->pool);
}

void run_keep(struct run *run, struct keeper *keeper, uint32_t index,
              const struct viewer_result *result) {
    uint32_t offers = result->pick_count + (result->has_anchor ? 1 : 0);
    struct offer *room = take_room(keeper, offers);
    struct run_result *kept = &run->results[index];
    kept->viewer = result->viewer;
    kept->eligible = result->eligible;
    kept->offerable = result->offerable;
    kept->pool_count = result->pool_count;
    keep_pool(kept, result);
    kept->picks = room;
    kept->pick_count = result->pick_count;
    memcpy(kept->picks, result->picks, result->pick_count * sizeof *kept->picks);
    if (result->has_anchor) {
        kept->anchor = room + result->pick_count;
        *kept->anchor = result->anchor;
    }
    keeper->offers += offers;
    keeper->viewers++;
    atomic_store_explicit(&run->reached[index], true, memory_order_release);
}

void run_count_kept(struct run *run, struct keeper *keeper) {
    atomic_fetch_add_explicit(&run->offers, keeper->offers, memory_order_relaxed);
    atomic_fetch_add_explicit(&run->viewers_done, keeper->viewers, memory_order_relaxed);
    keeper->offers = 0;
    keeper->viewers = 0;
}
