/* One file of an import in memory: its cells, judged each by its column, and found again by key. */
#ifndef MATCHD_STORAGE_IMPORT_SHEET_H
#define MATCHD_STORAGE_IMPORT_SHEET_H

#include "engine/base/err.h"
#include "storage/import.h"
#include "storage/import_columns.h"

/* Columns of a key; -1 after the last. */
enum { IMPORT_KEYS = 3 };

struct import_sheet {
    const struct import_form *form;
    const struct import_options *options; /* who is told of problems */
    uint64_t problems;
    bool present; /* the file is there */
    size_t count; /* rows */
    uint64_t *lines;
    size_t *cells; /* count x IMPORT_COLUMNS_MAX: places in `text`, 0 = empty */
    char *text;
    size_t text_used, text_capacity, line_capacity, cell_capacity;
    uint32_t *order; /* rows by key, after import_sheet_index */
    int keys[IMPORT_KEYS];
};

/* Reads `directory`/NAME; a missing file is an empty sheet. Rows with problems are kept, bad cells
 * as empty ones. False with *err when the file cannot be read at all. */
bool import_sheet_read(struct import_sheet *sheet, enum import_file file,
                       const struct import_options *options, struct err *err) MUST_CHECK;
void import_sheet_release(struct import_sheet *sheet);

/* NULL for an empty cell. */
const char *import_sheet_cell(const struct import_sheet *sheet, size_t row, int column);
void import_sheet_problem(struct import_sheet *sheet, size_t row, int column, const char *reason);

/* Sorts by one to three columns (-1 after the last); a row whose key is another's too is a problem,
 * in the first of them. */
void import_sheet_index(struct import_sheet *sheet, const int keys[IMPORT_KEYS]);
/* The row with that key, or ROW_NONE; as many values as there are columns. */
uint32_t import_sheet_find(const struct import_sheet *sheet, const char *const values[IMPORT_KEYS]);

#endif
