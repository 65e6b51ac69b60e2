/* People for tests, through the same setters as the loader's. */
#include "tests/support/people.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

enum { KIND_PERSON = 0, KIND_PHOTO = 0xb0, KIND_SESSION = 0xc0, KIND_OFFER = 0xd0 };

struct people {
    struct population *population;
    uint32_t offers;
    uint64_t photos;
};

struct people *people_new_with(uint32_t dim, struct questionnaire *q,
                               const struct refusals *refusals) {
    struct people *people = mem_array(1, sizeof *people);
    ASSERT(dim <= PEOPLE_DIM_MAX);
    struct population_options options = {
        .capacity = PEOPLE_CAPACITY, .dim = dim, .visual_model = PEOPLE_MODEL};
    if (refusals != NULL)
        options.refusals = *refusals;
    people->population = population_new(&options, q);
    return people;
}

struct people *people_new(uint32_t dim) {
    return people_new_with(dim, people_questionnaire(), NULL);
}

struct population *people_population(struct people *people) {
    return people->population;
}

struct population *people_finish(struct people *people) {
    struct population *p = people->population;
    free(people);
    population_finish(p);
    return p;
}

/* --- answers ---------------------------------------------------------------------------------- */

static uint64_t code_of(const struct item *item, char *word) {
    const char *list[ITEM_CHOICES_MAX];
    struct answer_value value = {.form = ANSWER_TEXT, .text = word, .list = list};
    const char *reason = NULL;
    if (item->is_slider) {
        value.form = ANSWER_NUMBER;
        value.number = strtod(word, NULL);
    } else if (item->kind == ITEM_MULTIPLE || item->kind == ITEM_RANKING) {
        char *rest = NULL;
        value.form = ANSWER_LIST;
        for (char *w = strtok_r(word, ",", &rest); w != NULL; w = strtok_r(NULL, ",", &rest))
            list[value.list_count++] = w;
    }
    uint64_t code = item_code(item, &value, &reason);
    if (code == ANSWER_NONE)
        fprintf(stderr, "answer to item %d refused: %s\n", item->position, reason);
    ASSERT(code != ANSWER_NONE);
    return code;
}

static uint32_t item_at_position(const struct questionnaire *q, long position) {
    uint32_t i = 0;
    while (i < q->count && q->items[i].position != position)
        i++;
    ASSERT(i < q->count);
    return i;
}

void people_answer(struct people *people, uint32_t row, const char *answers, instant_t at) {
    const struct questionnaire *q = population_questionnaire(people->population);
    char *copy = mem_text(answers), *rest = NULL;
    for (char *w = strtok_r(copy, " ", &rest); w != NULL; w = strtok_r(NULL, " ", &rest)) {
        char *value = NULL;
        uint32_t item = item_at_position(q, strtol(w, &value, 10));
        ASSERT(*value == ':');
        population_set_answer(people->population, row, item, code_of(&q->items[item], value + 1),
                              at);
    }
    free(copy);
}

/* --- one person ------------------------------------------------------------------------------- */

static uint8_t habit(const char *word, const char *const words[4]) {
    for (uint8_t i = 0; word != NULL && i < 4; i++)
        if (strcmp(word, words[i]) == 0)
            return i;
    ASSERT(word == NULL);
    return HABIT_NULL;
}

static date_t born(int age) {
    struct civil day = civil_of_date(PEOPLE_DATE);
    day.year -= age != 0 ? age : 30;
    return date_of_civil(day);
}

static const char *or_text(const char *text, const char *fallback) {
    return text != NULL ? text : fallback;
}

static void add_profile(struct population *p, uint32_t row, const struct person *person) {
    static const char *const drinking[] = {"never", "rarely", "socially", "often"};
    static const char *const smoking[] = {"never", "trying_to_quit", "socially", "regularly"};
    static const char *const exercise[] = {"never", "sometimes", "often", "daily"};
    bool told = !(person->without & WITHOUT_TOLD);
    bool placed = person->latitude != 0 || person->longitude != 0;
    struct profile_fact fact = {
        .city = or_text(person->city, "Berlin"),
        .region = person->region,
        .country = or_text(person->country, "DE"),
        .latitude = placed ? person->latitude : 52.52,
        .longitude = placed ? person->longitude : 13.405,
        .max_distance_km = person->max_distance_km,
        .min_age = person->min_age != 0 ? person->min_age : -1,
        .max_age = person->max_age != 0 ? person->max_age : -1,
        .intent = person->intent != INTENT_NULL ? person->intent : INTENT_SERIOUS,
        .has_education = told,
        .has_occupation = told,
        .has_height = told,
        .drinking = habit(person->drinking, drinking),
        .smoking = habit(person->smoking, smoking),
        .exercise = habit(person->exercise, exercise),
        .timezone = or_text(person->timezone, "UTC"),
    };
    if (person->without & WITHOUT_INTENT)
        fact.intent = INTENT_NULL;
    if (person->without & WITHOUT_COORDINATES)
        fact.latitude = fact.longitude = __builtin_nan("");
    population_set_profile(p, row, &fact);
}

