/* Constructs, freshness, attachment, importance, missing and the whole score of a pair: scoring.md
 * sections 3 and
 * 5. Every expected number is written as the fraction that the rule gives. */
#include "engine/match/pair.h"
#include "tests/support/fixture.h"
#include "tests/support/near.h"

static struct pair_score score_of(struct fixture *f, uint32_t a, uint32_t b) {
    struct pair_score score;
    pair_score(fixture_view(f), a, b, &score);
    return score;
}

static void answer_both(struct fixture *f, uint32_t item, uint32_t a, double x, uint32_t b,
                        double y) {
    cr_assert(fixture_slide(f, a, item, x));
    cr_assert(fixture_slide(f, b, item, y));
}

/* Communication .5; attachment 2/3 with strain 1/3; values (70 * 0 + 100 * 1) / 170; family
 * unanswered by b. The first values item is also how important values are: imp(a) = .5 + 1, imp(b)
 * = .5 + 0. */
struct worked {
    struct fixture *f;
    uint32_t a, b;
};

static struct worked worked_pair(void) {
    struct worked w = {.f = fixture_new()};
    uint32_t talk = fixture_slider(w.f, "communication", "H");
    struct item_source source = fixture_source(w.f, "slider", "attachment", "H");
    source.facet = "anxiety";
    uint32_t worry = fixture_item(w.f, &source);
    source = fixture_source(w.f, "slider", "values", "M");
    source.importance_of = "values";
    uint32_t weight = fixture_item(w.f, &source);
    uint32_t belief = fixture_slider(w.f, "values", "H");
    uint32_t home = fixture_slider(w.f, "family", "M");
    w.a = fixture_add(w.f, NULL);
    w.b = fixture_add(w.f, NULL);
    answer_both(w.f, talk, w.a, 3, w.b, 6); /* 1 - 3/6 */
    answer_both(w.f, worry, w.a, 2, w.b,
                4); /* 1/6 and 3/6: 1 - 2/6; strain (1/6 + 3/6) / 2 = 1/3 */
    answer_both(w.f, weight, w.a, 7, w.b, 1); /* 0 */
    answer_both(w.f, belief, w.a, 4, w.b, 4); /* 1 */
    fixture_slide(w.f, w.a, home, 4);
    return w;
}

static const double TALK = 0.5;
static const double BOND = 0.6 * (2.0 / 3) + 0.4 * (2.0 / 3); /* 0.6 s + 0.4 (1 - strain) */
static const double BELIEF = 100.0 / 170;

Test(constructs, scores_of_a_worked_pair) {
    struct worked w = worked_pair();
    struct pair_score s = score_of(w.f, w.a, w.b);
    cr_assert_eq(s.questionnaire.present, 1u << CONSTRUCT_COMMUNICATION |
                                              1u << CONSTRUCT_ATTACHMENT | 1u << CONSTRUCT_VALUES);
    cr_assert_near(s.questionnaire.construct[CONSTRUCT_COMMUNICATION], TALK);
    cr_assert_near(s.questionnaire.construct[CONSTRUCT_ATTACHMENT], BOND);
    cr_assert_near(s.questionnaire.construct[CONSTRUCT_VALUES], BELIEF);
    cr_assert(isnan(s.questionnaire.construct[CONSTRUCT_FAMILY]));
    cr_assert_near(s.questionnaire.fit, (.22 * TALK + .20 * BOND + .16 * BELIEF) / .58);
    fixture_free(w.f);
}

Test(constructs, importance_weighs_each_side_by_its_own_answers) {
    /* W_values imp: .16 * 1.5 = .24 for a, .16 * .5 = .08 for b; imp is 1 where nothing says
     * otherwise. */
    struct worked w = worked_pair();
    struct pair_score s = score_of(w.f, w.a, w.b);
    cr_assert_near(s.questionnaire.side_ab, (.22 * TALK + .20 * BOND + .24 * BELIEF) / .66);
    cr_assert_near(s.questionnaire.side_ba, (.22 * TALK + .20 * BOND + .08 * BELIEF) / .50);
    fixture_free(w.f);
}

