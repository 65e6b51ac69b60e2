/* Protects: the rough bound, for the people that figures are measured with. It is one, and near
 * enough to the score that the search has little left to do; also of people without vectors. */
#include <criterion/criterion.h>

#include "bench/sink_memory.h"
#include "engine/kernel/cpu.h"
#include "engine/match/run.h"
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

static void digest_of(const struct view *view, const struct tiles *tiles,
                      const struct kernels *kernels, char text[RUN_DIGEST_TEXT]) {
    struct run_options options = {.threads = 2, .tiles = tiles, .kernels = kernels};
    struct run *run = run_start(view, &options);
    run_wait(run);
    run_digest(run, text);
    struct run_progress progress;
    run_progress(run, &progress);
    cr_assert_gt(progress.offers, PEOPLE / 10, "%llu", (unsigned long long)progress.offers);
    run_free(run);
}

/* Vectors of no elements: nothing to sieve, and offers are the reference's. */
Test(bounds, of_people_without_dimensions) {
    struct world_options options = {.people = PEOPLE, .dim = 0, .seed = 12, .metro = "London"};
    struct world world;
    struct err err;
    cr_assert(instant_from_text("2026-11-22T09:00:00Z", &options.now));
    cr_assert(world_init(&world, &options, &err), "%s", err.text);
    struct population *population = sink_memory(&world);
    struct config *config = config_new_default();
    struct batch batch = {.date = date_of_instant(options.now), .at = options.now};
    struct view *view = view_new(population, config, batch);
    struct tiles *tiles = tiles_new(view, 1);
    cr_assert_eq(tiles->bytes.width, 0);
    cr_assert_gt(tiles->sift_layout.unit_bits, 10);
    char wanted[RUN_DIGEST_TEXT], text[RUN_DIGEST_TEXT];
    digest_of(view, NULL, NULL, wanted);
    for (int isa = ISA_REF; isa < ISAS; isa++) {
        const struct kernels *kernels = kernels_of((enum kernel_isa)isa);
        if (!kernels_available((enum kernel_isa)isa, cpu_features()))
            continue;
        digest_of(view, tiles, kernels, text);
        cr_assert_str_eq(text, wanted, "other offers with %s", kernels->name);
    }
    tiles_free(tiles);
    view_free(view);
    config_free(config);
    population_free(population);
    world_release(&world);
}
