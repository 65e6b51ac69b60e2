/* Protects the container: capacity, chunk borders, the index and order of ids, memory, and that
 * nothing depends on the order in which facts arrive. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "tests/support/people.h"

static void validate(const struct population *p) {
    struct err err;
    cr_assert(population_validate(p, &err), "%s", err.text);
}

static struct population *of_capacity(uint32_t capacity) {
    struct population_options options = {
        .capacity = capacity, .dim = 5, .visual_model = PEOPLE_MODEL};
    return population_new(&options, people_questionnaire());
}

Test(population, refuses_past_its_capacity_and_says_so) {
    static const uint32_t capacities[] = {0, 1, 4095, 4096, 4097};
    for (size_t i = 0; i < ARRAY_LEN(capacities); i++) {
        struct population *p = of_capacity(capacities[i]);
        struct err err;
        for (uint32_t k = 0; k < capacities[i]; k++) {
            struct user_fact user = {.id = people_id(0, capacities[i] - k)};
            cr_assert_eq(population_add_user(p, &user, &err), k);
        }
        struct user_fact late = {.id = people_id(0, 99999)};
        cr_assert_eq(population_add_user(p, &late, &err), ROW_NONE);
        cr_assert_not_null(strstr(err.text, "capacity"), "%s", err.text);
        population_finish(p);
        validate(p);
        cr_assert_eq(population_count(p), capacities[i]);
        cr_assert_eq(population_find(p, &late.id), ROW_NONE);
        for (uint32_t k = 0; k < capacities[i]; k++)
            cr_assert_eq(population_by_id(p)[k], capacities[i] - 1 - k);
        population_free(p);
    }
}

Test(population, empty_and_unfinished_ones_are_freed) {
    struct population *p = of_capacity(10);
    population_finish(p);
    validate(p);
    population_free(p);
    struct people *people = people_new(4);
    PERSON(people, .looks = {1}, .photos = 1);
    PERSON(people, .looks = {1});
    OFFER(people, 0, 1, .status = OFFER_PASSED);
    population_add_block(people_population(people), 0, 1);
    population_free(people_population(people));
    free(people);
    population_free(NULL);
}

Test(population, wide_codes_keep_every_bit) {
    struct questionnaire *q = mem_array(1, sizeof *q);
    static char names[63][4];
    static const char *options[63];
    static const uint32_t multiple[] = {7, 8, 15, 16, 31, 32, 63};
    static const uint32_t ranked[] = {2, 3, 4, 7, 8, 16};
    const char *reason;
    for (int i = 0; i < 63; i++) {
        names[i][0] = (char)('a' + i / 26);
        names[i][1] = (char)('a' + i % 26);
        options[i] = names[i];
    }
    for (uint32_t i = 0; i < ARRAY_LEN(multiple) + ARRAY_LEN(ranked); i++) {
        bool many = i < ARRAY_LEN(multiple);
        struct item_source source = {.id = people_id(1, i),
                                     .position = (int32_t)i,
                                     .type = many ? "multiple_choice" : "ranking",
                                     .options = options,
                                     .option_count =
                                         many ? multiple[i] : ranked[i - ARRAY_LEN(multiple)]};
        cr_assert(questionnaire_add(q, &source, &reason), "%s", reason);
    }
    questionnaire_finish(q, NULL, NULL);
    struct people *people = people_new_with(0, q, NULL);
    uint32_t row = PERSON(people, );
    uint64_t want[ITEMS_MAX];
    for (uint32_t i = 0; i < q->count; i++) {
        const struct item *item = &q->items[i];
        struct answer_value value = {.form = ANSWER_LIST, .list_count = item->option_count};
        const char *list[63]; /* all options, the last first: the greatest codes */
        for (uint32_t k = 0; k < item->option_count; k++)
            list[k] = options[item->option_count - 1 - k];
        value.list = list;
        want[i] = item_code(item, &value, &reason);
        population_set_answer(people_population(people), row, i, want[i], 0);
    }
    uint32_t silent = PERSON(people, );
    struct population *p = people_finish(people);
    validate(p);
    for (uint32_t i = 0; i < q->count; i++) {
        cr_assert_eq(population_answer(p, row, i), want[i], "item %u", i);
        cr_assert_eq(population_answer(p, silent, i), ANSWER_NONE);
    }
    population_free(p);
}

/* --- order of arrival ------------------------------------------------------------------------- */

enum { CROWD = 4100, PHOTOS = 4, DIM = 5 };

static void shuffle(uint32_t *list, uint32_t n, unsigned *state) {
    for (uint32_t i = 0; i < n; i++)
        list[i] = i;
    for (uint32_t i = n; i > 1; i--) {
        uint32_t j = (uint32_t)rand_r(state) % i, swap = list[i - 1];
        list[i - 1] = list[j];
        list[j] = swap;
    }
}

