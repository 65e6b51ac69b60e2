/* The stages of sweep.h for one pair of tiles. */
#include "engine/match/sweep.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/ascending.h"
#include "engine/base/mem.h"
#include "engine/match/eligibility.h"
#include "engine/match/sweep_parts.h"
#include "engine/match/sweep_wait.h"
#include "engine/match/tile_sift.h"
#include "engine/match/tile_tree.h"

bool sweep_groups_meet(const struct tiles *tiles, uint32_t a, uint32_t b) {
    const struct tile_group *x = &tiles->groups[a], *y = &tiles->groups[b];
    if ((y->gender & x->seeking) == 0 || (x->gender & y->seeking) == 0)
        return false;
    return x->gender != y->gender || tiles->view->global->SAME_SEX_MATCHING_ENABLED;
}

void certificate_add(struct certificate *sum, const struct certificate *more) {
    sum->gender_pairs += more->gender_pairs;
    sum->eligible += more->eligible;
    sum->bounded_answers += more->bounded_answers;
    sum->bounded_bytes += more->bounded_bytes;
    sum->bounded_words += more->bounded_words;
    sum->pushed += more->pushed;
    sum->canonical += more->canonical;
    sum->repaired += more->repaired;
    sum->witnesses += more->witnesses;
    bool nearer = more->least.kth - more->least.discarded < sum->least.kth - sum->least.discarded;
    if (more->least.viewer != ROW_NONE && (sum->least.viewer == ROW_NONE || nearer))
        sum->least = more->least;
}

/* What the float chords leave open, in binary64 as the gate has it. */
static uint64_t settle_chords(const struct tiles *tiles, uint32_t row_position, uint32_t b,
                              uint64_t lanes, uint64_t unsure) {
    const struct view *view = tiles->view;
    uint32_t row = tiles->row_of[row_position];
    for (uint64_t left = unsure; left != 0; left &= left - 1) {
        uint32_t lane = (uint32_t)__builtin_ctzll(left);
        uint32_t other = tiles->row_of[b * TILE_LANES + lane];
        double most = fmin(view->chord2_max[row], view->chord2_max[other]);
        if (!(pair_chord2(view, row, other) <= most))
            lanes &= ~((uint64_t)1 << lane);
    }
    return lanes;
}

/* First number of `tile` in sorted exclusions. */
static uint32_t exclusions_from(const struct exclusions *e, uint32_t tile) {
    return ascending_from(e->pairs, e->count, tile << 12);
}

/* Takes excluded pairs out of the ways: seen from the rows, and from the lanes. */
static void apply_exclusions(struct sweep *s, uint32_t a, uint32_t b) {
    const struct tiles *tiles = s->search->tiles;
    const struct exclusions *of_rows = &tiles->exclusions[a], *of_lanes = &tiles->exclusions[b];
    for (uint32_t i = exclusions_from(of_rows, b);
         i < of_rows->count && of_rows->pairs[i] >> 12 == b; i++)
        s->ways[of_rows->pairs[i] >> 6 & 63][0] &= ~((uint64_t)1 << (of_rows->pairs[i] & 63));
    for (uint32_t i = exclusions_from(of_lanes, a);
         i < of_lanes->count && of_lanes->pairs[i] >> 12 == a; i++)
        s->ways[of_lanes->pairs[i] & 63][1] &= ~((uint64_t)1 << (of_lanes->pairs[i] >> 6 & 63));
}

/* Eligibility of each row against tile b; returns the rows that have anybody. */
static uint64_t mask_rows(struct sweep *s, uint32_t a, uint32_t b, uint64_t rows) {
    const struct tiles *tiles = s->search->tiles;
    bool by_place = tiles->hull[a].by_place || tiles->hull[b].by_place;
    struct mask_ways masks;
    s->search->kernels->mask_rows(&tiles->mask[b], &tiles->mask[a], rows, by_place, &masks);
    uint64_t any = 0;
    for (uint64_t left = rows; left != 0; left &= left - 1) {
        uint32_t r = (uint32_t)__builtin_ctzll(left);
        uint64_t lanes = masks.lanes[r];
        if (masks.unsure[r] != 0)
            lanes = settle_chords(tiles, a * TILE_LANES + r, b, lanes, masks.unsure[r]);
        if (a == b)
            lanes &= r == 63 ? 0 : ~(uint64_t)0 << (r + 1);
        s->ways[r][0] = s->ways[r][1] = lanes;
        any |= (uint64_t)(lanes != 0) << r;
    }
    return any;
}

