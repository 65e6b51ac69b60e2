/* The CSV reader: rows keep the line on which they begin, and what is no CSV is an error that names
 * it. */
#include "storage/csv_reader.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[64];

static struct csv_reader *open_text(const char *text, size_t length, struct err *err) {
    snprintf(path, sizeof path, "/tmp/matchd-csv.XXXXXX");
    int file = mkstemp(path);
    cr_assert(file >= 0);
    cr_assert(write(file, text, length) == (ssize_t)length);
    close(file);
    struct csv_reader *reader = csv_reader_open(path, err);
    unlink(path);
    return reader;
}

#define OPEN(text, err) open_text(text, sizeof(text) - 1, err)

Test(csv_reader, reads_quoted_cells_and_lines) {
    struct err err;
    struct csv_row row;
    struct csv_reader *r = OPEN("\xef\xbb\xbf"
                                "name,\"what is it\",n\r\n"
                                "a,\"two\nlines, and \"\"quotes\"\"\",1\r\n"
                                "\r\n"
                                "\"\",  blank around  ,2",
                                &err);
    cr_assert_not_null(r);
    cr_assert_eq(csv_reader_columns(r), 3);
    cr_assert_eq(csv_reader_find(r, "name"), 0); /* not behind the byte order mark */
    cr_assert_eq(csv_reader_find(r, "what is it"), 1);
    cr_assert_eq(csv_reader_find(r, "nothing"), -1);
    cr_assert(csv_reader_next(r, &row, &err));
    cr_assert_eq(row.count, 3);
    cr_assert_eq(row.line, 2);
    cr_assert_str_eq(row.cells[1], "two\nlines, and \"quotes\"");
    cr_assert(csv_reader_next(r, &row, &err));
    cr_assert_eq(row.line, 5); /* the row before takes two lines, an empty one follows */
    cr_assert_str_eq(row.cells[0], "");
    cr_assert_str_eq(row.cells[1], "blank around");
    cr_assert_str_eq(row.cells[2], "2"); /* no line end at the end */
    cr_assert(csv_reader_next(r, &row, &err));
    cr_assert_null(row.cells);
    csv_reader_close(r);
}

/* The end of a file that ends in a line end was once taken for a row without end. */
Test(csv_reader, ends_after_the_last_line) {
    struct err err;
    struct csv_row row;
    struct csv_reader *r = OPEN("a,b\n1,2\n", &err);
    cr_assert_not_null(r);
    cr_assert(csv_reader_next(r, &row, &err));
    cr_assert(csv_reader_next(r, &row, &err), "%s", err.text);
    cr_assert_null(row.cells);
    cr_assert(csv_reader_next(r, &row, &err));
    cr_assert_null(row.cells);
    csv_reader_close(r);
}

Test(csv_reader, keeps_rows_of_another_length) {
    struct err err;
    struct csv_row row;
    struct csv_reader *r = OPEN("a,b\n1\n1,2,3\n", &err);
    cr_assert(csv_reader_next(r, &row, &err));
    cr_assert_eq(row.count, 1);
    cr_assert(csv_reader_next(r, &row, &err));
    cr_assert_eq(row.count, 3);
    csv_reader_close(r);
}

static void expect_broken(const char *text, size_t length, const char *said) {
    struct err err = {{0}};
    struct csv_row row = {.cells = NULL};
    struct csv_reader *r = open_text(text, length, &err);
    bool ok = r != NULL;
    while (ok) {
        ok = csv_reader_next(r, &row, &err);
        cr_assert(!ok || row.cells != NULL, "read to the end: %s", text);
    }
    cr_assert_not_null(strstr(err.text, said), "expected '%s', got '%s'", said, err.text);
    csv_reader_close(r);
}
#define EXPECT_BROKEN(text, said) expect_broken(text, sizeof(text) - 1, said)

Test(csv_reader, names_what_is_no_csv) {
    EXPECT_BROKEN("a,b\n1,2\nx\"y,2\n", ":3: a double quote");
    EXPECT_BROKEN("a,b\n1,\"2\n3\n", ":2: a quoted cell has no end");
    EXPECT_BROKEN("a,b\n1,2\0\n", ":2: a NUL byte");
    EXPECT_BROKEN("a,a\n", "column a comes twice");
    EXPECT_BROKEN("a,,c\n", "column 2 has no name");
    EXPECT_BROKEN("", "no header line");
    struct err err;
    cr_assert_null(csv_reader_open("/nonexistent/file.csv", &err));
    cr_assert_not_null(strstr(err.text, "/nonexistent/file.csv"));
}

Test(csv_reader, bounds_a_row) {
    size_t length = 2 * CSV_ROW_BYTES_MAX;
    char *text = malloc(length);
    memset(text, '\n', length);
    memcpy(text, "a\n\"", 3); /* a quoted cell of line ends that never closes */
    expect_broken(text, length, ":2: a row of more than 1 MiB");
    memset(text, ',', length);
    memcpy(text, "a\n", 2);
    expect_broken(text, length, ":2: more than 256 cells");
    free(text);
}
