/* Hard constraints against binary64: positions, limits and chords as the gate has them. */
#include <math.h>
#include <string.h>

#include "engine/kernel/real.h"
#include "tests/support/kernel_case.h"

struct somebody {
    uint8_t age, age_min, age_max, has, excludes;
    double unit[3], chord2;
    uint32_t place;
};

struct crowd {
    struct somebody lane[TILE_LANES];
    uint32_t count;
    struct mask_tile *tile;
};

static uint8_t draw_age(struct draws *draws) {
    static const uint8_t odd[] = {0, 1, 18, 99, 127, 128, 254, 255};
    return draw_chance(draws, 0.15) ? odd[draw_below(draws, ARRAY_LEN(odd))]
                                    : (uint8_t)(20 + draw_below(draws, 40));
}

static double draw_limit(struct draws *draws) {
    static const double km[] = {0.0, 0.5, 5.0, 50.0, 500.0, 5000.0, 12000.0, 19000.0, 30000.0};
    return real_chord2_of_km(km[draw_below(draws, ARRAY_LEN(km))] * draw_in(draws, 0.9, 1.0));
}

/* Degrees around a place: a city, a country, or anywhere. */
static struct somebody draw_somebody(struct draws *draws, const double centre[2], double spread) {
    struct somebody p = {.age = draw_age(draws),
                         .age_min = draw_chance(draws, 0.5) ? 18 : draw_age(draws),
                         .age_max = draw_chance(draws, 0.5) ? 99 : draw_age(draws),
                         .has = (uint8_t)(draw_bits(draws) & draw_bits(draws)),
                         .excludes =
                             (uint8_t)(draw_bits(draws) & draw_bits(draws) & draw_bits(draws)),
                         .chord2 = draw_limit(draws),
                         .place = draw_below(draws, 3)};
    real_unit_sphere(centre[0] + draw_in(draws, -spread, spread),
                     centre[1] + draw_in(draws, -spread, spread), p.unit);
    return p;
}

static void pack(struct mask_tile *tile, uint32_t lane, const struct somebody *p) {
    tile->age[lane] = p->age;
    tile->age_min[lane] = p->age_min;
    tile->age_max[lane] = p->age_max;
    tile->has[lane] = p->has;
    tile->excludes[lane] = p->excludes;
    tile->x[lane] = (float)p->unit[0];
    tile->y[lane] = (float)p->unit[1];
    tile->z[lane] = (float)p->unit[2];
    tile->chord2[lane] = (float)p->chord2;
    tile->place[lane] = p->place;
}

static void pack_nobody(struct mask_tile *tile, uint32_t lane) {
    tile->age[lane] = tile->age_max[lane] = 0;
    tile->age_min[lane] = 255;
    tile->chord2[lane] = -1.0f;
    tile->place[lane] = UINT32_MAX;
}

static void draw_crowd(struct crowd *c, struct draws *draws, struct guarded *memory) {
    static const double spreads[] = {0.01, 0.3, 5.0, 80.0};
    static const uint32_t counts[] = {0, 1, 31, 32, 33, 63, 64, 64, 64};
    double centre[2] = {draw_in(draws, -9.0, 9.0), draw_in(draws, -9.0, 9.0)};
    double spread = spreads[draw_below(draws, ARRAY_LEN(spreads))];
    c->count = counts[draw_below(draws, ARRAY_LEN(counts))];
    c->tile = guarded_array(memory, sizeof *c->tile);
    for (uint32_t lane = 0; lane < TILE_LANES; lane++) {
        if (lane >= c->count) {
            pack_nobody(c->tile, lane);
            continue;
        }
        c->lane[lane] = draw_somebody(draws, centre, spread);
        if (lane > 0 && draw_chance(draws, 0.1))
            for (int i = 0; i < 3; i++)
                c->lane[lane].unit[i] = c->lane[lane - 1].unit[i];
        pack(c->tile, lane, &c->lane[lane]);
    }
}

static bool bytes_pass(const struct somebody *a, const struct somebody *b) {
    return b->age >= a->age_min && b->age <= a->age_max && a->age >= b->age_min &&
           a->age <= b->age_max;
}

