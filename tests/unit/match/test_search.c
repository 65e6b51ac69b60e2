/* Protects: the fast search where bounds are of little help. Many people are equal, or nearly so,
 * so that pools end in the middle of ties, choices are made by ids, and floors are met exactly; and
 * a bound that is wrong does not stay hidden from a paranoid run. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "engine/kernel/cpu.h"
#include "engine/match/run.h"
#include "tests/support/crowd.h"
#include "tests/support/fixture.h"
#include "tests/support/kernel_case.h"

enum { PEOPLE = 260, ITEMS = 6, KINDS = 5 };

/* One of a few kinds of people; who is not quite like the kind differs in the age of an answer. */
static void add_twin(struct fixture *f, struct draws *draws, const uint32_t items[ITEMS]) {
    struct person person = person_default(f);
    if (draw_chance(draws, 0.2))
        person.user.active = draw_chance(draws, 0.5);
    uint32_t row = fixture_add(f, &person), kind = draw_below(draws, KINDS);
    bool stale = draw_chance(draws, 0.3);
    for (uint32_t i = 0; i < ITEMS; i++) {
        double answer = 1.0 + (kind * 5 + i * 3) % 7;
        if (stale)
            fixture_slide_on(f, row, items[i], answer, fixture_ago(f, 400 + (int32_t)kind));
        else
            fixture_slide(f, row, items[i], answer);
    }
    /* A taste across all looks: scores do not depend on the confidence, an anchor does. */
    const float across[FIXTURE_DIM] = {0.0f, 0.0f, 0.0f, 1.0f};
    const float taste[FIXTURE_DIM] = {1.0f, 0.5f * (float)kind, -0.25f, 0.0f};
    const float looks[FIXTURE_DIM] = {0.6f, 0.8f, kind % 2 == 0 ? 0.1f : 0.1000001f, 0.0f};
    fixture_taste(f, row, kind < KINDS - 1 ? across : taste, draw_in(draws, 0.0, 1.0));
    fixture_photo(f, row, looks);
}

/* The quality floor lies where many scores are, if they are told it. */
static struct fixture *twins_new(uint64_t seed, const char *pool, const char *quality) {
    static const char *const constructs[ITEMS] = {"values",     "values", "family",
                                                  "attachment", "sexual", "communication"};
    struct draws draws = {seed};
    struct fixture *f = fixture_new();
    uint32_t items[ITEMS];
    for (uint32_t i = 0; i < ITEMS; i++)
        items[i] = fixture_slider(f, constructs[i], i % 2 == 0 ? "H" : "L");
    fixture_set(f, "MATCH_RERANK_POOL", pool);
    fixture_set(f, "QUESTIONNAIRE_MIN_QUESTIONS", "1");
    if (quality != NULL)
        fixture_set(f, "MATCH_MIN_QUALITY_THRESHOLD", quality);
    for (uint32_t i = 0; i < PEOPLE; i++)
        add_twin(f, &draws, items);
    return f;
}

static void digest_of(const struct view *view, const struct run_options *options,
                      char text[RUN_DIGEST_TEXT], uint64_t *offers) {
    struct run *run = run_start(view, options);
    run_wait(run);
    run_digest(run, text);
    struct run_progress progress;
    run_progress(run, &progress);
    *offers = progress.offers;
    run_free(run);
}

static void check_all(const struct view *view) {
    char expected[RUN_DIGEST_TEXT], text[RUN_DIGEST_TEXT];
    uint64_t wanted, offers;
    struct run_options options = {.threads = 2};
    digest_of(view, &options, expected, &wanted);
    cr_assert_gt(wanted, 0);
    struct tiles *tiles = tiles_new(view, 2);
    cr_assert_not_null(tiles);
    options.tiles = tiles;
    for (int isa = ISA_REF; isa < ISAS; isa++) {
        if (!kernels_available((enum kernel_isa)isa, cpu_features()))
            continue;
        options.kernels = kernels_of((enum kernel_isa)isa);
        for (int exact = 0; exact < 2; exact++) {
            options.exact_counts = exact == 1;
            digest_of(view, &options, text, &offers);
            cr_assert_str_eq(text, expected, "%s, exact %d", options.kernels->name, exact);
            cr_assert_eq(offers, wanted);
        }
    }
    tiles_free(tiles);
}

