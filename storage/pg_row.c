#include "storage/pg_row.h"

static struct pg_field field(const struct pg_row *row, size_t column) {
    return pg_result_field(row->result, row->index, column);
}

static void judge(struct pg_row *row, const char *wrong) {
    if (row->wrong == NULL)
        row->wrong = wrong;
}

bool pg_row_is_null(const struct pg_row *row, size_t column) {
    return pg_is_null(field(row, column));
}

const char *pg_row_text(const struct pg_row *row, size_t column) {
    return (const char *)field(row, column).bytes;
}

bool pg_row_bool(struct pg_row *row, size_t column, bool if_null) {
    bool value = if_null;
    if (!pg_row_is_null(row, column))
        judge(row, pg_bool(field(row, column), &value));
    return value;
}

int32_t pg_row_int4(struct pg_row *row, size_t column, int32_t if_null) {
    int32_t value = if_null;
    if (!pg_row_is_null(row, column))
        judge(row, pg_int4(field(row, column), &value));
    return value;
}

int64_t pg_row_int8(struct pg_row *row, size_t column, int64_t if_null) {
    int64_t value = if_null;
    if (!pg_row_is_null(row, column))
        judge(row, pg_int8(field(row, column), &value));
    return value;
}

double pg_row_float8(struct pg_row *row, size_t column, double if_null) {
    double value = if_null;
    if (!pg_row_is_null(row, column))
        judge(row, pg_float8(field(row, column), &value));
    return value;
}

struct uuid pg_row_uuid(struct pg_row *row, size_t column) {
    struct uuid value = {{0}};
    judge(row, pg_uuid(field(row, column), &value));
    return value;
}

date_t pg_row_date(struct pg_row *row, size_t column) {
    date_t value = 0;
    judge(row, pg_date(field(row, column), &value));
    return value;
}

instant_t pg_row_instant(struct pg_row *row, size_t column, instant_t if_null) {
    instant_t value = if_null;
    if (!pg_row_is_null(row, column))
        judge(row, pg_timestamptz(field(row, column), &value));
    return value;
}
