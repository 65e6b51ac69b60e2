/* People: any of them in any order, the same; and none that the contracts would refuse. */
#include "bench/person.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

enum { PEOPLE = 3000, DIM = 16 };

static struct world_options options_of(const char *metro) {
    return (struct world_options){.people = PEOPLE,
                                  .dim = DIM,
                                  .seed = 5,
                                  .now = (instant_t)9822 * INSTANT_PER_DAY,
                                  .metro = metro};
}

static void init(struct world *world, const struct world_options *options) {
    struct err err;
    cr_assert(world_init(world, options, &err), "%s", err.text);
}

/* Made one after another, or one alone: nothing is left of the person before. */
Test(person, does_not_depend_on_the_others) {
    struct world world;
    struct world_options options = options_of(NULL);
    init(&world, &options);
    struct person *one = person_new(DIM), *two = person_new(DIM);
    for (uint32_t n = 0; n < 200; n++)
        person_make(&world, n, one);
    person_make(&world, 199, two);
    cr_assert(uuid_same(&one->id, &two->id));
    cr_assert_str_eq(one->name, two->name);
    cr_assert_eq(one->latitude_e8, two->latitude_e8);
    cr_assert_eq(memcmp(one->answers, two->answers, sizeof one->answers), 0);
    cr_assert_eq(one->photo_count, two->photo_count);
    cr_assert(one->photo_count > 0);
    size_t bytes = one->photo_count * DIM * sizeof(float);
    cr_assert_eq(memcmp(one->features_memory, two->features_memory, bytes), 0);
    cr_assert_eq(memcmp(one->weights, two->weights, DIM * sizeof(int16_t)), 0);
    person_free(one);
    person_free(two);
    world_release(&world);
}

Test(person, is_within_the_rules) {
    struct world world;
    struct world_options options = options_of(NULL);
    init(&world, &options);
    struct person *p = person_new(DIM);
    date_t today = date_of_instant(options.now);
    uint32_t missing = 0;
    for (uint32_t n = 0; n < PEOPLE; n++) {
        person_make(&world, n, p);
        const struct core *core = &world.cores[n];
        cr_assert(years_completed(core->date_of_birth, today) >= 18);
        cr_assert(core->seeking != 0);
        cr_assert(p->min_age == -1 || (p->min_age >= 18 && p->min_age <= 120));
        cr_assert(p->max_age == -1 || (p->max_age >= p->min_age && p->max_age <= 120));
        cr_assert(llabs(p->latitude_e8) <= INT64_C(9000000000));
        cr_assert(llabs(p->longitude_e8) <= INT64_C(18000000000));
        cr_assert(p->created_at < options.now && p->last_active_at < options.now);
        cr_assert(p->last_active_at >= p->created_at);
        uint32_t own = 0;
        for (int i = 0; i < QUESTIONS; i++) {
            const struct question *question = &QUESTIONS_TABLE[i];
            size_t options_count = question_option_count(question);
            size_t levels = options_count > 0 ? options_count : 7;
            own += p->answers[i].choice == ANSWER_MISSING;
            cr_assert(p->answers[i].choice == ANSWER_MISSING || p->answers[i].choice < levels);
            cr_assert(p->answers[i].answered_at <= options.now);
        }
        cr_assert(own <= 4);
        missing += own;
        for (uint32_t i = 1; i < p->photo_count; i++)
            cr_assert(uuid_order(&p->photos[i - 1].id, &p->photos[i].id) < 0);
    }
    double share = (double)missing / (PEOPLE * QUESTIONS);
    cr_assert(share > 0.03 && share < 0.15, "%g of the answers are missing", share);
    person_free(p);
    world_release(&world);
}

Test(world, puts_a_metro_around_its_city) {
    struct world world;
    struct world_options options = options_of("reykjavik");
    init(&world, &options);
    struct person *p = person_new(DIM);
    for (uint32_t n = 0; n < PEOPLE; n++) {
        person_make(&world, n, p);
        double north = (double)p->latitude_e8 / 1e8 - 64.15;
        double east = ((double)p->longitude_e8 / 1e8 + 21.94) * 0.436; /* the cosine there */
        cr_assert(hypot(north, east) * 111.2 < 70, "person %u is %g km away", n,
                  hypot(north, east) * 111.2);
        cr_assert_str_eq(world.cities.list[world.cores[n].city].timezone, "Atlantic/Reykjavik");
    }
    person_free(p);
    world_release(&world);
}

Test(world, knows_who_lives_where) {
    struct world world;
    struct world_options options = options_of(NULL);
    init(&world, &options);
    uint32_t count = 0;
    for (uint32_t city = 0; city < world.cities.count; city++)
        for (uint32_t i = world.first_resident[city]; i < world.first_resident[city + 1]; i++) {
            cr_assert_eq(world.cores[world.residents[i]].city, city);
            count++;
        }
    cr_assert_eq(count, PEOPLE);
    world_release(&world);
}

Test(cities, are_about_a_hundred_and_on_earth) {
    struct cities cities;
    cities_init_builtin(&cities);
    cr_assert(cities.count >= 100);
    for (uint32_t i = 0; i < cities.count; i++) {
        cr_assert(fabs(cities.list[i].latitude) < 70 && fabs(cities.list[i].longitude) <= 180);
        cr_assert(cities.list[i].population > 0 && strchr(cities.list[i].timezone, '/') != NULL);
        cr_assert_eq(cities_find(&cities, cities.list[i].name), i, "%s comes twice",
                     cities.list[i].name);
    }
    cities_release(&cities);
}
