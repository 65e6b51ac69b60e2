#include "storage/copy_rows.h"

#include "engine/base/mem.h"
#include "storage/pg_params.h"

#include <stdlib.h>
#include <string.h>

enum { HEADER_BYTES = 19 };

static uint8_t *room(struct copy_rows *rows, size_t length) {
    rows->bytes = mem_grow(rows->bytes, &rows->capacity, rows->used + length, 1);
    uint8_t *at = rows->bytes + rows->used;
    rows->used += length;
    return at;
}

static void put_header(struct copy_rows *rows) {
    static const uint8_t header[HEADER_BYTES] = "PGCOPY\n\377\r\n\0";
    memcpy(room(rows, sizeof header), header, sizeof header);
}

void copy_rows_release(struct copy_rows *rows) {
    free(rows->bytes);
    *rows = (struct copy_rows){0};
}

void copy_rows_reset(struct copy_rows *rows) {
    rows->used = 0;
    rows->rows = 0;
}

void copy_rows_begin(struct copy_rows *rows, int16_t columns) {
    if (rows->used == 0)
        put_header(rows);
    pg_put_i16(room(rows, 2), columns);
    rows->rows++;
}

const void *copy_rows_end(struct copy_rows *rows, size_t *length) {
    if (rows->used == 0)
        put_header(rows);
    pg_put_i16(room(rows, 2), -1);
    *length = rows->used;
    return rows->bytes;
}

/* A value of `length` bytes. */
static uint8_t *value(struct copy_rows *rows, size_t length) {
    uint8_t *at = room(rows, 4 + length);
    pg_put_i32(at, (int32_t)length);
    return at + 4;
}

void copy_rows_null(struct copy_rows *rows) {
    pg_put_i32(room(rows, 4), -1);
}

void copy_rows_uuid(struct copy_rows *rows, const struct uuid *id) {
    memcpy(value(rows, sizeof id->bytes), id->bytes, sizeof id->bytes);
}

void copy_rows_int4(struct copy_rows *rows, int32_t number) {
    pg_put_i32(value(rows, 4), number);
}

void copy_rows_float8(struct copy_rows *rows, double number) {
    pg_put_f64(value(rows, 8), number);
}

void copy_rows_instant(struct copy_rows *rows, instant_t at) {
    pg_put_i64(value(rows, 8), at);
}

void copy_rows_text(struct copy_rows *rows, const char *text) {
    size_t length = strlen(text);
    memcpy(value(rows, length), text, length);
}

/* Dimensions, null flag, type of the elements; then length and lower bound of the one dimension. An
 * empty array has no dimension. */
static void put_array_header(uint8_t *at, uint32_t type, uint32_t count) {
    pg_put_i32(at, count > 0);
    pg_put_i32(at + 4, 0);
    pg_put_i32(at + 8, (int32_t)type);
    if (count == 0)
        return;
    pg_put_i32(at + 12, (int32_t)count);
    pg_put_i32(at + 16, 1);
}

static size_t array_header(uint32_t count) {
    return count > 0 ? 20 : 12;
}

void copy_rows_texts(struct copy_rows *rows, const char *const *texts, uint32_t count) {
    size_t length = array_header(count);
    for (uint32_t i = 0; i < count; i++)
        length += 4 + strlen(texts[i]);
    uint8_t *at = value(rows, length);
    put_array_header(at, PG_TEXT, count);
    at += array_header(count);
    for (uint32_t i = 0; i < count; i++) {
        size_t bytes = strlen(texts[i]);
        pg_put_i32(at, (int32_t)bytes);
        memcpy(at + 4, texts[i], bytes);
        at += 4 + bytes;
    }
}

void copy_rows_int8s(struct copy_rows *rows, const uint64_t *values, uint32_t count) {
    uint8_t *at = value(rows, array_header(count) + (size_t)count * 12);
    put_array_header(at, PG_INT8, count);
    at += array_header(count);
    for (uint32_t i = 0; i < count; i++, at += 12) {
        pg_put_i32(at, 8);
        pg_put_i64(at + 4, (int64_t)values[i]);
    }
}
