#include "storage/import_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "storage/json_question.h"

bool import_set_read(struct import_set *set, const struct import_options *options,
                     struct err *err) {
    *set = (struct import_set){0};
    bool present = false;
    for (int file = 0; file < IMPORT_FILES; file++) {
        struct import_sheet *sheet = &set->sheets[file];
        if (!import_sheet_read(sheet, (enum import_file)file, options, err))
            return false;
        present |= sheet->present;
    }
    return present || err_set(err,
                              "%s: no file to import; expected people.csv, questionnaire.csv,"
                              " answers.csv, vectors.csv or decisions.csv",
                              options->directory);
}

uint64_t import_set_problems(const struct import_set *set) {
    uint64_t problems = 0;
    for (int file = 0; file < IMPORT_FILES; file++)
        problems += set->sheets[file].problems;
    return problems;
}

void import_set_release(struct import_set *set) {
    for (int file = 0; file < IMPORT_FILES; file++)
        import_sheet_release(&set->sheets[file]);
    for (size_t i = 0; i < set->version_count; i++) {
        questionnaire_release(set->questionnaires[i]);
        free(set->questionnaires[i]);
    }
    *set = (struct import_set){0};
}

static struct questionnaire *version_of(const struct import_set *set, const char *version) {
    for (size_t i = 0; i < set->version_count; i++)
        if (strcmp(set->versions[i], version) == 0)
            return set->questionnaires[i];
    return NULL;
}

/* Hands the question to the engine, as the loader will once it is in the database. */
static void check_question(struct import_set *set, size_t row) {
    struct import_sheet *sheet = &set->sheets[IMPORT_QUESTIONNAIRE];
    const char *version = import_sheet_cell(sheet, row, Q_VERSION);
    const char *name = import_sheet_cell(sheet, row, Q_NAME);
    const char *position = import_sheet_cell(sheet, row, Q_POSITION);
    const char *type = import_sheet_cell(sheet, row, Q_TYPE);
    if (version == NULL || name == NULL || position == NULL || type == NULL)
        return; /* a problem already */
    struct questionnaire *q = version_of(set, version);
    if (q == NULL && set->version_count == IMPORT_VERSIONS_MAX) {
        import_sheet_problem(sheet, row, Q_VERSION, "more than 16 versions");
        return;
    }
    if (q == NULL) {
        q = mem_array(1, sizeof *q);
        set->versions[set->version_count] = version;
        set->questionnaires[set->version_count++] = q;
    }
    char *options, *config;
    import_question_json(sheet, row, &options, &config);
    struct json_question json;
    const char *reason =
        json_question_read((struct json_text){options, options == NULL ? 0 : strlen(options)},
                           (struct json_text){config, strlen(config)}, &json);
    import_question_id(version, name, &json.source.id);
    json.source.position = (int32_t)strtol(position, NULL, 10);
    json.source.type = type;
    /* Stricter than loading: an item that would stand only in part is a problem too. */
    if (reason != NULL || !questionnaire_add(q, &json.source, &reason) || reason != NULL)
        import_sheet_problem(sheet, row, -1, reason);
    json_question_release(&json);
    free(options);
    free(config);
}

static void refuse_question(void *ctx, const struct uuid *id, const char *reason) {
    struct import_sheet *sheet = ctx;
    for (size_t row = 0; row < sheet->count; row++) {
        const char *version = import_sheet_cell(sheet, row, Q_VERSION);
        const char *name = import_sheet_cell(sheet, row, Q_NAME);
        struct uuid own;
        if (version == NULL || name == NULL)
            continue;
        import_question_id(version, name, &own);
        if (uuid_same(&own, id))
            import_sheet_problem(sheet, row, Q_ATTRIBUTE, reason);
    }
}

static void check_questions(struct import_set *set) {
    struct import_sheet *sheet = &set->sheets[IMPORT_QUESTIONNAIRE];
    import_sheet_index(sheet, (const int[IMPORT_KEYS]){Q_VERSION, Q_POSITION, -1});
    import_sheet_index(sheet, (const int[IMPORT_KEYS]){Q_VERSION, Q_NAME, -1});
    if (sheet->problems > 0)
        return;
    for (size_t row = 0; row < sheet->count; row++)
        check_question(set, row);
    for (size_t i = 0; i < set->version_count; i++)
        questionnaire_finish(set->questionnaires[i], refuse_question, sheet);
}

static uint32_t find(const struct import_sheet *sheet, const char *first, const char *second) {
    return import_sheet_find(sheet, (const char *const[IMPORT_KEYS]){first, second, NULL});
}

/* The key in that column is a person of people.csv. */
static void check_person(struct import_set *set, struct import_sheet *sheet, size_t row,
                         int column) {
    const char *key = import_sheet_cell(sheet, row, column);
    if (key != NULL && find(&set->sheets[IMPORT_PEOPLE], key, NULL) == ROW_NONE)
        import_sheet_problem(sheet, row, column, "no such person in people.csv");
}

enum { LIST_MAX = 64 };

