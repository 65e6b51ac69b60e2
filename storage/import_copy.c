#include "storage/import_copy.h"

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"

enum { PIECE = 1 << 20 };

struct import_copy import_copy_of(const char *target, const char *file) {
    return (struct import_copy){.target = target, .file = file};
}

void import_copy_release(struct import_copy *copy) {
    free(copy->text);
    free(copy->lines);
    *copy = (struct import_copy){0};
}

static void put(struct import_copy *copy, const char *text, size_t length) {
    copy->text = mem_grow(copy->text, &copy->capacity, copy->used + length, 1);
    memcpy(copy->text + copy->used, text, length);
    copy->used += length;
}

/* Tabs, line ends and backslashes are what COPY reads between values. */
void import_copy_text(struct import_copy *copy, const char *value) {
    if (copy->row_begun)
        put(copy, "\t", 1);
    copy->row_begun = true;
    if (value == NULL) {
        put(copy, "\\N", 2);
        return;
    }
    for (; *value != '\0'; value++)
        switch (*value) {
        case '\t': put(copy, "\\t", 2); break;
        case '\n': put(copy, "\\n", 2); break;
        case '\r': put(copy, "\\r", 2); break;
        case '\\': put(copy, "\\\\", 2); break;
        default: put(copy, value, 1); break;
        }
}

void import_copy_uuid(struct import_copy *copy, const struct uuid *id) {
    char text[UUID_TEXT];
    uuid_to_text(id, text);
    import_copy_text(copy, text);
}

void import_copy_end_row(struct import_copy *copy, uint64_t line) {
    put(copy, "\n", 1);
    copy->row_begun = false;
    copy->lines = mem_grow(copy->lines, &copy->line_capacity, copy->rows + 1, sizeof *copy->lines);
    copy->lines[copy->rows++] = line;
}

/* The error's context says "COPY users, line 7, ...": the seventh row that was sent. */
static uint64_t line_of(const struct import_copy *copy, const PGresult *result) {
    const char *context = PQresultErrorField(result, PG_DIAG_CONTEXT);
    const char *at = context == NULL ? NULL : strstr(context, ", line ");
    unsigned long long row = at == NULL ? 0 : strtoull(at + strlen(", line "), NULL, 10);
    return row >= 1 && row <= copy->rows ? copy->lines[row - 1] : 0;
}

static bool report(const struct import_copy *copy, const PGresult *result,
                   const struct import_options *options, struct err *err) {
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const char *detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    char reason[768];
    snprintf(reason, sizeof reason, "%s%s%s", message == NULL ? "the database refused it" : message,
             detail == NULL ? "" : ": ", detail == NULL ? "" : detail);
    struct import_problem problem = {copy->file, line_of(copy, result),
                                     PQresultErrorField(result, PG_DIAG_COLUMN_NAME), reason};
    if (options->problem != NULL)
        options->problem(options->ctx, &problem);
    return err_set(err, "the database refused a row of %s", copy->file);
}

bool import_copy_send(const struct import_copy *copy, struct pg_conn *conn,
                      const struct import_options *options, struct err *err) {
    if (copy->rows == 0)
        return true;
    PGconn *native = pg_conn_native(conn);
    char statement[1024];
    snprintf(statement, sizeof statement, "copy %s from stdin", copy->target);
    PGresult *result = PQexec(native, statement);
    bool ok = PQresultStatus(result) == PGRES_COPY_IN;
    PQclear(result);
    if (!ok)
        return err_set(err, "%s: %s", statement, PQerrorMessage(native));
    for (size_t at = 0; ok && at < copy->used; at += PIECE) {
        size_t part = copy->used - at < PIECE ? copy->used - at : PIECE;
        ok = PQputCopyData(native, copy->text + at, (int)part) == 1;
    }
    ok = PQputCopyEnd(native, ok ? NULL : "the importer gave up") == 1 && ok;
    bool told = false;
    while ((result = PQgetResult(native)) != NULL) {
        if (PQresultStatus(result) == PGRES_FATAL_ERROR && !told) {
            ok = report(copy, result, options, err);
            told = true;
        }
        PQclear(result);
    }
    if (!ok && !told)
        err_set(err, "%s: %s", statement, PQerrorMessage(native));
    return ok;
}
