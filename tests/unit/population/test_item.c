/* Protects section 0: which items are refused, what an answer's code is, and the integers of a
 * scale. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "engine/base/mem.h"
#include "tests/support/people.h"

static const char *const ABC[] = {"a", "b", "c", "d"};

static struct item_source slider(double min, double max, double step) {
    return (struct item_source){.type = "slider",
                                .construct = "values",
                                .role = "core_score",
                                .evidence = "H",
                                .min = min,
                                .max = max,
                                .step = step};
}

static struct item_source choice(const char *type, size_t options) {
    return (struct item_source){.type = type,
                                .construct = "values",
                                .role = "core_score",
                                .evidence = "H",
                                .options = ABC,
                                .option_count = options};
}

/* The only item of a questionnaire: NULL if it stands whole, else the reason; the caller releases
 * the questionnaire. */
static const char *add(struct questionnaire *q, const struct item_source *source) {
    const char *reason = NULL;
    memset(q, 0, sizeof *q);
    bool added = questionnaire_add(q, source, &reason);
    cr_assert(added || reason != NULL);
    cr_assert_eq(q->count, added);
    return reason;
}

static struct questionnaire Q;

static uint64_t number(double x, const char **reason) {
    struct answer_value value = {.form = ANSWER_NUMBER, .number = x};
    *reason = NULL;
    return item_code(&Q.items[0], &value, reason);
}

static uint64_t text(const char *word, const char **reason) {
    struct answer_value value = {.form = ANSWER_TEXT, .text = word};
    *reason = NULL;
    return item_code(&Q.items[0], &value, reason);
}

static uint64_t list(const char *const *words, size_t count, const char **reason) {
    struct answer_value value = {.form = ANSWER_LIST, .list = words, .list_count = count};
    *reason = NULL;
    return item_code(&Q.items[0], &value, reason);
}

Test(item, default_slider_has_seven_levels_with_exact_norms) {
    struct item_source source = slider(NAN, NAN, NAN);
    cr_assert_null(add(&Q, &source));
    static const uint16_t want[] = {0, 5000, 10000, 15000, 20000, 25000, 30000};
    cr_assert_eq(Q.items[0].level_count, 7);
    cr_assert_arr_eq(Q.items[0].norm, want, sizeof want);
    questionnaire_release(&Q);
}

Test(item, norms_round_half_up_in_integers) {
    /* 30000 k / 64 = 468.75 k; with 16 steps 1875 k. 30000 / 32 = 937.5: half goes up. */
    struct item_source source = slider(0, 32, 1);
    cr_assert_null(add(&Q, &source));
    cr_assert_eq(Q.items[0].norm[1], 938);
    cr_assert_eq(Q.items[0].norm[3], 2813);
    cr_assert_eq(Q.items[0].norm[32], 30000);
    questionnaire_release(&Q);
}

Test(item, slider_grid_is_judged_relatively) {
    const char *reason;
    struct item_source source = slider(0, 1, 0.1);
    cr_assert_null(add(&Q, &source));
    cr_assert_eq(Q.items[0].level_count, 11);
    cr_assert_eq(number(0.30000000000000004, &reason), 3);
    cr_assert_eq(number(1, &reason), 10);
    cr_assert_eq(number(0.35, &reason), ANSWER_NONE);
    cr_assert_str_eq(reason, "off the grid");
    cr_assert_eq(number(1.1, &reason), ANSWER_NONE);
    cr_assert_str_eq(reason, "out of range");
    cr_assert_eq(number(-0.1, &reason), ANSWER_NONE);
    cr_assert_eq(number(INFINITY, &reason), ANSWER_NONE);
    cr_assert_eq(number(NAN, &reason), ANSWER_NONE);
    cr_assert_str_eq(reason, "expected a number");
    cr_assert_eq(text("3", &reason), ANSWER_NONE);
    questionnaire_release(&Q);
}

Test(item, slider_whose_range_is_no_whole_number_of_steps) {
    const char *reason;
    struct item_source source = slider(0, 10, 3);
    cr_assert_null(add(&Q, &source));
    cr_assert_eq(Q.items[0].level_count, 4);
    cr_assert_eq(Q.items[0].norm[3], 27000);
    cr_assert_eq(number(10, &reason), ANSWER_NONE);
    questionnaire_release(&Q);
}

Test(item, sliders_that_are_refused) {
    static const double bad[][3] = {{3, 3, 1},         {7, 1, 1},         {1, 7, 0},
                                    {1, 7, -1},        {0, 64, 1},        {0, INFINITY, 1},
                                    {-INFINITY, 7, 1}, {0, 1e300, 1e-300}};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        struct item_source source = slider(bad[i][0], bad[i][1], bad[i][2]);
        cr_assert_not_null(add(&Q, &source), "slider %zu", i);
        cr_assert_eq(Q.count, 0);
    }
    struct item_source source = slider(0, 63, 1);
    cr_assert_null(add(&Q, &source), "64 levels are allowed");
}

