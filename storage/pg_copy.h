/* COPY ... TO STDOUT (FORMAT binary), decoded from the messages that carry it; pure.
 *
 *   +--------------------+---------+-----------+   the header: 11 bytes, flags, length of an
 *   | PGCOPY\n\377\r\n\0 | flags   | extension |   extension; 19 bytes when that is 0
 *   +--------------------+---------+-----------+
 *   | int16 columns | field | field | ...      |   a row; a field is int32 length (-1 = null) and
 *   | int16 -1      |                              bytes; the trailer
 *
 * PostgreSQL sends every row in a message of its own, the header in front of the first row. So a
 * message holds whole rows: one that ends in the middle of a row is an error.
 *
 *     struct copy_decoder copy = copy_decoder_of("public.users", 3, on_row, ctx);
 *     copy_decoder_message(&copy, bytes, length, &err);     // for each message
 *     copy_decoder_finish(&copy, &err);                     // was there a trailer? */
#ifndef MATCHD_STORAGE_PG_COPY_H
#define MATCHD_STORAGE_PG_COPY_H

#include "engine/base/err.h"
#include "storage/pg_wire.h"

enum { COPY_HEADER_BYTES = 19, COPY_COLUMNS_MAX = 32 };

/* One row; fields point into the message. False with *err set ends the decoding. */
typedef bool copy_row(void *ctx, const struct pg_field *fields, struct err *err);

struct copy_decoder {
    const char *table; /* for errors */
    int16_t columns;   /* expected of every row */
    copy_row *row;
    void *ctx;
    uint64_t rows, bytes;
    bool header_seen, trailer_seen;
};

struct copy_decoder copy_decoder_of(const char *table, int16_t columns, copy_row *row, void *ctx);
bool copy_decoder_message(struct copy_decoder *copy, const uint8_t *bytes, size_t length,
                          struct err *err) MUST_CHECK;
bool copy_decoder_finish(const struct copy_decoder *copy, struct err *err) MUST_CHECK;

#endif