/* As mask_rows for one viewer and one way; the viewer itself is left out. */
static uint64_t mask_one(struct sweep *s, uint32_t viewer, uint32_t b) {
    uint32_t a = viewer / TILE_LANES, r = viewer % TILE_LANES;
    const struct tiles *tiles = s->search->tiles;
    struct mask_row row = tiles_mask_row(tiles, viewer);
    row.by_place = tiles->hull[a].by_place || tiles->hull[b].by_place;
    uint64_t unsure;
    uint64_t lanes = s->search->kernels->mask(&tiles->mask[b], &row, &unsure);
    if (unsure != 0)
        lanes = settle_chords(tiles, viewer, b, lanes, unsure);
    if (a == b)
        lanes &= ~((uint64_t)1 << r);
    s->ways[r][0] = lanes;
    s->ways[r][1] = 0;
    return (uint64_t)(lanes != 0) << r;
}

/* An instruction that multiplies bytes wants one side unsigned. */
static void bias_vectors(const struct vector_store *bytes, uint32_t tile, struct sweep_rows *out) {
    size_t size = (size_t)TILE_LANES * bytes->width, first = tile * size;
    const int8_t *preference = (const int8_t *)bytes->preference + first;
    const int8_t *features = (const int8_t *)bytes->features + first;
    for (size_t i = 0; i < size; i++) {
        out->biased[0][i] = (uint8_t)(preference[i] + 128);
        out->biased[1][i] = (uint8_t)(features[i] + 128);
    }
}

static struct sweep_rows *build_rows(struct sweep *s, uint32_t a, uint64_t rows) {
    struct sweep_rows *tables = &s->rows[a % SWEEP_BLOCK];
    const struct tiles *tiles = s->search->tiles;
    if (tables->tile != a) {
        tables->tile = a;
        tables->built = 0;
        if (s->search->rough)
            bias_vectors(&tiles->bytes, a, tables);
    }
    const struct view *view = tiles->view;
    for (uint64_t left = rows & ~tables->built; left != 0; left &= left - 1) {
        size_t row = tiles->row_of[a * TILE_LANES + (uint32_t)__builtin_ctzll(left)];
        __builtin_prefetch(view->freshness + row * view->items);
    }
    for (uint64_t left = rows & ~tables->built; left != 0; left &= left - 1) {
        uint32_t r = (uint32_t)__builtin_ctzll(left);
        tables->slack[r] = tiles_answer_row(tiles, a * TILE_LANES + r, &tables->row[r]);
        if (s->search->rough)
            tiles_sift_row(tiles, s->search->kernels, a * TILE_LANES + r, &tables->row[r],
                           &tables->sift[r]);
    }
    tables->built |= rows;
    return tables;
}

/* Questionnaire and bound 1 of every row; counts who is eligible. */
static void screen_rows(struct sweep *s, const struct meeting *m, uint64_t rows) {
    const struct tiles *tiles = s->search->tiles;
    s->survivors.count = 0;
    if (s->search->rough) {
        const struct sifting in = {
            .layout = &tiles->sift_layout,
            .rows = m->rows->sift,
            .tile = tiles->sift + m->b * tiles_sift_bytes(tiles),
            .duel = &m->duel,
        };
        s->search->kernels->sift(&in, rows, s->ways, &s->survivors);
    } else {
        struct answer_tile answers = tiles_answers(tiles, m->b);
        const struct screening in = {
            .layout = &tiles->slots.layout,
            .terms = &tiles->terms,
            .rows = m->rows->row,
            .tile = &answers,
            .duel = &m->duel,
        };
        s->search->kernels->screen(&in, rows, s->ways, &s->survivors);
    }
    s->certificate.bounded_answers += count_eligible(s, m, rows) - s->survivors.count;
}

/* Bounds 2 and 3, or the prior where there is no affinity to bound. What waits for bound 3 is no
 * survivor until then. */
static void refine_pairs(struct sweep *s, const struct meeting *m) {
    const struct search *search = s->search;
    const struct tiles *tiles = search->tiles;
    uint32_t before = s->survivors.count;
    struct refine_input in = {
        .terms = &tiles->terms, .duel = &m->duel, .affinity_scale = tiles->affinity_scale};
    if (!m->visual && search->rough) {
        sweep_wait(s, m);
        return;
    }
    if (!m->visual) {
        sweep_push_by_prior(&in, &s->survivors);
        s->certificate.bounded_answers += before - s->survivors.count;
        if (search->exact_counts)
            count_offerable(s, m);
        return;
    }
    bool floats = search->kernels->visual == VISUAL_BLAS;
    const struct vector_store *store = floats ? &tiles->floats : &tiles->bytes;
    struct vector_tile rows = tiles_vectors(tiles, store, m->a);
    struct vector_tile lanes = tiles_vectors(tiles, store, m->b);
    in.rows = &rows;
    in.lanes = &lanes;
    in.sieve = search->rough ? &tiles->sift_layout : NULL;
    struct vector_tile next_lanes = tiles_vectors(tiles, &tiles->words, m->b);
    in.next_lanes = &next_lanes;
    in.biased_preference = m->rows->biased[0];
    in.biased_features = m->rows->biased[1];
    search->kernels->refine8(&in, &s->survivors);
    s->certificate.bounded_bytes += before - s->survivors.count;
    if (search->exact_counts)
        count_offerable(s, m);
    if (floats)
        return;
    if (in.sieve != NULL) {
        sweep_wait(s, m);
        return;
    }
    before = s->survivors.count;
    rows = tiles_vectors(tiles, &tiles->words, m->a);
    in.lanes = &next_lanes;
    search->kernels->refine16(&in, &s->survivors);
    s->certificate.bounded_words += before - s->survivors.count;
}

