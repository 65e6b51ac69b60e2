/* Counting and selecting in plain C: the reference of the other kernels. */
#include "engine/kernel/isa.h"

#include <float.h>
#include <math.h>

static uint32_t tally_ref(uint64_t rows, const uint64_t ways[][2], uint32_t of_row[TILE_LANES],
                          uint32_t of_lane[TILE_LANES]) {
    uint32_t pairs = 0;
    for (uint64_t left = rows; left != 0; left &= left - 1) {
        uint32_t row = (uint32_t)__builtin_ctzll(left);
        for (uint32_t lane = 0; lane < TILE_LANES; lane++) {
            uint32_t one = ways[row][0] >> lane & 1, two = ways[row][1] >> lane & 1;
            of_row[row] += one;
            of_lane[lane] += two;
            pairs += one | two;
        }
    }
    return pairs;
}

static uint32_t count_from(const float *values, uint32_t count, float limit) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++)
        found += values[i] >= limit;
    return found;
}

static float least_from(const float *values, uint32_t count, float limit) {
    float least = INFINITY;
    for (uint32_t i = 0; i < count; i++)
        least = values[i] >= limit && values[i] < least ? values[i] : least;
    return least;
}

static float select_ref(const float *values, uint32_t count, uint32_t rank) {
    if (count_from(values, count, -FLT_MAX) < rank)
        return -INFINITY;
    float range[2] = {least_from(values, count, -FLT_MAX), -INFINITY};
    for (uint32_t i = 0; i < count; i++)
        range[1] = values[i] > range[1] ? values[i] : range[1];
    return least_from(values, count, select_between(values, count, rank, range, count_from));
}

void kernels_lists_ref(struct kernels *table) {
    table->tally = tally_ref;
    table->select = select_ref;
}