Test(constructs, final_score_of_a_worked_pair) {
    /* missing: E of family 70 of 100 + 100 + 70 + 100 + 70 = 440. No visual signal: the prior .5
     * everywhere. */
    struct worked w = worked_pair();
    struct pair_score s = score_of(w.f, w.a, w.b);
    double fit = (.22 * TALK + .20 * BOND + .16 * BELIEF) / .58;
    double total = .8 * fit + .2 * .5;
    double base = .85 * total + .15 * .85;
    double penalties = .12 * 70 / 440;
    double ab = .8 * (.22 * TALK + .20 * BOND + .24 * BELIEF) / .66 + .1;
    double ba = .8 * (.22 * TALK + .20 * BOND + .08 * BELIEF) / .50 + .1;
    cr_assert_near(s.questionnaire.missing, 70.0 / 440);
    cr_assert_near(s.total, total);
    cr_assert_near(s.authenticity, .85);
    cr_assert_near(s.base, base);
    cr_assert_near(s.penalties, penalties);
    cr_assert_near(s.side_ab, ab);
    cr_assert_near(s.side_ba, ba);
    cr_assert_near(s.mutuality, 2 * ab * ba / (ab + ba));
    cr_assert_near(s.raw, .7 * (base - penalties) + .3 * 2 * ab * ba / (ab + ba));
    cr_assert_eq(s.final, s.raw);
    cr_assert_eq(s.raw * 4294967296.0, rint(s.raw * 4294967296.0));
    fixture_free(w.f);
}

Test(constructs, symmetric_fields_are_equal_both_ways) {
    struct worked w = worked_pair();
    struct pair_score s = score_of(w.f, w.a, w.b), t = score_of(w.f, w.b, w.a);
    cr_assert_eq(s.questionnaire.fit, t.questionnaire.fit);
    cr_assert_eq(s.questionnaire.missing, t.questionnaire.missing);
    cr_assert_eq(s.total, t.total);
    cr_assert_eq(s.mutuality, t.mutuality);
    cr_assert_eq(s.confidence, t.confidence);
    cr_assert_eq(s.side_ab, t.side_ba);
    cr_assert_eq(s.side_ba, t.side_ab);
    cr_assert_eq(s.raw, t.raw); /* equal authenticity, no risk */
    fixture_free(w.f);
}

Test(constructs, old_answers_weigh_less) {
    /* k: 180 days exp(-1) * 63 = 23.18 -> 23; fresh 63. First item w = 100 * 23 * 63 = 144900 and S
     * 15000, second w = 100 * 63 * 63 = 396900 and S 30000: (72450 + 396900) / 541800. */
    struct fixture *f = fixture_new();
    uint32_t old = fixture_slider(f, "values", "H"), fresh = fixture_slider(f, "values", "H");
    uint32_t a = fixture_add(f, NULL), b = fixture_add(f, NULL);
    fixture_slide_on(f, a, old, 3, fixture_ago(f, 180));
    fixture_slide(f, b, old, 6);
    answer_both(f, fresh, a, 5, b, 5);
    struct pair_score s = score_of(f, a, b);
    cr_assert_near(s.questionnaire.construct[CONSTRUCT_VALUES], 469350.0 / 541800);
    fixture_free(f);
}

