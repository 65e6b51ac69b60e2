/* Sheets as rows of the schema. */
#include "storage/import_rows.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

static const char *cell_or(const struct import_sheet *sheet, size_t row, int column,
                           const char *otherwise) {
    const char *cell = import_sheet_cell(sheet, row, column);
    return cell != NULL ? cell : otherwise;
}

/* male|female -> {male,female} */
static void put_set(struct import_copy *copy, const char *list) {
    size_t length = strlen(list);
    char *text = mem_array(length + 3, 1);
    snprintf(text, length + 3, "{%s}", list);
    for (char *at = text; *at != '\0'; at++)
        if (*at == '|')
            *at = ',';
    import_copy_text(copy, text);
    free(text);
}

void import_rows_questions(const struct import_sheet *sheet, struct import_copy *copy) {
    *copy = import_copy_of("public.questions (id, version_id, category, type, prompt, options,"
                           " config, position)",
                           sheet->form->name);
    for (size_t row = 0; row < sheet->count; row++) {
        struct uuid id;
        char *options, *config;
        import_question_id(import_sheet_cell(sheet, row, Q_VERSION),
                           import_sheet_cell(sheet, row, Q_NAME), &id);
        import_question_json(sheet, row, &options, &config);
        import_copy_uuid(copy, &id);
        import_copy_text(copy, import_sheet_cell(sheet, row, Q_VERSION));
        import_copy_text(copy, cell_or(sheet, row, Q_CATEGORY, "background"));
        import_copy_text(copy, import_sheet_cell(sheet, row, Q_TYPE));
        import_copy_text(copy, import_sheet_cell(sheet, row, Q_PROMPT));
        import_copy_text(copy, options);
        import_copy_text(copy, config);
        import_copy_text(copy, import_sheet_cell(sheet, row, Q_POSITION));
        import_copy_end_row(copy, sheet->lines[row]);
        free(options);
        free(config);
    }
}

void import_rows_users(const struct import_sheet *sheet, struct import_copy *copy) {
    *copy = import_copy_of("public.users (id, phone_hash, phone_last_four, display_name, bio,"
                           " date_of_birth, gender, seeking_gender, status, onboarding_step,"
                           " last_active_at)",
                           sheet->form->name);
    for (size_t row = 0; row < sheet->count; row++) {
        struct uuid id;
        char id_text[UUID_TEXT], phone[UUID_TEXT + 8];
        import_person_id(import_sheet_cell(sheet, row, P_PERSON), &id);
        uuid_to_text(&id, id_text);
        snprintf(phone, sizeof phone, "import:%s", id_text); /* nobody's: it must only be unique */
        import_copy_text(copy, id_text);
        import_copy_text(copy, phone);
        import_copy_text(copy, "0000");
        import_copy_text(copy, import_sheet_cell(sheet, row, P_DISPLAY_NAME));
        import_copy_text(copy, import_sheet_cell(sheet, row, P_BIO));
        import_copy_text(copy, import_sheet_cell(sheet, row, P_BORN));
        import_copy_text(copy, import_sheet_cell(sheet, row, P_GENDER));
        put_set(copy, import_sheet_cell(sheet, row, P_SEEKING));
        import_copy_text(copy, "active");
        import_copy_text(copy, "complete");
        import_copy_text(copy, cell_or(sheet, row, P_ACTIVE_AT, "now"));
        import_copy_end_row(copy, sheet->lines[row]);
    }
}

void import_rows_profiles(const struct import_sheet *sheet, struct import_copy *copy) {
    *copy = import_copy_of("public.profiles (user_id, city, region, latitude, longitude,"
                           " max_distance_km, min_age_preference, max_age_preference,"
                           " relationship_intent, education, occupation, height_cm, drinking,"
                           " smoking, exercise, country, timezone)",
                           sheet->form->name);
    static const int COLUMNS[] = {P_CITY,    P_REGION,   P_LATITUDE, P_LONGITUDE, P_DISTANCE,
                                  P_MIN_AGE, P_MAX_AGE,  P_INTENT,   P_EDUCATION, P_OCCUPATION,
                                  P_HEIGHT,  P_DRINKING, P_SMOKING,  P_EXERCISE};
    for (size_t row = 0; row < sheet->count; row++) {
        struct uuid id;
        import_person_id(import_sheet_cell(sheet, row, P_PERSON), &id);
        import_copy_uuid(copy, &id);
        for (size_t i = 0; i < ARRAY_LEN(COLUMNS); i++)
            import_copy_text(copy, import_sheet_cell(sheet, row, COLUMNS[i]));
        import_copy_text(copy, cell_or(sheet, row, P_COUNTRY, "US"));
        import_copy_text(copy, cell_or(sheet, row, P_TIMEZONE, "UTC"));
        import_copy_end_row(copy, sheet->lines[row]);
    }
}

void import_rows_verifications(const struct import_sheet *sheet, struct import_copy *copy) {
    *copy = import_copy_of("public.verification_sessions (user_id, status, consent_version,"
                           " created_at, completed_at, expires_at)",
                           sheet->form->name);
    for (size_t row = 0; row < sheet->count; row++) {
        const char *at = import_sheet_cell(sheet, row, P_VERIFIED_AT);
        struct uuid id;
        if (at == NULL)
            continue;
        import_person_id(import_sheet_cell(sheet, row, P_PERSON), &id);
        import_copy_uuid(copy, &id);
        import_copy_text(copy, "verified");
        import_copy_text(copy, "import");
        for (int i = 0; i < 3; i++)
            import_copy_text(copy, at);
        import_copy_end_row(copy, sheet->lines[row]);
    }
}

