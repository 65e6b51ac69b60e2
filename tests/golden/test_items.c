/* Pair values of single items: the table of scoring.md section 3, derived by hand in units of 1 /
 * 30000. */
#include "engine/match/pair.h"
#include "tests/support/fixture.h"
#include "tests/support/near.h"

/* Two people and one item; the value once both have answered. */
struct duo {
    struct fixture *f;
    uint32_t item, a, b;
};

static struct duo duo_of(struct item_source (*make)(struct fixture *f)) {
    struct duo duo = {.f = fixture_new()};
    struct item_source source = make(duo.f);
    duo.item = fixture_item(duo.f, &source);
    duo.a = fixture_add(duo.f, NULL);
    duo.b = fixture_add(duo.f, NULL);
    return duo;
}

/* Checks both directions, and releases. */
static void check(struct duo *duo, int32_t expected) {
    const struct view *view = fixture_view(duo->f);
    cr_assert_eq(pair_item_value(view, duo->item, duo->a, duo->b), expected, "got %d, derived %d",
                 pair_item_value(view, duo->item, duo->a, duo->b), expected);
    cr_assert_eq(pair_item_value(view, duo->item, duo->b, duo->a), expected);
    fixture_free(duo->f);
}

static struct item_source slider(struct fixture *f) {
    return fixture_source(f, "slider", "values", "H");
}

static struct item_source slider_of_sevenths(struct fixture *f) {
    struct item_source source = slider(f);
    source.min = 0;
    source.max = 7;
    return source;
}

static struct item_source slider_of_halves(struct fixture *f) {
    struct item_source source = slider(f);
    source.step = 0.5;
    return source;
}

Test(items, slider_is_one_minus_the_difference) {
    /* 3 -> 2/6 = 10000, 6 -> 5/6 = 25000; 30000 - 15000. */
    struct duo duo = duo_of(slider);
    cr_assert(fixture_slide(duo.f, duo.a, duo.item, 3));
    cr_assert(fixture_slide(duo.f, duo.b, duo.item, 6));
    check(&duo, 15000);
}

Test(items, normalised_answers_round_half_up) {
    /* 1/7 = 4285.71 -> 4286, 3/7 = 12857.14 -> 12857; 30000 - 8571. */
    struct duo duo = duo_of(slider_of_sevenths);
    cr_assert(fixture_slide(duo.f, duo.a, duo.item, 1));
    cr_assert(fixture_slide(duo.f, duo.b, duo.item, 3));
    check(&duo, 21429);
}

Test(items, slider_off_its_grid_is_not_answered) {
    struct duo duo = duo_of(slider);
    const double bad[] = {3.5, 0, 8, -1, NAN, INFINITY, 1e300};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_assert_not(fixture_slide(duo.f, duo.a, duo.item, bad[i]), "%g was taken", bad[i]);
    cr_assert_not(fixture_choose(duo.f, duo.a, duo.item, "3"));
    cr_assert(fixture_slide(duo.f, duo.b, duo.item, 3));
    check(&duo, -1);
}

Test(items, slider_with_steps_of_a_half) {
    /* 3.5 -> 5/12 = 12500, 4 -> 6/12 = 15000. */
    struct duo duo = duo_of(slider_of_halves);
    cr_assert(fixture_slide(duo.f, duo.a, duo.item, 3.5));
    cr_assert(fixture_slide(duo.f, duo.b, duo.item, 4));
    cr_assert_not(fixture_slide(duo.f, duo.b, duo.item, 4.25));
    check(&duo, 27500);
}

static struct item_source ordinal(struct fixture *f) {
    static const char *const options[] = {"never", "other", "seldom", "often", "always"};
    static const char *const unanswered[] = {"other"};
    struct item_source source = fixture_source(f, "single_choice", "values", "H");
    source.ordinal = true;
    source.options = options;
    source.option_count = ARRAY_LEN(options);
    source.unanswered = unanswered;
    source.unanswered_count = 1;
    return source;
}

Test(items, ordinal_scale_leaves_unanswered_options_out) {
    /* Places never 0, seldom 1, often 2, always 3: seldom 10000, always 30000. With "other" on the
     * scale seldom would be 2/4 and the value 15000. */
    struct duo duo = duo_of(ordinal);
    cr_assert(fixture_choose(duo.f, duo.a, duo.item, "seldom"));
    cr_assert(fixture_choose(duo.f, duo.b, duo.item, "always"));
    check(&duo, 10000);
}

