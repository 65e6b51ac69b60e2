/* Hard constraints, 64 lanes at once: byte comparisons give 64-bit masks directly, chords take four
 * registers of sixteen floats. */
#include "engine/kernel/isa.h"

#include <immintrin.h>

static __m512 band_of(__m512 limit) {
    return _mm512_fmadd_ps(_mm512_set1_ps(CHORD_SLOPE), limit, _mm512_set1_ps(CHORD_LEAST));
}

static uint64_t place_lanes(const struct mask_tile *tile, const struct mask_row *row) {
    __m512i place = _mm512_set1_epi32((int)row->place);
    uint64_t lanes = 0;
    for (int at = 0; at < 64; at += 16)
        lanes |= (uint64_t)_mm512_cmpeq_epi32_mask(_mm512_load_si512(tile->place + at), place)
                 << at;
    return lanes;
}

/* A tile in registers, while row after row goes past. */
struct lanes_512 {
    __m512i age, age_min, age_max, has;
    __m512 x[4], y[4], z[4], may[4], sure[4]; /* limits with and without the band */
};

/* Upper and lower ends of limits rise with the limit, so that of two the lesser end is the end of
 * the lesser limit. */
static inline struct lanes_512 load_lanes(const struct mask_tile *tile) {
    struct lanes_512 lanes = {
        .age = _mm512_load_si512(tile->age),
        .age_min = _mm512_load_si512(tile->age_min),
        .age_max = _mm512_load_si512(tile->age_max),
        .has = _mm512_load_si512(tile->has),
    };
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        __m512 limit = _mm512_load_ps(tile->chord2 + 16 * i), band = band_of(limit);
        lanes.x[i] = _mm512_load_ps(tile->x + 16 * i);
        lanes.y[i] = _mm512_load_ps(tile->y + 16 * i);
        lanes.z[i] = _mm512_load_ps(tile->z + 16 * i);
        lanes.may[i] = _mm512_add_ps(limit, band);
        lanes.sure[i] = _mm512_sub_ps(limit, band);
    }
    return lanes;
}

static inline uint64_t bytes_pass(const struct lanes_512 *lanes, const struct mask_row *row) {
    __m512i own = _mm512_set1_epi8((char)row->age);
    __mmask64 pass = _mm512_cmpge_epu8_mask(lanes->age, _mm512_set1_epi8((char)row->age_min));
    pass = _mm512_mask_cmple_epu8_mask(pass, lanes->age, _mm512_set1_epi8((char)row->age_max));
    pass = _mm512_mask_cmpge_epu8_mask(pass, own, lanes->age_min);
    pass = _mm512_mask_cmple_epu8_mask(pass, own, lanes->age_max);
    return _mm512_mask_testn_epi8_mask(pass, lanes->has, _mm512_set1_epi8((char)row->excludes));
}

/* All sixty-four chords, asked for or not: a branch on who is left would cost more. */
static inline uint64_t mask_row(const struct lanes_512 *lanes, const struct mask_row *row,
                                uint64_t *unsure) {
    __m512 x = _mm512_set1_ps(row->x), y = _mm512_set1_ps(row->y), z = _mm512_set1_ps(row->z);
    __m512 limit = _mm512_set1_ps(row->chord2), band = band_of(limit);
    __m512 may = _mm512_add_ps(limit, band), sure = _mm512_sub_ps(limit, band);
    uint64_t near_lanes = 0, sure_lanes = 0;
#pragma GCC unroll 4
    for (int i = 0; i < 4; i++) {
        __m512 dx = _mm512_sub_ps(lanes->x[i], x), dy = _mm512_sub_ps(lanes->y[i], y);
        __m512 dz = _mm512_sub_ps(lanes->z[i], z);
        __m512 c2 = _mm512_fmadd_ps(dx, dx, _mm512_fmadd_ps(dy, dy, _mm512_mul_ps(dz, dz)));
        __m512 may_be = _mm512_min_ps(lanes->may[i], may);
        __m512 is_sure = _mm512_min_ps(lanes->sure[i], sure);
        near_lanes |= (uint64_t)_mm512_cmp_ps_mask(c2, may_be, _CMP_LE_OQ) << 16 * i;
        sure_lanes |= (uint64_t)_mm512_cmp_ps_mask(c2, is_sure, _CMP_LE_OQ) << 16 * i;
    }
    near_lanes &= bytes_pass(lanes, row);
    *unsure = near_lanes & ~sure_lanes;
    return near_lanes;
}

