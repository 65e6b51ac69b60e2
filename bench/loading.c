/* Rounds of two: a bare COPY and a load, in turns; which of them comes first alternates too. The
 * ratio is of two that stand side by side, so that what else runs disturbs it little. */
#include "bench/loading.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/scene.h"
#include "engine/base/log.h"
#include "engine/base/mem.h"
#include "engine/kernel/cpu.h"
#include "storage/pg_conn.h"
#include "storage/sources.h"

enum { OPTION_CONNECTIONS = 1, SQL_TEXT = 1024 };

/* The larger ones first, so that connections end together. */
static const enum source TABLES[] = {
    SOURCE_ANSWERS,      SOURCE_PHOTOS,        SOURCE_VISUAL,  SOURCE_USERS,  SOURCE_PROFILES,
    SOURCE_OFFERS,       SOURCE_VERIFICATIONS, SOURCE_MATCHES, SOURCE_BLOCKS, SOURCE_REPORTS,
    SOURCE_ENFORCEMENTS, SOURCE_DELETIONS,     SOURCE_POLICY};

struct round {
    /* Seconds. From the first COPY of people on: people, facts, finish, view, tiles. */
    double bare, settings, people, facts, finish, view, tiles;
    double bare_cpu, load_cpu; /* of this process, not of the server */
    uint64_t rows, bytes;
    double ratio;
};

struct loading {
    struct scene_options options;
    uint64_t connections;
    const struct kernels *kernels;
    uint32_t people;
};

/* ---- the bare COPY ------------------------------------------------------------------------- */

struct bare {
    uint64_t connections;
    atomic_uint next;
    atomic_ullong rows, bytes;
    pthread_barrier_t begin; /* connections are open, and the clock runs */
};

struct bare_thread {
    struct bare *bare;
    struct pg_conn *conn;
    pthread_t thread;
    bool ok;
    struct err err;
};

static bool drop_message(void *ctx, const uint8_t *bytes, size_t length, struct err *err) {
    (void)bytes, (void)err;
    *(uint64_t *)ctx += length;
    return true;
}

static bool copy_table(struct bare_thread *t, enum source source) {
    char columns[SQL_TEXT / 2], sql[SQL_TEXT];
    uint64_t rows, bytes = 0;
    source_select_list(source, columns, sizeof columns);
    snprintf(sql, sizeof sql, "copy %s (%s) to stdout (format binary)",
             source_table(source)->qualified, columns);
    bool ok = pg_conn_copy(t->conn, sql, drop_message, &bytes, &rows, &t->err);
    atomic_fetch_add(&t->bare->rows, ok ? rows : 0);
    atomic_fetch_add(&t->bare->bytes, bytes);
    return ok;
}

static void *bare_main(void *arg) {
    struct bare_thread *t = arg;
    pthread_barrier_wait(&t->bare->begin);
    t->ok = true;
    for (uint32_t i; t->ok && (i = atomic_fetch_add(&t->bare->next, 1)) < ARRAY_LEN(TABLES);)
        t->ok = copy_table(t, TABLES[i]);
    return NULL;
}

/* Seconds of COPY over all connections, from the moment when all are open. */
static bool run_threads(struct bare *bare, struct bare_thread *threads, struct round *round,
                        struct err *err) {
    bool ok = true;
    for (uint64_t i = 0; i < bare->connections; i++)
        ASSERT(pthread_create(&threads[i].thread, NULL, bare_main, &threads[i]) == 0);
    pthread_barrier_wait(&bare->begin);
    struct spent start = spent_now();
    for (uint64_t i = 0; i < bare->connections; i++) {
        pthread_join(threads[i].thread, NULL);
        if (ok && !threads[i].ok)
            *err = threads[i].err;
        ok = ok && threads[i].ok;
    }
    struct spent spent = spent_since(start);
    round->bare = spent.wall;
    round->bare_cpu = spent.cpu;
    round->rows = atomic_load(&bare->rows);
    round->bytes = atomic_load(&bare->bytes);
    return ok;
}

