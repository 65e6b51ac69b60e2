#include "storage/row_reader.h"

#include "engine/base/mem.h"

#include <stdlib.h>
#include <string.h>

void row_reader_init(struct row_reader *reader, const struct row_context *context) {
    *reader = (struct row_reader){.context = *context, .last_row = ROW_NONE};
    reader->json = json_answer_new();
    reader->floats = mem_array(READER_FLOATS, sizeof *reader->floats);
}

void row_reader_release(struct row_reader *reader) {
    json_answer_free(reader->json);
    free(reader->floats);
    free(reader->texts);
    *reader = (struct row_reader){0};
}

/* Tables are often in the order of their people: the one after the last is tried first. */
static uint32_t find_user(const struct row_reader *reader, const struct uuid *user) {
    const struct population *p = reader->context.population;
    uint32_t next = reader->last_row == ROW_NONE ? 0 : reader->last_row + 1;
    if (next < population_count(p) && uuid_same(population_id(p, next), user))
        return next;
    return population_find(p, user);
}

uint32_t reader_find(struct row_reader *reader, const struct row *row, const struct uuid *user) {
    if (reader->last_row == ROW_NONE || !uuid_same(&reader->last_user, user)) {
        reader->last_row = find_user(reader, user);
        reader->last_user = *user;
    }
    if (reader->last_row == ROW_NONE)
        reader_refuse(reader, row, user, 0, "there is no such user");
    return reader->last_row;
}

uint32_t reader_find_other(struct row_reader *reader, const struct row *row,
                           const struct uuid *user) {
    uint32_t person = population_find(reader->context.population, user);
    if (person == ROW_NONE)
        reader_refuse(reader, row, user, 0, "there is no such user");
    return person;
}

void reader_texts(struct row_reader *reader, const struct row *row) {
    size_t wanted = 0;
    for (size_t i = 0; i < source_table(row->source)->column_count; i++)
        wanted += row->fields[i].length + 1;
    reader->texts = mem_grow(reader->texts, &reader->texts_room, wanted, 1);
    reader->texts_used = 0;
}

const char *reader_text(struct row_reader *reader, const struct row *row, size_t column) {
    struct pg_field field = row->fields[column];
    if (pg_is_null(field))
        return NULL;
    ASSERT(reader->texts_used + field.length + 1 <= reader->texts_room);
    char *copy = reader->texts + reader->texts_used;
    memcpy(copy, field.bytes, field.length);
    copy[field.length] = '\0';
    reader->texts_used += field.length + 1;
    return copy;
}

void reader_refuse(struct row_reader *reader, const struct row *row, const struct uuid *key,
                   size_t column, const char *reason) {
    const struct source_table *table = source_table(row->source);
    char text[UUID_TEXT];
    uuid_to_text(key, text);
    refusal_log_add(reader->context.refusals, table->name, text, table->columns[column].name,
                    reason);
}
