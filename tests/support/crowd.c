#include "tests/support/crowd.h"

#include <stdlib.h>

#include "engine/base/mem.h"

enum { ITEMS = 12 };

/* splitmix64: a draw is a function of (seed, what it is for), so the order of drawing plays no
 * part. */
static uint64_t draw(uint64_t seed, uint32_t person, uint32_t purpose) {
    uint64_t x = seed + UINT64_C(0x9e3779b97f4a7c15) * (((uint64_t)person << 16) + purpose + 1);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static uint32_t below(uint64_t seed, uint32_t person, uint32_t purpose, uint32_t bound) {
    return (uint32_t)(draw(seed, person, purpose) % bound);
}

enum purpose {
    FOR_SEX,
    FOR_SEEKING,
    FOR_AGE,
    FOR_PLACE,
    FOR_INTENT,
    FOR_LIVENESS,
    FOR_LOOKS,
    FOR_TASTE = FOR_LOOKS + 8,
    FOR_ANSWERS = FOR_TASTE + 8,
    FOR_DAYS = FOR_ANSWERS + ITEMS,
    FOR_OFFERS = FOR_DAYS + ITEMS,
    FOR_ORDER
};

static void add_items(struct fixture *f, uint32_t items[ITEMS]) {
    static const char *const constructs[] = {"communication", "attachment", "sexual",
                                             "values",        "family",     "lifestyle"};
    static const char *const evidence[] = {"H", "M", "L"};
    for (uint32_t i = 0; i < ITEMS; i++) {
        struct item_source source = fixture_source(f, "slider", constructs[i % 6], evidence[i % 3]);
        source.facet = i % 6 == 1 ? "anxiety" : NULL;
        source.importance_of = i == 3 ? "values" : NULL;
        items[i] = fixture_item(f, &source);
    }
}

static uint32_t add_one(struct fixture *f, uint64_t seed, uint32_t n) {
    struct person person = person_default(f);
    person.user.id = (struct uuid){.bytes = {[14] = (uint8_t)(n >> 8), [15] = (uint8_t)n}};
    person.user.id.bytes[0] = (uint8_t)draw(seed, n, FOR_ORDER);
    person.user.gender = below(seed, n, FOR_SEX, 2) ? GENDER_MALE : GENDER_FEMALE;
    if (below(seed, n, FOR_SEEKING, 4))
        person.user.seeking =
            person.user.gender == GENDER_MALE ? GENDER_BIT(GENDER_FEMALE) : GENDER_BIT(GENDER_MALE);
    person.user.date_of_birth -= (int32_t)below(seed, n, FOR_AGE, 9000) - 4000;
    person.profile.latitude += (double)below(seed, n, FOR_PLACE, 600) / 1000;
    person.profile.max_distance_km = 20 + (int32_t)below(seed, n, FOR_PLACE, 40);
    person.profile.intent = (enum intent)below(seed, n, FOR_INTENT, INTENTS);
    person.verification.liveness = (double)below(seed, n, FOR_LIVENESS, 100) / 100;
    return fixture_add(f, &person);
}

static void answer_all(struct fixture *f, uint64_t seed, uint32_t n, uint32_t row,
                       const uint32_t items[ITEMS]) {
    for (uint32_t i = 0; i < ITEMS; i++) {
        uint32_t x = below(seed, n, FOR_ANSWERS + i, 9);
        int32_t days = (int32_t)below(seed, n, FOR_DAYS + i, 400);
        if (x < 7)
            fixture_slide_on(f, row, items[i], 1 + (double)(x / 2 + i % 3), fixture_ago(f, days));
    }
}

static void show(struct fixture *f, uint64_t seed, uint32_t n, uint32_t row) {
    float v[FIXTURE_DIM], p[FIXTURE_DIM];
    for (uint32_t i = 0; i < FIXTURE_DIM; i++) {
        v[i] = (float)below(seed, n, FOR_LOOKS + i, 200) - 100.5f;
        p[i] = ((float)below(seed, n, FOR_TASTE + i, 200) - 99.5f) / 100;
    }
    fixture_photo(f, row, v);
    if (below(seed, n, FOR_TASTE + 7, 10))
        fixture_taste(f, row, p, .5 + (double)(n % 50) / 100);
}

/* Offers of n for some others, of every status. */
static void remember(struct fixture *f, uint64_t seed, uint32_t n, const uint32_t *rows,
                     uint32_t people) {
    for (uint32_t k = 0; k < 6; k++) {
        uint32_t other = below(seed + k, n, FOR_OFFERS, people);
        if (other == n)
            continue;
        enum offer_status status = (enum offer_status)(k % (OFFER_MATCHED + 1));
        struct offer_fact offer =
            fixture_offer(f, rows[n], rows[other], status, 1 + (int32_t)(other * 7 % 150));
        offer.id.bytes[1] = (uint8_t)k;
        fixture_add_offer(f, &offer);
    }
}

/* A permutation of 0..people-1 (Fisher and Yates). */
static void shuffle(uint32_t *numbers, uint32_t people, uint64_t order) {
    for (uint32_t i = 0; i < people; i++)
        numbers[i] = i;
    for (uint32_t i = people; order != 0 && i > 1; i--) {
        uint32_t j = below(order, i, FOR_ORDER, i);
        uint32_t kept = numbers[i - 1];
        numbers[i - 1] = numbers[j];
        numbers[j] = kept;
    }
}

struct fixture *crowd_new(uint32_t people, uint64_t seed, uint64_t order) {
    struct fixture *f = fixture_new();
    uint32_t items[ITEMS];
    uint32_t *numbers = mem_array(people, sizeof *numbers);
    uint32_t *rows = mem_array(people, sizeof *rows);
    add_items(f, items);
    shuffle(numbers, people, order);
    for (uint32_t i = 0; i < people; i++) {
        uint32_t n = numbers[i], row = add_one(f, seed, n);
        rows[n] = row;
        answer_all(f, seed, n, row, items);
        show(f, seed, n, row);
    }
    for (uint32_t i = 0; i < people; i++)
        remember(f, seed, numbers[i], rows, people);
    free(numbers);
    free(rows);
    return f;
}
