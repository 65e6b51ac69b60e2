#include "storage/loader.h"

#include "engine/base/log.h"
#include "storage/load_settings.h"
#include "storage/load_tables.h"
#include "storage/pg_conn_state.h"
#include "storage/pg_schema_check.h"
#include "storage/pg_snapshot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CONNECTIONS_DEFAULT = 2, ATTEMPTS_MAX = 5 };

/* One try, from connecting to a finished population. */
struct attempt {
    const struct load_options *options;
    struct loaded *out;
    uint32_t count;
    struct pg_conn *conns[LOAD_CONNECTIONS_MAX];
    struct pg_snapshot snapshot;
    struct load_settings settings;
    enum pg_failure failure;
    double begun;
};

static struct pg_settings settings_of(const struct load_options *options, bool replication) {
    return (struct pg_settings){
        .url = replication ? options->replication_url : options->url,
        .application = replication ? "matchd snapshot" : "matchd load",
        .replication = replication,
        .wait_seconds = options->wait_seconds,
        .stop = options->stop,
    };
}

static void report(const struct attempt *a, const char *stage, const struct err *trouble) {
    if (a->options->report == NULL)
        return;
    struct load_progress progress = {
        .stage = stage,
        .people = a->out->summary.people,
        .seconds = pg_now_seconds() - a->begun,
        .trouble = trouble,
    };
    for (uint32_t i = 0; i < a->out->summary.table_count; i++)
        progress.rows += a->out->summary.tables[i].rows;
    a->options->report(a->options->report_ctx, &progress);
}

static void report_stage(const struct attempt *a, const char *stage) {
    report(a, stage, NULL);
}

static void report_trouble(void *ctx, double waited_seconds, const struct err *reason) {
    (void)waited_seconds;
    report(ctx, "waiting", reason);
}

/* ---- steps ----------------------------------------------------------------------------------- */

static bool note(struct attempt *a, bool good, const struct pg_conn *conn) {
    if (!good)
        a->failure = pg_conn_failure(conn);
    return good;
}

/* The first connection waits for the server and looks at the database; then the others. */
static bool connect_all(struct attempt *a, struct err *err) {
    struct pg_settings reading = settings_of(a->options, false);
    a->failure = PG_REFUSED;
    reading.waiting = report_trouble;
    reading.waiting_ctx = a;
    a->conns[0] = pg_conn_open_wait(&reading, err);
    if (a->conns[0] == NULL)
        return false;
    if (!note(a, pg_schema_check(a->conns[0], err), a->conns[0]))
        return false;
    for (uint32_t i = 1; i < a->count; i++) {
        a->conns[i] = pg_conn_open(&reading, &a->failure, err);
        if (a->conns[i] == NULL)
            return err_wrap(err, "opening reading connection %u of %u", i + 1, a->count);
    }
    return true;
}

static bool share_snapshot(struct attempt *a, struct err *err) {
    struct load_summary *summary = &a->out->summary;
    bool slot = a->options->replication_url != NULL;
    struct pg_settings holding = settings_of(a->options, slot);
    if (!pg_snapshot_open(&holding, &a->snapshot, &a->failure, err))
        return err_wrap(err, "%s", slot ? "replication (MATCHD_REPLICATION_URL)" : "the snapshot");
    for (uint32_t i = 0; i < a->count; i++)
        if (!note(a, pg_snapshot_import(a->conns[i], &a->snapshot, err), a->conns[i])) {
            /* The snapshot is gone: a new one may be had. */
            if (strcmp(pg_conn_sqlstate(a->conns[i]), "22023") == 0)
                a->failure = PG_RETRY;
            return false;
        }
    snprintf(summary->snapshot, sizeof summary->snapshot, "%s", a->snapshot.name);
    snprintf(summary->lsn, sizeof summary->lsn, "%s", a->snapshot.lsn);
    log_info("load.snapshot", "snapshot=%s lsn=%s slot=%s connections=%u", summary->snapshot,
             slot ? summary->lsn : "none", slot ? a->snapshot.slot : "none", a->count);
    if (!slot || !a->options->keep_slot)
        pg_snapshot_close(&a->snapshot);
    return true;
}

