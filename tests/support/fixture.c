#include "tests/support/fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

enum { CAPACITY = 4096 };

struct fixture {
    struct questionnaire *questions;
    uint32_t ids; /* handed out so far, of every kind */
    struct config_builder *builder;
    bool settled; /* the settings are finished */
    struct config *config;
    struct population *population;
    struct batch batch;
    struct view *view;
};

static struct uuid id_of(uint32_t kind, uint32_t number) {
    struct uuid id = {.bytes = {[6] = 0x40, [8] = 0x80}};
    id.bytes[0] = (uint8_t)kind;
    for (int i = 0; i < 4; i++)
        id.bytes[15 - i] = (uint8_t)(number >> (8 * i));
    return id;
}

struct fixture *fixture_new(void) {
    struct fixture *f = mem_array(1, sizeof *f);
    f->questions = mem_array(1, sizeof *f->questions);
    f->builder = config_builder_new(NULL, NULL);
    fixture_batch(f, "2026-11-22", "2026-11-22T09:00:00Z");
    return f;
}

void fixture_free(struct fixture *f) {
    fixture_population(f); /* takes over what is not yet taken over */
    if (f->config == NULL)
        f->config = config_builder_finish(f->builder);
    view_free(f->view);
    population_free(f->population);
    config_free(f->config);
    free(f);
}

/* --- items -------------------------------------------------------------------------------- */

struct item_source fixture_source(struct fixture *f, const char *type, const char *construct,
                                  const char *evidence) {
    f->ids++;
    return (struct item_source){
        .id = id_of(1, f->ids),
        .position = (int32_t)f->ids,
        .type = type,
        .construct = construct,
        .role = "core_score",
        .evidence = evidence,
        .direction = "similarity",
        .min = NAN,
        .max = NAN,
        .step = NAN,
    };
}

uint32_t fixture_item(struct fixture *f, const struct item_source *source) {
    const char *reason = NULL;
    bool added = questionnaire_add(f->questions, source, &reason);
    ASSERT(added);
    return f->questions->count - 1;
}

uint32_t fixture_slider(struct fixture *f, const char *construct, const char *evidence) {
    struct item_source source = fixture_source(f, "slider", construct, evidence);
    return fixture_item(f, &source);
}

/* --- settings ----------------------------------------------------------------------------- */

void fixture_set(struct fixture *f, const char *key, const char *value) {
    ASSERT(!f->settled);
    config_builder_system(f->builder, key, value);
}

void fixture_batch(struct fixture *f, const char *date, const char *at) {
    bool parsed = date_from_text(date, &f->batch.date) && instant_from_text(at, &f->batch.at);
    ASSERT(parsed);
}

instant_t fixture_at(const struct fixture *f) {
    return f->batch.at;
}

date_t fixture_date(const struct fixture *f) {
    return f->batch.date;
}

instant_t fixture_ago(const struct fixture *f, int32_t days) {
    return instant_plus_days(f->batch.at, -days);
}

/* --- people ------------------------------------------------------------------------------- */

struct population *fixture_population(struct fixture *f) {
    if (f->population != NULL)
        return f->population;
    config_builder_finish_system(f->builder);
    f->settled = true;
    questionnaire_finish(f->questions, NULL, NULL);
    struct population_options options = {
        .capacity = CAPACITY,
        .dim = FIXTURE_DIM,
        .visual_model = FIXTURE_MODEL,
    };
    f->population = population_new(&options, f->questions);
    return f->population;
}

struct person person_default(struct fixture *f) {
    f->ids++;
    struct person person = {0};
    person.user = (struct user_fact){
        .id = id_of(2, f->ids),
        .date_of_birth = date_of_civil((struct civil){1990, 6, 15}),
        .gender = GENDER_FEMALE,
        .seeking = GENDER_BIT(GENDER_FEMALE) | GENDER_BIT(GENDER_MALE),
        .active = true,
        .onboarded = true,
        .last_active_at = f->batch.at,
        .has_name = true,
        .has_bio = true,
    };
    person.profile = (struct profile_fact){
        .city = "Riga",
        .country = "Latvia",
        .latitude = 56.95,
        .longitude = 24.1,
        .min_age = -1,
        .max_age = -1,
        .intent = INTENT_SERIOUS,
        .drinking = HABIT_NULL,
        .smoking = HABIT_NULL,
        .exercise = HABIT_NULL,
        .timezone = "UTC",
    };
    person.verification = (struct verification_fact){
        .id = id_of(3, f->ids),
        .verified = true,
        .liveness = 1.0,
        .created_at = f->batch.at,
        .completed_at = f->batch.at,
        .has_completed_at = true,
    };
    return person;
}

