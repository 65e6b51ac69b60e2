/* Protects: the rough bound, for the people that figures are measured with. It is one, and near
 * enough to the score that the search has little left to do. */
#include <criterion/criterion.h>

#include "bench/sink_memory.h"
#include "tests/support/sift_bound.h"

enum { PEOPLE = 1500, DIM = 16, STEP = 7 };

Test(bounds, of_made_up_people) {
    struct world_options options = {.people = PEOPLE, .dim = DIM, .seed = 11, .metro = "London"};
    struct world world;
    struct err err;
    cr_assert(instant_from_text("2026-11-22T09:00:00Z", &options.now));
    cr_assert(world_init(&world, &options, &err), "%s", err.text);
    struct population *population = sink_memory(&world);
    struct config *config = config_new_default();
    struct batch batch = {.date = date_of_instant(options.now), .at = options.now};
    struct view *view = view_new(population, config, batch);
    struct tiles *tiles = tiles_new(view, 1);
    cr_assert_gt(tiles->sift_layout.unit_bits, 10);
    struct sift_gap gap = {0};
    for (uint32_t a = 0; a < tiles->count; a++)
        for (uint32_t b = a % STEP; b < tiles->count; b += STEP)
            sift_bound_check(tiles, a, b, &gap);
    double mean = gap.sum / (double)gap.pairs;
    cr_log_info("%llu pairs, mean %g, most %g", (unsigned long long)gap.pairs, mean, gap.most);
    cr_assert_gt(gap.pairs, 100000);
    cr_assert_lt(mean, 0.02, "%g above the score on average", mean);
    tiles_free(tiles);
    view_free(view);
    config_free(config);
    population_free(population);
    world_release(&world);
}
