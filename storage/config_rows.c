#include "storage/config_rows.h"

#include "engine/base/mem.h"
#include "storage/pg_copy.h"
#include "storage/sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char system_sql[] = "select key, value from public.system_config order by key";

static const char segments_sql[] =
    "select s.key, c.config_key, c.override_value, c.priority "
    "from public.segment_config_overrides c "
    "join public.user_segments s on s.id = c.segment_id order by s.key, c.config_key";

/* Everybody who is in a segment with overrides, or has overrides of their own; one person's rows
 * together. A row is (person, segment, null, null) or (person, null, key, value). */
static const char people_sql[] =
    "copy (select m.user_id, s.key, null::text, null::text "
    "from public.user_segment_members m join public.user_segments s on s.id = m.segment_id "
    "where exists (select from public.segment_config_overrides c where c.segment_id = s.id) "
    "union all "
    "select o.user_id, null, o.config_key, o.override_value "
    "from matching.user_config_overrides o join public.users u on u.id = o.user_id "
    "order by 1, 2, 3) to stdout (format binary)";

enum { PERSON_USER, PERSON_SEGMENT, PERSON_KEY, PERSON_VALUE, PERSON_COLUMNS };

/* ---- warnings -------------------------------------------------------------------------------- */

static void on_warning(void *ctx, const struct config_warning *warning) {
    static const enum source tables[] = {
        [CONFIG_SYSTEM] = SOURCE_SYSTEM_CONFIG,
        [CONFIG_SEGMENT] = SOURCE_SEGMENT_CONFIG,
        [CONFIG_USER] = SOURCE_USER_CONFIG,
    };
    const char *table = "defaults";
    if (warning->level != CONFIG_DEFAULT)
        table = source_table(tables[warning->level])->name;
    const char *owner = warning->owner == NULL ? "" : warning->owner;
    const char *value = warning->value == NULL ? "" : warning->value;
    char key[140];
    snprintf(key, sizeof key, "%s%s%.40s=%.40s", owner, owner[0] == '\0' ? "" : "/", warning->key,
             value);
    /* Kinds are told apart by a known key; unknown ones, of any text, are one kind. */
    const char *column = warning->level == CONFIG_SYSTEM ? "key" : "config_key";
    refusal_log_add(ctx, table, key, warning->unknown_key ? column : warning->key, warning->reason);
}

/* ---- texts of one person --------------------------------------------------------------------- */

/* Offsets into one growing buffer, made pointers when the person is complete. */
struct texts {
    size_t *starts;
    size_t count, room;
};

struct person {
    struct config_builder *builder;
    struct config_rows *out;
    struct uuid user;
    bool any;
    char *bytes;
    size_t used, bytes_room;
    struct texts segments, keys, values;
    const char **pointers;
    size_t pointers_room;
};

static void person_add(struct person *person, struct texts *list, struct pg_field field) {
    size_t length = pg_is_null(field) ? 0 : field.length;
    person->bytes =
        mem_grow(person->bytes, &person->bytes_room, person->used + length + 1, sizeof(char));
    list->starts = mem_grow(list->starts, &list->room, list->count + 1, sizeof *list->starts);
    list->starts[list->count++] = person->used;
    if (length > 0)
        memcpy(person->bytes + person->used, field.bytes, length);
    person->bytes[person->used + length] = '\0';
    person->used += length + 1;
}

static const char **resolve(const struct person *person, const struct texts *list, size_t at) {
    for (size_t i = 0; i < list->count; i++)
        person->pointers[at + i] = person->bytes + list->starts[i];
    return person->pointers + at;
}

/* The rows of this person are complete: which variant do they make? */
static void person_finish(struct person *person) {
    if (!person->any)
        return;
    struct texts *segments = &person->segments, *keys = &person->keys, *values = &person->values;
    size_t count = segments->count + keys->count + values->count;
    person->pointers =
        mem_grow(person->pointers, &person->pointers_room, count, sizeof *person->pointers);
    char owner[UUID_TEXT];
    uuid_to_text(&person->user, owner);
    struct config_person described = {
        .owner = owner,
        .segments = resolve(person, segments, 0),
        .segment_count = segments->count,
        .keys = resolve(person, keys, segments->count),
        .values = resolve(person, values, segments->count + keys->count),
        .override_count = keys->count,
    };
    struct user_variant made = {.user = person->user};
    made.variant = config_builder_variant(person->builder, &described);
    struct config_rows *out = person->out;
    if (made.variant != 0) {
        out->variants = mem_grow(out->variants, &out->variant_room, out->variant_count + 1,
                                 sizeof *out->variants);
        out->variants[out->variant_count++] = made;
    }
    segments->count = keys->count = values->count = person->used = 0;
    person->any = false;
}

