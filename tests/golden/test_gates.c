/* Who is in the population (scoring.md section 1) and which pairs are eligible (section 2). */
#include "engine/match/pair.h"
#include "tests/support/fixture.h"
#include "tests/support/near.h"

/* --- population ------------------------------------------------------------------------------ */

static bool is_member(void (*change)(struct fixture *f, struct person *person)) {
    struct fixture *f = fixture_new();
    struct person person = person_default(f);
    if (change != NULL)
        change(f, &person);
    uint32_t row = fixture_add(f, &person);
    bool member = fixture_view(f)->member[row];
    fixture_free(f);
    return member;
}

#define CHANGE(name, ...)                                                                          \
    static void name(struct fixture *f, struct person *person) {                                   \
        (void)f;                                                                                   \
        __VA_ARGS__;                                                                               \
    }
CHANGE(inactive, person->user.active = false)
CHANGE(not_onboarded, person->user.onboarded = false)
CHANGE(deleted, person->user.deleted = true)
CHANGE(no_gender, person->user.gender = GENDER_NULL)
CHANGE(unsaid_gender, person->user.gender = GENDER_UNSAID)
CHANGE(seeks_nobody, person->user.seeking = 0)
CHANGE(no_profile, person->no_profile = true)
CHANGE(no_verification, person->no_verification = true)
CHANGE(failed_verification, person->verification.verified = false)
CHANGE(born_never, person->user.date_of_birth = DATE_INFINITY)
CHANGE(born_long_ago, person->user.date_of_birth = DATE_MINUS_INFINITY)
CHANGE(active_30_days_ago, person->user.last_active_at = fixture_ago(f, 30))
CHANGE(active_over_30_days_ago, person->user.last_active_at = fixture_ago(f, 30) - 1)
CHANGE(never_active, person->user.last_active_at = INSTANT_MINUS_INFINITY)
CHANGE(eighteen_today, person->user.date_of_birth = date_of_civil((struct civil){2008, 11, 22}))
CHANGE(eighteen_tomorrow, person->user.date_of_birth = date_of_civil((struct civil){2008, 11, 23}))

Test(population, each_condition_alone_keeps_somebody_out) {
    cr_assert(is_member(NULL));
    cr_assert(is_member(unsaid_gender));
    cr_assert(is_member(active_30_days_ago));
    cr_assert(is_member(eighteen_today));
    void (*const out[])(struct fixture *, struct person *) = {
        inactive,          not_onboarded,       deleted,         no_gender,
        seeks_nobody,      no_profile,          no_verification, born_never,
        born_long_ago,     failed_verification, never_active,    active_over_30_days_ago,
        eighteen_tomorrow,
    };
    for (size_t i = 0; i < ARRAY_LEN(out); i++)
        cr_assert_not(is_member(out[i]), "condition %zu", i);
}

static bool is_born_in_time(const char *born, const char *date) {
    struct fixture *f = fixture_new();
    fixture_batch(f, date, "2018-03-01T09:00:00Z");
    struct person person = person_default(f);
    bool parsed = date_from_text(born, &person.user.date_of_birth);
    cr_assert(parsed);
    uint32_t row = fixture_add(f, &person);
    bool member = fixture_view(f)->member[row];
    fixture_free(f);
    return member;
}

Test(population, birthdays_on_29_february_fall_on_1_march_in_common_years) {
    cr_assert_not(is_born_in_time("2000-02-29", "2018-02-28"));
    cr_assert(is_born_in_time("2000-02-29", "2018-03-01"));
    cr_assert(is_born_in_time("2000-02-28", "2018-02-28"));
}

Test(population, newest_decided_verification_counts) {
    /* Verified long ago and failed yesterday: out. Failed long ago and verified yesterday: in. */
    struct fixture *f = fixture_new();
    uint32_t rows[2];
    for (int i = 0; i < 2; i++) {
        struct person person = person_default(f);
        person.verification.verified = i == 1;
        person.verification.created_at = fixture_ago(f, 1);
        rows[i] = fixture_add(f, &person);
        struct verification_fact older = person.verification;
        older.id.bytes[1] = 9;
        older.verified = i == 0;
        older.created_at = fixture_ago(f, 100);
        population_add_verification(fixture_population(f), rows[i], &older);
    }
    cr_assert_not(fixture_view(f)->member[rows[0]]);
    cr_assert(fixture_view(f)->member[rows[1]]);
    fixture_free(f);
}