uint32_t fixture_add(struct fixture *f, const struct person *person) {
    struct person fallback = person_default(f);
    struct population *p = fixture_population(f);
    struct err err;
    person = person == NULL ? &fallback : person;
    uint32_t row = population_add_user(p, &person->user, &err);
    ASSERT(row != ROW_NONE);
    if (!person->no_profile)
        population_set_profile(p, row, &person->profile);
    if (!person->no_verification)
        population_add_verification(p, row, &person->verification);
    return row;
}

void fixture_override(struct fixture *f, uint32_t row, const char *key, const char *value) {
    struct config_person person = {
        .owner = "test",
        .keys = &key,
        .values = &value,
        .override_count = 1,
    };
    population_set_variant(fixture_population(f), row, config_builder_variant(f->builder, &person));
}

static bool answer(struct fixture *f, uint32_t row, uint32_t item,
                   const struct answer_value *value) {
    const char *reason = NULL;
    uint64_t code = item_code(&f->questions->items[item], value, &reason);
    if (code == ANSWER_NONE)
        return false;
    population_set_answer(fixture_population(f), row, item, code, f->batch.at);
    return true;
}

bool fixture_slide(struct fixture *f, uint32_t row, uint32_t item, double x) {
    struct answer_value value = {.form = ANSWER_NUMBER, .number = x};
    return answer(f, row, item, &value);
}

bool fixture_choose(struct fixture *f, uint32_t row, uint32_t item, const char *option) {
    struct answer_value value = {.form = ANSWER_TEXT, .text = option};
    return answer(f, row, item, &value);
}

bool fixture_list(struct fixture *f, uint32_t row, uint32_t item, const char *const *options,
                  size_t count) {
    struct answer_value value = {.form = ANSWER_LIST, .list = options, .list_count = count};
    return answer(f, row, item, &value);
}

void fixture_slide_on(struct fixture *f, uint32_t row, uint32_t item, double x, instant_t at) {
    struct answer_value value = {.form = ANSWER_NUMBER, .number = x};
    const char *reason = NULL;
    uint64_t code = item_code(&f->questions->items[item], &value, &reason);
    ASSERT(code != ANSWER_NONE);
    population_set_answer(fixture_population(f), row, item, code, at);
}

void fixture_taste(struct fixture *f, uint32_t row, const float p[FIXTURE_DIM], double confidence) {
    struct visual_fact fact = {
        .ready = true,
        .model = FIXTURE_MODEL,
        .confidence = confidence,
        .preference = p,
        .preference_count = FIXTURE_DIM,
    };
    population_set_visual(fixture_population(f), row, &fact);
}

void fixture_photo(struct fixture *f, uint32_t row, const float v[FIXTURE_DIM]) {
    struct photo_fact fact = {
        .id = id_of(4, ++f->ids),
        .model = FIXTURE_MODEL,
        .features = v,
        .feature_count = FIXTURE_DIM,
    };
    population_add_photo(fixture_population(f), row, &fact);
}

struct offer_fact fixture_offer(struct fixture *f, uint32_t viewer, uint32_t candidate,
                                enum offer_status status, int32_t days_ago) {
    instant_t at = fixture_ago(f, days_ago);
    return (struct offer_fact){
        .id = id_of(5, ++f->ids),
        .viewer = viewer,
        .candidate = candidate,
        .batch_date = f->batch.date - days_ago,
        .offered_at = at,
        .expires_at = instant_plus_days(at, 6),
        .status = status,
        .compatibility_score = 60,
    };
}

void fixture_add_offer(struct fixture *f, const struct offer_fact *offer) {
    population_add_offer(fixture_population(f), offer);
}

const struct view *fixture_view(struct fixture *f) {
    if (f->view != NULL)
        return f->view;
    population_finish(fixture_population(f));
    f->config = config_builder_finish(f->builder);
    f->view = view_new(f->population, f->config, f->batch);
    return f->view;
}
