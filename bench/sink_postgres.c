#include "bench/sink_postgres.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "engine/base/mem.h"

/* A part of a table: persons from..until, or all relations. */
struct piece {
    enum row_table table;
    uint32_t from, until;
};

enum { PIECES_MAX = 64, SLICES = 8 };

struct load {
    const struct world *world;
    const char *url;
    struct piece pieces[PIECES_MAX];
    uint32_t piece_count;
    atomic_uint next, done;
    atomic_uint table; /* last one begun, for the progress line */
    atomic_bool failed;
    pthread_mutex_t lock; /* of report and err */
    struct sink_report *report;
    struct err *err;
};

static double clock_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

struct relation_copy {
    struct copy *copy;
    const struct world *world;
    const struct row_writer *writer;
};

static bool copy_relation(void *ctx, const struct relation *relation) {
    struct relation_copy *to = ctx;
    to->writer->relation(to->copy, to->world, relation);
    return !to->copy->failed;
}

static bool load_piece(struct load *load, const struct piece *piece, struct pg_conn *conn,
                       struct person *person, struct err *err) {
    const struct row_writer *writer = row_writer_of(piece->table);
    double start = clock_seconds();
    struct copy copy;
    if (!copy_begin(&copy, conn, writer->target, err))
        return false;
    if (writer->relation != NULL)
        relations_each(load->world, copy_relation,
                       &(struct relation_copy){&copy, load->world, writer});
    for (uint32_t n = piece->from; n < piece->until && !copy.failed; n++) {
        person_make(load->world, n, person);
        writer->person(&copy, load->world, n, person);
    }
    if (!copy_end(&copy, err))
        return false;
    pthread_mutex_lock(&load->lock);
    load->report->rows[piece->table] += copy.rows;
    load->report->seconds[piece->table] += clock_seconds() - start;
    pthread_mutex_unlock(&load->lock);
    return true;
}

static void *run_worker(void *ctx) {
    struct load *load = ctx;
    struct err err = {{0}};
    struct pg_settings settings = {
        .url = load->url, .application = "matchd-bench populate", .writing = true};
    struct pg_conn *conn = pg_conn_open(&settings, NULL, &err);
    struct person *person = person_new(load->world->options.dim);
    /* Triggers look things up under the policies of their own role, which are no error here. */
    bool ok = conn != NULL && pg_conn_run(conn, "set row_security = on", &err);
    while (ok && !atomic_load(&load->failed)) {
        uint32_t next = atomic_fetch_add(&load->next, 1);
        if (next >= load->piece_count)
            break;
        atomic_store(&load->table, load->pieces[next].table);
        ok = load_piece(load, &load->pieces[next], conn, person, &err);
        atomic_fetch_add(&load->done, 1);
    }
    if (!ok && !atomic_exchange(&load->failed, true)) {
        pthread_mutex_lock(&load->lock);
        *load->err = err;
        pthread_mutex_unlock(&load->lock);
    }
    person_free(person);
    pg_conn_close(conn);
    return NULL;
}

static void add_pieces(struct load *load, enum row_table table, uint32_t slices) {
    uint64_t people = load->world->options.people;
    for (uint32_t i = 0; i < slices; i++) {
        ASSERT(load->piece_count < PIECES_MAX);
        struct piece *piece = &load->pieces[load->piece_count++];
        piece->table = table;
        piece->from = (uint32_t)(people * i / slices);
        piece->until = (uint32_t)(people * (i + 1) / slices);
        if (row_writer_of(table)->relation != NULL)
            piece->from = piece->until = 0;
    }
}

/* One after the other; within a stage, side by side and the longest first. Blocks, reports, bans
 * and deletions end open offers and matches that are there, and a match ends offers: made-up offers
 * and matches are as these left them, so they come after, and nothing has to be changed. */
