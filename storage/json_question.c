#include "storage/json_question.h"

#include "engine/base/mem.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Room for the pointers that item_source wants as arrays. */
struct lists {
    const char **options, **unanswered;
    const char *(*conflicts)[2];
};

static void free_lists(struct lists *lists) {
    if (lists == NULL)
        return;
    free(lists->options);
    free(lists->unanswered);
    free(lists->conflicts);
    free(lists);
}

/* *out stays NULL for null; an empty or absent document is no mistake. */
static const char *parse(struct json_text text, bool list, json_t **out) {
    *out = NULL;
    if (text.text == NULL)
        return NULL;
    if (text.length > JSON_QUESTION_BYTES)
        return list ? "options are longer than 1 MiB" : "config is longer than 1 MiB";
    json_error_t error;
    json_t *root = json_loadb(text.text, text.length, JSON_DECODE_ANY, &error);
    if (root == NULL)
        return list ? "options are no JSON, nested too deep or hold a number too large"
                    : "config is no JSON, nested too deep or holds a number too large";
    if (json_is_null(root)) {
        json_decref(root);
        return NULL;
    }
    *out = root;
    if (list && !json_is_array(root))
        return "options: expected a list";
    if (!list && !json_is_object(root))
        return "config: expected an object";
    return NULL;
}

static const char *read_options(const json_t *options, struct lists *lists,
                                struct item_source *source) {
    size_t count = json_array_size(options);
    lists->options = mem_array(count, sizeof *lists->options);
    for (size_t i = 0; i < count; i++) {
        const char *id = json_string_value(json_object_get(json_array_get(options, i), "id"));
        if (id == NULL)
            return "options: expected objects with a text as id";
        lists->options[i] = id;
    }
    source->options = lists->options;
    source->option_count = count;
    return NULL;
}

/* A member that is absent or null leaves the target as it is. */
static json_t *member(const json_t *config, const char *name) {
    json_t *value = json_object_get(config, name);
    return json_is_null(value) ? NULL : value;
}

static const char *read_texts(const json_t *config, struct item_source *source) {
    const struct {
        const char *name, **out, *wrong;
    } texts[] = {
        {"construct", &source->construct, "config.construct: expected a text"},
        {"role", &source->role, "config.role: expected a text"},
        {"evidence", &source->evidence, "config.evidence: expected a text"},
        {"direction", &source->direction, "config.direction: expected a text"},
        {"facet", &source->facet, "config.facet: expected a text"},
        {"importance_of", &source->importance_of, "config.importance_of: expected a text"},
        {"key", &source->key, "config.key: expected a text"},
        {"attribute", &source->attribute, "config.attribute: expected a text"},
        {"wildcard", &source->wildcard, "config.wildcard: expected a text"},
    };
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const json_t *value = member(config, texts[i].name);
        if (value != NULL && !json_is_string(value))
            return texts[i].wrong;
        *texts[i].out = json_string_value(value);
    }
    return NULL;
}

static const char *read_numbers(const json_t *config, struct item_source *source) {
    const struct {
        const char *name;
        double *out;
        const char *wrong;
    } numbers[] = {
        {"min", &source->min, "config.min: expected a number"},
        {"max", &source->max, "config.max: expected a number"},
        {"step", &source->step, "config.step: expected a number"},
    };
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        const json_t *value = member(config, numbers[i].name);
        if (value != NULL && !json_is_number(value))
            return numbers[i].wrong;
        if (value != NULL)
            *numbers[i].out = json_number_value(value);
    }
    const json_t *ordinal = member(config, "ordinal");
    if (ordinal != NULL && !json_is_boolean(ordinal))
        return "config.ordinal: expected true or false";
    source->ordinal = json_is_true(ordinal);
    return NULL;
}

static const char *read_unanswered(const json_t *config, struct lists *lists,
                                   struct item_source *source) {
    const json_t *list = member(config, "unanswered");
    if (list != NULL && !json_is_array(list))
        return "config.unanswered: expected a list of texts";
    size_t count = json_array_size(list);
    lists->unanswered = mem_array(count, sizeof *lists->unanswered);
    for (size_t i = 0; i < count; i++) {
        lists->unanswered[i] = json_string_value(json_array_get(list, i));
        if (lists->unanswered[i] == NULL)
            return "config.unanswered: expected a list of texts";
    }
    source->unanswered = lists->unanswered;
    source->unanswered_count = count;
    return NULL;
}

static const char *read_conflicts(const json_t *config, struct lists *lists,
                                  struct item_source *source) {
    const json_t *list = member(config, "conflicts");
    if (list != NULL && !json_is_array(list))
        return "config.conflicts: expected a list of pairs";
    size_t count = json_array_size(list);
    lists->conflicts = mem_array(count, sizeof *lists->conflicts);
    for (size_t i = 0; i < count; i++) {
        const json_t *pair = json_array_get(list, i);
        for (size_t side = 0; side < 2; side++)
            lists->conflicts[i][side] = json_string_value(json_array_get(pair, side));
        if (json_array_size(pair) != 2 || lists->conflicts[i][0] == NULL ||
            lists->conflicts[i][1] == NULL)
            return "config.conflicts: expected a list of pairs of texts";
    }
    source->conflicts = (const char *const(*)[2])lists->conflicts;
    source->conflict_count = count;
    return NULL;
}

const char *json_question_read(struct json_text options, struct json_text config,
                               struct json_question *out) {
    *out = (struct json_question){.source = {.min = NAN, .max = NAN, .step = NAN}};
    struct lists *lists = mem_array(1, sizeof *lists);
    out->lists = lists;
    json_t *option_list, *members;
    const char *wrong = parse(options, true, &option_list);
    out->options = option_list;
    if (wrong != NULL)
        return wrong;
    wrong = parse(config, false, &members);
    out->config = members;
    if (wrong == NULL)
        wrong = read_options(option_list, lists, &out->source);
    if (wrong == NULL)
        wrong = read_texts(members, &out->source);
    if (wrong == NULL)
        wrong = read_numbers(members, &out->source);
    if (wrong == NULL)
        wrong = read_unanswered(members, lists, &out->source);
    if (wrong == NULL)
        wrong = read_conflicts(members, lists, &out->source);
    return wrong;
}

void json_question_release(struct json_question *question) {
    free_lists(question->lists);
    json_decref(question->options);
    json_decref(question->config);
    *question = (struct json_question){0};
}
