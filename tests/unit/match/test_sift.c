/* Protects: the rough bound by which nearly all pairs are left out. Whatever the questionnaire, the
 * settings and the answers, it is never below the score by the contract; where there is no such
 * form the search does without, and offers are the reference's either way. */
#include <criterion/criterion.h>

#include "tests/support/crowd.h"
#include "tests/support/odd_world.h"
#include "tests/support/sift_bound.h"

enum { PEOPLE = 150, ROUNDS = 250 };

static void check_tiles(const struct tiles *tiles, struct sift_gap *gap) {
    const struct sift_layout *layout = &tiles->sift_layout;
    for (uint32_t c = 0; c < layout->constructs; c++) /* it need not fit a word */
        cr_assert(!layout->has_importance[c] || layout->weight[c] == 0);
    for (uint32_t a = 0; a < tiles->count; a++)
        for (uint32_t b = 0; b < tiles->count && b < a + 3; b++)
            sift_bound_check(tiles, a, b, gap);
}

static void draw_vectors(struct fixture *f, uint32_t row, struct draws *draws) {
    float taste[FIXTURE_DIM], looks[FIXTURE_DIM];
    for (uint32_t i = 0; i < FIXTURE_DIM; i++) {
        taste[i] = (float)draw_in(draws, -1.0, 1.0);
        looks[i] = (float)draw_in(draws, -1.0, 1.0);
    }
    fixture_taste(f, row, taste, draw_in(draws, 0.0, 1.0));
    fixture_photo(f, row, looks);
}

static struct fixture *world_new(uint64_t seed, enum oddity oddity, uint32_t people) {
    struct draws draws = {seed};
    struct fixture *f = fixture_new();
    odd_items(f, &draws, oddity);
    odd_weights(f, &draws);
    if (draw_chance(&draws, 0.7))
        odd_terms(f, &draws);
    fixture_set(f, "QUESTIONNAIRE_MIN_QUESTIONS", "1");
    for (uint32_t i = 0; i < people; i++) {
        uint32_t row = odd_person(f, &draws);
        if (draw_chance(&draws, 0.7))
            draw_vectors(f, row, &draws);
    }
    return f;
}

static void check_worlds(enum oddity oddity, uint64_t first) {
    struct sift_gap gap = {0};
    uint32_t sifted = 0;
    for (uint64_t seed = first; seed < first + ROUNDS; seed++) {
        struct fixture *f = world_new(seed, oddity, 80);
        struct tiles *tiles = tiles_new(fixture_view(f), 1);
        if (tiles != NULL && tiles->sift_layout.unit_bits > 0) {
            check_tiles(tiles, &gap);
            sifted++;
        }
        tiles_free(tiles);
        fixture_free(f);
    }
    cr_assert_gt(sifted, ROUNDS / 5, "only %u worlds have the form", sifted);
    cr_assert_gt(gap.pairs, 100000);
    cr_log_info("%u worlds, mean %g, most %g", sifted, gap.sum / (double)gap.pairs, gap.most);
}

Test(sift, bounds_of_plain_worlds) {
    check_worlds(PLAIN, 1);
}

Test(sift, bounds_of_odd_worlds) {
    check_worlds(ODD, 100000);
}

Test(sift, bounds_of_a_crowd) {
    struct sift_gap gap = {0};
    struct fixture *f = crowd_new(700, 3, 0);
    struct tiles *tiles = tiles_new(fixture_view(f), 1);
    cr_assert_gt(tiles->sift_layout.unit_bits, 9);
    check_tiles(tiles, &gap);
    cr_assert_lt(gap.sum / (double)gap.pairs, 1.0, "%g", gap.sum / (double)gap.pairs);
    tiles_free(tiles);
    fixture_free(f);
}

Test(sift, offers_of_odd_worlds) {
    uint64_t offers = 0;
    uint32_t sifted = 0;
    for (uint64_t seed = 7000; seed < 7060; seed++) {
        struct fixture *f = world_new(seed, seed % 2 == 0 ? PLAIN : ODD, PEOPLE);
        const struct view *view = fixture_view(f);
        struct tiles *tiles = tiles_new(view, 1);
        if (tiles != NULL) {
            offers += sift_bound_check_offers(view, tiles);
            sifted += tiles->sift_layout.unit_bits > 0;
        }
        tiles_free(tiles);
        fixture_free(f);
    }
    cr_assert_gt(offers, 3000, "%llu offers", (unsigned long long)offers);
    cr_assert_gt(sifted, 20, "only %u worlds have the form", sifted);
}

/* No affinity to bound: the questionnaire alone, and the prior. */
Test(sift, offers_where_nobody_has_a_photo) {
    uint64_t offers = 0;
    for (uint64_t seed = 8000; seed < 8010; seed++) {
        struct draws draws = {seed};
        struct fixture *f = fixture_new();
        odd_items(f, &draws, PLAIN);
        fixture_set(f, "QUESTIONNAIRE_MIN_QUESTIONS", "1");
        for (uint32_t i = 0; i < PEOPLE; i++)
            odd_person(f, &draws);
        struct tiles *tiles = tiles_new(fixture_view(f), 1);
        cr_assert_gt(tiles->sift_layout.unit_bits, 0);
        offers += sift_bound_check_offers(fixture_view(f), tiles);
        tiles_free(tiles);
        fixture_free(f);
    }
    cr_assert_gt(offers, 500, "%llu offers", (unsigned long long)offers);
}

