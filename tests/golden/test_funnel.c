/* The funnel, the relaxation, and previews: scoring.md section 6. */
#include <string.h>

#include "engine/match/reference.h"
#include "tests/support/fixture.h"
#include "tests/support/near.h"

/* The viewer is 36, wants people up to 38 within 10 km, and something casual; candidates are by
 * default 36, in the same place, unsure what they look for, and agree on everything. */
struct scene {
    struct fixture *f;
    uint32_t item, viewer;
};

static void scene_init(struct scene *s, int32_t kilometres, int32_t max_age, enum intent intent) {
    s->f = fixture_new();
    s->item = fixture_slider(s->f, "communication", "H");
    fixture_set(s->f, "QUESTIONNAIRE_MIN_QUESTIONS", "1");
    fixture_set(s->f, "MATCH_REQUIRE_VISUAL_SIGNAL", "false");
    struct person person = person_default(s->f);
    person.profile.max_distance_km = kilometres;
    person.profile.max_age = max_age;
    person.profile.intent = intent;
    s->viewer = fixture_add(s->f, &person);
    fixture_slide(s->f, s->viewer, s->item, 1);
}

static struct person candidate(struct scene *s) {
    struct person person = person_default(s->f);
    person.profile.intent = INTENT_UNSURE;
    return person;
}

static uint32_t add(struct scene *s, const struct person *person, int apart) {
    uint32_t row = fixture_add(s->f, person);
    if (apart >= 0)
        fixture_slide(s->f, row, s->item, 1 + apart);
    return row;
}

static void add_aged(struct scene *s, int age) {
    struct person person = candidate(s);
    person.user.date_of_birth = date_of_civil((struct civil){2026 - age, 6, 15});
    add(s, &person, 0);
}

/* North of the viewer; one degree is 111.195 km. */
static uint32_t add_away(struct scene *s, double kilometres) {
    struct person person = candidate(s);
    person.profile.latitude += kilometres / 111.195;
    return add(s, &person, 0);
}

static void add_serious(struct scene *s) {
    struct person person = candidate(s);
    person.profile.intent = INTENT_SERIOUS;
    add(s, &person, 0);
}

static struct funnel funnel_of(struct scene *s) {
    struct funnel funnel;
    reference_funnel(fixture_view(s->f), s->viewer, &funnel);
    uint32_t sum = funnel.unranked, floors = 0;
    for (int g = 0; g < GATES; g++)
        sum += funnel.gates[g];
    for (int n = 0; n < FLOORS; n++)
        floors += funnel.floors[n];
    cr_assert_eq(sum, fixture_view(s->f)->count - 1);
    cr_assert_eq(floors, funnel.gates[GATE_NONE]);
    return funnel;
}

/* One candidate for each place where a candidate can go. */
static void add_one_of_each(struct scene *s) {
    struct person person = candidate(s);
    person.user.active = false;
    add(s, &person, 0);
    person = candidate(s);
    person.user.seeking = GENDER_BIT(GENDER_MALE);
    add(s, &person, 0);
    add_aged(s, 40);
    add_away(s, 12);
    add_away(s, 20);
    add_serious(s);
    struct population *p = fixture_population(s->f);
    person = candidate(s);
    population_add_block(p, add(s, &person, 0), s->viewer);
    person = candidate(s);
    struct offer_fact offer = fixture_offer(s->f, s->viewer, add(s, &person, 0), OFFER_OFFERED, 2);
    fixture_add_offer(s->f, &offer);
    person = candidate(s);
    add(s, &person, -1);
    const int apart[] = {0, 0, 5, 4, 3};
    for (size_t i = 0; i < ARRAY_LEN(apart); i++) {
        person = candidate(s);
        add(s, &person, apart[i]);
    }
}

Test(funnel, counts_where_everybody_went) {
    struct scene s;
    scene_init(&s, 10, 38, INTENT_CASUAL);
    add_one_of_each(&s);
    struct funnel funnel = funnel_of(&s);
    const uint32_t gates[GATES] = {
        [GATE_NONE] = 5,     [GATE_POPULATION_B] = 1, [GATE_GENDER] = 1, [GATE_AGE] = 1,
        [GATE_DISTANCE] = 2, [GATE_INTENT] = 1,       [GATE_BLOCK] = 1,  [GATE_REOFFER] = 1,
    };
    for (int g = 0; g < GATES; g++)
        cr_assert_eq(funnel.gates[g], gates[g], "gate %d: %u", g, funnel.gates[g]);
    cr_assert_eq(funnel.unranked, 1);
    cr_assert_eq(funnel.floors[FLOOR_NONE], 3);
    cr_assert_eq(funnel.floors[FLOOR_RECIPROCITY], 1); /* five sixths apart: mutuality .2333 */
    cr_assert_eq(funnel.floors[FLOOR_QUALITY], 1);     /* four sixths: final .4174 */
    cr_assert_eq(funnel.relaxation, RELAX_DISTANCE);
    cr_assert_eq(funnel.relaxation_adds, 2);
    fixture_free(s.f);
}

Test(funnel, agrees_with_the_search) {
    struct scene s;
    scene_init(&s, 10, 38, INTENT_CASUAL);
    add_one_of_each(&s);
    struct ranked out[8];
    uint32_t eligible, offerable;
    uint32_t count = reference_preview(fixture_view(s.f), s.viewer, 8, out, &eligible, &offerable);
    cr_assert_eq(count, 3);
    cr_assert_eq(eligible, 5);
    cr_assert_eq(offerable, 3);
    fixture_free(s.f);
}