Test(constructs, freshness_levels) {
    /* 63 exp(-d / 180): 90 days 38.21 -> 38; 1000 days .24 -> at least 1; tomorrow counts as today.
     * An answer of yesterday 23:59 UTC is one day old: 63 exp(-1/180) = 62.65 -> 63. */
    struct fixture *f = fixture_new();
    uint32_t item = fixture_slider(f, "values", "H");
    const int32_t days[] = {0, 90, 180, 360, 1000, 100000, -30};
    const uint8_t levels[] = {63, 38, 23, 9, 1, 1, 63};
    uint32_t rows[ARRAY_LEN(days)];
    for (size_t i = 0; i < ARRAY_LEN(days); i++) {
        rows[i] = fixture_add(f, NULL);
        fixture_slide_on(f, rows[i], item, 4, fixture_ago(f, days[i]));
    }
    const struct view *view = fixture_view(f);
    for (size_t i = 0; i < ARRAY_LEN(days); i++)
        cr_assert_eq(view->freshness[rows[i] * view->items + item], levels[i], "%d days", days[i]);
    fixture_free(f);
}

Test(constructs, whole_days_are_counted_between_utc_dates) {
    /* With a time constant of 1 day: d - 1 gives 63 / e = 23.18 -> 23, though 23:59 of it is 9
     * hours ago. */
    struct fixture *f = fixture_new();
    uint32_t item = fixture_slider(f, "values", "H");
    fixture_set(f, "MATCH_ANSWER_HALF_LIFE_DAYS", "1");
    uint32_t a = fixture_add(f, NULL), b = fixture_add(f, NULL);
    instant_t midnight = instant_of_date(fixture_date(f));
    fixture_slide_on(f, a, item, 4, midnight - 1);
    fixture_slide_on(f, b, item, 4, midnight);
    const struct view *view = fixture_view(f);
    cr_assert_eq(view->freshness[a * view->items + item], 23);
    cr_assert_eq(view->freshness[b * view->items + item], 63);
    fixture_free(f);
}

Test(constructs, attachment_without_facets_is_the_plain_mean) {
    struct fixture *f = fixture_new();
    uint32_t item = fixture_slider(f, "attachment", "H");
    uint32_t a = fixture_add(f, NULL), b = fixture_add(f, NULL);
    answer_both(f, item, a, 2, b, 4);
    struct pair_score s = score_of(f, a, b);
    cr_assert_near(s.questionnaire.construct[CONSTRUCT_ATTACHMENT], 2.0 / 3);
    fixture_free(f);
}

Test(constructs, strain_is_the_mean_over_facets_whatever_their_weights) {
    /* Anxiety M: 7 and 7, strain 1, S 1. Avoidance L: 1 and 1, strain 0, S 1. Mean strain .5: .6 +
     * .4 * .5 = .8. */
    struct fixture *f = fixture_new();
    struct item_source source = fixture_source(f, "slider", "attachment", "M");
    source.facet = "anxiety";
    uint32_t anxiety = fixture_item(f, &source);
    source = fixture_source(f, "slider", "attachment", "L");
    source.facet = "avoidance";
    uint32_t avoidance = fixture_item(f, &source);
    uint32_t a = fixture_add(f, NULL), b = fixture_add(f, NULL);
    answer_both(f, anxiety, a, 7, b, 7);
    answer_both(f, avoidance, a, 1, b, 1);
    struct pair_score s = score_of(f, a, b);
    cr_assert_near(s.questionnaire.construct[CONSTRUCT_ATTACHMENT], .8);
    fixture_free(f);
}

Test(constructs, exploratory_items_never_score_but_may_weigh) {
    /* The exploratory slider is importance_of communication: a answers 7 (1.5), b answers none (1).
     * Only the two other items are scored: communication 1/2, values 1. */
    struct fixture *f = fixture_new();
    struct item_source source = fixture_source(f, "slider", "communication", "H");
    source.role = "exploratory";
    source.importance_of = "communication";
    uint32_t weight = fixture_item(f, &source);
    uint32_t talk = fixture_slider(f, "communication", "H");
    uint32_t belief = fixture_slider(f, "values", "H");
    uint32_t a = fixture_add(f, NULL), b = fixture_add(f, NULL);
    fixture_slide(f, a, weight, 7);
    answer_both(f, talk, a, 1, b, 4);
    answer_both(f, belief, a, 4, b, 4);
    struct pair_score s = score_of(f, a, b);
    cr_assert_eq(s.questionnaire.missing, 0.0);
    cr_assert_near(s.questionnaire.side_ab, (.33 * .5 + .16) / .49);
    cr_assert_near(s.questionnaire.side_ba, (.22 * .5 + .16) / .38);
    fixture_free(f);
}

