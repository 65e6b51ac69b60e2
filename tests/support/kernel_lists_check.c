/* What is done to lists, against the plainest way to do it. */
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

/* Two people's lanes and what they ask for; thresholds that are exactly met now and then. */
static void draw_pushing(struct pushing *in, struct draws *draws, struct guarded *memory) {
    float *tables[4];
    bool *flags[2];
    for (uint32_t t = 0; t < ARRAY_LEN(tables); t++) {
        tables[t] = guarded_array(memory, TILE_LANES * sizeof(float));
        for (uint32_t i = 0; i < TILE_LANES; i++)
            tables[t][i] = (float)(0.125 * draw_below(draws, 5));
    }
    double often = draw_chance(draws, 0.5) ? 0.5 : 0.01;
    for (uint32_t t = 0; t < ARRAY_LEN(flags); t++) {
        flags[t] = guarded_array(memory, TILE_LANES * sizeof(bool));
        for (uint32_t i = 0; i < TILE_LANES; i++)
            flags[t][i] = draw_chance(draws, often);
    }
    if (draw_chance(draws, 0.1))
        tables[0][draw_below(draws, TILE_LANES)] = -INFINITY;
    *in = (struct pushing){
        .floor = tables[0],
        .least = tables[1],
        .low_least = tables[2],
        .bonus = tables[3],
        .low = flags[0],
        .other_low = flags[1],
        .first_other = draw_below(draws, 1000000) * TILE_LANES,
        .offset = draw_chance(draws, 0.5) ? 4.0f : 0.0f,
        .way = draw_chance(draws, 0.5) ? 1 : 2,
        .exact = draw_chance(draws, 0.8),
    };
}

static void draw_survivors(struct survivors *v, struct draws *draws) {
    static const uint32_t counts[] = {0, 1, 15, 16, 17, 63, 64, SURVIVORS_MAX};
    v->count = draw_chance(draws, 0.5) ? counts[draw_below(draws, ARRAY_LEN(counts))]
                                       : draw_below(draws, 200);
    for (uint32_t i = 0; i < v->count; i++) {
        v->pair[i] = (uint16_t)draw_below(draws, SURVIVORS_MAX);
        v->ways[i] = (uint8_t)(1 + draw_below(draws, 3));
        v->lower[i] = (float)(0.125 * draw_below(draws, 5));
        v->upper[i] = v->lower[i] + (float)(0.0625 * draw_below(draws, 5));
        v->mutual_lower[i] = (float)(0.125 * draw_below(draws, 5));
        v->mutual_upper[i] = v->mutual_lower[i] + (float)(0.0625 * draw_below(draws, 5));
    }
    /* What lies past the end counts for nothing, whatever it is. */
    for (uint32_t i = v->count; i < v->count + 16; i++) {
        v->pair[i] = UINT16_MAX;
        v->ways[i] = UINT8_MAX;
        v->upper[i] = v->mutual_upper[i] = INFINITY;
    }
}

/* The candidate that survivor i becomes; false: none. */
static bool becomes(const struct pushing *in, const struct survivors *v, uint32_t i,
                    struct candidate *out) {
    uint32_t row = v->pair[i] / TILE_LANES, lane = v->pair[i] % TILE_LANES;
    uint32_t viewer = in->way == 1 ? row : lane, other = in->way == 1 ? lane : row;
    float least =
        in->low[viewer] || in->other_low[other] ? in->low_least[viewer] : in->least[viewer];
    float lower = v->lower[i] + in->bonus[other], upper = v->upper[i] + in->bonus[other];
    if ((v->ways[i] & in->way) == 0 || v->mutual_upper[i] < least || upper < in->floor[viewer])
        return false;
    bool certain = in->exact && v->mutual_lower[i] >= least + LEAST_MARGIN &&
                   lower >= in->floor[viewer] + FLOOR_MARGIN;
    *out = (struct candidate){
        .lower = certain ? lower + in->offset - KEY_MARGIN : -INFINITY,
        .upper = upper + in->offset + KEY_MARGIN,
        .who = (in->first_other + other) << 6 | viewer,
    };
    return true;
}