/* The JSON of an answer: a number for sliders, a list for several options, else a text. */
static char *answer_json(const char *type, const char *answer) {
    json_t *json;
    bool several = strcmp(type, "multiple_choice") == 0 || strcmp(type, "ranking") == 0;
    if (strcmp(type, "slider") == 0)
        return mem_text(answer);
    if (several) {
        json = json_array();
        char *copy = mem_text(answer), *rest = copy, *part;
        while ((part = strsep(&rest, "|")) != NULL)
            json_array_append_new(json, json_string(part));
        free(copy);
    } else {
        json = json_string(answer);
    }
    char *text = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(json);
    return text;
}

void import_rows_answers(const struct import_sheet *sheet, const struct import_sheet *questions,
                         struct import_copy *copy) {
    *copy = import_copy_of("public.compatibility_responses (user_id, question_id, version_id,"
                           " answer, answered_at)",
                           sheet->form->name);
    for (size_t row = 0; row < sheet->count; row++) {
        struct uuid person, question;
        const char *version = import_sheet_cell(sheet, row, A_VERSION);
        const char *name = import_sheet_cell(sheet, row, A_QUESTION);
        uint32_t asked =
            import_sheet_find(questions, (const char *const[IMPORT_KEYS]){version, name, NULL});
        ASSERT(asked != ROW_NONE);
        import_person_id(import_sheet_cell(sheet, row, A_PERSON), &person);
        import_question_id(version, name, &question);
        char *json = answer_json(import_sheet_cell(questions, asked, Q_TYPE),
                                 import_sheet_cell(sheet, row, A_ANSWER));
        import_copy_uuid(copy, &person);
        import_copy_uuid(copy, &question);
        import_copy_text(copy, version);
        import_copy_text(copy, json);
        import_copy_text(copy, cell_or(sheet, row, A_ANSWERED_AT, "now"));
        import_copy_end_row(copy, sheet->lines[row]);
        free(json);
    }
}

/* "0.1 0.2" -> open 0.1,0.2 close */
static char *join(const char *values, const char *open, const char *close) {
    size_t room = strlen(values) + strlen(open) + strlen(close) + 1, used = 0;
    char *text = mem_array(room, 1);
    used += (size_t)snprintf(text, room, "%s", open);
    const char *first = values + strspn(values, " ");
    for (const char *at = first; *at != '\0'; at += strspn(at, " ")) {
        int length = (int)strcspn(at, " ");
        used += (size_t)snprintf(text + used, room - used, "%s%.*s", at == first ? "" : ",", length,
                                 at);
        at += length;
    }
    snprintf(text + used, room - used, "%s", close);
    return text;
}

/* How many photos of the same person stand above this row. */
static uint32_t photos_before(const struct import_sheet *sheet, size_t row, uint32_t *counts,
                              const struct import_sheet *people) {
    uint32_t person = import_sheet_find(
        people, (const char *const[IMPORT_KEYS]){import_sheet_cell(sheet, row, V_PERSON)});
    ASSERT(person != ROW_NONE);
    return counts[person]++;
}

void import_rows_photos(const struct import_sheet *sheet, const struct import_sheet *people,
                        struct import_copy *copy) {
    *copy = import_copy_of("public.photos (id, user_id, url, is_primary, position,"
                           " visual_features, visual_model_version)",
                           sheet->form->name);
    uint32_t *counts = mem_array(people->count, sizeof *counts);
    for (size_t row = 0; row < sheet->count; row++) {
        if (strcmp(import_sheet_cell(sheet, row, V_KIND), "photo") != 0)
            continue;
        uint32_t number = photos_before(sheet, row, counts, people);
        const char *key = import_sheet_cell(sheet, row, V_PERSON);
        struct uuid person, photo;
        char url[64], id[UUID_TEXT], position[16];
        import_person_id(key, &person);
        import_photo_id(key, number, &photo);
        uuid_to_text(&photo, id);
        snprintf(url, sizeof url, "import:%s", id);
        snprintf(position, sizeof position, "%u", number);
        char *values = join(import_sheet_cell(sheet, row, V_VALUES), "{", "}");
        import_copy_text(copy, id);
        import_copy_uuid(copy, &person);
        import_copy_text(copy, url);
        import_copy_text(copy, number == 0 ? "true" : "false");
        import_copy_text(copy, position);
        import_copy_text(copy, values);
        import_copy_text(copy, import_sheet_cell(sheet, row, V_MODEL));
        import_copy_end_row(copy, sheet->lines[row]);
        free(values);
    }
    free(counts);
}

void import_rows_preferences(const struct import_sheet *sheet, struct import_copy *copy) {
    *copy = import_copy_of("public.visual_preference_profiles (user_id, status, confidence,"
                           " completed_pairs, preference_vector, model_version)",
                           sheet->form->name);
    for (size_t row = 0; row < sheet->count; row++) {
        if (strcmp(import_sheet_cell(sheet, row, V_KIND), "preference") != 0)
            continue;
        struct uuid person;
        import_person_id(import_sheet_cell(sheet, row, V_PERSON), &person);
        char *values = join(import_sheet_cell(sheet, row, V_VALUES), "{\"weights\":[", "]}");
        import_copy_uuid(copy, &person);
        import_copy_text(copy, "ready");
        import_copy_text(copy, cell_or(sheet, row, V_CONFIDENCE, "0"));
        import_copy_text(copy, "20");
        import_copy_text(copy, values);
        import_copy_text(copy, import_sheet_cell(sheet, row, V_MODEL));
        import_copy_end_row(copy, sheet->lines[row]);
        free(values);
    }
}
