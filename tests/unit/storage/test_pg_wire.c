/* Values as PostgreSQL sends them, good, cut and lying about their lengths. */
#include "storage/pg_wire.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#define FIELD(...)                                                                                 \
    (struct pg_field) {                                                                            \
        .bytes = (const uint8_t[]){__VA_ARGS__}, .length = sizeof((const uint8_t[]){__VA_ARGS__})  \
    }

static const struct pg_field null_field;

Test(pg_wire, cursor_remembers_the_first_thing_that_did_not_fit) {
    const uint8_t bytes[] = {0, 1, 0xff, 0xff, 0xff, 0xfe, 9};
    struct pg_cursor cursor = pg_cursor_of(bytes, sizeof bytes);
    cr_assert_eq(pg_read_i16(&cursor), 1);
    cr_assert_eq(pg_read_i32(&cursor), -2);
    cr_assert(pg_cursor_good(&cursor));
    cr_assert_eq(pg_cursor_left(&cursor), 1);
    cr_assert_eq(pg_read_i64(&cursor), 0);
    cr_assert_not(pg_cursor_good(&cursor));
    cr_assert_eq(pg_read_i16(&cursor), 0, "reading on gives zeros");
    cr_assert_str_eq(cursor.wrong, "the bytes end in the middle of a value");
}

Test(pg_wire, field_lengths_are_held_against_the_bytes_that_are_there) {
    const uint8_t good[] = {0, 0, 0, 2, 'a', 'b', 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0};
    struct pg_cursor cursor = pg_cursor_of(good, sizeof good);
    struct pg_field field = pg_read_field(&cursor);
    cr_assert(pg_text_is(field, "ab"));
    cr_assert(pg_is_null(pg_read_field(&cursor)));
    field = pg_read_field(&cursor);
    cr_assert_not(pg_is_null(field), "an empty value is not null");
    cr_assert_eq(field.length, 0);
    cr_assert(pg_cursor_good(&cursor));

    const uint8_t negative[] = {0xff, 0xff, 0xff, 0xfe, 0, 0};
    cursor = pg_cursor_of(negative, sizeof negative);
    cr_assert(pg_is_null(pg_read_field(&cursor)));
    cr_assert_str_eq(cursor.wrong, "a value has a negative length");

    const uint8_t huge[] = {0x7f, 0xff, 0xff, 0xff, 1, 2, 3};
    cursor = pg_cursor_of(huge, sizeof huge);
    cr_assert(pg_is_null(pg_read_field(&cursor)));
    cr_assert_str_eq(cursor.wrong, "the bytes end in the middle of a value");
}

Test(pg_wire, values_of_fixed_width_refuse_any_other) {
    int32_t four;
    int64_t eight;
    bool flag;
    float real;
    double number;
    struct uuid id;
    date_t date;
    instant_t at;
    cr_assert_null(pg_int4(FIELD(0xff, 0xff, 0xff, 0xff), &four));
    cr_assert_eq(four, -1);
    cr_assert_null(pg_int8(FIELD(0, 0, 0, 1, 0, 0, 0, 0), &eight));
    cr_assert_eq(eight, INT64_C(1) << 32);
    cr_assert_null(pg_bool(FIELD(1), &flag));
    cr_assert(flag);
    cr_assert_null(pg_float4(FIELD(0x3f, 0x80, 0, 0), &real));
    cr_assert_eq(real, 1.0f);
    cr_assert_null(pg_float8(FIELD(0xbf, 0xe0, 0, 0, 0, 0, 0, 0), &number));
    cr_assert_eq(number, -0.5);
    cr_assert_null(pg_date(FIELD(0x7f, 0xff, 0xff, 0xff), &date));
    cr_assert_eq(date, DATE_INFINITY);
    cr_assert_null(pg_timestamptz(FIELD(0x80, 0, 0, 0, 0, 0, 0, 0), &at));
    cr_assert_eq(at, INSTANT_MINUS_INFINITY);
    cr_assert_not_null(pg_int4(FIELD(0, 0, 1), &four));
    cr_assert_not_null(pg_int8(FIELD(0, 0, 0, 1), &eight));
    cr_assert_not_null(pg_bool(FIELD(0, 1), &flag));
    cr_assert_not_null(pg_uuid(FIELD(1, 2, 3), &id));
    cr_assert_str_eq(pg_date(null_field, &date), "null");
}

