#include "api/matchd/batch_steps.h"

#include "api/matchd/certificate.h"
#include "api/matchd/lanes.h"
#include "api/matchd/link.h"
#include "api/matchd/reload.h"
#include "api/matchd/timing.h"
#include "engine/base/log.h"
#include "engine/base/mem.h"
#include "engine/base/version.h"
#include "storage/failpoint.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A failed run rests as long as the last try of a statement, twice: 3 to 10 s. */
enum { FAILED_ATTEMPT = 6 };

struct task {
    struct service *service;
    struct batch_work *batch;
    struct link link;
    struct generation *generation;
    const struct frame *frame;
    const struct view *view;
    bool with_anchor;
    struct batch_viewers viewers;
    struct certificate certificate;
    char proof[CERTIFICATE_TEXT]; /* the same as JSON */
    double load_s, prepare_s, score_s, publish_s;
    double claim_s;  /* beside scoring */
    uint64_t offers; /* of the run, by the database */
    enum ledger_failure failure;
};

static double seconds_since(int64_t from_us) {
    return (double)(timing_us() - from_us) / 1e6;
}

static bool given_up(const struct task *task) {
    return atomic_load(&task->service->stop) || atomic_load(&task->batch->lost);
}

static bool try(struct task *task, link_work *work, struct err *err) {
    if (link_try(&task->link, work, task, err))
        return true;
    task->failure = task->link.failure;
    return false;
}

/* ---- loading and preparing ------------------------------------------------------------------- */

/* "sunday" to "saturday", as MATCH_ANCHOR_WEEKDAY has them; 2000-01-01 was a Saturday. */
static bool is_anchor_day(const struct config *config, date_t date) {
    static const char *const days[] = {"saturday",  "sunday",   "monday", "tuesday",
                                       "wednesday", "thursday", "friday"};
    int day = (int)(((int64_t)date % 7 + 7) % 7);
    return strcmp(config_global(config)->MATCH_ANCHOR_WEEKDAY, days[day]) == 0;
}

static bool load(struct task *task, struct err *err) {
    int64_t from_us = timing_us();
    atomic_store(&task->batch->stage, BATCH_LOADING);
    FAILPOINT("batch.claimed");
    if (!reload_wait(task->service->reload, task->batch->claimed_us, err))
        return err_wrap(err, "loading");
    task->generation = epoch_pin(&task->service->epoch);
    task->load_s = seconds_since(from_us);
    FAILPOINT("batch.loaded");
    return true;
}

static bool find_viewers(void *ctx, struct pg_conn *conn, struct err *err) {
    struct task *task = ctx;
    batch_viewers_release(&task->viewers);
    return batch_viewers_find(&task->viewers, conn, task->batch, task->view, task->with_anchor,
                              err);
}

static bool begin(void *ctx, struct pg_conn *conn, struct err *err) {
    struct task *task = ctx;
    const struct loaded *loaded = &task->generation->loaded;
    char digest[CONFIG_DIGEST_TEXT];
    config_digest(loaded->config, digest);
    struct ledger_facts facts = {.config_digest = digest,
                                 .engine = MATCHD_VERSION " " MATCHD_COMMIT,
                                 .contract = config_global(loaded->config)->AI_PSYCH_MODEL_VERSION,
                                 .with_anchor = task->with_anchor,
                                 .people = population_count(loaded->population),
                                 .viewers = task->viewers.count};
    struct lease lease = batch_lease(task->batch);
    if (!ledger_begin(conn, &lease, &facts, err))
        return false;
    pthread_mutex_lock(&task->batch->lock);
    task->batch->lease = lease;
    pthread_mutex_unlock(&task->batch->lock);
    return true;
}

static bool prepare(struct task *task, struct err *err) {
    int64_t from_us = timing_us();
    struct batch_work *batch = task->batch;
    struct batch of = {.date = batch->date, .at = batch->as_of};
    atomic_store(&batch->stage, BATCH_PREPARING);
    task->with_anchor = is_anchor_day(task->generation->loaded.config, batch->date);
    task->frame = views_pin(task->generation->views, of);
    task->view = task->frame->view;
    if (!try(task, find_viewers, err) || !try(task, begin, err))
        return false;
    atomic_store(&batch->viewers, task->viewers.count);
    atomic_store(&batch->served_before, task->viewers.served_before);
    task->prepare_s = seconds_since(from_us);
    FAILPOINT("batch.prepared");
    return true;
}