static bool read_settings(struct attempt *a, struct err *err) {
    double begun = pg_now_seconds();
    report_stage(a, "settings");
    bool good =
        load_settings_read(a->conns[0], a->options->capacity, a->out->refusals, &a->settings, err);
    if (!note(a, good, a->conns[0]))
        return false;
    const struct params *params = config_global(a->settings.config.config);
    struct load_summary *summary = &a->out->summary;
    summary->dim = a->settings.dim;
    summary->settings_seconds = pg_now_seconds() - begun;
    char version[PARAM_TEXT], model[PARAM_TEXT];
    log_info("load.settings",
             "questionnaire=%s items=%u model=%s dim=%u own_parameters=%zu variants=%u "
             "timezones=%zu seconds=%.3f",
             log_quote(params->QUESTIONNAIRE_VERSION, version, sizeof version),
             a->settings.questionnaire->count,
             log_quote(params->AI_VISUAL_MODEL_VERSION, model, sizeof model), summary->dim,
             a->settings.config.variant_count, config_variant_count(a->settings.config.config),
             a->settings.timezones.count, summary->settings_seconds);
    return true;
}

static void make_population(struct attempt *a) {
    const struct params *params = config_global(a->settings.config.config);
    struct population_options options = {
        .capacity = a->options->capacity,
        .dim = a->settings.dim,
        .visual_model = params->AI_VISUAL_MODEL_VERSION,
        .refusals = {.refuse = refusal_log_add, .ctx = a->out->refusals},
    };
    a->out->population = population_new(&options, a->settings.questionnaire);
    a->settings.questionnaire = NULL;
}

static void set_variants(struct attempt *a) {
    const struct config_rows *rows = &a->settings.config;
    for (size_t i = 0; i < rows->variant_count; i++) {
        uint32_t row = population_find(a->out->population, &rows->variants[i].user);
        if (row != ROW_NONE)
            population_set_variant(a->out->population, row, rows->variants[i].variant);
    }
}

static bool read_people(struct attempt *a, struct err *err) {
    struct load_summary *summary = &a->out->summary;
    struct load_tables load = {
        .conns = a->conns,
        .conn_count = a->count,
        .context = {.population = a->out->population,
                    .refusals = a->out->refusals,
                    .timezones = &a->settings.timezones,
                    .visual_model =
                        config_global(a->settings.config.config)->AI_VISUAL_MODEL_VERSION},
        .stop = a->options->stop,
        .report = a->options->report,
        .report_ctx = a->options->report_ctx,
        .begun = a->begun,
        .summary = summary,
    };
    double begun = pg_now_seconds();
    bool good = load_users(&load, a->settings.people, err);
    summary->people_seconds = pg_now_seconds() - begun;
    if (good) {
        set_variants(a);
        begun = pg_now_seconds();
        good = load_facts(&load, err);
        summary->facts_seconds = pg_now_seconds() - begun;
    }
    if (!good)
        a->failure = load.failure == PG_NONE ? PG_REFUSED : load.failure;
    return good;
}

static void finish(struct attempt *a) {
    struct load_summary *summary = &a->out->summary;
    double begun = pg_now_seconds();
    report_stage(a, "finishing");
    population_finish_by(a->out->population, a->count);
    summary->finish_seconds = pg_now_seconds() - begun;
    a->out->config = a->settings.config.config;
    a->settings.config.config = NULL;
    if (a->snapshot.holder != NULL) {
        a->out->replication = a->snapshot.holder;
        snprintf(a->out->slot, sizeof a->out->slot, "%s", a->snapshot.slot);
        a->snapshot.holder = NULL;
    }
    size_t bytes = population_bytes(a->out->population);
    summary->bytes_per_person = summary->people == 0 ? 0 : (double)bytes / summary->people;
    summary->refused = refusal_log_total(a->out->refusals);
    summary->seconds = pg_now_seconds() - a->begun;
}

