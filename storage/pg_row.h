/* One row of a result, read by column. The first value that is not as the statement promises is
 * remembered, and asked for once after all were read:
 *
 *     struct pg_row row = {.result = result, .index = i};
 *     out->run = pg_row_uuid(&row, 0);
 *     out->done = pg_row_int8(&row, 1, 0);
 *     if (row.wrong != NULL) return err_set(err, "...: %s", row.wrong);
 *
 * Numbers take what stands for null; a null UUID, date or instant is wrong. */
#ifndef MATCHD_STORAGE_PG_ROW_H
#define MATCHD_STORAGE_PG_ROW_H

#include "storage/pg_conn.h"

struct pg_row {
    const struct pg_result *result;
    size_t index;
    const char *wrong;
};

bool pg_row_is_null(const struct pg_row *row, size_t column);
/* Ends with a NUL, lives as long as the result; NULL = null. */
const char *pg_row_text(const struct pg_row *row, size_t column);
bool pg_row_bool(struct pg_row *row, size_t column, bool if_null);
int32_t pg_row_int4(struct pg_row *row, size_t column, int32_t if_null);
int64_t pg_row_int8(struct pg_row *row, size_t column, int64_t if_null);
double pg_row_float8(struct pg_row *row, size_t column, double if_null);
struct uuid pg_row_uuid(struct pg_row *row, size_t column);
date_t pg_row_date(struct pg_row *row, size_t column);
instant_t pg_row_instant(struct pg_row *row, size_t column, instant_t if_null);

#endif
