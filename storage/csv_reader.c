#include "storage/csv_reader.h"

#include <csv.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

struct csv_reader {
    FILE *file;
    char *path;
    struct csv_parser parser;
    char **columns;
    size_t column_count;

    /* The line in hand; libcsv is fed line by line so that rows know where they begin. */
    char *line;
    size_t line_capacity;
    uint64_t line_number;

    /* The row being put together: the texts of its cells one after another. */
    char *text;
    size_t text_length, text_capacity;
    size_t starts[CSV_COLUMNS_MAX];
    const char *cells[CSV_COLUMNS_MAX];
    size_t count;
    uint64_t first_line;
    bool complete, too_wide, has_nul;
};

static void take_cell(void *bytes, size_t length, void *ctx) {
    struct csv_reader *r = ctx;
    if (r->count == CSV_COLUMNS_MAX) {
        r->too_wide = true;
        return;
    }
    r->has_nul |= memchr(bytes, '\0', length) != NULL;
    r->text = mem_grow(r->text, &r->text_capacity, r->text_length + length + 1, 1);
    memcpy(r->text + r->text_length, bytes, length);
    r->text[r->text_length + length] = '\0';
    r->starts[r->count++] = r->text_length;
    r->text_length += length + 1;
}

static void take_row(int terminator, void *ctx) {
    (void)terminator;
    ((struct csv_reader *)ctx)->complete = true;
}

static bool fault(const struct csv_reader *r, struct err *err, const char *what) {
    return err_set(err, "%s:%llu: %s", r->path, (unsigned long long)r->first_line, what);
}

/* One more line into the parser, or the end of the file: *more tells which. */
static bool feed(struct csv_reader *r, bool *more, struct err *err) {
    ssize_t length = getline(&r->line, &r->line_capacity, r->file);
    *more = length >= 0;
    if (!*more) {
        if (ferror(r->file))
            return err_set(err, "cannot read %s: %s", r->path, strerror(errno));
        if (csv_fini(&r->parser, take_cell, take_row, r) != 0)
            return fault(r, err, "a quoted cell has no end");
        return true;
    }
    r->line_number++;
    const char *from = r->line;
    size_t size = (size_t)length;
    if (r->line_number == 1 && size >= 3 && memcmp(from, "\xef\xbb\xbf", 3) == 0) {
        from += 3;
        size -= 3;
    }
    if (csv_parse(&r->parser, from, size, take_cell, take_row, r) != size)
        return fault(r, err, "a double quote stands where none may stand");
    return true;
}

bool csv_reader_next(struct csv_reader *r, struct csv_row *row, struct err *err) {
    r->count = 0;
    r->text_length = 0;
    r->complete = r->too_wide = r->has_nul = false;
    r->first_line = r->line_number + 1;
    *row = (struct csv_row){0};
    bool more = true;
    while (!r->complete && more) {
        uint64_t before = r->line_number;
        if (!feed(r, &more, err))
            return false;
        if (r->text_length + r->parser.entry_pos > CSV_ROW_BYTES_MAX)
            return fault(r, err, "a row of more than 1 MiB");
        /* An empty line before the row: it begins on the next. */
        if (!r->complete && r->count == 0 && r->parser.entry_pos == 0 && !r->parser.quoted)
            r->first_line = before + 2;
    }
    if (!r->complete)
        return true;
    if (r->too_wide)
        return fault(r, err, "more than 256 cells");
    if (r->has_nul)
        return fault(r, err, "a NUL byte");
    for (size_t i = 0; i < r->count; i++)
        r->cells[i] = r->text + r->starts[i];
    *row = (struct csv_row){.cells = r->cells, .count = r->count, .line = r->first_line};
    return true;
}

static bool read_header(struct csv_reader *r, struct err *err) {
    struct csv_row row;
    if (!csv_reader_next(r, &row, err))
        return false;
    if (row.cells == NULL)
        return err_set(err, "%s: no header line", r->path);
    r->columns = mem_array(row.count, sizeof *r->columns);
    for (size_t i = 0; i < row.count; i++) {
        if (row.cells[i][0] == '\0')
            return err_set(err, "%s:%llu: column %zu has no name", r->path,
                           (unsigned long long)row.line, i + 1);
        if (csv_reader_find(r, row.cells[i]) >= 0)
            return err_set(err, "%s:%llu: column %s comes twice", r->path,
                           (unsigned long long)row.line, row.cells[i]);
        r->columns[r->column_count++] = mem_text(row.cells[i]);
    }
    return true;
}

struct csv_reader *csv_reader_open(const char *path, struct err *err) {
    FILE *file = fopen(path, "rbe");
    if (file == NULL) {
        err_set(err, "cannot open %s: %s", path, strerror(errno));
        return NULL;
    }
    struct csv_reader *r = mem_array(1, sizeof *r);
    r->file = file;
    r->path = mem_text(path);
    ASSERT(csv_init(&r->parser, CSV_STRICT | CSV_STRICT_FINI) == 0);
    if (!read_header(r, err)) {
        csv_reader_close(r);
        return NULL;
    }
    return r;
}

void csv_reader_close(struct csv_reader *r) {
    if (r == NULL)
        return;
    fclose(r->file);
    csv_free(&r->parser);
    for (size_t i = 0; i < r->column_count; i++)
        free(r->columns[i]);
    free(r->columns);
    free(r->line);
    free(r->text);
    free(r->path);
    free(r);
}

size_t csv_reader_columns(const struct csv_reader *r) {
    return r->column_count;
}

const char *csv_reader_column(const struct csv_reader *r, size_t index) {
    ASSERT(index < r->column_count);
    return r->columns[index];
}

int csv_reader_find(const struct csv_reader *r, const char *name) {
    for (size_t i = 0; i < r->column_count; i++)
        if (strcmp(r->columns[i], name) == 0)
            return (int)i;
    return -1;
}
