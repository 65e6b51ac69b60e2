#include "storage/pg_snapshot.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

/* What goes into SQL as a name or a literal must be what PostgreSQL makes: no quotes, no spaces. */
static bool copy_word(struct pg_field field, char *out, size_t size) {
    pg_text_copy(field, out, size);
    return out[0] != '\0' && field.length < size &&
           strspn(out, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-/") ==
               strlen(out);
}

/* consistent_point and snapshot_name are columns 1 and 2 of the answer. */
static bool make_slot(struct pg_snapshot *snapshot, struct err *err) {
    uint32_t random = 0;
    if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
        random = (uint32_t)getppid();
    snprintf(snapshot->slot, sizeof snapshot->slot, "matchd_%d_%08x", (int)getpid(), random);
    char sql[160];
    snprintf(sql, sizeof sql,
             "CREATE_REPLICATION_SLOT \"%s\" TEMPORARY LOGICAL pgoutput (SNAPSHOT 'export')",
             snapshot->slot);
    struct pg_result *made = pg_conn_command_slow(
        snapshot->holder, sql, "transactions that were open when the slot was asked for", err);
    if (made == NULL)
        return err_wrap(err, "making a replication slot as role \"%s\"",
                        pg_conn_role(snapshot->holder));
    bool good = pg_result_rows(made) == 1 && pg_result_columns(made) == 4 &&
                copy_word(pg_result_field(made, 0, 1), snapshot->lsn, sizeof snapshot->lsn) &&
                copy_word(pg_result_field(made, 0, 2), snapshot->name, sizeof snapshot->name);
    pg_result_free(made);
    return good || err_set(err, "making a replication slot: expected a snapshot's name, got none");
}

static bool export_snapshot(struct pg_snapshot *snapshot, struct err *err) {
    struct pg_conn *holder = snapshot->holder;
    if (!pg_conn_run(holder, "begin isolation level repeatable read read only", err))
        return false;
    struct pg_result *made =
        pg_conn_query(holder, "select pg_catalog.pg_export_snapshot()", NULL, 0, err);
    if (made == NULL)
        return err_wrap(err, "exporting a snapshot");
    bool good = pg_result_rows(made) == 1 &&
                copy_word(pg_result_field(made, 0, 0), snapshot->name, sizeof snapshot->name);
    pg_result_free(made);
    return good || err_set(err, "exporting a snapshot: expected its name, got none");
}

bool pg_snapshot_open(const struct pg_settings *holding, struct pg_snapshot *out,
                      enum pg_failure *failure, struct err *err) {
    *out = (struct pg_snapshot){0};
    out->holder = pg_conn_open(holding, failure, err);
    if (out->holder == NULL)
        return false;
    if (holding->replication ? make_slot(out, err) : export_snapshot(out, err))
        return true;
    *failure = pg_conn_failure(out->holder);
    pg_snapshot_close(out);
    return false;
}

bool pg_snapshot_import(struct pg_conn *conn, const struct pg_snapshot *snapshot, struct err *err) {
    char sql[200];
    snprintf(sql, sizeof sql,
             "begin isolation level repeatable read read only; set transaction snapshot '%s'",
             snapshot->name);
    return pg_conn_run(conn, sql, err) || err_wrap(err, "importing the snapshot");
}

void pg_snapshot_close(struct pg_snapshot *snapshot) {
    pg_conn_close(snapshot->holder);
    snapshot->holder = NULL;
}
