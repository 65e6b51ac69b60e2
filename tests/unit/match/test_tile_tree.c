/* Protects: ranges of tiles fall out only when nobody in them can be eligible, far cities do fall
 * out, and pairs are counted without a visit to them. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "engine/kernel/cpu.h"
#include "engine/match/eligibility.h"
#include "engine/match/run.h"
#include "engine/match/tile_tree.h"
#include "tests/support/cities.h"

enum { PEOPLE = 1200 };

/* Visits of each tile. */
struct seen {
    uint32_t *times;
    uint32_t last, visits;
    bool ascending;
};

static bool see(void *ctx, uint32_t tile) {
    struct seen *seen = ctx;
    seen->ascending = seen->ascending && (seen->visits == 0 || tile > seen->last);
    seen->last = tile;
    seen->times[tile]++;
    seen->visits++;
    return true;
}

static void walk_all(const struct tiles *tiles, const struct tile_hull *hull, uint32_t low,
                     uint32_t high, struct seen *seen) {
    struct tile_walk walk = {.hull = hull, .low = low, .high = high, .visit = see, .ctx = seen};
    for (uint32_t g = 0; g < tiles->group_count; g++)
        cr_assert(tile_walk_group(tiles, g, &walk));
}

/* Everybody whom the gates let through is in a tile that was seen. */
static void check_viewer(const struct tiles *tiles, uint32_t row, const struct seen *seen) {
    const struct view *view = tiles->view;
    for (uint32_t b = 0; b < view->count; b++)
        if (pair_gate(view, row, b) == GATE_NONE)
            cr_assert_eq(seen->times[tiles->position_of[b] / TILE_LANES], 1, "%u and %u", row, b);
}

Test(tile_tree, a_walk_misses_nobody_and_passes_over_far_cities) {
    for (uint64_t seed = 1; seed < 4; seed++) {
        struct fixture *f = cities_new(PEOPLE, seed);
        const struct view *view = fixture_view(f);
        struct tiles *tiles = tiles_new(view, 1);
        cr_assert_not_null(tiles);
        uint64_t visits = 0, viewers = 0;
        for (uint32_t position = 0; position < tiles->positions; position++) {
            if (tiles->row_of[position] == ROW_NONE)
                continue;
            struct tile_hull hull = tile_hull_of_one(tiles, position);
            struct seen seen = {.times = calloc(tiles->count, sizeof(uint32_t)), .ascending = true};
            walk_all(tiles, &hull, 0, tiles->count, &seen);
            cr_assert(seen.ascending);
            check_viewer(tiles, tiles->row_of[position], &seen);
            visits += seen.visits;
            viewers++;
            free(seen.times);
        }
        cr_assert_lt(visits, viewers * tiles->count / 2, "%llu visits", (unsigned long long)visits);
        tiles_free(tiles);
        fixture_free(f);
    }
}

/* Blocks of tiles, across groups too: whoever a tile of the block may meet, the block may. */
Test(tile_tree, a_block_sees_what_its_tiles_see) {
    struct fixture *f = cities_new(PEOPLE, 4);
    struct tiles *tiles = tiles_new(fixture_view(f), 1);
    cr_assert_not_null(tiles);
    for (uint32_t first = 0; first + 4 <= tiles->count; first++) {
        struct seen block = {.times = calloc(tiles->count, sizeof(uint32_t))};
        struct tile_hull hull = tile_hull_of(tiles, first, first + 4);
        uint32_t middle = first * 7 % tiles->count;
        walk_all(tiles, &hull, middle, tiles->count, &block);
        walk_all(tiles, &hull, 0, middle, &block);
        for (uint32_t t = 0; t < tiles->count; t++) {
            cr_assert_leq(block.times[t], 1);
            for (uint32_t a = first; a < first + 4; a++) {
                struct tile_hull one = tile_hull_of(tiles, a, a + 1);
                struct tile_hull other = tile_hull_of(tiles, t, t + 1);
                if (tile_hulls_meet(&one, &other))
                    cr_assert_eq(block.times[t], 1, "tiles %u and %u", a, t);
            }
        }
        free(block.times);
    }
    tiles_free(tiles);
    fixture_free(f);
}

static bool genders_fit(const struct view *view, uint32_t a, uint32_t b) {
    return view->member[a] && view->member[b] && view->gender[a] & view->seeking[b] &&
           view->gender[b] & view->seeking[a] &&
           (view->gender[a] != view->gender[b] || view->global->SAME_SEX_MATCHING_ENABLED);
}

Test(tile_tree, pairs_of_the_gender_rule_are_counted_exactly) {
    struct fixture *f = cities_new(PEOPLE, 5);
    const struct view *view = fixture_view(f);
    uint64_t pairs = 0;
    for (uint32_t a = 0; a < view->count; a++)
        for (uint32_t b = a + 1; b < view->count; b++)
            pairs += genders_fit(view, a, b);
    struct tiles *tiles = tiles_new(view, 1);
    struct run_options options = {.threads = 2, .tiles = tiles, .kernels = kernels_of(ISA_REF)};
    struct run *run = run_start(view, &options);
    run_wait(run);
    struct certificate certificate;
    run_certificate(run, &certificate);
    struct run_progress progress;
    run_progress(run, &progress);
    cr_assert_eq(certificate.gender_pairs, pairs);
    cr_assert_eq(progress.pairs, 2 * pairs);
    run_free(run);
    tiles_free(tiles);
    fixture_free(f);
}
