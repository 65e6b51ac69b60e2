/* Protects: the bound that the first stage of the search puts on a questionnaire. Whatever items a
 * questionnaire has and whatever people answered, the tables and the screen never say less than the
 * score by the contract, and no more than their stated slack above it; and similarities lie in the
 * intervals that picks are chosen by. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/match/alike.h"
#include "engine/match/attributes.h"
#include "engine/match/pair.h"
#include "engine/match/search.h"
#include "engine/match/tile.h"
#include "tests/support/fixture.h"
#include "tests/support/kernel_case.h"

enum { PEOPLE = 70, OPTIONS = 20 };

static const char *const constructs[CONSTRUCTS] = {"communication", "attachment",  "sexual",
                                                   "values",        "family",      "structure",
                                                   "lifestyle",     "availability"};
static const char *const evidence[] = {"H", "M", "L"};
static const char *const options[OPTIONS] = {"yes", "no", "c", "d", "e", "f", "g", "h", "i", "j",
                                             "k",   "l",  "m", "n", "o", "p", "q", "r", "s", "t"};

/* How odd the questionnaires of a round may be: items with more forms than codes only in the last.
 */
enum oddity { PLAIN, ODD };

static void set_slider(struct item_source *source, struct draws *draws, enum oddity oddity) {
    static const double tops[] = {2.0, 3.0, 5.0, 7.0, 10.0, 15.0};
    source->type = "slider";
    source->min = 1.0;
    source->max = tops[draw_below(draws, ARRAY_LEN(tops))];
    source->step = 1.0;
    if (oddity == ODD && draw_chance(draws, 0.3))
        source->max = 40.0;
    if (draw_chance(draws, 0.3))
        source->facet = draw_chance(draws, 0.5) ? "anxiety" : "avoidance";
}

static void set_choice(struct item_source *source, struct draws *draws, enum oddity oddity) {
    source->options = options;
    source->option_count = 2 + draw_below(draws, oddity == ODD ? OPTIONS - 2 : 13);
    source->type = "single_choice";
    source->ordinal = draw_chance(draws, 0.4);
    if (!source->ordinal && draw_chance(draws, 0.3))
        source->wildcard = options[draw_below(draws, (uint32_t)source->option_count)];
    if (source->option_count > 2 && draw_chance(draws, 0.2)) {
        source->unanswered = options + source->option_count - 1;
        source->unanswered_count = 1;
    }
}

static void set_directional(struct item_source *source, struct draws *draws) {
    static const char *const attributes[] = {"profile.drinking", "profile.smoking",
                                             "profile.exercise"};
    source->type = "slider";
    source->max = draw_chance(draws, 0.5) ? 7.0 : 5.0;
    source->min = source->step = 1.0;
    source->direction = draw_chance(draws, 0.5) ? "directional_fit" : "risk_boundary";
    source->attribute = attributes[draw_below(draws, ARRAY_LEN(attributes))];
}

static void add_item(struct fixture *f, struct draws *draws, enum oddity oddity) {
    struct item_source source = fixture_source(f, "slider", constructs[draw_below(draws, 8)],
                                               evidence[draw_below(draws, 3)]);
    switch (draw_below(draws, oddity == ODD ? 8 : 7)) {
    case 0:
    case 1: set_choice(&source, draws, oddity); break;
    case 2: set_directional(&source, draws); break;
    case 3:
        source.type = "multiple_choice";
        source.options = options;
        source.option_count = 2 + draw_below(draws, oddity == ODD ? 6 : 2);
        break;
    case 7:
        source.type = "ranking";
        source.options = options;
        source.option_count = 2 + draw_below(draws, 4);
        break;
    default: set_slider(&source, draws, oddity);
    }
    if (draw_chance(draws, 0.15) && strcmp(source.type, "slider") == 0)
        source.importance_of = constructs[draw_below(draws, 8)];
    fixture_item(f, &source);
}

/* Half of the time other weights than the defaults, true then; they sum to 1, or they would not be
 * taken. */
static bool set_weights(struct fixture *f, struct draws *draws) {
    static const char *const keys[] = {
        "COMPATIBILITY_WEIGHT_COMMUNICATION", "COMPATIBILITY_WEIGHT_ATTACHMENT",
        "COMPATIBILITY_WEIGHT_SEXUAL",        "COMPATIBILITY_WEIGHT_VALUES",
        "COMPATIBILITY_WEIGHT_FAMILY",        "COMPATIBILITY_WEIGHT_STRUCTURE",
        "COMPATIBILITY_WEIGHT_LIFESTYLE",     "COMPATIBILITY_WEIGHT_AVAILABILITY"};
    static const double values[] = {0.0, 0.0, 1e-12, 0.01, 0.1, 0.14};
    uint32_t rest = draw_below(draws, ARRAY_LEN(keys));
    double left = 1.0;
    if (draw_chance(draws, 0.5))
        return false;
    for (uint32_t i = 1; i <= ARRAY_LEN(keys); i++) {
        bool last = i == ARRAY_LEN(keys);
        double weight = last ? left : values[draw_below(draws, ARRAY_LEN(values))];
        char text[40];
        snprintf(text, sizeof text, "%.17g", weight);
        fixture_set(f, keys[(rest + i) % ARRAY_LEN(keys)], text);
        left -= weight;
    }
    return true;
}

