#include "bench/copy.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

enum { BUFFER = 1 << 16, FLUSH_AT = BUFFER / 2, NUMERIC_GROUPS_MAX = 8 };

static void flush(struct copy *copy) {
    if (!copy->failed && copy->used > 0 &&
        PQputCopyData(copy->native, (const char *)copy->bytes, (int)copy->used) != 1)
        copy->failed = true;
    copy->used = 0;
}

static void put(struct copy *copy, const void *bytes, size_t length) {
    const uint8_t *from = bytes;
    while (length > 0) {
        if (copy->used == BUFFER)
            flush(copy);
        size_t room = BUFFER - copy->used, part = length < room ? length : room;
        memcpy(copy->bytes + copy->used, from, part);
        copy->used += part;
        from += part;
        length -= part;
    }
}

static void put16(struct copy *copy, uint16_t value) {
    uint16_t bytes = __builtin_bswap16(value);
    put(copy, &bytes, sizeof bytes);
}

static void put32(struct copy *copy, uint32_t value) {
    uint32_t bytes = __builtin_bswap32(value);
    put(copy, &bytes, sizeof bytes);
}

static void put64(struct copy *copy, uint64_t value) {
    uint64_t bytes = __builtin_bswap64(value);
    put(copy, &bytes, sizeof bytes);
}

bool copy_begin(struct copy *copy, struct pg_conn *conn, const char *target, struct err *err) {
    *copy = (struct copy){.native = pg_conn_native(conn), .target = target};
    char statement[1024];
    int length =
        snprintf(statement, sizeof statement, "copy %s from stdin (format binary)", target);
    ASSERT(length > 0 && (size_t)length < sizeof statement);
    PGresult *result = PQexec(copy->native, statement);
    bool ok = PQresultStatus(result) == PGRES_COPY_IN;
    if (!ok)
        err_set(err, "copy %s: %s", target, PQerrorMessage(copy->native));
    PQclear(result);
    if (!ok)
        return false;
    copy->bytes = mem_array(BUFFER, 1);
    static const uint8_t HEADER[19] = "PGCOPY\n\377\r\n";
    put(copy, HEADER, sizeof HEADER);
    return true;
}

bool copy_end(struct copy *copy, struct err *err) {
    put16(copy, 0xffff);
    flush(copy);
    free(copy->bytes);
    copy->bytes = NULL;
    bool ok = PQputCopyEnd(copy->native, copy->failed ? "the writer gave up" : NULL) == 1;
    PGresult *result;
    while ((result = PQgetResult(copy->native)) != NULL) {
        if (PQresultStatus(result) != PGRES_COMMAND_OK)
            ok = err_set(err, "copy %s: %s", copy->target, PQresultErrorMessage(result));
        PQclear(result);
    }
    if (copy->failed && ok)
        ok = err_set(err, "copy %s: %s", copy->target, PQerrorMessage(copy->native));
    return ok;
}

void copy_row(struct copy *copy, int16_t fields) {
    if (copy->used >= FLUSH_AT)
        flush(copy);
    put16(copy, (uint16_t)fields);
    copy->rows++;
}

void copy_null(struct copy *copy) {
    put32(copy, UINT32_MAX);
}

void copy_bool(struct copy *copy, bool value) {
    put32(copy, 1);
    put(copy, &(uint8_t){value}, 1);
}

void copy_int(struct copy *copy, int32_t value) {
    put32(copy, 4);
    put32(copy, (uint32_t)value);
}

void copy_date(struct copy *copy, date_t value) {
    copy_int(copy, value);
}

void copy_instant(struct copy *copy, instant_t value) {
    put32(copy, 8);
    put64(copy, (uint64_t)value);
}

void copy_uuid(struct copy *copy, const struct uuid *value) {
    put32(copy, sizeof value->bytes);
    put(copy, value->bytes, sizeof value->bytes);
}

void copy_text(struct copy *copy, const char *value) {
    if (value == NULL) {
        copy_null(copy);
        return;
    }
    size_t length = strlen(value);
    put32(copy, (uint32_t)length);
    put(copy, value, length);
}

void copy_json(struct copy *copy, const char *text, size_t length) {
    put32(copy, (uint32_t)length + 1);
    put(copy, "\1", 1);
    put(copy, text, length);
}

/* Groups of four digits around the decimal point: the fraction is filled up to whole groups first.
 */
void copy_numeric(struct copy *copy, int64_t value, int scale) {
    ASSERT(scale >= 0 && scale <= 8);
    uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;
    int fraction_groups = (scale + 3) / 4;
    for (int i = scale; i < 4 * fraction_groups; i++) {
        ASSERT(left <= UINT64_MAX / 10);
        left *= 10;
    }
    uint16_t groups[NUMERIC_GROUPS_MAX];
    int count = 0, weight = -fraction_groups - 1;
    for (; left > 0; left /= 10000) {
        groups[count++] = (uint16_t)(left % 10000);
        weight++;
    }
    int trailing = 0;
    while (trailing < count && groups[trailing] == 0)
        trailing++;
    put32(copy, (uint32_t)(8 + 2 * (count - trailing)));
    put16(copy, (uint16_t)(count - trailing));
    put16(copy, (uint16_t)(count > 0 ? weight : 0));
    put16(copy, value < 0 ? 0x4000 : 0);
    put16(copy, (uint16_t)scale);
    for (int i = count; i > trailing; i--)
        put16(copy, groups[i - 1]);
}

static void put_array_header(struct copy *copy, size_t bytes, enum pg_type type, uint32_t count) {
    put32(copy, (uint32_t)(20 + bytes));
    put32(copy, 1); /* dimensions */
    put32(copy, 0); /* no nulls */
    put32(copy, (uint32_t)type);
    put32(copy, count);
    put32(copy, 1); /* lower bound */
}

void copy_floats(struct copy *copy, const float *values, uint32_t count) {
    put_array_header(copy, (size_t)count * 8, PG_FLOAT4, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t bits;
        memcpy(&bits, &values[i], sizeof bits);
        put32(copy, 4);
        put32(copy, bits);
    }
}

void copy_texts(struct copy *copy, const char *const *values, uint32_t count) {
    size_t bytes = 0;
    for (uint32_t i = 0; i < count; i++)
        bytes += 4 + strlen(values[i]);
    if (count == 0) { /* an empty array has no dimensions */
        put32(copy, 12);
        put32(copy, 0);
        put32(copy, 0);
        put32(copy, PG_TEXT);
        return;
    }
    put_array_header(copy, bytes, PG_TEXT, count);
    for (uint32_t i = 0; i < count; i++) {
        put32(copy, (uint32_t)strlen(values[i]));
        put(copy, values[i], strlen(values[i]));
    }
}