Test(search, pools_that_end_within_ties) {
    static const char *const pools[] = {"8", "9", "64"};
    for (uint64_t seed = 1; seed < 4; seed++)
        for (size_t i = 0; i < ARRAY_LEN(pools); i++) {
            struct fixture *f = twins_new(seed, pools[i], NULL);
            check_all(fixture_view(f));
            fixture_free(f);
        }
}

/* The score of one pick becomes the quality floor: it and its equals must stay. */
Test(search, floors_met_exactly) {
    for (uint64_t seed = 4; seed < 8; seed++) {
        struct fixture *f = twins_new(seed, "16", NULL);
        struct run_options options = {.threads = 1};
        struct run *run = run_start(fixture_view(f), &options);
        run_wait(run);
        const struct run_result *result = run_result(run, (uint32_t)seed);
        cr_assert_gt(result->pick_count, 1);
        char floor[40];
        snprintf(floor, sizeof floor, "%.17g", result->picks[result->pick_count - 1].raw);
        run_free(run);
        fixture_free(f);
        f = twins_new(seed, "16", floor);
        check_all(fixture_view(f));
        fixture_free(f);
    }
}

static uint32_t differing(const struct view *view, const struct tiles *tiles) {
    struct run_options options = {
        .threads = 2, .tiles = tiles, .kernels = kernels_of(ISA_REF), .paranoid = true};
    struct run *run = run_start(view, &options);
    run_wait(run);
    uint32_t viewer, count = run_differing(run, &viewer);
    cr_assert_eq(count == 0, viewer == ROW_NONE);
    struct err err;
    cr_assert_eq(run_agrees(run, &err), count == 0);
    char id[UUID_TEXT] = "";
    if (count > 0)
        uuid_to_text(population_id(view->population, viewer), id);
    cr_assert(count == 0 || strstr(err.text, id) != NULL, "%s", err.text);
    run_free(run);
    return count;
}

Test(search, a_paranoid_run_finds_a_wrong_bound) {
    struct fixture *f = crowd_new(400, 11, 0);
    const struct view *view = fixture_view(f);
    struct tiles *tiles = tiles_new(view, 2);
    cr_assert_not_null(tiles);
    cr_assert_eq(differing(view, tiles), 0);
    /* Nobody's bonus reaches so far: whoever has it is taken for worse than they are. */
    for (uint32_t i = 0; i < tiles->positions; i += 3)
        tiles->bonus[i] -= 0.05f;
    cr_assert_gt(differing(view, tiles), 0);
    tiles_free(tiles);
    fixture_free(f);
}

/* With everything in its place no discarded bound reaches the K-th value; a bound that is wrong, by
 * more than lists let in, shows in the certificate of a witness too. */
Test(search, the_certificate_holds_bounds_against_values) {
    struct fixture *f = twins_new(9, "8", NULL);
    const struct view *view = fixture_view(f);
    struct tiles *tiles = tiles_new(view, 2);
    cr_assert_not_null(tiles);
    for (int planted = 0; planted < 2; planted++) {
        /* Everybody is taken for better than they are: limits rise over what is there. */
        for (uint32_t i = 0; planted == 1 && i < tiles->positions; i++)
            tiles->bonus[i] += 0.05f;
        struct run_options options = {.threads = 2, .tiles = tiles, .kernels = kernels_of(ISA_REF)};
        struct run *run = run_start(view, &options);
        run_wait(run);
        struct certificate c;
        run_certificate(run, &c);
        cr_assert_gt(c.witnesses, 30);
        cr_assert_neq(c.least.viewer, ROW_NONE, "nobody has eight candidates");
        cr_assert_eq(c.least.discarded > c.least.kth + 1e-6, planted == 1, "%f over %f",
                     c.least.discarded, c.least.kth);
        run_free(run);
    }
    tiles_free(tiles);
    fixture_free(f);
}

