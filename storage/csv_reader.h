/* CSV files as RFC 4180 has them, read by libcsv: commas, double quotes, a header line with the
 * names of the columns. Blank around unquoted cells is dropped, empty lines are skipped, a UTF-8
 * byte order mark too.
 *
 *     struct csv_reader *r = csv_reader_open(path, err);
 *     while (csv_reader_next(r, &row, err) && row.cells != NULL)
 *         ... row.cells[csv_reader_find(r, "name")] ...
 *     csv_reader_close(r);
 *
 * A row keeps the number of the line on which it begins (a quoted cell may hold line breaks). Rows
 * of another length than the header are returned as they are: the caller knows whether that is an
 * error. */
#ifndef MATCHD_STORAGE_CSV_READER_H
#define MATCHD_STORAGE_CSV_READER_H

#include "engine/base/base.h"
#include "engine/base/err.h"

enum { CSV_COLUMNS_MAX = 256, CSV_ROW_BYTES_MAX = 1 << 20 };

struct csv_reader;

/* NUL-terminated cells, valid until the next call; cells is NULL at the end of the file. */
struct csv_row {
    const char *const *cells;
    size_t count;
    uint64_t line; /* 1-based */
};

/* Opens a file and reads its header: names that are empty or come twice are an error. */
struct csv_reader *csv_reader_open(const char *path, struct err *err);
void csv_reader_close(struct csv_reader *r);

size_t csv_reader_columns(const struct csv_reader *r);
const char *csv_reader_column(const struct csv_reader *r, size_t index);
/* -1 if the file has no such column. */
int csv_reader_find(const struct csv_reader *r, const char *name);

/* False with *err ("FILE:LINE: what is wrong") where the file is no CSV: a stray quote, a NUL byte,
 * a row over CSV_ROW_BYTES_MAX, an unclosed quote at the end. Nothing can be read after that. */
bool csv_reader_next(struct csv_reader *r, struct csv_row *row, struct err *err) MUST_CHECK;

#endif
