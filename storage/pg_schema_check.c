#include "storage/pg_schema_check.h"

#include "engine/base/mem.h"
#include "storage/migrations_known.h"
#include "storage/sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMED_MAX = 6 }; /* objects named in one sentence; more are counted */

/* Versions built in, ascending. */
static const char *const known[] = {MIGRATIONS_KNOWN NULL};

/* A sentence that lists names: "tables are missing: public.a, public.b and 3 more". */
struct list {
    char text[480];
    size_t length;
    uint32_t count;
};

static void list_add(struct list *list, const char *name) {
    if (++list->count > NAMED_MAX || list->length + strlen(name) + 3 > sizeof list->text)
        return;
    list->length += (size_t)snprintf(list->text + list->length, sizeof list->text - list->length,
                                     "%s%s", list->length == 0 ? "" : ", ", name);
}

static void append_list(char *text, size_t size, const char *what, const struct list *list) {
    size_t n = strlen(text);
    if (list->count == 0)
        return;
    n += (size_t)snprintf(text + n, size - n, "%s%s: %s", n == 0 ? "" : "; ", what, list->text);
    if (list->count > NAMED_MAX && n < size)
        snprintf(text + n, size - n, " and %u more", list->count - NAMED_MAX);
}

/* ---- migrations ------------------------------------------------------------------------------ */

static bool is_known(const char *version) {
    for (size_t i = 0; known[i] != NULL; i++)
        if (strcmp(known[i], version) == 0)
            return true;
    return false;
}

static bool is_applied(const struct pg_result *applied, const char *version) {
    for (size_t row = 0; row < pg_result_rows(applied); row++)
        if (pg_text_is(pg_result_field(applied, row, 0), version))
            return true;
    return false;
}

static bool judge_migrations(const struct pg_result *applied, struct err *err) {
    struct list missing = {0}, unknown = {0};
    for (size_t i = 0; known[i] != NULL; i++)
        if (!is_applied(applied, known[i]))
            list_add(&missing, known[i]);
    for (size_t row = 0; row < pg_result_rows(applied); row++) {
        char version[64];
        pg_text_copy(pg_result_field(applied, row, 0), version, sizeof version);
        if (!is_known(version))
            list_add(&unknown, version);
    }
    char text[900] = "";
    append_list(text, sizeof text,
                "the database is newer than this program, which does not know migrations",
                &unknown);
    append_list(text, sizeof text,
                "the database is older than this program: run scripts/migrate, it lacks migrations",
                &missing);
    return text[0] == '\0' || err_set(err, "%s", text);
}

static bool check_migrations(struct pg_conn *conn, struct err *err) {
    static const char visible[] =
        "select has_schema_privilege(n.oid, 'usage') and has_table_privilege(c.oid, 'select') "
        "from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace "
        "where n.nspname = 'supabase_migrations' and c.relname = 'schema_migrations'";
    struct pg_result *result = pg_conn_query(conn, visible, NULL, 0, err);
    if (result == NULL)
        return err_wrap(err, "looking for the recorded migrations");
    bool exists = pg_result_rows(result) == 1, readable = false;
    if (exists)
        (void)pg_bool(pg_result_field(result, 0, 0), &readable);
    pg_result_free(result);
    if (!exists)
        return err_set(err, "the database has no recorded migrations "
                            "(supabase_migrations.schema_migrations): run scripts/migrate");
    if (!readable)
        return err_set(err,
                       "role \"%s\" lacks SELECT on supabase_migrations.schema_migrations (or "
                       "USAGE on its schema)",
                       pg_conn_role(conn));
    result = pg_conn_query(conn,
                           "select version::text from supabase_migrations.schema_migrations "
                           "order by 1",
                           NULL, 0, err);
    if (result == NULL)
        return err_wrap(err, "reading the recorded migrations");
    bool good = judge_migrations(result, err);
    pg_result_free(result);
    return good;
}

/* ---- structure and privileges ---------------------------------------------------------------- */

/* For each wanted column: type found (null: none), table found, column readable, schema usable,
 * rows hidden. */
static const char columns_sql[] =
    "select w.nr, pg_catalog.format_type(a.atttypid, null), c.oid is not null, "
    "coalesce(has_column_privilege(c.oid, a.attnum, 'select'), false), "
    "coalesce(has_schema_privilege(n.oid, 'usage'), false), "
    "coalesce(row_security_active(c.oid), false) "
    "from unnest($1::text[], $2::text[], $3::text[]) with ordinality as w (s, t, col, nr) "
    "left join pg_catalog.pg_namespace n on n.nspname = w.s "
    "left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = w.t "
    "and c.relkind in ('r', 'p', 'v', 'm') "
    "left join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = w.col "
    "and a.attnum > 0 and not a.attisdropped order by w.nr";

enum { FOUND_NR, FOUND_TYPE, FOUND_TABLE, FOUND_READABLE, FOUND_USABLE, FOUND_HIDDEN };

