/* Writes what a run found, a chunk of viewers at a time.
 *
 * A chunk is one transaction: ledger rows and offers are copied into the unlogged staging tables,
 * matching.publish_chunk locks the people concerned, checks again who may be offered to whom, and
 * writes offers, their details, completed ledger rows and announcements in one statement. So a
 * chunk is visible as a whole or not at all, and nothing staged outlives its writer.
 *
 *     begin
 *     copy matching.staged_jobs    run, chunk, ledger row, user, job type, fence
 *     copy matching.staged_offers  run, chunk, user, job type, rank, offer, scores, inputs
 *     select matching.publish_chunk(run, fence, chunk)
 *     select matching.hold_run(run, fence); commit
 *
 * After a failure the same chunk may be written again: what is published already stays as it is. */
#ifndef MATCHD_STORAGE_OFFER_WRITER_H
#define MATCHD_STORAGE_OFFER_WRITER_H

#include "engine/match/run.h"
#include "storage/copy_rows.h"
#include "storage/ledger.h"

struct offer_writer {
    const struct view *view;
    struct lease lease;
    struct copy_rows jobs, offers; /* kept from chunk to chunk */
};

struct offer_viewer {
    const struct run_result *result;
    const struct ledger_ticket *tickets; /* by job type */
};

struct offer_chunk {
    int32_t number;
    const struct offer_viewer *viewers;
    uint32_t count;
};

struct offer_written {
    uint32_t completed; /* ledger rows */
    uint32_t offers;
    uint32_t dropped; /* offers that the last check refused */
    uint32_t lost;    /* ledger rows that were published before, or are another leader's */
};

void offer_writer_init(struct offer_writer *writer, const struct view *view,
                       const struct lease *lease);
void offer_writer_release(struct offer_writer *writer);

/* On failure the transaction is rolled back; ledger_failure(conn) says of what kind it was. */
bool offer_writer_publish(struct offer_writer *writer, struct pg_conn *conn,
                          const struct offer_chunk *chunk, struct offer_written *out,
                          struct err *err) MUST_CHECK;

#endif
