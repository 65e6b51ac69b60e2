/* Visual affinity of surviving pairs, pair by pair, in plain C: the reference of the other affinity
 * kernels. */
#include "engine/kernel/isa.h"
#include "engine/kernel/real.h"

#include <math.h>

static int64_t dot(const struct vector_tile *viewer, uint32_t v, const struct vector_tile *other,
                   uint32_t o, bool bytes) {
    int64_t sum = 0;
    size_t p = (size_t)v * viewer->width, f = (size_t)o * other->width;
    if (bytes) {
        const int8_t *preference = (const int8_t *)viewer->preference + p;
        const int8_t *features = (const int8_t *)other->features + f;
        for (uint32_t i = 0; i < viewer->width; i++)
            sum += preference[i] * features[i];
        return sum;
    }
    const int16_t *preference = (const int16_t *)viewer->preference + p;
    const int16_t *features = (const int16_t *)other->features + f;
    for (uint32_t i = 0; i < viewer->width; i++)
        sum += preference[i] * features[i];
    return sum;
}

static float product_of(const struct vector_tile *viewer, uint32_t v,
                        const struct vector_tile *other, uint32_t o, bool bytes) {
    return (float)dot(viewer, v, other, o, bytes) * viewer->preference_scale[v] *
           other->features_scale[o];
}

/* lower = [0], upper = [1] */
static void affinity_of(const struct refine_input *in, const struct vector_tile *viewer, uint32_t v,
                        const struct vector_tile *other, uint32_t o, float product, float out[2]) {
    float error = viewer->preference_norm[v] * other->features_rest[o] + viewer->preference_rest[v];
    for (int end = 0; end < 2; end++) {
        float x = in->affinity_scale * (end == 0 ? product - error : product + error);
        float affinity = 0.5f + viewer->confidence[v] * ((float)real_sigmoid((double)x) - 0.5f);
        affinity += end == 0 ? -SIGMOID_ERROR : SIGMOID_ERROR;
        out[end] = affinity > 0.0f ? affinity : 0.0f;
    }
}

static float raw_at(const struct score_terms *terms, const float parts[3], float ab, float ba,
                    float *mutual) {
    float x = terms->side_fit * parts[1] + terms->side_affinity * ab;
    float y = terms->side_fit * parts[2] + terms->side_affinity * ba;
    x = x > 0.0f ? x : 0.0f;
    y = y > 0.0f ? y : 0.0f;
    *mutual = 2.0f * (x * y) / (x + y > 1e-9f ? x + y : 1e-9f);
    return parts[0] + terms->affinity * sqrtf(ab * ba) + 0.3f * *mutual;
}

void survivors_bound(const struct refine_input *in, struct survivors *s, uint32_t at,
                     const float ab[2], const float ba[2]) {
    const float high[3] = {s->part[at], s->side_ab[at], s->side_ba[at]};
    const float slack = in->duel->row_slack[s->pair[at] >> 6];
    const float low[3] = {high[0] - in->terms->fit * slack, high[1] - slack, high[2] - slack};
    s->upper[at] = raw_at(in->terms, high, ab[1], ba[1], &s->mutual_upper[at]) + KERNEL_MARGIN;
    s->lower[at] = raw_at(in->terms, low, ab[0], ba[0], &s->mutual_lower[at]) - KERNEL_MARGIN;
    s->mutual_upper[at] += KERNEL_MARGIN;
    s->mutual_lower[at] -= KERNEL_MARGIN;
}

bool survivors_keep(const struct duel *duel, struct survivors *s, uint32_t from, uint32_t to) {
    uint32_t row = s->pair[from] >> 6, lane = s->pair[from] & 63;
    bool one =
        (s->ways[from] & 1) != 0 && s->upper[from] + duel->lane_bonus[lane] >= duel->row_limit[row];
    bool two =
        (s->ways[from] & 2) != 0 && s->upper[from] + duel->row_bonus[row] >= duel->lane_limit[lane];
    s->pair[to] = s->pair[from];
    s->ways[to] = (uint8_t)(one | two << 1);
    s->part[to] = s->part[from];
    s->side_ab[to] = s->side_ab[from];
    s->side_ba[to] = s->side_ba[from];
    s->lower[to] = s->lower[from];
    s->upper[to] = s->upper[from];
    s->mutual_lower[to] = s->mutual_lower[from];
    s->mutual_upper[to] = s->mutual_upper[from];
    return one || two;
}

/* Survivor `from` with its dot products; 1 if it is kept, at `to`. */
static uint32_t refine_pair(const struct refine_input *in, struct survivors *s, uint32_t from,
                            uint32_t to, const float product[2]) {
    uint32_t row = s->pair[from] >> 6, lane = s->pair[from] & 63;
    float ab[2], ba[2];
    affinity_of(in, in->rows, row, in->lanes, lane, product[0], ab);
    affinity_of(in, in->lanes, lane, in->rows, row, product[1], ba);
    survivors_bound(in, s, from, ab, ba);
    return survivors_keep(in->duel, s, from, to);
}

static void refine(const struct refine_input *in, bool bytes, struct survivors *s) {
    uint32_t kept = 0;
    for (uint32_t at = 0; at < s->count; at++) {
        uint32_t row = s->pair[at] >> 6, lane = s->pair[at] & 63;
        const float products[2] = {product_of(in->rows, row, in->lanes, lane, bytes),
                                   product_of(in->lanes, lane, in->rows, row, bytes)};
        kept += refine_pair(in, s, at, kept, products);
    }
    s->count = kept;
}

static void refine_dots_ref(const struct refine_input *in, const float *ab, const float *ba,
                            struct survivors *s) {
    uint32_t kept = 0;
    for (uint32_t at = 0; at < s->count; at++)
        kept += refine_pair(in, s, at, kept, (const float[2]){ab[at], ba[at]});
    s->count = kept;
}

static void refine8_ref(const struct refine_input *in, struct survivors *survivors) {
    refine(in, true, survivors);
}

static void refine16_ref(const struct refine_input *in, struct survivors *survivors) {
    refine(in, false, survivors);
}

void kernels_affinity_ref(struct kernels *table) {
    table->refine8 = refine8_ref;
    table->refine16 = refine16_ref;
    table->refine_dots = refine_dots_ref;
}