/* With a pool of eight, more than a quarter of all viewers once had to be searched again. */
Test(search, guesses_of_small_pools_are_seldom_too_high) {
    enum { MANY = 3000, ANSWERS = 8 };
    struct draws draws = {5};
    struct fixture *f = fixture_new();
    uint32_t items[ANSWERS];
    for (uint32_t i = 0; i < ANSWERS; i++)
        items[i] = fixture_slider(f, i % 2 == 0 ? "family" : "values", "H");
    fixture_set(f, "MATCH_RERANK_POOL", "8");
    fixture_set(f, "QUESTIONNAIRE_MIN_QUESTIONS", "1");
    for (uint32_t i = 0; i < MANY; i++) {
        uint32_t row = fixture_add(f, NULL);
        for (uint32_t k = 0; k < ANSWERS; k++)
            fixture_slide(f, row, items[k], 1 + draw_below(&draws, 7));
    }
    struct tiles *tiles = tiles_new(fixture_view(f), 2);
    cr_assert_not_null(tiles);
    struct run_options options = {.threads = 2, .tiles = tiles, .kernels = kernels_of(ISA_REF)};
    struct run *run = run_start(fixture_view(f), &options);
    run_wait(run);
    struct certificate c;
    run_certificate(run, &c);
    cr_assert_lt(c.repaired, MANY / 100);
    run_free(run);
    tiles_free(tiles);
    fixture_free(f);
}

/* A third of the people have answered nothing but items of the construct with this weight. */
static struct fixture *lopsided_new(const char *weight, const char *rest) {
    static const char *const unused[] = {
        "COMPATIBILITY_WEIGHT_COMMUNICATION", "COMPATIBILITY_WEIGHT_ATTACHMENT",
        "COMPATIBILITY_WEIGHT_SEXUAL",        "COMPATIBILITY_WEIGHT_STRUCTURE",
        "COMPATIBILITY_WEIGHT_LIFESTYLE",     "COMPATIBILITY_WEIGHT_AVAILABILITY"};
    struct draws draws = {7};
    struct fixture *f = fixture_new();
    uint32_t items[4];
    for (uint32_t i = 0; i < ARRAY_LEN(items); i++)
        items[i] = fixture_slider(f, i < 2 ? "family" : "values", "H");
    for (size_t i = 0; i < ARRAY_LEN(unused); i++)
        fixture_set(f, unused[i], "0");
    fixture_set(f, "COMPATIBILITY_WEIGHT_FAMILY", weight);
    fixture_set(f, "COMPATIBILITY_WEIGHT_VALUES", rest);
    fixture_set(f, "QUESTIONNAIRE_MIN_QUESTIONS", "1");
    for (uint32_t i = 0; i < PEOPLE; i++) {
        uint32_t row = fixture_add(f, NULL);
        for (uint32_t k = 0; k < (i % 3 == 0 ? 2 : ARRAY_LEN(items)); k++)
            fixture_slide(f, row, items[k], draw_chance(&draws, 0.5) ? 1 : 7);
    }
    return f;
}

/* Weights that sum to 1 may hold one that no float does: pairs that it alone ranks were lost. */
Test(search, weights_next_to_nothing) {
    static const char *const weights[][2] = {
        {"0.5", "0.5"}, {"0.00001", "0.99999"}, {"1e-19", "1"}, {"1e-40", "1"}, {"5e-324", "1"}};
    for (size_t i = 0; i < ARRAY_LEN(weights); i++) {
        struct fixture *f = lopsided_new(weights[i][0], weights[i][1]);
        const struct view *view = fixture_view(f);
        cr_assert_gt(view->weight[CONSTRUCT_FAMILY], 0.0);
        cr_assert_lt(view->weight[CONSTRUCT_FAMILY], 0.51);
        struct tiles *tiles = tiles_new(view, 1);
        cr_assert_eq(tiles == NULL, i > 2, "%s", weights[i][0]);
        if (tiles != NULL)
            check_all(view);
        tiles_free(tiles);
        fixture_free(f);
    }
}

