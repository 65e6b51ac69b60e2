/* Gathered answers, integer sums, dot products of integers. */
#include "engine/match/alike.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

enum { ALIKE_TILES = ALIKE_MAX / TILE_LANES };

struct alike {
    const struct search *search;
    struct answer_layout layout; /* of all groups as one construct: one sum of each lane */
    uint32_t count;
    uint32_t position[ALIKE_MAX];
    const struct tile_face *face[ALIKE_MAX];
    const int8_t *looks[ALIKE_MAX];
    double scale[ALIKE_MAX], rest[ALIKE_MAX]; /* as in the faces */
    float confidence_root[ALIKE_MAX];         /* likewise */
    bool all_visual;                          /* have the visual signal */
    uint8_t *codes, *fresh;                   /* [ALIKE_TILES][groups][256]; fresh: 0 or 1 */
    uint32_t *answered;                       /* [ALIKE_TILES][words][64] */
    bool has_evidence;
    int32_t evidence[ALIKE_MAX];
    struct answer_row row; /* answered bits: the viewer's, and only those */
    struct answer_sums sums;
};

struct alike *alike_new(const struct search *search) {
    struct alike *a = mem_array(1, sizeof *a);
    a->search = search;
    a->layout = search->tiles->slots.layout;
    a->layout.constructs = 1;
    a->layout.group_first[0] = 0;
    a->layout.group_count[0] = (uint8_t)a->layout.groups;
    a->layout.has_singles = a->layout.has_strain[0] = false;
    size_t groups = a->layout.groups, words = a->layout.words;
    a->codes = mem_array(ALIKE_TILES * groups * 256, 1);
    a->fresh = mem_array(ALIKE_TILES * groups * 256, 1);
    a->answered = mem_array(ALIKE_TILES * words * TILE_LANES, sizeof(uint32_t));
    return a;
}

void alike_free(struct alike *a) {
    free(a->codes);
    free(a->fresh);
    free(a->answered);
    free(a);
}

/* Four lanes of a group, or four groups of a lane. */
typedef uint32_t alike_u32x4 __attribute__((vector_size(16)));

static alike_u32x4 load_four(const uint8_t *bytes) {
    alike_u32x4 four;
    memcpy(&four, bytes, sizeof four);
    return four;
}

/* Codes of four lanes; 1 where there is an answer. */
static void store_four(alike_u32x4 codes, uint8_t *codes_out, uint8_t *fresh_out) {
    alike_u32x4 fresh = ((codes + 0x01010101u) >> 4 & 0x01010101u) ^ 0x01010101u;
    codes |= 0x30201000u;
    memcpy(codes_out, &codes, sizeof codes);
    memcpy(fresh_out, &fresh, sizeof fresh);
}

/* Lanes of four groups each to groups of four lanes each. */
static void turn(alike_u32x4 v[4]) {
    alike_u32x4 ab_low = __builtin_shuffle(v[0], v[1], (alike_u32x4){0, 4, 1, 5});
    alike_u32x4 ab_high = __builtin_shuffle(v[0], v[1], (alike_u32x4){2, 6, 3, 7});
    alike_u32x4 cd_low = __builtin_shuffle(v[2], v[3], (alike_u32x4){0, 4, 1, 5});
    alike_u32x4 cd_high = __builtin_shuffle(v[2], v[3], (alike_u32x4){2, 6, 3, 7});
    v[0] = __builtin_shuffle(ab_low, cd_low, (alike_u32x4){0, 1, 4, 5});
    v[1] = __builtin_shuffle(ab_low, cd_low, (alike_u32x4){2, 3, 6, 7});
    v[2] = __builtin_shuffle(ab_high, cd_high, (alike_u32x4){0, 1, 4, 5});
    v[3] = __builtin_shuffle(ab_high, cd_high, (alike_u32x4){2, 3, 6, 7});
}

