/* Protects the promise of facts.h: after every user was added, tables may be filled side by side,
 * and one table by several threads for different people. The result is the one of a single thread;
 * ThreadSanitizer watches. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/base.h"
#include "tests/support/people.h"

enum { PEOPLE = 5000, DIM = 4 };

struct job {
    struct population *population;
    uint32_t parity; /* of the rows that this thread fills, for tables that two share */
    void (*fill)(struct population *p, uint32_t row);
};

static void fill_profile(struct population *p, uint32_t row) {
    char city[16];
    snprintf(city, sizeof city, "city %u", row % 300);
    struct profile_fact fact = {.city = city,
                                .country = "DE",
                                .latitude = 50,
                                .longitude = 8,
                                .min_age = -1,
                                .max_age = -1,
                                .intent = INTENT_SERIOUS,
                                .timezone = row % 3 ? "UTC" : "Asia/Tokyo"};
    population_set_profile(p, row, &fact);
}

static void fill_answers(struct population *p, uint32_t row) {
    for (uint32_t item = 3; item < 12; item++)
        population_set_answer(p, row, item, (row + item) % 7,
                              instant_of_date((date_t)(row % 200) - 100));
}

static void fill_photos(struct population *p, uint32_t row) {
    for (uint32_t i = 0; i < row % 5; i++) {
        float vector[DIM] = {1, (float)i, (float)(row % 11), -2};
        struct photo_fact fact = {
            .id = people_id(2, i), .model = PEOPLE_MODEL, .features = vector, .feature_count = DIM};
        population_add_photo(p, row, &fact);
    }
}

static void fill_visual(struct population *p, uint32_t row) {
    float vector[DIM] = {(float)row, 1, 2, 3};
    struct visual_fact fact = {.ready = true,
                               .model = PEOPLE_MODEL,
                               .confidence = .5,
                               .preference = vector,
                               .preference_count = DIM};
    population_set_visual(p, row, &fact);
}

static void fill_trust(struct population *p, uint32_t row) {
    struct verification_fact fact = {
        .id = people_id(3, row), .verified = row % 2 == 0, .liveness = .5, .created_at = row};
    population_add_verification(p, row, &fact);
}

static void fill_pairs(struct population *p, uint32_t row) {
    if (row > 0)
        population_add_match(p, row, row - 1, true);
}

static void fill_offers(struct population *p, uint32_t row) {
    struct offer_fact fact = {.id = people_id(4, row),
                              .viewer = row,
                              .candidate = (row + 7) % PEOPLE,
                              .offered_at = row % 9};
    population_add_offer(p, &fact);
}

static void *work(void *argument) {
    const struct job *job = argument;
    for (uint32_t row = 0; row < PEOPLE; row++)
        if (job->parity == 2 || row % 2 == job->parity)
            job->fill(job->population, row);
    return NULL;
}

static struct population *fill(bool threads) {
    struct population_options options = {
        .capacity = PEOPLE, .dim = DIM, .visual_model = PEOPLE_MODEL};
    struct population *p = population_new(&options, people_questionnaire());
    struct err err;
    for (uint32_t i = 0; i < PEOPLE; i++) {
        struct user_fact user = {.id = people_id(0, i), .active = true};
        ASSERT(population_add_user(p, &user, &err) == i);
    }
    struct job jobs[] = {{p, 0, fill_profile}, {p, 1, fill_profile}, {p, 0, fill_answers},
                         {p, 1, fill_answers}, {p, 0, fill_photos},  {p, 1, fill_photos},
                         {p, 2, fill_visual},  {p, 2, fill_trust},   {p, 2, fill_pairs},
                         {p, 2, fill_offers}};
    pthread_t ids[ARRAY_LEN(jobs)];
    for (size_t i = 0; i < ARRAY_LEN(jobs); i++)
        if (!threads)
            work(&jobs[i]);
        else
            ASSERT(pthread_create(&ids[i], NULL, work, &jobs[i]) == 0);
    for (size_t i = 0; threads && i < ARRAY_LEN(jobs); i++)
        ASSERT(pthread_join(ids[i], NULL) == 0);
    population_finish_by(p, threads ? 3 : 1);
    if (!population_validate(p, &err)) {
        fprintf(stderr, "%s\n", err.text);
        exit(1);
    }
    return p;
}

int main(void) {
    struct population *one = fill(false), *many = fill(true);
    for (uint32_t row = 0; row < PEOPLE; row++) {
        for (uint32_t group = 0; group < INPUT_GROUPS; group++)
            if (population_input_hash(one, row, (enum input_group)group) !=
                population_input_hash(many, row, (enum input_group)group)) {
                fprintf(stderr, "row %u: group %u differs\n", row, group);
                return 1;
            }
        if (population_partners(one, row).count != population_partners(many, row).count ||
            COLUMN_OF(one, row, active_matches) != COLUMN_OF(many, row, active_matches)) {
            fprintf(stderr, "row %u: pairs differ\n", row);
            return 1;
        }
        if (population_by_id(one)[row] != population_by_id(many)[row]) {
            fprintf(stderr, "place %u: the order of ids differs\n", row);
            return 1;
        }
    }
    population_free(one);
    population_free(many);
    return 0;
}
