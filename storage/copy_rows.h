/* Rows for COPY ... FROM STDIN (FORMAT binary), put together in memory; pure.
 *
 *     struct copy_rows rows = {0};
 *     copy_rows_begin(&rows, 2);                 // a row of two columns
 *     copy_rows_uuid(&rows, &user);
 *     copy_rows_int4(&rows, attempt);
 *     bytes = copy_rows_end(&rows, &length);     // header and trailer are added
 *     copy_rows_reset(&rows);                    // empty, keeps its memory
 *     copy_rows_release(&rows);
 *
 * The format is that of pg_copy.h. */
#ifndef MATCHD_STORAGE_COPY_ROWS_H
#define MATCHD_STORAGE_COPY_ROWS_H

#include "storage/pg_wire.h"

struct copy_rows {
    uint8_t *bytes;
    size_t used, capacity;
    uint32_t rows;
};

void copy_rows_release(struct copy_rows *rows);
void copy_rows_reset(struct copy_rows *rows);
void copy_rows_begin(struct copy_rows *rows, int16_t columns);
const void *copy_rows_end(struct copy_rows *rows, size_t *length);

void copy_rows_null(struct copy_rows *rows);
void copy_rows_uuid(struct copy_rows *rows, const struct uuid *id);
void copy_rows_int4(struct copy_rows *rows, int32_t value);
void copy_rows_float8(struct copy_rows *rows, double value);
void copy_rows_instant(struct copy_rows *rows, instant_t at);
void copy_rows_text(struct copy_rows *rows, const char *text);
void copy_rows_texts(struct copy_rows *rows, const char *const *texts, uint32_t count);
void copy_rows_int8s(struct copy_rows *rows, const uint64_t *values, uint32_t count);

#endif
