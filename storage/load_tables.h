/* The parallel part of a load: tables by binary COPY over several connections into one population.
 *
 * Users come first and alone, since everything else looks them up. Then every connection takes jobs
 * from one list, the longest first: a whole table, or, where there are more connections than big
 * tables, a range of user_id of a big one. The server turns down the rows of other ranges one by
 * one, so there are as few as keep every connection busy. Ranges keep all rows of a person on one
 * thread, as facts.h asks, and are cut at quantiles of a sample of ids. */
#ifndef MATCHD_STORAGE_LOAD_TABLES_H
#define MATCHD_STORAGE_LOAD_TABLES_H

#include "storage/loader.h"
#include "storage/row_reader.h"

struct load_tables {
    struct pg_conn **conns; /* each in a transaction on the snapshot */
    uint32_t conn_count;
    struct row_context context;
    const atomic_bool *stop;
    load_report *report;
    void *report_ctx;
    double begun;                 /* of the whole load, monotonic seconds */
    struct load_summary *summary; /* tables, people, answers_ignored are filled in */
    uint32_t tables_done;
    enum pg_failure failure; /* of the connection that failed */
};

/* `expected` people; another number is an error: rows were hidden from this role. */
bool load_users(struct load_tables *load, uint64_t expected, struct err *err) MUST_CHECK;
bool load_facts(struct load_tables *load, struct err *err) MUST_CHECK;

#endif
