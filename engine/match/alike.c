/* Gathered answers, integer sums, int8 dot products. */
#include "engine/match/alike.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/match/decide.h"

enum { ALIKE_TILES = DECIDE_MAX / TILE_LANES };

struct alike {
    const struct search *search;
    const uint32_t *positions;
    uint32_t count;
    uint32_t answered[KERNEL_WORDS_MAX]; /* of the viewer, as a row */
    uint8_t *codes, *fresh;              /* [ALIKE_TILES][groups][256]; fresh: 0 or 1 */
    struct answer_row row;
    struct answer_sums sums;
};

struct alike *alike_new(const struct search *search) {
    struct alike *a = mem_array(1, sizeof *a);
    size_t bytes = (size_t)ALIKE_TILES * search->tiles->slots.layout.groups * 256;
    a->search = search;
    a->codes = mem_array(bytes, 1);
    a->fresh = mem_array(bytes, 1);
    return a;
}

void alike_free(struct alike *a) {
    free(a->codes);
    free(a->fresh);
    free(a);
}

/* Four codes of each group to the lane of a tile; 1 where there is an answer. */
static void gather(struct alike *a, uint32_t at, uint32_t position) {
    const struct tiles *tiles = a->search->tiles;
    const uint8_t *shown = tiles->shown + (size_t)position * SLOTS_MAX;
    uint32_t groups = tiles->slots.layout.groups;
    size_t to = (size_t)(at / TILE_LANES) * groups * 256 + 4 * (at % TILE_LANES);
    for (uint32_t g = 0; g < groups; g++, to += 256) {
        uint32_t four;
        memcpy(&four, shown + 4 * g, 4);
        uint32_t answered = ((four + 0x01010101u) >> 4 & 0x01010101u) ^ 0x01010101u;
        four |= 0x30201000u;
        memcpy(a->codes + to, &four, 4);
        memcpy(a->fresh + to, &answered, 4);
    }
}

void alike_read(struct alike *a, uint32_t viewer, uint32_t count, const uint32_t *positions) {
    ASSERT(count <= DECIDE_MAX);
    const struct tiles *tiles = a->search->tiles;
    const struct vector_store *store = &tiles->bytes;
    a->count = count;
    a->positions = positions;
    for (uint32_t i = 0; i < count; i++)
        __builtin_prefetch(tiles->shown + (size_t)positions[i] * SLOTS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        gather(a, i, positions[i]);
        const int8_t *features =
            (const int8_t *)store->features + positions[i] * (size_t)store->width;
        for (uint32_t k = 0; k < store->width; k += CACHE_LINE)
            __builtin_prefetch(features + k);
    }
    uint32_t words = tiles->slots.layout.words;
    memcpy(a->answered, tiles->row_answered + (size_t)viewer * words, words * sizeof(uint32_t));
}

int64_t alike_evidence(const struct alike *a, uint32_t position) {
    const struct tiles *tiles = a->search->tiles;
    const struct answer_layout *layout = &tiles->slots.layout;
    int64_t evidence = 0;
    size_t at =
        (size_t)(position / TILE_LANES) * layout->words * TILE_LANES + position % TILE_LANES;
    for (uint32_t w = 0; w < layout->words; w++, at += TILE_LANES)
        for (uint32_t class = 0; class < 3; class ++)
            evidence += (int64_t)tiles->slots.class_evidence[class] *
                        __builtin_popcount(tiles->answered[at] & a->answered[w] &
                                           layout->class_mask[class][w]);
    return evidence;
}

/* Sums over all constructs, of value and of weight, for one lane. */
static struct similarity_interval answers_alike(const struct alike *a, uint32_t lane, float slack) {
    const struct answer_layout *layout = &a->search->tiles->slots.layout;
    int64_t value = a->sums.value[KERNEL_CONSTRUCTS][lane];
    int64_t weight = a->sums.weight[KERNEL_CONSTRUCTS][lane];
    for (uint32_t c = 0; c < layout->constructs; c++) {
        value += a->sums.value[c][lane];
        weight += a->sums.weight[c][lane];
    }
    if (weight == 0)
        return (struct similarity_interval){0.0, 0.0};
    double q = (double)value / (double)weight;
    return (struct similarity_interval){q - (double)slack, q + 1e-9};
}

/* dot(v_c, v_s), or what it can be at all. */
static struct similarity_interval looks_alike(const struct alike *a, uint32_t c, uint32_t s) {
    const struct vector_store *store = &a->search->tiles->bytes;
    const int8_t *features = store->features;
    double scale = (double)store->features_scale[c] * (double)store->features_scale[s];
    int32_t sum = a->search->kernels->dot_bytes(features + (size_t)c * store->width,
                                                features + (size_t)s * store->width, store->width);
    /* |v| = 1: the kept part of s is at most 1 + rest. */
    double rest_c = (double)store->features_rest[c], rest_s = (double)store->features_rest[s];
    double error = rest_s + (1.0 + rest_s) * rest_c + 1e-9;
    double dot = (double)sum * scale;
    return (struct similarity_interval){dot - error, dot + error};
}

/* How many they answered plays no part here. */
static const ALIGNED64 uint32_t no_answers[KERNEL_WORDS_MAX * TILE_LANES];

void alike_to(struct alike *a, uint32_t s, struct similarity_interval *out) {
    const struct search *search = a->search;
    const struct tiles *tiles = search->tiles;
    float slack =
        slots_similarity_tables(&tiles->slots, tiles->shown + (size_t)s * SLOTS_MAX, &a->row);
    bool visual = tiles->groups[tiles->group_of[s / TILE_LANES]].visual;
    for (uint32_t i = 0; i < a->count; i++) {
        if (i % TILE_LANES == 0) {
            size_t at = (size_t)i / TILE_LANES * tiles->slots.layout.groups * 256;
            struct answer_tile tile = {
                .codes = a->codes + at, .fresh = a->fresh + at, .answered = no_answers};
            search->kernels->answers(&tiles->slots.layout, &a->row, &tile, &a->sums);
        }
        uint32_t c = a->positions[i];
        if (!visual || !tiles->groups[tiles->group_of[c / TILE_LANES]].visual) {
            out[i] = (struct similarity_interval){0.0, 1.0};
            continue;
        }
        struct similarity_interval q = answers_alike(a, i % TILE_LANES, slack);
        struct similarity_interval dot = looks_alike(a, c, s);
        out[i].lower = 0.5 * q.lower + 0.25 * (1.0 + dot.lower);
        out[i].upper = 0.5 * q.upper + 0.25 * (1.0 + dot.upper);
    }
}
