/* COPY's binary format: header, rows, trailer; cut anywhere it is an error with a sentence. */
#include "storage/pg_copy.h"

#include <criterion/criterion.h>
#include <string.h>

#define HEADER  'P', 'G', 'C', 'O', 'P', 'Y', '\n', 0xff, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
#define ROW     0, 2, 0, 0, 0, 1, 'x', 0xff, 0xff, 0xff, 0xff
#define TRAILER 0xff, 0xff

static bool count_row(void *ctx, const struct pg_field *fields, struct err *err) {
    (void)err;
    cr_assert(pg_text_is(fields[0], "x"));
    cr_assert(pg_is_null(fields[1]));
    (*(int *)ctx)++;
    return true;
}

static bool refuse_row(void *ctx, const struct pg_field *fields, struct err *err) {
    (void)ctx;
    (void)fields;
    return err_set(err, "no");
}

Test(pg_copy, rows_come_with_the_header_and_alone) {
    const uint8_t first[] = {HEADER, ROW}, second[] = {ROW, ROW}, last[] = {TRAILER};
    int rows = 0;
    struct err err = {{0}};
    struct copy_decoder copy = copy_decoder_of("t", 2, count_row, &rows);
    cr_assert(copy_decoder_message(&copy, first, sizeof first, &err), "%s", err.text);
    cr_assert(copy_decoder_message(&copy, second, sizeof second, &err), "%s", err.text);
    cr_assert_not(copy_decoder_finish(&copy, &err), "the trailer has not come");
    cr_assert(copy_decoder_message(&copy, last, sizeof last, &err), "%s", err.text);
    cr_assert(copy_decoder_finish(&copy, &err), "%s", err.text);
    cr_assert_eq(rows, 3);
    cr_assert_eq(copy.rows, 3);
    cr_assert_eq(copy.bytes, sizeof first + sizeof second + sizeof last);
}

Test(pg_copy, an_empty_table_is_header_and_trailer) {
    const uint8_t all[] = {HEADER, TRAILER};
    int rows = 0;
    struct err err = {{0}};
    struct copy_decoder copy = copy_decoder_of("t", 2, count_row, &rows);
    cr_assert(copy_decoder_message(&copy, all, sizeof all, &err));
    cr_assert(copy_decoder_finish(&copy, &err));
    cr_assert_eq(rows, 0);
    copy = copy_decoder_of("t", 2, count_row, &rows);
    cr_assert_not(copy_decoder_finish(&copy, &err), "nothing at all is not empty, it is broken");
}

Test(pg_copy, cut_at_any_byte_it_never_passes_for_complete) {
    const uint8_t all[] = {HEADER, ROW, ROW, TRAILER};
    for (size_t length = 0; length < sizeof all; length++) {
        int rows = 0;
        struct err err = {{0}};
        uint8_t exact[sizeof all];
        memcpy(exact, all, length);
        struct copy_decoder copy = copy_decoder_of("t", 2, count_row, &rows);
        bool good =
            copy_decoder_message(&copy, exact, length, &err) && copy_decoder_finish(&copy, &err);
        cr_assert_not(good, "cut at %zu", length);
        cr_assert_neq(err.text[0], '\0', "cut at %zu without a sentence", length);
    }
}

static void expect(const uint8_t *bytes, size_t length, const char *sentence) {
    int rows = 0;
    struct err err = {{0}};
    struct copy_decoder copy = copy_decoder_of("public.t", 2, count_row, &rows);
    cr_assert_not(copy_decoder_message(&copy, bytes, length, &err));
    cr_assert_str_eq(err.text, sentence);
}

Test(pg_copy, what_is_wrong_is_said) {
    const uint8_t short_header[] = {'P', 'G', 'C', 'O', 'P', 'Y', '\n'};
    expect(short_header, sizeof short_header,
           "cannot read the COPY header of public.t: expected 19 bytes, got 7");
    uint8_t header[] = {HEADER, ROW};
    header[0] = 'Q';
    expect(header, sizeof header,
           "cannot read the COPY header of public.t: the signature is wrong");
    const uint8_t oids[] = {'P', 'G', 'C', 'O', 'P', 'Y', '\n', 0xff, '\r', '\n',
                            0,   0,   1,   0,   0,   0,   0,    0,    0};
    expect(oids, sizeof oids, "cannot read the COPY header of public.t: unknown flags 0x00010000");
    const uint8_t columns[] = {HEADER, 0, 3, 0, 0, 0, 0};
    expect(columns, sizeof columns, "cannot read row 1 of public.t: expected 2 columns, got 3");
    const uint8_t negative[] = {HEADER, ROW, 0, 2, 0x80, 0, 0, 0, 0, 0, 0, 0};
    expect(negative, sizeof negative,
           "cannot read row 2 of public.t: a value has a negative length");
    const uint8_t after[] = {HEADER, TRAILER, 0, 0};
    expect(after, sizeof after, "cannot read public.t: 2 bytes after the COPY trailer");
}

Test(pg_copy, a_row_that_its_reader_refuses_ends_it) {
    const uint8_t all[] = {HEADER, ROW, ROW, TRAILER};
    struct err err = {{0}};
    struct copy_decoder copy = copy_decoder_of("t", 2, refuse_row, NULL);
    cr_assert_not(copy_decoder_message(&copy, all, sizeof all, &err));
    cr_assert_str_eq(err.text, "no");
    cr_assert_eq(copy.rows, 1);
}
