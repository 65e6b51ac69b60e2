/* Visual affinity, modes and the provisional cap: scoring.md section 4. */
#include "engine/match/pair.h"
#include "tests/support/fixture.h"
#include "tests/support/near.h"

/* sigmoid(1), sigmoid(2) and sigmoid(4) to 15 digits. */
static const double SIGMOID_1 = .731058578630005;
static const double SIGMOID_2 = .880797077977882;
static const double SIGMOID_4 = .982013790037908;

/* Two people who agree on one communication slider; full mode needs that and the visual signal. */
struct pair {
    struct fixture *f;
    uint32_t a, b;
};

static struct pair pair_new(void) {
    struct pair pair = {.f = fixture_new()};
    uint32_t item = fixture_slider(pair.f, "communication", "H");
    fixture_set(pair.f, "QUESTIONNAIRE_MIN_QUESTIONS", "1");
    pair.a = fixture_add(pair.f, NULL);
    pair.b = fixture_add(pair.f, NULL);
    fixture_slide(pair.f, pair.a, item, 4);
    fixture_slide(pair.f, pair.b, item, 4);
    return pair;
}

static struct pair_score pair_end(struct pair *pair) {
    struct pair_score score;
    pair_score(fixture_view(pair->f), pair->a, pair->b, &score);
    fixture_free(pair->f);
    return score;
}

Test(visual, affinity_follows_taste_its_strength_and_confidence) {
    /* a: p (.5, 0, ..) against v (1, 0, ..): sigmoid(4 * .5), confidence .8. b: p (0, .25, ..)
     * against (0, 1, ..): sigmoid(4 * .25), confidence .5. The photo of a is not of length 1: it is
     * normalised. */
    struct pair pair = pair_new();
    fixture_taste(pair.f, pair.a, (float[]){.5f, 0, 0, 0}, .8);
    fixture_taste(pair.f, pair.b, (float[]){0, .25f, 0, 0}, .5);
    fixture_photo(pair.f, pair.a, (float[]){0, 3, 0, 0});
    fixture_photo(pair.f, pair.b, (float[]){1, 0, 0, 0});
    struct pair_score s = pair_end(&pair);
    double ab = .5 + .8 * (SIGMOID_2 - .5), ba = .5 + .5 * (SIGMOID_1 - .5);
    cr_assert(s.visual);
    cr_assert_eq(s.mode, MODE_FULL);
    cr_assert_near(s.affinity_ab, ab);
    cr_assert_near(s.affinity_ba, ba);
    cr_assert_near(s.affinity_mutual, sqrt(ab * ba));
    cr_assert_near(s.total, .8 + .2 * sqrt(ab * ba));
    cr_assert_near(s.side_ab, .8 + .2 * ab);
    cr_assert_near(s.side_ba, .8 + .2 * ba);
    cr_assert_near(s.confidence, .6 + .4 * sqrt(.8 * .5));
}

Test(visual, photos_are_averaged_as_unit_vectors) {
    /* (2, 0) and (0, 5) become (1, 1) / sqrt 2: the second photo's length says nothing. p (1, 0):
     * sigmoid(4 / sqrt 2). */
    struct pair pair = pair_new();
    fixture_taste(pair.f, pair.a, (float[]){1, 0, 0, 0}, 1);
    fixture_taste(pair.f, pair.b, (float[]){1, 0, 0, 0}, 1);
    fixture_photo(pair.f, pair.a, (float[]){0, 0, 1, 0});
    fixture_photo(pair.f, pair.b, (float[]){2, 0, 0, 0});
    fixture_photo(pair.f, pair.b, (float[]){0, 5, 0, 0});
    struct pair_score s = pair_end(&pair);
    cr_assert_near(s.affinity_ab, 1 / (1 + exp(-4 / sqrt(2))));
    cr_assert_near(s.affinity_ba, .5);
}

Test(visual, vectors_that_nearly_cancel_still_count) {
    /* (1, 0) and the unit vector of (-1, .001): the sum is (5e-7, .001) but for 1e-9, its direction
     * (0.0005, 1) but for 1e-6. p (0, 1): sigmoid(4 * .999999875) = sigmoid(4) - 8.8e-9, less what
     * float makes of .001. */
    struct pair pair = pair_new();
    fixture_taste(pair.f, pair.a, (float[]){0, 1, 0, 0}, 1);
    fixture_taste(pair.f, pair.b, (float[]){0, 1, 0, 0}, 1);
    fixture_photo(pair.f, pair.a, (float[]){0, 1, 0, 0});
    fixture_photo(pair.f, pair.b, (float[]){1, 0, 0, 0});
    fixture_photo(pair.f, pair.b, (float[]){-1, .001f, 0, 0});
    struct pair_score s = pair_end(&pair);
    cr_assert(s.visual);
    cr_assert(fabs(s.affinity_ab - (SIGMOID_4 - 8.8e-9)) < 1e-9, "%.17g", s.affinity_ab);
}