/* A code of the item's kind, or ANSWER_NONE. */
static uint64_t draw_code(const struct item *item, struct draws *draws) {
    if (item->kind == ITEM_SCALE && item->is_slider)
        return draw_below(draws, item->level_count);
    if (item->kind == ITEM_SCALE || item->kind == ITEM_NOMINAL) {
        struct answer_value value = {.form = ANSWER_TEXT,
                                     .text = options[draw_below(draws, item->option_count)]};
        const char *reason;
        return item_code(item, &value, &reason);
    }
    if (item->kind == ITEM_MULTIPLE)
        return 1 + draw_below(draws, (1u << item->option_count) - 1);
    uint64_t code = 0; /* a rotation of the options */
    uint32_t first = draw_below(draws, item->option_count);
    for (uint32_t i = 0; i < item->option_count; i++)
        code |= (uint64_t)((first + i) % item->option_count) << (4 * i);
    return code;
}

static uint8_t draw_habit(struct draws *draws) {
    return (uint8_t)(draw_chance(draws, 0.2) ? HABIT_NULL : (int)draw_below(draws, 4));
}

static void add_person(struct fixture *f, struct draws *draws) {
    struct person person = person_default(f);
    person.profile.drinking = draw_habit(draws);
    person.profile.smoking = draw_habit(draws);
    person.profile.exercise = draw_habit(draws);
    uint32_t row = fixture_add(f, &person);
    struct population *p = fixture_population(f);
    const struct questionnaire *q = population_questionnaire(p);
    double answered = draw_chance(draws, 0.1) ? 0.1 : draw_in(draws, 0.5, 1.0);
    for (uint32_t i = 0; i < q->count; i++) {
        uint64_t code = draw_code(&q->items[i], draws);
        if (code == ANSWER_NONE || !draw_chance(draws, answered))
            continue;
        int32_t days = draw_chance(draws, 0.5) ? 0 : (int32_t)draw_below(draws, 1000);
        population_set_answer(p, row, i, code, fixture_ago(f, days));
    }
}

/* What the screen says of all 64 lanes of a tile, seen from one row. */
struct screened {
    struct survivors survivors;
    uint64_t unranked;
    float slack;
};

static void screen_all(const struct tiles *tiles, uint32_t viewer, uint32_t tile, uint64_t lanes,
                       struct screened *out) {
    static const float zero[TILE_LANES];
    float least[TILE_LANES];
    for (uint32_t i = 0; i < TILE_LANES; i++)
        least[i] = -INFINITY;
    const struct duel duel = {.row_reach = zero,
                              .lane_reach = zero,
                              .row_bonus = zero,
                              .lane_bonus = zero,
                              .row_limit = least,
                              .lane_limit = least};
    struct answer_row *row = mem_array(1, sizeof *row);
    out->slack = tiles_answer_row(tiles, tiles->position_of[viewer], row);
    struct answer_tile answers = tiles_answers(tiles, tile);
    uint64_t ways[1][2] = {{lanes, lanes}};
    out->survivors.count = 0;
    const struct screening in = {&tiles->slots.layout, &tiles->terms, row, &answers, &duel};
    kernels_of(ISA_REF)->screen(&in, 1, ways, &out->survivors);
    out->unranked = lanes & ~ways[0][0];
    free(row);
}

static void check_bound(const char *what, double bound, double exact, double slack) {
    cr_assert(bound + (double)KERNEL_MARGIN >= exact, "%s: bound %.9g below %.9g", what, bound,
              exact);
    cr_assert(bound - slack - (double)KERNEL_MARGIN <= exact, "%s: bound %.9g - %.9g above %.9g",
              what, bound, slack, exact);
}

static void check_pair(const struct tiles *tiles, uint32_t a, uint32_t b,
                       const struct screened *seen, uint32_t at) {
    struct questionnaire_score score;
    pair_questionnaire(tiles->view, a, b, &score);
    cr_assert(score.ranked);
    const struct score_terms *t = &tiles->terms;
    double exact = (double)t->fit * score.fit - (double)t->missing * score.missing -
                   (score.child_mismatch ? (double)t->child : 0.0);
    double slack = tiles->slots.exact ? (double)seen->slack : 2.0;
    const struct survivors *s = &seen->survivors;
    check_bound("part", (double)s->part[at], exact, (double)t->fit * slack);
    check_bound("side_ab", (double)s->side_ab[at], score.side_ab, slack);
    check_bound("side_ba", (double)s->side_ba[at], score.side_ba, slack);
}

