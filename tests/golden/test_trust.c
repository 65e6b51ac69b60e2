/* Authenticity and risk: scoring.md section 5. */
#include "engine/match/pair.h"
#include "tests/support/fixture.h"
#include "tests/support/near.h"

/* The view's numbers of one person, changed before (person) and after (row) they are added. */
struct trust {
    double authenticity, abuse, risk;
};

typedef void before(struct fixture *f, struct person *person);
typedef void after(struct fixture *f, uint32_t row);

static struct trust trust_of(before *change, after *add) {
    struct fixture *f = fixture_new();
    struct person person = person_default(f);
    if (change != NULL)
        change(f, &person);
    uint32_t row = fixture_add(f, &person);
    if (add != NULL)
        add(f, row);
    const struct view *view = fixture_view(f);
    struct trust trust = {view->authenticity[row], view->abuse[row], view->risk[row]};
    fixture_free(f);
    return trust;
}

/* --- verification: .5 * liveness * exp(-days / 365); the rest of a default person is .35 ------ */

static void a_year_old(struct fixture *f, struct person *person) {
    person->verification.completed_at = fixture_ago(f, 365);
}

static void a_year_old_at_any_hour(struct fixture *f, struct person *person) {
    person->verification.completed_at = instant_of_date(fixture_date(f) - 364) - 1;
}

static void liveness_null(struct fixture *f, struct person *person) {
    (void)f;
    person->verification.liveness = NAN;
}

static void liveness_over_one(struct fixture *f, struct person *person) {
    (void)f;
    person->verification.liveness = 7;
}

static void completed_never(struct fixture *f, struct person *person) {
    person->verification.has_completed_at = false;
    person->verification.completed_at = fixture_ago(f, 999);
}

static void completed_tomorrow(struct fixture *f, struct person *person) {
    person->verification.completed_at = fixture_ago(f, -1);
}

static void verified_never(struct fixture *f, struct person *person) {
    (void)f;
    person->no_verification = true;
}

/* Nobody in the population, but `score` shows it. */
Test(trust, without_a_verified_session_verification_is_nothing) {
    cr_assert_near(trust_of(verified_never, NULL).authenticity, .35);
}

Test(trust, verification_decays_with_whole_days) {
    cr_assert_near(trust_of(NULL, NULL).authenticity, .5 + .35);
    cr_assert_near(trust_of(a_year_old, NULL).authenticity, .5 * exp(-1) + .35);
    cr_assert_near(trust_of(a_year_old_at_any_hour, NULL).authenticity, .5 * exp(-1) + .35);
    cr_assert_near(trust_of(completed_never, NULL).authenticity, .5 + .35);
    cr_assert_near(trust_of(completed_tomorrow, NULL).authenticity, .5 + .35);
}

Test(trust, liveness_is_clamped_and_a_half_when_null) {
    cr_assert_near(trust_of(liveness_null, NULL).authenticity, .25 + .35);
    cr_assert_near(trust_of(liveness_over_one, NULL).authenticity, .5 + .35);
}

/* --- consistency: tenths; name, bio, city, coordinates, intent are there by default ----------- */

static void nothing_told(struct fixture *f, struct person *person) {
    (void)f;
    person->user.has_name = person->user.has_bio = false;
    person->profile.city = " \t";
    person->profile.longitude = NAN;
    person->profile.intent = INTENT_NULL;
}

static void all_told(struct fixture *f, struct person *person) {
    (void)f;
    person->profile.has_education = person->profile.has_occupation = true;
    person->profile.has_height = true;
}

static void add_photos(struct fixture *f, uint32_t row, uint32_t count, bool verified) {
    for (uint32_t i = 0; i < count; i++) {
        struct photo_fact photo = {.is_primary = i == 0, .is_verified = verified};
        photo.id.bytes[15] = (uint8_t)(i + 1);
        population_add_photo(fixture_population(f), row, &photo);
    }
}

static void three_photos(struct fixture *f, uint32_t row) {
    add_photos(f, row, 3, true);
}

static void two_photos(struct fixture *f, uint32_t row) {
    add_photos(f, row, 2, false);
}