Test(constructs, evidence_weights_are_hundredths) {
    /* H 100 at value 1, L 40 at value 0: 100 / 140. */
    struct fixture *f = fixture_new();
    uint32_t high = fixture_slider(f, "sexual", "H"), low = fixture_slider(f, "sexual", "L");
    uint32_t a = fixture_add(f, NULL), b = fixture_add(f, NULL);
    answer_both(f, high, a, 2, b, 2);
    answer_both(f, low, a, 1, b, 7);
    struct pair_score s = score_of(f, a, b);
    cr_assert_near(s.questionnaire.construct[CONSTRUCT_SEXUAL], 100.0 / 140);
    fixture_free(f);
}

Test(constructs, pair_without_a_common_answer_is_not_ranked) {
    struct fixture *f = fixture_new();
    uint32_t one = fixture_slider(f, "values", "H"), two = fixture_slider(f, "values", "H");
    uint32_t a = fixture_add(f, NULL), b = fixture_add(f, NULL);
    fixture_slide(f, a, one, 4);
    fixture_slide(f, b, two, 4);
    struct pair_score s = score_of(f, a, b);
    cr_assert_not(s.questionnaire.ranked);
    cr_assert_eq(s.gate, GATE_NONE);
    cr_assert(isnan(s.raw) && isnan(s.questionnaire.fit) && isnan(s.mutuality));
    cr_assert_eq(s.questionnaire.missing, 1.0);
    fixture_free(f);
}

Test(constructs, construct_without_weight_does_not_rank) {
    /* Only availability is answered; its weight is moved to communication. */
    struct fixture *f = fixture_new();
    uint32_t item = fixture_slider(f, "availability", "H");
    fixture_set(f, "COMPATIBILITY_WEIGHT_AVAILABILITY", "0");
    fixture_set(f, "COMPATIBILITY_WEIGHT_COMMUNICATION", "0.24");
    uint32_t a = fixture_add(f, NULL), b = fixture_add(f, NULL);
    answer_both(f, item, a, 4, b, 4);
    struct pair_score s = score_of(f, a, b);
    cr_assert_eq(s.questionnaire.present, 1u << CONSTRUCT_AVAILABILITY);
    cr_assert_not(s.questionnaire.ranked);
    fixture_free(f);
}

/* The item `children` and another, both answered; returns the penalties. */
static double child_penalty(const char *role, const char *one, const char *two) {
    static const char *const options[] = {"no", "unsure", "yes"};
    struct fixture *f = fixture_new();
    struct item_source source = fixture_source(f, "single_choice", "family", "M");
    source.role = role;
    source.key = "children";
    source.ordinal = true;
    source.options = options;
    source.option_count = ARRAY_LEN(options);
    uint32_t item = fixture_item(f, &source);
    uint32_t a = fixture_add(f, NULL), b = fixture_add(f, NULL);
    fixture_choose(f, a, item, one);
    fixture_choose(f, b, item, two);
    struct pair_score s = score_of(f, a, b);
    fixture_free(f);
    return s.penalties;
}

Test(constructs, child_goal_penalty) {
    cr_assert_near(child_penalty("core_score", "yes", "no"), .15);
    cr_assert_near(child_penalty("core_score", "no", "yes"), .15);
    cr_assert_near(child_penalty("core_score", "yes", "unsure"), 0.0);
    cr_assert_near(child_penalty("core_score", "no", "no"), 0.0);
    cr_assert_near(child_penalty("hard_constraint", "yes", "no"), 0.0);
}