static const uint32_t STAGES[] = {
    1u << ROWS_USERS,
    1u << ROWS_ENFORCEMENT | 1u << ROWS_DELETIONS | 1u << ROWS_BLOCKS | 1u << ROWS_REPORTS,
    1u << ROWS_MATCHES | 1u << ROWS_PROFILES,
    1u << ROWS_ANSWERS | 1u << ROWS_OFFERS | 1u << ROWS_VISUAL | 1u << ROWS_PHOTOS |
        1u << ROWS_VERIFICATIONS | 1u << ROWS_SEGMENTS,
};

static void add_stage(struct load *load, uint32_t tables, uint32_t connections) {
    static const enum row_table LONGEST_FIRST[] = {
        ROWS_USERS,   ROWS_ANSWERS,  ROWS_OFFERS,        ROWS_VISUAL,      ROWS_PHOTOS,
        ROWS_MATCHES, ROWS_PROFILES, ROWS_VERIFICATIONS, ROWS_ENFORCEMENT, ROWS_DELETIONS,
        ROWS_BLOCKS,  ROWS_REPORTS,  ROWS_SEGMENTS};
    for (size_t i = 0; i < ARRAY_LEN(LONGEST_FIRST); i++) {
        enum row_table table = LONGEST_FIRST[i];
        bool is_big = table == ROWS_ANSWERS || table == ROWS_VISUAL || table == ROWS_PHOTOS ||
                      table == ROWS_PROFILES || table == ROWS_VERIFICATIONS;
        if ((tables & 1u << table) != 0)
            add_pieces(load, table, table == ROWS_USERS ? connections : is_big ? SLICES : 1);
    }
}

static void wait_for(struct load *load, pthread_t *threads, uint32_t count,
                     void (*progress)(double part, const char *what)) {
    while (progress != NULL && !atomic_load(&load->failed) &&
           atomic_load(&load->done) < load->piece_count) {
        progress((double)atomic_load(&load->done) / load->piece_count,
                 row_writer_of(atomic_load(&load->table))->target);
        nanosleep(&(struct timespec){.tv_nsec = 200000000}, NULL);
    }
    for (uint32_t i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

/* Runs the pieces that were added, on `connections` threads. */
static bool run(struct load *load, uint32_t connections,
                void (*progress)(double part, const char *what)) {
    pthread_t threads[SINK_CONNECTIONS_MAX];
    atomic_store(&load->next, 0);
    atomic_store(&load->done, 0);
    for (uint32_t i = 0; i < connections; i++)
        ASSERT(pthread_create(&threads[i], NULL, run_worker, load) == 0);
    wait_for(load, threads, connections, progress);
    load->piece_count = 0;
    return !atomic_load(&load->failed);
}

static bool must_be_empty(const char *url, struct err *err) {
    struct pg_settings settings = {.url = url, .application = "matchd-bench populate"};
    struct pg_conn *conn = pg_conn_open(&settings, NULL, err);
    if (conn == NULL)
        return false;
    struct pg_result *rows =
        pg_conn_query(conn, "select 1 from public.users limit 1", NULL, 0, err);
    bool ok = rows != NULL;
    if (ok && pg_result_rows(rows) > 0)
        ok = err_set(err, "public.users already holds people: populate wants a database that "
                          "scripts/migrate has just made");
    pg_result_free(rows);
    pg_conn_close(conn);
    return ok;
}

bool sink_postgres(const struct world *world, const char *url, uint32_t connections,
                   void (*progress)(double part, const char *what), struct sink_report *report,
                   struct err *err) {
    ASSERT(connections >= 1 && connections <= SINK_CONNECTIONS_MAX);
    *report = (struct sink_report){0};
    if (!must_be_empty(url, err))
        return false;
    struct load *load = mem_array(1, sizeof *load);
    load->world = world;
    load->url = url;
    load->report = report;
    load->err = err;
    ASSERT(pthread_mutex_init(&load->lock, NULL) == 0);

    bool ok = true;
    for (size_t stage = 0; ok && stage < ARRAY_LEN(STAGES); stage++) {
        add_stage(load, STAGES[stage], connections);
        ok = run(load, connections, progress);
        if (!ok && stage > 0)
            err_wrap(err, "half written, make the database anew");
    }
    pthread_mutex_destroy(&load->lock);
    free(load);
    return ok;
}
