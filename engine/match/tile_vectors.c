/* Vectors at low precision: x = scale * q + rest, with |rest| measured, not estimated.
 *
 * int8: scale = max |x_i| / 127. int16: scale = |x| / 32700, so that no dot product of two such
 * vectors leaves 32 bits (Cauchy-Schwarz: 32700^2 + rounding < 2^31), whatever the dimension. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/kernel/blas.h"
#include "engine/match/tile.h"

enum { BYTE_MOST = 127, WORD_NORM = 32700 };

/* Of anybody's features, which are scaled to length 1 in binary64. */
static const double UNIT_NORM = 1.0 + 1e-9;

/* For the float arithmetic on the results: relative 2^-22 of the product of norms. */
static const double FLOAT_ROUNDING = 0x1p-21;

/* A taste stronger than this is a step function of the angle, and its products may leave the range
 * of floats, where bounds turn to NaN. It is stored as 0 with a rest beyond all that a sigmoid
 * tells apart: nothing is said of it, and every pair of it is scored. */
static const double NORM_MOST = 1e15;
static const float REST_OF_ANYTHING = 1e30f;

struct quantised {
    float scale, rest, norm;
    int32_t sum;
};

/* Sums are taken in eight parts, which the compiler does side by side. */
enum { PARTS = 8 };

static double sum_of(const double parts[PARTS]) {
    return ((parts[0] + parts[4]) + (parts[1] + parts[5])) +
           ((parts[2] + parts[6]) + (parts[3] + parts[7]));
}

static double largest(const double *x, uint32_t dim) {
    double most = 0.0;
    for (uint32_t i = 0; i < dim; i++)
        most = fabs(x[i]) > most ? fabs(x[i]) : most;
    return most;
}

static double length(const double *x, uint32_t dim) {
    double parts[PARTS] = {0.0};
    uint32_t i = 0;
    for (; i + PARTS <= dim; i += PARTS)
        for (uint32_t k = 0; k < PARTS; k++)
            parts[k] += x[i + k] * x[i + k];
    for (; i < dim; i++)
        parts[0] += x[i] * x[i];
    return sqrt(sum_of(parts));
}

struct vector {
    const double *x;
    uint32_t dim;
    double norm, most; /* length, greatest |x_i| */
};

static struct vector vector_of(const double *x, uint32_t dim) {
    return (struct vector){x, dim, length(x, dim), largest(x, dim)};
}

static float up(double x) {
    return nextafterf((float)(x * (1.0 + 1e-9)), INFINITY);
}

/* To the nearest whole number, for what is smaller than 2^51: no call, and several at once. */
static double nearest(double x) {
    const double shift = 0x1.8p52;
    return (x + shift) - shift;
}

/* What one to PARTS elements add. */
struct tally {
    double rest2[PARTS], kept2[PARTS], sum[PARTS];
};

/* Inline, and called with PARTS itself where it can be: then several at once. */
static inline void quantise_part(const double *restrict x, uint32_t count, const double grid[3],
                                 int32_t *restrict q, struct tally *restrict t) {
    const double scale = grid[0], inverse = grid[1], most = grid[2];
    for (uint32_t k = 0; k < count; k++) {
        double whole = nearest(x[k] * inverse);
        whole = whole > most ? most : whole;
        whole = whole < -most ? -most : whole;
        double kept = whole * scale, rest = x[k] - kept;
        t->rest2[k] += rest * rest;
        t->kept2[k] += kept * kept;
        t->sum[k] += whole;
        q[k] = (int32_t)whole;
    }
}

static inline void keep_part(const int32_t *q, uint32_t count, int8_t *bytes, int16_t *words,
                             uint32_t at) {
    if (bytes != NULL)
        for (uint32_t k = 0; k < count; k++)
            bytes[at + k] = (int8_t)q[k];
    else
        for (uint32_t k = 0; k < count; k++)
            words[at + k] = (int16_t)q[k];
}

/* Writes q to int8 or int16. The scale is the float that the kernels multiply by; how the nearest
 * q is found does not matter, because the rest is measured. */
static struct quantised quantise(const struct vector *v, int8_t *bytes, int16_t *words) {
    const double *x = v->x, norm = v->norm;
    uint32_t dim = v->dim;
    struct quantised out = {.scale =
                                (float)(bytes != NULL ? v->most / BYTE_MOST : norm / WORD_NORM)};
    struct tally t = {{0.0}, {0.0}, {0.0}};
    const double grid[3] = {(double)out.scale, out.scale > FLT_MIN ? 1.0 / (double)out.scale : 0.0,
                            bytes != NULL ? BYTE_MOST : INT16_MAX};
    int32_t q[PARTS];
    uint32_t i = 0;
    for (; i + PARTS <= dim; i += PARTS) {
        quantise_part(x + i, PARTS, grid, q, &t);
        keep_part(q, PARTS, bytes, words, i);
    }
    quantise_part(x + i, dim - i, grid, q, &t);
    keep_part(q, dim - i, bytes, words, i);
    out.sum = (int32_t)sum_of(t.sum);
    out.rest = up(sqrt(sum_of(t.rest2)) + FLOAT_ROUNDING * norm);
    out.norm = up(sqrt(sum_of(t.kept2)));
    return out;
}