Test(population, suspensions_deletions_and_full_hands_keep_out) {
    struct fixture *f = fixture_new();
    struct population *p = fixture_population(f);
    uint32_t rows[8];
    for (int i = 0; i < 8; i++)
        rows[i] = fixture_add(f, NULL);
    instant_t t = fixture_at(f);
    population_add_enforcement(p, rows[0], ENFORCEMENT_EXCLUDES, INSTANT_INFINITY);
    population_add_enforcement(p, rows[1], ENFORCEMENT_EXCLUDES, t + 1);
    population_add_enforcement(p, rows[2], ENFORCEMENT_EXCLUDES, t);
    population_add_enforcement(p, rows[3], ENFORCEMENT_WARNS, INSTANT_INFINITY);
    population_set_deletion(p, rows[4]);
    population_add_match(p, rows[5], rows[6], true);
    population_add_match(p, rows[5], rows[7], true);
    fixture_override(f, rows[6], "MAX_ACTIVE_MATCHES_BETA", "1");
    const struct view *view = fixture_view(f);
    const bool expected[] = {false, false, true, true, false, false, false, true};
    for (int i = 0; i < 8; i++)
        cr_assert_eq(view->member[rows[i]], expected[i], "person %d", i);
    fixture_free(f);
}

/* --- gates ----------------------------------------------------------------------------------- */

/* Two people, each changed; the gate both ways must agree. */
typedef void changes(struct fixture *f, struct person *a, struct person *b);

static enum gate gate_between(changes *change) {
    struct fixture *f = fixture_new();
    struct person a = person_default(f), b = person_default(f);
    change(f, &a, &b);
    uint32_t row_a = fixture_add(f, &a), row_b = fixture_add(f, &b);
    enum gate gate = pair_gate(fixture_view(f), row_a, row_b);
    cr_assert_eq(pair_gate(fixture_view(f), row_b, row_a), gate, "rules 1 to 7 are symmetric");
    fixture_free(f);
    return gate;
}

#define BETWEEN(name, ...)                                                                         \
    static void name(struct fixture *f, struct person *a, struct person *b) {                      \
        (void)f;                                                                                   \
        (void)a;                                                                                   \
        (void)b;                                                                                   \
        __VA_ARGS__;                                                                               \
    }

BETWEEN(alike, (void)0)
BETWEEN(not_sought, a->user.gender = GENDER_NON_BINARY)
BETWEEN(unsaid_not_sought, b->user.gender = GENDER_UNSAID)
BETWEEN(same_sex_off, fixture_set(f, "SAME_SEX_MATCHING_ENABLED", "false"))
BETWEEN(other_sex, fixture_set(f, "SAME_SEX_MATCHING_ENABLED", "false");
        a->user.gender = GENDER_MALE)

Test(gates, gender_must_be_sought_on_both_sides) {
    cr_assert_eq(gate_between(alike), GATE_NONE);
    cr_assert_eq(gate_between(not_sought), GATE_GENDER);
    cr_assert_eq(gate_between(unsaid_not_sought), GATE_GENDER);
    cr_assert_eq(gate_between(same_sex_off), GATE_GENDER);
    cr_assert_eq(gate_between(other_sex), GATE_NONE);
}

/* Everybody here is 36. */
BETWEEN(at_upper_bound, a->profile.max_age = 36)
BETWEEN(over_upper_bound, a->profile.max_age = 35)
BETWEEN(under_lower_bound, b->profile.min_age = 37)
BETWEEN(inverted_range, a->profile.min_age = 40; a->profile.max_age = 30)

Test(gates, age_ranges_are_inclusive_and_mutual) {
    cr_assert_eq(gate_between(at_upper_bound), GATE_NONE);
    cr_assert_eq(gate_between(over_upper_bound), GATE_AGE);
    cr_assert_eq(gate_between(under_lower_bound), GATE_AGE);
    cr_assert_eq(gate_between(inverted_range), GATE_AGE);
}

static void place(struct person *person, double latitude, double longitude) {
    person->profile.latitude = latitude;
    person->profile.longitude = longitude;
}

/* 0.2 degrees of a great circle are 6371.0088 km * 0.2 * pi / 180 = 22.239 km. */
BETWEEN(over_the_date_line, place(a, 0, 179.9); place(b, 0, -179.9);
        a->profile.max_distance_km = 23)
BETWEEN(too_far_over_the_date_line, place(a, 0, 179.9); place(b, 0, -179.9);
        a->profile.max_distance_km = 22)
BETWEEN(over_the_pole, place(a, 89.9, 10); place(b, 89.9, -170); b->profile.max_distance_km = 23)
BETWEEN(too_far_over_the_pole, place(a, 89.9, 10); place(b, 89.9, -170);
        b->profile.max_distance_km = 22)