static void check_relaxation(struct scene *s, enum relaxation relaxation, uint32_t adds) {
    struct funnel funnel = funnel_of(s);
    cr_assert_eq(funnel.relaxation, relaxation, "%d", funnel.relaxation);
    cr_assert_eq(funnel.relaxation_adds, adds, "%u", funnel.relaxation_adds);
    fixture_free(s->f);
}

Test(relaxation, of_the_own_distance_by_25_km) {
    struct scene s;
    scene_init(&s, 10, 38, INTENT_CASUAL);
    add_away(&s, 34.9);
    add_away(&s, 35.1);
    check_relaxation(&s, RELAX_DISTANCE, 1);
}

Test(relaxation, of_the_own_distance_within_the_cap_of_50_km) {
    struct scene s;
    scene_init(&s, 40, 38, INTENT_CASUAL);
    const double away[] = {49, 51, 60};
    for (size_t i = 0; i < ARRAY_LEN(away); i++) /* their own cap does not stand in the way */
        fixture_override(s.f, add_away(&s, away[i]), "GEO_MAX_DISTANCE_KM", "100");
    check_relaxation(&s, RELAX_DISTANCE, 1);
    scene_init(&s, 0, 38, INTENT_CASUAL); /* no own limit: nothing to relax */
    add_away(&s, 51);
    check_relaxation(&s, RELAX_NONE, 0);
}

Test(relaxation, of_one_age_bound_by_two_years) {
    struct scene s;
    scene_init(&s, 10, 38, INTENT_CASUAL);
    add_aged(&s, 39);
    add_aged(&s, 40);
    add_aged(&s, 41);
    add_away(&s, 12);
    check_relaxation(&s, RELAX_AGE_MAX, 2);
}

Test(relaxation, of_the_lower_age_bound_not_below_the_least_age) {
    struct fixture *f = fixture_new();
    uint32_t item = fixture_slider(f, "communication", "H");
    struct person person = person_default(f);
    person.profile.min_age = 19;
    uint32_t viewer = fixture_add(f, &person);
    fixture_slide(f, viewer, item, 1);
    struct scene s = {f, item, viewer};
    add_aged(&s, 18);
    add_aged(&s, 17); /* outside the population */
    check_relaxation(&s, RELAX_AGE_MIN, 1);
}

Test(relaxation, of_intent_to_unsure) {
    struct scene s;
    scene_init(&s, 10, 38, INTENT_CASUAL);
    add_serious(&s);
    add_serious(&s);
    add_aged(&s, 39);
    check_relaxation(&s, RELAX_INTENT, 2);
}

Test(relaxation, ties_go_to_distance_then_ages_then_intent) {
    struct scene s;
    scene_init(&s, 10, 38, INTENT_CASUAL);
    add_serious(&s);
    add_aged(&s, 39);
    add_away(&s, 12);
    check_relaxation(&s, RELAX_DISTANCE, 1);
    scene_init(&s, 10, 38, INTENT_CASUAL);
    add_serious(&s);
    add_aged(&s, 39);
    check_relaxation(&s, RELAX_AGE_MAX, 1);
}

Test(relaxation, none_where_two_limits_stand_in_the_way) {
    struct scene s;
    scene_init(&s, 10, 38, INTENT_CASUAL);
    struct person person = candidate(&s);
    person.profile.intent = INTENT_SERIOUS;
    person.profile.latitude += 12 / 111.195;
    add(&s, &person, 0);
    check_relaxation(&s, RELAX_NONE, 0);
}

Test(relaxation, the_others_limits_are_not_the_viewers_to_relax) {
    struct scene s;
    scene_init(&s, 10, 38, INTENT_CASUAL);
    struct person person = candidate(&s);
    person.profile.max_age = 35;
    add(&s, &person, 0);
    check_relaxation(&s, RELAX_NONE, 0);
}

Test(preview, the_answer_for_k_is_a_prefix_of_that_for_k_plus_one) {
    struct scene s;
    scene_init(&s, 10, 38, INTENT_CASUAL);
    for (int i = 0; i < 40; i++) {
        struct person person = candidate(&s);
        if (i % 5 == 0)
            person.profile.intent = INTENT_NULL;
        add(&s, &person, (i * 7) % 5);
    }
    struct ranked before[64], now[64];
    uint32_t eligible, offerable, count = 0;
    for (uint32_t k = 0; k < 64; k++) {
        count = reference_preview(fixture_view(s.f), s.viewer, k, now, &eligible, &offerable);
        cr_assert_eq(count, k < offerable ? k : offerable);
        for (uint32_t i = 0; i + 1 < count; i++)
            cr_assert(ranked_before(&now[i], &now[i + 1]));
        for (uint32_t i = 0; i + 1 < count; i++)
            cr_assert_eq(now[i].row, before[i].row, "k %u, place %u", k, i);
        memcpy(before, now, sizeof before);
    }
    cr_assert_eq(count, offerable);
    cr_assert_eq(eligible, 40);
    cr_assert_eq(offerable, 32); /* every fifth answer is four sixths apart */
    fixture_free(s.f);
}

Test(preview, who_is_outside_the_population_sees_nobody) {
    struct fixture *f = fixture_new();
    struct person person = person_default(f);
    person.user.active = false;
    uint32_t viewer = fixture_add(f, &person);
    fixture_add(f, NULL);
    struct ranked out[4];
    uint32_t eligible = 9, offerable = 9;
    cr_assert_eq(reference_preview(fixture_view(f), viewer, 4, out, &eligible, &offerable), 0);
    cr_assert_eq(eligible, 0);
    cr_assert_eq(offerable, 0);
    struct funnel funnel;
    reference_funnel(fixture_view(f), viewer, &funnel);
    cr_assert_eq(funnel.gates[GATE_POPULATION_A], 1);
    fixture_free(f);
}