static bool time_bare(const struct loading *loading, struct round *round, struct err *err) {
    struct bare bare = {.connections = loading->connections};
    struct pg_settings settings = {.url = loading->options.database, .application = "bare copy"};
    struct bare_thread *threads = mem_array(bare.connections, sizeof *threads);
    ASSERT(pthread_barrier_init(&bare.begin, NULL, (unsigned)bare.connections + 1) == 0);
    bool ok = true;
    for (uint64_t i = 0; ok && i < bare.connections; i++) {
        threads[i].bare = &bare;
        threads[i].conn = pg_conn_open(&settings, NULL, err);
        ok = threads[i].conn != NULL;
    }
    ok = ok && run_threads(&bare, threads, round, err);
    for (uint64_t i = 0; i < bare.connections; i++)
        pg_conn_close(threads[i].conn);
    pthread_barrier_destroy(&bare.begin);
    free(threads);
    return ok;
}

/* ---- the load ------------------------------------------------------------------------------ */

static uint64_t rows_of(const struct load_summary *summary) {
    uint64_t rows = 0;
    for (uint32_t i = 0; i < summary->table_count; i++)
        for (size_t k = 0; k < ARRAY_LEN(TABLES); k++)
            if (strcmp(summary->tables[i].name, source_table(TABLES[k])->qualified) == 0)
                rows += summary->tables[i].rows;
    return rows;
}

static void prepare(const struct loading *loading, const struct loaded *loaded,
                    struct round *round) {
    uint32_t threads = (uint32_t)loading->options.threads;
    instant_t now = loading->options.world.now;
    struct spent start = spent_now();
    struct view *view = view_new_by(loaded->population, loaded->config,
                                    (struct batch){date_of_instant(now), now}, threads);
    round->view = spent_since(start).wall;
    start = spent_now();
    struct tiles *tiles = tiles_new(view, threads);
    if (tiles != NULL && loading->kernels->visual == VISUAL_BLAS)
        tiles_add_floats(tiles, threads);
    round->tiles = spent_since(start).wall;
    tiles_free(tiles);
    view_free(view);
}

/* Everything until a request or a batch of that day can be served. */
static bool time_load(struct loading *loading, struct round *round, uint64_t *rows,
                      struct err *err) {
    struct load_options options = {.url = loading->options.database,
                                   .connections = (uint32_t)loading->connections,
                                   .capacity = WORLD_PEOPLE_MAX,
                                   .wait_seconds = 10};
    struct loaded loaded;
    struct spent start = spent_now();
    if (!load_population(&options, &loaded, err))
        return false;
    round->settings = loaded.summary.settings_seconds;
    round->people = loaded.summary.people_seconds;
    round->facts = loaded.summary.facts_seconds;
    round->finish = loaded.summary.finish_seconds;
    *rows = rows_of(&loaded.summary);
    loading->people = loaded.summary.people;
    prepare(loading, &loaded, round);
    round->load_cpu = spent_since(start).cpu;
    loaded_release(&loaded);
    return true;
}

static double ready_of(const struct round *r) {
    return r->people + r->facts + r->finish + r->view + r->tiles;
}

static bool run_round(struct loading *loading, uint64_t number, struct round *round,
                      struct err *err) {
    uint64_t rows = 0;
    bool load_first = number % 2 == 1;
    if (load_first && !time_load(loading, round, &rows, err))
        return false;
    if (!time_bare(loading, round, err))
        return false;
    if (!load_first && !time_load(loading, round, &rows, err))
        return false;
    if (rows != round->rows)
        return err_set(err, "WRONG ANSWER: the load read %llu rows, the bare COPY %llu",
                       (unsigned long long)rows, (unsigned long long)round->rows);
    round->ratio = round->bare / ready_of(round);
    return true;
}

/* ---- the report ---------------------------------------------------------------------------- */

static int by_ratio(const void *x, const void *y) {
    double a = ((const struct round *)x)->ratio, b = ((const struct round *)y)->ratio;
    return (a > b) - (a < b);
}

