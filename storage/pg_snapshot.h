/* One snapshot for many connections.
 *
 * With a replication role a temporary logical slot (pgoutput) is made and its snapshot exported: a
 * stream that starts at `lsn` brings exactly what the snapshot does not hold. Making a slot waits
 * for the transactions that are open at that moment; while it waits it says so. Without, a
 * repeatable read transaction exports its snapshot.
 *
 * The snapshot lives until the holder's next command: import it on every connection first, then
 * either close the holder or take it over. */
#ifndef MATCHD_STORAGE_PG_SNAPSHOT_H
#define MATCHD_STORAGE_PG_SNAPSHOT_H

#include "storage/pg_conn.h"

struct pg_snapshot {
    struct pg_conn *holder;
    char name[64]; /* for SET TRANSACTION SNAPSHOT */
    char lsn[32];  /* consistent point; "" without a slot */
    char slot[64]; /* "" without a slot */
};

/* `holding` are the settings of the holder's connection; its `replication` decides which way. */
bool pg_snapshot_open(const struct pg_settings *holding, struct pg_snapshot *out,
                      enum pg_failure *failure, struct err *err) MUST_CHECK;
/* Begins a read-only transaction on `conn` that sees the snapshot. */
bool pg_snapshot_import(struct pg_conn *conn, const struct pg_snapshot *snapshot,
                        struct err *err) MUST_CHECK;
void pg_snapshot_close(struct pg_snapshot *snapshot);

#endif
