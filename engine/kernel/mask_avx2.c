/* Hard constraints, 64 lanes in two registers of bytes; chords take eight registers of eight floats
 * and are computed only where the bytes left somebody. There is no unsigned comparison of bytes, so
 * a >= b is max(a, b) == a. */
#include "engine/kernel/isa.h"

#include <immintrin.h>

static inline __m256i load32(const uint8_t *bytes) {
    return _mm256_load_si256((const __m256i *)bytes);
}

static inline __m256i at_least(__m256i a_u8x32, __m256i b_u8x32) {
    return _mm256_cmpeq_epi8(_mm256_max_epu8(a_u8x32, b_u8x32), a_u8x32);
}

static inline __m256i all_bytes(uint8_t value) {
    return _mm256_set1_epi8((char)value);
}

/* Lanes at .. at + 31 whose ages and windows meet: one byte of ones each. */
static inline __m256i ages_meet(const struct mask_tile *tile, int at, const uint8_t window[2],
                                const uint8_t own[2]) {
    __m256i age = load32(tile->age + at);
    __m256i low = at_least(age, all_bytes(window[0])), high = at_least(all_bytes(window[1]), age);
    __m256i seen = at_least(all_bytes(own[1]), load32(tile->age_min + at));
    __m256i within = at_least(load32(tile->age_max + at), all_bytes(own[0]));
    return _mm256_and_si256(_mm256_and_si256(low, high), _mm256_and_si256(seen, within));
}

static inline uint64_t byte_lanes(__m256i first, __m256i second) {
    return (uint32_t)_mm256_movemask_epi8(first) | (uint64_t)(uint32_t)_mm256_movemask_epi8(second)
                                                       << 32;
}

static inline __m256 band_of(__m256 limit) {
    return _mm256_fmadd_ps(_mm256_set1_ps(CHORD_SLOPE), limit, _mm256_set1_ps(CHORD_LEAST));
}

static inline __m256 square_sum(__m256 x, __m256 y, __m256 z) {
    return _mm256_fmadd_ps(x, x, _mm256_fmadd_ps(y, y, _mm256_mul_ps(z, z)));
}

static inline uint32_t lanes_below(__m256 value, __m256 most) {
    return (uint32_t)_mm256_movemask_ps(_mm256_cmp_ps(value, most, _CMP_LE_OQ));
}

/* Of 8 lanes: whose squared chord may be within the smaller limit, and those within the band. */
static inline uint32_t chord_lanes(const struct mask_tile *tile, const struct mask_row *row, int at,
                                   uint32_t *unsure) {
    __m256 dx_f32x8 = _mm256_sub_ps(_mm256_load_ps(tile->x + at), _mm256_set1_ps(row->x));
    __m256 dy_f32x8 = _mm256_sub_ps(_mm256_load_ps(tile->y + at), _mm256_set1_ps(row->y));
    __m256 dz_f32x8 = _mm256_sub_ps(_mm256_load_ps(tile->z + at), _mm256_set1_ps(row->z));
    __m256 c2 = square_sum(dx_f32x8, dy_f32x8, dz_f32x8);
    __m256 limit = _mm256_min_ps(_mm256_load_ps(tile->chord2 + at), _mm256_set1_ps(row->chord2));
    __m256 band = band_of(limit);
    uint32_t may = lanes_below(c2, _mm256_add_ps(limit, band));
    *unsure = may & ~lanes_below(c2, _mm256_sub_ps(limit, band));
    return may;
}

static inline uint32_t place_lanes(const struct mask_tile *tile, const struct mask_row *row,
                                   int at) {
    __m256i place = _mm256_load_si256((const __m256i *)(tile->place + at));
    __m256i equal = _mm256_cmpeq_epi32(place, _mm256_set1_epi32((int)row->place));
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(equal));
}

static inline __m256i row_lanes(const struct mask_tile *tile, const struct mask_row *row, int at) {
    const uint8_t window[2] = {row->age_min, row->age_max}, own[2] = {row->age, row->age};
    __m256i common = _mm256_and_si256(load32(tile->has + at), all_bytes(row->excludes));
    return _mm256_and_si256(ages_meet(tile, at, window, own),
                            _mm256_cmpeq_epi8(common, _mm256_setzero_si256()));
}

static uint64_t mask_avx2(const struct mask_tile *tile, const struct mask_row *row,
                          uint64_t *unsure) {
    uint64_t lanes = byte_lanes(row_lanes(tile, row, 0), row_lanes(tile, row, 32));
    uint64_t near_lanes = 0, band_lanes = 0;
    for (int at = 0; at < (int)TILE_LANES; at += 8) {
        if ((lanes >> at & 0xff) == 0)
            continue;
        uint32_t band = 0;
        uint32_t may =
            row->by_place ? place_lanes(tile, row, at) : chord_lanes(tile, row, at, &band);
        near_lanes |= (uint64_t)may << at;
        band_lanes |= (uint64_t)band << at;
    }
    *unsure = band_lanes & lanes;
    return near_lanes & lanes;
}

/* Distance from 8 lanes to a box, coordinate by coordinate. */
static inline __m256 outside(const float *values, float low, float high) {
    __m256 v = _mm256_load_ps(values);
    __m256 below = _mm256_sub_ps(_mm256_set1_ps(low), v);
    __m256 above = _mm256_sub_ps(v, _mm256_set1_ps(high));
    return _mm256_max_ps(_mm256_max_ps(below, above), _mm256_setzero_ps());
}

static uint64_t mask_hull_avx2(const struct mask_tile *tile, const struct mask_hull *hull) {
    const uint8_t window[2] = {hull->window_low, hull->window_high};
    const uint8_t own[2] = {hull->age_low, hull->age_high};
    uint64_t lanes = byte_lanes(ages_meet(tile, 0, window, own), ages_meet(tile, 32, window, own));
    if (hull->by_place)
        return lanes;
    uint64_t near_lanes = 0;
    for (int at = 0; at < (int)TILE_LANES; at += 8) {
        if ((lanes >> at & 0xff) == 0)
            continue;
        __m256 c2 = square_sum(outside(tile->x + at, hull->low[0], hull->high[0]),
                               outside(tile->y + at, hull->low[1], hull->high[1]),
                               outside(tile->z + at, hull->low[2], hull->high[2]));
        __m256 limit =
            _mm256_min_ps(_mm256_load_ps(tile->chord2 + at), _mm256_set1_ps(hull->chord2_max));
        near_lanes |= (uint64_t)lanes_below(c2, _mm256_add_ps(limit, band_of(limit))) << at;
    }
    return near_lanes & lanes;
}

static void mask_rows_avx2(const struct mask_tile *tile, const struct mask_tile *rows,
                           uint64_t which, bool by_place, struct mask_ways *out) {
    mask_rows_by(mask_avx2, tile, rows, which, by_place, out);
}

void kernels_mask_avx2(struct kernels *table) {
    table->mask = mask_avx2;
    table->mask_rows = mask_rows_avx2;
    table->mask_hull = mask_hull_avx2;
}
