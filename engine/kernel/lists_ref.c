/* Counting, selecting and candidates in plain C: the reference of the other kernels. */
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

/* Without branches: each would be a guess. */
static uint32_t push_ref(const struct pushing *in, const struct survivors *v,
                         struct candidate *out) {
    uint32_t shift = in->way == 1 ? 6 : 0, other_shift = 6 - shift, written = 0;
    for (uint32_t i = 0; i < v->count; i++) {
        uint32_t lane = v->pair[i] >> shift & 63, other = v->pair[i] >> other_shift & 63;
        float bonus = in->bonus[other], floor = in->floor[lane];
        float least = in->low[lane] | in->other_low[other] ? in->low_least[lane] : in->least[lane];
        float lower = v->lower[i] + bonus, upper = v->upper[i] + bonus;
        bool certain = (v->mutual_lower[i] >= least + LEAST_MARGIN) &
                       (lower >= floor + FLOOR_MARGIN) & in->exact;
        out[written].lower = certain ? lower + in->offset - KEY_MARGIN : -INFINITY;
        out[written].upper = upper + in->offset + KEY_MARGIN;
        out[written].who = (in->first_other + other) * TILE_LANES + lane;
        written += ((v->ways[i] & in->way) != 0) & (v->mutual_upper[i] >= least) & (upper >= floor);
    }
    return written;
}

static uint32_t lower_ends_ref(const struct candidate *list, uint32_t count, float from,
                               float *values) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++) {
        values[i] = list[i].lower;
        found += list[i].lower >= from;
    }
    return found;
}

static uint32_t drop_below_ref(struct candidate *list, uint32_t count, float limit) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        list[kept] = list[i];
        kept += list[i].upper >= limit;
    }
    return kept;
}

void kernels_lists_ref(struct kernels *table) {
    table->tally = tally_ref;
    table->select = select_ref;
    table->push = push_ref;
    table->lower_ends = lower_ends_ref;
    table->drop_below = drop_below_ref;
}