Test(items, unanswered_option_counts_as_no_answer) {
    struct duo duo = duo_of(ordinal);
    cr_assert_not(fixture_choose(duo.f, duo.a, duo.item, "other"));
    cr_assert(fixture_choose(duo.f, duo.b, duo.item, "always"));
    check(&duo, -1);
}

static struct item_source nominal(struct fixture *f) {
    static const char *const options[] = {"city", "country", "either", "unsaid"};
    static const char *const unanswered[] = {"unsaid"};
    struct item_source source = fixture_source(f, "single_choice", "lifestyle", "M");
    source.options = options;
    source.option_count = ARRAY_LEN(options);
    source.wildcard = "either";
    source.unanswered = unanswered;
    source.unanswered_count = 1;
    return source;
}

static void check_nominal(const char *a, const char *b, int32_t expected) {
    struct duo duo = duo_of(nominal);
    fixture_choose(duo.f, duo.a, duo.item, a);
    fixture_choose(duo.f, duo.b, duo.item, b);
    check(&duo, expected);
}

Test(items, nominal_same_other_wildcard_unanswered_unknown) {
    check_nominal("city", "city", 30000);
    check_nominal("city", "country", 0);
    check_nominal("city", "either", 30000);
    check_nominal("either", "either", 30000);
    check_nominal("either", "unsaid", -1);
    check_nominal("city", "village", -1);
}

static struct item_source multiple(struct fixture *f) {
    static const char *const options[] = {"a", "b", "c", "d", "e", "f", "g"};
    struct item_source source = fixture_source(f, "multiple_choice", "lifestyle", "M");
    source.options = options;
    source.option_count = ARRAY_LEN(options);
    return source;
}

Test(items, multiple_choice_is_jaccard_half_up) {
    /* 1 common of 7 in all: 30000 / 7 = 4285.71 -> 4286. */
    const char *const one[] = {"a", "b", "c"};
    const char *const two[] = {"g", "f", "e", "d", "c"};
    struct duo duo = duo_of(multiple);
    cr_assert(fixture_list(duo.f, duo.a, duo.item, one, 3));
    cr_assert(fixture_list(duo.f, duo.b, duo.item, two, 5));
    check(&duo, 4286);
}

Test(items, multiple_choice_wants_distinct_known_options) {
    const char *const twice[] = {"a", "a"};
    const char *const unknown[] = {"a", "z"};
    const char *const fine[] = {"a"};
    struct duo duo = duo_of(multiple);
    cr_assert_not(fixture_list(duo.f, duo.a, duo.item, twice, 2));
    cr_assert_not(fixture_list(duo.f, duo.a, duo.item, unknown, 2));
    cr_assert_not(fixture_list(duo.f, duo.a, duo.item, fine, 0));
    cr_assert(fixture_list(duo.f, duo.b, duo.item, fine, 1));
    check(&duo, -1);
}

static struct item_source ranking(struct fixture *f) {
    static const char *const options[] = {"a", "b", "c", "d"};
    struct item_source source = fixture_source(f, "ranking", "values", "L");
    source.options = options;
    source.option_count = ARRAY_LEN(options);
    return source;
}

Test(items, ranking_is_the_mean_over_options) {
    /* Reversed: places differ by 3, 1, 1, 3; mean of 1 - d/3 is 1 - 8/12 = 1/3. */
    const char *const one[] = {"a", "b", "c", "d"};
    const char *const two[] = {"d", "c", "b", "a"};
    struct duo duo = duo_of(ranking);
    cr_assert(fixture_list(duo.f, duo.a, duo.item, one, 4));
    cr_assert(fixture_list(duo.f, duo.b, duo.item, two, 4));
    check(&duo, 10000);
}

Test(items, ranking_rotated_by_one) {
    /* a b c d against d a b c: 1, 1, 1, 3; 1 - 6/12 = 1/2. */
    const char *const one[] = {"a", "b", "c", "d"};
    const char *const two[] = {"d", "a", "b", "c"};
    struct duo duo = duo_of(ranking);
    cr_assert(fixture_list(duo.f, duo.a, duo.item, one, 4));
    cr_assert(fixture_list(duo.f, duo.b, duo.item, two, 4));
    check(&duo, 15000);
}

Test(items, ranking_must_name_every_option_once) {
    const char *const few[] = {"a", "b", "c"};
    const char *const twice[] = {"a", "b", "c", "c"};
    const char *const fine[] = {"d", "a", "b", "c"};
    struct duo duo = duo_of(ranking);
    cr_assert_not(fixture_list(duo.f, duo.a, duo.item, few, 3));
    cr_assert_not(fixture_list(duo.f, duo.a, duo.item, twice, 4));
    cr_assert(fixture_list(duo.f, duo.b, duo.item, fine, 4));
    check(&duo, -1);
}