static uint64_t mask_avx512(const struct mask_tile *tile, const struct mask_row *row,
                            uint64_t *unsure) {
    const struct lanes_512 lanes = load_lanes(tile);
    if (!row->by_place)
        return mask_row(&lanes, row, unsure);
    *unsure = 0;
    return bytes_pass(&lanes, row) & place_lanes(tile, row);
}

static void mask_rows_avx512(const struct mask_tile *tile, const struct mask_tile *rows,
                             uint64_t which, bool by_place, struct mask_ways *out) {
    if (by_place) {
        mask_rows_by(mask_avx512, tile, rows, which, by_place, out);
        return;
    }
    const struct lanes_512 lanes = load_lanes(tile);
    for (uint64_t left = which; left != 0; left &= left - 1) {
        uint32_t at = (uint32_t)__builtin_ctzll(left);
        const struct mask_row row = mask_row_of(rows, at, by_place);
        out->lanes[at] = mask_row(&lanes, &row, &out->unsure[at]);
    }
}

/* Distance from 16 lanes to a box, coordinate by coordinate. */
static __m512 outside(const float *values, float low, float high) {
    __m512 v = _mm512_load_ps(values);
    __m512 below = _mm512_sub_ps(_mm512_set1_ps(low), v);
    __m512 above = _mm512_sub_ps(v, _mm512_set1_ps(high));
    return _mm512_max_ps(_mm512_max_ps(below, above), _mm512_setzero_ps());
}

static uint64_t mask_hull_avx512(const struct mask_tile *tile, const struct mask_hull *hull) {
    __m512i age = _mm512_load_si512(tile->age);
    uint64_t lanes = _mm512_cmpge_epu8_mask(age, _mm512_set1_epi8((char)hull->window_low));
    lanes &= _mm512_cmple_epu8_mask(age, _mm512_set1_epi8((char)hull->window_high));
    lanes &= _mm512_cmpge_epu8_mask(_mm512_set1_epi8((char)hull->age_high),
                                    _mm512_load_si512(tile->age_min));
    lanes &= _mm512_cmple_epu8_mask(_mm512_set1_epi8((char)hull->age_low),
                                    _mm512_load_si512(tile->age_max));
    if (hull->by_place || lanes == 0)
        return lanes;
    uint64_t near_lanes = 0;
    for (int at = 0; at < 64; at += 16) {
        __m512 dx = outside(tile->x + at, hull->low[0], hull->high[0]);
        __m512 dy = outside(tile->y + at, hull->low[1], hull->high[1]);
        __m512 dz = outside(tile->z + at, hull->low[2], hull->high[2]);
        __m512 c2 = _mm512_fmadd_ps(dx, dx, _mm512_fmadd_ps(dy, dy, _mm512_mul_ps(dz, dz)));
        __m512 limit =
            _mm512_min_ps(_mm512_load_ps(tile->chord2 + at), _mm512_set1_ps(hull->chord2_max));
        __m512 band = band_of(limit);
        near_lanes |= (uint64_t)_mm512_cmp_ps_mask(c2, _mm512_add_ps(limit, band), _CMP_LE_OQ)
                      << at;
    }
    return lanes & near_lanes;
}

void kernels_mask_avx512(struct kernels *table) {
    table->mask = mask_avx512;
    table->mask_rows = mask_rows_avx512;
    table->mask_hull = mask_hull_avx512;
}