/* People who answered some of a few items of one construct, which some of them weigh. */
static struct fixture *weighed_new(const char *construct, const char *facet,
                                   const char *const settings[][2], size_t count) {
    struct draws draws = {17};
    struct fixture *f = fixture_new();
    for (size_t i = 0; i < count; i++)
        fixture_set(f, settings[i][0], settings[i][1]);
    for (uint32_t i = 0; i < 4; i++) {
        struct item_source source = fixture_source(f, "slider", construct, "H");
        source.facet = facet;
        source.importance_of = i == 0 ? construct : NULL;
        fixture_item(f, &source);
    }
    fixture_slider(f, "values", "M");
    fixture_set(f, "QUESTIONNAIRE_MIN_QUESTIONS", "1");
    for (uint32_t i = 0; i < PEOPLE; i++)
        draw_vectors(f, odd_person(f, &draws), &draws);
    return f;
}

static void check_without_form(struct fixture *f) {
    const struct view *view = fixture_view(f);
    struct tiles *tiles = tiles_new(view, 1);
    cr_assert_not_null(tiles);
    cr_assert_eq(tiles->sift_layout.unit_bits, 0);
    cr_assert_gt(sift_bound_check_offers(view, tiles), 50);
    tiles_free(tiles);
    fixture_free(f);
}

Test(sift, there_is_no_form_of_strain_times_importance) {
    check_without_form(weighed_new("attachment", "anxiety", NULL, 0));
}

Test(sift, there_is_no_form_of_a_whole_raw) {
    static const char *const settings[][2] = {{"MATCH_SCORE_COMPATIBILITY_WEIGHT", "1"},
                                              {"MATCH_SCORE_PHYSICAL_WEIGHT", "0"},
                                              {"MATCH_SCORE_QUESTIONNAIRE_WEIGHT", "1"},
                                              {"MATCH_SCORE_AUTHENTICITY_WEIGHT", "0"}};
    check_without_form(weighed_new("family", NULL, settings, ARRAY_LEN(settings)));
}

/* A construct of weight 0 says whether a pair has a common answer, but has no slot. */
Test(sift, there_is_no_form_of_constructs_without_weight) {
    static const char *const settings[][2] = {{"COMPATIBILITY_WEIGHT_FAMILY", "0"},
                                              {"COMPATIBILITY_WEIGHT_VALUES", "0.26"}};
    check_without_form(weighed_new("family", NULL, settings, ARRAY_LEN(settings)));
}

Test(sift, the_form_of_importance_at_its_ends) {
    struct fixture *f = weighed_new("family", NULL, NULL, 0);
    struct sift_gap gap = {0};
    struct tiles *tiles = tiles_new(fixture_view(f), 1);
    cr_assert_gt(tiles->sift_layout.unit_bits, 9);
    check_tiles(tiles, &gap);
    tiles_free(tiles);
    fixture_free(f);
}

/* Shares of their sum may be above 1 together by a rounding: a negative number of units then. */
Test(sift, the_more_singles_are_common_the_less_is_made_of_them) {
    static const char *const keys[] = {"COMPATIBILITY_WEIGHT_COMMUNICATION",
                                       "COMPATIBILITY_WEIGHT_ATTACHMENT",
                                       "COMPATIBILITY_WEIGHT_SEXUAL"};
    static const char *const constructs[] = {"communication", "attachment", "sexual"};
    static const char *const weights[][3] = {{"0.20", "0.20", "0.20"},
                                             {"0.01", "0.51", "0.08"},
                                             {"0.03", "0.34", "0.23"},
                                             {"0.10", "0.40", "0.10"}};
    for (size_t n = 0; n < ARRAY_LEN(weights); n++) {
        struct draws draws = {n};
        struct fixture *f = fixture_new();
        for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
            fixture_set(f, keys[i], weights[n][i]);
            fixture_slider(f, constructs[i], "H");
        }
        odd_person(f, &draws);
        struct tiles *tiles = tiles_new(fixture_view(f), 1);
        const uint16_t *absent = tiles->sift_layout.absent;
        cr_assert_eq(absent[15], 0);
        for (uint32_t common = 0; common < 16; common++)
            for (uint32_t bit = 1; bit < 8; bit *= 2)
                cr_assert_geq(absent[common & ~bit], absent[common], "%zu: %#x: %u, not %u", n,
                              common, absent[common & ~bit], absent[common]);
        tiles_free(tiles);
        fixture_free(f);
    }
}

/* A weight next to nothing alone made a number of units that no word holds, for nobody. */
Test(sift, no_singles_have_no_units) {
    static const char *const settings[][2] = {{"COMPATIBILITY_WEIGHT_FAMILY", "1e-12"},
                                              {"COMPATIBILITY_WEIGHT_COMMUNICATION", "0.32"}};
    struct sift_gap gap = {0};
    struct fixture *f = fixture_new();
    struct draws draws = {3};
    for (size_t i = 0; i < ARRAY_LEN(settings); i++) {
        fixture_set(f, settings[i][0], settings[i][1]);
        fixture_slider(f, "family", "H");
    }
    for (uint32_t i = 0; i < PEOPLE; i++)
        odd_person(f, &draws);
    struct tiles *tiles = tiles_new(fixture_view(f), 1);
    cr_assert_eq(tiles->sift_layout.singles, 0);
    cr_assert_eq(tiles->sift_layout.singles_scale, 0);
    check_tiles(tiles, &gap);
    cr_assert_lt(gap.sum / (double)gap.pairs, 0.1);
    tiles_free(tiles);
    fixture_free(f);
}
