/* The fields of one row, taken one after another by name; the first that is not of its column's
 * type is remembered, and row_end says it: "cannot read users.date_of_birth: expected a date of 4
 * bytes". That is no malformed value of a person, it means that the wire is not what we believe.
 *
 *     struct row row = row_of(SOURCE_USERS, fields);
 *     struct uuid id = row_uuid(&row, USERS_ID);
 *     ...
 *     if (!row_end(&row, err)) return false;
 *
 * A null where the reader names no substitute is such an error too. */
#ifndef MATCHD_STORAGE_ROW_FIELDS_H
#define MATCHD_STORAGE_ROW_FIELDS_H

#include "engine/base/err.h"
#include "storage/pg_wire.h"
#include "storage/sources.h"

struct row {
    const struct pg_field *fields;
    enum source source;
    const char *wrong;
    size_t wrong_column;
};

struct row row_of(enum source source, const struct pg_field *fields);
bool row_end(const struct row *row, struct err *err) MUST_CHECK;

/* Remembers the first thing that is wrong; NULL: nothing is. */
static inline void row_judge(struct row *row, size_t column, const char *wrong) {
    if (wrong == NULL || row->wrong != NULL)
        return;
    row->wrong = wrong;
    row->wrong_column = column;
}

/* Inline, as are those of the table with the most rows. */
static inline struct uuid row_uuid(struct row *row, size_t column) {
    struct uuid value = {{0}};
    struct pg_field field = row->fields[column];
    if (field.bytes != NULL && field.length == sizeof value.bytes)
        memcpy(value.bytes, field.bytes, sizeof value.bytes);
    else
        row_judge(row, column, pg_uuid(field, &value));
    return value;
}
static inline instant_t row_instant(struct row *row, size_t column, instant_t if_null) {
    instant_t value = if_null;
    struct pg_field field = row->fields[column];
    if (!pg_is_null(field))
        row_judge(row, column, pg_timestamptz(field, &value));
    return value;
}
static inline struct pg_field row_jsonb(struct row *row, size_t column) { /* its text */
    struct pg_field text = {0};
    row_judge(row, column, pg_jsonb(row->fields[column], &text));
    return text;
}
bool row_bool(struct row *row, size_t column);
date_t row_date(struct row *row, size_t column);
int32_t row_int(struct row *row, size_t column, int32_t if_null);
/* NaN for null; *is_nan (may be NULL) tells a NaN that stands in the table. */
double row_numeric(struct row *row, size_t column, bool *is_nan);

static inline bool row_is_null(const struct row *row, size_t column) {
    return pg_is_null(row->fields[column]);
}
static inline bool row_text_is(const struct row *row, size_t column, const char *text) {
    return pg_text_is(row->fields[column], text);
}
/* Index of the text among `count` words, or -1; also for null. */
int row_word(const struct row *row, size_t column, const char *const *words, size_t count);

#endif
