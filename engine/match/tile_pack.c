/* Packing lanes: hard constraints, hulls, answers, and what of the score depends on one person
 * alone. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/pool.h"
#include "engine/kernel/real.h"
#include "engine/match/tile_sift.h"

enum { CONSTRAINT_BITS = 8 };

static uint8_t clamped_age(int16_t age) {
    return (uint8_t)(age < 0 ? 0 : age > TILE_AGE_TOP ? TILE_AGE_TOP : age);
}

/* Intents and hard_constraint options that take part in a conflict, as bits: what a person shows,
 * and what excludes them. */
struct constraint_bits {
    uint8_t has, excludes;
};

static void set_intent(const struct view *view, uint32_t row, uint8_t bit_of[8],
                       struct constraint_bits *bits) {
    uint8_t intent = view->intent[row];
    if (bit_of[intent] != 0)
        bits->has |= bit_of[intent];
    for (uint32_t other = 0; other < 8; other++)
        if ((view->intent_conflicts[intent] >> other & 1) != 0)
            bits->excludes |= bit_of[other];
}

/* Gives each intent in a conflict a bit; returns how many. */
static uint32_t intent_bits(const struct view *view, uint8_t bit_of[8]) {
    uint32_t used = 0;
    memset(bit_of, 0, 8);
    for (uint32_t i = 0; i < 8; i++)
        if (view->intent_conflicts[i] != 0)
            bit_of[i] = (uint8_t)(1u << used++);
    return used;
}

/* The options of hard_constraint items that fit beside; the others are left to the scoring of
 * survivors. */
static void set_options(const struct view *view, uint32_t row, uint32_t used,
                        struct constraint_bits *bits) {
    const struct questionnaire *q = population_questionnaire(view->population);
    for (uint32_t c = 0; c < view->constraint_items; c++) {
        const struct item *item = &q->items[view->constraint[c]];
        uint64_t own = view_answer(view, row, view->constraint[c]);
        for (uint32_t k = 0; k < item->conflict_count && used + 2 <= CONSTRAINT_BITS; k++) {
            uint8_t one = (uint8_t)(1u << used), two = (uint8_t)(1u << (used + 1));
            used += 2;
            if (own == ANSWER_NONE)
                continue;
            if (own == item->conflicts[k][0]) {
                bits->has |= one;
                bits->excludes |= two;
            }
            if (own == item->conflicts[k][1]) {
                bits->has |= two;
                bits->excludes |= one;
            }
        }
    }
}

bool tiles_constraints_fit(const struct view *view) {
    uint8_t bit_of[8];
    uint32_t used = intent_bits(view, bit_of);
    const struct questionnaire *q = population_questionnaire(view->population);
    for (uint32_t c = 0; c < view->constraint_items; c++)
        used += 2 * q->items[view->constraint[c]].conflict_count;
    return used <= CONSTRAINT_BITS;
}

uint8_t tiles_intent_excludes(const struct view *view, uint8_t intent) {
    uint8_t bit_of[8], excludes = 0;
    intent_bits(view, bit_of);
    for (uint32_t other = 0; other < 8; other++)
        if ((view->intent_conflicts[intent] >> other & 1) != 0)
            excludes |= bit_of[other];
    return excludes;
}

static void pack_mask_lane(const struct tiles *tiles, struct mask_tile *m, uint32_t lane,
                           uint32_t row) {
    const struct view *view = tiles->view;
    uint8_t bit_of[8];
    uint32_t used = intent_bits(view, bit_of);
    struct constraint_bits bits = {0, 0};
    set_intent(view, row, bit_of, &bits);
    set_options(view, row, used, &bits);
    m->age[lane] = clamped_age(view->age[row]);
    m->age_min[lane] = clamped_age(view->age_min[row]);
    m->age_max[lane] = clamped_age(view->age_max[row]);
    m->has[lane] = bits.has;
    m->excludes[lane] = bits.excludes;
    const double *unit = view->unit + (size_t)row * 3;
    bool placed = !isnan(unit[0]);
    m->x[lane] = placed ? (float)unit[0] : 0.0f;
    m->y[lane] = placed ? (float)unit[1] : 0.0f;
    m->z[lane] = placed ? (float)unit[2] : 0.0f;
    m->chord2[lane] = (float)view->chord2_max[row];
    m->place[lane] = view->place[row];
}

/* Nobody: fails every age test. */
static void pack_mask_padding(struct mask_tile *m, uint32_t lane) {
    m->age[lane] = 0;
    m->age_min[lane] = TILE_AGE_TOP;
    m->age_max[lane] = 0;
    m->chord2[lane] = -1.0f;
    m->place[lane] = UINT32_MAX;
}

