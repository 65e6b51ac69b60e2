/* The ledger of batches: who leads one, which viewers it may publish, how it ends. Each call is one
 * statement of matching.* on a writing connection; the rules are in the migrations.
 *
 *     ledger_claim      the lease of a batch: LEDGER_LEADING brings run, fence and t
 *     ledger_renew      the heartbeat; not alive: stop
 *     ledger_begin      what the run computes with; may go on as another run
 *     ledger_viewers    the ledger rows that may be published, with their fence (attempt)
 *     ledger_drop_open, ledger_finish, ledger_fail, ledger_leave, ledger_cancel, ledger_settle
 *
 * A call by who no longer leads fails with LEDGER_LOST as ledger_failure. */
#ifndef MATCHD_STORAGE_LEDGER_H
#define MATCHD_STORAGE_LEDGER_H

#include "storage/pg_conn.h"

/* In the order of their names: rows of a viewer sort so. */
enum job_type { JOB_DAILY, JOB_ANCHOR, JOB_TYPES };
/* "daily_offers", "weekly_anchor" */
const char *job_type_name(enum job_type type);

/* A batch that is asked for. */
struct ledger_batch {
    date_t date;
    const char *timezone;
    bool by_request; /* a person asks: failed attempts before do not count */
    bool has_at;     /* t of a batch that has none yet; else the database's clock */
    instant_t at;
    const struct uuid *viewers; /* NULL: everybody of the time zone */
    size_t viewer_count;
};

enum ledger_outcome {
    LEDGER_LEADING,
    LEDGER_LED,     /* another leads: its run */
    LEDGER_WAITING, /* is tried again later */
    LEDGER_ENDED    /* completed, failed or cancelled before */
};

struct ledger_claim {
    enum ledger_outcome outcome;
    struct uuid run;
    int64_t fence;
    instant_t as_of;
};

/* The lease that a call is made under. */
struct lease {
    struct uuid run;
    int64_t fence;
};

/* What kind the last failure on a connection was. */
enum ledger_failure {
    LEDGER_AGAIN,  /* the connection broke, a deadlock, somebody was first: try again */
    LEDGER_LOST,   /* the lease is somebody else's, or the run was cancelled */
    LEDGER_REFUSED /* will not succeed */
};
enum ledger_failure ledger_failure(const struct pg_conn *conn);

bool ledger_claim(struct pg_conn *conn, const char *holder, double lease_seconds,
                  const struct ledger_batch *batch, struct ledger_claim *out,
                  struct err *err) MUST_CHECK;

bool ledger_renew(struct pg_conn *conn, const struct lease *lease, double lease_seconds,
                  uint32_t viewers_done, bool *alive, struct err *err) MUST_CHECK;

struct ledger_facts {
    const char *config_digest, *engine, *contract;
    bool with_anchor;
    uint32_t people, viewers;
};
/* lease->run may change. */
bool ledger_begin(struct pg_conn *conn, struct lease *lease, const struct ledger_facts *facts,
                  struct err *err) MUST_CHECK;

/* A ledger row that may be published. */
struct ledger_ticket {
    struct uuid job;
    int32_t attempt; /* its fence; 0: there is none to publish */
};
/* Claims rows of `viewers` (in UUID order): tickets[i * JOB_TYPES + type]. */
bool ledger_viewers(struct pg_conn *conn, const struct lease *lease, const struct uuid *viewers,
                    uint32_t count, bool with_anchor, struct ledger_ticket *tickets,
                    struct err *err) MUST_CHECK;

/* Once all is published: rows of the batch that are still open are of people who take part no more
 * since they were claimed. They fail. */
bool ledger_drop_open(struct pg_conn *conn, const struct lease *lease, struct err *err) MUST_CHECK;

struct ledger_figures {
    uint32_t viewers_done;
    uint64_t gender_pairs, eligible, bounded, canonical;
    const char *timings, *certificate; /* JSON */
};
bool ledger_finish(struct pg_conn *conn, const struct lease *lease,
                   const struct ledger_figures *figures, uint64_t *offers,
                   struct err *err) MUST_CHECK;
/* The run failed: open rows too. *over: it was the last attempt; else it may be claimed again after
 * the pause. */
bool ledger_fail(struct pg_conn *conn, const struct lease *lease, const char *why,
                 double pause_seconds, bool *over, struct err *err) MUST_CHECK;
/* Gives the lease back, so that another daemon can go on at once. */
bool ledger_leave(struct pg_conn *conn, const struct lease *lease, date_t date,
                  const char *timezone, struct err *err) MUST_CHECK;

enum ledger_cancel { CANCEL_DONE, CANCEL_ENDED_BEFORE, CANCEL_UNKNOWN };
bool ledger_cancel(struct pg_conn *conn, const struct uuid *run, enum ledger_cancel *out,
                   struct err *err) MUST_CHECK;
/* Ledger rows that were being written when their run was cancelled; *left: runs that have some
 * still. To be called until that is 0. */
bool ledger_settle(struct pg_conn *conn, uint32_t *left, struct err *err) MUST_CHECK;

#endif
