/* COPY ... FROM STDIN (FORMAT binary), written value by value.
 *
 *     struct copy copy;
 *     copy_begin(&copy, conn, "public.blocks (id, blocker_id, blocked_id)", &err);
 *     copy_row(&copy, 3);
 *     copy_uuid(&copy, &id); ...
 *     copy_end(&copy, &err);
 *
 * Failure is sticky: after one, the rest is swallowed and copy_end returns it. The bytes are drawn
 * in storage/pg_copy.h, which reads them. */
#ifndef MATCHD_BENCH_COPY_H
#define MATCHD_BENCH_COPY_H

#include "engine/base/civil.h"
#include "storage/pg_conn.h"

struct copy {
    void *native; /* PGconn */
    const char *target;
    uint8_t *bytes;
    size_t used;
    uint64_t rows;
    bool failed;
};

bool copy_begin(struct copy *copy, struct pg_conn *conn, const char *target,
                struct err *err) MUST_CHECK;
/* Finishes the COPY, or abandons it when something failed. Always to be called after copy_begin was
 * true. */
bool copy_end(struct copy *copy, struct err *err) MUST_CHECK;

void copy_row(struct copy *copy, int16_t fields);
void copy_null(struct copy *copy);
void copy_bool(struct copy *copy, bool value);
void copy_int(struct copy *copy, int32_t value);
void copy_date(struct copy *copy, date_t value);
void copy_instant(struct copy *copy, instant_t value);
void copy_uuid(struct copy *copy, const struct uuid *value);
void copy_text(struct copy *copy, const char *value); /* NULL = null */
void copy_json(struct copy *copy, const char *text, size_t length);
/* numeric: value * 10^-scale; scale 0..8. */
void copy_numeric(struct copy *copy, int64_t value, int scale);
void copy_floats(struct copy *copy, const float *values, uint32_t count);
void copy_texts(struct copy *copy, const char *const *values, uint32_t count);

#endif