/* ---- attempts -------------------------------------------------------------------------------- */

static bool attempt_run(struct attempt *a, struct err *err) {
    report_stage(a, "waiting");
    if (!connect_all(a, err) || !share_snapshot(a, err) || !read_settings(a, err))
        return false;
    make_population(a);
    if (!read_people(a, err))
        return false;
    finish(a);
    return true;
}

static void attempt_release(struct attempt *a, bool good) {
    for (uint32_t i = 0; i < a->count; i++)
        pg_conn_close(a->conns[i]);
    pg_snapshot_close(&a->snapshot);
    load_settings_release(&a->settings);
    if (!good)
        loaded_release(a->out);
}

static void log_done(const struct loaded *loaded) {
    const struct load_summary *s = &loaded->summary;
    uint64_t rows = 0, bytes = 0;
    for (uint32_t i = 0; i < s->table_count; i++) {
        rows += s->tables[i].rows;
        bytes += s->tables[i].bytes;
    }
    refusal_log_summarize(loaded->refusals);
    if (s->people == 0)
        log_warn("load.empty", "reason=\"public.users has no rows: nobody can be matched\"");
    log_info("load.done",
             "people=%u rows=%llu read_bytes=%llu bytes_per_person=%.0f seconds=%.3f "
             "settings_s=%.3f people_s=%.3f facts_s=%.3f finish_s=%.3f refused=%llu "
             "refused_kinds=%zu answers_ignored=%llu snapshot=%s lsn=%s",
             s->people, (unsigned long long)rows, (unsigned long long)bytes, s->bytes_per_person,
             s->seconds, s->settings_seconds, s->people_seconds, s->facts_seconds,
             s->finish_seconds, (unsigned long long)s->refused, refusal_log_kinds(loaded->refusals),
             (unsigned long long)s->answers_ignored, s->snapshot,
             s->lsn[0] == '\0' ? "none" : s->lsn);
}

/* The wait between tries is the one of connecting: a server that is away is waited for there. */
bool load_population(const struct load_options *options, struct loaded *out, struct err *err) {
    *out = (struct loaded){0};
    uint32_t count = options->connections == 0 ? CONNECTIONS_DEFAULT : options->connections;
    count = count > LOAD_CONNECTIONS_MAX ? LOAD_CONNECTIONS_MAX : count;
    if (options->capacity == 0)
        return err_set(err, "the capacity is 0 people: set MATCHD_CAPACITY");
    for (uint32_t try = 1;; try++) {
        struct attempt a = {.options = options, .out = out, .count = count};
        a.begun = pg_now_seconds();
        out->refusals = refusal_log_new();
        log_info("load.started", "attempt=%u connections=%u capacity=%u slot=%s", try, count,
                 options->capacity, options->replication_url == NULL ? "no" : "yes");
        bool good = attempt_run(&a, err);
        attempt_release(&a, good);
        if (good) {
            log_done(out);
            return true;
        }
        if (a.failure != PG_RETRY || pg_stopped(options->stop) || try == ATTEMPTS_MAX)
            return err_wrap(err, "loading the population");
        char reason[700];
        log_warn("load.retry", "attempt=%u reason=%s", try,
                 log_quote(err == NULL ? "" : err->text, reason, sizeof reason));
        pg_pause(0.5 * try, options->stop);
    }
}

void loaded_release(struct loaded *loaded) {
    if (loaded->population != NULL)
        population_free(loaded->population);
    config_free(loaded->config);
    refusal_log_free(loaded->refusals);
    pg_conn_close(loaded->replication);
    *loaded = (struct loaded){0};
}
