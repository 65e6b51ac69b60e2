/* The funnel by tiles: sixty-four people at a time where bits decide, one by one where they do not.
 *
 *   group that the gender rule excludes    all fall to `gender`
 *   tile whose hull no age reaches         all fall to `age`, whatever the viewer relaxes
 *   tile whose hull is too far             who passes `age` falls to `distance`
 *   other tiles                            the hard constraints as masks, once for each relaxation
 *
 *       | age | age, distance | age, distance, intent | all |     each is a part of the one before:
 *                                                                 differences are what a rule took
 *
 * One by one go those whom float chords leave open, and those with a history (blocks, offers), who
 * are few. With 100,000 people in one metro a funnel takes 0.1 ms, person by person 2.3 ms. */
#include <string.h>

#include "engine/match/finder.h"
#include "engine/match/funnel_parts.h"
#include "engine/match/tile_tree.h"

/* A viewer as rows of mask kernels, each with some rules in force. */
struct funnel_rows {
    struct mask_row near;                 /* age and distance */
    struct mask_row intent;               /* and intent */
    struct mask_row relaxed[RELAXATIONS]; /* and options; [RELAX_NONE]: as it is */
    struct mask_hull hull;                /* with all that may be relaxed at once */
    uint32_t answered[KERNEL_WORDS_MAX];  /* bits of the viewer in constructs that rank */
};

struct tile_counting {
    struct funnel_counting base;
    const struct tiles *tiles;
    const struct kernels *kernels;
    uint32_t position, next; /* of the viewer; the next of the exclusions */
    struct funnel_rows rows;
};

/* Ages in tiles are bytes that end at TILE_AGE_TOP. With such own numbers nothing is lost. */
static bool fits_bytes(const struct funnel_counting *c) {
    int32_t least = c->relaxed[RELAX_AGE_MIN].age_min, most = c->relaxed[RELAX_AGE_MAX].age_max;
    int32_t own = c->view->age[c->viewer];
    return own > 0 && own < TILE_AGE_TOP && least > 0 && most < TILE_AGE_TOP;
}

static struct mask_row row_of(const struct tile_counting *t, enum relaxation relaxation) {
    const struct view *view = t->base.view;
    const struct limits *limits = &t->base.relaxed[relaxation];
    struct mask_row row = tiles_mask_row(t->tiles, t->position);
    uint8_t own = tiles_intent_excludes(view, view->intent[t->base.viewer]);
    row.age_min = (uint8_t)limits->age_min;
    row.age_max = (uint8_t)limits->age_max;
    row.chord2 = (float)limits->chord2_max;
    row.excludes = (uint8_t)((row.excludes & ~own) | tiles_intent_excludes(view, limits->intent));
    return row;
}

/* Bits of the viewer's answers to items of constructs with a weight. */
static void read_answered(struct tile_counting *t) {
    const struct slots *slots = &t->tiles->slots;
    const struct view *view = t->base.view;
    const struct item *items = population_questionnaire(view->population)->items;
    for (uint32_t n = 0; n < view->scored_items; n++) {
        uint32_t i = view->scored[n];
        if (view->weight[items[i].construct] <= 0.0)
            continue;
        uint32_t bits[2] = {slots->answered_bit[i], slots->attribute_bit[i]};
        for (int k = 0; k < 2; k++)
            if (bits[k] != ROW_NONE)
                t->rows.answered[bits[k] / 32] |= 1u << bits[k] % 32;
    }
    for (uint32_t w = 0; w < slots->layout.words; w++)
        t->rows.answered[w] &=
            t->tiles->row_answered[(size_t)t->position * slots->layout.words + w];
}

static void read_rows(struct tile_counting *t) {
    struct funnel_rows *rows = &t->rows;
    const struct view *view = t->base.view;
    for (int r = RELAX_NONE; r < RELAXATIONS; r++)
        rows->relaxed[r] = row_of(t, (enum relaxation)r);
    rows->near = rows->intent = rows->relaxed[RELAX_NONE];
    rows->near.excludes = 0;
    rows->intent.excludes = tiles_intent_excludes(view, view->intent[t->base.viewer]);
    rows->hull = tile_hull_of_one(t->tiles, t->position).mask;
    rows->hull.window_low = rows->relaxed[RELAX_AGE_MIN].age_min;
    rows->hull.window_high = rows->relaxed[RELAX_AGE_MAX].age_max;
    rows->hull.chord2_max = rows->relaxed[RELAX_DISTANCE].chord2;
    read_answered(t);
}

