#include "storage/load_settings.h"

#include "engine/base/log.h"
#include "engine/base/mem.h"
#include "storage/json_question.h"
#include "storage/sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- how many -------------------------------------------------------------------------------- */

static bool count_people(struct pg_conn *conn, uint32_t capacity, uint64_t *people,
                         struct err *err) {
    struct pg_result *rows = pg_conn_query(conn, "select count(*) from public.users", NULL, 0, err);
    if (rows == NULL)
        return err_wrap(err, "counting users");
    int64_t count = 0;
    const char *wrong = pg_int8(pg_result_field(rows, 0, 0), &count);
    pg_result_free(rows);
    if (wrong != NULL)
        return err_set(err, "counting users: %s", wrong);
    *people = (uint64_t)count;
    return *people <= capacity ||
           err_set(err,
                   "public.users has %llu rows and the capacity is %u people: raise "
                   "MATCHD_CAPACITY",
                   (unsigned long long)*people, capacity);
}

/* ---- time zones ------------------------------------------------------------------------------ */

static bool read_timezones(struct pg_conn *conn, struct timezones *out, struct err *err) {
    /* In the order of strcmp, which is how they are looked up. */
    struct pg_result *rows = pg_conn_query(
        conn, "select name from matching.timezone_names order by name collate \"C\"", NULL, 0, err);
    if (rows == NULL)
        return err_wrap(err, "reading the time zones");
    out->names = mem_array(pg_result_rows(rows), sizeof *out->names);
    for (size_t row = 0; row < pg_result_rows(rows); row++) {
        struct pg_field field = pg_result_field(rows, row, 0);
        char *name = mem_array(field.length + 1, 1);
        out->names[out->count++] = pg_text_copy(field, name, field.length + 1);
    }
    pg_result_free(rows);
    return true;
}

/* ---- questionnaire --------------------------------------------------------------------------- */

static void refuse_item(struct refusal_log *refusals, const struct uuid *id, const char *reason) {
    char key[UUID_TEXT];
    uuid_to_text(id, key);
    refusal_log_add(refusals, "questions", key, "config", reason);
}

static void on_refused(void *ctx, const struct uuid *id, const char *reason) {
    refuse_item(ctx, id, reason);
}

static const char *open_json(struct pg_field field, struct json_text *out) {
    struct pg_field text;
    *out = (struct json_text){0};
    if (pg_is_null(field))
        return NULL;
    const char *wrong = pg_jsonb(field, &text);
    if (wrong == NULL)
        *out = (struct json_text){.text = (const char *)text.bytes, .length = text.length};
    return wrong;
}

static const char *add_question(const struct pg_field *fields, struct questionnaire *q,
                                struct uuid *id) {
    int32_t position = 0;
    struct json_text options = {0}, config = {0};
    char type[64];
    const char *reason = pg_uuid(fields[QUESTIONS_ID], id);
    if (reason == NULL)
        reason = pg_int4(fields[QUESTIONS_POSITION], &position);
    if (reason == NULL)
        reason = open_json(fields[QUESTIONS_OPTIONS], &options);
    if (reason == NULL)
        reason = open_json(fields[QUESTIONS_CONFIG], &config);
    if (reason != NULL)
        return reason;
    struct json_question question;
    reason = json_question_read(options, config, &question);
    question.source.id = *id;
    question.source.position = position;
    question.source.type = pg_text_copy(fields[QUESTIONS_TYPE], type, sizeof type);
    if (reason == NULL && !questionnaire_add(q, &question.source, &reason))
        ASSERT(reason != NULL);
    json_question_release(&question);
    return reason;
}

static bool read_questionnaire(struct pg_conn *conn, const char *version,
                               struct refusal_log *refusals, struct questionnaire *q,
                               struct err *err) {
    char sql[400] = "select ", quoted[PARAM_TEXT + 2];
    source_select_list(SOURCE_QUESTIONS, sql + strlen(sql), sizeof sql - strlen(sql));
    size_t n = strlen(sql);
    snprintf(sql + n, sizeof sql - n,
             " from public.questions where version_id = $1 order by position, id");
    struct pg_param param = {.type = PG_TEXT, .bytes = version, .length = strlen(version)};
    struct pg_result *rows = pg_conn_query(conn, sql, &param, 1, err);
    if (rows == NULL)
        return err_wrap(err, "reading the questions");
    if (pg_result_rows(rows) == 0)
        log_warn("questionnaire.empty", "version=%s reason=\"no questions of this version\"",
                 log_quote(version, quoted, sizeof quoted));
    for (size_t row = 0; row < pg_result_rows(rows); row++) {
        struct pg_field fields[QUESTIONS_COLUMNS];
        struct uuid id = {{0}};
        for (size_t i = 0; i < QUESTIONS_COLUMNS; i++)
            fields[i] = pg_result_field(rows, row, i);
        const char *reason = add_question(fields, q, &id);
        if (reason != NULL)
            refuse_item(refusals, &id, reason);
    }
    pg_result_free(rows);
    questionnaire_finish(q, on_refused, refusals);
    return true;
}

/* ---- dimension ------------------------------------------------------------------------------- */

/* VISUAL_EMBEDDING_DIM, or with 0 the most frequent length among photos of the pinned model, ties
 * to the larger. Lengths that the parameter could not have (none, over 4096) do not count. */
static bool read_dim(struct pg_conn *conn, const struct params *params, uint32_t *dim,
                     struct err *err) {
    static const char sql[] =
        "select cardinality(visual_features), count(*) from public.photos "
        "where visual_model_version = $1 and cardinality(visual_features) between 1 and 4096 "
        "group by 1 order by 2 desc, 1 desc limit 1";
    *dim = (uint32_t)params->VISUAL_EMBEDDING_DIM;
    if (*dim != 0)
        return true;
    const char *model = params->AI_VISUAL_MODEL_VERSION;
    struct pg_param param = {.type = PG_TEXT, .bytes = model, .length = strlen(model)};
    struct pg_result *rows = pg_conn_query(conn, sql, &param, 1, err);
    if (rows == NULL)
        return err_wrap(err, "looking for the length of feature vectors");
    int32_t most = 0;
    const char *wrong =
        pg_result_rows(rows) == 0 ? NULL : pg_int4(pg_result_field(rows, 0, 0), &most);
    pg_result_free(rows);
    *dim = (uint32_t)most;
    return wrong == NULL || err_set(err, "looking for the length of feature vectors: %s", wrong);
}

/* ---- all ------------------------------------------------------------------------------------- */

bool load_settings_read(struct pg_conn *conn, uint32_t capacity, struct refusal_log *refusals,
                        struct load_settings *out, struct err *err) {
    *out = (struct load_settings){0};
    out->questionnaire = mem_array(1, sizeof *out->questionnaire);
    bool good = count_people(conn, capacity, &out->people, err) &&
                config_rows_load(conn, refusals, &out->config, err) &&
                read_timezones(conn, &out->timezones, err);
    if (good) {
        const struct params *params = config_global(out->config.config);
        good = read_questionnaire(conn, params->QUESTIONNAIRE_VERSION, refusals, out->questionnaire,
                                  err) &&
               read_dim(conn, params, &out->dim, err);
    }
    if (!good)
        load_settings_release(out);
    return good;
}

void load_settings_release(struct load_settings *settings) {
    config_rows_release(&settings->config);
    for (size_t i = 0; i < settings->timezones.count; i++)
        free(settings->timezones.names[i]);
    free(settings->timezones.names);
    if (settings->questionnaire != NULL)
        questionnaire_release(settings->questionnaire);
    free(settings->questionnaire);
    *settings = (struct load_settings){0};
}