/* The answers of candidates i .. i + 3 to their lanes of a tile. */
static void gather_four(struct alike *a, uint32_t i) {
    uint32_t tile = i / TILE_LANES, lane = i % TILE_LANES;
    uint32_t groups = a->layout.groups, words = a->layout.words, g = 0;
    const struct tile_face *const *face = a->face + i;
    uint8_t *codes = a->codes + (size_t)tile * groups * 256 + 4 * lane;
    uint8_t *fresh = a->fresh + (size_t)tile * groups * 256 + 4 * lane;
    for (; g + 4 <= groups; g += 4) {
        alike_u32x4 v[4];
        for (int k = 0; k < 4; k++)
            v[k] = load_four(face[k]->codes + 4 * g);
        turn(v);
        for (uint32_t k = 0; k < 4; k++)
            store_four(v[k], codes + 256 * (g + k), fresh + 256 * (g + k));
    }
    for (; g < groups; g++) {
        uint32_t v[4];
        for (int k = 0; k < 4; k++)
            memcpy(&v[k], face[k]->codes + 4 * g, 4);
        store_four((alike_u32x4){v[0], v[1], v[2], v[3]}, codes + 256 * g, fresh + 256 * g);
    }
    for (uint32_t w = 0; w < words; w++)
        for (uint32_t k = 0; k < 4; k++)
            a->answered[(tile * words + w) * TILE_LANES + lane + k] = face[k]->answered[w];
}

static const int8_t *looks_at(const struct tiles *tiles, uint32_t position) {
    return (const int8_t *)tiles->bytes.features + (size_t)position * tiles->bytes.width;
}

void alike_fetch(const struct tiles *tiles, uint32_t position) {
    const char *face = (const char *)tiles_face(tiles, position);
    const int8_t *looks = looks_at(tiles, position);
    for (size_t at = 0; at < tiles->face_size; at += CACHE_LINE)
        __builtin_prefetch(face + at);
    for (size_t at = 0; at < tiles->bytes.width; at += CACHE_LINE)
        __builtin_prefetch(looks + at);
}

void alike_read(struct alike *a, uint32_t viewer, uint32_t count, const uint32_t *positions) {
    ASSERT(count <= ALIKE_MAX);
    const struct tiles *tiles = a->search->tiles;
    a->count = count;
    a->has_evidence = false;
    a->all_visual = true;
    for (uint32_t i = 0; i < count; i++) {
        const struct tile_face *face = tiles_face(tiles, positions[i]);
        a->position[i] = positions[i];
        a->face[i] = face;
        a->looks[i] = looks_at(tiles, positions[i]);
        a->scale[i] = (double)face->features_scale;
        a->rest[i] = (double)face->features_rest;
        a->confidence_root[i] = face->confidence_root;
        a->all_visual = a->all_visual && face->visual;
    }
    for (uint32_t i = count; i % 4 != 0; i++) /* lanes that nobody asks for */
        a->face[i] = a->face[count - 1];
    for (uint32_t i = 0; i < count; i += 4)
        gather_four(a, i);
    uint32_t words = a->layout.words;
    memcpy(a->row.answered, tiles->row_answered + (size_t)viewer * words, words * sizeof(uint32_t));
}

/* The sums of one of the gathered tiles. */
static void sum_tile(struct alike *a, uint32_t tile) {
    size_t at = (size_t)tile * a->layout.groups * 256;
    struct answer_tile lanes = {
        .codes = a->codes + at,
        .fresh = a->fresh + at,
        .answered = a->answered + (size_t)tile * a->layout.words * TILE_LANES,
    };
    a->search->kernels->answers(&a->layout, &a->row, &lanes, &a->sums);
    if (a->has_evidence)
        return;
    const int32_t *share = a->search->tiles->slots.class_evidence;
    for (uint32_t lane = 0; lane < TILE_LANES; lane++)
        a->evidence[tile * TILE_LANES + lane] = share[0] * a->sums.answered[0][lane] +
                                                share[1] * a->sums.answered[1][lane] +
                                                share[2] * a->sums.answered[2][lane];
}

const int32_t *alike_evidence(struct alike *a) {
    for (uint32_t i = 0; !a->has_evidence && i < a->count; i += TILE_LANES)
        sum_tile(a, i / TILE_LANES);
    a->has_evidence = true;
    return a->evidence;
}

const float *alike_confidence_roots(const struct alike *a) {
    return a->confidence_root;
}

uint32_t alike_row(const struct alike *a, uint32_t i) {
    return a->face[i]->row;
}

/* For the roundings of the canonical sum and of what is done here: 2^-24 for each of the three that
 * make a ratio of floats, next to nothing in binary64. */
static const double ROUNDING = 1e-9, RATIO_ROUNDING = 3.1 * 0x1p-24;