struct findings {
    struct list tables, columns, types, schemas, privileges, hidden;
    enum source last; /* so that a table is named once */
    bool named;
};

static bool flag(const struct pg_result *result, size_t row, size_t column) {
    bool value = false;
    (void)pg_bool(pg_result_field(result, row, column), &value);
    return value;
}

static void judge_column(struct findings *f, enum source source, const struct source_column *want,
                         const struct pg_result *result, size_t row) {
    const struct source_table *table = source_table(source);
    char name[160], text[240];
    snprintf(name, sizeof name, "%s.%s", table->qualified, want->name);
    bool first = !f->named || f->last != source;
    f->last = source;
    f->named = true;
    struct pg_field type = pg_result_field(result, row, FOUND_TYPE);
    if (first && flag(result, row, FOUND_TABLE) && !flag(result, row, FOUND_USABLE))
        list_add(&f->schemas, table->schema);
    if (first && flag(result, row, FOUND_HIDDEN))
        list_add(&f->hidden, table->qualified);
    if (!flag(result, row, FOUND_TABLE)) {
        if (first)
            list_add(&f->tables, table->qualified);
    } else if (pg_is_null(type)) {
        list_add(&f->columns, name);
    } else if (!pg_text_is(type, want->type)) {
        char found[64];
        snprintf(text, sizeof text, "%s (expected %s, found %s)", name, want->type,
                 pg_text_copy(type, found, sizeof found));
        list_add(&f->types, text);
    } else if (!flag(result, row, FOUND_READABLE)) {
        list_add(&f->privileges, name);
    }
}

static bool report_findings(const struct findings *f, const char *role, struct err *err) {
    char text[1000] = "", what[160];
    append_list(text, sizeof text, "tables are missing", &f->tables);
    append_list(text, sizeof text, "columns are missing", &f->columns);
    append_list(text, sizeof text, "columns have another type", &f->types);
    snprintf(what, sizeof what, "role \"%s\" lacks USAGE on schema", role);
    append_list(text, sizeof text, what, &f->schemas);
    snprintf(what, sizeof what, "role \"%s\" lacks SELECT on", role);
    append_list(text, sizeof text, what, &f->privileges);
    snprintf(what, sizeof what, "row level security hides rows from role \"%s\", which needs %s",
             role, "BYPASSRLS, in");
    append_list(text, sizeof text, what, &f->hidden);
    return text[0] == '\0' || err_set(err, "the database cannot be read: %s", text);
}

/* One text[] parameter of the three: schema, table or column of every wanted column, in order. */
static size_t pack_texts(uint8_t *out, size_t size, int part) {
    uint32_t count = 0;
    for (enum source s = 0; s < SOURCES; s++)
        count += (uint32_t)source_table(s)->column_count;
    const uint32_t head[] = {1, 0, PG_TEXT, count, 1};
    size_t n = 0;
    for (size_t i = 0; i < ARRAY_LEN(head); i++, n += 4) {
        uint32_t big = __builtin_bswap32(head[i]);
        memcpy(out + n, &big, 4);
    }
    for (enum source s = 0; s < SOURCES; s++) {
        const struct source_table *table = source_table(s);
        for (size_t i = 0; i < table->column_count; i++) {
            const char *parts[] = {table->schema, table->name, table->columns[i].name};
            size_t length = strlen(parts[part]);
            uint32_t big = __builtin_bswap32((uint32_t)length);
            ASSERT(n + 4 + length <= size);
            memcpy(out + n, &big, 4);
            memcpy(out + n + 4, parts[part], length);
            n += 4 + length;
        }
    }
    return n;
}

static bool check_columns(struct pg_conn *conn, struct err *err) {
    enum { TEXTS_MAX = 8192 };
    uint8_t *texts = mem_array(3, TEXTS_MAX);
    struct pg_param params[3];
    for (int i = 0; i < 3; i++) {
        uint8_t *at = texts + (size_t)i * TEXTS_MAX;
        params[i] = (struct pg_param){.type = PG_TEXT_ARRAY, .bytes = at};
        params[i].length = pack_texts(at, TEXTS_MAX, i);
    }
    struct pg_result *result = pg_conn_query(conn, columns_sql, params, 3, err);
    free(texts);
    if (result == NULL)
        return err_wrap(err, "looking at the database's structure");
    struct findings findings = {0};
    size_t row = 0;
    for (enum source s = 0; s < SOURCES; s++)
        for (size_t i = 0; i < source_table(s)->column_count && row < pg_result_rows(result); i++)
            judge_column(&findings, s, &source_table(s)->columns[i], result, row++);
    pg_result_free(result);
    return report_findings(&findings, pg_conn_role(conn), err);
}

bool pg_schema_check(struct pg_conn *conn, struct err *err) {
    /* Where a migration is missing, what its absence lacks would be a second, vaguer complaint. */
    return check_migrations(conn, err) && check_columns(conn, err);
}
