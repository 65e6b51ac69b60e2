/* Protects: the rough bound, for the people that figures are measured with. It is one, and near
 * enough to the score that the search has little left to do; also of people without vectors. */
#include <criterion/criterion.h>

#include "bench/sink_memory.h"
#include "tests/support/sift_bound.h"

enum { PEOPLE = 1500, STEP = 7 };

/* Made-up people of London, as tiles. */
struct made_up {
    struct world world;
    struct population *population;
    struct config *config;
    struct view *view;
    struct tiles *tiles;
};

static void make_up(struct made_up *m, uint32_t dim) {
    struct world_options options = {.people = PEOPLE, .dim = dim, .seed = 11, .metro = "London"};
    struct err err;
    cr_assert(instant_from_text("2026-11-22T09:00:00Z", &options.now));
    cr_assert(world_init(&m->world, &options, &err), "%s", err.text);
    m->population = sink_memory(&m->world);
    m->config = config_new_default();
    struct batch batch = {.date = date_of_instant(options.now), .at = options.now};
    m->view = view_new(m->population, m->config, batch);
    m->tiles = tiles_new(m->view, 1);
    cr_assert_gt(m->tiles->sift_layout.unit_bits, 10);
}

static void release(struct made_up *m) {
    tiles_free(m->tiles);
    view_free(m->view);
    config_free(m->config);
    population_free(m->population);
    world_release(&m->world);
}

Test(bounds, of_made_up_people) {
    struct made_up m;
    make_up(&m, 16);
    struct sift_gap gap = {0};
    for (uint32_t a = 0; a < m.tiles->count; a++)
        for (uint32_t b = a % STEP; b < m.tiles->count; b += STEP)
            sift_bound_check(m.tiles, a, b, &gap);
    double mean = gap.sum / (double)gap.pairs;
    cr_log_info("%llu pairs, mean %g, most %g", (unsigned long long)gap.pairs, mean, gap.most);
    cr_assert_gt(gap.pairs, 100000);
    cr_assert_lt(mean, 0.02, "%g above the score on average", mean);
    release(&m);
}

/* Vectors of no elements: nothing to sieve, and offers are the reference's. */
Test(bounds, of_people_without_dimensions) {
    struct made_up m;
    make_up(&m, 0);
    cr_assert_eq(m.tiles->bytes.width, 0);
    cr_assert_gt(sift_bound_check_offers(m.view, m.tiles), PEOPLE / 10);
    release(&m);
}