Test(item, ordinal_options_that_count_as_unanswered_have_no_place) {
    const char *reason;
    struct item_source source = choice("single_choice", 4);
    source.ordinal = true;
    source.unanswered = ABC + 1;
    source.unanswered_count = 1;
    cr_assert_null(add(&Q, &source));
    cr_assert_eq(Q.items[0].level_count, 3);
    cr_assert_eq(text("a", &reason), 0);
    cr_assert_eq(text("c", &reason), 1);
    cr_assert_eq(text("d", &reason), 2);
    cr_assert_eq(Q.items[0].norm[1], 15000);
    cr_assert_eq(text("b", &reason), ANSWER_NONE);
    cr_assert_not_null(reason);
    cr_assert_eq(text("e", &reason), ANSWER_NONE);
    cr_assert_str_eq(reason, "no such option");
    questionnaire_release(&Q);
}

Test(item, multiple_and_ranking_codes) {
    const char *reason;
    static const char *const two[] = {"c", "a"}, *const twice[] = {"a", "a"};
    static const char *const ranked[] = {"c", "a", "b"};
    struct item_source source = choice("multiple_choice", 3);
    cr_assert_null(add(&Q, &source));
    cr_assert_eq(list(two, 2, &reason), 5);
    cr_assert_eq(list(twice, 2, &reason), ANSWER_NONE);
    cr_assert_eq(list(NULL, 0, &reason), ANSWER_NONE);
    cr_assert_eq(text("a", &reason), ANSWER_NONE);
    questionnaire_release(&Q);
    source = choice("ranking", 3);
    cr_assert_null(add(&Q, &source));
    cr_assert_eq(list(ranked, 3, &reason), 0x021); /* a second, b third, c best */
    cr_assert_eq(list(ranked, 2, &reason), ANSWER_NONE);
    questionnaire_release(&Q);
}

Test(item, items_whose_form_cannot_be_read_are_refused) {
    struct item_source s[6];
    for (size_t i = 0; i < ARRAY_LEN(s); i++)
        s[i] = choice("single_choice", 3);
    s[0].type = "essay";
    s[1].direction = "directional_fit";
    s[1].attribute = "profile.drinking"; /* nominal: no scale */
    s[2] = choice("ranking", 1);
    s[3].option_count = 0;
    s[4].ordinal = true;
    s[4].option_count = 1;
    s[5] = slider(1, 7, 1);
    s[5].direction = "risk_boundary";
    s[5].attribute = "profile.height";
    for (size_t i = 0; i < ARRAY_LEN(s); i++) {
        cr_assert_not_null(add(&Q, &s[i]), "source %zu", i);
        cr_assert_eq(Q.count, 0, "source %zu", i);
    }
}

/* A typing error in one conflict must not open the gate that the others close. */
Test(item, what_refers_to_nothing_is_left_out_and_told) {
    static const char *const gone[] = {"gone"};
    static const char *const conflicts[2][2] = {{"a", "gone"}, {"a", "b"}};
    struct item_source s[5];
    for (size_t i = 0; i < ARRAY_LEN(s); i++) {
        s[i] = choice("single_choice", 3);
        s[i].role = "hard_constraint";
        s[i].conflicts = conflicts + 1;
        s[i].conflict_count = 1;
    }
    s[0].wildcard = "gone";
    s[1].wildcard = "a";
    s[1].ordinal = true;
    s[2].unanswered = gone;
    s[2].unanswered_count = 1;
    s[3].conflicts = conflicts;
    s[3].conflict_count = 2;
    s[4].importance_of = "money";
    for (size_t i = 0; i < ARRAY_LEN(s); i++) {
        cr_assert_not_null(add(&Q, &s[i]), "source %zu", i);
        cr_assert_eq(Q.count, 1, "source %zu", i);
        cr_assert(item_can_score(&Q.items[0]), "source %zu", i);
        cr_assert(item_conflict(&Q.items[0], 1, 0), "source %zu", i);
        cr_assert_not(item_conflict(&Q.items[0], 0, 2), "source %zu", i);
        cr_assert_eq(Q.items[0].wildcard, ANSWER_NONE, "source %zu", i);
        cr_assert_eq(Q.items[0].importance_of, -1, "source %zu", i);
        questionnaire_release(&Q);
    }
}

