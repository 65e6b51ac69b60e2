#include "storage/pg_copy.h"

#include <string.h>

struct copy_decoder copy_decoder_of(const char *table, int16_t columns, copy_row *row, void *ctx) {
    ASSERT(columns > 0 && columns <= COPY_COLUMNS_MAX);
    return (struct copy_decoder){.table = table, .columns = columns, .row = row, .ctx = ctx};
}

static bool read_header(struct copy_decoder *copy, struct pg_cursor *cursor, struct err *err) {
    static const uint8_t signature[11] = "PGCOPY\n\377\r\n";
    size_t length = pg_cursor_left(cursor);
    const uint8_t *bytes = pg_read_bytes(cursor, sizeof signature);
    int32_t flags = pg_read_i32(cursor);
    int32_t extension = pg_read_i32(cursor);
    if (!pg_cursor_good(cursor))
        return err_set(err, "cannot read the COPY header of %s: expected %d bytes, got %zu",
                       copy->table, COPY_HEADER_BYTES, length);
    if (memcmp(bytes, signature, sizeof signature) != 0)
        return err_set(err, "cannot read the COPY header of %s: the signature is wrong",
                       copy->table);
    if (flags != 0)
        return err_set(err, "cannot read the COPY header of %s: unknown flags 0x%08x", copy->table,
                       (unsigned)flags);
    if (extension < 0 || pg_read_bytes(cursor, (size_t)extension) == NULL)
        return err_set(err, "cannot read the COPY header of %s: an extension of %d bytes",
                       copy->table, extension);
    copy->header_seen = true;
    return true;
}

static bool read_row(struct copy_decoder *copy, struct pg_cursor *cursor, struct err *err) {
    struct pg_field fields[COPY_COLUMNS_MAX];
    int16_t columns = pg_read_i16(cursor);
    if (pg_cursor_good(cursor) && columns == -1) {
        copy->trailer_seen = true;
        return true;
    }
    if (pg_cursor_good(cursor) && columns != copy->columns)
        return err_set(err, "cannot read row %llu of %s: expected %d columns, got %d",
                       (unsigned long long)copy->rows + 1, copy->table, copy->columns, columns);
    for (int16_t i = 0; i < copy->columns; i++)
        fields[i] = pg_read_field(cursor);
    if (!pg_cursor_good(cursor))
        return err_set(err, "cannot read row %llu of %s: %s", (unsigned long long)copy->rows + 1,
                       copy->table, cursor->wrong);
    copy->rows++;
    return copy->row(copy->ctx, fields, err);
}

bool copy_decoder_message(struct copy_decoder *copy, const uint8_t *bytes, size_t length,
                          struct err *err) {
    struct pg_cursor cursor = pg_cursor_of(bytes, length);
    copy->bytes += length;
    if (!copy->header_seen && !read_header(copy, &cursor, err))
        return false;
    while (pg_cursor_left(&cursor) > 0) {
        if (copy->trailer_seen)
            return err_set(err, "cannot read %s: %zu bytes after the COPY trailer", copy->table,
                           pg_cursor_left(&cursor));
        if (!read_row(copy, &cursor, err))
            return false;
    }
    return true;
}

bool copy_decoder_finish(const struct copy_decoder *copy, struct err *err) {
    if (!copy->header_seen)
        return err_set(err, "cannot read %s: the COPY data is empty", copy->table);
    if (!copy->trailer_seen)
        return err_set(err, "cannot read %s: the COPY data ends after row %llu without a trailer",
                       copy->table, (unsigned long long)copy->rows);
    return true;
}