/* The cell in the form in which the engine takes an answer. `copy` is changed and must last. */
static struct answer_value value_of(const struct item *item, char *copy,
                                    const char *list[LIST_MAX]) {
    struct answer_value value = {.form = ANSWER_TEXT, .text = copy};
    char *end;
    if (item->is_slider) {
        value.number = strtod(copy, &end);
        if (end != copy && *end == '\0')
            value.form = ANSWER_NUMBER;
    }
    if (item->kind == ITEM_MULTIPLE || item->kind == ITEM_RANKING) {
        value.form = ANSWER_LIST;
        value.list = list;
        char *rest = copy, *part;
        while (value.list_count < LIST_MAX && (part = strsep(&rest, "|")) != NULL)
            list[value.list_count++] = part;
    }
    return value;
}

static void check_answer(struct import_set *set, size_t row) {
    struct import_sheet *sheet = &set->sheets[IMPORT_ANSWERS];
    check_person(set, sheet, row, A_PERSON);
    const char *version = import_sheet_cell(sheet, row, A_VERSION);
    const char *name = import_sheet_cell(sheet, row, A_QUESTION);
    const char *answer = import_sheet_cell(sheet, row, A_ANSWER);
    if (version == NULL || name == NULL || answer == NULL)
        return;
    if (find(&set->sheets[IMPORT_QUESTIONNAIRE], version, name) == ROW_NONE) {
        import_sheet_problem(sheet, row, A_QUESTION, "no such question in questionnaire.csv");
        return;
    }
    struct uuid id;
    import_question_id(version, name, &id);
    const struct questionnaire *q = version_of(set, version);
    uint32_t at = q == NULL ? ROW_NONE : questionnaire_find(q, &id);
    if (at == ROW_NONE)
        return; /* refused above */
    const char *list[LIST_MAX], *reason = NULL;
    char *copy = mem_text(answer);
    struct answer_value value = value_of(&q->items[at], copy, list);
    uint64_t code = item_code(&q->items[at], &value, &reason);
    bool unanswered = code == ANSWER_NONE && reason != NULL && strstr(reason, "not answered");
    if (code == ANSWER_NONE && !unanswered)
        import_sheet_problem(sheet, row, A_ANSWER, reason);
    free(copy);
}

static size_t vector_length(const char *cell) {
    size_t count = 0;
    for (const char *at = cell + strspn(cell, " "); *at != '\0'; at += strspn(at, " ")) {
        at += strcspn(at, " ");
        count++;
    }
    return count;
}

static void check_vectors(struct import_set *set) {
    struct import_sheet *sheet = &set->sheets[IMPORT_VECTORS];
    size_t length = 0;
    uint64_t line = 0;
    for (size_t row = 0; row < sheet->count; row++) {
        check_person(set, sheet, row, V_PERSON);
        const char *values = import_sheet_cell(sheet, row, V_VALUES);
        if (values == NULL)
            continue;
        size_t own = vector_length(values);
        char reason[128];
        snprintf(reason, sizeof reason, "expected %zu numbers as in line %llu, got %zu", length,
                 (unsigned long long)line, own);
        if (line != 0 && own != length)
            import_sheet_problem(sheet, row, V_VALUES, reason);
        if (line == 0) {
            length = own;
            line = sheet->lines[row];
        }
    }
}

static void check_decisions(struct import_set *set) {
    struct import_sheet *sheet = &set->sheets[IMPORT_DECISIONS];
    import_sheet_index(sheet, (const int[IMPORT_KEYS]){D_VIEWER, D_CANDIDATE, -1});
    for (size_t row = 0; row < sheet->count; row++) {
        check_person(set, sheet, row, D_VIEWER);
        check_person(set, sheet, row, D_CANDIDATE);
        const char *viewer = import_sheet_cell(sheet, row, D_VIEWER);
        const char *candidate = import_sheet_cell(sheet, row, D_CANDIDATE);
        if (viewer != NULL && candidate != NULL && strcmp(viewer, candidate) == 0)
            import_sheet_problem(sheet, row, D_CANDIDATE, "nobody decides about themselves");
    }
}

void import_set_check(struct import_set *set) {
    struct import_sheet *people = &set->sheets[IMPORT_PEOPLE];
    import_sheet_index(people, (const int[IMPORT_KEYS]){P_PERSON, -1, -1});
    for (size_t row = 0; row < people->count; row++)
        if ((import_sheet_cell(people, row, P_LATITUDE) == NULL) !=
            (import_sheet_cell(people, row, P_LONGITUDE) == NULL))
            import_sheet_problem(people, row, P_LONGITUDE, "one coordinate without the other");
    check_questions(set);
    struct import_sheet *answers = &set->sheets[IMPORT_ANSWERS];
    import_sheet_index(answers, (const int[IMPORT_KEYS]){A_PERSON, A_QUESTION, A_VERSION});
    for (size_t row = 0; row < answers->count; row++)
        check_answer(set, row);
    check_vectors(set);
    check_decisions(set);
}