static bool passes(const struct somebody *a, const struct somebody *b, bool by_place) {
    if (!bytes_pass(a, b) || (b->has & a->excludes) != 0)
        return false;
    if (by_place)
        return a->place == b->place;
    return real_chord2(a->unit, b->unit) <= fmin(a->chord2, b->chord2);
}

/* Puts the limit exactly on the chord to a lane, or a step beside it. */
static double limit_on_chord(const struct somebody *p, const struct crowd *c, struct draws *draws) {
    double c2 = real_chord2(p->unit, c->lane[draw_below(draws, c->count)].unit);
    double side = draw_in(draws, -1.0, 1.0);
    return side < -0.3 ? nextafter(c2, 0.0) : side > 0.3 ? nextafter(c2, 5.0) : c2;
}

static void check_row(const struct kernels *k, const struct crowd *c, const struct somebody *p,
                      const struct mask_row *row) {
    uint64_t unsure = ~UINT64_C(0);
    uint64_t lanes = k->mask(c->tile, row, &unsure);
    CASE_CHECK((unsure & ~lanes) == 0, "%s: unsure of lanes that fail", k->name);
    CASE_CHECK(!row->by_place || unsure == 0, "%s: unsure without chords", k->name);
    for (uint32_t i = 0; i < TILE_LANES; i++) {
        bool exact = i < c->count && passes(p, &c->lane[i], row->by_place);
        bool may = (lanes >> i & 1) != 0, open = (unsure >> i & 1) != 0;
        CASE_CHECK(may || !exact, "%s: lost lane %u that passes", k->name, i);
        CASE_CHECK(open || may == exact, "%s: settled lane %u the wrong way", k->name, i);
        if (!open || row->by_place)
            continue;
        double limit = fmin(p->chord2, c->lane[i].chord2);
        double apart = fabs(real_chord2(p->unit, c->lane[i].unit) - limit);
        CASE_CHECK(apart <= 2.1 * (double)chord_band((float)limit),
                   "%s: unsure of lane %u, %g from a limit of %g", k->name, i, apart, limit);
    }
}

/* All rows at once, as one by one. */
static void check_rows(const struct kernels *k, const struct crowd *rows, const struct crowd *c,
                       struct guarded *memory, struct draws *draws) {
    uint64_t which = draw_lanes(draws);
    bool by_place = draw_chance(draws, 0.2);
    struct mask_ways *got = guarded_array(memory, sizeof *got);
    memset(got, 0xa5, sizeof *got);
    k->mask_rows(c->tile, rows->tile, which, by_place, got);
    for (uint32_t i = 0; i < TILE_LANES; i++) {
        struct mask_row row = mask_row_of(rows->tile, i, by_place);
        uint64_t unsure = UINT64_C(0xa5a5a5a5a5a5a5a5), lanes = unsure;
        if ((which >> i & 1) != 0)
            lanes = k->mask(c->tile, &row, &unsure);
        CASE_CHECK(got->lanes[i] == lanes && got->unsure[i] == unsure,
                   "%s: row %u of many: %#llx, alone %#llx", k->name, i,
                   (unsigned long long)got->lanes[i], (unsigned long long)lanes);
    }
}

void kernel_check_masks(const struct kernels *kernels, uint64_t seed) {
    struct draws draws = {seed};
    struct guarded *memory = guarded_new();
    struct crowd c;
    draw_crowd(&c, &draws, memory);
    struct mask_row *row = guarded_array(memory, sizeof *row);
    for (int i = 0; i < 64; i++) {
        const double zero[2] = {0.0, 0.0};
        struct somebody p =
            c.count == 0 ? draw_somebody(&draws, zero, 5.0) : c.lane[draw_below(&draws, c.count)];
        if (draw_chance(&draws, 0.5))
            p.excludes = 0;
        if (c.count > 0 && draw_chance(&draws, 0.4))
            p.chord2 = limit_on_chord(&p, &c, &draws);
        *row = (struct mask_row){.age = p.age,
                                 .age_min = p.age_min,
                                 .age_max = p.age_max,
                                 .has = p.has,
                                 .excludes = p.excludes,
                                 .by_place = draw_chance(&draws, 0.2),
                                 .x = (float)p.unit[0],
                                 .y = (float)p.unit[1],
                                 .z = (float)p.unit[2],
                                 .chord2 = (float)p.chord2,
                                 .place = p.place};
        check_row(kernels, &c, &p, row);
    }
    struct crowd rows;
    draw_crowd(&rows, &draws, memory);
    check_rows(kernels, &rows, &c, memory, &draws);
    check_rows(kernels, &c, &c, memory, &draws);
    guarded_free(memory);
}