static double numeric(struct pg_field field) {
    double value = 12345;
    const char *wrong = pg_numeric(field, &value);
    cr_assert_null(wrong, "%s", wrong);
    return value;
}

Test(pg_wire, numeric_is_rounded_once_to_the_nearest_double) {
    /* 42.36010000: digits 42, 3601; weight 0 */
    cr_assert_eq(numeric(FIELD(0, 2, 0, 0, 0, 0, 0, 8, 0, 42, 0x0e, 0x11)), 42.3601);
    /* -71.05890000 */
    cr_assert_eq(numeric(FIELD(0, 2, 0, 0, 0x40, 0, 0, 8, 0, 71, 0x02, 0x4d)), -71.0589);
    /* 0 has no digits */
    cr_assert_eq(numeric(FIELD(0, 0, 0, 0, 0, 0, 0, 0)), 0.0);
    /* 0.00000001: weight -2 */
    cr_assert_eq(numeric(FIELD(0, 1, 0xff, 0xfe, 0, 0, 0, 8, 0, 1)), 1e-8);
    /* 9007199254740993 = 2^53 + 1 lies in the middle of two doubles: ties to even */
    cr_assert_eq(
        numeric(FIELD(0, 4, 0, 3, 0, 0, 0, 0, 0x23, 0x2f, 0x07, 0xc8, 0x15, 0x62, 0x03, 0xe1)),
        9007199254740992.0);
    /* the same and 1e-4: no longer the middle */
    cr_assert_eq(numeric(FIELD(0, 5, 0, 3, 0, 0, 0, 4, 0x23, 0x2f, 0x07, 0xc8, 0x15, 0x62, 0x03,
                               0xe1, 0, 1)),
                 9007199254740994.0);
    /* 1e400 */
    cr_assert(isinf(numeric(FIELD(0, 1, 0, 100, 0, 0, 0, 0, 0, 1))));
}

Test(pg_wire, numeric_keeps_a_digit_far_behind_the_point) {
    /* 2^53 + 1 followed by 1200 zeros after the point and a 1: above the middle. */
    uint8_t bytes[8 + 2 * 305] = {0x01, 0x31, 0, 3};
    const uint8_t head[] = {0x23, 0x2f, 0x07, 0xc8, 0x15, 0x62, 0x03, 0xe1};
    memcpy(bytes + 8, head, sizeof head);
    bytes[sizeof bytes - 1] = 1;
    cr_assert_eq(numeric((struct pg_field){bytes, sizeof bytes}), 9007199254740994.0);
}

Test(pg_wire, numeric_specials_and_lies) {
    double value;
    cr_assert(isnan(numeric(FIELD(0, 0, 0, 0, 0xC0, 0, 0, 0))));
    cr_assert_eq(numeric(FIELD(0, 0, 0, 0, 0xD0, 0, 0, 0)), (double)INFINITY);
    cr_assert_eq(numeric(FIELD(0, 0, 0, 0, 0xF0, 0, 0, 0)), -(double)INFINITY);
    cr_assert_not_null(pg_numeric(FIELD(0, 2, 0, 0, 0, 0, 0, 0, 0, 1), &value), "a digit lacks");
    cr_assert_not_null(pg_numeric(FIELD(0, 1, 0, 0, 0, 0, 0, 0, 0x27, 0x10), &value), "10000");
    cr_assert_not_null(pg_numeric(FIELD(0xff, 0xff, 0, 0, 0, 0, 0, 0), &value), "-1 digits");
    cr_assert_not_null(pg_numeric(FIELD(0, 0, 0, 0, 0x12, 0, 0, 0), &value), "unknown sign");
    cr_assert_not_null(pg_numeric(FIELD(0, 0, 0), &value));
    cr_assert_not_null(pg_numeric(null_field, &value));
}

