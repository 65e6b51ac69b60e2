/* Answers: the short way and the parser give the same, limits hold, nothing is read past the end.
 */
#include "storage/json_answer.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct json_answer *reader;

static void setup(void) {
    reader = json_answer_new();
}
static void teardown(void) {
    json_answer_free(reader);
}
TestSuite(json_answer, .init = setup, .fini = teardown);

static struct answer_value read(const char *text) {
    struct answer_value value;
    const char *wrong = json_answer_read(reader, text, strlen(text), &value);
    cr_assert_null(wrong, "%s: %s", text, wrong);
    return value;
}

static const char *refusal(const char *text, size_t length) {
    struct answer_value value;
    const char *wrong = json_answer_read(reader, text, length, &value);
    cr_assert_eq(value.form, ANSWER_OTHER);
    return wrong;
}

Test(json_answer, strings_with_and_without_escapes) {
    struct answer_value value = read("\"exclusive\"");
    cr_assert_eq(value.form, ANSWER_TEXT);
    cr_assert_str_eq(value.text, "exclusive");
    cr_assert_str_eq(read("\"\"").text, "");
    cr_assert_str_eq(read("\"a\\\"b\\\\\"").text, "a\"b\\");
    cr_assert_str_eq(read("\"\\u00e9\\u20ac\"").text, "\xc3\xa9\xe2\x82\xac");
    cr_assert_str_eq(read("\"\xc3\xa9\"").text, "\xc3\xa9");
}

Test(json_answer, numbers) {
    cr_assert_eq(read("4").form, ANSWER_NUMBER);
    cr_assert_eq(read("4").number, 4.0);
    cr_assert_eq(read("-2.50").number, -2.5);
    cr_assert_eq(read("1e400").number, (double)INFINITY);
    cr_assert_eq(read(" 7 ").number, 7.0);
}

Test(json_answer, lists_of_texts) {
    struct answer_value value = read("[\"a\", \"b\\u0063\", \"\"]");
    cr_assert_eq(value.form, ANSWER_LIST);
    cr_assert_eq(value.list_count, 3);
    cr_assert_str_eq(value.list[0], "a");
    cr_assert_str_eq(value.list[1], "bc");
    cr_assert_str_eq(value.list[2], "");
    value = read("[]");
    cr_assert_eq(value.form, ANSWER_LIST);
    cr_assert_eq(value.list_count, 0);
}

Test(json_answer, all_else_is_other_without_complaint) {
    const char *const texts[] = {"null",          "true",      "{}",          "{\"a\": 1}", "[1]",
                                 "[\"a\", null]", "[[\"a\"]]", "[\"a\", {}]", "[true]"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        cr_assert_eq(read(texts[i]).form, ANSWER_OTHER, "%s", texts[i]);
}

Test(json_answer, no_json_is_said) {
    const char *const texts[] = {"", "\"", "[\"a\"", "\"a\" \"b\"", "nul", "\"a\nb\"", "[,]", "01"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        cr_assert_str_eq(refusal(texts[i], strlen(texts[i])), "no JSON", "%s", texts[i]);
}

Test(json_answer, deep_nesting_ends_at_once) {
    enum { DEPTH = 60000 };
    char *text = malloc(DEPTH);
    memset(text, '[', DEPTH);
    cr_assert_null(refusal(text, DEPTH));
    for (size_t i = 0; i + 5 < DEPTH; i += 5)
        memcpy(text + i, "{\"a\":", 5);
    cr_assert_null(refusal(text, DEPTH));
    free(text);
}

Test(json_answer, limits_of_length) {
    char *text = malloc(JSON_ANSWER_BYTES + 8);
    memset(text, 'x', JSON_ANSWER_BYTES + 8);
    text[0] = '"';
    text[JSON_ANSWER_BYTES - 1] = '"';
    struct answer_value value;
    cr_assert_null(json_answer_read(reader, text, JSON_ANSWER_BYTES, &value));
    cr_assert_eq(value.form, ANSWER_TEXT);
    cr_assert_eq(strlen(value.text), JSON_ANSWER_BYTES - 2);
    text[JSON_ANSWER_BYTES] = '"';
    cr_assert_str_eq(refusal(text, JSON_ANSWER_BYTES + 1), "longer than 65536 bytes");
    /* The most members that fit: each keeps its own NUL. */
    size_t n = 0;
    text[n++] = '[';
    for (int i = 0; i <= JSON_ANSWER_LIST; i++)
        n += (size_t)snprintf(text + n, 8, "%s\"\"", i == 0 ? "" : ",");
    text[n++] = ']';
    cr_assert_str_eq(refusal(text, n), "a list of more than 1024 members");
    free(text);
}

Test(json_answer, cut_anywhere_it_reads_nothing_past_the_end) {
    const char text[] = "[\"alpha\", \"b\\u00e9ta\", \"gamma\"]";
    for (size_t length = 0; length < sizeof text - 1; length++) {
        char *exact = malloc(length > 0 ? length : 1); /* a sanitizer sees one byte too far */
        memcpy(exact, text, length);
        cr_assert_str_eq(refusal(exact, length), "no JSON", "cut at %zu", length);
        free(exact);
    }
}