/* Bytes of 0 or 1 as bits. */
static uint64_t bits_of(const uint8_t flags[TILE_LANES]) {
    uint64_t bits = 0;
    for (uint32_t i = 0; i < TILE_LANES / 8; i++) {
        uint64_t eight;
        memcpy(&eight, flags + i * 8, sizeof eight);
        bits |= (eight * UINT64_C(0x0102040810204080) >> 56) << i * 8;
    }
    return bits;
}

/* Rule 3 alone. */
static uint64_t age_lanes(const struct mask_tile *m, const struct mask_row *row) {
    uint8_t flags[TILE_LANES];
    for (uint32_t i = 0; i < TILE_LANES; i++)
        flags[i] = (m->age[i] >= row->age_min) & (m->age[i] <= row->age_max) &
                   (row->age >= m->age_min[i]) & (row->age <= m->age_max[i]);
    return bits_of(flags);
}

/* Who has answered anything that ranks a pair with the viewer. */
static uint64_t ranked_lanes(const struct tile_counting *t, uint32_t tile) {
    uint32_t words = t->tiles->slots.layout.words, both[TILE_LANES] = {0};
    const uint32_t *theirs = t->tiles->answered + (size_t)tile * words * TILE_LANES;
    for (uint32_t w = 0; w < words; w++)
        for (uint32_t i = 0; i < TILE_LANES; i++)
            both[i] |= t->rows.answered[w] & theirs[w * TILE_LANES + i];
    uint8_t flags[TILE_LANES];
    for (uint32_t i = 0; i < TILE_LANES; i++)
        flags[i] = both[i] != 0;
    return bits_of(flags);
}

static uint64_t people_of(const struct tile_counting *t, uint32_t tile) {
    uint32_t people = t->tiles->people[tile];
    uint64_t lanes = people == TILE_LANES ? ~(uint64_t)0 : ((uint64_t)1 << people) - 1;
    if (tile == t->position / TILE_LANES)
        lanes &= ~((uint64_t)1 << t->position % TILE_LANES);
    return lanes;
}

/* Lanes with a history; tiles come in ascending order. */
static uint64_t lanes_with_history(struct tile_counting *t, uint32_t tile) {
    const struct exclusions *e = &t->tiles->exclusions[t->position / TILE_LANES];
    uint64_t lanes = 0;
    while (t->next < e->count && e->pairs[t->next] >> 12 < tile)
        t->next++;
    for (; t->next < e->count && e->pairs[t->next] >> 12 == tile; t->next++)
        if ((e->pairs[t->next] >> 6 & 63) == t->position % TILE_LANES)
            lanes |= (uint64_t)1 << (e->pairs[t->next] & 63);
    return lanes;
}

static uint32_t count_lanes(uint64_t lanes) {
    return (uint32_t)__builtin_popcountll(lanes);
}

static uint64_t mask_of(const struct tile_counting *t, uint32_t tile, struct mask_row row,
                        uint64_t *unsure) {
    uint64_t open;
    row.by_place =
        t->tiles->hull[t->position / TILE_LANES].by_place || t->tiles->hull[tile].by_place;
    uint64_t lanes = t->kernels->mask(&t->tiles->mask[tile], &row, &open);
    *unsure |= open;
    return lanes;
}

