/* Gathered answers, integer sums, int8 dot products. */
#include "engine/match/alike.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/match/decide.h"

enum { ALIKE_TILES = DECIDE_MAX / TILE_LANES };

struct alike {
    const struct search *search;
    uint32_t count;
    uint32_t position[DECIDE_MAX];
    const struct tile_face *face[DECIDE_MAX];
    bool all_visual;        /* have the visual signal */
    uint8_t *codes, *fresh; /* [ALIKE_TILES][groups][256]; fresh: 0 or 1 */
    uint32_t *answered;     /* [ALIKE_TILES][words][64] */
    bool has_evidence;
    int32_t evidence[DECIDE_MAX];
    struct answer_row row; /* answered bits: the viewer's, and only those */
    struct answer_sums sums;
};

struct alike *alike_new(const struct search *search) {
    struct alike *a = mem_array(1, sizeof *a);
    const struct answer_layout *layout = &search->tiles->slots.layout;
    a->search = search;
    a->codes = mem_array((size_t)ALIKE_TILES * layout->groups * 256, 1);
    a->fresh = mem_array((size_t)ALIKE_TILES * layout->groups * 256, 1);
    a->answered = mem_array((size_t)ALIKE_TILES * layout->words * TILE_LANES, sizeof(uint32_t));
    return a;
}

void alike_free(struct alike *a) {
    free(a->codes);
    free(a->fresh);
    free(a->answered);
    free(a);
}

/* Four codes of each group to the lane of a tile; 1 where there is an answer. */
static void gather(struct alike *a, uint32_t i) {
    const struct answer_layout *layout = &a->search->tiles->slots.layout;
    const struct tile_face *face = a->face[i];
    uint32_t tile = i / TILE_LANES, lane = i % TILE_LANES;
    uint32_t groups = layout->groups, words = layout->words;
    uint8_t *codes = a->codes + (size_t)tile * groups * 256 + 4 * lane;
    uint8_t *fresh = a->fresh + (size_t)tile * groups * 256 + 4 * lane;
    for (uint32_t g = 0; g < groups; g++) {
        uint32_t four;
        memcpy(&four, face->codes + 4 * g, 4);
        uint32_t answered = ((four + 0x01010101u) >> 4 & 0x01010101u) ^ 0x01010101u;
        four |= 0x30201000u;
        memcpy(codes + 256 * g, &four, 4);
        memcpy(fresh + 256 * g, &answered, 4);
    }
    for (uint32_t w = 0; w < words; w++)
        a->answered[(tile * words + w) * TILE_LANES + lane] = face->answered[w];
}

void alike_fetch(const struct tiles *tiles, uint32_t position) {
    const struct vector_store *store = &tiles->bytes;
    const char *face = (const char *)tiles_face(tiles, position);
    const char *features = (const char *)store->features + (size_t)position * store->width;
    for (size_t at = 0; at < tiles->face_size; at += CACHE_LINE)
        __builtin_prefetch(face + at);
    for (size_t at = 0; at < store->width; at += CACHE_LINE)
        __builtin_prefetch(features + at);
}

void alike_read(struct alike *a, uint32_t viewer, uint32_t count, const uint32_t *positions) {
    ASSERT(count <= DECIDE_MAX);
    const struct tiles *tiles = a->search->tiles;
    a->count = count;
    a->has_evidence = false;
    a->all_visual = true;
    for (uint32_t i = 0; i < count; i++) {
        a->position[i] = positions[i];
        a->face[i] = tiles_face(tiles, positions[i]);
        a->all_visual = a->all_visual && a->face[i]->visual;
        gather(a, i);
    }
    uint32_t words = tiles->slots.layout.words;
    memcpy(a->row.answered, tiles->row_answered + (size_t)viewer * words, words * sizeof(uint32_t));
}