static void widen(struct mask_hull *h, const struct mask_tile *m, uint32_t lane) {
    h->age_low = m->age[lane] < h->age_low ? m->age[lane] : h->age_low;
    h->age_high = m->age[lane] > h->age_high ? m->age[lane] : h->age_high;
    h->window_low = m->age_min[lane] < h->window_low ? m->age_min[lane] : h->window_low;
    h->window_high = m->age_max[lane] > h->window_high ? m->age_max[lane] : h->window_high;
    const float at[3] = {m->x[lane], m->y[lane], m->z[lane]};
    for (int i = 0; i < 3; i++) {
        h->low[i] = fminf(h->low[i], at[i]);
        h->high[i] = fmaxf(h->high[i], at[i]);
    }
    h->chord2_max = fmaxf(h->chord2_max, m->chord2[lane]);
}

static void pack_hull(struct tiles *tiles, uint32_t tile) {
    struct mask_hull *h = &tiles->hull[tile];
    *h = (struct mask_hull){.age_low = TILE_AGE_TOP,
                            .window_low = TILE_AGE_TOP,
                            .low = {2.0f, 2.0f, 2.0f},
                            .high = {-2.0f, -2.0f, -2.0f},
                            .by_place = !tiles->groups[tiles->group_of[tile]].placed};
    for (uint32_t lane = 0; lane < TILE_LANES; lane++)
        if (tiles->row_of[tile * TILE_LANES + lane] != ROW_NONE)
            widen(h, &tiles->mask[tile], lane);
}

static uint8_t *record_at(const struct tiles *tiles, uint32_t position) {
    return tiles->records + (size_t)position * tiles->record.size;
}

/* Of nobody: codes of who has not answered. */
static void pack_codes_lane(struct tiles *tiles, uint32_t tile, uint32_t lane, uint32_t row) {
    const struct answer_layout *layout = &tiles->slots.layout;
    uint8_t *codes = tiles->codes + (size_t)tile * layout->groups * 256;
    uint8_t *fresh = tiles->fresh + (size_t)tile * layout->groups * 256;
    uint8_t *record = record_at(tiles, tile * TILE_LANES + lane);
    for (uint32_t slot = 0; slot < layout->groups * 4; slot++) {
        size_t at = (size_t)slot / 4 * 256 + 4 * lane + slot % 4;
        uint8_t code = KERNEL_CODE_NONE;
        if (row != ROW_NONE)
            code = slot_code(&tiles->slots, tiles->view, slot, row, &fresh[at]);
        codes[at] = record[slot] = (uint8_t)(slot % 4 * KERNEL_CODES + code);
        record[tiles->record.fresh + slot] = fresh[at];
    }
}

static void pack_answers_lane(struct tiles *tiles, uint32_t tile, uint32_t lane, uint32_t row) {
    const struct answer_layout *layout = &tiles->slots.layout;
    const struct answer_record *where = &tiles->record;
    uint32_t position = tile * TILE_LANES + lane, words[KERNEL_WORDS_MAX];
    uint8_t *record = record_at(tiles, position);
    slots_answered(&tiles->slots, tiles->view, row, words);
    memcpy(record + where->answered, words, layout->words * sizeof *words);
    for (uint32_t w = 0; w < layout->words; w++)
        tiles->answered[((size_t)tile * layout->words + w) * TILE_LANES + lane] = words[w];
    slots_row_answered(&tiles->slots, tiles->view, row, words);
    for (uint32_t w = 0; w < layout->words; w++)
        tiles->row_answered[(size_t)position * layout->words + w] = words[w];
    const double *importance = tiles->view->importance + (size_t)row * CONSTRUCTS;
    float *own = (float *)(void *)(record + where->importance);
    for (uint32_t c = 0; c < layout->constructs; c++) {
        own[c] = (float)importance[tiles->slots.construct[c]];
        tiles->importance[((size_t)tile * layout->constructs + c) * TILE_LANES + lane] = own[c];
    }
    record[where->children] = tiles->children[position] = slots_children(tiles->view, row);
}

static float up(double x) {
    return nextafterf((float)x, INFINITY);
}

/* The greatest affinity that a viewer can have for anybody: cosine 1 (|v| = 1 within 1e-12). */
static double affinity_reach(const struct view *view, uint32_t row) {
    const float *p = population_preference(view->population, row);
    uint32_t dim = population_dim_padded(view->population);
    double norm2 = 0.0;
    for (uint32_t i = 0; i < dim; i++)
        norm2 += (double)p[i] * (double)p[i];
    double most = real_sigmoid(view->global->VISUAL_AFFINITY_SCALE * sqrt(norm2) * (1.0 + 1e-9));
    return 0.5 + COLUMN_OF(view->population, row, confidence) * (most - 0.5);
}

static void pack_score(struct tiles *tiles, uint32_t position, uint32_t row) {
    const struct view *view = tiles->view;
    const struct score_terms *terms = &tiles->terms;
    double visual = 0.5 * (double)terms->affinity + 0.15 * (double)terms->side_affinity;
    tiles->reach[position] = view->visual[row] ? up(visual * affinity_reach(view, row)) : 0.0f;
    double trust = view->global->MATCH_SCORE_AUTHENTICITY_WEIGHT * view->authenticity[row];
    tiles->bonus[position] = (float)(0.7 * (trust - view->risk[row]));
    tiles->confidence[position] = (float)COLUMN_OF(view->population, row, confidence);
}

