/* A row of questionnaire.csv as the JSON of the table questions. */
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "storage/import_set.h"

static const char NAMESPACE[] = "7a0e6a55-96a5-5f0c-8d52-1d5c6f3f0c7b";

static void derive(const char *kind, const char *first, const char *second, struct uuid *out) {
    struct uuid name_space;
    ASSERT(uuid_from_text(NAMESPACE, &name_space));
    size_t room = strlen(kind) + strlen(first) + strlen(second) + 3;
    char *name = mem_array(room, 1);
    snprintf(name, room, "%s:%s:%s", kind, first, second);
    uuid_derive(&name_space, name, out);
    free(name);
}

void import_person_id(const char *key, struct uuid *out) {
    if (!uuid_from_text(key, out))
        derive("person", key, "", out);
}

void import_question_id(const char *version, const char *name, struct uuid *out) {
    derive("question", version, name, out);
}

void import_photo_id(const char *person, uint32_t number, struct uuid *out) {
    char text[16];
    snprintf(text, sizeof text, "%u", number);
    derive("photo", person, text, out);
}

static json_t *text_of(const char *from, size_t length) {
    return json_stringn(from, length);
}

/* "a|b:Label b" -> [{"id": "a", "label": "a"}, {"id": "b", "label": "Label b"}] */
static json_t *options_of(const char *list) {
    json_t *out = json_array();
    for (const char *at = list;; at++) {
        size_t whole = strcspn(at, "|"), id = strcspn(at, "|:");
        const char *label = id < whole ? at + id + 1 : at;
        size_t label_length = id < whole ? whole - id - 1 : whole;
        json_t *option = json_object();
        json_object_set_new(option, "id", text_of(at, id));
        json_object_set_new(option, "label", text_of(label, label_length));
        json_array_append_new(out, option);
        at += whole;
        if (*at == '\0')
            return out;
    }
}

static json_t *texts_of(const char *list) {
    json_t *out = json_array();
    for (const char *at = list;; at++) {
        size_t length = strcspn(at, "|");
        json_array_append_new(out, text_of(at, length));
        at += length;
        if (*at == '\0')
            return out;
    }
}

/* "a:b|c:d" -> [["a", "b"], ["c", "d"]]; a pair without a colon names no option and is refused
 * later. */
static json_t *pairs_of(const char *list) {
    json_t *out = json_array();
    for (const char *at = list;; at++) {
        size_t whole = strcspn(at, "|"), first = strcspn(at, "|:");
        size_t rest = first < whole ? whole - first - 1 : 0;
        json_t *pair = json_array();
        json_array_append_new(pair, text_of(at, first));
        json_array_append_new(pair, text_of(at + whole - rest, rest));
        json_array_append_new(out, pair);
        at += whole;
        if (*at == '\0')
            return out;
    }
}

static void set_text(json_t *config, const char *name, const char *cell, const char *otherwise) {
    if (cell != NULL || otherwise != NULL)
        json_object_set_new(config, name, json_string(cell != NULL ? cell : otherwise));
}

static void set_number(json_t *config, const char *name, const char *cell) {
    if (cell == NULL)
        return;
    double x = strtod(cell, NULL);
    json_object_set_new(config, name, x == floor(x) ? json_integer((json_int_t)x) : json_real(x));
}

/* "question:NAME" names a question of the same version; scoring wants its id. */
static void set_attribute(json_t *config, const char *version, const char *cell) {
    static const char PREFIX[] = "question:";
    if (cell == NULL || strncmp(cell, PREFIX, strlen(PREFIX)) != 0) {
        set_text(config, "attribute", cell, NULL);
        return;
    }
    struct uuid id;
    char text[UUID_TEXT];
    import_question_id(version, cell + strlen(PREFIX), &id);
    uuid_to_text(&id, text);
    json_object_set_new(config, "attribute", json_sprintf("question:%s", text));
}

void import_question_json(const struct import_sheet *questions, size_t row, char **options,
                          char **config) {
    const char *cells[IMPORT_COLUMNS_MAX];
    for (size_t i = 0; i < questions->form->count; i++)
        cells[i] = import_sheet_cell(questions, row, (int)i);
    json_t *json = json_object();
    set_text(json, "construct", cells[Q_CONSTRUCT], NULL);
    set_text(json, "role", cells[Q_ROLE], "exploratory");
    set_text(json, "evidence", cells[Q_EVIDENCE], "M");
    set_text(json, "direction", cells[Q_DIRECTION], "similarity");
    set_text(json, "key", cells[Q_KEY], NULL);
    set_text(json, "facet", cells[Q_FACET], NULL);
    set_text(json, "importance_of", cells[Q_IMPORTANCE_OF], NULL);
    set_text(json, "wildcard", cells[Q_WILDCARD], NULL);
    set_number(json, "min", cells[Q_MIN]);
    set_number(json, "max", cells[Q_MAX]);
    set_number(json, "step", cells[Q_STEP]);
    set_attribute(json, cells[Q_VERSION] != NULL ? cells[Q_VERSION] : "", cells[Q_ATTRIBUTE]);
    if (cells[Q_ORDINAL] != NULL && strcmp(cells[Q_ORDINAL], "true") == 0)
        json_object_set_new(json, "ordinal", json_true());
    if (cells[Q_UNANSWERED] != NULL)
        json_object_set_new(json, "unanswered", texts_of(cells[Q_UNANSWERED]));
    if (cells[Q_CONFLICTS] != NULL)
        json_object_set_new(json, "conflicts", pairs_of(cells[Q_CONFLICTS]));
    *config = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    *options = NULL;
    if (cells[Q_OPTIONS] != NULL) {
        json_t *list = options_of(cells[Q_OPTIONS]);
        *options = json_dumps(list, JSON_COMPACT);
        json_decref(list);
    }
}
