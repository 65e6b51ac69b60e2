#include "bench/sink_memory.h"

#include <math.h>
#include <stdlib.h>

#include "bench/person.h"
#include "engine/base/mem.h"

static void refuse(void *ctx, const char *table, const char *key, const char *column,
                   const char *reason) {
    (void)ctx, (void)table, (void)key, (void)column, (void)reason;
    ASSERT(!"made-up people are well-formed");
}

static void add_user(struct population *population, const struct world *world, uint32_t number,
                     const struct person *p) {
    const struct core *core = &world->cores[number];
    struct user_fact fact = {
        .id = p->id,
        .date_of_birth = core->date_of_birth,
        .gender = (enum gender)core->gender,
        .seeking = core->seeking,
        .active = p->status == STATUS_ACTIVE,
        .onboarded = p->step == STEP_COMPLETE,
        .deleted = p->status == STATUS_DELETED,
        .last_active_at = p->last_active_at,
        .has_name = true,
        .has_bio = p->has_bio,
    };
    struct err err;
    ASSERT(population_add_user(population, &fact, &err) == number);
}

static void set_profile(struct population *population, const struct world *world, uint32_t number,
                        const struct person *p) {
    const struct city *city = &world->cities.list[world->cores[number].city];
    struct profile_fact fact = {
        .city = city->name,
        .region = city->region,
        .country = city->country,
        .latitude = p->has_place ? (double)p->latitude_e8 / 1e8 : NAN,
        .longitude = p->has_place ? (double)p->longitude_e8 / 1e8 : NAN,
        .max_distance_km = p->max_distance_km,
        .min_age = p->min_age,
        .max_age = p->max_age,
        .intent = p->intent,
        .has_education = p->education != NULL,
        .has_occupation = p->occupation != NULL,
        .has_height = p->height_cm > 0,
        .drinking = p->drinking,
        .smoking = p->smoking,
        .exercise = p->exercise,
        .timezone = city->timezone,
    };
    population_set_profile(population, number, &fact);
}

static void add_trust(struct population *population, uint32_t row, const struct person *p) {
    for (uint32_t i = 0; i < p->verification_count; i++) {
        const struct person_verification *v = &p->verifications[i];
        struct verification_fact fact = {.id = v->id,
                                         .verified = v->verified,
                                         .liveness = v->liveness / 100.0,
                                         .created_at = v->created_at,
                                         .completed_at = v->completed_at,
                                         .has_completed_at = true};
        population_add_verification(population, row, &fact);
    }
    if (p->enforcement != ENFORCEMENT_NONE && p->enforcement_is_active)
        population_add_enforcement(population, row, p->enforcement, p->enforced_until);
    if (p->has_deletion)
        population_set_deletion(population, row);
    if (p->segment != SEGMENT_BALANCED)
        population_set_segment(population, row, p->segment);
}

/* The code of a choice, through the item: options may count as not answered. */
static uint64_t code_of(const struct item *item, uint32_t question, uint8_t choice) {
    const char *option = QUESTIONS_TABLE[question].options[0];
    struct answer_value value = {.form = ANSWER_NUMBER, .number = choice + QUESTION_SLIDER_MIN};
    if (option != NULL)
        value = (struct answer_value){.form = ANSWER_TEXT,
                                      .text = QUESTIONS_TABLE[question].options[choice]};
    const char *reason;
    return item_code(item, &value, &reason);
}

static void set_answers(struct population *population, uint32_t row, const struct person *p) {
    const struct questionnaire *q = population_questionnaire(population);
    for (uint32_t i = 0; i < QUESTIONS; i++) {
        const struct person_answer *answer = &p->answers[i];
        if (answer->choice == ANSWER_MISSING)
            continue;
        uint64_t code = code_of(&q->items[i], i, answer->choice);
        if (code != ANSWER_NONE)
            population_set_answer(population, row, i, code, answer->answered_at);
    }
}

static void set_looks(struct population *population, const struct world *world, uint32_t row,
                      const struct person *p, float *preference) {
    uint32_t dim = world->options.dim;
    for (uint32_t i = 0; i < p->photo_count; i++) {
        const struct person_photo *photo = &p->photos[i];
        bool has_features = photo->has_features && dim > 0;
        struct photo_fact fact = {.id = photo->id,
                                  .is_primary = i == 0,
                                  .is_verified = photo->is_verified,
                                  .model = has_features ? photo->model : NULL,
                                  .features = has_features ? photo->features : NULL,
                                  .feature_count = has_features ? dim : 0};
        population_add_photo(population, row, &fact);
    }
    if (p->visual == VISUAL_NONE)
        return;
    /* One rounding, the same as of the decimal's text. */
    for (uint32_t d = 0; d < dim; d++)
        preference[d] = (float)p->weights[d] / (float)PREFERENCE_UNIT;
    bool has_weights = p->visual != VISUAL_IN_PROGRESS && dim > 0;
    struct visual_fact fact = {.ready = p->visual == VISUAL_READY,
                               .model = p->visual_model,
                               .confidence = p->confidence / 1000.0,
                               .preference = has_weights ? preference : NULL,
                               .preference_count = has_weights ? dim : 0};
    population_set_visual(population, row, &fact);
}

static bool add_relation(void *ctx, const struct relation *r) {
    struct population *population = ctx;
    for (uint32_t i = 0; i < r->offer_count; i++) {
        const struct relation_offer *offer = &r->offers[i];
        struct offer_fact fact = {.id = offer->id,
                                  .viewer = offer->reversed ? r->two : r->one,
                                  .candidate = offer->reversed ? r->one : r->two,
                                  .batch_date = offer->batch_date,
                                  .offered_at = offer->offered_at,
                                  .expires_at = offer->expires_at,
                                  .cooldown_until = offer->cooldown_until,
                                  .action_at = offer->action_at,
                                  .has_cooldown = offer->has_cooldown,
                                  .has_action_at = offer->has_action,
                                  .status = offer->status,
                                  .compatibility_score = offer->score};
        population_add_offer(population, &fact);
    }
    if (r->has_match)
        population_add_match(population, r->one, r->two, r->match_is_active);
    if (r->has_block)
        population_add_block(population, r->one, r->two);
    if (r->has_report)
        population_add_report(population, r->one, r->two, r->report_status != REPORT_DISMISSED,
                              r->report_status == REPORT_IN_REVIEW ||
                                  r->report_status == REPORT_RESOLVED,
                              r->report_at);
    return true;
}

struct population *sink_memory(const struct world *world) {
    struct questionnaire *q = mem_array(1, sizeof *q);
    questions_fill(q);
    struct population_options options = {.capacity = world->options.people,
                                         .dim = world->options.dim,
                                         .visual_model = WORLD_MODEL,
                                         .refusals = {.refuse = refuse}};
    struct population *population = population_new(&options, q);
    struct person *person = person_new(world->options.dim);
    float *preference = mem_array(world->options.dim, sizeof *preference);
    for (uint32_t n = 0; n < world->options.people; n++) {
        person_make(world, n, person);
        add_user(population, world, n, person);
        set_profile(population, world, n, person);
        add_trust(population, n, person);
        set_answers(population, n, person);
        set_looks(population, world, n, person, preference);
    }
    relations_each(world, add_relation, population);
    population_finish(population);
    free(preference);
    person_free(person);
    return population;
}
