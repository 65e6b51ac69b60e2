/* A directory of CSV files into the schema, in one transaction.
 *
 *   questionnaire.csv  questions of one or more new versions
 *   people.csv         who they are and whom they look for
 *   answers.csv        what they answered
 *   vectors.csv        feature vectors of photos, preference vectors
 *   decisions.csv      what they decided about each other before: past offers, and matches of
 *                      mutual accepts
 *
 * Every file may be missing, people.csv only if nothing refers to people. The columns, their forms
 * and meanings are a table (import_columns.h), which `matchctl import --columns` prints. Empty
 * cells are null.
 *
 * Keys of people are texts of the source's own; a key that is a UUID becomes the user's id as it
 * is, another is turned into a UUIDv5, the same every time. Questions are referred to by name.
 *
 * Everything is read and judged before anything is written: each bad cell is reported with file,
 * line, column and reason, and if there is one, nothing is imported. What only the database can
 * judge (a person who is there already) ends the import at the first such row, named in the same
 * way; the transaction is rolled back. */
#ifndef MATCHD_STORAGE_IMPORT_H
#define MATCHD_STORAGE_IMPORT_H

#include "engine/base/err.h"
#include "storage/pg_conn.h"

struct import_problem {
    const char *file;   /* "people.csv" */
    uint64_t line;      /* 1-based; 0: the file as a whole */
    const char *column; /* NULL: the row as a whole */
    const char *reason;
};

struct import_options {
    const char *directory;
    const char *url; /* of the schema's owner; NULL or "": libpq's PG* variables */
    bool check_only; /* read and judge, write nothing: no database is needed */
    void (*problem)(void *ctx, const struct import_problem *problem);
    void *ctx;
};

struct import_summary {
    uint64_t questions, people, answers, vectors, decisions, matches;
    uint64_t problems;
};

/* False with *err when nothing was imported: problems were reported, or a file or the database
 * failed. */
bool import_directory(const struct import_options *options, struct import_summary *summary,
                      struct err *err) MUST_CHECK;

#endif