/* By the thread that packs it: one thread would take longer to clear all than two to pack. */
static void clear_tile(const struct tiles *tiles, uint32_t tile) {
    const struct answer_layout *layout = &tiles->slots.layout;
    const size_t lanes = TILE_LANES, codes = (size_t)layout->groups * 256;
    const struct {
        void *array;
        size_t bytes; /* of a tile */
    } arrays[] = {
        {tiles->mask, sizeof *tiles->mask},
        {tiles->codes, codes},
        {tiles->fresh, codes},
        {tiles->sift, tiles_sift_bytes(tiles)},
        {tiles->answered, lanes * layout->words * sizeof *tiles->answered},
        {tiles->records, lanes * tiles->record.size},
        {tiles->faces, lanes * tiles->face_size},
        {tiles->row_answered, lanes * layout->words * sizeof *tiles->row_answered},
        {tiles->importance, lanes * layout->constructs * sizeof *tiles->importance},
        {tiles->children, lanes},
        {tiles->reach, lanes * sizeof *tiles->reach},
        {tiles->bonus, lanes * sizeof *tiles->bonus},
        {tiles->confidence, lanes * sizeof *tiles->confidence},
    };
    for (size_t i = 0; i < ARRAY_LEN(arrays); i++)
        memset((char *)arrays[i].array + tile * arrays[i].bytes, 0, arrays[i].bytes);
}

static void fetch(const void *vector, size_t bytes) {
    for (size_t at = 0; vector != NULL && at < bytes; at += CACHE_LINE)
        __builtin_prefetch((const char *)vector + at);
}

/* People of a tile lie far apart among the rows: the next one's vectors are fetched meanwhile. */
static void fetch_ahead(const struct tiles *tiles, uint32_t position) {
    const struct population *p = tiles->view->population;
    uint32_t row = tiles->row_of[position];
    if (row == ROW_NONE)
        return;
    fetch(population_preference(p, row), population_dim(p) * sizeof(float));
    fetch(population_features(p, row), population_dim(p) * sizeof(double));
}

static void pack_tile(void *ctx, uint32_t tile) {
    struct tiles *tiles = ctx;
    clear_tile(tiles, tile);
    for (uint32_t lane = 0; lane < TILE_LANES; lane++) {
        uint32_t row = tiles->row_of[tile * TILE_LANES + lane];
        if (lane + 1 < TILE_LANES)
            fetch_ahead(tiles, tile * TILE_LANES + lane + 1);
        pack_codes_lane(tiles, tile, lane, row);
        if (row == ROW_NONE) {
            pack_mask_padding(&tiles->mask[tile], lane);
            continue;
        }
        pack_answers_lane(tiles, tile, lane, row);
        pack_mask_lane(tiles, &tiles->mask[tile], lane, row);
        pack_score(tiles, tile * TILE_LANES + lane, row);
    }
    pack_hull(tiles, tile);
    tiles_pack_sift(tiles, tile);
    tiles_pack_vectors(tiles, tile);
    for (uint32_t lane = 0; lane < TILE_LANES; lane++)
        if (tiles->row_of[tile * TILE_LANES + lane] != ROW_NONE)
            tiles_pack_face(tiles, tile * TILE_LANES + lane);
}

void tiles_pack(struct tiles *tiles, uint32_t threads) {
    const struct answer_layout *layout = &tiles->slots.layout;
    size_t n = tiles->count, lanes = tiles->positions;
    tiles->mask = mem_space(n, sizeof *tiles->mask);
    tiles->hull = mem_space(n, sizeof *tiles->hull);
    tiles->codes = mem_space(n * layout->groups * 256, 1);
    tiles->fresh = mem_space(n * layout->groups * 256, 1);
    tiles->sift = mem_space(n, tiles_sift_bytes(tiles));
    tiles->answered = mem_space(lanes * layout->words, sizeof *tiles->answered);
    tiles->record = answer_record_of(layout);
    tiles->records = mem_space(lanes, tiles->record.size);
    tiles->row_answered = mem_space(lanes * layout->words, sizeof *tiles->row_answered);
    tiles->importance = mem_space(lanes * layout->constructs, sizeof *tiles->importance);
    tiles->children = mem_space(lanes, 1);
    tiles->reach = mem_space(lanes, sizeof *tiles->reach);
    tiles->bonus = mem_space(lanes, sizeof *tiles->bonus);
    tiles->confidence = mem_space(lanes, sizeof *tiles->confidence);
    tiles_allocate_faces(tiles);
    struct pool *pool = pool_start(threads, tiles->count, pack_tile, tiles);
    pool_wait(pool);
    pool_free(pool);
}