static void print_round(const struct round *r) {
    const double columns[] = {r->bare,  r->settings, r->people,   r->facts,    r->finish, r->view,
                              r->tiles, ready_of(r), r->bare_cpu, r->load_cpu, r->ratio};
    for (size_t i = 0; i < ARRAY_LEN(columns); i++)
        printf("%9.3f", columns[i]);
    printf("\n");
    fflush(stdout);
}

/* Rounds are sorted. */
static void print_json(const struct loading *l, const struct round *rounds) {
    uint64_t count = l->options.repeat;
    const struct round *r = &rounds[(count - 1) / 2];
    json_t *report = json_pack(
        "{s:s, s:o, s:i, s:i, s:i, s:i, s:I, s:I, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f,"
        " s:f}",
        "bench", "loading", "machine", machine_json(), "people", (int)l->people, "connections",
        (int)l->connections, "threads", (int)l->options.threads, "rounds", (int)count, "rows",
        (json_int_t)r->rows, "bytes", (json_int_t)r->bytes, "bare_s", r->bare, "settings_s",
        r->settings, "people_s", r->people, "facts_s", r->facts, "finish_s", r->finish, "view_s",
        r->view, "tiles_s", r->tiles, "ready_s", ready_of(r), "ratio", r->ratio, "ratio_least",
        rounds[0].ratio, "ratio_most", rounds[count - 1].ratio);
    json_dumpf(report, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    printf("\n");
    json_decref(report);
}

static void print_summary(const struct loading *l, const struct round *rounds) {
    uint64_t count = l->options.repeat;
    printf("\n%u people, %llu rows, %.1f MB over %llu connections: ratio %.2f (%.2f to %.2f)\n",
           l->people, (unsigned long long)rounds[0].rows, (double)rounds[0].bytes / 1e6,
           (unsigned long long)l->connections, rounds[(count - 1) / 2].ratio, rounds[0].ratio,
           rounds[count - 1].ratio);
}

static bool measure(struct loading *l, struct err *err) {
    uint64_t count = l->options.repeat;
    if (!kernels_select("auto", cpu_features(), &l->kernels, err))
        return false;
    log_setup(LOG_ERROR, LOG_KV);
    if (!l->options.json) {
        machine_print();
        printf("\n     bare settings   people    facts   finish     view    tiles    ready bare CPU"
               " load CPU    ratio\n");
    }
    struct round *rounds = mem_array(count, sizeof *rounds);
    bool ok = true;
    for (uint64_t i = 0; ok && i < count; i++) {
        ok = run_round(l, i, &rounds[i], err);
        if (ok && !l->options.json)
            print_round(&rounds[i]);
    }
    qsort(rounds, count, sizeof *rounds, by_ratio);
    if (ok)
        (l->options.json ? print_json : print_summary)(l, rounds);
    free(rounds);
    return ok;
}

static bool take(void *ctx, int option, const char *value, struct err *err) {
    (void)option;
    struct loading *l = ctx;
    return argument_number("connections", value, 1, LOAD_CONNECTIONS_MAX, &l->connections, err);
}

int loading_command(int argc, char **argv) {
    static const struct option OPTIONS[] = {
        {"connections", required_argument, NULL, OPTION_CONNECTIONS}, {0}};
    struct loading l = {.options = scene_options_default(), .connections = 2};
    l.options.from_database = true;
    struct scene_extra extra = {OPTIONS, take, &l,
                                "  --connections C  that read side by side (2)\n"};
    struct err err;
    if (!scene_parse(&l.options, argc, argv, &extra, &err)) {
        fprintf(stderr, "loading: %s\n", err.text);
        return 2;
    }
    if (l.options.help) {
        scene_usage("loading", "A load from a database beside the bare COPY of the same columns.",
                    &extra);
        return 0;
    }
    if (!l.options.from_database) {
        fprintf(stderr, "loading: people come from a database: --in-memory does not apply\n");
        return 2;
    }
    if (!measure(&l, &err)) {
        fprintf(stderr, "loading: %s\n", err.text);
        return 1;
    }
    return 0;
}
