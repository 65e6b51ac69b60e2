/* Tiles: putting them together, and views of one of them.
 *
 *   group       women seeking men, complete         women seeking men, no photo     men seeking ...
 *   tile      | 0 | 1 | 2 | 3 | ...               | ...                            | ...
 *               |   within a group neighbours are alike: age, place, distance limit
 *               hull: ages 24..29, windows 21..38, a box on the sphere, at most 40 km
 *
 * What the order is good for, at 100,000 people around one city (1,661 million pairs pass the
 * gender rule, 287 million are eligible):
 *
 *   pairs of tiles                                      1.2 million
 *   left after hull against hull and exact rows         0.51 million
 *   rows of 64 that have anybody eligible               13.3 million, 21 lanes each
 *   halves of rows that are computed                    23.3 million, 12 lanes each
 *   sixteens, where the questionnaire comes exactly     39.5 million, 7 lanes each; 43.6 million if
 *                                                       people within a tile are not sorted
 *
 * A tile's answers, vectors and bits lie together (about 51 KB at 128 dimensions, 32 KB of them
 * int16 vectors that only one pair in sixteen asks for). What is looked up person by person,
 * `records` and `row_answered`, lies by position. */
#include "engine/match/tile.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/pool.h"
#include "engine/match/tile_sift.h"
#include "engine/match/tile_tree.h"

enum { TILES_MAX = 1 << 20 }; /* exclusions name a tile in 20 bits: 67 million people */

static void read_terms(struct tiles *tiles) {
    const struct params *g = tiles->view->global;
    double base = 0.7 * g->MATCH_SCORE_QUESTIONNAIRE_WEIGHT;
    tiles->terms = (struct score_terms){
        .fit = (float)(base * g->MATCH_SCORE_COMPATIBILITY_WEIGHT),
        .affinity = (float)(base * g->MATCH_SCORE_PHYSICAL_WEIGHT),
        .missing = (float)(0.7 * g->MATCH_SCORE_UNCERTAINTY_PENALTY_MAX),
        .child = (float)(0.7 * g->MATCH_CHILD_GOAL_MISMATCH_PENALTY),
        .side_fit = (float)g->MATCH_SCORE_COMPATIBILITY_WEIGHT,
        .side_affinity = (float)g->MATCH_SCORE_PHYSICAL_WEIGHT,
        .prior = (float)g->MATCH_PROVISIONAL_VISUAL_PRIOR,
    };
    tiles->affinity_scale = (float)g->VISUAL_AFFINITY_SCALE;
    float both_ways = tiles->terms.affinity + 0.3f * tiles->terms.side_affinity;
    for (uint32_t i = 0; i < TILE_LANES; i++)
        tiles->prior_reach[i] = tiles->terms.prior * both_ways;
}

/* Whole cache lines a vector, and at least 64 elements at once for the integers. Each tile is
 * cleared by the thread that packs it: a quarter of the time of one thread was spent on that. */
static void allocate_store(struct vector_store *store, const struct tiles *tiles, size_t element) {
    uint32_t dim = population_dim(tiles->view->population);
    uint32_t step = element == sizeof(float) ? 16 : 64;
    size_t n = tiles->positions;
    store->element = element;
    store->width = (dim + step - 1) / step * step;
    store->preference = mem_space(n * store->width, element);
    store->features = mem_space(n * store->width, element);
    store->preference_scale = mem_space(n, sizeof(float));
    store->features_scale = mem_space(n, sizeof(float));
    store->preference_rest = mem_space(n, sizeof(float));
    store->features_rest = mem_space(n, sizeof(float));
    store->preference_norm = mem_space(n, sizeof(float));
    if (element != sizeof(int8_t))
        return;
    store->preference_sum = mem_space(n, sizeof(int32_t));
    store->features_sum = mem_space(n, sizeof(int32_t));
}

struct tiles *tiles_new(const struct view *view, uint32_t threads) {
    struct tiles *tiles = mem_array(1, sizeof *tiles);
    tiles->view = view;
    if (!slots_init(&tiles->slots, view) || !tiles_constraints_fit(view)) {
        free(tiles);
        return NULL;
    }
    read_terms(tiles);
    tiles_lay_sift(tiles);
    tiles_order(tiles, threads);
    ASSERT(tiles->count < TILES_MAX);
    allocate_store(&tiles->bytes, tiles, sizeof(int8_t));
    allocate_store(&tiles->words, tiles, sizeof(int16_t));
    tiles_pack(tiles, threads);
    tiles_grow_tree(tiles);
    tiles_exclude(tiles, threads);
    return tiles;
}

static void pack_floats(void *ctx, uint32_t tile) {
    struct tiles *tiles = ctx;
    tiles_pack_floats(tiles, tile);
}