/* Person `who` is the same whatever the order. */
static void add_person(struct people *people, uint32_t who, unsigned *state) {
    char answers[64], city[8];
    unsigned own = who + 1;
    uint32_t order[PHOTOS];
    snprintf(answers, sizeof answers, "4:%d 10:%d 3:yes 28:1", rand_r(&own) % 7 + 1,
             rand_r(&own) % 7 + 1);
    snprintf(city, sizeof city, "c%u", who % 97);
    uint32_t row =
        PERSON(people, .id = who + 1, .city = city, .answers = answers,
               .timezone = who % 2 ? "UTC" : "Europe/Berlin", .confidence = .25,
               .answered_days_ago = (int)(who % 50) * 400, .taste = {1, (float)who, 3, 4, 5});
    shuffle(order, who % (PHOTOS + 1), state);
    for (uint32_t i = 0; i < who % (PHOTOS + 1); i++) {
        float vector[DIM];
        unsigned seed = who * PHOTOS + order[i] + 1;
        for (int k = 0; k < DIM; k++)
            vector[k] = (float)rand_r(&seed) / 1e9f - 1;
        struct photo_fact photo = {.id = people_id(2, order[i]),
                                   .model = PEOPLE_MODEL,
                                   .features = vector,
                                   .feature_count = DIM};
        population_add_photo(people_population(people), row, &photo);
    }
}

static struct population *arrive(unsigned seed) {
    struct people *people = people_new(DIM);
    struct population *p = people_population(people);
    static uint32_t order[CROWD];
    shuffle(order, CROWD, &seed);
    for (uint32_t i = 0; i < CROWD; i++)
        add_person(people, order[i], &seed);
    shuffle(order, CROWD, &seed);
    for (uint32_t i = 0; i < CROWD; i++) {
        struct uuid one = people_id(0, order[i] + 1), two = people_id(0, order[i] / 2 + 1);
        uint32_t a = population_find(p, &one), b = population_find(p, &two);
        population_add_report(p, a, b, true, true, order[i]);
        OFFER(people, a, b, .id = order[i] + 1, .days_ago = (int)(order[i] % 9));
    }
    p = people_finish(people);
    validate(p);
    return p;
}

Test(population, order_of_arrival_changes_no_bit) {
    struct population *one = arrive(1), *two = arrive(2);
    for (uint32_t i = 0; i < CROWD; i++) {
        uint32_t a = population_by_id(one)[i], b = population_by_id(two)[i];
        cr_assert(uuid_same(population_id(one, a), population_id(two, b)));
        for (enum input_group group = 0; group < INPUT_GROUPS; group++)
            cr_assert_eq(population_input_hash(one, a, group), population_input_hash(two, b, group),
                         "person %u, group %u", i, group);
        const double *v = population_features(one, a), *w = population_features(two, b);
        cr_assert_eq(v == NULL, w == NULL);
        if (v != NULL)
            cr_assert_arr_eq(v, w, 16 * sizeof v[0]);
        cr_assert_eq(population_partners(one, a).count, population_partners(two, b).count);
    }
    population_free(one);
    population_free(two);
}

/* What was put in twice differs in one fact: exactly that group's hash differs. */
Test(population, each_hash_sees_its_group_and_no_other) {
    struct people *people = people_new(4);
    const struct person base = {
        .id = 0, .answers = "4:6", .taste = {1}, .looks = {0, 1}, .confidence = .5};
    struct person changed[INPUT_GROUPS] = {base, base, base, base, base};
    changed[INPUT_PROFILE].max_age = 50;
    changed[INPUT_ANSWERS].answers = "4:5";
    changed[INPUT_PREFERENCE].confidence = .75;
    changed[INPUT_FEATURES].looks[2] = 1;
    changed[INPUT_TRUST].liveness = .5;
    uint32_t zero = people_add(people, &base);
    for (uint32_t i = 0; i < INPUT_GROUPS; i++)
        people_add(people, &changed[i]);
    struct population *p = people_finish(people);
    for (uint32_t i = 0; i < INPUT_GROUPS; i++)
        for (enum input_group group = 0; group < INPUT_GROUPS; group++)
            cr_assert_eq(population_input_hash(p, zero, group) !=
                             population_input_hash(p, zero + 1 + i, group),
                         group == i, "change %u, group %u", i, group);
    population_free(p);
}

/* The budget: what a person and an offer may cost in memory. */
Test(population, memory_stays_in_its_budget) {
    enum { PEOPLE = 4096, EACH = 100 };
    struct population_options options = {.capacity = PEOPLE, .dim = 128};
    struct population *p = population_new(&options, people_questionnaire());
    struct err err;
    for (uint32_t i = 0; i < PEOPLE; i++) {
        struct user_fact user = {.id = people_id(0, i)};
        cr_assert_neq(population_add_user(p, &user, &err), ROW_NONE);
    }
    for (uint32_t i = 0; i < PEOPLE * EACH; i++) {
        struct offer_fact offer = {.id = people_id(3, i),
                                   .viewer = i / EACH,
                                   .candidate = (i / EACH + 1 + i % EACH) % PEOPLE,
                                   .batch_date = (date_t)(i % 60),
                                   .offered_at = i % 60,
                                   .expires_at = i % 60 + 6,
                                   .status = OFFER_EXPIRED};
        population_add_offer(p, &offer);
    }
    size_t loading = population_bytes(p);
    population_finish(p);
    size_t total = population_bytes(p);
    size_t offers = (size_t)PEOPLE * EACH * 18;
    cr_assert_leq(total, offers + PEOPLE * (size_t)1900 + 300000, "%zu bytes", total);
    cr_assert_leq(loading, PEOPLE * (size_t)(2100 + 29 * EACH) + 3000000, "%zu bytes", loading);
    population_free(p);
}