Test(visual, vectors_that_cancel_give_no_signal) {
    /* The sum is (5e-15, 1e-7), under 1e-6. */
    struct pair pair = pair_new();
    fixture_taste(pair.f, pair.a, (float[]){0, 1, 0, 0}, 1);
    fixture_taste(pair.f, pair.b, (float[]){0, 1, 0, 0}, 1);
    fixture_photo(pair.f, pair.a, (float[]){0, 1, 0, 0});
    fixture_photo(pair.f, pair.b, (float[]){1, 0, 0, 0});
    fixture_photo(pair.f, pair.b, (float[]){-1, 1e-7f, 0, 0});
    struct pair_score s = pair_end(&pair);
    cr_assert_not(s.visual);
    cr_assert_eq(s.affinity_ab, .5);
}

/* How one side may lack the signal: a has everything, b what `spoil` leaves. */
static struct pair_score without_signal(void (*spoil)(struct fixture *f, uint32_t b)) {
    struct pair pair = pair_new();
    fixture_taste(pair.f, pair.a, (float[]){1, 0, 0, 0}, 1);
    fixture_photo(pair.f, pair.a, (float[]){1, 0, 0, 0});
    spoil(pair.f, pair.b);
    return pair_end(&pair);
}

static void no_photo(struct fixture *f, uint32_t b) {
    fixture_taste(f, b, (float[]){1, 0, 0, 0}, .9);
}

static void no_taste(struct fixture *f, uint32_t b) {
    fixture_photo(f, b, (float[]){1, 0, 0, 0});
}

static void weak_taste(struct fixture *f, uint32_t b) {
    no_taste(f, b);
    fixture_taste(f, b, (float[]){1e-7f, 0, 0, 0}, .9);
}

static void nan_in_photo(struct fixture *f, uint32_t b) {
    fixture_taste(f, b, (float[]){1, 0, 0, 0}, .9);
    fixture_photo(f, b, (float[]){1, NAN, 0, 0});
}

static void put_visual(struct fixture *f, uint32_t b, bool ready, const char *model,
                       uint32_t count) {
    const float p[] = {1, 0, 0, 0};
    struct visual_fact fact = {ready, model, .9, p, count};
    population_set_visual(fixture_population(f), b, &fact);
    no_taste(f, b);
}

static void not_ready(struct fixture *f, uint32_t b) {
    put_visual(f, b, false, FIXTURE_MODEL, FIXTURE_DIM);
}

static void other_model(struct fixture *f, uint32_t b) {
    put_visual(f, b, true, "v0", FIXTURE_DIM);
}

static void wrong_length(struct fixture *f, uint32_t b) {
    put_visual(f, b, true, FIXTURE_MODEL, FIXTURE_DIM - 1);
}

Test(visual, a_missing_signal_on_either_side_is_the_prior_and_provisional) {
    void (*const spoils[])(struct fixture *, uint32_t) = {
        no_photo, no_taste, weak_taste, nan_in_photo, not_ready, other_model, wrong_length};
    for (size_t i = 0; i < ARRAY_LEN(spoils); i++) {
        struct pair_score s = without_signal(spoils[i]);
        cr_assert_not(s.visual, "case %zu", i);
        cr_assert_eq(s.affinity_ab, .5);
        cr_assert_eq(s.affinity_mutual, .5);
        cr_assert_eq(s.mode, MODE_PROVISIONAL);
    }
}

Test(visual, confidence_is_of_the_row_even_without_the_signal) {
    cr_assert_near(without_signal(not_ready).confidence, .6 + .4 * sqrt(1 * .9));
    cr_assert_near(without_signal(no_taste).confidence, .6);
}

Test(visual, provisional_scores_are_capped_but_raw_is_not) {
    /* One construct at 1, prior .5: total = sides = mutuality = .9; raw = .7 (.85 * .9 + .15 * .85)
     * + .3 * .9. */
    struct pair pair = pair_new();
    struct pair_score s = pair_end(&pair);
    cr_assert_eq(s.mode, MODE_PROVISIONAL);
    cr_assert_near(s.raw, .7 * (.765 + .1275) + .27);
    cr_assert_eq(s.final, .72);
    cr_assert_eq(score_percent(s.final), 72);
}

Test(visual, few_answers_are_provisional) {
    struct fixture *f = fixture_new();
    uint32_t items[2];
    for (int i = 0; i < 2; i++)
        items[i] = fixture_slider(f, "communication", "H");
    fixture_set(f, "QUESTIONNAIRE_MIN_QUESTIONS", "2");
    fixture_set(f, "MATCH_REQUIRE_VISUAL_SIGNAL", "false");
    uint32_t a = fixture_add(f, NULL), b = fixture_add(f, NULL), c = fixture_add(f, NULL);
    for (int i = 0; i < 2; i++) {
        fixture_slide(f, a, items[i], 4);
        fixture_slide(f, b, items[i], 4);
    }
    fixture_slide(f, c, items[0], 4);
    struct pair_score s;
    pair_score(fixture_view(f), a, b, &s);
    cr_assert_eq(s.mode, MODE_FULL);
    pair_score(fixture_view(f), a, c, &s);
    cr_assert_eq(s.mode, MODE_PROVISIONAL);
    fixture_free(f);
}
