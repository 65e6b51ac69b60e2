/* Protects the content rules of sections 1 and 4, and what is kept of each table. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/support/people.h"

/* The last refusal, and how many there were. */
static char Said[256];
static int Refusals;

static void hear(void *ctx, const char *table, const char *key, const char *column,
                 const char *reason) {
    (void)ctx;
    cr_assert_eq(strlen(key), UUID_TEXT - 1);
    snprintf(Said, sizeof Said, "%s.%s: %s", table, column, reason);
    Refusals++;
}

static struct people *start(uint32_t dim) {
    struct refusals refusals = {.refuse = hear};
    Refusals = 0;
    return people_new_with(dim, people_questionnaire(), &refusals);
}

static struct population *finish(struct people *people) {
    struct population *p = people_finish(people);
    struct err err;
    cr_assert(population_validate(p, &err), "%s", err.text);
    return p;
}

static struct profile_fact berlin(void) {
    return (struct profile_fact){.city = "Berlin",
                                 .country = "DE",
                                 .latitude = 52.5,
                                 .longitude = 13.4,
                                 .min_age = -1,
                                 .max_age = -1,
                                 .drinking = HABIT_NULL,
                                 .smoking = HABIT_NULL,
                                 .exercise = HABIT_NULL,
                                 .timezone = "Europe/Berlin"};
}

Test(facts, coordinates_are_both_there_or_both_absent) {
    static const struct {
        double latitude, longitude;
        bool bad;
        int refusals;
    } cases[] = {{90, 180, false, 0},     {-90.0001, 0, false, 1}, {0, 180.1, false, 1},
                 {INFINITY, 0, false, 1}, {NAN, 5, false, 0},      {5, NAN, false, 0},
                 {NAN, 5, true, 1}};
    struct people *people = start(0);
    struct population *p = people_population(people);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct profile_fact fact = berlin();
        uint32_t row = PERSON(people, .without = WITHOUT_PROFILE);
        int before = Refusals;
        fact.latitude = cases[i].latitude;
        fact.longitude = cases[i].longitude;
        fact.bad_coordinates = cases[i].bad;
        population_set_profile(p, row, &fact);
        cr_assert_eq(Refusals - before, cases[i].refusals, "case %zu", i);
        cr_assert_eq(isnan(COLUMN_OF(p, row, latitude)), i != 0, "case %zu", i);
        cr_assert_eq(isnan(COLUMN_OF(p, row, longitude)), i != 0, "case %zu", i);
    }
    population_free(finish(people));
}

Test(facts, places_fold_ascii_case_and_null_equals_null_only) {
    struct people *people = start(0);
    uint32_t a = PERSON(people, .city = "BERLIN", .country = "de");
    uint32_t b = PERSON(people, .city = "Berlin", .country = "DE");
    uint32_t c = PERSON(people, .city = "Berlin", .region = "", .country = "DE");
    uint32_t d = PERSON(people, .city = "Berl", .region = "in", .country = "DE");
    uint32_t e = PERSON(people, .city = "K\xc3\x96LN");
    uint32_t f = PERSON(people, .city = "k\xc3\xb6ln");
    struct population *p = finish(people);
    cr_assert_eq(COLUMN_OF(p, a, place), COLUMN_OF(p, b, place));
    cr_assert_neq(COLUMN_OF(p, b, place), COLUMN_OF(p, c, place));
    cr_assert_neq(COLUMN_OF(p, b, place), COLUMN_OF(p, d, place));
    cr_assert_neq(COLUMN_OF(p, e, place), COLUMN_OF(p, f, place));
    population_free(p);
}

Test(facts, consistency_counts_tenths) {
    struct people *people = start(0);
    uint32_t all = PERSON(people, .photos = 2);
    population_add_photo(people_population(people), all,
                         &(struct photo_fact){.is_primary = true, .is_verified = true});
    uint32_t photos = PERSON(people, .photos = 2);
    population_add_photo(people_population(people), photos,
                         &(struct photo_fact){.is_primary = true});
    uint32_t few = PERSON(people, .without = WITHOUT_TOLD | WITHOUT_INTENT | WITHOUT_COORDINATES,
                          .city = " \t");
    struct population *p = finish(people);
    cr_assert_eq(COLUMN_OF(p, all, consistency), 10);
    cr_assert_eq(COLUMN_OF(p, photos, consistency), 9);
    cr_assert_eq(COLUMN_OF(p, few, consistency), 0);
    population_free(p);
}

