/* Floors (scoring.md section 5), policy segments, and the uplift rule of offers.md section 4.
 *
 * One communication slider decides everything: with a pair value s, the prior .5 for looks and
 * authenticity A,
 *
 *   T = side = mutuality = .8 s + .1
 *   raw = .7 (.85 T + .15 A) + .3 T = .895 T + .105 A
 *
 *   s     T          raw at A = .85   raw at A = .35
 *   1     .9         .89475           .84225
 *   5/6   .7666667   .7754167         .7229167
 *   4/6   .6333333   .6560833         .6035833
 *   3/6   .5         .53675           .48425
 *   2/6   .3666667   .4174167         .3649167
 *   1/6   .2333333   .2980833         .2455833 */
#include "engine/match/pair.h"
#include "tests/support/fixture.h"
#include "tests/support/near.h"

struct pair {
    struct fixture *f;
    uint32_t item, a, b;
};

/* Settings first, then people. `apart` = how far apart their answers are, in sixths. */
static struct pair pair_with(const char *key, const char *value) {
    struct pair pair = {.f = fixture_new()};
    pair.item = fixture_slider(pair.f, "communication", "H");
    fixture_set(pair.f, "QUESTIONNAIRE_MIN_QUESTIONS", "1");
    fixture_set(pair.f, "MATCH_REQUIRE_VISUAL_SIGNAL", "false");
    if (key != NULL)
        fixture_set(pair.f, key, value);
    pair.a = fixture_add(pair.f, NULL);
    pair.b = fixture_add(pair.f, NULL);
    return pair;
}

static void answer_apart(struct pair *pair, int apart) {
    fixture_slide(pair->f, pair->a, pair->item, 1);
    fixture_slide(pair->f, pair->b, pair->item, 1 + apart);
}

static enum floor floor_of(const struct pair *pair, uint32_t a, uint32_t b) {
    struct pair_score score;
    pair_score(fixture_view(pair->f), a, b, &score);
    cr_assert_eq(score.gate, GATE_NONE);
    return pair_floor(fixture_view(pair->f), a, b, &score);
}

static void check(struct pair *pair, int apart, enum floor expected) {
    answer_apart(pair, apart);
    enum floor got = floor_of(pair, pair->a, pair->b);
    cr_assert_eq(got, expected, "%d sixths apart: floor %d, derived %d", apart, got, expected);
    fixture_free(pair->f);
}

Test(floors, raw_of_the_table) {
    const double raw[] = {.89475, .895 * .766666666667 + .08925, .895 * .633333333333 + .08925,
                          .53675, .895 * .366666666667 + .08925, .895 * .233333333333 + .08925};
    for (int apart = 0; apart < 6; apart++) {
        struct pair pair = pair_with(NULL, NULL);
        answer_apart(&pair, apart);
        struct pair_score score;
        pair_score(fixture_view(pair.f), pair.a, pair.b, &score);
        cr_assert_near(score.raw, raw[apart]);
        fixture_free(pair.f);
    }
}

Test(floors, reciprocity_quality_and_none_by_default) {
    struct pair pair = pair_with(NULL, NULL);
    check(&pair, 5, FLOOR_RECIPROCITY); /* mutuality .2333 < .35 */
    pair = pair_with(NULL, NULL);
    check(&pair, 4, FLOOR_QUALITY); /* mutuality .3667, final .4174 < .50 */
    pair = pair_with(NULL, NULL);
    check(&pair, 3, FLOOR_NONE);
}

Test(floors, stored_score) {
    struct pair pair = pair_with("COMPATIBILITY_MIN_SCORE", "54");
    check(&pair, 3, FLOOR_NONE); /* round(53.675) = 54 */
    pair = pair_with("COMPATIBILITY_MIN_SCORE", "55");
    check(&pair, 3, FLOOR_SCORE);
}

Test(floors, stored_score_rounds_half_to_even) {
    cr_assert_eq(score_percent(.125), 12);
    cr_assert_eq(score_percent(.375), 38);
    cr_assert_eq(score_percent(.625), 62);
    cr_assert_eq(score_percent(1.0), 100);
}

Test(floors, thresholds_are_the_viewers_own) {
    struct pair pair = pair_with(NULL, NULL);
    fixture_override(pair.f, pair.b, "MATCH_MIN_QUALITY_THRESHOLD", "0.6");
    answer_apart(&pair, 3);
    cr_assert_eq(floor_of(&pair, pair.a, pair.b), FLOOR_NONE);
    cr_assert_eq(floor_of(&pair, pair.b, pair.a), FLOOR_QUALITY);
    fixture_free(pair.f);
}

Test(floors, high_inbound_viewers_need_more_quality) {
    /* .53675 lies between .50 and .50 + .05. Only the viewer's segment matters. */
    struct pair pair = pair_with(NULL, NULL);
    population_set_segment(fixture_population(pair.f), pair.a, SEGMENT_HIGH_INBOUND);
    answer_apart(&pair, 3);
    cr_assert_eq(floor_of(&pair, pair.a, pair.b), FLOOR_QUALITY);
    cr_assert_eq(floor_of(&pair, pair.b, pair.a), FLOOR_NONE);
    fixture_free(pair.f);
}