static void store_preference(struct vector_store *store, uint32_t position,
                             const struct vector *v) {
    size_t at = (size_t)position * store->width;
    bool bytes = store->preference_sum != NULL;
    struct quantised q = {.rest = REST_OF_ANYTHING};
    if (v->norm <= NORM_MOST)
        q = quantise(v, bytes ? (int8_t *)store->preference + at : NULL,
                     bytes ? NULL : (int16_t *)store->preference + at);
    store->preference_scale[position] = q.scale;
    store->preference_rest[position] = q.rest;
    store->preference_norm[position] = q.norm;
    if (bytes)
        store->preference_sum[position] = q.sum;
}

static void store_features(struct vector_store *store, uint32_t position, const struct vector *v) {
    size_t at = (size_t)position * store->width;
    bool bytes = store->features_sum != NULL;
    struct quantised q = quantise(v, bytes ? (int8_t *)store->features + at : NULL,
                                  bytes ? NULL : (int16_t *)store->features + at);
    store->features_scale[position] = q.scale;
    store->features_rest[position] = q.rest;
    if (bytes)
        store->features_sum[position] = q.sum;
}

static void clear(void *array, uint32_t tile, size_t size) {
    if (array != NULL)
        memset((char *)array + (size_t)tile * TILE_LANES * size, 0, TILE_LANES * size);
}

static void clear_store(const struct vector_store *store, uint32_t tile) {
    clear(store->preference, tile, store->width * store->element);
    clear(store->features, tile, store->width * store->element);
    void *const numbers[] = {store->preference_sum, store->features_sum,    store->preference_scale,
                             store->features_scale, store->preference_rest, store->features_rest,
                             store->preference_norm};
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++)
        clear(numbers[i], tile, sizeof(float));
}

void tiles_pack_vectors(struct tiles *tiles, uint32_t tile) {
    clear_store(&tiles->bytes, tile);
    clear_store(&tiles->words, tile);
    if (!tiles->groups[tiles->group_of[tile]].visual)
        return;
    const struct population *p = tiles->view->population;
    uint32_t dim = population_dim(p);
    double *preference = mem_array(dim, sizeof *preference);
    for (uint32_t lane = 0; lane < TILE_LANES; lane++) {
        uint32_t position = tile * TILE_LANES + lane, row = tiles->row_of[position];
        if (row == ROW_NONE)
            continue;
        const float *narrow = population_preference(p, row);
        for (uint32_t i = 0; i < dim; i++)
            preference[i] = (double)narrow[i];
        const double *features = population_features(p, row);
        struct vector taste = vector_of(preference, dim), looks = vector_of(features, dim);
        store_preference(&tiles->bytes, position, &taste);
        store_preference(&tiles->words, position, &taste);
        store_features(&tiles->bytes, position, &looks);
        store_features(&tiles->words, position, &looks);
    }
    free(preference);
}

/* Preferences are floats to begin with; features are rounded. What the dot products may be off by
 * is the preference's rest (blas.h). */
void tiles_pack_floats(struct tiles *tiles, uint32_t tile) {
    const struct population *p = tiles->view->population;
    uint32_t dim = population_dim(p);
    struct vector_store *store = &tiles->floats;
    clear_store(store, tile);
    if (!tiles->groups[tiles->group_of[tile]].visual)
        return;
    for (uint32_t lane = 0; lane < TILE_LANES; lane++) {
        uint32_t position = tile * TILE_LANES + lane, row = tiles->row_of[position];
        if (row == ROW_NONE)
            continue;
        const float *preference = population_preference(p, row);
        const double *features = population_features(p, row);
        size_t at = (size_t)position * store->width;
        double norm2 = 0.0;
        for (uint32_t i = 0; i < dim; i++) {
            ((float *)store->features)[at + i] = (float)features[i];
            norm2 += (double)preference[i] * (double)preference[i];
        }
        double norm = sqrt(norm2) * (1.0 + 1e-9);
        store->preference_scale[position] = store->features_scale[position] = 1.0f;
        store->preference_rest[position] = REST_OF_ANYTHING;
        if (norm > NORM_MOST)
            continue;
        memcpy((float *)store->preference + at, preference, dim * sizeof *preference);
        store->preference_norm[position] = up(norm);
        store->preference_rest[position] = blas_dot_error(store->width, norm, UNIT_NORM);
    }
}
