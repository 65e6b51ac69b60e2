/* Runs as the database knows them: matching.runs, read on a reading connection.
 *
 *     struct run_records records;
 *     if (!run_records_list(conn, 20, &records, &err)) ...
 *     run_records_release(&records); */
#ifndef MATCHD_STORAGE_RUN_RECORDS_H
#define MATCHD_STORAGE_RUN_RECORDS_H

#include "storage/pg_conn.h"

enum run_status {
    RUN_STATUS_RUNNING,
    RUN_STATUS_COMPLETED,
    RUN_STATUS_FAILED,
    RUN_STATUS_CANCELLED
};

struct run_record {
    struct uuid id;
    date_t date;
    const char *timezone;
    enum run_status status;
    bool led; /* somebody holds the lease of its batch */
    bool requested, with_anchor;
    instant_t as_of, started_at, completed_at; /* completed_at 0: not yet */
    uint32_t people, viewers, viewers_done;
    uint64_t gender_pairs, eligible, bounded, canonical, offers;
    int32_t failures, takeovers;
    double seconds; /* from its start to its end, or to now; by the database's clock */
    /* NULL = null */
    const char *config_digest, *engine, *contract, *timings, *certificate, *error;
};

struct run_records {
    struct run_record *records;
    size_t count;
    struct pg_result *result;
};

void run_records_release(struct run_records *records);
/* Newest first. */
bool run_records_list(struct pg_conn *conn, uint32_t most, struct run_records *out,
                      struct err *err) MUST_CHECK;
/* None or one. */
bool run_records_find(struct pg_conn *conn, const struct uuid *run, struct run_records *out,
                      struct err *err) MUST_CHECK;

#endif
