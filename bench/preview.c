#include "bench/preview.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bench/check.h"
#include "bench/genders.h"
#include "bench/plot.h"
#include "bench/rematch.h"
#include "bench/scene.h"
#include "engine/base/mem.h"
#include "engine/match/finder.h"

enum { OPTION_REQUESTS = 1, OPTION_K, K_MAX = 1000, REQUESTS_MAX = 1000000 };

/* Sorted by themselves: the slowest request is not the one that took most processor time. */
struct latencies {
    double *wall, *cpu; /* ms */
};

struct preview {
    struct scene_options options;
    uint64_t requests, k;
    struct scene scene;
    struct finder *finder;
    struct genders genders; /* for its list of members */
    struct ranked *ranked, *expected;
    struct latencies alone, busy;
    double run_alone, run_busy; /* seconds of a rematch */
    uint32_t runs;
};

static uint32_t viewer_of(const struct preview *p, uint64_t request, uint64_t count) {
    return p->genders.rows[request * p->genders.people / count];
}

static void ask(struct preview *p, uint32_t viewer, struct finder_answer *answer) {
    struct finder_request request = {.viewer = viewer, .k = (uint32_t)p->k, .funnel = true};
    *answer = (struct finder_answer){.ranked = p->ranked};
    bool done = finder_preview(p->finder, &request, answer);
    ASSERT(done);
}

static bool check_funnel(const struct funnel *found, const struct funnel *expected,
                         struct err *err) {
    bool same = memcmp(found->gates, expected->gates, sizeof found->gates) == 0 &&
                memcmp(found->floors, expected->floors, sizeof found->floors) == 0 &&
                found->unranked == expected->unranked &&
                found->relaxation == expected->relaxation &&
                found->relaxation_adds == expected->relaxation_adds;
    return same || err_set(err, "another funnel than the reference's");
}

static bool check_one(struct preview *p, uint32_t viewer, struct err *err) {
    struct finder_answer answer;
    struct funnel funnel;
    uint32_t eligible, offerable;
    ask(p, viewer, &answer);
    uint32_t count = reference_preview(p->scene.view, viewer, (uint32_t)p->k, p->expected,
                                       &eligible, &offerable);
    reference_funnel(p->scene.view, viewer, &funnel);
    if (answer.count != count || answer.eligible != eligible || answer.offerable != offerable)
        return err_set(err, "%u ranked, %u eligible, %u offerable; the reference has %u, %u, %u",
                       answer.count, answer.eligible, answer.offerable, count, eligible, offerable);
    return check_ranking(answer.ranked, p->expected, count, err) &&
           check_funnel(&answer.funnel, &funnel, err);
}

static bool check_all(struct preview *p, struct err *err) {
    for (uint64_t i = 0; i < p->options.sample; i++) {
        uint32_t viewer = viewer_of(p, i, p->options.sample);
        if (!check_one(p, viewer, err)) {
            char id[UUID_TEXT];
            uuid_to_text(population_id(p->scene.population, viewer), id);
            return err_wrap(err, "WRONG ANSWER for viewer %s", id);
        }
    }
    return true;
}