/* A directional slider of sevenths held against exercise, or a risk boundary against drinking. */
static uint32_t add_directional(struct fixture *f, const char *direction, const char *attribute) {
    struct item_source source = slider_of_sevenths(f);
    source.construct = "lifestyle";
    source.direction = direction;
    source.attribute = attribute;
    return fixture_item(f, &source);
}

static uint32_t add_person(struct fixture *f, uint8_t drinking, uint8_t exercise) {
    struct person person = person_default(f);
    person.profile.drinking = drinking;
    person.profile.exercise = exercise;
    return fixture_add(f, &person);
}

Test(items, directional_fit_is_the_mean_of_both_directions) {
    /* n_a 1/7 = 4286 against b's `sometimes` 10000: 30000 - 5714 = 24286. n_b 2/7 = 8571 against
     * a's `never` 0: 21429. Mean 22857.5, half up. */
    struct duo duo = {.f = fixture_new()};
    duo.item = add_directional(duo.f, "directional_fit", "profile.exercise");
    duo.a = add_person(duo.f, HABIT_NULL, 0);
    duo.b = add_person(duo.f, HABIT_NULL, 1);
    fixture_slide(duo.f, duo.a, duo.item, 1);
    fixture_slide(duo.f, duo.b, duo.item, 2);
    check(&duo, 22858);
}

Test(items, directional_with_one_attribute_unknown_uses_the_other) {
    /* b's exercise is unknown: only n_b 2/7 = 8571 against a's `daily` 30000 is left: 8571. */
    struct duo duo = {.f = fixture_new()};
    duo.item = add_directional(duo.f, "directional_fit", "profile.exercise");
    duo.a = add_person(duo.f, HABIT_NULL, 3);
    duo.b = add_person(duo.f, HABIT_NULL, HABIT_NULL);
    fixture_slide(duo.f, duo.a, duo.item, 7);
    fixture_slide(duo.f, duo.b, duo.item, 2);
    check(&duo, 8571);
}

Test(items, directional_without_any_attribute_counts_as_not_answered) {
    struct duo duo = {.f = fixture_new()};
    duo.item = add_directional(duo.f, "directional_fit", "profile.exercise");
    duo.a = add_person(duo.f, 1, HABIT_NULL);
    duo.b = add_person(duo.f, 1, HABIT_NULL);
    fixture_slide(duo.f, duo.a, duo.item, 7);
    fixture_slide(duo.f, duo.b, duo.item, 2);
    struct questionnaire_score score;
    pair_questionnaire(fixture_view(duo.f), duo.a, duo.b, &score);
    cr_assert_eq(score.present, 0);
    cr_assert_eq(score.missing, 1.0);
    cr_assert_not(score.ranked);
    check(&duo, -1);
}

Test(items, risk_boundary_forgives_what_is_under_it) {
    /* n_a 0 against b's `socially` 20000: 30000 - 20000. n_b 7/7 = 30000 against a's `often` 30000:
     * no excess. Mean (10000 + 30000) / 2. */
    struct duo duo = {.f = fixture_new()};
    duo.item = add_directional(duo.f, "risk_boundary", "profile.drinking");
    duo.a = add_person(duo.f, 3, HABIT_NULL);
    duo.b = add_person(duo.f, 2, HABIT_NULL);
    fixture_slide(duo.f, duo.a, duo.item, 0);
    fixture_slide(duo.f, duo.b, duo.item, 7);
    check(&duo, 20000);
}

Test(items, directional_against_a_question) {
    /* The attribute is the other's answer to a slider 1..7. a: wants 0/7 = 0, b's answer 4 = 15000:
     * 15000. b: wants 7/7 = 30000, a has not answered the question: left out. */
    struct duo duo = {.f = fixture_new()};
    struct item_source held = fixture_source(duo.f, "slider", "values", "M");
    held.role = "exploratory";
    uint32_t question = fixture_item(duo.f, &held);
    char attribute[64] = "question:";
    uuid_to_text(&held.id, attribute + 9);
    duo.item = add_directional(duo.f, "directional_fit", attribute);
    duo.a = fixture_add(duo.f, NULL);
    duo.b = fixture_add(duo.f, NULL);
    fixture_slide(duo.f, duo.a, duo.item, 0);
    fixture_slide(duo.f, duo.b, duo.item, 7);
    fixture_slide(duo.f, duo.b, question, 4);
    check(&duo, 15000);
}