void tiles_add_floats(struct tiles *tiles, uint32_t threads) {
    allocate_store(&tiles->floats, tiles, sizeof(float));
    struct pool *pool = pool_start(threads, tiles->count, pack_floats, tiles);
    pool_wait(pool);
    pool_free(pool);
}

static void release_store(struct vector_store *store) {
    void *arrays[] = {store->preference,      store->features,         store->preference_sum,
                      store->features_sum,    store->preference_scale, store->features_scale,
                      store->preference_rest, store->features_rest,    store->preference_norm};
    for (size_t i = 0; i < ARRAY_LEN(arrays); i++)
        free(arrays[i]);
}

void tiles_free(struct tiles *tiles) {
    if (tiles == NULL)
        return;
    for (uint32_t t = 0; t < tiles->count; t++) {
        free(tiles->exclusions[t].pairs);
        free(tiles->specials[t].pairs);
    }
    release_store(&tiles->bytes);
    release_store(&tiles->words);
    release_store(&tiles->floats);
    void *arrays[] = {
        tiles->row_of,        tiles->position_of, tiles->groups,       tiles->group_of,
        tiles->mask,          tiles->hull,        tiles->codes,        tiles->fresh,
        tiles->answered,      tiles->importance,  tiles->children,     tiles->reach,
        tiles->people,        tiles->bonus,       tiles->confidence,   tiles->exclusions,
        tiles->specials,      tiles->records,     tiles->row_answered, tiles->tree,
        tiles->people_before, tiles->faces,       tiles->sift};
    for (size_t i = 0; i < ARRAY_LEN(arrays); i++)
        free(arrays[i]);
    free(tiles);
}

size_t tiles_bytes(const struct tiles *tiles) {
    const struct answer_layout *layout = &tiles->slots.layout;
    size_t per_tile = sizeof(struct mask_tile) + sizeof(struct mask_hull) +
                      2 * sizeof(struct tile_hull) + layout->groups * 512 + tiles_sift_bytes(tiles);
    size_t per_lane = 4 * (2 + 2 * layout->words + layout->constructs) + 1 + tiles->record.size +
                      tiles->face_size + 3 * sizeof(float) + tiles->bytes.width * 2 +
                      tiles->words.width * 4 + tiles->floats.width * 8 +
                      (tiles->floats.width == 0 ? 12 : 17) * sizeof(float);
    size_t bytes = tiles->count * per_tile + tiles->positions * per_lane;
    for (uint32_t t = 0; t < tiles->count; t++)
        bytes += tiles->exclusions[t].count * sizeof(uint32_t) +
                 tiles->specials[t].count * sizeof(struct special);
    return bytes;
}

struct answer_tile tiles_answers(const struct tiles *tiles, uint32_t tile) {
    const struct answer_layout *layout = &tiles->slots.layout;
    return (struct answer_tile){
        .codes = tiles->codes + (size_t)tile * layout->groups * 256,
        .fresh = tiles->fresh + (size_t)tile * layout->groups * 256,
        .answered = tiles->answered + (size_t)tile * layout->words * TILE_LANES,
        .importance = tiles->importance + (size_t)tile * layout->constructs * TILE_LANES,
        .children = tiles->terms.child > 0.0f ? tiles->children + (size_t)tile * TILE_LANES : NULL,
    };
}

struct vector_tile tiles_vectors(const struct tiles *tiles, const struct vector_store *store,
                                 uint32_t tile) {
    size_t at = (size_t)tile * TILE_LANES;
    bool bytes = store->preference_sum != NULL;
    size_t offset = at * store->width * store->element;
    return (struct vector_tile){
        .width = store->width,
        .preference = (const char *)store->preference + offset,
        .features = (const char *)store->features + offset,
        .preference_sum = bytes ? store->preference_sum + at : NULL,
        .features_sum = bytes ? store->features_sum + at : NULL,
        .preference_scale = store->preference_scale + at,
        .features_scale = store->features_scale + at,
        .preference_rest = store->preference_rest + at,
        .features_rest = store->features_rest + at,
        .preference_norm = store->preference_norm + at,
        .confidence = tiles->confidence + at,
    };
}

float tiles_answer_row(const struct tiles *tiles, uint32_t position, struct answer_row *out) {
    const struct answer_layout *layout = &tiles->slots.layout;
    const uint8_t *record = tiles_record(tiles, position);
    uint8_t codes[SLOTS_MAX];
    for (uint32_t slot = 0; slot < layout->groups * 4; slot++)
        codes[slot] = tiles_code(record, slot);
    float slack = slots_tables(&tiles->slots, tiles->view, tiles->row_of[position], codes, out);
    for (uint32_t w = 0; w < layout->words; w++)
        out->answered[w] = tiles->row_answered[(size_t)position * layout->words + w];
    memcpy(out->importance, record + tiles->record.importance,
           layout->constructs * sizeof *out->importance);
    out->children = record[tiles->record.children];
    answer_row_derive(layout, out);
    return slack;
}