/* The sums of one of the gathered tiles. */
static void sum_tile(struct alike *a, uint32_t tile) {
    const struct search *search = a->search;
    const struct answer_layout *layout = &search->tiles->slots.layout;
    size_t at = (size_t)tile * layout->groups * 256;
    struct answer_tile lanes = {
        .codes = a->codes + at,
        .fresh = a->fresh + at,
        .answered = a->answered + (size_t)tile * layout->words * TILE_LANES,
    };
    search->kernels->answers(layout, &a->row, &lanes, &a->sums);
    if (a->has_evidence)
        return;
    const int32_t *share = search->tiles->slots.class_evidence;
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

double alike_confidence(const struct alike *a, uint32_t i) {
    return a->face[i]->confidence;
}

/* Sums over all constructs, for each lane of a tile. */
struct totals {
    int32_t value[TILE_LANES], weight[TILE_LANES];
};

static void total_constructs(const struct alike *a, struct totals *out) {
    const struct answer_sums *sums = &a->sums;
    struct totals t;
    memcpy(t.value, sums->value[KERNEL_CONSTRUCTS], sizeof t.value);
    memcpy(t.weight, sums->weight[KERNEL_CONSTRUCTS], sizeof t.weight);
    for (uint32_t c = 0; c < a->search->tiles->slots.layout.constructs; c++)
        for (uint32_t lane = 0; lane < TILE_LANES; lane++) {
            t.value[lane] += sums->value[c][lane];
            t.weight[lane] += sums->weight[c][lane];
        }
    *out = t;
}

/* Half of the ratio of the sums for each lane, and of cosines from -1 to 1. */
static void halve(const struct totals *t, uint32_t lanes, double slack,
                  struct similarity_interval *out) {
    for (uint32_t lane = 0; lane < lanes; lane++) {
        bool any = t->weight[lane] != 0;
        double q = (double)t->value[lane] / (double)(any ? t->weight[lane] : 1);
        out[lane].lower = any ? 0.5 * (q - slack) : 0.0;
        out[lane].upper = any ? 0.5 * (q + 1e-9) + 0.5 : 0.5;
    }
}

void alike_answers(struct alike *a, uint32_t s, struct similarity_interval *out) {
    const struct slots *slots = &a->search->tiles->slots;
    double slack = (double)slots_similarity_tables(slots, a->face[s]->codes, &a->row);
    for (uint32_t i = 0; i < a->count; i += TILE_LANES) {
        uint32_t lanes = a->count - i < TILE_LANES ? a->count - i : TILE_LANES;
        struct totals totals;
        sum_tile(a, i / TILE_LANES);
        total_constructs(a, &totals);
        halve(&totals, lanes, slack, out + i);
    }
    a->has_evidence = true;
    for (uint32_t i = 0; !a->all_visual && i < a->count; i++)
        if (!a->face[s]->visual || !a->face[i]->visual)
            out[i] = (struct similarity_interval){0.0, 1.0};
}

struct similarity_interval alike_looks(const struct alike *a, uint32_t i, uint32_t s,
                                       struct similarity_interval answers) {
    const struct tile_face *c = a->face[i], *other = a->face[s];
    if (!c->visual || !other->visual)
        return answers;
    const struct vector_store *store = &a->search->tiles->bytes;
    const int8_t *features = store->features;
    int32_t sum = a->search->kernels->dot_bytes(features + (size_t)a->position[i] * store->width,
                                                features + (size_t)a->position[s] * store->width,
                                                store->width);
    /* |v| = 1: the kept part of s is at most 1 + rest. */
    double rest_c = (double)c->features_rest, rest_s = (double)other->features_rest;
    double error = rest_s + (1.0 + rest_s) * rest_c + 1e-9;
    double dot = (double)sum * ((double)c->features_scale * (double)other->features_scale);
    return (struct similarity_interval){answers.lower + 0.25 * (1.0 + dot - error),
                                        answers.upper - 0.25 * (1.0 - dot - error)};
}
