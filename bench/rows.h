/* Made-up people as rows of the schema: one writer per table, for binary COPY. Every column that
 * has a default is written, so that nothing of a row depends on when or where it is inserted. */
#ifndef MATCHD_BENCH_ROWS_H
#define MATCHD_BENCH_ROWS_H

#include "bench/copy.h"
#include "bench/person.h"
#include "bench/relation.h"

struct row_writer {
    const char *target; /* "public.users (id, ...)" */
    /* One of the two: the rows of a person, or those of a relation. */
    void (*person)(struct copy *copy, const struct world *world, uint32_t number,
                   const struct person *p);
    void (*relation)(struct copy *copy, const struct world *world, const struct relation *r);
};

/* In the order in which foreign keys allow them: users alone first, then the rest in any order. */
enum row_table {
    ROWS_USERS,
    ROWS_PROFILES,
    ROWS_VERIFICATIONS,
    ROWS_PHOTOS,
    ROWS_ANSWERS,
    ROWS_VISUAL,
    ROWS_ENFORCEMENT,
    ROWS_DELETIONS,
    ROWS_SEGMENTS,
    ROWS_OFFERS,
    ROWS_MATCHES,
    ROWS_BLOCKS,
    ROWS_REPORTS,
    ROW_TABLES
};

/* By enum row_table; those of persons in person_rows.c, those of relations in relation_rows.c. */
const struct row_writer *row_writer_of(enum row_table table);
extern const struct row_writer RELATION_ROWS[];

#endif
