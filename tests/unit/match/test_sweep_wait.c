/* Protects: pairs that wait for others. However many may wait, in the middle of a block or until
 * its end, everybody is weighed against the row they met and reaches the right lists: pools are
 * those of kernels that let nobody wait. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/kernel/cpu.h"
#include "engine/match/search.h"
#include "engine/match/sweep_wait.h"
#include "tests/support/crowd.h"

enum { PEOPLE = 900 };

struct pools {
    struct ranked *ranked; /* [positions][POOL_MAX] */
    uint32_t *counts;
    uint64_t words; /* that bound 3 dropped, and what reached a list */
    uint64_t pushed, repaired;
};

static void sweep_all(struct sweep *s) {
    const uint32_t tiles = s->search->tiles->count;
    for (int phase = 0; phase < SEARCH_PHASES; phase++) {
        for (uint32_t first = 0; first < tiles; first += SWEEP_BLOCK)
            search_block(s, first, phase);
        for (uint32_t tile = 0; tile < tiles && phase + 1 < SEARCH_PHASES; tile++)
            search_guess(s, tile, phase);
    }
}

/* `enough` pairs may wait; of `spoiled` positions one has a guess that nobody reaches (0: none). */
static struct pools pools_of(const struct tiles *tiles, enum kernel_isa isa, uint32_t enough,
                             uint32_t spoiled) {
    struct pools pools = {
        .ranked = mem_array((size_t)tiles->positions * POOL_MAX, sizeof *pools.ranked),
        .counts = mem_array(tiles->positions, sizeof *pools.counts),
    };
    struct search search;
    uint32_t keep = (uint32_t)tiles->view->global->MATCH_RERANK_POOL;
    search_init(&search, tiles, kernels_of(isa), keep, 0);
    struct sweep *sweep = sweep_new(&search);
    sweep_wait_settle_at(sweep->waiting, enough);
    sweep_all(sweep);
    pools.words = sweep->certificate.bounded_words;
    pools.pushed = sweep->certificate.pushed;
    for (uint32_t p = 0; p < tiles->positions; p++) {
        if (p % TILE_LANES == 0)
            search_gather(sweep, p / TILE_LANES);
        if (tiles->row_of[p] == ROW_NONE)
            continue;
        if (spoiled != 0 && p % spoiled == 0)
            search.store.guess[p] = 2.0f * FULL_OFFSET;
        search_close(sweep, p);
        pools.counts[p] = search_pool(sweep, p, NULL, 0, pools.ranked + (size_t)p * POOL_MAX);
    }
    pools.repaired = sweep->certificate.repaired;
    sweep_free(sweep);
    search_release(&search);
    return pools;
}

static void pools_free(struct pools *pools) {
    free(pools->ranked);
    free(pools->counts);
}

static void check_pools(const struct tiles *tiles, const struct pools *got,
                        const struct pools *wanted, uint32_t enough) {
    for (uint32_t p = 0; p < tiles->positions; p++) {
        cr_assert_eq(got->counts[p], wanted->counts[p], "%u wait: position %u has %u, not %u",
                     enough, p, got->counts[p], wanted->counts[p]);
        for (uint32_t i = 0; i < got->counts[p]; i++) {
            const struct ranked *one = &got->ranked[(size_t)p * POOL_MAX + i];
            const struct ranked *two = &wanted->ranked[(size_t)p * POOL_MAX + i];
            cr_assert(one->row == two->row && one->raw == two->raw,
                      "%u wait: position %u, rank %u: %u (%.17g), not %u (%.17g)", enough, p, i,
                      one->row, one->raw, two->row, two->raw);
        }
    }
}

Test(sweep_wait, pools_do_not_depend_on_who_waits) {
    if (!kernels_available(ISA_AVX512, cpu_features()))
        cr_skip("this machine has no avx512: nobody waits");
    static const uint32_t enough[] = {1, 2, 40, 500, WAITING_ENOUGH};
    for (uint64_t seed = 51; seed < 53; seed++) {
        struct fixture *f = crowd_new(PEOPLE, seed, 0);
        struct tiles *tiles = tiles_new(fixture_view(f), 2);
        cr_assert_not_null(tiles);
        struct pools wanted = pools_of(tiles, ISA_REF, WAITING_ENOUGH, 0);
        for (size_t i = 0; i < ARRAY_LEN(enough); i++) {
            struct pools got = pools_of(tiles, ISA_AVX512, enough[i], 0);
            cr_assert_gt(got.words, 0);
            cr_assert_gt(got.pushed, 1000);
            check_pools(tiles, &got, &wanted, enough[i]);
            pools_free(&got);
        }
        pools_free(&wanted);
        tiles_free(tiles);
        fixture_free(f);
    }
}

/* Who is searched alone waits too, between tiles of others, and nobody is left behind. */
Test(sweep_wait, who_is_searched_again_has_the_same_pool) {
    if (!kernels_available(ISA_AVX512, cpu_features()))
        cr_skip("this machine has no avx512: nobody waits");
    static const uint32_t enough[] = {1, 40, WAITING_ENOUGH};
    struct fixture *f = crowd_new(PEOPLE, 53, 0);
    struct tiles *tiles = tiles_new(fixture_view(f), 2);
    cr_assert_not_null(tiles);
    struct pools wanted = pools_of(tiles, ISA_REF, WAITING_ENOUGH, 0);
    for (size_t i = 0; i < ARRAY_LEN(enough); i++) {
        struct pools got = pools_of(tiles, ISA_AVX512, enough[i], 3);
        cr_assert_gt(got.repaired, PEOPLE / 4);
        check_pools(tiles, &got, &wanted, enough[i]);
        pools_free(&got);
    }
    pools_free(&wanted);
    tiles_free(tiles);
    fixture_free(f);
}
