/* Several readers fill one population side by side, each table or range of people on a thread of
 * its own, all refusing values into one log: no race, and nothing lost. */
#include "engine/base/log.h"
#include "engine/base/mem.h"
#include "storage/row_reader.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { PEOPLE = 6000, ITEMS = 8, DIM = 4, BAD_EVERY = 7 };

static struct population *population;
static struct refusal_log *refusals;

static struct uuid id_of(uint8_t kind, uint32_t number) {
    struct uuid id = {{kind}};
    memcpy(id.bytes + 12, &number, sizeof number);
    return id;
}

static struct pg_field field_of(const void *bytes, size_t length) {
    return (struct pg_field){.bytes = bytes, .length = (uint32_t)length};
}

static struct pg_field text_field(const char *text) {
    return field_of(text, strlen(text));
}

static void make_population(void) {
    struct questionnaire *q = mem_array(1, sizeof *q);
    for (uint32_t i = 0; i < ITEMS; i++) {
        struct item_source source = {.id = id_of('q', i),
                                     .position = (int32_t)i,
                                     .type = "slider",
                                     .construct = "values",
                                     .role = "core_score",
                                     .evidence = "H",
                                     .direction = "similarity",
                                     .min = 1,
                                     .max = 7,
                                     .step = 1};
        const char *reason;
        ASSERT(questionnaire_add(q, &source, &reason));
    }
    questionnaire_finish(q, NULL, NULL);
    struct population_options options = {.capacity = PEOPLE,
                                         .dim = DIM,
                                         .visual_model = "v1",
                                         .refusals = {refusal_log_add, refusals}};
    population = population_new(&options, q);
    for (uint32_t i = 0; i < PEOPLE; i++) {
        struct user_fact fact = {.id = id_of('u', i)};
        ASSERT(population_add_user(population, &fact, NULL) == i);
    }
}

static const uint8_t an_instant[8] = {0, 2, 0xf0, 0, 0, 0, 0, 0};
static const uint8_t yes[1] = {1};

static void feed_answers(struct row_reader *reader, uint32_t user) {
    for (uint32_t item = 0; item < ITEMS; item++) {
        struct uuid u = id_of('u', user), q = id_of('q', item);
        bool bad = (user + item) % BAD_EVERY == 0;
        struct pg_field fields[ANSWERS_COLUMNS] = {[ANSWERS_USER] = field_of(u.bytes, 16),
                                                   [ANSWERS_QUESTION] = field_of(q.bytes, 16),
                                                   [ANSWERS_ANSWER] =
                                                       text_field(bad ? "\001\"odd\"" : "\0014"),
                                                   [ANSWERS_ANSWERED] = field_of(an_instant, 8)};
        ASSERT(row_answer(reader, fields, NULL));
    }
}

static void feed_profile(struct row_reader *reader, uint32_t user) {
    struct uuid u = id_of('u', user);
    char city[16] = {(char)('a' + user % 26), 0};
    struct pg_field fields[PROFILES_COLUMNS] = {
        [PROFILES_USER] = field_of(u.bytes, 16),
        [PROFILES_CITY] = text_field(city),
        [PROFILES_COUNTRY] = text_field("US"),
        [PROFILES_TIMEZONE] = text_field(user % BAD_EVERY == 0 ? "Mars/Base" : "Europe/London")};
    ASSERT(row_profile(reader, fields, NULL));
}

/* real[] {1, 1, 1, x}: x infinite for the bad. */
static void feed_photo(struct row_reader *reader, uint32_t user) {
    uint8_t vector[20 + 8 * DIM] = {0, 0,    0, 1, 0, 0,   0, 0, 0, 0,
                                    2, 0xbc, 0, 0, 0, DIM, 0, 0, 0, 1};
    for (size_t i = 0; i < DIM; i++) {
        uint8_t *element = vector + 20 + 8 * i;
        element[3] = 4;
        element[4] = i == 3 && user % BAD_EVERY == 0 ? 0x7f : 0x3f;
        element[5] = 0x80;
    }
    struct uuid u = id_of('u', user), p = id_of('p', user);
    struct pg_field fields[PHOTOS_COLUMNS] = {
        [PHOTOS_ID] = field_of(p.bytes, 16), [PHOTOS_USER] = field_of(u.bytes, 16),
        [PHOTOS_PRIMARY] = field_of(yes, 1), [PHOTOS_VERIFIED] = field_of(yes, 1),
        [PHOTOS_MODEL] = text_field("v1"),   [PHOTOS_FEATURES] = field_of(vector, sizeof vector)};
    ASSERT(row_photo(reader, fields, NULL));
}

static void feed_deletion(struct row_reader *reader, uint32_t user) {
    struct uuid u = id_of('u', user);
    struct pg_field fields[DELETIONS_COLUMNS] = {
        [DELETIONS_USER] = field_of(u.bytes, 16), [DELETIONS_STATUS] = text_field("processing")};
    ASSERT(row_deletion(reader, fields, NULL));
}

struct part {
    void (*feed)(struct row_reader *reader, uint32_t user);
    uint32_t first, end;
    pthread_t thread;
};

static void *run_part(void *arg) {
    static char *names[] = {"Europe/London", "UTC"};
    static const struct timezones timezones = {.names = names, .count = ARRAY_LEN(names)};
    const struct part *part = arg;
    struct row_context context = {.population = population,
                                  .refusals = refusals,
                                  .timezones = &timezones,
                                  .visual_model = "v1"};
    struct row_reader reader;
    row_reader_init(&reader, &context);
    for (uint32_t user = part->first; user < part->end; user++)
        part->feed(&reader, user);
    row_reader_release(&reader);
    return NULL;
}

static uint64_t count_answers(void) {
    uint64_t count = 0;
    for (uint32_t user = 0; user < PEOPLE; user++)
        for (uint32_t item = 0; item < ITEMS; item++)
            count += population_answer(population, user, item) != ANSWER_NONE;
    return count;
}

static void check(void) {
    const uint64_t answers = (uint64_t)PEOPLE * ITEMS, bad = (PEOPLE + BAD_EVERY - 1) / BAD_EVERY;
    uint64_t bad_answers = 0, good_photos = 0;
    for (uint32_t user = 0; user < PEOPLE; user++)
        for (uint32_t item = 0; item < ITEMS; item++)
            bad_answers += (user + item) % BAD_EVERY == 0;
    for (uint32_t user = 0; user < PEOPLE; user++)
        good_photos += population_features(population, user) != NULL;
    ASSERT(count_answers() == answers - bad_answers);
    ASSERT(good_photos == PEOPLE - bad);
    ASSERT(refusal_log_total(refusals) == bad_answers + 2 * bad);
}

int main(void) {
    struct part parts[] = {
        {.feed = feed_answers, .first = 0, .end = PEOPLE / 2},
        {.feed = feed_answers, .first = PEOPLE / 2, .end = PEOPLE},
        {.feed = feed_photo, .first = 0, .end = PEOPLE / 2},
        {.feed = feed_photo, .first = PEOPLE / 2, .end = PEOPLE},
        {.feed = feed_profile, .first = 0, .end = PEOPLE},
        {.feed = feed_deletion, .first = 0, .end = PEOPLE},
    };
    log_setup(LOG_OFF, LOG_KV);
    refusals = refusal_log_new();
    make_population();
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        ASSERT(pthread_create(&parts[i].thread, NULL, run_part, &parts[i]) == 0);
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        pthread_join(parts[i].thread, NULL);
    population_finish(population);
    check();
    population_free(population);
    refusal_log_free(refusals);
    return 0;
}