static void check_same(const struct kernels *k, uint32_t i, const struct candidate *got,
                       const struct candidate *expected) {
    CASE_CHECK(got->lower == expected->lower && got->upper == expected->upper &&
                   got->who == expected->who,
               "%s: candidate %u is %u in %.9g .. %.9g, not %u in %.9g .. %.9g", k->name, i,
               got->who, (double)got->lower, (double)got->upper, expected->who,
               (double)expected->lower, (double)expected->upper);
}

static void check_push(const struct kernels *k, struct draws *draws, struct guarded *memory) {
    struct pushing in;
    draw_pushing(&in, draws, memory);
    struct survivors *v = guarded_array(memory, sizeof *v);
    draw_survivors(v, draws);
    struct candidate *got = guarded_array(memory, (v->count + PUSH_EXTRA) * sizeof *got);
    uint32_t count = k->push(&in, v, got), expected = 0;
    for (uint32_t i = 0; i < v->count; i++) {
        struct candidate candidate;
        if (!becomes(&in, v, i, &candidate))
            continue;
        CASE_CHECK(expected < count, "%s: pushes %u, and more are missing", k->name, count);
        check_same(k, expected, &got[expected], &candidate);
        expected++;
    }
    CASE_CHECK(count == expected, "%s: pushes %u, not %u", k->name, count, expected);
}

/* Reading the lower ends, then dropping by the upper ones. */
static void check_ends(const struct kernels *k, struct draws *draws, struct guarded *memory) {
    static const uint32_t counts[] = {0, 1, 5, 6, 11, 15, 16, 17, 31, 32, 48, 600};
    uint32_t count = counts[draw_below(draws, ARRAY_LEN(counts))];
    struct candidate *list = guarded_array(memory, count * sizeof *list);
    struct candidate *kept = guarded_array(memory, count * sizeof *kept);
    float *values = guarded_array(memory, count * sizeof *values);
    float from = 0.5f, limit = draw_chance(draws, 0.1) ? -INFINITY : 0.25f;
    uint32_t left = 0, reach = 0;
    for (uint32_t i = 0; i < count; i++) {
        float lower = (float)(0.25 * draw_below(draws, 4));
        list[i] =
            (struct candidate){draw_chance(draws, 0.1) ? -INFINITY : lower,
                               (float)(0.125 * draw_below(draws, 5)), (uint32_t)draw_bits(draws)};
        reach += list[i].lower >= from;
        if (list[i].upper >= limit)
            kept[left++] = list[i];
    }
    uint32_t found = k->lower_ends(list, count, from, values);
    CASE_CHECK(found == reach, "%s: %u lower ends of %u reach, not %u", k->name, found, count,
               reach);
    for (uint32_t i = 0; i < count; i++)
        CASE_CHECK(values[i] == list[i].lower, "%s: lower end %u of %u is %g, not %g", k->name, i,
                   count, (double)values[i], (double)list[i].lower);
    uint32_t got = k->drop_below(list, count, limit);
    CASE_CHECK(got == left, "%s: %u of %u are left, not %u", k->name, got, count, left);
    for (uint32_t i = 0; i < left; i++)
        check_same(k, i, &list[i], &kept[i]);
}

/* A sorted list has neighbours, which stay as they are. */
static void check_neighbours(const struct kernels *k, struct draws *draws, struct guarded *memory) {
    enum { BEFORE = 3, AFTER = 20 };
    uint32_t count = draw_below(draws, 70), all = BEFORE + count + AFTER;
    struct candidate *list = guarded_array(memory, all * sizeof *list);
    for (uint32_t i = 0; i < all; i++)
        list[i] = (struct candidate){0.5f, (float)(i % 3), i};
    k->drop_below(list + BEFORE, count, 1.0f);
    for (uint32_t i = 0; i < all; i = i + 1 == BEFORE ? BEFORE + count : i + 1)
        check_same(k, i, &list[i], &(struct candidate){0.5f, (float)(i % 3), i});
}

void kernel_check_lists(const struct kernels *kernels, uint64_t seed) {
    struct draws draws = {seed};
    struct guarded *memory = guarded_new();
    check_tally(kernels, &draws, memory);
    check_select(kernels, &draws, memory);
    check_push(kernels, &draws, memory);
    check_ends(kernels, &draws, memory);
    check_neighbours(kernels, &draws, memory);
    guarded_free(memory);
}
