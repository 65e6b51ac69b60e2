#include "storage/pg_wire.h"

#include "engine/base/text.h"
#include "storage/decimal.h"

#include <math.h>
#include <string.h>

static uint32_t load_u32(const uint8_t *bytes) {
    uint32_t raw;
    memcpy(&raw, bytes, sizeof raw);
    return __builtin_bswap32(raw);
}

static uint64_t load_u64(const uint8_t *bytes) {
    uint64_t raw;
    memcpy(&raw, bytes, sizeof raw);
    return __builtin_bswap64(raw);
}

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the wire is big-endian, we are not");

/* ---- cursor ---------------------------------------------------------------------------------- */

const uint8_t *pg_read_bytes(struct pg_cursor *cursor, size_t length) {
    if (cursor->wrong == NULL && pg_cursor_left(cursor) < length)
        cursor->wrong = "the bytes end in the middle of a value";
    if (cursor->wrong != NULL)
        return NULL;
    const uint8_t *bytes = cursor->at;
    cursor->at += length;
    return bytes;
}

int16_t pg_read_i16(struct pg_cursor *cursor) {
    const uint8_t *bytes = pg_read_bytes(cursor, 2);
    return bytes == NULL ? 0 : (int16_t)(bytes[0] << 8 | bytes[1]);
}

int32_t pg_read_i32(struct pg_cursor *cursor) {
    const uint8_t *bytes = pg_read_bytes(cursor, 4);
    return bytes == NULL ? 0 : (int32_t)load_u32(bytes);
}

int64_t pg_read_i64(struct pg_cursor *cursor) {
    const uint8_t *bytes = pg_read_bytes(cursor, 8);
    return bytes == NULL ? 0 : (int64_t)load_u64(bytes);
}

struct pg_field pg_read_odd_field(struct pg_cursor *cursor) {
    if (cursor->wrong == NULL && pg_cursor_left(cursor) >= 4) {
        int32_t length = (int32_t)load_u32(cursor->at);
        if (length == -1) {
            cursor->at += 4;
            return (struct pg_field){0};
        }
        if (length < -1)
            cursor->wrong = "a value has a negative length";
    }
    if (cursor->wrong == NULL)
        cursor->wrong = "the bytes end in the middle of a value";
    return (struct pg_field){0};
}

/* ---- values of fixed width ------------------------------------------------------------------- */

static const char *expect(struct pg_field field, uint32_t length, const char *otherwise) {
    if (field.bytes == NULL)
        return "null";
    return field.length == length ? NULL : otherwise;
}

const char *pg_bool(struct pg_field field, bool *out) {
    const char *wrong = expect(field, 1, "expected a boolean of 1 byte");
    if (wrong == NULL)
        *out = field.bytes[0] != 0;
    return wrong;
}

const char *pg_int4(struct pg_field field, int32_t *out) {
    const char *wrong = expect(field, 4, "expected an integer of 4 bytes");
    if (wrong == NULL)
        *out = (int32_t)load_u32(field.bytes);
    return wrong;
}

const char *pg_int8(struct pg_field field, int64_t *out) {
    const char *wrong = expect(field, 8, "expected an integer of 8 bytes");
    if (wrong == NULL)
        *out = (int64_t)load_u64(field.bytes);
    return wrong;
}

const char *pg_float4(struct pg_field field, float *out) {
    const char *wrong = expect(field, 4, "expected a real of 4 bytes");
    if (wrong == NULL) {
        uint32_t bits = load_u32(field.bytes);
        memcpy(out, &bits, sizeof bits);
    }
    return wrong;
}

const char *pg_float8(struct pg_field field, double *out) {
    const char *wrong = expect(field, 8, "expected a double of 8 bytes");
    if (wrong == NULL) {
        uint64_t bits = load_u64(field.bytes);
        memcpy(out, &bits, sizeof bits);
    }
    return wrong;
}

const char *pg_uuid(struct pg_field field, struct uuid *out) {
    const char *wrong = expect(field, 16, "expected a UUID of 16 bytes");
    if (wrong == NULL)
        memcpy(out->bytes, field.bytes, 16);
    return wrong;
}

const char *pg_date(struct pg_field field, date_t *out) {
    const char *wrong = expect(field, 4, "expected a date of 4 bytes");
    if (wrong == NULL)
        *out = (int32_t)load_u32(field.bytes);
    return wrong;
}

const char *pg_timestamptz(struct pg_field field, instant_t *out) {
    const char *wrong = expect(field, 8, "expected a timestamp of 8 bytes");
    if (wrong == NULL)
        *out = (int64_t)load_u64(field.bytes);
    return wrong;
}

/* ---- numeric, jsonb, text -------------------------------------------------------------------- */

