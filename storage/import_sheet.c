#include "storage/import_sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine/base/mem.h"
#include "storage/csv_reader.h"

const char *import_sheet_cell(const struct import_sheet *sheet, size_t row, int column) {
    ASSERT(row < sheet->count && column >= 0 && (size_t)column < sheet->form->count);
    size_t at = sheet->cells[row * IMPORT_COLUMNS_MAX + (size_t)column];
    return at == 0 ? NULL : sheet->text + at;
}

static void tell(struct import_sheet *sheet, uint64_t line, const char *column,
                 const char *reason) {
    struct import_problem problem = {sheet->form->name, line, column, reason};
    sheet->problems++;
    if (sheet->options->problem != NULL)
        sheet->options->problem(sheet->options->ctx, &problem);
}

void import_sheet_problem(struct import_sheet *sheet, size_t row, int column, const char *reason) {
    tell(sheet, sheet->lines[row], column < 0 ? NULL : sheet->form->columns[column].name, reason);
}

static void keep_cell(struct import_sheet *sheet, size_t row, size_t column, const char *cell) {
    size_t length = strlen(cell) + 1;
    sheet->text = mem_grow(sheet->text, &sheet->text_capacity, sheet->text_used + length, 1);
    memcpy(sheet->text + sheet->text_used, cell, length);
    sheet->cells[row * IMPORT_COLUMNS_MAX + column] = sheet->text_used;
    sheet->text_used += length;
}

static void judge_cell(struct import_sheet *sheet, size_t row, size_t at, const char *cell) {
    const struct import_column *column = &sheet->form->columns[at];
    char expected[256], reason[512];
    if (cell[0] == '\0') {
        if (column->required)
            import_sheet_problem(sheet, row, (int)at, "expected a value, got nothing");
        return;
    }
    if (import_column_accepts(column, cell)) {
        keep_cell(sheet, row, at, cell);
        return;
    }
    snprintf(reason, sizeof reason, "expected %s, got '%.80s%s'",
             import_column_expects(column, expected, sizeof expected), cell,
             strlen(cell) > 80 ? "..." : "");
    import_sheet_problem(sheet, row, (int)at, reason);
}

/* Where each column stands in the file; unknown names and missing required columns are problems. */
static bool place_columns(struct import_sheet *sheet, const struct csv_reader *reader,
                          int places[IMPORT_COLUMNS_MAX]) {
    char reason[512];
    uint64_t before = sheet->problems;
    for (size_t i = 0; i < sheet->form->count; i++) {
        const struct import_column *column = &sheet->form->columns[i];
        places[i] = csv_reader_find(reader, column->name);
        if (places[i] < 0 && column->required)
            tell(sheet, 1, column->name, "the file lacks this column");
    }
    for (size_t i = 0; i < csv_reader_columns(reader); i++) {
        bool known = false;
        for (size_t k = 0; k < sheet->form->count; k++)
            known |= places[k] == (int)i;
        snprintf(reason, sizeof reason, "no column of that name is known for %s",
                 sheet->form->name);
        if (!known)
            tell(sheet, 1, csv_reader_column(reader, i), reason);
    }
    return sheet->problems == before;
}

static void take_row(struct import_sheet *sheet, const struct csv_reader *reader,
                     const struct csv_row *row, const int places[IMPORT_COLUMNS_MAX]) {
    size_t number = sheet->count++;
    sheet->lines =
        mem_grow(sheet->lines, &sheet->line_capacity, sheet->count, sizeof *sheet->lines);
    sheet->cells = mem_grow(sheet->cells, &sheet->cell_capacity, sheet->count * IMPORT_COLUMNS_MAX,
                            sizeof *sheet->cells);
    sheet->lines[number] = row->line;
    if (row->count != csv_reader_columns(reader)) {
        char reason[96];
        snprintf(reason, sizeof reason, "expected %zu cells, got %zu", csv_reader_columns(reader),
                 row->count);
        import_sheet_problem(sheet, number, -1, reason);
        return;
    }
    for (size_t i = 0; i < sheet->form->count; i++)
        if (places[i] >= 0)
            judge_cell(sheet, number, i, row->cells[places[i]]);
}

