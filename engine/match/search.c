/* From tiles to pools. */
#include "engine/match/search.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/match/shortlist.h"
#include "engine/match/sweep_wait.h"
#include "engine/match/tile_tree.h"

/* Share of the pairs of tiles seen after each phase. */
static const uint32_t sample_every[SEARCH_PHASES] = {256, 64, 16, 4, 1};

/* How far guesses stand behind the mean, by phase: so far that they are seldom too high. Of a pool
 * of 64 they are ranks 6, 7, 12 and 28 where the samples come from 64 tiles. */
static const float guess_deviations[SEARCH_PHASES] = {9.5f, 5.0f, 3.8f, 2.5f};

/* Least `final` that clears the quality and the score floor (section 5), a little lower for safety;
 * raw clears it where final does, because final is raw clamped to [0, 1]. */
static double floor_of(const struct view *view, uint32_t row) {
    const struct params *params = view_params(view, row);
    double quality = params->MATCH_MIN_QUALITY_THRESHOLD;
    if (view->segment[row] == SEGMENT_HIGH_INBOUND)
        quality += params->MATCH_HIGH_INBOUND_QUALITY_UPLIFT;
    double percent = (params->COMPATIBILITY_MIN_SCORE - 0.5) / 100.0;
    return fmax(quality, percent);
}

static void read_floors(struct search *search, uint32_t position) {
    const struct view *view = search->tiles->view;
    uint32_t row = search->tiles->row_of[position];
    search->floor_full[position] = search->floor_provisional[position] = INFINITY;
    search->reciprocity[position] = search->reciprocity_low[position] = INFINITY;
    if (row == ROW_NONE)
        return;
    double floor = floor_of(view, row);
    const struct params *params = view_params(view, row);
    search->quality_first[position] =
        floor > (params->COMPATIBILITY_MIN_SCORE - 0.5) / 100.0 + 1e-9;
    float least = floor <= 0.0 ? -INFINITY : (float)(floor - 1e-6);
    search->floor_full[position] = floor > 1.0 + 1e-9 ? INFINITY : least;
    bool capped = floor > view->global->MATCH_PROVISIONAL_SCORE_CAP + 1e-9;
    search->floor_provisional[position] = capped ? INFINITY : search->floor_full[position];
    search->low_inbound[position] = view->segment[row] == SEGMENT_LOW_INBOUND;
    search->reciprocity[position] = (float)(params->MATCH_MIN_RECIPROCITY - 1e-6);
    search->reciprocity_low[position] = (float)(params->MATCH_LOW_INBOUND_MIN_RECIPROCITY - 1e-6);
}

void search_init(struct search *search, const struct tiles *tiles, const struct kernels *kernels,
                 uint32_t keep, uint32_t mode) {
    ASSERT(kernels->visual != VISUAL_BLAS || tiles->floats.preference != NULL);
    *search = (struct search){
        .tiles = tiles,
        .kernels = kernels,
        .exact_counts = (mode & SEARCH_EXACT_COUNTS) != 0,
        .count_floors = (mode & SEARCH_COUNT_FLOORS) != 0,
    };
    search->rough = !search->exact_counts && kernels->dots != NULL &&
                    kernels->visual == VISUAL_INT8 && tiles->sift_layout.unit_bits > 0;
    uint32_t n = tiles->positions;
    candidates_init(&search->store, kernels, n, keep, (mode & SEARCH_ALONE) != 0 ? 1 : TILE_LANES);
    search->floor_full = mem_array(n, sizeof(float));
    search->floor_provisional = mem_array(n, sizeof(float));
    search->quality_first = mem_array(n, sizeof(bool));
    search->reciprocity = mem_array(n, sizeof(float));
    search->reciprocity_low = mem_array(n, sizeof(float));
    search->low_inbound = mem_array(n, sizeof(bool));
    for (uint32_t i = 0; i < n; i++)
        read_floors(search, i);
}

void search_release(struct search *search) {
    candidates_release(&search->store);
    free(search->floor_full);
    free(search->floor_provisional);
    free(search->quality_first);
    free(search->reciprocity);
    free(search->reciprocity_low);
    free(search->low_inbound);
}

enum { PATIENCE_TILES = 16 };

static bool is_of_phase(uint32_t a, uint32_t b, int phase) {
    uint32_t place = a + b;
    return place % sample_every[phase] == 0 && (phase == 0 || place % sample_every[phase - 1] != 0);
}

/* Tiles of viewers on their way through those after them. */
struct block {
    struct sweep *sweep;
    uint32_t first, end; /* tiles */
    uint32_t meets;      /* bit for each: may meet the group at hand */
    int phase;
};

static uint32_t block_meets(const struct tiles *tiles, const struct block *block, uint32_t group) {
    uint32_t meets = 0;
    for (uint32_t a = block->first; a < block->end; a++)
        meets |= (uint32_t)sweep_groups_meet(tiles, tiles->group_of[a], group)
                 << (a - block->first);
    return meets;
}

