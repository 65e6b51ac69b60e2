/* From a database to a population and its configuration, at one snapshot.
 *
 * With a replication connection the snapshot is that of a temporary logical slot, so that a
 * follower can go on from exactly there; without, it is exported by an ordinary transaction.
 * Reading connections import it and run COPY (...) TO STDOUT (FORMAT binary) side by side; more
 * than two of them split the big tables by ranges of user_id.
 *
 *     struct load_options options = {.url = url, .connections = 2, .capacity = 1000000};
 *     struct loaded loaded;
 *     if (!load_population(&options, &loaded, &err)) ...      // says what to do about it
 *     view_new(loaded.population, loaded.config, batch);
 *     loaded_release(&loaded);   // or take population and config over and set them NULL here;
 *                                // refusals must then outlive the population
 *
 * A server that is down or starting is waited for; a connection that breaks begins the load
 * anew. What ends it with an error: a database of another schema version, missing tables,
 * columns or privileges (each named), row level security in the way, more people than
 * `capacity`.
 *
 * Malformed values never end it: each is treated as the scoring contract says, logged with
 * table, key, column and reason (the first of a kind, see refusal_log.h) and counted.
 *
 * Log: load.started, load.snapshot, load.table for every table, load.done with the summary. */
#ifndef MATCHD_STORAGE_LOADER_H
#define MATCHD_STORAGE_LOADER_H

#include "engine/config/config.h"
#include "engine/population/population.h"
#include "storage/pg_conn.h"
#include "storage/refusal_log.h"

enum { LOAD_CONNECTIONS_MAX = 16, LOAD_TABLES_MAX = 24 };

struct load_progress {
    const char *stage; /* "waiting", "settings", "people", "facts", "finishing" */
    uint64_t rows;     /* read so far, all tables */
    uint32_t people;   /* in the population so far */
    uint32_t tables_done, tables;
    double seconds;            /* since the start */
    const struct err *trouble; /* "waiting": why the last try failed; NULL: it is the first */
};
/* Called about five times a second, from the thread that called load_population. */
typedef void load_report(void *ctx, const struct load_progress *progress);

struct load_options {
    const char *url;             /* of the reading role; NULL or "": libpq's PG* variables */
    const char *replication_url; /* of the replicating role; NULL: no slot */
    uint32_t connections;        /* reading side by side, 1..LOAD_CONNECTIONS_MAX; 0 = 2 */
    uint32_t capacity;           /* people (MATCHD_CAPACITY) */
    bool keep_slot;        /* hand the slot's connection over in `loaded` instead of dropping it */
    uint32_t wait_seconds; /* for a server that is down; 0 = until stopped */
    const atomic_bool *stop; /* set: give up at the next opportunity; may be NULL */
    load_report *report;     /* may be NULL */
    void *report_ctx;
};

struct load_table {
    const char *name; /* "public.users" */
    uint64_t rows, bytes;
    double seconds; /* of reading it, summed over connections */
};

struct load_summary {
    struct load_table tables[LOAD_TABLES_MAX];
    uint32_t table_count;
    uint32_t people;
    double bytes_per_person;
    double seconds, settings_seconds, people_seconds, facts_seconds, finish_seconds;
    uint64_t refused;         /* values, all reasons; the reasons are in `refusals` */
    uint64_t answers_ignored; /* to questions of other versions, or that were refused */
    uint32_t dim;
    char snapshot[64];
    char lsn[32]; /* consistent point of the slot; "" without one */
};

struct loaded {
    struct population *population;
    struct config *config;
    struct refusal_log *refusals; /* goes on serving the population's refusals; outlives it */
    struct load_summary summary;
    struct pg_conn *replication; /* with keep_slot: the connection that owns the slot */
    char slot[64];
};

bool load_population(const struct load_options *options, struct loaded *out,
                     struct err *err) MUST_CHECK;
void loaded_release(struct loaded *loaded);

#endif