static void fetch(const void *from, size_t bytes) {
    for (size_t at = 0; at < bytes; at += CACHE_LINE)
        __builtin_prefetch((const char *)from + at, 0, 2);
}

/* What is known of a tile's answers comes while its hard constraints are looked at, its int8
 * vectors while its answers are. A block of tiles is held against it in turn: once is enough. */
static void fetch_answers(struct sweep *s, uint32_t tile) {
    const struct tiles *tiles = s->search->tiles;
    if (!s->search->rough || s->fetched_answers == tile)
        return;
    s->fetched_answers = tile;
    fetch(tiles->sift + tile * tiles_sift_bytes(tiles), tiles_sift_bytes(tiles));
}

static void fetch_vectors(struct sweep *s, uint32_t tile) {
    const struct vector_store *bytes = &s->search->tiles->bytes;
    size_t size = (size_t)TILE_LANES * bytes->width, first = tile * size;
    if (s->fetched_vectors == tile)
        return;
    s->fetched_vectors = tile;
    fetch((const int8_t *)bytes->preference + first, size);
    fetch((const int8_t *)bytes->features + first, size);
}

static void finish_meeting(struct sweep *s, struct meeting *m, uint64_t rows) {
    m->rows = build_rows(s, m->a, rows);
    meeting_limits(s, m);
    if (m->visual && m->viewer == ROW_NONE && s->search->kernels->visual != VISUAL_BLAS)
        fetch_vectors(s, m->b);
    screen_rows(s, m, rows);
    if (s->survivors.count == 0)
        return;
    refine_pairs(s, m);
    if (s->survivors.count > 0)
        push_pairs(s, m);
}

void sweep_pair(struct sweep *s, uint32_t a, uint32_t b) {
    const struct tiles *tiles = s->search->tiles;
    if (!tile_masks_meet(&tiles->hull[a], &tiles->hull[b]))
        return;
    fetch_answers(s, b);
    struct mask_hull hull = tiles->hull[b];
    hull.by_place = hull.by_place || tiles->hull[a].by_place;
    uint64_t rows = s->search->kernels->mask_hull(&tiles->mask[a], &hull);
    rows = mask_rows(s, a, b, rows);
    if (rows == 0)
        return;
    apply_exclusions(s, a, b);
    struct meeting m = {.a = a, .b = b, .viewer = ROW_NONE};
    finish_meeting(s, &m, rows);
}

void sweep_viewer(struct sweep *s, uint32_t viewer, uint32_t b) {
    const struct tiles *tiles = s->search->tiles;
    uint32_t a = viewer / TILE_LANES;
    uint64_t rows = mask_one(s, viewer, b);
    if (rows == 0)
        return;
    const struct exclusions *e = &tiles->exclusions[a];
    for (uint32_t i = exclusions_from(e, b); i < e->count && e->pairs[i] >> 12 == b; i++)
        if ((e->pairs[i] >> 6 & 63) == viewer % TILE_LANES)
            s->ways[viewer % TILE_LANES][0] &= ~((uint64_t)1 << (e->pairs[i] & 63));
    struct meeting m = {.a = a, .b = b, .viewer = viewer};
    finish_meeting(s, &m, rows);
}

struct sweep *sweep_new(struct search *search) {
    struct sweep *s = mem_array(1, sizeof *s);
    s->search = search;
    s->waiting = sweep_wait_new();
    s->certificate.least.viewer = ROW_NONE;
    s->fetched_answers = s->fetched_vectors = ROW_NONE;
    size_t bytes = (size_t)TILE_LANES * search->tiles->bytes.width;
    for (uint32_t i = 0; i < SWEEP_BLOCK; i++) {
        s->rows[i].tile = s->row_limits[i].tile = ROW_NONE;
        for (int k = 0; k < 2; k++)
            s->rows[i].biased[k] = mem_space(bytes, 1);
    }
    s->lane_limits.tile = ROW_NONE;
    s->eligible = mem_array(search->tiles->positions, sizeof *s->eligible);
    s->offerable = mem_array(search->tiles->positions, sizeof *s->offerable);
    return s;
}

void sweep_free(struct sweep *s) {
    sweep_wait_free(s->waiting);
    for (uint32_t i = 0; i < SWEEP_BLOCK; i++)
        for (int k = 0; k < 2; k++)
            free(s->rows[i].biased[k]);
    free(s->eligible);
    free(s->offerable);
    candidate_sorter_release(&s->sorter);
    candidate_sorter_release(&s->repair[0]);
    candidate_sorter_release(&s->repair[1]);
    free(s);
}