/* ---- scoring and publishing ------------------------------------------------------------------ */

static void show_run(struct batch_work *batch, struct run *run) {
    pthread_mutex_lock(&batch->lock);
    batch->run = run;
    pthread_mutex_unlock(&batch->lock);
}

/* Until the run has finished. False: it was cancelled, since nobody wants it any more. */
static bool score(struct task *task, struct run *run, struct lanes *lanes) {
    static const struct timespec nap = {.tv_nsec = 2000000};
    struct run_progress progress;
    bool wanted = true;
    for (run_progress(run, &progress); !progress.finished; run_progress(run, &progress)) {
        wanted = wanted && !given_up(task) && !lanes_failed(lanes);
        if (!wanted)
            run_cancel(run);
        nanosleep(&nap, NULL);
    }
    run_wait(run);
    task->score_s = progress.seconds;
    if (wanted)
        run_certificate(run, &task->certificate);
    return wanted;
}

static bool run_and_publish(struct task *task, struct lanes *lanes, struct err *err) {
    struct run_options options = {.viewers = task->viewers.rows,
                                  .viewer_count = task->viewers.count,
                                  .threads = task->service->settings->threads,
                                  .tiles = task->frame->tiles,
                                  .kernels = task->service->epoch.kernels,
                                  .paranoid = task->service->settings->paranoid};
    struct run *run = run_start(task->view, &options);
    show_run(task->batch, run);
    bool wanted = score(task, run, lanes);
    FAILPOINT("batch.scored");
    int64_t from_us = timing_us();
    atomic_store(&task->batch->stage, BATCH_PUBLISHING);
    struct err differs;
    bool agrees = !wanted || run_agrees(run, &differs);
    if (wanted && agrees)
        lanes_publish(lanes, run);
    else
        lanes_abandon(lanes);
    bool ok = lanes_wait(lanes, &task->failure, err);
    task->publish_s = seconds_since(from_us);
    show_run(task->batch, NULL);
    run_free(run);
    if (agrees)
        return ok;
    task->failure = LEDGER_AGAIN;
    return err_set(err, "paranoid: %s; nothing was published", differs.text);
}

static bool serve_viewers(struct task *task, struct err *err) {
    struct lanes_order order = {.service = task->service,
                                .batch = task->batch,
                                .view = task->view,
                                .lease = batch_lease(task->batch),
                                .viewers = task->viewers.ids,
                                .count = task->viewers.count,
                                .with_anchor = task->with_anchor};
    if (order.count == 0)
        return true;
    atomic_store(&task->batch->stage, BATCH_SCORING);
    struct lanes *lanes = lanes_start(&order);
    bool ok = run_and_publish(task, lanes, err);
    task->claim_s = lanes_claim_seconds(lanes);
    lanes_free(lanes);
    return ok;
}

/* ---- the end --------------------------------------------------------------------------------- */

static void write_timings(const struct task *task, char *text, size_t size) {
    snprintf(
        text, size,
        "{\"load_s\":%.3f,\"prepare_s\":%.3f,\"score_s\":%.3f,\"claim_s\":%.3f,\"publish_s\":%.3f,"
        "\"total_s\":%.3f,\"served_before\":%u,\"dropped\":%u}",
        task->load_s, task->prepare_s, task->score_s, task->claim_s, task->publish_s,
        seconds_since(task->batch->claimed_us), task->viewers.served_before,
        atomic_load(&task->batch->dropped));
}

static bool finish(void *ctx, struct pg_conn *conn, struct err *err) {
    struct task *task = ctx;
    const struct certificate *c = &task->certificate;
    char timings[400];
    struct lease lease = batch_lease(task->batch);
    write_timings(task, timings, sizeof timings);
    certificate_json(c, task->view, task->proof);
    struct ledger_figures figures = {.viewers_done = task->viewers.count,
                                     .gender_pairs = c->gender_pairs,
                                     .eligible = c->eligible,
                                     .bounded =
                                         c->bounded_answers + c->bounded_bytes + c->bounded_words,
                                     .canonical = c->canonical,
                                     .timings = timings,
                                     .certificate = task->proof};
    FAILPOINT("batch.published");
    if (!ledger_drop_open(conn, &lease, err))
        return false;
    bool ok = ledger_finish(conn, &lease, &figures, &task->offers, err);
    FAILPOINT("batch.finished");
    return ok;
}

