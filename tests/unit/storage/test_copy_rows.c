/* Protects: the bytes of COPY ... FROM STDIN (FORMAT binary): what is written is what the decoders
 * of COPY ... TO STDOUT read back, nulls, empty arrays and extreme numbers among it. */
#include "storage/copy_rows.h"
#include "storage/pg_copy.h"
#include "storage/pg_params.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct uuid id = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255}};
static const uint64_t hashes[] = {0, 1, UINT64_MAX, 0x8000000000000000u};
static const char *const texts[] = {"a", "", "two words"};

struct seen {
    uint32_t rows;
};

static void check_texts(struct pg_field field) {
    struct pg_array array;
    char text[16];
    cr_assert_null(pg_array_open(field, &array));
    cr_assert_eq(array.type, PG_TEXT);
    cr_assert_eq(array.count, ARRAY_LEN(texts));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        cr_assert_str_eq(pg_text_copy(pg_array_next(&array), text, sizeof text), texts[i]);
}

static void check_hashes(struct pg_field field) {
    struct pg_array array;
    cr_assert_null(pg_array_open(field, &array));
    cr_assert_eq(array.count, ARRAY_LEN(hashes));
    for (size_t i = 0; i < ARRAY_LEN(hashes); i++) {
        int64_t value;
        cr_assert_null(pg_int8(pg_array_next(&array), &value));
        cr_assert_eq((uint64_t)value, hashes[i]);
    }
}

static bool on_row(void *ctx, const struct pg_field *fields, struct err *err) {
    struct seen *seen = ctx;
    struct uuid uuid;
    int32_t number;
    double real;
    instant_t at;
    struct pg_array empty;
    (void)err;
    seen->rows++;
    cr_assert_null(pg_uuid(fields[0], &uuid));
    cr_assert(uuid_same(&uuid, &id));
    cr_assert_null(pg_int4(fields[1], &number));
    cr_assert_eq(number, INT32_MIN);
    cr_assert_null(pg_float8(fields[2], &real));
    cr_assert_eq(memcmp(&real, &(double){-0.1}, sizeof real), 0);
    cr_assert_null(pg_timestamptz(fields[3], &at));
    cr_assert_eq(at, INSTANT_INFINITY);
    cr_assert(pg_text_is(fields[4], "daily_offers"));
    cr_assert(pg_is_null(fields[5]));
    check_texts(fields[6]);
    check_hashes(fields[7]);
    cr_assert_null(pg_array_open(fields[8], &empty));
    cr_assert_eq(empty.count, 0);
    return true;
}

static void put_row(struct copy_rows *rows) {
    copy_rows_begin(rows, 9);
    copy_rows_uuid(rows, &id);
    copy_rows_int4(rows, INT32_MIN);
    copy_rows_float8(rows, -0.1);
    copy_rows_instant(rows, INSTANT_INFINITY);
    copy_rows_text(rows, "daily_offers");
    copy_rows_null(rows);
    copy_rows_texts(rows, texts, ARRAY_LEN(texts));
    copy_rows_int8s(rows, hashes, ARRAY_LEN(hashes));
    copy_rows_texts(rows, NULL, 0);
}

Test(copy_rows, what_is_written_is_read_back) {
    struct copy_rows rows = {0};
    for (int round = 0; round < 2; round++) {
        struct seen seen = {0};
        struct err err = {0};
        size_t length;
        copy_rows_reset(&rows);
        for (int i = 0; i < 3; i++)
            put_row(&rows);
        const void *bytes = copy_rows_end(&rows, &length);
        struct copy_decoder decoder = copy_decoder_of("t", 9, on_row, &seen);
        cr_assert(copy_decoder_message(&decoder, bytes, length, &err), "%s", err.text);
        cr_assert(copy_decoder_finish(&decoder, &err), "%s", err.text);
        cr_assert_eq(seen.rows, 3);
    }
    copy_rows_release(&rows);
}

Test(copy_rows, nothing_is_a_header_and_a_trailer) {
    struct copy_rows rows = {0};
    size_t length;
    const uint8_t *bytes = copy_rows_end(&rows, &length);
    cr_assert_eq(length, COPY_HEADER_BYTES + 2);
    cr_assert_eq(memcmp(bytes, "PGCOPY\n\377\r\n", 11), 0);
    copy_rows_release(&rows);
}

Test(pg_params, arrays_and_intervals) {
    struct pg_params params = {0};
    struct pg_array array;
    struct uuid got;
    pg_params_uuids(&params, &id, 1);
    pg_params_interval(&params, 1.5);
    pg_params_text(&params, NULL);
    cr_assert_eq(params.count, 3);
    struct pg_field field = {.bytes = params.list[0].bytes,
                             .length = (uint32_t)params.list[0].length};
    cr_assert_null(pg_array_open(field, &array));
    cr_assert_eq(array.type, PG_UUID);
    cr_assert_eq(array.count, 1);
    cr_assert_null(pg_uuid(pg_array_next(&array), &got));
    cr_assert(uuid_same(&got, &id));
    struct pg_cursor interval = pg_cursor_of(params.list[1].bytes, params.list[1].length);
    cr_assert_eq(pg_read_i64(&interval), 1500000);
    cr_assert_eq(pg_read_i64(&interval), 0);
    cr_assert_null(params.list[2].bytes);
    pg_params_release(&params);
}
