/* Counting and selecting against the plainest way to do either. */
#include <math.h>
#include <stdlib.h>

#include "tests/support/kernel_case.h"

static void check_tally(const struct kernels *k, struct draws *draws, struct guarded *memory) {
    uint64_t(*ways)[2] = guarded_array(memory, TILE_LANES * sizeof *ways);
    uint32_t *of_row = guarded_array(memory, TILE_LANES * sizeof *of_row);
    uint32_t *of_lane = guarded_array(memory, TILE_LANES * sizeof *of_lane);
    uint64_t rows = draw_lanes(draws);
    uint32_t row_before[TILE_LANES], lane_before[TILE_LANES], pairs = 0;
    for (uint32_t i = 0; i < TILE_LANES; i++) {
        of_row[i] = row_before[i] = draw_below(draws, 1000000);
        of_lane[i] = lane_before[i] = draw_below(draws, 1000000);
        ways[i][0] = draw_lanes(draws);
        ways[i][1] = draw_chance(draws, 0.5) ? ways[i][0] : draw_lanes(draws);
    }
    for (uint32_t row = 0; row < TILE_LANES; row++)
        for (uint32_t lane = 0; lane < TILE_LANES && (rows >> row & 1) != 0; lane++) {
            row_before[row] += ways[row][0] >> lane & 1;
            lane_before[lane] += ways[row][1] >> lane & 1;
            pairs += (ways[row][0] | ways[row][1]) >> lane & 1;
        }
    uint32_t got = k->tally(rows, (const uint64_t(*)[2])ways, of_row, of_lane);
    CASE_CHECK(got == pairs, "%s: %u pairs, not %u", k->name, got, pairs);
    for (uint32_t i = 0; i < TILE_LANES; i++) {
        CASE_CHECK(of_row[i] == row_before[i], "%s: row %u has %u, not %u", k->name, i, of_row[i],
                   row_before[i]);
        CASE_CHECK(of_lane[i] == lane_before[i], "%s: lane %u has %u, not %u", k->name, i,
                   of_lane[i], lane_before[i]);
    }
}

static int falling(const void *x, const void *y) {
    float a = *(const float *)x, b = *(const float *)y;
    return a > b ? -1 : a < b;
}

/* Equal values, values a step apart, and some that are no limits. */
static void check_select(const struct kernels *k, struct draws *draws, struct guarded *memory) {
    static const uint32_t counts[] = {0, 1, 15, 16, 17, 64, 131};
    uint32_t count = draw_chance(draws, 0.5) ? counts[draw_below(draws, ARRAY_LEN(counts))]
                                             : draw_below(draws, 600);
    float *values = guarded_array(memory, count * sizeof *values);
    double spread = draw_chance(draws, 0.3) ? 1e-5 : 1.0;
    for (uint32_t i = 0; i < count; i++)
        values[i] = draw_chance(draws, 0.1)            ? -INFINITY
                    : i > 0 && draw_chance(draws, 0.1) ? values[i - 1]
                                                       : (float)draw_in(draws, 4.2, 4.2 + spread);
    uint32_t rank = 1 + draw_below(draws, 80);
    float got = k->select(values, count, rank);
    float *sorted = guarded_array(memory, count * sizeof *sorted);
    for (uint32_t i = 0; i < count; i++)
        sorted[i] = values[i];
    qsort(sorted, count, sizeof *sorted, falling);
    if (count < rank || sorted[rank - 1] == -INFINITY) {
        CASE_CHECK(got == -INFINITY, "%s: %g where there are not %u", k->name, (double)got, rank);
        return;
    }
    float exact = sorted[rank - 1];
    CASE_CHECK(got <= exact, "%s: %.9g is above the value of rank %u, %.9g", k->name, (double)got,
               rank, (double)exact);
    CASE_CHECK(got >= exact - 1.1f * SELECT_RESOLUTION, "%s: %.9g is far below %.9g, rank %u",
               k->name, (double)got, (double)exact, rank);
}

void kernel_check_lists(const struct kernels *kernels, uint64_t seed) {
    struct draws draws = {seed};
    struct guarded *memory = guarded_new();
    check_tally(kernels, &draws, memory);
    check_select(kernels, &draws, memory);
    guarded_free(memory);
}
