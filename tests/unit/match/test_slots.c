/* Protects: the bound that the first stage of the search puts on a questionnaire. Whatever items a
 * questionnaire has and whatever people answered, the tables and the screen never say less than the
 * score by the contract, and no more than their stated slack above it; and similarities lie in the
 * intervals that picks are chosen by. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/match/alike.h"
#include "engine/match/pair.h"
#include "engine/match/search.h"
#include "engine/match/tile.h"
#include "tests/support/odd_world.h"

enum { PEOPLE = 70 };

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
    odd_items(f, &draws, oddity);
    bool other = odd_weights(f, &draws);
    for (uint32_t i = 0; i < PEOPLE; i++)
        odd_person(f, &draws);
    struct tiles *tiles = tiles_new(fixture_view(f), 1);
    bool fits = tiles != NULL;
    if (other)
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
    odd_person(f, &draws);
    struct tiles *tiles = tiles_new(fixture_view(f), 1);
    cr_assert_not_null(tiles);
    cr_assert_geq(tiles->slots.alike_slack, 0.0f);
    cr_assert_lt(tiles->slots.alike_slack, 1e-5f);
    tiles_free(tiles);
    fixture_free(f);
}