static bool visit_block(void *ctx, uint32_t b) {
    const struct block *block = ctx;
    for (uint32_t a = block->first; a < block->end && a <= b; a++)
        if ((block->meets >> (a - block->first) & 1) != 0 && is_of_phase(a, b, block->phase))
            sweep_pair(block->sweep, a, b);
    return true;
}

/* From another place for each block: threads that sweep neighbouring blocks then do not walk side
 * by side through the same lists. */
static uint32_t starting_place(uint32_t first, uint32_t count) {
    return first + (uint32_t)((uint64_t)(first * UINT32_C(0x9e3779b1)) * count >> 32);
}

/* Pairs of people of a block and after it that pass the gender rule. */
static uint64_t pairs_of_block(const struct tiles *tiles, const struct block *block) {
    uint64_t pairs = 0;
    for (uint32_t a = block->first; a < block->end; a++) {
        uint64_t own = tiles->people[a], after = 0;
        for (uint32_t g = tiles->group_of[a]; g < tiles->group_count; g++) {
            const struct tile_group *group = &tiles->groups[g];
            uint32_t from = group->first > a ? group->first : a + 1;
            if (sweep_groups_meet(tiles, tiles->group_of[a], g))
                after +=
                    tiles->people_before[group->first + group->count] - tiles->people_before[from];
        }
        if (sweep_groups_meet(tiles, tiles->group_of[a], tiles->group_of[a]))
            pairs += own * (own - 1) / 2;
        pairs += own * after;
    }
    return pairs;
}

void search_block(struct sweep *s, uint32_t first, int phase) {
    const struct tiles *tiles = s->search->tiles;
    uint32_t end = first + SWEEP_BLOCK < tiles->count ? first + SWEEP_BLOCK : tiles->count;
    struct block block = {.sweep = s, .first = first, .end = end, .phase = phase};
    struct tile_hull hull = tile_hull_of(tiles, first, end);
    uint32_t start = starting_place(first, tiles->count - first);
    const uint32_t ranges[2][2] = {{start, tiles->count}, {first, start}};
    struct tile_walk walk = {.hull = &hull, .visit = visit_block, .ctx = &block};
    for (int i = 0; i < 2; i++) {
        walk.low = ranges[i][0];
        walk.high = ranges[i][1];
        for (uint32_t g = tiles->group_of[first]; g < tiles->group_count; g++) {
            block.meets = block_meets(tiles, &block, g);
            bool whole = block.meets == 0 || tile_walk_group(tiles, g, &walk);
            ASSERT(whole);
        }
    }
    sweep_settle(s);
    uint64_t pairs = pairs_of_block(tiles, &block);
    s->unit_pairs = pairs / sample_every[phase];
    s->unit_pairs -= phase == 0 ? 0 : pairs / sample_every[phase - 1];
    s->certificate.gender_pairs += s->unit_pairs;
}

void search_guess(struct sweep *s, uint32_t tile, int phase) {
    struct candidate_store *store = &s->search->store;
    const struct candidate_sample sample = {1.0f / (float)sample_every[phase],
                                            guess_deviations[phase]};
    candidates_guess(store, tile, &sample, &s->sorter);
}

/* A viewer on the way through all tiles. */
struct tour {
    struct sweep *sweep;
    uint32_t viewer, visited;
    const struct patience *patience; /* NULL: without end */
};

static bool visit_viewer(void *ctx, uint32_t tile) {
    struct tour *tour = ctx;
    bool ask = tour->patience != NULL && tour->patience->expired != NULL &&
               tour->visited++ % PATIENCE_TILES == 0;
    if (ask && tour->patience->expired(tour->patience->ctx))
        return false;
    sweep_viewer(tour->sweep, tour->viewer, tile);
    return true;
}

/* One viewer against all tiles that may hold anybody for them; false: given up. */
static bool sweep_all(struct sweep *s, uint32_t viewer, const struct patience *patience) {
    const struct tiles *tiles = s->search->tiles;
    uint32_t own = tiles->group_of[viewer / TILE_LANES];
    struct tour tour = {.sweep = s, .viewer = viewer, .patience = patience};
    struct tile_hull hull = tile_hull_of_one(tiles, viewer);
    struct tile_walk walk = {
        .hull = &hull, .high = tiles->count, .visit = visit_viewer, .ctx = &tour};
    bool done = true;
    for (uint32_t g = 0; g < tiles->group_count && done; g++)
        done = !sweep_groups_meet(tiles, own, g) || tile_walk_group(tiles, g, &walk);
    sweep_settle(s);
    return done;
}

/* Scores an eligible pair; false if it cannot be ranked. *floor says whether it is offerable. */
static bool score_pair(struct sweep *s, uint32_t viewer, uint32_t candidate, struct ranked *out,
                       enum floor *floor) {
    const struct view *view = s->search->tiles->view;
    struct pair_score score;
    s->certificate.canonical++;
    pair_score_gated(view, viewer, candidate, GATE_NONE, &score);
    if (!score.questionnaire.ranked)
        return false;
    *floor = pair_floor(view, viewer, candidate, &score);
    bool first = view->global->MATCH_RECIPROCATE_FIRST;
    *out = (struct ranked){
        .raw = score.raw,
        .row = candidate,
        .mode = (uint8_t)score.mode,
        .accepted = first && pair_accepted_by(view, viewer, candidate),
        .id = population_id(view->population, candidate),
    };
    return true;
}