/* Ratios of the sums, 0 where no answer is common: all of it below 1, in floats. */
static void divide(const struct answer_sums *sums, uint32_t lanes, float *out) {
    for (uint32_t lane = 0; lane < lanes; lane++) {
        int32_t weight = sums->weight[0][lane];
        weight = weight == 0 ? 1 : weight;
        out[lane] = (float)sums->value[0][lane] / (float)weight;
    }
}

/* q of everybody to s. */
static void compare_answers(struct alike *a, uint32_t s, struct likeness *out) {
    const struct slots *slots = &a->search->tiles->slots;
    out->slack = (double)slots_similarity_tables(slots, a->face[s]->codes, &a->row);
    out->slack += RATIO_ROUNDING;
    for (uint32_t i = 0; i < a->count; i += TILE_LANES) {
        sum_tile(a, i / TILE_LANES);
        uint32_t lanes = a->count - i < TILE_LANES ? a->count - i : TILE_LANES;
        divide(&a->sums, lanes, out->answers + i);
    }
    a->has_evidence = true;
}

/* How far the dot product of the kept parts may be off: |v| = 1, so the kept part of s is at most
 * 1 + rest. */
static double dot_error(double rest_c, double rest_s) {
    return rest_s + (1.0 + rest_s) * rest_c + ROUNDING;
}

/* .5 q + .25 (1 + dot), where q may be too high by slack and dot off by error. */
static double sim_of(double q, double dot) {
    return 0.5 * q + 0.25 * (1.0 + dot);
}

/* Who lacks the visual signal may have features all the same, but not in the tiles: the half that
 * looks are is between 0 and .5, or q as well. */
static void leave_looks_open(const struct alike *a, struct likeness *out) {
    bool visual = a->face[out->s]->visual;
    for (uint32_t i = 0; i < a->count; i++) {
        if (visual && a->face[i]->visual)
            continue;
        double q = (double)out->answers[i];
        out->lower[i] = 0.5 * (q - out->slack) - ROUNDING;
        out->upper[i] = 0.5 * (q + RATIO_ROUNDING) + 0.5 + ROUNDING;
    }
}

void alike_measure(struct alike *a, uint32_t s, struct likeness *out) {
    int32_t dots[ALIKE_MAX];
    out->s = s;
    compare_answers(a, s, out);
    a->search->kernels->dots_bytes(a->looks[s], a->looks, a->count, a->search->tiles->bytes.width,
                                   dots);
    double scale = a->scale[s], rest = a->rest[s];
    for (uint32_t i = 0; i < a->count; i++) {
        double error = dot_error(a->rest[i], rest);
        double dot = (double)dots[i] * (a->scale[i] * scale);
        double q = (double)out->answers[i];
        out->lower[i] = sim_of(q - out->slack, dot - error);
        out->upper[i] = sim_of(q + RATIO_ROUNDING, dot + error);
    }
    if (!a->all_visual)
        leave_looks_open(a, out);
}

void alike_narrow_soon(const struct alike *a, uint32_t i) {
    const struct vector_store *words = &a->search->tiles->words;
    const int16_t *features =
        (const int16_t *)words->features + (size_t)a->position[i] * words->width;
    for (size_t at = 0; at < words->width; at += CACHE_LINE / sizeof *features)
        __builtin_prefetch(features + at);
    __builtin_prefetch(&words->features_scale[a->position[i]]);
    __builtin_prefetch(&words->features_rest[a->position[i]]);
}

static int32_t dot_words(const int16_t *x, const int16_t *y, uint32_t width) {
    int32_t sum = 0;
    for (uint32_t i = 0; i < width; i++)
        sum += x[i] * y[i];
    return sum;
}

struct similarity_interval alike_narrow(const struct alike *a, uint32_t i,
                                        const struct likeness *likeness) {
    if (!a->face[i]->visual || !a->face[likeness->s]->visual)
        return (struct similarity_interval){likeness->lower[i], likeness->upper[i]};
    const struct vector_store *words = &a->search->tiles->words;
    size_t c = a->position[i], s = a->position[likeness->s];
    const int16_t *features = words->features;
    int32_t sum = dot_words(features + c * words->width, features + s * words->width, words->width);
    double dot =
        (double)sum * ((double)words->features_scale[c] * (double)words->features_scale[s]);
    double error = dot_error((double)words->features_rest[c], (double)words->features_rest[s]);
    double q = (double)likeness->answers[i];
    return (struct similarity_interval){sim_of(q - likeness->slack, dot - error),
                                        sim_of(q + RATIO_ROUNDING, dot + error)};
}
