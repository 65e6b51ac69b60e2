/* Who must not be offered to whom, from blocks, reports, matches and the re-offer rules, as sorted
 * numbers. */
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/base/pool.h"
#include "engine/match/pair.h"
#include "engine/match/reoffer.h"
#include "engine/match/tile.h"
#include "engine/population/pairs.h"

/* What one tile collects. */
struct collected {
    uint32_t *pairs;
    size_t count, room;
    struct special *specials;
    size_t special_count, special_room;
};

static uint32_t pair_number(uint32_t viewer, uint32_t candidate) {
    return candidate / TILE_LANES << 12 | viewer % TILE_LANES << 6 | candidate % TILE_LANES;
}

static void exclude(struct collected *c, uint32_t viewer, uint32_t candidate) {
    c->pairs = mem_grow(c->pairs, &c->room, c->count + 1, sizeof *c->pairs);
    c->pairs[c->count++] = pair_number(viewer, candidate);
}

static void set_apart(struct collected *c, uint32_t viewer, uint32_t candidate) {
    exclude(c, viewer, candidate);
    c->specials =
        mem_grow(c->specials, &c->special_room, c->special_count + 1, sizeof *c->specials);
    c->specials[c->special_count++] = (struct special){viewer, candidate};
}

/* Offers between the two: forbidden, ordinary, or apart from the others. */
static void judge_partner(struct collected *c, const struct tiles *tiles, uint32_t viewer,
                          uint32_t candidate) {
    const struct view *view = tiles->view;
    uint32_t a = tiles->row_of[viewer], b = tiles->row_of[candidate];
    struct reoffer reoffer = reoffer_judge(view, a, b);
    if (!reoffer.allowed) {
        exclude(c, viewer, candidate);
        return;
    }
    bool accepted = view->global->MATCH_RECIPROCATE_FIRST && pair_accepted_by(view, a, b);
    if (reoffer.needs_uplift || accepted)
        set_apart(c, viewer, candidate);
}

static void collect(struct collected *c, const struct tiles *tiles, uint32_t viewer) {
    const struct population *p = tiles->view->population;
    uint32_t row = tiles->row_of[viewer];
    struct pair_list pairs = population_pairs(p, row);
    for (uint32_t i = 0; i < pairs.count; i++)
        if (tiles->position_of[pairs.rows[i]] != ROW_NONE)
            exclude(c, viewer, tiles->position_of[pairs.rows[i]]);
    struct partner_list partners = population_partners(p, row);
    for (uint32_t i = 0; i < partners.count; i++)
        if (tiles->position_of[partners.rows[i]] != ROW_NONE)
            judge_partner(c, tiles, viewer, tiles->position_of[partners.rows[i]]);
}

static int compare_numbers(const void *x, const void *y) {
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return a < b ? -1 : a > b;
}

static void exclude_tile(void *ctx, uint32_t tile) {
    struct tiles *tiles = ctx;
    struct collected c = {0};
    for (uint32_t lane = 0; lane < TILE_LANES; lane++)
        if (tiles->row_of[tile * TILE_LANES + lane] != ROW_NONE)
            collect(&c, tiles, tile * TILE_LANES + lane);
    if (c.count > 0)
        qsort(c.pairs, c.count, sizeof *c.pairs, compare_numbers);
    tiles->exclusions[tile] = (struct exclusions){c.pairs, (uint32_t)c.count};
    tiles->specials[tile] = (struct specials){c.specials, (uint32_t)c.special_count};
}

void tiles_exclude(struct tiles *tiles, uint32_t threads) {
    tiles->exclusions = mem_array(tiles->count, sizeof *tiles->exclusions);
    tiles->specials = mem_array(tiles->count, sizeof *tiles->specials);
    struct pool *pool = pool_start(threads, tiles->count, exclude_tile, tiles);
    pool_wait(pool);
    pool_free(pool);
}