Test(facts, newest_session_decides_and_newest_verified_gives_liveness) {
    struct people *people = start(0);
    struct population *p = people_population(people);
    uint32_t row = PERSON(people, .without = WITHOUT_VERIFICATION);
    uint32_t never = PERSON(people, .without = WITHOUT_VERIFICATION);
    struct verification_fact facts[] = {
        {.id = people_id(1, 1), .verified = true, .liveness = 0.25, .created_at = 100},
        {.id = people_id(1, 9), .verified = false, .created_at = 200},
        {.id = people_id(1, 5),
         .verified = true,
         .liveness = 1.5,
         .created_at = 200,
         .completed_at = 3 * INSTANT_PER_DAY,
         .has_completed_at = true},
        {.id = people_id(1, 2), .verified = true, .bad_liveness = true, .created_at = 150}};
    for (size_t i = ARRAY_LEN(facts); i-- > 0;)
        population_add_verification(p, row, &facts[i]);
    cr_assert_eq(Refusals, 1);
    p = finish(people);
    cr_assert_eq(COLUMN_OF(p, row, flags) & (PERSON_VERIFIED | PERSON_EVER_VERIFIED),
                 PERSON_EVER_VERIFIED, "at equal times the greater id is newer, and it failed");
    cr_assert_eq(COLUMN_OF(p, row, liveness), 1.0);
    cr_assert_eq(COLUMN_OF(p, row, verified_on), 3);
    cr_assert_eq(COLUMN_OF(p, never, flags) & (PERSON_VERIFIED | PERSON_EVER_VERIFIED), 0);
    cr_assert(isnan(COLUMN_OF(p, never, liveness)));
    population_free(p);
}

Test(facts, enforcement_keeps_the_latest_of_each_kind) {
    struct people *people = start(0);
    struct population *p = people_population(people);
    uint32_t row = PERSON(people, .warned_until = INSTANT_INFINITY, .deletion = true);
    population_add_enforcement(p, row, ENFORCEMENT_EXCLUDES, 500);
    population_add_enforcement(p, row, ENFORCEMENT_EXCLUDES, 400);
    p = finish(people);
    cr_assert_eq(COLUMN_OF(p, row, excluded_until), 500);
    cr_assert_eq(COLUMN_OF(p, row, warned_until), INSTANT_INFINITY);
    cr_assert(COLUMN_OF(p, row, flags) & PERSON_DELETION);
    population_free(p);
}

Test(facts, answers_keep_codes_and_dates_also_far_ones) {
    struct people *people = start(0);
    static const date_t dates[] = {0, 65534, 65535, -1, -200000, 300000};
    for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
        uint32_t row = PERSON(people, );
        people_answer(people, row, "28:7 2:either", instant_of_date(dates[i]) + 5);
    }
    uint32_t last = PERSON(people, );
    people_answer(people, last, "4:1", INSTANT_INFINITY);
    cr_assert_eq(Refusals, 1);
    cr_assert_str_eq(Said, "compatibility_responses.answered_at: infinite");
    struct population *p = finish(people);
    for (uint32_t row = 0; row < last; row++) {
        cr_assert_eq(population_answer(p, row, 27), 6);
        cr_assert_eq(population_answer(p, row, 1), 2);
        cr_assert_eq(population_answer(p, row, 0), ANSWER_NONE);
        cr_assert_eq(population_answered_on(p, row, 27), dates[row]);
    }
    cr_assert_eq(population_answer(p, last, 3), ANSWER_NONE);
    population_free(p);
}

Test(facts, oddities_of_users_and_profiles_are_told) {
    struct people *people = start(0);
    struct population *p = people_population(people);
    struct err err;
    struct user_fact user = {.id = people_id(7, 1), .date_of_birth = DATE_INFINITY};
    uint32_t row = population_add_user(p, &user, &err);
    cr_assert_eq(Refusals, 1);
    cr_assert_str_eq(population_timezone(p, row), "UTC");
    struct profile_fact fact = berlin();
    fact.min_age = 40;
    fact.max_age = 30;
    population_set_profile(p, row, &fact);
    cr_assert_eq(Refusals, 2);
    cr_assert_eq(population_add_user(p, &user, &err), ROW_NONE, "the same id twice");
    p = finish(people);
    cr_assert_eq(COLUMN_OF(p, row, date_of_birth), DATE_INFINITY);
    cr_assert_str_eq(population_timezone(p, row), "Europe/Berlin");
    population_free(p);
}