/* Without a known role, construct or evidence an item does not score; a constraint still gates. */
Test(item, unknown_words_take_an_item_out_of_the_score_alone) {
    static const char *const conflict[1][2] = {{"a", "b"}};
    struct item_source source = choice("single_choice", 3);
    source.role = "hard_constraint";
    source.conflicts = conflict;
    source.conflict_count = 1;
    source.construct = "money";
    cr_assert_not_null(add(&Q, &source));
    cr_assert_not(item_can_score(&Q.items[0]));
    cr_assert_eq(Q.items[0].role, ROLE_HARD_CONSTRAINT);
    cr_assert(item_conflict(&Q.items[0], 0, 1));
    questionnaire_release(&Q);
    source.construct = "values";
    source.evidence = NULL;
    cr_assert_not_null(add(&Q, &source));
    cr_assert_eq(Q.items[0].evidence, EVIDENCE_NONE, "E_i = 0");
    cr_assert(item_conflict(&Q.items[0], 0, 1));
    questionnaire_release(&Q);
    source.role = "core";
    cr_assert_not_null(add(&Q, &source));
    cr_assert_not(item_can_score(&Q.items[0]));
    questionnaire_release(&Q);
}

Test(item, conflicts_are_unordered_and_by_code) {
    static const char *const conflicts[2][2] = {{"d", "b"}, {"c", "c"}};
    struct item_source source = choice("single_choice", 4);
    source.role = "hard_constraint";
    source.ordinal = true;
    source.unanswered = ABC;
    source.unanswered_count = 1;
    source.conflicts = conflicts;
    source.conflict_count = 2;
    cr_assert_null(add(&Q, &source));
    const struct item *item = &Q.items[0]; /* b = 0, c = 1, d = 2 */
    cr_assert(item_conflict(item, 0, 2));
    cr_assert(item_conflict(item, 2, 0));
    cr_assert(item_conflict(item, 1, 1));
    cr_assert_not(item_conflict(item, 0, 0));
    cr_assert_not(item_conflict(item, 0, 1));
    questionnaire_release(&Q);
}

static uint32_t Refused;
static void count_refused(void *ctx, const struct uuid *id, const char *reason) {
    (void)ctx, (void)id, (void)reason;
    Refused++;
}

/* An item refused at the end takes those with it that lean on it. */
Test(questionnaire, sorts_resolves_and_refuses_in_chains) {
    struct questionnaire *q = mem_array(1, sizeof *q);
    const char *reason;
    char attribute[64], of[UUID_TEXT];
    /* 9 holds against 8, 8 against a question that is not there, 2 against the slider 5, 3 against
     * the nominal choice 6. */
    static const struct { uint32_t id, against; } directional[] = {{9, 8}, {8, 7}, {2, 5}, {3, 6}};
    for (size_t i = 0; i < ARRAY_LEN(directional); i++) {
        struct item_source source = slider(NAN, NAN, NAN);
        struct uuid other = people_id(1, directional[i].against);
        uuid_to_text(&other, of);
        snprintf(attribute, sizeof attribute, "question:%s", of);
        source.id = people_id(1, directional[i].id);
        source.position = (int32_t)directional[i].id;
        source.direction = "directional_fit";
        source.attribute = attribute;
        cr_assert(questionnaire_add(q, &source, &reason), "%s", reason);
        cr_assert_not(questionnaire_add(q, &source, &reason), "the same id again");
    }
    struct item_source nominal = choice("single_choice", 3);
    nominal.id = people_id(1, 6);
    nominal.position = 6;
    cr_assert(questionnaire_add(q, &nominal, &reason));
    struct item_source plain = slider(NAN, NAN, NAN);
    plain.id = people_id(1, 5);
    plain.position = 1;
    cr_assert(questionnaire_add(q, &plain, &reason));
    questionnaire_finish(q, count_refused, NULL);
    cr_assert_eq(Refused, 3);
    cr_assert_eq(q->count, 3);
    cr_assert_eq(q->items[0].position, 1);
    cr_assert_eq(q->items[1].attribute_item, 0);
    questionnaire_release(q);
    free(q);
}

Test(questionnaire, version_1_stands_whole) {
    struct questionnaire *q = people_questionnaire();
    cr_assert_eq(q->count, 28);
    uint32_t scored = 0, facets = 0;
    for (uint32_t i = 0; i < q->count; i++) {
        scored += item_can_score(&q->items[i]);
        facets += q->items[i].is_facet;
    }
    cr_assert_eq(scored, 27, "all but relationship_sought");
    cr_assert_eq(facets, 4);
    cr_assert(q->items[2].is_children);
    cr_assert_eq(q->items[2].no_code, 0);
    cr_assert_eq(q->items[2].yes_code, 2);
    cr_assert_eq(q->items[1].wildcard, 2);
    cr_assert_eq(q->items[12].level_count, 5);
    questionnaire_release(q);
    free(q);
}
