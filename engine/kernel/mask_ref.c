/* Hard constraints, lane by lane, in plain C: the reference of the other mask kernels. */
#include "engine/kernel/isa.h"

static uint64_t mask_ref(const struct mask_tile *tile, const struct mask_row *row,
                         uint64_t *unsure) {
    uint64_t lanes = 0;
    *unsure = 0;
    for (uint32_t i = 0; i < TILE_LANES; i++) {
        if (tile->age[i] < row->age_min || tile->age[i] > row->age_max ||
            row->age < tile->age_min[i] || row->age > tile->age_max[i] ||
            (tile->has[i] & row->excludes) != 0)
            continue;
        if (row->by_place) {
            lanes |= (uint64_t)(tile->place[i] == row->place) << i;
            continue;
        }
        float dx = tile->x[i] - row->x, dy = tile->y[i] - row->y, dz = tile->z[i] - row->z;
        float c2 = dx * dx + (dy * dy + dz * dz);
        float limit = tile->chord2[i] < row->chord2 ? tile->chord2[i] : row->chord2;
        float band = chord_band(limit);
        lanes |= (uint64_t)(c2 <= limit + band) << i;
        *unsure |= (uint64_t)(c2 <= limit + band && !(c2 <= limit - band)) << i;
    }
    return lanes;
}

static float outside(float value, float low, float high) {
    return value < low ? low - value : value > high ? value - high : 0.0f;
}

static uint64_t mask_hull_ref(const struct mask_tile *tile, const struct mask_hull *hull) {
    uint64_t lanes = 0;
    for (uint32_t i = 0; i < TILE_LANES; i++) {
        if (tile->age[i] < hull->window_low || tile->age[i] > hull->window_high ||
            hull->age_high < tile->age_min[i] || hull->age_low > tile->age_max[i])
            continue;
        float dx = outside(tile->x[i], hull->low[0], hull->high[0]);
        float dy = outside(tile->y[i], hull->low[1], hull->high[1]);
        float dz = outside(tile->z[i], hull->low[2], hull->high[2]);
        float limit = tile->chord2[i] < hull->chord2_max ? tile->chord2[i] : hull->chord2_max;
        bool near_enough =
            hull->by_place || dx * dx + (dy * dy + dz * dz) <= limit + chord_band(limit);
        lanes |= (uint64_t)near_enough << i;
    }
    return lanes;
}

static void mask_rows_ref(const struct mask_tile *tile, const struct mask_tile *rows,
                          uint64_t which, bool by_place, struct mask_ways *out) {
    mask_rows_by(mask_ref, tile, rows, which, by_place, out);
}

void kernels_mask_ref(struct kernels *table) {
    table->mask = mask_ref;
    table->mask_rows = mask_rows_ref;
    table->mask_hull = mask_hull_ref;
}
