/* What the hard constraints look at: 64 candidates, one viewer, the hull of a tile. */
#ifndef MATCHD_ENGINE_KERNEL_MASK_H
#define MATCHD_ENGINE_KERNEL_MASK_H

#include "engine/base/base.h"

/* 64 candidates' side; lanes past the last person have age 0 and bounds 1..0, so they fail. */
struct mask_tile {
    ALIGNED64 uint8_t age[TILE_LANES], age_min[TILE_LANES], age_max[TILE_LANES];
    /* Intents and hard_constraint options as bits: shown, and not met. */
    ALIGNED64 uint8_t has[TILE_LANES], excludes[TILE_LANES];
    ALIGNED64 float x[TILE_LANES], y[TILE_LANES], z[TILE_LANES]; /* on the unit sphere */
    ALIGNED64 float chord2[TILE_LANES];                          /* own distance limit */
    ALIGNED64 uint32_t place[TILE_LANES];
};
struct mask_row {
    uint8_t age, age_min, age_max, has, excludes;
    bool by_place; /* either side lacks coordinates: places must be equal, chords do not count */
    float x, y, z, chord2;
    uint32_t place;
};
/* A lane of a tile as a row. */
static inline struct mask_row mask_row_of(const struct mask_tile *tile, uint32_t lane,
                                          bool by_place) {
    return (struct mask_row){
        .age = tile->age[lane],
        .age_min = tile->age_min[lane],
        .age_max = tile->age_max[lane],
        .has = tile->has[lane],
        .excludes = tile->excludes[lane],
        .by_place = by_place,
        .x = tile->x[lane],
        .y = tile->y[lane],
        .z = tile->z[lane],
        .chord2 = tile->chord2[lane],
        .place = tile->place[lane],
    };
}

/* Of each row against a tile: lanes that may pass, and those of them within the chord's band. */
struct mask_ways {
    uint64_t lanes[TILE_LANES], unsure[TILE_LANES];
};

/* Half-width of the band in which float chords cannot decide, for a squared limit: no less than
 * 1e-6 c + 1e-13 for a chord of length c <= 2. With u = 2^-24, each end is off by sqrt(3) u / 2
 * (coordinates rounded), which moves c^2 by 2 sqrt(3) u c + 3 u^2; differences, squares and sums of
 * float add 5 u c^2, the rounded limit u c^2: together at most (3.5 + 12) u c + 3 u^2 = 9.3e-7 c
 * + 1.1e-14. A root would be half the work of a mask, so c is taken as at most c^2 / (2 d) + d / 2,
 * which it is at d, here 64 km. */
#define CHORD_SLOPE 5e-5f
#define CHORD_LEAST 5.1e-9f
static inline float chord_band(float limit) {
    return CHORD_SLOPE * limit + CHORD_LEAST;
}

/* Hull of a tile: what every lane lies within. */
struct mask_hull {
    uint8_t age_low, age_high, window_low, window_high;
    float low[3], high[3];
    float chord2_max;
    bool by_place;
};

#endif