static bool on_person(void *ctx, const struct pg_field *fields, struct err *err) {
    struct person *person = ctx;
    struct uuid user;
    const char *wrong = pg_uuid(fields[PERSON_USER], &user);
    if (wrong != NULL)
        return err_set(err, "reading whose configuration it is: %s", wrong);
    if (!uuid_same(&user, &person->user))
        person_finish(person);
    person->user = user;
    person->any = true;
    if (!pg_is_null(fields[PERSON_SEGMENT])) {
        person_add(person, &person->segments, fields[PERSON_SEGMENT]);
        return true;
    }
    person_add(person, &person->keys, fields[PERSON_KEY]);
    person_add(person, &person->values, fields[PERSON_VALUE]);
    return true;
}

static bool on_message(void *ctx, const uint8_t *bytes, size_t length, struct err *err) {
    return copy_decoder_message(ctx, bytes, length, err);
}

static bool load_people(struct pg_conn *conn, struct config_builder *builder,
                        struct config_rows *out, struct err *err) {
    struct person person = {.builder = builder, .out = out};
    struct copy_decoder copy =
        copy_decoder_of("parameters of single people", PERSON_COLUMNS, on_person, &person);
    uint64_t rows;
    bool good = pg_conn_copy(conn, people_sql, on_message, &copy, &rows, err) &&
                copy_decoder_finish(&copy, err);
    if (good)
        person_finish(&person);
    free(person.bytes);
    free(person.segments.starts);
    free(person.keys.starts);
    free(person.values.starts);
    free(person.pointers);
    return good;
}

/* ---- levels that are the same for all -------------------------------------------------------- */

static char *text_of(const struct pg_result *rows, size_t row, size_t column) {
    struct pg_field field = pg_result_field(rows, row, column);
    size_t size = (pg_is_null(field) ? 0 : field.length) + 1;
    return pg_text_copy(field, mem_array(size, 1), size);
}

static bool load_system(struct pg_conn *conn, struct config_builder *builder, struct err *err) {
    struct pg_result *rows = pg_conn_query(conn, system_sql, NULL, 0, err);
    if (rows == NULL)
        return false;
    for (size_t row = 0; row < pg_result_rows(rows); row++) {
        char *key = text_of(rows, row, 0), *value = text_of(rows, row, 1);
        config_builder_system(builder, key, value);
        free(key);
        free(value);
    }
    config_builder_finish_system(builder);
    pg_result_free(rows);
    return true;
}

static bool load_segments(struct pg_conn *conn, struct config_builder *builder, struct err *err) {
    struct pg_result *rows = pg_conn_query(conn, segments_sql, NULL, 0, err);
    if (rows == NULL)
        return false;
    for (size_t row = 0; row < pg_result_rows(rows); row++) {
        char *segment = text_of(rows, row, 0);
        char *key = text_of(rows, row, 1), *value = text_of(rows, row, 2);
        int32_t priority = 0;
        (void)pg_int4(pg_result_field(rows, row, 3), &priority);
        config_builder_segment(builder, segment, key, value, priority);
        free(segment);
        free(key);
        free(value);
    }
    pg_result_free(rows);
    return true;
}

bool config_rows_load(struct pg_conn *conn, struct refusal_log *refusals, struct config_rows *out,
                      struct err *err) {
    *out = (struct config_rows){0};
    struct config_builder *builder = config_builder_new(on_warning, refusals);
    bool good = load_system(conn, builder, err) && load_segments(conn, builder, err) &&
                load_people(conn, builder, out, err);
    out->config = config_builder_finish(builder);
    if (good)
        return true;
    config_rows_release(out);
    return err_wrap(err, "reading the configuration");
}

void config_rows_release(struct config_rows *rows) {
    config_free(rows->config);
    free(rows->variants);
    *rows = (struct config_rows){0};
}
