/* Building the hulls of ranges, and walking them. */
#include "engine/match/tile_tree.h"

#include <math.h>

#include "engine/base/mem.h"

static const struct tile_hull EMPTY = {
    .mask = {.age_low = TILE_AGE_TOP,
             .window_low = TILE_AGE_TOP,
             .low = {2.0f, 2.0f, 2.0f},
             .high = {-2.0f, -2.0f, -2.0f}},
    .place_low = UINT32_MAX,
};

static uint8_t least_byte(uint8_t a, uint8_t b) {
    return a < b ? a : b;
}

static uint8_t most_byte(uint8_t a, uint8_t b) {
    return a > b ? a : b;
}

/* Of two groups: places count for some pairs only, so nothing follows from them. */
static void widen_places(struct tile_hull *h, const struct tile_hull *more) {
    bool mixed = h->place_low <= h->place_high && h->mask.by_place != more->mask.by_place;
    h->place_low = mixed ? 0 : h->place_low < more->place_low ? h->place_low : more->place_low;
    h->place_high = mixed                              ? UINT32_MAX
                    : h->place_high > more->place_high ? h->place_high
                                                       : more->place_high;
    h->mask.by_place = h->mask.by_place || more->mask.by_place;
}

static void widen(struct tile_hull *h, const struct tile_hull *more) {
    struct mask_hull *m = &h->mask;
    const struct mask_hull *n = &more->mask;
    m->age_low = least_byte(m->age_low, n->age_low);
    m->age_high = most_byte(m->age_high, n->age_high);
    m->window_low = least_byte(m->window_low, n->window_low);
    m->window_high = most_byte(m->window_high, n->window_high);
    for (int i = 0; i < 3; i++) {
        m->low[i] = fminf(m->low[i], n->low[i]);
        m->high[i] = fmaxf(m->high[i], n->high[i]);
    }
    m->chord2_max = fmaxf(m->chord2_max, n->chord2_max);
    widen_places(h, more);
}

static struct tile_hull hull_of_tile(const struct tiles *tiles, uint32_t tile) {
    struct tile_hull h = {.mask = tiles->hull[tile], .place_low = UINT32_MAX};
    for (uint32_t lane = 0; lane < TILE_LANES; lane++) {
        uint32_t place = tiles->mask[tile].place[lane];
        if (tiles->row_of[tile * TILE_LANES + lane] == ROW_NONE)
            continue;
        h.place_low = place < h.place_low ? place : h.place_low;
        h.place_high = place > h.place_high ? place : h.place_high;
    }
    return h;
}

struct tile_hull tile_hull_of(const struct tiles *tiles, uint32_t first, uint32_t end) {
    struct tile_hull h = EMPTY;
    for (uint32_t t = first; t < end; t++) {
        struct tile_hull more = hull_of_tile(tiles, t);
        widen(&h, &more);
    }
    return h;
}

struct tile_hull tile_hull_of_one(const struct tiles *tiles, uint32_t position) {
    struct mask_row row = tiles_mask_row(tiles, position);
    return (struct tile_hull){
        .mask = {.age_low = row.age,
                 .age_high = row.age,
                 .window_low = row.age_min,
                 .window_high = row.age_max,
                 .low = {row.x, row.y, row.z},
                 .high = {row.x, row.y, row.z},
                 .chord2_max = row.chord2,
                 .by_place = tiles->hull[position / TILE_LANES].by_place},
        .place_low = row.place,
        .place_high = row.place,
    };
}

static float gap(float low_a, float high_a, float low_b, float high_b) {
    return fmaxf(0.0f, fmaxf(low_b - high_a, low_a - high_b));
}

bool tile_masks_meet(const struct mask_hull *a, const struct mask_hull *b) {
    if (a->age_low > b->window_high || a->age_high < b->window_low || b->age_low > a->window_high ||
        b->age_high < a->window_low)
        return false;
    if (a->by_place || b->by_place)
        return true;
    float c2 = 0.0f;
    for (int i = 0; i < 3; i++) {
        float d = gap(a->low[i], a->high[i], b->low[i], b->high[i]);
        c2 += d * d;
    }
    float limit = fminf(a->chord2_max, b->chord2_max);
    return c2 <= limit + chord_band(limit);
}

bool tile_hulls_meet(const struct tile_hull *a, const struct tile_hull *b) {
    bool places = a->mask.by_place || b->mask.by_place;
    if (places && (a->place_low > b->place_high || b->place_low > a->place_high))
        return false;
    return tile_masks_meet(&a->mask, &b->mask);
}

/* Nodes of a range, and the first node of a group. */
static uint32_t nodes_of(uint32_t count) {
    return 2 * count - 1;
}

static struct tile_hull *root_of(const struct tiles *tiles, uint32_t group) {
    return tiles->tree + (size_t)2 * tiles->groups[group].first;
}

/* Fills the nodes of `count` tiles from `first` on. */
static void build(const struct tiles *tiles, struct tile_hull *node, uint32_t first,
                  uint32_t count) {
    if (count == 1) {
        *node = hull_of_tile(tiles, first);
        return;
    }
    uint32_t left = count / 2;
    struct tile_hull *one = node + 1, *two = one + nodes_of(left);
    build(tiles, one, first, left);
    build(tiles, two, first + left, count - left);
    *node = *one;
    widen(node, two);
}

void tiles_grow_tree(struct tiles *tiles) {
    tiles->tree = mem_array((size_t)tiles->count * 2, sizeof *tiles->tree);
    for (uint32_t g = 0; g < tiles->group_count; g++)
        build(tiles, root_of(tiles, g), tiles->groups[g].first, tiles->groups[g].count);
}

/* A range on the way. */
struct range {
    const struct tile_hull *node;
    uint32_t first, count;
};

static bool walk_range(const struct tile_walk *walk, struct range r) {
    if (r.first >= walk->high || r.first + r.count <= walk->low ||
        !tile_hulls_meet(walk->hull, r.node))
        return true;
    if (r.count == 1)
        return walk->visit(walk->ctx, r.first);
    uint32_t left = r.count / 2;
    const struct tile_hull *one = r.node + 1;
    return walk_range(walk, (struct range){one, r.first, left}) &&
           walk_range(walk, (struct range){one + nodes_of(left), r.first + left, r.count - left});
}

bool tile_walk_group(const struct tiles *tiles, uint32_t group, const struct tile_walk *walk) {
    const struct tile_group *g = &tiles->groups[group];
    return walk_range(walk, (struct range){root_of(tiles, group), g->first, g->count});
}