const char *pg_numeric(struct pg_field field, double *out) {
    enum { PLUS = 0x0000, MINUS = 0x4000, NOT_A_NUMBER = 0xC000, PLUS_INF = 0xD000 };
    enum { MINUS_INF = 0xF000 };
    if (field.bytes == NULL)
        return "null";
    struct pg_cursor cursor = pg_cursor_of(field.bytes, field.length);
    int16_t count = pg_read_i16(&cursor);
    int16_t weight = pg_read_i16(&cursor);
    uint16_t sign = (uint16_t)pg_read_i16(&cursor);
    pg_read_i16(&cursor); /* digits shown after the point: no part of the value */
    if (!pg_cursor_good(&cursor) || count < 0 || pg_cursor_left(&cursor) != 2 * (size_t)count)
        return "the bytes are not a numeric";
    for (int16_t i = 0; i < count; i++)
        if ((cursor.at[2 * i] << 8 | cursor.at[2 * i + 1]) > 9999)
            return "the bytes are not a numeric";
    double value = decimal_of_groups(cursor.at, (uint32_t)count, weight);
    switch (sign) {
    case PLUS: *out = value; return NULL;
    case MINUS: *out = -value; return NULL;
    case NOT_A_NUMBER: *out = NAN; return NULL;
    case PLUS_INF: *out = INFINITY; return NULL;
    case MINUS_INF: *out = -INFINITY; return NULL;
    default: return "the bytes are not a numeric";
    }
}

const char *pg_jsonb(struct pg_field field, struct pg_field *text) {
    if (field.bytes == NULL)
        return "null";
    if (field.length < 2 || field.bytes[0] != 1)
        return "expected jsonb of version 1";
    *text = (struct pg_field){.bytes = field.bytes + 1, .length = field.length - 1};
    return NULL;
}

bool pg_text_is(struct pg_field field, const char *text) {
    size_t length = strlen(text);
    return field.bytes != NULL && field.length == length && memcmp(field.bytes, text, length) == 0;
}

char *pg_text_copy(struct pg_field field, char *buffer, size_t size) {
    ASSERT(size > 0);
    size_t length = field.bytes == NULL ? 0 : field.length;
    if (length >= size) {
        length = size - 1;
        while (length > 0 && (field.bytes[length] & 0xC0) == 0x80)
            length--;
    }
    if (length > 0)
        memcpy(buffer, field.bytes, length);
    buffer[length] = '\0';
    return buffer;
}

bool pg_text_blank(struct pg_field field) {
    return field.bytes == NULL || text_is_blank((const char *)field.bytes, field.length);
}

/* ---- arrays ---------------------------------------------------------------------------------- */

const char *pg_array_open(struct pg_field field, struct pg_array *out) {
    enum { DIMENSIONS_MAX = 6 }; /* PostgreSQL's own limit */
    static const char wrong[] = "the bytes are not an array";
    if (field.bytes == NULL)
        return "null";
    *out = (struct pg_array){.cursor = pg_cursor_of(field.bytes, field.length)};
    out->dimensions = pg_read_i32(&out->cursor);
    int32_t has_null = pg_read_i32(&out->cursor);
    out->type = (uint32_t)pg_read_i32(&out->cursor);
    if (!pg_cursor_good(&out->cursor) || (has_null != 0 && has_null != 1) || out->dimensions < 0 ||
        out->dimensions > DIMENSIONS_MAX)
        return wrong;
    uint64_t count = out->dimensions > 0;
    for (int32_t i = 0; i < out->dimensions; i++) {
        int32_t length = pg_read_i32(&out->cursor);
        pg_read_i32(&out->cursor); /* lower bound */
        if (length < 0 || __builtin_mul_overflow(count, (uint64_t)length, &count))
            return wrong;
    }
    /* Every element takes at least the four bytes of its length. */
    if (!pg_cursor_good(&out->cursor) || count > pg_cursor_left(&out->cursor) / 4)
        return wrong;
    out->count = (uint32_t)count;
    return NULL;
}

struct pg_field pg_array_next(struct pg_array *array) {
    return pg_read_field(&array->cursor);
}

/* All elements present: count times {int32 4, float}. */
static bool floats_dense(const uint8_t *bytes, float *out, uint32_t count) {
    uint32_t odd = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bits = load_u32(bytes + 8 * (size_t)i + 4);
        odd |= load_u32(bytes + 8 * (size_t)i) ^ 4u;
        memcpy(out + i, &bits, sizeof bits);
    }
    return odd == 0;
}

const char *pg_float4_array(struct pg_field field, float *out, uint32_t room, uint32_t *count) {
    struct pg_array array;
    const char *wrong = pg_array_open(field, &array);
    if (wrong != NULL)
        return wrong;
    if (array.count > 0 && array.type != PG_FLOAT4)
        return "expected an array of real";
    if (array.dimensions > 1)
        return "expected an array of one dimension";
    *count = array.count;
    if (array.count > room)
        return NULL;
    if (pg_cursor_left(&array.cursor) == 8 * (size_t)array.count &&
        floats_dense(array.cursor.at, out, array.count))
        return NULL;
    for (uint32_t i = 0; i < array.count; i++) {
        struct pg_field element = pg_array_next(&array);
        out[i] = NAN;
        if (pg_is_null(element))
            continue;
        wrong = pg_float4(element, out + i);
        if (wrong != NULL)
            return wrong;
    }
    return pg_cursor_good(&array.cursor) && pg_cursor_left(&array.cursor) == 0
               ? NULL
               : "the bytes are not an array";
}