Test(pg_wire, jsonb_has_a_version) {
    const uint8_t bytes[] = {1, '4', '2'};
    struct pg_field text;
    cr_assert_null(pg_jsonb((struct pg_field){bytes, sizeof bytes}, &text));
    cr_assert(pg_text_is(text, "42"));
    cr_assert_not_null(pg_jsonb(FIELD(2, '4', '2'), &text));
    cr_assert_not_null(pg_jsonb(FIELD(1), &text));
    cr_assert_not_null(pg_jsonb(null_field, &text));
}

Test(pg_wire, texts_are_cut_between_characters) {
    char buffer[5];
    struct pg_field field = {(const uint8_t *)"ab\xc3\xa9\xc3\xa9", 6};
    cr_assert_str_eq(pg_text_copy(field, buffer, sizeof buffer), "ab\xc3\xa9");
    cr_assert_str_eq(pg_text_copy(field, buffer, 4), "ab");
    cr_assert_str_eq(pg_text_copy(null_field, buffer, 4), "");
}

static bool blank(const char *text) {
    return pg_text_blank((struct pg_field){(const uint8_t *)text, (uint32_t)strlen(text)});
}

Test(pg_wire, blank_knows_the_white_space_of_unicode) {
    cr_assert(pg_text_blank(null_field));
    cr_assert(blank(""));
    cr_assert(blank(" \t\r\n\v\f"));
    cr_assert(blank("\xc2\xa0"));
    cr_assert_not(blank("."));
}

/* real[] of {1, null, 2}: one dimension, lower bound 1. */
static const uint8_t floats[] = {0,    0,    0,    1,    0, 0, 0, 1, 0,    0, 2,    0xbc, 0, 0,
                                 0,    3,    0,    0,    0, 1, 0, 0, 0,    4, 0x3f, 0x80, 0, 0,
                                 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 4, 0x40, 0, 0,    0};

Test(pg_wire, float_arrays_turn_null_into_nan_and_are_flat) {
    float out[4];
    uint32_t count = 0;
    cr_assert_null(pg_float4_array((struct pg_field){floats, sizeof floats}, out, 4, &count));
    cr_assert_eq(count, 3);
    cr_assert_eq(out[0], 1.0f);
    cr_assert(isnan(out[1]));
    cr_assert_eq(out[2], 2.0f);
    /* Too long for the room: the length is told, nothing is written. */
    out[0] = 7;
    cr_assert_null(pg_float4_array((struct pg_field){floats, sizeof floats}, out, 2, &count));
    cr_assert_eq(count, 3);
    cr_assert_eq(out[0], 7.0f);
    /* {} has no dimensions. */
    cr_assert_null(pg_float4_array(FIELD(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0xbc), out, 4, &count));
    cr_assert_eq(count, 0);
}

Test(pg_wire, arrays_that_are_cut_or_lie_are_refused) {
    float out[4];
    uint32_t count = 0;
    for (uint32_t length = 0; length < sizeof floats; length++)
        cr_assert_not_null(pg_float4_array((struct pg_field){floats, length}, out, 4, &count),
                           "cut at %u", length);
    uint8_t changed[sizeof floats];
    memcpy(changed, floats, sizeof floats);
    changed[11] = 0xbd; /* another element type */
    cr_assert_not_null(pg_float4_array((struct pg_field){changed, sizeof changed}, out, 4, &count));
    memcpy(changed, floats, sizeof floats);
    changed[12] = 0x7f; /* two thousand million elements */
    cr_assert_not_null(pg_float4_array((struct pg_field){changed, sizeof changed}, out, 4, &count));
    const uint8_t square[] = {0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 2, 0xbc, 0, 0, 0,    1,    0, 0,
                              0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0,    0, 4, 0x3f, 0x80, 0, 0};
    cr_assert_str_eq(pg_float4_array((struct pg_field){square, sizeof square}, out, 4, &count),
                     "expected an array of one dimension");
}
