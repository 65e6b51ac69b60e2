/* questions.options and config: what scoring needs of them, and what is wrong with others. */
#include "storage/json_question.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct json_text text(const char *json) {
    return (struct json_text){.text = json, .length = json == NULL ? 0 : strlen(json)};
}

Test(json_question, everything_that_section_0_names) {
    struct json_question q;
    const char *wrong = json_question_read(
        text("[{\"id\": \"a\", \"label\": \"A\"}, {\"id\": \"b\"}]"),
        text("{\"construct\": \"family\", \"role\": \"hard_constraint\", \"evidence\": \"M\","
             "\"direction\": \"risk_boundary\", \"key\": \"children\", \"facet\": \"anxiety\","
             "\"importance_of\": \"values\", \"attribute\": \"profile.drinking\","
             "\"min\": 0, \"max\": 10.5, \"step\": 0.5, \"ordinal\": true, \"wildcard\": \"b\","
             "\"unanswered\": [\"a\"], \"conflicts\": [[\"a\", \"b\"]], \"later\": {\"x\": 1}}"),
        &q);
    cr_assert_null(wrong, "%s", wrong);
    const struct item_source *s = &q.source;
    cr_assert_str_eq(s->construct, "family");
    cr_assert_str_eq(s->role, "hard_constraint");
    cr_assert_str_eq(s->evidence, "M");
    cr_assert_str_eq(s->direction, "risk_boundary");
    cr_assert_str_eq(s->key, "children");
    cr_assert_str_eq(s->facet, "anxiety");
    cr_assert_str_eq(s->importance_of, "values");
    cr_assert_str_eq(s->attribute, "profile.drinking");
    cr_assert_str_eq(s->wildcard, "b");
    cr_assert_eq(s->min, 0);
    cr_assert_eq(s->max, 10.5);
    cr_assert_eq(s->step, 0.5);
    cr_assert(s->ordinal);
    cr_assert_eq(s->option_count, 2);
    cr_assert_str_eq(s->options[1], "b");
    cr_assert_eq(s->unanswered_count, 1);
    cr_assert_str_eq(s->unanswered[0], "a");
    cr_assert_eq(s->conflict_count, 1);
    cr_assert_str_eq(s->conflicts[0][1], "b");
    json_question_release(&q);
}

Test(json_question, nothing_is_nothing) {
    struct json_question q;
    cr_assert_null(json_question_read(text(NULL), text("null"), &q));
    cr_assert_eq(q.source.option_count, 0);
    cr_assert_null(q.source.construct);
    cr_assert(isnan(q.source.min));
    cr_assert_not(q.source.ordinal);
    json_question_release(&q);
    cr_assert_null(json_question_read(text("[]"), text("{\"role\": null, \"min\": null}"), &q));
    cr_assert_null(q.source.role);
    json_question_release(&q);
}

static void refused(const char *options, const char *config, const char *start) {
    struct json_question q;
    const char *wrong = json_question_read(text(options), text(config), &q);
    cr_assert_not_null(wrong, "%s %s", options, config);
    cr_assert_eq(strncmp(wrong, start, strlen(start)), 0, "%s", wrong);
    json_question_release(&q);
}

Test(json_question, wrong_types_are_refused_by_name) {
    refused("{}", "{}", "options: expected a list");
    refused("[1]", "{}", "options: expected objects");
    refused("[{\"id\": 1}]", "{}", "options: expected objects");
    refused("[{\"label\": \"x\"}]", "{}", "options: expected objects");
    refused("[]", "[]", "config: expected an object");
    refused("[]", "{\"construct\": 1}", "config.construct:");
    refused("[]", "{\"wildcard\": []}", "config.wildcard:");
    refused("[]", "{\"min\": \"1\"}", "config.min:");
    refused("[]", "{\"ordinal\": 1}", "config.ordinal:");
    refused("[]", "{\"unanswered\": \"a\"}", "config.unanswered:");
    refused("[]", "{\"unanswered\": [1]}", "config.unanswered:");
    refused("[]", "{\"conflicts\": [[\"a\"]]}", "config.conflicts:");
    refused("[]", "{\"conflicts\": [\"ab\"]}", "config.conflicts:");
    refused("[]", "{\"conflicts\": [[\"a\", \"b\", \"c\"]]}", "config.conflicts:");
    refused("[", "{}", "options are no JSON");
    refused("[]", "{\"max\": 1e400}", "config is no JSON, nested too deep or holds a number");
}

Test(json_question, depth_and_size_have_a_bound) {
    enum { DEPTH = 100000 };
    char *deep = malloc(JSON_QUESTION_BYTES + 2);
    memset(deep, '[', DEPTH);
    struct json_question q;
    cr_assert_not_null(json_question_read((struct json_text){deep, DEPTH}, text("{}"), &q));
    json_question_release(&q);
    memset(deep, ' ', JSON_QUESTION_BYTES + 2);
    cr_assert_str_eq(
        json_question_read((struct json_text){deep, JSON_QUESTION_BYTES + 1}, text("{}"), &q),
        "options are longer than 1 MiB");
    json_question_release(&q);
    free(deep);
}
