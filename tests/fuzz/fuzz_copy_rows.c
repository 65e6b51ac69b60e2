/* COPY's bytes of any table, through the row readers, into a population.
 *
 * The first byte chooses the table, the rest are messages: cut at the second byte's distance, as a
 * server sends one message per row. Whatever comes, every row is taken, refused or an error. */
#include "engine/base/log.h"
#include "engine/base/mem.h"
#include "storage/pg_copy.h"
#include "storage/row_reader.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { DIM = 3, CAPACITY = 64, RUNS_PER_POPULATION = 64 };

static const struct {
    enum source source;
    row_function *function;
} tables[] = {
    {SOURCE_USERS, row_user},
    {SOURCE_PROFILES, row_profile},
    {SOURCE_PHOTOS, row_photo},
    {SOURCE_ANSWERS, row_answer},
    {SOURCE_VISUAL, row_visual},
    {SOURCE_VERIFICATIONS, row_verification},
    {SOURCE_ENFORCEMENTS, row_enforcement},
    {SOURCE_DELETIONS, row_deletion},
    {SOURCE_BLOCKS, row_block},
    {SOURCE_REPORTS, row_report},
    {SOURCE_MATCHES, row_match},
    {SOURCE_OFFERS, row_offer},
    {SOURCE_POLICY, row_policy},
};

static struct uuid id_of(uint8_t byte) {
    struct uuid id;
    memset(id.bytes, byte, sizeof id.bytes);
    return id;
}

/* Questions 0xa0.. (slider), 0xa1.. (choice), 0xa2.. (several), 0xa3.. (ranking). */
static struct questionnaire *make_questionnaire(void) {
    static const char *const types[] = {"slider", "single_choice", "multiple_choice", "ranking"};
    static const char *const options[] = {"a", "b", "c"};
    struct questionnaire *q = mem_array(1, sizeof *q);
    for (uint8_t i = 0; i < ARRAY_LEN(types); i++) {
        struct item_source source = {.id = id_of((uint8_t)(0xa0 + i)),
                                     .position = i,
                                     .type = types[i],
                                     .construct = "values",
                                     .role = "core_score",
                                     .evidence = "H",
                                     .direction = "similarity",
                                     .min = 1,
                                     .max = 7,
                                     .step = 1,
                                     .options = options,
                                     .option_count = ARRAY_LEN(options)};
        const char *reason;
        ASSERT(questionnaire_add(q, &source, &reason));
    }
    questionnaire_finish(q, NULL, NULL);
    return q;
}

/* Three people: 0x11.., 0x22.., 0x33... */
static struct population *make_population(struct refusal_log *refusals) {
    struct population_options options = {
        .capacity = CAPACITY,
        .dim = DIM,
        .visual_model = "v1",
        .refusals = {.refuse = refusal_log_add, .ctx = refusals},
    };
    struct population *p = population_new(&options, make_questionnaire());
    for (uint8_t byte = 0x11; byte <= 0x33; byte = (uint8_t)(byte + 0x11)) {
        struct user_fact fact = {.id = id_of(byte), .last_active_at = 0};
        ASSERT(population_add_user(p, &fact, NULL) != ROW_NONE);
    }
    return p;
}

static void run(struct row_reader *reader, const uint8_t *data, size_t size) {
    const size_t table = data[0] % ARRAY_LEN(tables), cut = data[1];
    const struct source_table *source = source_table(tables[table].source);
    struct err err = {{0}};
    struct copy_decoder copy = copy_decoder_of(source->qualified, (int16_t)source->column_count,
                                               tables[table].function, reader);
    data += 2;
    size -= 2;
    size_t first = cut < size ? cut : size;
    bool good = copy_decoder_message(&copy, data, first, &err) &&
                copy_decoder_message(&copy, data + first, size - first, &err) &&
                copy_decoder_finish(&copy, &err);
    ASSERT(good || err.text[0] != '\0');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static char *zones[] = {"Europe/London", "UTC"};
    static const struct timezones timezones = {.names = zones, .count = ARRAY_LEN(zones)};
    static struct refusal_log *refusals;
    static struct population *population;
    static uint32_t runs;
    if (size < 2)
        return 0;
    log_setup(LOG_OFF, LOG_KV);
    if (population == NULL) {
        refusals = refusal_log_new();
        population = make_population(refusals);
    }
    struct row_context context = {.population = population,
                                  .refusals = refusals,
                                  .timezones = &timezones,
                                  .visual_model = "v1"};
    struct row_reader reader;
    row_reader_init(&reader, &context);
    run(&reader, data, size);
    row_reader_release(&reader);
    if (++runs % RUNS_PER_POPULATION == 0) {
        population_finish(population);
        population_free(population);
        refusal_log_free(refusals);
        population = NULL;
    }
    return 0;
}