Test(floors, low_inbound_on_either_side_needs_more_reciprocity) {
    /* Mutuality .5 < .55, .6333 >= .55. */
    struct pair pair = pair_with(NULL, NULL);
    population_set_segment(fixture_population(pair.f), pair.b, SEGMENT_LOW_INBOUND);
    answer_apart(&pair, 3);
    cr_assert_eq(floor_of(&pair, pair.a, pair.b), FLOOR_RECIPROCITY);
    cr_assert_eq(floor_of(&pair, pair.b, pair.a), FLOOR_RECIPROCITY);
    fixture_free(pair.f);
    pair = pair_with(NULL, NULL);
    population_set_segment(fixture_population(pair.f), pair.b, SEGMENT_LOW_INBOUND);
    check(&pair, 2, FLOOR_NONE);
}

Test(floors, with_the_mode_off_everyone_is_balanced) {
    struct pair pair = pair_with("MATCH_GENDER_RESPONSIVE_MODE", "off");
    population_set_segment(fixture_population(pair.f), pair.a, SEGMENT_HIGH_INBOUND);
    population_set_segment(fixture_population(pair.f), pair.b, SEGMENT_LOW_INBOUND);
    check(&pair, 3, FLOOR_NONE);
}

/* --- uplift: b's authenticity is .35, so raw(a->b) = .6035833 and raw(b->a) = .6560833 -------- */

static enum floor uplift(bool viewer_passed, uint8_t passed_score, const char *key,
                         const char *value) {
    struct fixture *f = fixture_new();
    uint32_t item = fixture_slider(f, "communication", "H");
    fixture_set(f, "QUESTIONNAIRE_MIN_QUESTIONS", "1");
    fixture_set(f, "MATCH_REQUIRE_VISUAL_SIGNAL", "false");
    if (key != NULL)
        fixture_set(f, key, value);
    uint32_t a = fixture_add(f, NULL);
    struct person person = person_default(f);
    person.verification.liveness = 0;
    uint32_t b = fixture_add(f, &person);
    fixture_slide(f, a, item, 1);
    fixture_slide(f, b, item, 3);
    struct offer_fact offer = viewer_passed ? fixture_offer(f, a, b, OFFER_PASSED, 100)
                                            : fixture_offer(f, b, a, OFFER_PASSED, 100);
    offer.compatibility_score = passed_score;
    fixture_add_offer(f, &offer);
    struct pair pair = {f, item, a, b};
    enum floor floor = floor_of(&pair, a, b);
    fixture_free(f);
    return floor;
}

Test(uplift, the_viewer_passed_then_their_own_view_must_have_risen) {
    /* .6035833 against .52 + .08 and .53 + .08. */
    cr_assert_eq(uplift(true, 52, NULL, NULL), FLOOR_NONE);
    cr_assert_eq(uplift(true, 53, NULL, NULL), FLOOR_UPLIFT);
}

Test(uplift, the_candidate_passed_then_the_candidates_view_must_have_risen) {
    /* .6560833 against .57 + .08 and .58 + .08. */
    cr_assert_eq(uplift(false, 57, NULL, NULL), FLOOR_NONE);
    cr_assert_eq(uplift(false, 58, NULL, NULL), FLOOR_UPLIFT);
}

Test(uplift, only_where_nothing_else_lets_the_pair_pass) {
    cr_assert_eq(uplift(true, 53, "ALLOW_REMATCH_AFTER_PASS", "true"), FLOOR_NONE);
    cr_assert_eq(uplift(true, 53, "PASS_REOFFER_UPLIFT_THRESHOLD", "0.05"), FLOOR_NONE);
}

Test(uplift, provisional_scores_are_capped_before_they_are_compared) {
    /* Full mode would give .656 >= .57 + .08; the cap of .6 does not reach it. */
    cr_assert_eq(uplift(false, 57, "MATCH_PROVISIONAL_SCORE_CAP", "0.6"), FLOOR_NONE);
    struct fixture *f = fixture_new();
    uint32_t item = fixture_slider(f, "communication", "H");
    fixture_set(f, "MATCH_PROVISIONAL_SCORE_CAP", "0.6");
    uint32_t a = fixture_add(f, NULL), b = fixture_add(f, NULL);
    fixture_slide(f, a, item, 1);
    fixture_slide(f, b, item, 3);
    struct offer_fact offer = fixture_offer(f, b, a, OFFER_PASSED, 100);
    offer.compatibility_score = 57;
    fixture_add_offer(f, &offer);
    struct pair pair = {f, item, a, b};
    cr_assert_eq(floor_of(&pair, a, b), FLOOR_UPLIFT);
    fixture_free(f);
}
