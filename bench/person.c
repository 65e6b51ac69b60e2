#include "bench/person.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/kernel/real.h"

const char *const PERSON_STATUSES[STATUSES] = {"active", "suspended", "pending_verification",
                                               "non_matching", "deleted"};
const char *const PERSON_STEPS[STEPS] = {"complete", "verification", "questionnaire"};

static const char *const WOMEN[] = {
    "Ada",   "Amara", "Ana",    "Anika", "Aya",  "Bea",   "Carla", "Chloe", "Clara", "Dina", "Ebba",
    "Elena", "Emma",  "Fatima", "Fiona", "Gita", "Grace", "Hana",  "Ida",   "Imani", "Ines", "Jana",
    "Joy",   "Julia", "Lara",   "Leila", "Lina", "Maya",  "Maria", "Mina",  "Nadia", "Nora", "Olga",
    "Paula", "Priya", "Rosa",   "Ruth",  "Sara", "Selma", "Sofia", "Uma",   "Vera",  "Yara", "Zoe"};
static const char *const MEN[] = {"Amir",   "Andre", "Arjun", "Ben",    "Bruno", "Chen",   "Daniel",
                                  "David",  "Eli",   "Emil",  "Eric",   "Felix", "Hugo",   "Isaac",
                                  "Jamal",  "Jonas", "Karim", "Kofi",   "Leo",   "Lucas",  "Marco",
                                  "Mateo",  "Nico",  "Noah",  "Omar",   "Oscar", "Rafael", "Ravi",
                                  "Stefan", "Tariq", "Theo",  "Victor", "Wei",   "Yusuf"};
static const char *const ANYBODY[] = {"Alex", "Dara", "Kai", "Quinn", "Robin", "Sam"};
static const char *const PASTIMES[] = {
    "long walks",  "bad puns",     "good coffee",       "old maps",   "live music",
    "sourdough",   "night trains", "board games",       "cold swims", "film noir",
    "hill runs",   "gardening",    "second-hand books", "pottery",    "chess",
    "street food", "cycling",      "choir practice"};
static const char *const EDUCATION[] = {"secondary school",  "vocational training", "some college",
                                        "bachelor's degree", "master's degree",     "doctorate"};
static const char *const OCCUPATIONS[] = {
    "nurse",     "teacher",    "electrician", "engineer",        "designer",
    "cook",      "lawyer",     "accountant",  "driver",          "carpenter",
    "scientist", "shop owner", "musician",    "physiotherapist", "journalist",
    "gardener",  "student",    "librarian",   "paramedic",       "analyst"};

struct person *person_new(uint32_t dim) {
    struct person *p = mem_array(1, sizeof *p);
    p->features_memory = mem_array((size_t)dim * PERSON_PHOTOS_MAX, sizeof *p->features_memory);
    p->weights = mem_array(dim, sizeof *p->weights);
    return p;
}

void person_free(struct person *p) {
    if (p == NULL)
        return;
    free(p->features_memory);
    free(p->weights);
    free(p);
}

void person_id(const struct world *world, uint32_t number, struct uuid *out) {
    struct stream s = stream_of(world->options.seed, number, STREAM_ID);
    stream_uuid(&s, out);
}

static const char *draw_name(struct stream *s, uint8_t gender) {
    if (gender == GENDER_FEMALE)
        return WOMEN[stream_below(s, ARRAY_LEN(WOMEN))];
    if (gender == GENDER_MALE)
        return MEN[stream_below(s, ARRAY_LEN(MEN))];
    return ANYBODY[stream_below(s, ARRAY_LEN(ANYBODY))];
}

static void make_identity(const struct world *world, uint32_t number, struct person *p) {
    struct stream s = stream_of(world->options.seed, number, STREAM_ID);
    stream_uuid(&s, &p->id);
    const char *name = draw_name(&s, world->cores[number].gender);
    snprintf(p->name, sizeof p->name, "%s %c.", name, (char)('A' + stream_below(&s, 26)));
    p->has_bio = stream_chance(&s, 0.8);
    snprintf(p->bio, sizeof p->bio, "Here for %s, %s and whoever likes them too.",
             PASTIMES[stream_below(&s, ARRAY_LEN(PASTIMES))],
             PASTIMES[stream_below(&s, ARRAY_LEN(PASTIMES))]);
    /* Unlike any other's: it begins with the person's number. */
    snprintf(p->phone_hash, sizeof p->phone_hash, "%016x%016llx%016llx%016llx", number,
             (unsigned long long)stream_bits(&s), (unsigned long long)stream_bits(&s),
             (unsigned long long)stream_bits(&s));
    snprintf(p->phone_last_four, sizeof p->phone_last_four, "%04u", stream_below(&s, 10000));
}

void person_make_account(const struct world *world, uint32_t number, struct person *p) {
    struct stream s = stream_of(world->options.seed, number, STREAM_PROFILE);
    static const uint32_t STATUS[] = {980, 4, 6, 6, 4}, STEP[] = {985, 7, 8};
    p->status = (enum person_status)stream_choose(&s, STATUS, ARRAY_LEN(STATUS));
    p->step = (enum person_step)stream_choose(&s, STEP, ARRAY_LEN(STEP));
    int32_t member_days = stream_between(&s, 3, 900);
    p->created_at = world_past(world, &s, member_days);
    /* Most have been here this week; some stay away long enough to leave the population. */
    static const uint32_t ABSENCE[] = {70, 20, 8, 2};
    static const int32_t DAYS[] = {0, 6, 14, 31, 120};
    size_t absence = stream_choose(&s, ABSENCE, ARRAY_LEN(ABSENCE));
    int32_t days = stream_between(&s, DAYS[absence], DAYS[absence + 1] - 1);
    p->last_active_at = world_past(world, &s, days < member_days ? days : member_days - 1);
    p->deleted_at = world_past(world, &s, 0);
    if (world->options.dense) {
        p->status = STATUS_ACTIVE;
        p->step = STEP_COMPLETE;
        p->last_active_at = world_past(world, &s, 0);
    }
}