/* All that can be held against a person: whoever seeks children is offered who wants none. */
static uint32_t add_wretch(struct fixture *f, uint32_t number, uint32_t children) {
    struct person person = person_default(f);
    bool seeks_men = number % 2 == 0;
    person.user.gender = seeks_men ? GENDER_FEMALE : GENDER_MALE;
    person.user.seeking = GENDER_BIT(seeks_men ? GENDER_MALE : GENDER_FEMALE);
    person.user.has_name = person.user.has_bio = false;
    person.profile.city = NULL;
    if (number % 5 == 0)
        person.profile.intent = INTENT_NULL;
    person.verification.liveness = (double)(number % 7) / 1000;
    uint32_t row = fixture_add(f, &person);
    fixture_choose(f, row, children, seeks_men ? "yes" : "no");
    population_add_enforcement(fixture_population(f), row, ENFORCEMENT_WARNS, INSTANT_INFINITY);
    return row;
}

static struct fixture *wretches_new(void) {
    static const char *const settings[][2] = {
        {"MATCH_SCORE_COMPATIBILITY_WEIGHT", "0.99"},
        {"MATCH_SCORE_PHYSICAL_WEIGHT", "0.01"},
        {"MATCH_SCORE_QUESTIONNAIRE_WEIGHT", "0"},
        {"MATCH_SCORE_AUTHENTICITY_WEIGHT", "1"},
        {"MATCH_SCORE_UNCERTAINTY_PENALTY_MAX", "1"},
        {"MATCH_RISK_PENALTY_MAX", "1"},
        {"MATCH_CHILD_GOAL_MISMATCH_PENALTY", "1"},
        {"MATCH_MIN_QUALITY_THRESHOLD", "0"},
        {"MATCH_MIN_RECIPROCITY", "0"},
        {"COMPATIBILITY_MIN_SCORE", "0"},
        {"MATCH_EVIDENCE_WEIGHT_L", "0.01"},
        {"QUESTIONNAIRE_MIN_QUESTIONS", "1"},
        {"MATCH_REQUIRE_VISUAL_SIGNAL", "false"},
        {"MATCH_RERANK_POOL", "8"},
    };
    static const char *const options[] = {"yes", "no"};
    struct fixture *f = fixture_new();
    for (size_t i = 0; i < ARRAY_LEN(settings); i++)
        fixture_set(f, settings[i][0], settings[i][1]);
    struct item_source source = fixture_source(f, "single_choice", "family", "L");
    source.key = "children";
    source.options = options;
    source.option_count = ARRAY_LEN(options);
    uint32_t children = fixture_item(f, &source);
    fixture_slider(f, "values", "H");
    uint32_t reporters[5];
    struct person person = person_default(f);
    person.user.active = false;
    for (size_t k = 0; k < ARRAY_LEN(reporters); k++) {
        person.user.id.bytes[1] = (uint8_t)k;
        reporters[k] = fixture_add(f, &person);
    }
    for (uint32_t i = 0; i < 60; i++) {
        uint32_t row = add_wretch(f, i, children);
        for (size_t k = 0; k < ARRAY_LEN(reporters); k++)
            population_add_report(fixture_population(f), reporters[k], row, false, true,
                                  fixture_ago(f, 1));
    }
    return f;
}

/* raw reaches down to -2.1; pairs in full mode with less than -2 were once taken for provisional
 * ones. */
Test(search, scores_as_low_as_they_get) {
    struct fixture *f = wretches_new();
    const struct view *view = fixture_view(f);
    struct run_options options = {.threads = 1};
    struct run *run = run_start(view, &options);
    run_wait(run);
    bool lowest = false;
    for (uint32_t i = 0; i < run_count(run); i++) {
        const struct run_result *result = run_result(run, i);
        for (uint32_t k = 0; k < result->pick_count; k++)
            lowest |= result->picks[k].raw < -2.0 && result->picks[k].mode == MODE_FULL;
    }
    cr_assert(lowest);
    run_free(run);
    check_all(view);
    fixture_free(f);
}
