#include "storage/load_tables.h"

#include "engine/base/log.h"
#include "engine/base/mem.h"
#include "storage/pg_conn_state.h"
#include "storage/pg_copy.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { SAMPLE_IDS = 4096, SPLIT_PEOPLE_MIN = 2000, BIG_TABLES = 2, REPORT_MS = 200 };

static row_function *const functions[] = {
    [SOURCE_USERS] = row_user,
    [SOURCE_PROFILES] = row_profile,
    [SOURCE_PHOTOS] = row_photo,
    [SOURCE_ANSWERS] = row_answer,
    [SOURCE_VISUAL] = row_visual,
    [SOURCE_VERIFICATIONS] = row_verification,
    [SOURCE_ENFORCEMENTS] = row_enforcement,
    [SOURCE_DELETIONS] = row_deletion,
    [SOURCE_BLOCKS] = row_block,
    [SOURCE_REPORTS] = row_report,
    [SOURCE_MATCHES] = row_match,
    [SOURCE_OFFERS] = row_offer,
    [SOURCE_POLICY] = row_policy,
};

/* In order of size, so that the long ones do not come last. */
static const enum source order[] = {
    SOURCE_ANSWERS, SOURCE_PHOTOS,        SOURCE_VISUAL,    SOURCE_PROFILES,
    SOURCE_OFFERS,  SOURCE_VERIFICATIONS, SOURCE_MATCHES,   SOURCE_BLOCKS,
    SOURCE_REPORTS, SOURCE_ENFORCEMENTS,  SOURCE_DELETIONS, SOURCE_POLICY,
};

/* One COPY: a table, or the rows of users in [low, high). */
struct job {
    enum source source;
    bool ranged, has_low, has_high;
    struct uuid low, high;
};

struct work {
    struct load_tables *load;
    struct job *jobs;
    size_t job_count;
    pthread_mutex_t lock; /* next, running, tables, failed, err */
    pthread_cond_t changed;
    size_t next;
    uint32_t running;
    uint32_t unfinished[SOURCES]; /* jobs */
    bool failed;
    struct err err;
    _Atomic uint64_t rows;
    atomic_bool abandon;
};

struct worker {
    struct work *work;
    struct pg_conn *conn;
    struct row_reader reader;
    pthread_t thread;
    bool started;
};

/* ---- one job --------------------------------------------------------------------------------- */

static void compose_copy(const struct job *job, char *sql, size_t size) {
    const struct source_table *table = source_table(job->source);
    char columns[480], low[UUID_TEXT], high[UUID_TEXT];
    source_select_list(job->source, columns, sizeof columns);
    if (!job->ranged) {
        snprintf(sql, size, "copy %s (%s) to stdout (format binary)", table->qualified, columns);
        return;
    }
    uuid_to_text(&job->low, low);
    uuid_to_text(&job->high, high);
    size_t n = (size_t)snprintf(sql, size, "copy (select %s from %s where true", columns,
                                table->qualified);
    if (job->has_low)
        n += (size_t)snprintf(sql + n, size - n, " and user_id >= '%s'", low);
    if (job->has_high)
        n += (size_t)snprintf(sql + n, size - n, " and user_id < '%s'", high);
    snprintf(sql + n, size - n, ") to stdout (format binary)");
}

struct feed {
    struct copy_decoder copy;
    struct work *work;
    uint64_t counted;
};

static bool on_message(void *ctx, const uint8_t *bytes, size_t length, struct err *err) {
    enum { COUNT_EVERY = 1024 };
    struct feed *feed = ctx;
    if (!copy_decoder_message(&feed->copy, bytes, length, err))
        return false;
    if (feed->copy.rows - feed->counted < COUNT_EVERY)
        return true;
    atomic_fetch_add_explicit(&feed->work->rows, feed->copy.rows - feed->counted,
                              memory_order_relaxed);
    feed->counted = feed->copy.rows;
    if (atomic_load(&feed->work->abandon) || pg_stopped(feed->work->load->stop))
        return err_set(err, "stopped");
    return true;
}

