/* The columns of the files that import reads: one table, from which cells are judged and help is
 * printed. */
#ifndef MATCHD_STORAGE_IMPORT_COLUMNS_H
#define MATCHD_STORAGE_IMPORT_COLUMNS_H

#include "engine/base/base.h"

enum import_kind {
    IMPORT_TEXT,    /* at most `high` characters */
    IMPORT_INTEGER, /* low..high */
    IMPORT_NUMBER,  /* low..high */
    IMPORT_DATE,    /* 1990-02-28 */
    IMPORT_INSTANT, /* 2026-11-22T09:00:00Z */
    IMPORT_CHOICE,  /* one of `choices` */
    IMPORT_CHOICES, /* some of `choices`, joined by | */
    IMPORT_LIST,    /* texts joined by | */
    IMPORT_VECTOR   /* numbers separated by blanks, at most `high` */
};

struct import_column {
    const char *name;
    enum import_kind kind;
    bool required; /* the column must be there, and no cell empty */
    double low, high;
    const char *choices; /* joined by | */
    const char *doc;
};

enum { IMPORT_COLUMNS_MAX = 24 };

enum import_file {
    IMPORT_QUESTIONNAIRE,
    IMPORT_PEOPLE,
    IMPORT_ANSWERS,
    IMPORT_VECTORS,
    IMPORT_DECISIONS,
    IMPORT_FILES
};

/* The places of the columns in each file. */
enum {
    Q_VERSION,
    Q_NAME,
    Q_POSITION,
    Q_TYPE,
    Q_PROMPT,
    Q_CATEGORY,
    Q_OPTIONS,
    Q_CONSTRUCT,
    Q_ROLE,
    Q_EVIDENCE,
    Q_DIRECTION,
    Q_KEY,
    Q_FACET,
    Q_IMPORTANCE_OF,
    Q_ATTRIBUTE,
    Q_MIN,
    Q_MAX,
    Q_STEP,
    Q_ORDINAL,
    Q_WILDCARD,
    Q_UNANSWERED,
    Q_CONFLICTS
};
enum {
    P_PERSON,
    P_DISPLAY_NAME,
    P_BIO,
    P_BORN,
    P_GENDER,
    P_SEEKING,
    P_CITY,
    P_REGION,
    P_COUNTRY,
    P_LATITUDE,
    P_LONGITUDE,
    P_DISTANCE,
    P_MIN_AGE,
    P_MAX_AGE,
    P_INTENT,
    P_EDUCATION,
    P_OCCUPATION,
    P_HEIGHT,
    P_DRINKING,
    P_SMOKING,
    P_EXERCISE,
    P_TIMEZONE,
    P_ACTIVE_AT,
    P_VERIFIED_AT
};
enum { A_PERSON, A_VERSION, A_QUESTION, A_ANSWER, A_ANSWERED_AT };
enum { V_PERSON, V_KIND, V_MODEL, V_CONFIDENCE, V_VALUES };
enum { D_VIEWER, D_CANDIDATE, D_DECISION, D_DECIDED_AT, D_SCORE };

struct import_form {
    const char *name, *doc; /* "people.csv" */
    struct import_column columns[IMPORT_COLUMNS_MAX];
    size_t count;
};

const struct import_form *import_form_of(enum import_file file);
/* "1990-02-28", "one of a|b", ...: what a cell of the column looks like. Returns buffer. */
const char *import_column_expects(const struct import_column *column, char *buffer, size_t size);
/* Judges a cell that is not empty. */
bool import_column_accepts(const struct import_column *column, const char *cell) MUST_CHECK;

#endif