/* Calls back for each offerable special: the gates that the tiles did not look at, then the score.
 */
static uint32_t each_special(struct sweep *s, uint32_t position, bool count,
                             void (*found)(void *ctx, uint32_t number, const struct ranked *r),
                             void *ctx) {
    const struct tiles *tiles = s->search->tiles;
    const struct specials *specials = &tiles->specials[position / TILE_LANES];
    uint32_t viewer = tiles->row_of[position], offerable = 0;
    for (uint32_t i = 0; i < specials->count; i++) {
        if (specials->pairs[i].viewer != position)
            continue;
        uint32_t candidate = tiles->row_of[specials->pairs[i].candidate];
        struct ranked ranked;
        enum floor floor;
        if (pair_gate(tiles->view, viewer, candidate) != GATE_NONE ||
            !score_pair(s, viewer, candidate, &ranked, &floor))
            continue;
        s->eligible[position] += count;
        s->floors[floor] += count;
        if (floor == FLOOR_NONE)
            found(ctx, offerable++, &ranked);
    }
    s->offerable[position] += count ? offerable : 0;
    return offerable;
}

static void write_special(void *out, uint32_t number, const struct ranked *ranked) {
    if (number < SPECIALS_MAX)
        ((struct ranked *)out)[number] = *ranked;
}

static void list_special(void *list, uint32_t number, const struct ranked *ranked) {
    (void)number;
    shortlist_add(list, ranked);
}

uint32_t search_specials(struct sweep *s, uint32_t position, struct ranked *out) {
    return each_special(s, position, true, write_special, out);
}

void search_gather(struct sweep *s, uint32_t tile) {
    candidates_sort(&s->search->store, tile, &s->sorter);
}

void search_close(struct sweep *s, uint32_t position) {
    struct search *search = s->search;
    if (candidates_settle(&search->store, position))
        return;
    s->certificate.repaired++;
    candidates_restart(&search->store, position);
    uint32_t eligible = s->eligible[position], offerable = s->offerable[position];
    bool done = sweep_all(s, position, NULL);
    s->eligible[position] = eligible;
    s->offerable[position] = offerable;
    candidates_sort_one(&search->store, position, &s->repair[position % 2]);
    bool held = candidates_settle(&search->store, position);
    ASSERT(done && held);
}

uint32_t search_pool(struct sweep *s, uint32_t position, const struct ranked *specials,
                     uint32_t special_count, struct ranked *pool) {
    const struct tiles *tiles = s->search->tiles;
    struct shortlist list;
    shortlist_init(&list, pool, s->search->store.keep);
    const struct candidates *c = &s->search->store.of[position];
    struct ranked ranked;
    enum floor floor;
    for (uint32_t i = 0; i < c->count; i++)
        if (score_pair(s, tiles->row_of[position], tiles->row_of[candidate_position(&c->list[i])],
                       &ranked, &floor) &&
            floor == FLOOR_NONE)
            shortlist_add(&list, &ranked);
    if (special_count > SPECIALS_MAX)
        each_special(s, position, false, list_special, &list);
    else
        for (uint32_t i = 0; i < special_count; i++)
            shortlist_add(&list, &specials[i]);
    return shortlist_finish(&list);
}

void search_witness(struct sweep *s, uint32_t position) {
    const struct candidate_store *store = &s->search->store;
    struct ranked pool[POOL_MAX];
    struct certificate witness = {.witnesses = 1, .least = {.viewer = ROW_NONE}};
    uint32_t count = search_pool(s, position, NULL, 0, pool);
    if (count == store->keep) {
        const struct ranked *last = &pool[count - 1];
        double offset = last->mode == MODE_FULL ? (double)FULL_OFFSET : 0.0;
        witness.least =
            (struct margin){.viewer = s->search->tiles->row_of[position],
                            .kth = last->raw,
                            .discarded = (double)candidates_limit(store, position) - offset};
    }
    certificate_add(&s->certificate, &witness);
}

bool search_viewer(struct sweep *s, uint32_t viewer, const struct patience *patience,
                   struct viewer_result *result) {
    const struct tiles *tiles = s->search->tiles;
    result->viewer = viewer;
    result->eligible = result->offerable = result->pool_count = 0;
    memset(s->floors, 0, sizeof s->floors);
    uint32_t position = tiles->position_of[viewer];
    if (position == ROW_NONE)
        return true;
    s->eligible[position] = s->offerable[position] = 0;
    candidates_reset(&s->search->store, position);
    if (!sweep_all(s, position, patience))
        return false;
    candidates_sort_one(&s->search->store, position, &s->sorter);
    search_close(s, position);
    struct ranked specials[SPECIALS_MAX];
    uint32_t special_count = search_specials(s, position, specials);
    result->pool_count = search_pool(s, position, specials, special_count, result->pool);
    result->eligible = s->eligible[position];
    result->offerable = s->offerable[position];
    return true;
}
