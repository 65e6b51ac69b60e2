/* PostgreSQL's binary values, read from bytes: no socket, no allocation, nothing that can fail
 * but the bytes.
 *
 * A cursor walks over bytes and remembers the first thing that did not fit; reading on gives
 * zeros, so a decoder reads a whole structure and asks once:
 *
 *     struct pg_cursor cursor = pg_cursor_of(bytes, length);
 *     int32_t count = pg_read_i32(&cursor);
 *     struct pg_field first = pg_read_field(&cursor);
 *     if (!pg_cursor_good(&cursor)) return err_set(err, "...: %s", cursor.wrong);
 *
 * A field is one value of a row: int32 length (-1 = null) and that many bytes, the same in COPY,
 * in a DataRow and in a logical replication tuple. Typed readers take a field and give NULL or a
 * static text that says what is wrong with it. All integers are big-endian.
 *
 *   numeric  int16 digits, weight, sign, scale; then digits of base 10000:
 *            value = sum digit[i] * 10000^(weight - i)
 *            sign: 0 +, 0x4000 -, 0xC000 NaN, 0xD000 inf, 0xF000 -inf
 *   array    int32 dimensions, has_null, element oid; per dimension int32 length, lower bound;
 *            then fields
 *   jsonb    uint8 version (1), then the text */
#ifndef MATCHD_STORAGE_PG_WIRE_H
#define MATCHD_STORAGE_PG_WIRE_H

#include "engine/base/civil.h"
#include "engine/base/uuid.h"

#include <string.h>

/* Object identifiers of the types that are read; PostgreSQL never changes them. */
enum pg_type {
    PG_BOOL = 16,
    PG_INT8 = 20,
    PG_INT4 = 23,
    PG_TEXT = 25,
    PG_FLOAT4 = 700,
    PG_FLOAT8 = 701,
    PG_FLOAT4_ARRAY = 1021,
    PG_TEXT_ARRAY = 1009,
    PG_DATE = 1082,
    PG_TIMESTAMPTZ = 1184,
    PG_NUMERIC = 1700,
    PG_UUID = 2950,
    PG_UUID_ARRAY = 2951,
    PG_JSONB = 3802
};

struct pg_cursor {
    const uint8_t *at, *end;
    const char *wrong; /* NULL, or the first thing that did not fit */
};

struct pg_field {
    const uint8_t *bytes; /* NULL = null */
    uint32_t length;
};

static inline struct pg_cursor pg_cursor_of(const uint8_t *bytes, size_t length) {
    return (struct pg_cursor){.at = bytes, .end = bytes + length};
}
static inline bool pg_cursor_good(const struct pg_cursor *cursor) {
    return cursor->wrong == NULL;
}
static inline size_t pg_cursor_left(const struct pg_cursor *cursor) {
    return (size_t)(cursor->end - cursor->at);
}
int16_t pg_read_i16(struct pg_cursor *cursor);
int32_t pg_read_i32(struct pg_cursor *cursor);
int64_t pg_read_i64(struct pg_cursor *cursor);
const uint8_t *pg_read_bytes(struct pg_cursor *cursor,
                             size_t length); /* NULL if too few are left */
/* Null, or what does not fit. */
struct pg_field pg_read_odd_field(struct pg_cursor *cursor);
/* Inline, as all that every field of every row goes through. */
static inline struct pg_field pg_read_field(struct pg_cursor *cursor) {
    uint32_t length;
    size_t left = pg_cursor_left(cursor);
    if (cursor->wrong != NULL || left < sizeof length)
        return pg_read_odd_field(cursor);
    memcpy(&length, cursor->at, sizeof length);
    length = __builtin_bswap32(length);
    if (length > INT32_MAX || length > left - sizeof length)
        return pg_read_odd_field(cursor);
    struct pg_field field = {.bytes = cursor->at + sizeof length, .length = length};
    cursor->at += sizeof length + length;
    return field;
}

static inline bool pg_is_null(struct pg_field field) {
    return field.bytes == NULL;
}

/* NULL when good, else what is wrong. A null field is wrong for all of them. */
const char *pg_bool(struct pg_field field, bool *out);
const char *pg_int4(struct pg_field field, int32_t *out);
const char *pg_int8(struct pg_field field, int64_t *out);
const char *pg_float4(struct pg_field field, float *out);
const char *pg_float8(struct pg_field field, double *out);
const char *pg_uuid(struct pg_field field, struct uuid *out);
const char *pg_date(struct pg_field field, date_t *out);
const char *pg_timestamptz(struct pg_field field, instant_t *out);
/* Exactly rounded to nearest; numeric NaN and infinities become those of binary64. */
const char *pg_numeric(struct pg_field field, double *out);
/* The text of a jsonb value, without the version byte; not NUL-terminated. */
const char *pg_jsonb(struct pg_field field, struct pg_field *text);
/* Is it the text? A null field is not. */
bool pg_text_is(struct pg_field field, const char *text);
/* Copies with a NUL, cut at a character's start if `size` is too small; "" for null. Returns
 * buffer. */
char *pg_text_copy(struct pg_field field, char *buffer, size_t size);
/* Nothing but white space (Unicode's, UTF-8), or null. */
bool pg_text_blank(struct pg_field field);

/* An array, flattened: elements in storage order. */
struct pg_array {
    struct pg_cursor cursor;
    uint32_t type; /* oid of the elements */
    int32_t dimensions;
    uint32_t count;
};
const char *pg_array_open(struct pg_field field, struct pg_array *out);
struct pg_field pg_array_next(struct pg_array *array);
/* A real[] of one dimension into `out` (room for `room` floats). Null elements become NaN.
 * *count is the length even when it is over `room`; then nothing is copied. */
const char *pg_float4_array(struct pg_field field, float *out, uint32_t room, uint32_t *count);

#endif