/* --- vectors ---------------------------------------------------------------------------------- */

static void photo(struct people *people, uint32_t row, uint64_t id, const float *vector,
                  uint32_t count) {
    struct photo_fact fact = {
        .id = people_id(2, id), .model = PEOPLE_MODEL, .features = vector, .feature_count = count};
    population_add_photo(people_population(people), row, &fact);
}

Test(facts, unusable_vectors_are_absent_and_told) {
    struct people *people = start(3);
    static const float good[3] = {1, 2, 2}, small[3] = {1e-7f, 0, 0};
    const float nan_vector[3] = {1, NAN, 0}, inf_vector[3] = {1, INFINITY, 0};
    uint32_t row = PERSON(people, );
    photo(people, row, 1, good, 2);
    cr_assert_str_eq(Said, "photos.visual_features: wrong length");
    photo(people, row, 2, nan_vector, 3);
    cr_assert_str_eq(Said, "photos.visual_features: not finite");
    photo(people, row, 3, inf_vector, 3);
    photo(people, row, 4, small, 3);
    cr_assert_str_eq(Said, "photos.visual_features: norm under 1e-6");
    cr_assert_eq(Refusals, 4);
    struct photo_fact other = {.model = "other", .features = nan_vector, .feature_count = 9};
    population_add_photo(people_population(people), row, &other);
    other.model = NULL;
    population_add_photo(people_population(people), row, &other);
    cr_assert_eq(Refusals, 4, "another model is ignored without complaint");
    uint32_t one = PERSON(people, );
    photo(people, one, 5, good, 3);
    struct population *p = finish(people);
    cr_assert_null(population_features(p, row));
    cr_assert_eq(COLUMN_OF(p, row, photo_count), 6);
    const double *v = population_features(p, one);
    cr_assert_float_eq(v[0], 1.0 / 3, 1e-15);
    cr_assert_float_eq(v[2], 2.0 / 3, 1e-15);
    cr_assert_eq(v[3], 0.0);
    population_free(p);
}

Test(facts, opposite_photos_leave_no_features) {
    struct people *people = start(2);
    static const float x[2] = {3, 4}, y[2] = {-6, -8};
    uint32_t row = PERSON(people, );
    photo(people, row, 1, x, 2);
    photo(people, row, 2, y, 2);
    struct population *p = finish(people);
    cr_assert_null(population_features(p, row));
    cr_assert_eq(Refusals, 1);
    population_free(p);
}

Test(facts, the_visual_signal_keeps_its_four_conditions_apart) {
    struct people *people = start(2);
    struct population *p = people_population(people);
    static const float taste[2] = {3, 4};
    const float bad[2] = {NAN, 4};
    struct visual_fact facts[] = {
        {.ready = true,
         .model = PEOPLE_MODEL,
         .confidence = .5,
         .preference = taste,
         .preference_count = 2},
        {.ready = false, .model = PEOPLE_MODEL, .preference = taste, .preference_count = 2},
        {.ready = true, .model = "old", .preference = bad, .preference_count = 2},
        {.ready = true, .model = PEOPLE_MODEL, .preference = bad, .preference_count = 2},
        {.ready = true, .model = PEOPLE_MODEL}};
    static const int want[] = {
        PERSON_VISUAL, PERSON_VISUAL & ~PERSON_VISUAL_READY, PERSON_VISUAL_READY | PERSON_FEATURES,
        PERSON_VISUAL & ~PERSON_PREFERENCE, PERSON_VISUAL & ~PERSON_PREFERENCE};
    for (uint32_t i = 0; i < ARRAY_LEN(facts); i++) {
        uint32_t row = PERSON(people, .looks = {1, 1});
        population_set_visual(p, row, &facts[i]);
    }
    p = finish(people);
    cr_assert_eq(Refusals, 1);
    for (uint32_t i = 0; i < ARRAY_LEN(facts); i++) {
        cr_assert_eq(COLUMN_OF(p, i, flags) & PERSON_VISUAL, want[i], "profile %u", i);
        cr_assert_eq(population_preference(p, i) != NULL, i < 2);
    }
    cr_assert_eq(population_preference(p, 0)[1], 4.0f, "as stored, not normalised");
    cr_assert_eq(COLUMN_OF(p, 0, confidence), .5);
    population_free(p);
}