/* Kilometres from the middle of the city: half of the people around it, half in its whole disc. */
static void draw_offset(const struct world *world, struct stream *s, double *east, double *north) {
    if (world->options.dense || stream_chance(s, 0.5)) {
        /* Dense: within 21 km of the middle, so nobody is 50 km from anybody. */
        double deviation = world->options.dense ? 3 : 10;
        *east = deviation * stream_normal(s);
        *north = deviation * stream_normal(s);
        return;
    }
    do {
        *east = 120 * stream_unit(s) - 60;
        *north = 120 * stream_unit(s) - 60;
    } while (*east * *east + *north * *north > 60 * 60);
}

static void make_place(const struct world *world, uint32_t number, struct stream *s,
                       struct person *p) {
    const struct city *city = &world->cities.list[world->cores[number].city];
    const double km_per_degree = EARTH_RADIUS_KM * 3.14159265358979323846 / 180;
    double east, north;
    draw_offset(world, s, &east, &north);
    double latitude = city->latitude + north / km_per_degree;
    double narrow = real_cos(latitude * 3.14159265358979323846 / 180);
    double longitude = city->longitude + east / (km_per_degree * fmax(narrow, 0.01));
    if (longitude > 180)
        longitude -= 360;
    if (longitude < -180)
        longitude += 360;
    p->latitude_e8 = (int64_t)floor(fmin(fmax(latitude, -89.9), 89.9) * 1e6 + 0.5) * 100;
    p->longitude_e8 = (int64_t)floor(longitude * 1e6 + 0.5) * 100;
    p->has_place = world->options.dense || stream_chance(s, 0.99);
}

/* Ranges of age and distance, as wide as the person's own age and mind. */
static void make_limits(const struct world *world, uint32_t number, struct stream *s,
                        struct person *p) {
    const struct core *core = &world->cores[number];
    int age = years_completed(core->date_of_birth, date_of_instant(world->options.now));
    int32_t slack = age / 8;
    int32_t younger = stream_between(s, 3, 9), older = stream_between(s, 3, 9);
    if (core->gender == GENDER_MALE)
        younger += slack;
    else if (core->gender == GENDER_FEMALE)
        older += slack;
    p->min_age = age - younger > 18 ? age - younger : 18;
    p->max_age = age + older < 120 ? age + older : 120;
    if (stream_chance(s, 0.05))
        p->min_age = -1;
    if (stream_chance(s, 0.05))
        p->max_age = -1;
    static const int32_t LIMITS[] = {0, 10, 20, 30, 40, 50, 80};
    static const uint32_t WEIGHTS[] = {12, 3, 9, 18, 18, 25, 15};
    p->max_distance_km = LIMITS[stream_choose(s, WEIGHTS, ARRAY_LEN(WEIGHTS))];
    static const uint32_t INTENTS_WANTED[] = {3, 15, 45, 15, 22};
    p->intent = (enum intent)stream_choose(s, INTENTS_WANTED, ARRAY_LEN(INTENTS_WANTED));
    if (world->options.dense) {
        p->min_age = p->max_age = -1;
        p->max_distance_km = 0;
        p->intent = INTENT_SERIOUS;
    }
}

static void make_habits(const struct world *world, uint32_t number, struct stream *s,
                        struct person *p) {
    static const uint32_t DRINKING[] = {15, 25, 45, 15}, SMOKING[] = {70, 8, 14, 8},
                          EXERCISE[] = {10, 40, 35, 15};
    p->education = stream_chance(s, 0.85) ? EDUCATION[stream_below(s, ARRAY_LEN(EDUCATION))] : NULL;
    p->occupation =
        stream_chance(s, 0.85) ? OCCUPATIONS[stream_below(s, ARRAY_LEN(OCCUPATIONS))] : NULL;
    double mean = world->cores[number].gender == GENDER_MALE     ? 178
                  : world->cores[number].gender == GENDER_FEMALE ? 165
                                                                 : 171;
    p->height_cm = stream_chance(s, 0.9) ? (int32_t)floor(mean + 7 * stream_normal(s) + 0.5) : 0;
    p->drinking = (uint8_t)stream_choose(s, DRINKING, ARRAY_LEN(DRINKING));
    p->smoking = (uint8_t)stream_choose(s, SMOKING, ARRAY_LEN(SMOKING));
    p->exercise = (uint8_t)stream_choose(s, EXERCISE, ARRAY_LEN(EXERCISE));
    uint8_t *habits[] = {&p->drinking, &p->smoking, &p->exercise};
    for (size_t i = 0; i < ARRAY_LEN(habits); i++)
        if (stream_chance(s, 0.07))
            *habits[i] = HABIT_NULL;
}

void person_make(const struct world *world, uint32_t number, struct person *p) {
    ASSERT(number < world->options.people);
    float *features = p->features_memory;
    int16_t *weights = p->weights;
    memset(p, 0, sizeof *p);
    p->features_memory = features;
    p->weights = weights;
    make_identity(world, number, p);
    person_make_account(world, number, p);
    struct stream s = stream_of(world->options.seed, number, STREAM_HOME);
    make_place(world, number, &s, p);
    make_limits(world, number, &s, p);
    make_habits(world, number, &s, p);
    person_make_trust(world, number, p);
    person_make_answers(world, number, p);
    person_make_looks(world, number, p);
}
