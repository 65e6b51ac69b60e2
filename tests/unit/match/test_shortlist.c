/* The bounded heap against sorting everything. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "engine/match/shortlist.h"

enum { MANY = 500 };

static struct uuid ids[MANY];
static struct ranked all[MANY];

static int by_rank(const void *x, const void *y) {
    return ranked_before(x, y) ? -1 : 1;
}

/* Few distinct values, so that every tie-break decides somewhere. */
static void fill(uint32_t seed) {
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t x = (i * 2654435761u + seed * 40503u) >> 7;
        ids[i].bytes[0] = (uint8_t)(x >> 3);
        ids[i].bytes[15] = (uint8_t)i;
        ids[i].bytes[14] = (uint8_t)(i >> 8);
        all[i] = (struct ranked){
            .raw = (double)(x % 5) / 8 - .25,
            .row = i,
            .mode = (uint8_t)(x >> 9 & 1),
            .accepted = (x >> 11) % 5 == 0,
            .id = &ids[i],
        };
    }
}

Test(shortlist, is_the_head_of_the_sorted_list) {
    const uint32_t capacities[] = {0, 1, 2, 3, 64, MANY - 1, MANY, MANY + 7};
    for (size_t n = 0; n < ARRAY_LEN(capacities); n++) {
        struct ranked *best = calloc(capacities[n] + 1, sizeof *best);
        struct shortlist s;
        fill((uint32_t)n);
        shortlist_init(&s, best, capacities[n]);
        for (uint32_t i = 0; i < MANY; i++)
            shortlist_add(&s, &all[i]);
        uint32_t count = shortlist_finish(&s);
        cr_assert_eq(count, capacities[n] < MANY ? capacities[n] : MANY);
        qsort(all, MANY, sizeof all[0], by_rank);
        for (uint32_t i = 0; i < count; i++)
            cr_assert_eq(best[i].row, all[i].row, "capacity %u, place %u", capacities[n], i);
        free(best);
    }
}

Test(shortlist, grid_rounding_is_to_even) {
    const double grid = 1 / 4294967296.0;
    cr_assert_eq(grid_round(.5), .5);
    cr_assert_eq(grid_round(grid * 2.5), grid * 2);
    cr_assert_eq(grid_round(grid * 3.5), grid * 4);
    cr_assert_eq(grid_round(-grid * 2.5), -grid * 2);
    cr_assert_eq(grid_round(grid * 2.75), grid * 3);
}
