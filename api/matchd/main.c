/* matchd: start in order, wait for signals, stop in order.
 *
 *   settings -> log -> endpoints claimed -> threads: workers, loader (waits for PostgreSQL, loads,
 *   READY), with a writing role jobs, scheduler and events, front (Health answers from here on)
 *   -> signals
 *
 * SIGTERM, SIGINT: answer nothing new, finish what is in flight, end within 2 s. SIGHUP: load anew.
 */
#include "api/matchd/announcer.h"
#include "api/matchd/front.h"
#include "api/matchd/jobs.h"
#include "api/matchd/reload.h"
#include "api/matchd/restart.h"
#include "api/matchd/scheduler.h"
#include "api/matchd/timing.h"
#include "api/matchd/workers.h"
#include "engine/base/log.h"
#include "engine/base/version.h"
#include "engine/kernel/blas.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { EXIT_USAGE = 2, TICK_MS = 100 };

/* When stopping, each step has until then, counted from the signal. */
enum { FINISH_MS = 1000, WORKERS_MS = 1500, LOADER_MS = 1600, WRITERS_MS = 1750, FRONT_MS = 1900 };

struct daemon {
    struct settings settings;
    struct endpoints endpoints, events;
    struct service service;
    struct workers *workers;
    struct scheduler *scheduler;
    struct announcer *announcer;
    struct front *front;
};

static sigset_t watched_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

static void log_failure(const char *event, const struct err *err) {
    char quoted[2 * sizeof err->text];
    log_error(event, "reason=%s", log_quote(err->text, quoted, sizeof quoted));
}

/* ---- start ----------------------------------------------------------------------------------- */

/* Where events are published: beside the first endpoint, unless told otherwise. */
static bool claim_events(struct daemon *daemon, struct err *err) {
    const char *told = daemon->settings.events;
    char beside[ENDPOINT_PATH_MAX + 32];
    snprintf(beside, sizeof beside, "%s.events", daemon->endpoints.list[0].text);
    return (endpoints_read(&daemon->events, told[0] != '\0' ? told : beside, err) &&
            endpoints_claim(&daemon->events, err)) ||
           err_wrap(err, "events");
}

/* What writes: only with a role that may. */
static bool start_writers(struct daemon *daemon, struct err *err) {
    struct service *service = &daemon->service;
    if (service->writers == NULL) {
        if (daemon->settings.scheduler)
            return err_set(err, "scheduler: without write-url nothing can be published");
        log_warn("matchd.read_only", "missing=write-url");
        return true;
    }
    daemon->announcer = announcer_start(service, &daemon->events.list[0], err);
    if (daemon->announcer == NULL)
        return false;
    daemon->scheduler = scheduler_start(service);
    return true;
}

static bool start(struct daemon *daemon, struct err *err) {
    const struct settings *settings = &daemon->settings;
    const struct kernels *kernels = settings->kernels;
    bool blas = kernels->visual == VISUAL_BLAS;
    log_info(
        "matchd.starting",
        "version=%s commit=%s pid=%ld threads=%u workers=%u capacity=%u isa=%s visual=%s blas=%s",
        MATCHD_VERSION, MATCHD_COMMIT, (long)getpid(), settings->threads, settings->workers,
        settings->capacity, kernels->name, kernels_visual_name(kernels),
        blas ? blas_core() : "unused");
    if (blas && !blas_start(err))
        return false;
    if (settings->text[SETTING_SERVER_KEY_FILE][0] != '\0')
        return err_set(err, "server-key-file: this version serves ipc without keys only");
    if (!endpoints_read(&daemon->endpoints, settings->endpoints, err) ||
        !endpoints_claim(&daemon->endpoints, err) || !claim_events(daemon, err))
        return false;
    service_init(&daemon->service, settings);
    if (daemon->service.writers != NULL)
        daemon->service.jobs = jobs_start(&daemon->service);
    daemon->workers = workers_start(&daemon->service, settings->workers);
    daemon->service.reload = reload_start(&daemon->service);
    if (!start_writers(daemon, err))
        return false;
    daemon->front = front_start(&daemon->service, &daemon->endpoints, err);
    return daemon->front != NULL;
}

/* ---- run ------------------------------------------------------------------------------------- */

/* Until a signal says stop (true) or the first load fails (false). */
static bool serve(struct daemon *daemon, struct err *err) {
    static const struct timespec tick = {.tv_nsec = TICK_MS * 1000000L};
    sigset_t set = watched_signals();
    bool ready = false;
    for (;;) {
        int number = sigtimedwait(&set, NULL, &tick);
        if (number == SIGTERM || number == SIGINT) {
            log_info("matchd.stopping", "signal=%s", number == SIGTERM ? "SIGTERM" : "SIGINT");
            return true;
        }
        if (number == SIGHUP) {
            bool asked = reload_ask(daemon->service.reload, NULL);
            log_info("matchd.reload", "signal=SIGHUP accepted=%s", asked ? "yes" : "no");
        }
        if (reload_failed(daemon->service.reload, err))
            return false;
        dryruns_sweep(daemon->service.dryruns, timing_us());
        if (!ready &&
            status_readiness(&daemon->service.status) == MATCHD__V1__READINESS__READINESS_READY) {
            ready = true;
            log_info("matchd.ready", "seconds=%.3f",
                     (double)(timing_us() - daemon->service.started_us) / 1e6);
        }
    }
}