/* Adds what one COPY brought to the table's line of the summary. Under the lock. */
static struct load_table *note_table(struct load_summary *summary, const char *name,
                                     const struct copy_decoder *copy, double seconds) {
    uint32_t i = 0;
    while (i < summary->table_count && strcmp(summary->tables[i].name, name) != 0)
        i++;
    ASSERT(i < LOAD_TABLES_MAX);
    if (i == summary->table_count)
        summary->tables[summary->table_count++] = (struct load_table){.name = name};
    struct load_table *table = &summary->tables[i];
    table->rows += copy->rows;
    table->bytes += copy->bytes;
    table->seconds += seconds;
    return table;
}

static bool run_job(struct worker *worker, const struct job *job, struct err *err) {
    struct work *work = worker->work;
    const struct source_table *table = source_table(job->source);
    char sql[1024];
    uint64_t sent = 0;
    double begun = pg_now_seconds();
    struct feed feed = {.work = work};
    feed.copy = copy_decoder_of(table->qualified, (int16_t)table->column_count,
                                functions[job->source], &worker->reader);
    compose_copy(job, sql, sizeof sql);
    bool good = pg_conn_copy(worker->conn, sql, on_message, &feed, &sent, err) &&
                copy_decoder_finish(&feed.copy, err);
    if (good && sent != feed.copy.rows)
        good = err_set(err, "the server sent %llu rows, %llu came", (unsigned long long)sent,
                       (unsigned long long)feed.copy.rows);
    if (!good)
        return err_wrap(err, "reading %s", table->qualified);
    atomic_fetch_add_explicit(&work->rows, feed.copy.rows - feed.counted, memory_order_relaxed);
    pthread_mutex_lock(&work->lock);
    struct load_table done =
        *note_table(work->load->summary, table->qualified, &feed.copy, pg_now_seconds() - begun);
    bool complete = --work->unfinished[job->source] == 0;
    work->load->tables_done += complete;
    pthread_mutex_unlock(&work->lock);
    if (complete)
        log_info("load.table", "table=%s rows=%llu bytes=%llu seconds=%.3f", done.name,
                 (unsigned long long)done.rows, (unsigned long long)done.bytes, done.seconds);
    return true;
}

/* ---- workers --------------------------------------------------------------------------------- */

static const struct job *take_job(struct work *work) {
    const struct job *job = NULL;
    pthread_mutex_lock(&work->lock);
    if (!work->failed && work->next < work->job_count)
        job = &work->jobs[work->next++];
    pthread_mutex_unlock(&work->lock);
    return job;
}

/* The first failure is the one that is told; it ends the others. */
static void note_failure(struct worker *worker, const struct err *err) {
    struct work *work = worker->work;
    pthread_mutex_lock(&work->lock);
    if (!work->failed) {
        work->failed = true;
        work->err = *err;
        work->load->failure = pg_conn_failure(worker->conn);
    }
    pthread_mutex_unlock(&work->lock);
    atomic_store(&work->abandon, true);
}

static void *worker_main(void *arg) {
    struct worker *worker = arg;
    struct work *work = worker->work;
    struct err err = {{0}};
    for (const struct job *job; (job = take_job(work)) != NULL;)
        if (!run_job(worker, job, &err)) {
            note_failure(worker, &err);
            break;
        }
    pthread_mutex_lock(&work->lock);
    work->load->summary->answers_ignored += worker->reader.answers_ignored;
    work->running--;
    pthread_cond_signal(&work->changed);
    pthread_mutex_unlock(&work->lock);
    return NULL;
}

static void report(struct work *work, const char *stage) {
    struct load_tables *load = work->load;
    if (load->report == NULL)
        return;
    struct load_progress progress = {
        .stage = stage,
        .rows = atomic_load(&work->rows),
        .people = load->summary->people,
        .tables = (uint32_t)ARRAY_LEN(order) + 1,
        .seconds = pg_now_seconds() - load->begun,
    };
    pthread_mutex_lock(&work->lock);
    progress.tables_done = load->tables_done;
    pthread_mutex_unlock(&work->lock);
    load->report(load->report_ctx, &progress);
}

/* Reports while the workers run. */
static void watch(struct work *work, const char *stage) {
    pthread_mutex_lock(&work->lock);
    while (work->running > 0) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += REPORT_MS * 1000000L;
        until.tv_sec += until.tv_nsec / 1000000000L;
        until.tv_nsec %= 1000000000L;
        pthread_cond_timedwait(&work->changed, &work->lock, &until);
        pthread_mutex_unlock(&work->lock);
        report(work, stage);
        pthread_mutex_lock(&work->lock);
    }
    pthread_mutex_unlock(&work->lock);
}

