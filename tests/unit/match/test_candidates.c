/* Protects: who may be among the K best is never dropped, whatever fills a log; a guess that was
 * too high is noticed; one viewer's second search leaves the others' lists alone. */
#include <criterion/criterion.h>
#include <math.h>

#include "engine/base/mem.h"
#include "engine/match/candidates.h"
#include "tests/support/kernel_case.h"

enum { TILES = 2, KEEP = 8, VIEWERS = TILES * TILE_LANES };

static void push(struct candidate_store *store, uint32_t viewer, uint32_t position, float key) {
    uint32_t tile = viewer / TILE_LANES;
    candidates_lock(store, tile);
    *candidates_room(store, tile, 1) =
        (struct candidate){key - 1e-3f, key, position * TILE_LANES + viewer % TILE_LANES};
    candidates_wrote(store, tile, 1);
    candidates_unlock(store, tile);
}

/* Is the candidate in the viewer's sorted list? */
static bool holds(const struct candidate_store *store, uint32_t viewer, uint32_t position) {
    const struct candidates *c = &store->of[viewer];
    for (uint32_t i = 0; i < c->count; i++)
        if (candidate_position(&c->list[i]) == position)
            return true;
    return false;
}

/* Keys that rise or fall with the position, by viewer. */
static float key_of(uint32_t viewer, uint32_t position, uint32_t count) {
    uint32_t place = viewer % 2 == 0 ? position : count - 1 - position;
    return (float)place / (float)count;
}

static void fill(struct candidate_store *store, uint32_t count) {
    for (uint32_t position = 0; position < count; position++)
        for (uint32_t viewer = 0; viewer < VIEWERS; viewer++)
            push(store, viewer, position, key_of(viewer, position, count));
}

/* The K best are there, and few others. */
static void check_best(const struct candidate_store *store, uint32_t viewer, uint32_t count) {
    for (uint32_t i = 0; i < KEEP; i++)
        cr_assert(holds(store, viewer, viewer % 2 == 0 ? count - 1 - i : i),
                  "viewer %u lost number %u", viewer, i);
    cr_assert_lt(store->of[viewer].count, 3 * KEEP, "viewer %u keeps %u", viewer,
                 store->of[viewer].count);
}

Test(candidates, the_best_stay_however_many_come) {
    enum { COUNT = 1000 };
    struct candidate_store store;
    struct candidate_sorter sorter = {0};
    candidates_init(&store, kernels_of(ISA_REF), VIEWERS, KEEP, TILE_LANES);
    fill(&store, COUNT);
    for (uint32_t tile = 0; tile < TILES; tile++) {
        candidates_sort(&store, tile, &sorter);
        for (uint32_t viewer = tile * TILE_LANES; viewer < (tile + 1) * TILE_LANES; viewer++) {
            cr_assert(candidates_settle(&store, viewer));
            check_best(&store, viewer, COUNT);
        }
    }
    candidate_sorter_release(&sorter);
    candidates_release(&store);
}

Test(candidates, a_second_search_leaves_the_others_alone) {
    enum { COUNT = 200, AGAIN = 5 };
    struct candidate_store store;
    struct candidate_sorter sorter = {0}, repair = {0};
    candidates_init(&store, kernels_of(ISA_REF), VIEWERS, KEEP, TILE_LANES);
    fill(&store, COUNT);
    candidates_sort(&store, 0, &sorter);
    candidates_restart(&store, AGAIN);
    /* So many that the log is pruned on the way. */
    for (uint32_t position = 0; position < 4000; position++)
        push(&store, AGAIN, position, key_of(AGAIN, position, 4000));
    candidates_sort_one(&store, AGAIN, &repair);
    for (uint32_t viewer = 0; viewer < TILE_LANES; viewer++) {
        cr_assert(candidates_settle(&store, viewer));
        check_best(&store, viewer, viewer == AGAIN ? 4000 : COUNT);
    }
    candidate_sorter_release(&sorter);
    candidate_sorter_release(&repair);
    candidates_release(&store);
}

Test(candidates, a_guess_that_was_too_high_is_noticed) {
    struct candidate_store store;
    struct candidate_sorter sorter = {0};
    candidates_init(&store, kernels_of(ISA_REF), VIEWERS, KEEP, TILE_LANES);
    /* Viewer 0 sees the best first, from many tiles; nobody as good comes later. */
    for (uint32_t i = 0; i < 64; i++)
        push(&store, 0, i * TILE_LANES, 1.0f + (float)i / 64.0f);
    uint32_t version = candidates_version(&store, 0), other = candidates_version(&store, 1);
    const struct candidate_sample quarter = {.share = 0.25f};
    candidates_guess(&store, 0, &quarter, &sorter);
    cr_assert_neq(candidates_version(&store, 0), version, "a limit rises unseen");
    cr_assert_eq(candidates_version(&store, 1), other);
    float guess = candidates_limit(&store, 0);
    cr_assert_gt(guess, 1.9f);
    cr_assert_eq(candidates_limit(&store, 1), -INFINITY);
    for (uint32_t i = 64; i < 128; i++)
        push(&store, 0, i * TILE_LANES, 0.5f);
    candidates_sort(&store, 0, &sorter);
    cr_assert_not(candidates_settle(&store, 0), "a guess of %g held", (double)guess);
    version = candidates_version(&store, 0);
    candidates_restart(&store, 0);
    cr_assert_neq(candidates_version(&store, 0), version, "a limit falls unseen");
    cr_assert_lt(candidates_limit(&store, 0), guess);
    candidate_sorter_release(&sorter);
    candidates_release(&store);
}

/* The best of somebody whose candidates live in few tiles come in clusters, so a sample of tiles
 * says less of how many there are. */
Test(candidates, a_sample_of_few_tiles_is_trusted_less) {
    struct candidate_store store;
    struct candidate_sorter sorter = {0};
    candidates_init(&store, kernels_of(ISA_REF), VIEWERS, KEEP, TILE_LANES);
    for (uint32_t i = 0; i < TILE_LANES; i++) {
        push(&store, 0, i, 1.0f - (float)i / 64.0f);
        push(&store, 1, i * TILE_LANES, 1.0f - (float)i / 64.0f);
    }
    const struct candidate_sample quarter = {.share = 0.25f, .deviations = 2.0f};
    candidates_guess(&store, 0, &quarter, &sorter);
    /* 2 of the 8 best are expected: sqrt(2 + 4 / 1) and sqrt(2 + 4 / 64) behind are ranks 7, 5. */
    cr_assert_float_eq(candidates_limit(&store, 0), 1.0f - 6.0f / 64.0f, 1e-3f);
    cr_assert_float_eq(candidates_limit(&store, 1), 1.0f - 4.0f / 64.0f, 1e-3f);
    candidate_sorter_release(&sorter);
    candidates_release(&store);
}