/* ---- stop ------------------------------------------------------------------------------------ */

static void wait_for_work(struct service *service, int64_t until_us) {
    static const struct timespec pause = {.tv_nsec = 2000000};
    while (queue_state(service->work).length > 0 && timing_us() < until_us)
        nanosleep(&pause, NULL);
}

static bool stop_writers(struct daemon *daemon, int64_t until_us) {
    struct jobs *jobs = daemon->service.jobs;
    bool scheduler = daemon->scheduler == NULL || scheduler_stop(daemon->scheduler, until_us);
    bool announcer = daemon->announcer == NULL || announcer_stop(daemon->announcer, until_us);
    return (jobs == NULL || jobs_stop(jobs, until_us)) && scheduler && announcer;
}

/* False: a thread is stuck; the process must end without taking things down. */
static bool stop(struct daemon *daemon) {
    struct service *service = &daemon->service;
    int64_t now_us = timing_us();
    status_draining(&service->status);
    queue_close(service->work);
    atomic_store(&service->stop, true);
    dryruns_cancel(service->dryruns);
    wait_for_work(service, now_us + FINISH_MS * 1000);
    atomic_store(&service->discard, true);
    bool workers = workers_join(daemon->workers, now_us + WORKERS_MS * 1000);
    bool loader = reload_stop(service->reload, now_us + LOADER_MS * 1000);
    bool writers = stop_writers(daemon, now_us + WRITERS_MS * 1000);
    bool front = daemon->front == NULL || front_stop(daemon->front, now_us + FRONT_MS * 1000);
    log_info("matchd.stopped", "seconds=%.3f workers=%s loader=%s writers=%s front=%s",
             (double)(timing_us() - now_us) / 1e6, workers ? "ended" : "stuck",
             loader ? "ended" : "stuck", writers ? "ended" : "stuck", front ? "ended" : "stuck");
    return workers && loader && writers && front;
}

static void take_down(struct daemon *daemon) {
    if (daemon->front != NULL)
        front_free(daemon->front);
    workers_free(daemon->workers);
    reload_free(daemon->service.reload);
    if (daemon->scheduler != NULL)
        scheduler_free(daemon->scheduler);
    if (daemon->announcer != NULL)
        announcer_free(daemon->announcer);
    jobs_free(daemon->service.jobs);
    service_release(&daemon->service);
}

static int run(struct daemon *daemon) {
    struct err err = {0};
    bool ok = start(daemon, &err) && serve(daemon, &err);
    if (!ok)
        log_failure("matchd.failed", &err);
    if (daemon->workers == NULL)
        return EXIT_FAILURE;
    if (!stop(daemon)) {
        endpoints_release(&daemon->endpoints);
        endpoints_release(&daemon->events);
        _exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    take_down(daemon);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* Before any thread: signals come to main only, a closed connection is an error and no signal. */
static pthread_t main_thread;

static void pass_on(int number) {
    pthread_kill(main_thread, number);
}

/* The main thread waits for signals, all threads that it starts block them. A library may have
 * started threads of its own before main, as OpenBLAS does: a signal that reaches one of those is
 * passed on. */
static void prepare_signals(void) {
    sigset_t set = watched_signals();
    sigprocmask(SIG_BLOCK, &set, NULL);
    main_thread = pthread_self();
    struct sigaction forward = {.sa_handler = pass_on, .sa_flags = SA_RESTART};
    for (int number = 1; number < NSIG; number++)
        if (sigismember(&set, number) == 1)
            sigaction(number, &forward, NULL);
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
}

int main(int argc, char **argv) {
    static struct daemon daemon;
    struct err err = {0};
    if (!settings_read(&daemon.settings, argc, argv, &err)) {
        fprintf(stderr, "matchd: %s\n", err.text);
        settings_release(&daemon.settings);
        return EXIT_USAGE;
    }
    int status = EXIT_SUCCESS;
    switch (daemon.settings.action) {
    case ACTION_HELP: settings_help(stdout); break;
    case ACTION_VERSION: printf("matchd %s (%s)\n", MATCHD_VERSION, MATCHD_COMMIT); break;
    case ACTION_PRINT_CONFIG: settings_print(&daemon.settings, stdout); break;
    case ACTION_SERVE:
        if (daemon.settings.kernels->visual == VISUAL_BLAS)
            restart_with_blas_core(argv);
        log_setup(daemon.settings.log, daemon.settings.log_format);
        prepare_signals();
        status = run(&daemon);
        endpoints_release(&daemon.endpoints);
        endpoints_release(&daemon.events);
        break;
    }
    settings_release(&daemon.settings);
    return status;
}