static struct mask_hull hull_of(const struct crowd *c, bool by_place) {
    struct mask_hull h = {.age_low = 255,
                          .window_low = 255,
                          .low = {2.0f, 2.0f, 2.0f},
                          .high = {-2.0f, -2.0f, -2.0f},
                          .by_place = by_place};
    const struct mask_tile *m = c->tile;
    for (uint32_t i = 0; i < c->count; i++) {
        const float at[3] = {m->x[i], m->y[i], m->z[i]};
        h.age_low = m->age[i] < h.age_low ? m->age[i] : h.age_low;
        h.age_high = m->age[i] > h.age_high ? m->age[i] : h.age_high;
        h.window_low = m->age_min[i] < h.window_low ? m->age_min[i] : h.window_low;
        h.window_high = m->age_max[i] > h.window_high ? m->age_max[i] : h.window_high;
        h.chord2_max = fmaxf(h.chord2_max, m->chord2[i]);
        for (int k = 0; k < 3; k++) {
            h.low[k] = fminf(h.low[k], at[k]);
            h.high[k] = fmaxf(h.high[k], at[k]);
        }
    }
    return h;
}

/* The hull's question in binary64: how far a lane is beyond the limit, negative within; NAN: bytes
 * fail. */
static double beyond(const struct mask_hull *h, const struct mask_tile *m, uint32_t i) {
    if (m->age[i] < h->window_low || m->age[i] > h->window_high || h->age_high < m->age_min[i] ||
        h->age_low > m->age_max[i])
        return NAN;
    const double at[3] = {(double)m->x[i], (double)m->y[i], (double)m->z[i]};
    double c2 = 0.0;
    for (int k = 0; k < 3; k++) {
        double d = fmax(0.0, fmax((double)h->low[k] - at[k], at[k] - (double)h->high[k]));
        c2 += d * d;
    }
    return h->by_place ? -INFINITY : c2 - (double)fminf(h->chord2_max, m->chord2[i]);
}

static void check_hull(const struct kernels *k, const struct crowd *c, const struct crowd *others,
                       const struct mask_hull *hull) {
    uint64_t lanes = k->mask_hull(c->tile, hull);
    for (uint32_t i = 0; i < c->count; i++) {
        bool any = false, may = (lanes >> i & 1) != 0;
        for (uint32_t j = 0; j < others->count; j++)
            any = any || passes(&others->lane[j], &c->lane[i], hull->by_place);
        CASE_CHECK(may || !any, "%s: the hull lost lane %u", k->name, i);
        double by = beyond(hull, c->tile, i);
        double band = 2.1 * (double)chord_band(4.0f);
        CASE_CHECK(!may || (!isnan(by) && by <= band), "%s: the hull keeps lane %u", k->name, i);
    }
}

void kernel_check_hulls(const struct kernels *kernels, uint64_t seed) {
    struct draws draws = {seed};
    struct guarded *memory = guarded_new();
    struct crowd crowds[6];
    for (size_t i = 0; i < ARRAY_LEN(crowds); i++)
        draw_crowd(&crowds[i], &draws, memory);
    struct mask_hull *hull = guarded_array(memory, sizeof *hull);
    for (size_t i = 0; i < ARRAY_LEN(crowds); i++)
        for (size_t j = 0; j < ARRAY_LEN(crowds); j++) {
            *hull = hull_of(&crowds[j], draw_chance(&draws, 0.2));
            if (crowds[j].count > 0)
                check_hull(kernels, &crowds[i], &crowds[j], hull);
        }
    guarded_free(memory);
}
