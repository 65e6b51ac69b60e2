#include "bench/world.h"

#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"

/* Years: most are in their twenties and thirties, with a long tail. */
static double draw_age(struct stream *s) {
    static const struct {
        uint32_t weight;
        double mean, deviation;
    } GROUPS[] = {{58, 27.5, 4.5}, {30, 35, 6}, {12, 47, 8}};
    uint32_t weights[ARRAY_LEN(GROUPS)];
    for (size_t i = 0; i < ARRAY_LEN(GROUPS); i++)
        weights[i] = GROUPS[i].weight;
    size_t group = stream_choose(s, weights, ARRAY_LEN(GROUPS));
    for (;;) {
        double age = GROUPS[group].mean + GROUPS[group].deviation * stream_normal(s);
        if (age >= 18.1 && age < 80)
            return age;
    }
}

/* 48 % men, 48 % women, 3 % non-binary, 1 % who do not say. */
static uint8_t draw_gender(struct stream *s) {
    static const uint32_t WEIGHTS[] = {48, 48, 3, 1};
    return (uint8_t)(GENDER_MALE + stream_choose(s, WEIGHTS, ARRAY_LEN(WEIGHTS)));
}

static uint8_t draw_seeking(struct stream *s, uint8_t gender) {
    uint8_t men = GENDER_BIT(GENDER_MALE), women = GENDER_BIT(GENDER_FEMALE);
    uint8_t others = GENDER_BIT(GENDER_NON_BINARY) | GENDER_BIT(GENDER_UNSAID);
    uint8_t everyone = (uint8_t)(men | women | others);
    if (gender == GENDER_MALE || gender == GENDER_FEMALE) {
        uint8_t own = GENDER_BIT(gender), other = gender == GENDER_MALE ? women : men;
        uint8_t choices[] = {other,
                             (uint8_t)(other | others),
                             own,
                             (uint8_t)(own | others),
                             (uint8_t)(men | women),
                             everyone};
        static const uint32_t WEIGHTS[] = {81, 4, 7, 1, 3, 4};
        return choices[stream_choose(s, WEIGHTS, ARRAY_LEN(WEIGHTS))];
    }
    uint8_t choices[] = {everyone, (uint8_t)(women | others), (uint8_t)(men | others), women, men};
    static const uint32_t WEIGHTS[] = {50, 15, 15, 10, 10};
    return choices[stream_choose(s, WEIGHTS, ARRAY_LEN(WEIGHTS))];
}

static void draw_core(const struct world *world, uint32_t person, struct core *core) {
    struct stream s = stream_of(world->options.seed, person, STREAM_CORE);
    date_t today = date_of_instant(world->options.now);
    core->date_of_birth = today - (date_t)floor(draw_age(&s) * 365.25);
    if (world->options.dense) {
        core->gender = person % 2 == 0 ? GENDER_MALE : GENDER_FEMALE;
        core->seeking = GENDER_BIT(person % 2 == 0 ? GENDER_FEMALE : GENDER_MALE);
        return;
    }
    core->gender = draw_gender(&s);
    core->seeking = draw_seeking(&s, core->gender);
}

/* Cities by population, or the one metro for everybody. */
static void draw_places(struct world *world, uint32_t metro) {
    uint32_t cities = world->cities.count;
    uint64_t *until = mem_array(cities, sizeof *until), total = 0;
    for (uint32_t i = 0; i < cities; i++)
        until[i] = total += world->cities.list[i].population;
    for (uint32_t person = 0; person < world->options.people; person++) {
        struct stream s = stream_of(world->options.seed, person, STREAM_PLACE);
        uint64_t at = (uint64_t)(stream_unit(&s) * (double)total);
        uint32_t low = 0, high = cities - 1;
        while (low < high) {
            uint32_t middle = (low + high) / 2;
            if (until[middle] > at)
                high = middle;
            else
                low = middle + 1;
        }
        world->cores[person].city = (uint16_t)(metro < cities ? metro : low);
    }
    free(until);
}

static void sort_residents(struct world *world) {
    uint32_t *first = mem_array(world->cities.count + 2, sizeof *first);
    for (uint32_t person = 0; person < world->options.people; person++)
        first[world->cores[person].city + 2]++;
    for (uint32_t city = 0; city <= world->cities.count; city++)
        first[city + 1] += first[city];
    /* first[c + 1] runs from the city's first place to the next city's. */
    for (uint32_t person = 0; person < world->options.people; person++)
        world->residents[first[world->cores[person].city + 1]++] = person;
    world->first_resident = first;
}

static void draw_taste(struct world *world) {
    uint32_t dim = world->options.dim;
    struct stream s = stream_of(world->options.seed, 0, STREAM_TASTE);
    double square = 0;
    for (uint32_t i = 0; i < dim; i++) {
        world->taste[i] = stream_normal(&s);
        square += world->taste[i] * world->taste[i];
    }
    for (uint32_t i = 0; i < dim; i++)
        world->taste[i] /= sqrt(square);
}

bool world_init(struct world *world, const struct world_options *options, struct err *err) {
    ASSERT(options->people <= WORLD_PEOPLE_MAX && options->dim <= WORLD_DIM_MAX);
    *world = (struct world){.options = *options};
    if (options->cities == NULL)
        cities_init_builtin(&world->cities);
    else if (!cities_init_file(&world->cities, options->cities, err))
        return false;
    uint32_t metro = world->cities.count;
    /* A dense world is one place. */
    const char *name =
        options->metro == NULL && options->dense ? world->cities.list[0].name : options->metro;
    if (name != NULL) {
        metro = cities_find(&world->cities, name);
        if (metro == world->cities.count) {
            err_set(err, "no city named %s among %u; for example %s", name, world->cities.count,
                    world->cities.list[0].name);
            cities_release(&world->cities);
            return false;
        }
    }
    world->cores = mem_array(options->people, sizeof *world->cores);
    world->residents = mem_array(options->people, sizeof *world->residents);
    world->taste = mem_array(options->dim, sizeof *world->taste);
    for (uint32_t person = 0; person < options->people; person++)
        draw_core(world, person, &world->cores[person]);
    draw_places(world, metro);
    sort_residents(world);
    draw_taste(world);
    return true;
}

void world_release(struct world *world) {
    cities_release(&world->cities);
    free(world->cores);
    free(world->residents);
    free(world->first_resident);
    free(world->taste);
    *world = (struct world){0};
}

instant_t world_past(const struct world *world, struct stream *s, int32_t days) {
    instant_t seconds = (instant_t)stream_below(s, 86400);
    return world->options.now - (instant_t)days * INSTANT_PER_DAY - seconds * 1000000;
}

bool world_genders_fit(const struct world *world, uint32_t a, uint32_t b) {
    const struct core *x = &world->cores[a], *y = &world->cores[b];
    return (x->seeking & GENDER_BIT(y->gender)) != 0 && (y->seeking & GENDER_BIT(x->gender)) != 0;
}
