/* One offer as it was published, with the run that it comes from: what Explain compares with. */
#ifndef MATCHD_STORAGE_OFFER_RECORD_H
#define MATCHD_STORAGE_OFFER_RECORD_H

#include "engine/population/population.h"
#include "storage/pg_conn.h"

struct offer_record {
    struct uuid id, viewer, candidate;
    date_t date;
    instant_t as_of;
    int32_t score, physical; /* physical -1 = null */
    const char *themes;      /* as an array's text, "{a,b}"; NULL = null */
    const char *status;
    bool has_details; /* false: not published by a run that kept them */
    struct uuid run;
    double raw;
    uint64_t viewer_inputs[INPUT_GROUPS], candidate_inputs[INPUT_GROUPS];
    const char *config_digest, *engine, *contract; /* of the run; NULL = null */
    struct pg_result *result;
};

/* *found false: there is no such offer; nothing to release then. */
bool offer_record_read(struct pg_conn *conn, const struct uuid *offer, struct offer_record *out,
                       bool *found, struct err *err) MUST_CHECK;
void offer_record_release(struct offer_record *record);

#endif