bool import_sheet_read(struct import_sheet *sheet, enum import_file file,
                       const struct import_options *options, struct err *err) {
    *sheet = (struct import_sheet){.form = import_form_of(file), .options = options};
    /* Place 0 of the texts means an empty cell. */
    sheet->text_used = 1;
    char path[4096];
    int length = snprintf(path, sizeof path, "%s/%s", options->directory, sheet->form->name);
    if (length < 0 || (size_t)length >= sizeof path)
        return err_set(err, "%s: the path is too long", options->directory);
    if (access(path, F_OK) != 0)
        return true;
    struct csv_reader *reader = csv_reader_open(path, err);
    if (reader == NULL)
        return false;
    sheet->present = true;
    int places[IMPORT_COLUMNS_MAX];
    struct csv_row row = {.cells = NULL};
    bool ok = true, more = place_columns(sheet, reader, places);
    while (ok && more) {
        ok = csv_reader_next(reader, &row, err);
        more = ok && row.cells != NULL;
        if (more)
            take_row(sheet, reader, &row, places);
    }
    csv_reader_close(reader);
    return ok;
}

void import_sheet_release(struct import_sheet *sheet) {
    free(sheet->lines);
    free(sheet->cells);
    free(sheet->text);
    free(sheet->order);
    *sheet = (struct import_sheet){0};
}

/* The row's own key; empty cells, which are a problem already, as NULL. */
static void key_of(const struct import_sheet *sheet, uint32_t row,
                   const char *values[IMPORT_KEYS]) {
    for (int i = 0; i < IMPORT_KEYS; i++)
        values[i] = sheet->keys[i] < 0 ? NULL : import_sheet_cell(sheet, row, sheet->keys[i]);
}

static int compare_key(const struct import_sheet *sheet, uint32_t row,
                       const char *const values[IMPORT_KEYS]) {
    const char *own[IMPORT_KEYS];
    key_of(sheet, row, own);
    for (int i = 0; i < IMPORT_KEYS && sheet->keys[i] >= 0; i++) {
        int order = strcmp(own[i] == NULL ? "" : own[i], values[i] == NULL ? "" : values[i]);
        if (order != 0)
            return order;
    }
    return 0;
}

static int compare_rows(const void *a, const void *b, void *ctx) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    const char *key[IMPORT_KEYS];
    key_of(ctx, y, key);
    int order = compare_key(ctx, x, key);
    return order != 0 ? order : (x > y) - (x < y);
}

/* Is the key without an empty cell? */
static bool is_whole(const struct import_sheet *sheet, const char *const values[IMPORT_KEYS]) {
    for (int i = 0; i < IMPORT_KEYS && sheet->keys[i] >= 0; i++)
        if (values[i] == NULL)
            return false;
    return true;
}

void import_sheet_index(struct import_sheet *sheet, const int keys[IMPORT_KEYS]) {
    memcpy(sheet->keys, keys, sizeof sheet->keys);
    free(sheet->order);
    sheet->order = mem_array(sheet->count, sizeof *sheet->order);
    for (uint32_t row = 0; row < sheet->count; row++)
        sheet->order[row] = row;
    qsort_r(sheet->order, sheet->count, sizeof *sheet->order, compare_rows, sheet);
    for (size_t i = 1; i < sheet->count; i++) {
        uint32_t row = sheet->order[i], before = sheet->order[i - 1];
        const char *key[IMPORT_KEYS];
        key_of(sheet, row, key);
        if (!is_whole(sheet, key) || compare_key(sheet, before, key) != 0)
            continue;
        char reason[96];
        snprintf(reason, sizeof reason, "the same key as in line %llu",
                 (unsigned long long)sheet->lines[before]);
        import_sheet_problem(sheet, row, keys[0], reason);
    }
}

uint32_t import_sheet_find(const struct import_sheet *sheet,
                           const char *const values[IMPORT_KEYS]) {
    ASSERT(sheet->order != NULL);
    size_t low = 0, high = sheet->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = compare_key(sheet, sheet->order[middle], values);
        if (order == 0)
            return sheet->order[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return ROW_NONE;
}
