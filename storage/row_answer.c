/* Rows of compatibility_responses: by far the most, so nothing here allocates or locks. */
#include "storage/row_reader.h"

/* An answer to a question that is not of this version, or whose item was refused, is no mistake.
 * The answers of a person were mostly written in the order of the items: the next one is tried. */
static uint32_t find_item(struct row_reader *reader, const struct uuid *question) {
    const struct questionnaire *q = population_questionnaire(reader->context.population);
    uint32_t item = reader->next_item;
    if (item >= q->count || !uuid_same(&q->items[item].id, question))
        item = questionnaire_find(q, question);
    if (item != ROW_NONE)
        reader->next_item = item + 1 < q->count ? item + 1 : 0;
    return item;
}

/* The person and the question: "<user>/<question>". */
static void refuse(struct row_reader *reader, const struct uuid *user, const struct uuid *question,
                   const char *reason) {
    char key[2 * UUID_TEXT];
    uuid_to_text(user, key);
    key[UUID_TEXT - 1] = '/';
    uuid_to_text(question, key + UUID_TEXT);
    const struct source_table *table = source_table(SOURCE_ANSWERS);
    refusal_log_add(reader->context.refusals, table->name, key, table->columns[ANSWERS_ANSWER].name,
                    reason);
}

bool row_answer(void *ctx, const struct pg_field *fields, struct err *err) {
    struct row_reader *reader = ctx;
    struct row row = row_of(SOURCE_ANSWERS, fields);
    struct uuid user = row_uuid(&row, ANSWERS_USER);
    struct uuid question = row_uuid(&row, ANSWERS_QUESTION);
    instant_t answered_at = row_instant(&row, ANSWERS_ANSWERED, INSTANT_MINUS_INFINITY);
    struct pg_field text = row_jsonb(&row, ANSWERS_ANSWER);
    if (!row_end(&row, err))
        return false;
    uint32_t item = find_item(reader, &question);
    if (item == ROW_NONE) {
        reader->answers_ignored++;
        return true;
    }
    uint32_t person = reader_find(reader, &row, &user);
    if (person == ROW_NONE)
        return true;
    const struct questionnaire *q = population_questionnaire(reader->context.population);
    struct answer_value value;
    const char *reason =
        json_answer_read(reader->json, (const char *)text.bytes, text.length, &value);
    uint64_t code = ANSWER_NONE;
    if (reason == NULL)
        code = item_code(&q->items[item], &value, &reason);
    if (code == ANSWER_NONE)
        refuse(reader, &user, &question, reason == NULL ? "not an answer" : reason);
    population_set_answer(reader->context.population, person, item, code, answered_at);
    return true;
}
