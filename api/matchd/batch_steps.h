/* The steps of a batch, one after the other; for batch.c. */
#ifndef MATCHD_API_MATCHD_BATCH_STEPS_H
#define MATCHD_API_MATCHD_BATCH_STEPS_H

#include "api/matchd/batch.h"

/* Ends with the run completed, failed, lost, or left to another daemon; logged. */
void batch_steps(struct service *service, struct batch_work *batch);

/* The people of a batch that are still to be served, in UUID order. */
struct batch_viewers {
    uint32_t *rows;
    struct uuid *ids;
    uint32_t count, served_before;
};
struct pg_conn;
/* Population viewers of the time zone, among those that the run was asked for, who have no
 * completed ledger rows of the date. */
bool batch_viewers_find(struct batch_viewers *viewers, struct pg_conn *conn,
                        const struct batch_work *batch, const struct view *view, bool with_anchor,
                        struct err *err) MUST_CHECK;
void batch_viewers_release(struct batch_viewers *viewers);

#endif