BETWEEN(at_the_pole, place(a, 90, 0); place(b, 90, 133); a->profile.max_distance_km = 1)
BETWEEN(at_the_same_meridian, place(a, 12, 180); place(b, 12, -180); a->profile.max_distance_km = 1)
/* The cap of 50 km holds without an own limit: 0.44 degrees are 48.9 km, 0.46 are 51.1 km. */
BETWEEN(within_the_cap, place(a, 0, 0); place(b, 0.44, 0))
BETWEEN(over_the_cap, place(a, 0, 0); place(b, 0.46, 0); a->profile.max_distance_km = 500)

Test(gates, distance_is_of_great_circles) {
    cr_assert_eq(gate_between(over_the_date_line), GATE_NONE);
    cr_assert_eq(gate_between(too_far_over_the_date_line), GATE_DISTANCE);
    cr_assert_eq(gate_between(over_the_pole), GATE_NONE);
    cr_assert_eq(gate_between(too_far_over_the_pole), GATE_DISTANCE);
    cr_assert_eq(gate_between(at_the_pole), GATE_NONE);
    cr_assert_eq(gate_between(at_the_same_meridian), GATE_NONE);
    cr_assert_eq(gate_between(within_the_cap), GATE_NONE);
    cr_assert_eq(gate_between(over_the_cap), GATE_DISTANCE);
}

BETWEEN(same_city_in_capitals, place(a, NAN, NAN); a->profile.city = "RIGA")
BETWEEN(other_region, place(a, NAN, NAN); a->profile.region = "Pieriga")
BETWEEN(other_city, place(a, NAN, NAN); place(b, NAN, NAN); b->profile.city = "Rigas")
BETWEEN(one_coordinate_out_of_range, place(a, 91, 24); b->profile.country = "Estonia")

Test(gates, without_coordinates_the_same_city_will_do) {
    cr_assert_eq(gate_between(same_city_in_capitals), GATE_NONE);
    cr_assert_eq(gate_between(other_region), GATE_DISTANCE);
    cr_assert_eq(gate_between(other_city), GATE_DISTANCE);
    cr_assert_eq(gate_between(one_coordinate_out_of_range), GATE_DISTANCE);
}

Test(gates, distance_in_kilometres) {
    struct fixture *f = fixture_new();
    struct person a = person_default(f), b = person_default(f), c = person_default(f);
    place(&a, 0, 179.9);
    place(&b, 0, -179.9);
    place(&c, NAN, NAN);
    c.profile.city = "Paris";
    uint32_t rows[] = {fixture_add(f, &a), fixture_add(f, &b), fixture_add(f, &c)};
    struct pair_score score;
    pair_score(fixture_view(f), rows[0], rows[1], &score);
    cr_assert_near(score.distance_km, 6371.0088 * .2 * 3.14159265358979323846 / 180);
    pair_score(fixture_view(f), rows[0], rows[2], &score);
    cr_assert(isnan(score.distance_km));
    fixture_free(f);
}

BETWEEN(casual_and_serious, a->profile.intent = INTENT_CASUAL)
BETWEEN(casual_and_unsure, a->profile.intent = INTENT_CASUAL; b->profile.intent = INTENT_UNSURE)
BETWEEN(casual_and_unknown, a->profile.intent = INTENT_CASUAL; b->profile.intent = INTENT_NULL)
BETWEEN(configured, fixture_set(f, "MATCH_INTENT_CONFLICTS", "unsure:serious");
        a->profile.intent = INTENT_UNSURE)
BETWEEN(no_longer_configured, fixture_set(f, "MATCH_INTENT_CONFLICTS", "unsure:serious");
        a->profile.intent = INTENT_CASUAL)

Test(gates, intents_that_exclude_each_other) {
    cr_assert_eq(gate_between(casual_and_serious), GATE_INTENT);
    cr_assert_eq(gate_between(casual_and_unsure), GATE_NONE);
    cr_assert_eq(gate_between(casual_and_unknown), GATE_NONE);
    cr_assert_eq(gate_between(configured), GATE_INTENT);
    cr_assert_eq(gate_between(no_longer_configured), GATE_NONE);
}

/* The structure item of the questionnaire: either is a wildcard for the score, but not for
 * conflicts. */