static bool any(const float *vector, uint32_t count) {
    for (uint32_t i = 0; i < count; i++)
        if (vector[i] != 0)
            return true;
    return false;
}

static void add_vectors(struct people *people, uint32_t row, const struct person *person) {
    struct population *p = people->population;
    uint32_t dim = population_dim(p);
    for (uint32_t i = 0; i < person->photos; i++)
        population_add_photo(p, row,
                             &(struct photo_fact){.id = people_id(KIND_PHOTO, ++people->photos)});
    if (any(person->looks, dim)) {
        struct photo_fact photo = {.id = people_id(KIND_PHOTO, ++people->photos),
                                   .model = PEOPLE_MODEL,
                                   .features = person->looks,
                                   .feature_count = dim};
        population_add_photo(p, row, &photo);
    }
    if (!any(person->taste, dim))
        return;
    struct visual_fact visual = {.ready = !(person->without & WITHOUT_READY),
                                 .model = PEOPLE_MODEL,
                                 .confidence = person->confidence,
                                 .preference = person->taste,
                                 .preference_count = dim};
    population_set_visual(p, row, &visual);
}

static void add_trust(struct population *p, uint32_t row, const struct person *person) {
    struct verification_fact session = {
        .id = people_id(KIND_SESSION, row + 1),
        .verified = true,
        .liveness = person->liveness != 0 ? person->liveness : 1,
        .created_at = instant_plus_days(PEOPLE_NOW, -person->verified_days_ago),
        .completed_at = instant_plus_days(PEOPLE_NOW, -person->verified_days_ago),
        .has_completed_at = true};
    if (!(person->without & WITHOUT_VERIFICATION))
        population_add_verification(p, row, &session);
    if (person->excluded_until != 0)
        population_add_enforcement(p, row, ENFORCEMENT_EXCLUDES, person->excluded_until);
    if (person->warned_until != 0)
        population_add_enforcement(p, row, ENFORCEMENT_WARNS, person->warned_until);
    if (person->deletion)
        population_set_deletion(p, row);
    population_set_segment(p, row, person->segment);
    population_set_variant(p, row, person->variant);
}

uint32_t people_add(struct people *people, const struct person *person) {
    struct population *p = people->population;
    bool told = !(person->without & WITHOUT_TOLD);
    struct user_fact user = {
        .id = people_id(KIND_PERSON, person->id != 0 ? person->id : population_count(p) + 1),
        .date_of_birth = born(person->age),
        .gender = person->gender != GENDER_NULL ? person->gender : GENDER_FEMALE,
        .seeking = person->seeking != 0 ? person->seeking : GENDER_BIT(GENDER_FEMALE),
        .active = !(person->without & WITHOUT_ACTIVE),
        .onboarded = !(person->without & WITHOUT_ONBOARDING),
        .last_active_at = instant_plus_days(PEOPLE_NOW, -person->active_days_ago),
        .has_name = told,
        .has_bio = told};
    if (person->without & WITHOUT_GENDER)
        user.gender = GENDER_NULL;
    if (person->without & WITHOUT_SEEKING)
        user.seeking = 0;
    struct err err;
    uint32_t row = population_add_user(p, &user, &err);
    ASSERT(row != ROW_NONE);
    if (!(person->without & WITHOUT_PROFILE))
        add_profile(p, row, person);
    add_vectors(people, row, person);
    add_trust(p, row, person);
    if (person->answers != NULL)
        people_answer(people, row, person->answers,
                      instant_plus_days(PEOPLE_NOW, -person->answered_days_ago));
    return row;
}

void people_offer(struct people *people, uint32_t viewer, uint32_t candidate,
                  const struct offer_spec *spec) {
    int days_valid = spec->days_valid != 0 ? spec->days_valid : 6;
    struct offer_fact fact = {
        .id = people_id(KIND_OFFER, spec->id != 0 ? spec->id : ++people->offers),
        .viewer = viewer,
        .candidate = candidate,
        .batch_date = PEOPLE_DATE - spec->days_ago,
        .offered_at = instant_plus_days(PEOPLE_NOW, -spec->days_ago),
        .expires_at = instant_plus_days(PEOPLE_NOW, days_valid - spec->days_ago),
        .has_cooldown = spec->cooldown_days != 0,
        .cooldown_until = instant_plus_days(PEOPLE_NOW, spec->cooldown_days),
        .has_action_at = spec->action_days_ago >= 0,
        .action_at = instant_plus_days(PEOPLE_NOW, -spec->action_days_ago),
        .status = spec->status,
        .compatibility_score = spec->score};
    population_add_offer(people->population, &fact);
}
