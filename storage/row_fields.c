#include "storage/row_fields.h"

#include <math.h>

struct row row_of(enum source source, const struct pg_field *fields) {
    return (struct row){.fields = fields, .source = source};
}

bool row_end(const struct row *row, struct err *err) {
    if (row->wrong == NULL)
        return true;
    const struct source_table *table = source_table(row->source);
    return err_set(err, "cannot read %s.%s: %s", table->qualified,
                   table->columns[row->wrong_column].name, row->wrong);
}

bool row_bool(struct row *row, size_t column) {
    bool value = false;
    row_judge(row, column, pg_bool(row->fields[column], &value));
    return value;
}

date_t row_date(struct row *row, size_t column) {
    date_t value = 0;
    row_judge(row, column, pg_date(row->fields[column], &value));
    return value;
}

int32_t row_int(struct row *row, size_t column, int32_t if_null) {
    int32_t value = if_null;
    if (!row_is_null(row, column))
        row_judge(row, column, pg_int4(row->fields[column], &value));
    return value;
}

double row_numeric(struct row *row, size_t column, bool *is_nan) {
    double value = NAN;
    if (is_nan != NULL)
        *is_nan = false;
    if (row_is_null(row, column))
        return value;
    row_judge(row, column, pg_numeric(row->fields[column], &value));
    if (is_nan != NULL)
        *is_nan = isnan(value);
    return value;
}

int row_word(const struct row *row, size_t column, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (pg_text_is(row->fields[column], words[i]))
            return (int)i;
    return -1;
}