/* Runs the jobs on the first `count` connections. */
static bool run_jobs(struct load_tables *load, struct job *jobs, size_t job_count, uint32_t count,
                     struct err *err) {
    bool users = jobs[0].source == SOURCE_USERS;
    struct work work = {.load = load, .jobs = jobs, .job_count = job_count, .running = count};
    struct worker *workers = mem_array(count, sizeof *workers);
    for (size_t i = 0; i < job_count; i++)
        work.unfinished[jobs[i].source]++;
    for (size_t i = 0; i < load->summary->table_count; i++)
        work.rows += load->summary->tables[i].rows;
    ASSERT(pthread_mutex_init(&work.lock, NULL) == 0);
    ASSERT(pthread_cond_init(&work.changed, NULL) == 0);
    for (uint32_t i = 0; i < count; i++) {
        workers[i] = (struct worker){.work = &work, .conn = load->conns[i]};
        row_reader_init(&workers[i].reader, &load->context);
    }
    for (uint32_t i = 0; i < count; i++)
        ASSERT(pthread_create(&workers[i].thread, NULL, worker_main, &workers[i]) == 0);
    watch(&work, users ? "people" : "facts");
    for (uint32_t i = 0; i < count; i++) {
        pthread_join(workers[i].thread, NULL);
        row_reader_release(&workers[i].reader);
    }
    free(workers);
    pthread_cond_destroy(&work.changed);
    pthread_mutex_destroy(&work.lock);
    if (work.failed && err != NULL)
        *err = work.err;
    return !work.failed;
}

/* ---- ranges ---------------------------------------------------------------------------------- */

static int order_uuids(const void *a, const void *b) {
    return uuid_order(a, b);
}

/* cuts[i] is the lower bound of range i + 1. */
static void find_cuts(const struct population *p, struct uuid *cuts, uint32_t ranges) {
    uint32_t people = population_count(p);
    uint32_t count = people < SAMPLE_IDS ? people : SAMPLE_IDS;
    struct uuid *sample = mem_array(count, sizeof *sample);
    for (uint32_t i = 0; i < count; i++)
        sample[i] = *population_id(p, (uint32_t)((uint64_t)i * people / count));
    qsort(sample, count, sizeof *sample, order_uuids);
    for (uint32_t i = 1; i < ranges; i++)
        cuts[i - 1] = sample[(uint64_t)i * count / ranges];
    free(sample);
}

/* A range costs the server a scan of the whole table: two connections take a big table each, and
 * only more than that share one. */
static size_t list_jobs(const struct load_tables *load, struct job *jobs) {
    const struct population *p = load->context.population;
    struct uuid cuts[LOAD_CONNECTIONS_MAX];
    uint32_t shares = (load->conn_count + BIG_TABLES - 1) / BIG_TABLES;
    uint32_t ranges = population_count(p) < SPLIT_PEOPLE_MIN ? 1 : shares;
    if (ranges > 1)
        find_cuts(p, cuts, ranges);
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_LEN(order); i++) {
        bool big = order[i] == SOURCE_ANSWERS || order[i] == SOURCE_PHOTOS;
        if (!big || ranges == 1) {
            jobs[count++] = (struct job){.source = order[i]};
            continue;
        }
        for (uint32_t r = 0; r < ranges; r++) {
            struct job job = {.source = order[i], .ranged = true};
            job.has_low = r > 0;
            job.has_high = r + 1 < ranges;
            if (job.has_low)
                job.low = cuts[r - 1];
            if (job.has_high)
                job.high = cuts[r];
            jobs[count++] = job;
        }
    }
    return count;
}

bool load_users(struct load_tables *load, uint64_t expected, struct err *err) {
    struct job job = {.source = SOURCE_USERS};
    if (!run_jobs(load, &job, 1, 1, err))
        return false;
    load->summary->people = population_count(load->context.population);
    return load->summary->people == expected ||
           err_set(err, "reading public.users: expected %llu rows, got %u",
                   (unsigned long long)expected, load->summary->people);
}

bool load_facts(struct load_tables *load, struct err *err) {
    struct job jobs[ARRAY_LEN(order) + BIG_TABLES * LOAD_CONNECTIONS_MAX];
    size_t count = list_jobs(load, jobs);
    return run_jobs(load, jobs, count, load->conn_count, err);
}
