#include "storage/import.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "storage/import_rows.h"

enum { TABLES = 9 };

static void make_tables(const struct import_set *set, struct import_copy tables[TABLES]) {
    const struct import_sheet *people = &set->sheets[IMPORT_PEOPLE];
    const struct import_sheet *questions = &set->sheets[IMPORT_QUESTIONNAIRE];
    const struct import_sheet *vectors = &set->sheets[IMPORT_VECTORS];
    const struct import_sheet *decisions = &set->sheets[IMPORT_DECISIONS];
    /* In the order that foreign keys ask for. */
    import_rows_questions(questions, &tables[0]);
    import_rows_users(people, &tables[1]);
    import_rows_profiles(people, &tables[2]);
    import_rows_verifications(people, &tables[3]);
    import_rows_answers(&set->sheets[IMPORT_ANSWERS], questions, &tables[4]);
    import_rows_photos(vectors, people, &tables[5]);
    import_rows_preferences(vectors, &tables[6]);
    import_rows_offers(decisions, &tables[7]);
    import_rows_matches(decisions, &tables[8]);
}

/* The versions of the questionnaire come first; one that is there already is an error. */
static bool add_versions(const struct import_set *set, struct pg_conn *conn, struct err *err) {
    for (size_t i = 0; i < set->version_count; i++) {
        const char *version = set->versions[i];
        struct pg_param param = {PG_TEXT, version, strlen(version)};
        struct pg_result *result =
            pg_conn_query(conn,
                          "insert into public.questionnaire_versions (id, description)"
                          " values ($1, 'imported')",
                          &param, 1, err);
        if (result == NULL)
            return err_wrap(err, "questionnaire.csv: version %s", version);
        pg_result_free(result);
    }
    return true;
}

static bool write_all(const struct import_set *set, const struct import_options *options,
                      struct import_copy tables[TABLES], struct err *err) {
    struct pg_settings settings = {
        .url = options->url, .application = "matchctl import", .writing = true};
    struct pg_conn *conn = pg_conn_open(&settings, NULL, err);
    /* Triggers look things up under the policies of their own role, which are no error here. */
    bool ok = conn != NULL && pg_conn_run(conn, "set row_security = on; begin", err) &&
              add_versions(set, conn, err);
    for (int i = 0; ok && i < TABLES; i++)
        ok = import_copy_send(&tables[i], conn, options, err);
    ok = ok && pg_conn_run(conn, "commit", err);
    /* Closing a connection rolls back what is open. */
    pg_conn_close(conn);
    return ok;
}

bool import_directory(const struct import_options *options, struct import_summary *summary,
                      struct err *err) {
    struct import_set *set = mem_array(1, sizeof *set);
    struct import_copy tables[TABLES] = {{0}};
    *summary = (struct import_summary){0};
    bool ok = import_set_read(set, options, err);
    if (ok) {
        import_set_check(set);
        summary->problems = import_set_problems(set);
        if (summary->problems > 0)
            ok = err_set(err, "nothing was imported: %llu problems",
                         (unsigned long long)summary->problems);
    }
    if (ok) {
        make_tables(set, tables);
        summary->questions = set->sheets[IMPORT_QUESTIONNAIRE].count;
        summary->people = set->sheets[IMPORT_PEOPLE].count;
        summary->answers = set->sheets[IMPORT_ANSWERS].count;
        summary->vectors = set->sheets[IMPORT_VECTORS].count;
        summary->decisions = set->sheets[IMPORT_DECISIONS].count;
        summary->matches = tables[TABLES - 1].rows;
        if (!options->check_only && !write_all(set, options, tables, err))
            ok = err_wrap(err, "nothing was imported");
    }
    for (int i = 0; i < TABLES; i++)
        import_copy_release(&tables[i]);
    import_set_release(set);
    free(set);
    return ok;
}
