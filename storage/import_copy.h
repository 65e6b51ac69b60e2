/* The rows for one table of an import, put together as COPY's text format and sent at once. Every
 * row remembers the line of the file that it comes from, so that an error of the database can name
 * it. */
#ifndef MATCHD_STORAGE_IMPORT_COPY_H
#define MATCHD_STORAGE_IMPORT_COPY_H

#include "engine/base/uuid.h"
#include "storage/import.h"

struct import_copy {
    const char *target; /* "public.users (id, ...)" */
    const char *file;
    char *text;
    size_t used, capacity;
    uint64_t *lines;
    size_t rows, line_capacity;
    bool row_begun;
};

struct import_copy import_copy_of(const char *target, const char *file);
void import_copy_release(struct import_copy *copy);

void import_copy_text(struct import_copy *copy, const char *value); /* NULL = null */
void import_copy_uuid(struct import_copy *copy, const struct uuid *id);
void import_copy_end_row(struct import_copy *copy, uint64_t line);

/* An error names the row: it goes to `problem`, and *err says that it did. */
bool import_copy_send(const struct import_copy *copy, struct pg_conn *conn,
                      const struct import_options *options, struct err *err) MUST_CHECK;

#endif