static bool note_failed(void *ctx, struct pg_conn *conn, struct err *err) {
    struct task *task = ctx;
    char why[sizeof err->text];
    bool over;
    struct lease lease = batch_lease(task->batch);
    snprintf(why, sizeof why, "%s", err->text);
    if (!ledger_fail(conn, &lease, why, 2 * link_backoff(FAILED_ATTEMPT), &over, err))
        return false;
    char quoted[sizeof why], run[UUID_TEXT];
    uuid_to_text(&lease.run, run);
    log_error("batch.failed", "run=%s again=%s reason=%s", run, over ? "no" : "yes",
              log_quote(why, quoted, sizeof quoted));
    return true;
}

/* When the daemon stops, its connections give up at once: this one does not. */
static void leave(const struct task *task) {
    struct pg_settings settings = {.url = task->service->settings->write_url,
                                   .application = "matchd batch",
                                   .writing = true,
                                   .attempt_seconds = 1};
    struct err ignored;
    struct lease lease = batch_lease(task->batch);
    struct pg_conn *conn = pg_conn_open(&settings, NULL, &ignored);
    bool left =
        conn != NULL && ledger_leave(conn, &lease, task->batch->date, task->batch->zone, &ignored);
    pg_conn_close(conn);
    char run[UUID_TEXT];
    uuid_to_text(&lease.run, run);
    log_info("batch.left", "run=%s lease=%s viewers_done=%u of=%u", run,
             left ? "given_back" : "runs_out", atomic_load(&task->batch->viewers_done),
             task->viewers.count);
}

static void log_done(const struct task *task) {
    char run[UUID_TEXT], date[DATE_TEXT];
    struct lease lease = batch_lease(task->batch);
    uuid_to_text(&lease.run, run);
    date_to_text(task->batch->date, date);
    status_run_done(&task->service->status, run, task->proof);
    log_info("batch.done",
             "run=%s date=%s timezone=%s viewers=%u served_before=%u offers=%llu dropped=%u "
             "load_s=%.3f prepare_s=%.3f score_s=%.3f publish_s=%.3f seconds=%.3f",
             run, date, task->batch->zone, task->viewers.count, task->viewers.served_before,
             (unsigned long long)task->offers, atomic_load(&task->batch->dropped), task->load_s,
             task->prepare_s, task->score_s, task->publish_s,
             seconds_since(task->batch->claimed_us));
}

/* The lease is given back, kept by whoever has it, or ends by itself. */
static void log_unfinished(struct task *task, struct err *err) {
    char run[UUID_TEXT], quoted[sizeof err->text];
    struct lease lease = batch_lease(task->batch);
    uuid_to_text(&lease.run, run);
    if (atomic_load(&task->service->stop)) {
        leave(task);
        return;
    }
    if (task->failure == LEDGER_LOST || atomic_load(&task->batch->lost)) {
        log_warn("batch.lost", "run=%s reason=%s", run,
                 log_quote(err->text, quoted, sizeof quoted));
        return;
    }
    if (!link_try(&task->link, note_failed, task, err))
        log_error("batch.failed", "run=%s noted=no reason=%s", run,
                  log_quote(err->text, quoted, sizeof quoted));
}

static void release(struct task *task) {
    batch_viewers_release(&task->viewers);
    if (task->frame != NULL)
        views_unpin(task->generation->views, task->frame);
    if (task->generation != NULL)
        epoch_unpin(&task->service->epoch, task->generation);
    link_release(&task->link);
}

void batch_steps(struct service *service, struct batch_work *batch) {
    struct task task = {.service = service,
                        .batch = batch,
                        .failure = LEDGER_AGAIN,
                        .certificate = {.least = {.viewer = ROW_NONE}}};
    struct err err = {0};
    link_init(&task.link, service, "matchd batch", &batch->lost);
    bool ok = load(&task, &err) && prepare(&task, &err) && serve_viewers(&task, &err) &&
              try(&task, finish, &err);
    if (ok)
        log_done(&task);
    else
        log_unfinished(&task, &err);
    release(&task);
}