static struct pair_score structure_pair(const char *one, const char *two) {
    static const char *const options[] = {"exclusive", "cnm", "either"};
    static const char *const conflicts[][2] = {{"exclusive", "cnm"}, {"cnm", "either"}};
    struct fixture *f = fixture_new();
    struct item_source source = fixture_source(f, "single_choice", "structure", "H");
    source.role = "hard_constraint";
    source.options = options;
    source.option_count = ARRAY_LEN(options);
    source.wildcard = "either";
    source.conflicts = conflicts;
    source.conflict_count = ARRAY_LEN(conflicts);
    uint32_t item = fixture_item(f, &source);
    fixture_set(f, "QUESTIONNAIRE_MIN_QUESTIONS", "1");
    fixture_set(f, "MATCH_REQUIRE_VISUAL_SIGNAL", "false");
    uint32_t a = fixture_add(f, NULL), b = fixture_add(f, NULL);
    fixture_choose(f, a, item, one);
    fixture_choose(f, b, item, two);
    struct pair_score score;
    pair_score(fixture_view(f), a, b, &score);
    fixture_free(f);
    return score;
}

Test(gates, hard_constraints_exclude_both_ways_round) {
    cr_assert_eq(structure_pair("exclusive", "cnm").gate, GATE_CONSTRAINT);
    cr_assert_eq(structure_pair("cnm", "exclusive").gate, GATE_CONSTRAINT);
    cr_assert_eq(structure_pair("either", "cnm").gate, GATE_CONSTRAINT);
    cr_assert_eq(structure_pair("cnm", "cnm").gate, GATE_NONE);
}

Test(gates, hard_constraints_are_scored_too) {
    struct pair_score score = structure_pair("exclusive", "either");
    cr_assert_eq(score.gate, GATE_NONE);
    cr_assert_eq(score.mode, MODE_FULL);
    cr_assert_near(score.questionnaire.construct[CONSTRUCT_STRUCTURE], 1.0);
}

Test(gates, unknown_hard_constraint_defers_the_pair) {
    struct pair_score score = structure_pair("exclusive", "not said");
    cr_assert_eq(score.gate, GATE_NONE);
    cr_assert(score.deferred);
    cr_assert_eq(score.mode, MODE_PROVISIONAL);
}

Test(gates, unknown_intent_defers_the_pair_unless_a_gate_fails) {
    struct fixture *f = fixture_new();
    struct person a = person_default(f), b = person_default(f), c = person_default(f);
    b.profile.intent = INTENT_NULL;
    c.profile.max_age = 35;
    uint32_t rows[] = {fixture_add(f, &a), fixture_add(f, &b), fixture_add(f, &c)};
    struct pair_score score;
    pair_score(fixture_view(f), rows[0], rows[1], &score);
    cr_assert_eq(score.gate, GATE_NONE);
    cr_assert(score.deferred);
    pair_score(fixture_view(f), rows[2], rows[1], &score);
    cr_assert_eq(score.gate, GATE_AGE);
    cr_assert_not(score.deferred);
    fixture_free(f);
}

Test(gates, blocks_reports_and_matches_in_that_order) {
    struct fixture *f = fixture_new();
    struct population *p = fixture_population(f);
    uint32_t a = fixture_add(f, NULL), rows[6];
    for (int i = 0; i < 6; i++)
        rows[i] = fixture_add(f, NULL);
    population_add_block(p, rows[0], a);
    population_add_report(p, a, rows[1], true, false, fixture_ago(f, 400));
    population_add_match(p, rows[2], a, false);
    population_add_report(p, rows[3], a, false, false, fixture_ago(f, 1)); /* dismissed */
    population_add_match(p, a, rows[4], false);
    population_add_report(p, a, rows[4], true, false, fixture_ago(f, 1));
    population_add_report(p, rows[5], a, true, false, fixture_ago(f, 1));
    population_add_block(p, a, rows[5]);
    const enum gate expected[] = {GATE_BLOCK, GATE_REPORT, GATE_MATCH,
                                  GATE_NONE,  GATE_REPORT, GATE_BLOCK};
    for (int i = 0; i < 6; i++) {
        cr_assert_eq(pair_gate(fixture_view(f), a, rows[i]), expected[i], "pair %d", i);
        cr_assert_eq(pair_gate(fixture_view(f), rows[i], a), expected[i], "pair %d, back", i);
    }
    fixture_free(f);
}

Test(gates, the_first_that_fails_is_named) {
    struct fixture *f = fixture_new();
    struct person a = person_default(f), b = person_default(f);
    b.user.active = false;
    b.user.gender = GENDER_NON_BINARY;
    uint32_t row_a = fixture_add(f, &a), row_b = fixture_add(f, &b);
    const struct view *view = fixture_view(f);
    cr_assert_eq(pair_gate(view, row_a, row_a), GATE_SELF);
    cr_assert_eq(pair_gate(view, row_a, row_b), GATE_POPULATION_B);
    cr_assert_eq(pair_gate(view, row_b, row_a), GATE_POPULATION_A);
    cr_assert_str_eq(gate_name(GATE_POPULATION_A), "population_a");
    cr_assert_null(gate_name(GATE_NONE));
    fixture_free(f);
}