static void count_tile(struct tile_counting *t, uint32_t tile) {
    const struct funnel_rows *rows = &t->rows;
    uint64_t wider[RELAXATIONS], one_by_one = lanes_with_history(t, tile);
    uint64_t close = mask_of(t, tile, rows->near, &one_by_one);
    uint64_t willing = mask_of(t, tile, rows->intent, &one_by_one);
    for (int r = RELAX_NONE; r < RELAXATIONS; r++)
        wider[r] = mask_of(t, tile, rows->relaxed[r], &one_by_one);
    uint64_t people = people_of(t, tile);
    one_by_one &= people;
    people &= ~one_by_one;
    uint64_t of_age = age_lanes(&t->tiles->mask[tile], &rows->near) & people;
    uint64_t now = wider[RELAX_NONE] & people, ranked = ranked_lanes(t, tile) & people;
    uint32_t *gates = t->base.funnel->gates;
    gates[GATE_AGE] += count_lanes(people & ~of_age);
    gates[GATE_DISTANCE] += count_lanes(of_age & ~close);
    gates[GATE_INTENT] += count_lanes(close & people & ~willing);
    gates[GATE_CONSTRAINT] += count_lanes(willing & people & ~now);
    gates[GATE_NONE] += count_lanes(now & ranked);
    t->base.funnel->unranked += count_lanes(now & ~ranked);
    for (int r = RELAX_NONE + 1; r < RELAXATIONS; r++)
        t->base.adds[r] +=
            (int64_t)count_lanes(wider[r] & ranked) - (int64_t)count_lanes(now & ranked);
    for (; one_by_one != 0; one_by_one &= one_by_one - 1)
        funnel_count(&t->base,
                     t->tiles->row_of[tile * TILE_LANES + (uint32_t)__builtin_ctzll(one_by_one)]);
}

static bool ages_meet(const struct mask_hull *a, const struct mask_hull *b) {
    return a->age_low <= b->window_high && a->age_high >= b->window_low &&
           b->age_low <= a->window_high && b->age_high >= a->window_low;
}

static void judge_tile(struct tile_counting *t, uint32_t tile) {
    uint32_t *gates = t->base.funnel->gates;
    uint64_t people = people_of(t, tile);
    if (!ages_meet(&t->rows.hull, &t->tiles->hull[tile])) {
        gates[GATE_AGE] += count_lanes(people);
    } else if (!tile_masks_meet(&t->rows.hull, &t->tiles->hull[tile])) {
        uint64_t of_age = age_lanes(&t->tiles->mask[tile], &t->rows.near) & people;
        gates[GATE_AGE] += count_lanes(people & ~of_age);
        gates[GATE_DISTANCE] += count_lanes(of_age);
    } else {
        count_tile(t, tile);
    }
}

static void count_people(struct tile_counting *t, const struct tile_group *group) {
    for (uint32_t p = group->first * TILE_LANES; p < (group->first + group->count) * TILE_LANES;
         p++)
        if (t->tiles->row_of[p] != ROW_NONE)
            funnel_count(&t->base, t->tiles->row_of[p]);
}

static void count_group(struct tile_counting *t, uint32_t g) {
    const struct tiles *tiles = t->tiles;
    const struct tile_group *group = &tiles->groups[g];
    uint32_t own = tiles->group_of[t->position / TILE_LANES];
    if (!sweep_groups_meet(tiles, own, g)) {
        uint32_t people =
            tiles->people_before[group->first + group->count] - tiles->people_before[group->first];
        t->base.funnel->gates[GATE_GENDER] += people - (g == own);
        return;
    }
    if (!fits_bytes(&t->base)) {
        count_people(t, group);
        return;
    }
    for (uint32_t tile = group->first; tile < group->first + group->count; tile++)
        judge_tile(t, tile);
}

void funnel_gates(const struct tiles *tiles, const struct kernels *kernels, uint32_t viewer,
                  struct funnel *out) {
    struct tile_counting t = {.tiles = tiles, .kernels = kernels};
    funnel_begin(&t.base, tiles->view, viewer);
    t.base.funnel = out;
    memset(out->gates, 0, sizeof out->gates);
    out->unranked = out->relaxation_adds = 0;
    out->relaxation = RELAX_NONE;
    t.position = tiles->position_of[viewer];
    if (t.position == ROW_NONE) {
        out->gates[GATE_POPULATION_A] = tiles->view->count - 1;
        return;
    }
    out->gates[GATE_POPULATION_B] = tiles->view->count - tiles->people_before[tiles->count];
    read_rows(&t);
    for (uint32_t g = 0; g < tiles->group_count; g++)
        count_group(&t, g);
    funnel_choose(&t.base);
}