Test(trust, consistency_counts_tenths) {
    cr_assert_near(trust_of(nothing_told, NULL).authenticity, .5 + 0 + .2);
    cr_assert_near(trust_of(all_told, NULL).authenticity, .5 + .3 * .8 + .2);
    cr_assert_near(trust_of(all_told, three_photos).authenticity, 1.0);
    cr_assert_near(trust_of(all_told, two_photos).authenticity, .5 + .3 * .8 + .2);
}

/* --- abuse: distinct reporters within 90 days / 5, at most 1 ---------------------------------- */

static void add_reports(struct fixture *f, uint32_t row, uint32_t reporters, instant_t at) {
    for (uint32_t i = 0; i < reporters; i++)
        population_add_report(fixture_population(f), fixture_add(f, NULL), row, true, true, at);
}

static void two_reporters(struct fixture *f, uint32_t row) {
    add_reports(f, row, 2, fixture_ago(f, 90));
    /* These do not count: too old, or submitted and not yet reviewed. */
    add_reports(f, row, 3, fixture_ago(f, 90) - 1);
    population_add_report(fixture_population(f), fixture_add(f, NULL), row, true, false,
                          fixture_at(f));
}

static void one_reporter_often(struct fixture *f, uint32_t row) {
    uint32_t reporter = fixture_add(f, NULL);
    for (int32_t day = 1; day < 10; day++)
        population_add_report(fixture_population(f), reporter, row, true, true,
                              fixture_ago(f, day * 30));
}

static void seven_reporters(struct fixture *f, uint32_t row) {
    add_reports(f, row, 7, fixture_ago(f, 3));
}

Test(trust, abuse_counts_distinct_reporters_of_90_days) {
    /* abuse 2/5: authenticity .5 + .15 + .2 * .6, risk .2 * .4. */
    struct trust trust = trust_of(NULL, two_reporters);
    cr_assert_near(trust.abuse, .4);
    cr_assert_near(trust.authenticity, .5 + .15 + .12);
    cr_assert_near(trust.risk, .08);
    cr_assert_near(trust_of(NULL, one_reporter_often).abuse, .2);
    trust = trust_of(NULL, seven_reporters);
    cr_assert_near(trust.abuse, 1.0);
    cr_assert_near(trust.authenticity, .65);
    cr_assert_near(trust.risk, .2);
}

/* --- risk ------------------------------------------------------------------------------------- */

static void warned(struct fixture *f, uint32_t row) {
    population_add_enforcement(fixture_population(f), row, ENFORCEMENT_WARNS, INSTANT_INFINITY);
    two_reporters(f, row);
}

static void warned_until_now(struct fixture *f, uint32_t row) {
    population_add_enforcement(fixture_population(f), row, ENFORCEMENT_WARNS, fixture_at(f));
}

Test(trust, an_active_warning_is_the_greatest_risk) {
    cr_assert_near(trust_of(NULL, NULL).risk, 0.0);
    cr_assert_near(trust_of(NULL, warned).risk, .2);
    cr_assert_near(trust_of(NULL, warned_until_now).risk, 0.0);
}

Test(trust, only_the_candidates_trust_enters_the_score) {
    /* b was warned (risk .2) and is not verified alive (authenticity .35): raw(a->b) is less by .7
     * * .2 and .7 * .15 * .5 than raw(b->a). */
    struct fixture *f = fixture_new();
    uint32_t item = fixture_slider(f, "values", "H");
    struct person b = person_default(f);
    b.verification.liveness = 0;
    uint32_t row_a = fixture_add(f, NULL), row_b = fixture_add(f, &b);
    population_add_enforcement(fixture_population(f), row_b, ENFORCEMENT_WARNS, INSTANT_INFINITY);
    fixture_slide(f, row_a, item, 3);
    fixture_slide(f, row_b, item, 5);
    struct pair_score s, t;
    pair_score(fixture_view(f), row_a, row_b, &s);
    pair_score(fixture_view(f), row_b, row_a, &t);
    cr_assert_near(t.raw - s.raw, .7 * .2 + .7 * .15 * .5);
    cr_assert_near(s.authenticity, .35);
    cr_assert_near(t.authenticity, .85);
    fixture_free(f);
}