static void check_row(const struct tiles *tiles, uint32_t a, uint32_t tile, struct screened *seen) {
    uint64_t lanes = 0;
    const uint32_t *row_of = tiles->row_of + (size_t)tile * TILE_LANES;
    for (uint32_t lane = 0; lane < TILE_LANES; lane++)
        lanes |= (uint64_t)(row_of[lane] != ROW_NONE && row_of[lane] != a) << lane;
    screen_all(tiles, a, tile, lanes, seen);
    uint64_t ranked = 0;
    for (uint32_t at = 0; at < seen->survivors.count; at++) {
        uint32_t lane = seen->survivors.pair[at] & 63;
        ranked |= UINT64_C(1) << lane;
        check_pair(tiles, a, row_of[lane], seen, at);
    }
    cr_assert_eq(ranked | seen->unranked, lanes);
    for (uint64_t left = seen->unranked; left != 0; left &= left - 1) {
        struct questionnaire_score score;
        pair_questionnaire(tiles->view, a, row_of[__builtin_ctzll(left)], &score);
        cr_assert_not(score.ranked);
    }
}

/* Everybody's similarity to each tenth person lies in its interval, and shared answers are counted.
 */
static void check_alike(const struct tiles *tiles) {
    struct search search;
    search_init(&search, tiles, kernels_of(ISA_REF), 8, 0);
    struct alike *alike = alike_new(&search);
    uint32_t position[PEOPLE], count = 0;
    for (uint32_t i = 0; i < tiles->positions; i++)
        if (tiles->row_of[i] != ROW_NONE)
            position[count++] = i;
    for (uint32_t s = 0; s < count; s += 10) {
        struct likeness likeness;
        alike_read(alike, position[s], count, position);
        alike_measure(alike, s, &likeness);
        for (uint32_t i = 0; i < count; i++) {
            uint32_t one = tiles->row_of[position[s]], other = tiles->row_of[position[i]];
            double sim = pair_similarity(tiles->view, other, one);
            cr_assert(likeness.lower[i] <= sim && sim <= likeness.upper[i],
                      "%.9g is not in %.9g .. %.9g", sim, likeness.lower[i], likeness.upper[i]);
            struct questionnaire_score score;
            pair_questionnaire(tiles->view, one, other, &score);
            double shared = (double)alike_evidence(alike)[i];
            cr_assert(1.0 - shared / (double)tiles->view->evidence_sum == score.missing);
        }
    }
    alike_free(alike);
    search_release(&search);
}

/* One questionnaire, its people, all pairs. False: the questionnaire does not fit the slots. */
static bool check_questionnaire(uint64_t seed, enum oddity oddity) {
    struct draws draws = {seed};
    struct fixture *f = fixture_new();
    uint32_t items = 1 + draw_below(&draws, 34);
    for (uint32_t i = 0; i < items; i++)
        add_item(f, &draws, oddity);
    bool odd_weights = set_weights(f, &draws);
    for (uint32_t i = 0; i < PEOPLE; i++)
        add_person(f, &draws);
    struct tiles *tiles = tiles_new(fixture_view(f), 1);
    bool fits = tiles != NULL;
    if (odd_weights)
        cr_assert(fixture_view(f)->weight[0] != 0.22 || fixture_view(f)->weight[1] != 0.20,
                  "the weights of seed %llu were not taken", (unsigned long long)seed);
    struct screened *seen = mem_array(1, sizeof *seen);
    for (uint32_t position = 0; fits && position < tiles->positions; position++)
        for (uint32_t tile = 0; tiles->row_of[position] != ROW_NONE && tile < tiles->count; tile++)
            check_row(tiles, tiles->row_of[position], tile, seen);
    if (fits && oddity == PLAIN)
        cr_expect(tiles->slots.exact, "every answer of seed %llu has a code of its own",
                  (unsigned long long)seed);
    if (fits && tiles->slots.exact && tiles->slots.complete)
        check_alike(tiles);
    free(seen);
    tiles_free(tiles);
    fixture_free(f);
    return fits;
}

static void check_many(enum oddity oddity, uint64_t first) {
    uint32_t fit = 0, all = 120;
    for (uint32_t i = 0; i < all; i++)
        fit += check_questionnaire(first + i, oddity);
    cr_assert_gt(fit, all / 2, "only %u of %u questionnaires fit the slots", fit, all);
}

Test(slots, bounds_hold_the_score_of_plain_items) {
    check_many(PLAIN, 1000);
}

Test(slots, bounds_are_above_the_score_of_items_that_share_codes) {
    check_many(ODD, 5000);
}

Test(slots, without_items_nothing_is_rounded) {
    struct draws draws = {1};
    struct fixture *f = fixture_new();
    add_person(f, &draws);
    struct tiles *tiles = tiles_new(fixture_view(f), 1);
    cr_assert_not_null(tiles);
    cr_assert_geq(tiles->slots.alike_slack, 0.0f);
    cr_assert_lt(tiles->slots.alike_slack, 1e-5f);
    tiles_free(tiles);
    fixture_free(f);
}