static double clock_ms(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

static void time_request(struct preview *p, uint64_t i, struct latencies *out) {
    struct finder_answer answer;
    double wall = clock_ms(CLOCK_MONOTONIC), cpu = clock_ms(CLOCK_THREAD_CPUTIME_ID);
    ask(p, viewer_of(p, i, p->requests), &answer);
    out->wall[i] = clock_ms(CLOCK_MONOTONIC) - wall;
    out->cpu[i] = clock_ms(CLOCK_THREAD_CPUTIME_ID) - cpu;
}

static struct run *start_run(const struct preview *p) {
    struct run_options options = {.threads = (uint32_t)p->options.threads,
                                  .tiles = p->scene.tiles,
                                  .kernels = p->scene.kernels};
    return run_start(p->scene.view, &options);
}

/* Seconds of the run, added to *sum. */
static void end_run(struct run *run, double *sum) {
    struct run_progress progress;
    run_wait(run);
    run_progress(run, &progress);
    *sum += progress.seconds;
    run_free(run);
}

/* One request after the other, and always a rematch beside it. */
static void time_busy(struct preview *p) {
    struct run *run = start_run(p);
    for (uint64_t i = 0; i < p->requests; i++) {
        struct run_progress progress;
        run_progress(run, &progress);
        if (progress.finished) {
            end_run(run, &p->run_busy);
            p->runs++;
            run = start_run(p);
        }
        time_request(p, i, &p->busy);
    }
    double last = 0;
    end_run(run, p->runs == 0 ? &p->run_busy : &last);
    p->runs += p->runs == 0;
    p->run_busy /= p->runs;
}

static int by_value(const void *x, const void *y) {
    double a = *(const double *)x, b = *(const double *)y;
    return (a > b) - (a < b);
}

static double share_of(const double *sorted, uint64_t count, double share) {
    uint64_t at = (uint64_t)(share * (double)count);
    return sorted[at < count ? at : count - 1];
}

static void time_all(struct preview *p) {
    for (uint64_t i = 0; i < p->requests; i++)
        time_request(p, i, &p->alone);
    end_run(start_run(p), &p->run_alone);
    time_busy(p);
    double *all[] = {p->alone.wall, p->alone.cpu, p->busy.wall, p->busy.cpu};
    for (size_t i = 0; i < ARRAY_LEN(all); i++)
        qsort(all[i], p->requests, sizeof *all[i], by_value);
}

static const double SHARES[] = {0.5, 0.9, 0.99, 1};
static const char *const SHARE_NAMES[] = {"p50", "p90", "p99", "max"};

static json_t *latency_json(const struct preview *p, const double *sorted) {
    json_t *out = json_object();
    for (size_t i = 0; i < ARRAY_LEN(SHARES); i++)
        json_object_set_new(out, SHARE_NAMES[i],
                            json_real(share_of(sorted, p->requests, SHARES[i])));
    return out;
}

static void print_json(const struct preview *p) {
    json_t *report = json_object();
    scene_report(&p->scene, report);
    json_t *own =
        json_pack("{s:s, s:I, s:I, s:I, s:{s:o, s:o}, s:{s:o, s:o}, s:f, s:f}", "bench", "preview",
                  "requests", (json_int_t)p->requests, "k", (json_int_t)p->k, "checked_viewers",
                  (json_int_t)p->options.sample, "alone_ms", "wall", latency_json(p, p->alone.wall),
                  "cpu", latency_json(p, p->alone.cpu), "busy_ms", "wall",
                  latency_json(p, p->busy.wall), "cpu", latency_json(p, p->busy.cpu),
                  "rematch_alone_s", p->run_alone, "rematch_beside_s", p->run_busy);
    json_object_update(report, own);
    json_decref(own);
    json_dumpf(report, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    printf("\n");
    json_decref(report);
}

static void print_table(const struct preview *p) {
    scene_print(&p->scene);
    printf("checked   %llu viewers against the reference: order, counts, funnel\n\n"
           "%llu requests, first %llu with the funnel, one after the other; ms\n"
           "                        p50       p90       p99       max\n",
           (unsigned long long)p->options.sample, (unsigned long long)p->requests,
           (unsigned long long)p->k);
    const struct {
        const char *name;
        const double *sorted;
    } ROWS[] = {{"alone, wall", p->alone.wall},
                {"alone, CPU", p->alone.cpu},
                {"beside rematch, wall", p->busy.wall},
                {"beside rematch, CPU", p->busy.cpu}};
    for (size_t r = 0; r < ARRAY_LEN(ROWS); r++) {
        printf("%-20s", ROWS[r].name);
        for (size_t i = 0; i < ARRAY_LEN(SHARES); i++)
            printf(" %9.3f", share_of(ROWS[r].sorted, p->requests, SHARES[i]));
        printf("\n");
    }
    printf("\na rematch takes %.3f s alone, %.3f s beside requests without a pause (%.2f x)\n",
           p->run_alone, p->run_busy, p->run_busy / p->run_alone);
}

static bool draw(const struct preview *p, struct err *err) {
    double *share = mem_array(p->requests, sizeof *share);
    for (uint64_t i = 0; i < p->requests; i++)
        share[i] = 100 * (double)(i + 1) / (double)p->requests;
    struct plot plot = {.title = "One request with its funnel",
                        .x_label = "requests answered by then, %",
                        .y_label = "ms",
                        .log_y = true,
                        .series = {{"alone", share, p->alone.wall, p->requests},
                                   {"beside a rematch", share, p->busy.wall, p->requests}},
                        .series_count = 2};
    bool ok = plot_write(&plot, p->options.svg, err);
    free(share);
    return ok;
}

static bool measure(struct preview *p, struct err *err) {
    if (!scene_make(&p->scene, &p->options, err))
        return false;
    genders_init(&p->genders, p->scene.view);
    p->finder = p->scene.tiles != NULL ? finder_new(p->scene.tiles, p->scene.kernels) : NULL;
    p->ranked = mem_array(p->k, sizeof *p->ranked);
    p->expected = mem_array(p->k, sizeof *p->expected);
    struct latencies *each[] = {&p->alone, &p->busy};
    for (size_t i = 0; i < ARRAY_LEN(each); i++) {
        each[i]->wall = mem_array(p->requests, sizeof *each[i]->wall);
        each[i]->cpu = mem_array(p->requests, sizeof *each[i]->cpu);
    }
    bool ok = p->finder != NULL && p->genders.people > 0;
    if (!ok)
        err_set(err, "nobody in this population can be searched for by the fast search");
    ok = ok && check_all(p, err);
    if (ok) {
        time_all(p);
        (p->options.json ? print_json : print_table)(p);
        ok = p->options.svg == NULL || draw(p, err);
    }
    for (size_t i = 0; i < ARRAY_LEN(each); i++) {
        free(each[i]->wall);
        free(each[i]->cpu);
    }
    free(p->ranked);
    free(p->expected);
    finder_free(p->finder);
    genders_release(&p->genders);
    scene_release(&p->scene);
    return ok;
}

static bool take(void *ctx, int option, const char *value, struct err *err) {
    struct preview *p = ctx;
    if (option == OPTION_K)
        return argument_number("k", value, 1, K_MAX, &p->k, err);
    return argument_number("requests", value, 1, REQUESTS_MAX, &p->requests, err);
}

int preview_command(int argc, char **argv) {
    static const struct option OPTIONS[] = {{"requests", required_argument, NULL, OPTION_REQUESTS},
                                            {"k", required_argument, NULL, OPTION_K},
                                            {0}};
    struct preview p = {.options = scene_options_default(), .requests = 2000, .k = 20};
    struct scene_extra extra = {OPTIONS, take, &p,
                                "  --requests R   how many, alone and beside a rematch (2000)\n"
                                "  --k K          how many are asked for (20)\n"
                                "  --svg FILE     a chart of the latencies\n"};
    struct err err;
    if (!scene_parse(&p.options, argc, argv, &extra, &err)) {
        fprintf(stderr, "preview: %s\n", err.text);
        return 2;
    }
    if (p.options.help) {
        scene_usage("preview", "Single requests, alone and while a rematch runs.", &extra);
        return 0;
    }
    if (!measure(&p, &err)) {
        fprintf(stderr, "preview: %s\n", err.text);
        return 1;
    }
    return 0;
}
