#include "bench/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/flat.h"
#include "bench/rematch.h"
#include "bench/sgemm.h"
#include "bench/sql.h"
#include "engine/base/mem.h"
#include "engine/kernel/blas.h"
#include "engine/match/reference.h"

enum { OPTION_NO_FAISS = 1, OPTION_FAISS_QUERIES, OPTION_SCALING, OPTION_SQL_VIEWERS };
enum { REFERENCE_SAMPLE = 16 };

/* Who runs; the last two with one thread, for --scaling. */
enum runner { OURS, SGEMM, FAISS, OURS_ONE, SGEMM_ONE, RUNNERS };
static const char *const NAMES[RUNNERS] = {"rematch", "sgemm", "FAISS top 64", "rematch, 1 thread",
                                           "sgemm, 1 thread"};

struct compare {
    struct scene_options options;
    bool no_faiss, scaling;
    uint64_t faiss_queries, sql_viewers;
    struct scene scene;
    struct genders genders;
    struct looks looks;
    struct sgemm sgemm;
    struct rematch_counts counts;
    struct spent *times[RUNNERS], median[RUNNERS];
    struct spent reference; /* of everybody, extrapolated */
    struct sql_times sql;
};

static bool takes_part(const struct compare *c, enum runner runner) {
    if (runner == FAISS)
        return flat_built() && !c->no_faiss;
    return runner < OURS_ONE || c->scaling;
}

static bool run_once(struct compare *c, enum runner runner, bool check, struct spent *spent,
                     struct err *err) {
    bool one = runner == OURS_ONE || runner == SGEMM_ONE;
    uint32_t threads = one ? 1 : (uint32_t)c->options.threads;
    struct rematch_mode mode = {.threads = threads, .digest = c->counts.digest};
    struct flat_options flat = {
        .threads = threads, .queries = (uint32_t)c->faiss_queries, .check = check};
    switch (runner) {
    case OURS:
    case OURS_ONE: return rematch_time(&c->scene, &mode, spent, err);
    case SGEMM:
    case SGEMM_ONE:
        sgemm_run(&c->sgemm, threads, spent);
        return !check || sgemm_check(&c->sgemm, err);
    case FAISS: return flat_run(&c->genders, &c->looks, &flat, spent, err);
    default: ASSERT(!"a runner");
    }
    return false;
}

/* The plain reference on a few viewers, for all of them on as many threads. */
static void time_reference(struct compare *c) {
    const struct view *view = c->scene.view;
    uint32_t sample = c->genders.people < REFERENCE_SAMPLE ? c->genders.people : REFERENCE_SAMPLE;
    struct spent start = spent_now();
    for (uint32_t i = 0; i < sample; i++) {
        struct ranked pool[POOL_MAX];
        struct viewer_result result = {.pool = pool};
        uint32_t at = (uint32_t)((uint64_t)i * c->genders.people / sample);
        reference_viewer(view, c->genders.rows[at], &result);
    }
    struct spent spent = spent_since(start);
    double scale = sample == 0 ? 0 : (double)c->genders.people / sample;
    c->reference.wall = spent.wall * scale / (double)c->options.threads;
    c->reference.cpu = spent.cpu * scale;
}

static bool check_all(struct compare *c, struct err *err) {
    if (!rematch_check(&c->scene, &c->counts, err))
        return false;
    if (c->scene.tiles != NULL && c->counts.pairs_gender != c->genders.pairs)
        return err_set(err, "WRONG ANSWER: %llu pairs pass the gender rule, the search saw %llu",
                       (unsigned long long)c->genders.pairs,
                       (unsigned long long)c->counts.pairs_gender);
    struct spent spent;
    return run_once(c, SGEMM, true, &spent, err) &&
           (!takes_part(c, FAISS) || run_once(c, FAISS, true, &spent, err));
}

static bool time_all(struct compare *c, struct err *err) {
    for (uint64_t r = 0; r < c->options.repeat; r++)
        for (enum runner runner = 0; runner < RUNNERS; runner++)
            if (takes_part(c, runner) && !run_once(c, runner, false, &c->times[runner][r], err))
                return false;
    for (enum runner runner = 0; runner < RUNNERS; runner++)
        c->median[runner] = spent_median(c->times[runner], c->options.repeat);
    time_reference(c);
    if (!c->options.from_database || c->sql_viewers == 0)
        return true;
    return sql_time(&c->scene, &c->genders, (uint32_t)c->sql_viewers, &c->sql, err);
}

static void print_row(const struct compare *c, const char *name, struct spent spent,
                      const char *note) {
    printf("%-18s %10.3f %10.3f %9.2f  %s\n", name, spent.wall, spent.cpu,
           spent.wall / c->median[OURS].wall, note);
}

static double share(uint64_t part, uint64_t whole) {
    return whole == 0 ? 0 : (double)part / (double)whole;
}

/* How much faster two threads (or more) are than one. */
static double gain(const struct compare *c, enum runner one, enum runner many) {
    return c->median[one].wall / c->median[many].wall;
}

static void print_table(const struct compare *c) {
    scene_print(&c->scene);
    printf(
        "checked   %llu viewers against the reference, every digest; sgemm and FAISS on samples\n",
        (unsigned long long)c->options.sample);
    printf("prepared  view %.3f s, tiles %.3f s; float vectors and indexes of the others\n\n",
           c->scene.view_spent.wall, c->scene.tiles_spent.wall);
    printf("                      seconds        CPU     ratio  (medians of %llu, in turns)\n",
           (unsigned long long)c->options.repeat);
    char note[128];
    for (enum runner runner = 0; runner < RUNNERS; runner++) {
        note[0] = '\0';
        if (runner == SGEMM)
            snprintf(note, sizeof note, "blocks of %u x %u, %.0f GFLOP/s", c->sgemm.block.rows,
                     c->sgemm.block.columns,
                     2e-9 * (double)c->sgemm.dots * c->looks.width / c->median[SGEMM].wall);
        if (runner == FAISS && c->faiss_queries > 0)
            snprintf(note, sizeof note, "extrapolated from %llu queries",
                     (unsigned long long)c->faiss_queries);
        if (takes_part(c, runner))
            print_row(c, NAMES[runner], c->median[runner], note);
        else if (runner == FAISS)
            printf("%-18s %10s\n", NAMES[FAISS], flat_built() ? "left out" : "not built");
    }
    print_row(c, "reference", c->reference, "extrapolated from a few viewers to all, all threads");
    if (c->sql.viewers > 0)
        print_row(c, "SQL", c->sql.everybody,
                  "extrapolated from a few viewers to all, all threads");
    if (c->scaling)
        printf("scaling            %.2f of ours, %.2f of sgemm: %.2f of sgemm's own\n",
               gain(c, OURS_ONE, OURS), gain(c, SGEMM_ONE, SGEMM),
               gain(c, OURS_ONE, OURS) / gain(c, SGEMM_ONE, SGEMM));
    const struct rematch_counts *n = &c->counts;
    printf(
        "\npairs_gender    %14llu unordered, %.1f %% of them of people with vectors on both sides"
        "\npairs_eligible  %14llu ordered, %.2f %%\npairs_canonical %14llu ordered, %.2f x"
        " pool_sum\npool_sum        %14llu\ndigest          %s\n",
        (unsigned long long)c->genders.pairs,
        100 * pow(share(c->looks.complete, c->genders.people), 2), (unsigned long long)n->eligible,
        50 * share(n->eligible, c->genders.pairs), (unsigned long long)n->canonical,
        share(n->canonical, n->pool_sum), (unsigned long long)n->pool_sum, n->digest);
}

static json_t *seconds_of(const struct compare *c, enum runner runner) {
    return takes_part(c, runner) ? json_real(c->median[runner].wall) : json_null();
}

static json_t *processor_of(const struct compare *c, enum runner runner) {
    return takes_part(c, runner) ? json_real(c->median[runner].cpu) : json_null();
}

static void print_json(const struct compare *c) {
    const struct rematch_counts *n = &c->counts;
    json_t *report = json_object();
    scene_report(&c->scene, report);
    json_object_set_new(report, "bench", json_string("compare"));
    json_object_set_new(report, "repeat", json_integer((json_int_t)c->options.repeat));
    static const char *const KEYS[RUNNERS][2] = {{"rematch_s", "rematch_cpu_s"},
                                                 {"sgemm_s", "sgemm_cpu_s"},
                                                 {"faiss_s", "faiss_cpu_s"},
                                                 {"rematch_1_s", "rematch_1_cpu_s"},
                                                 {"sgemm_1_s", "sgemm_1_cpu_s"}};
    for (enum runner runner = 0; runner < RUNNERS; runner++) {
        json_object_set_new(report, KEYS[runner][0], seconds_of(c, runner));
        json_object_set_new(report, KEYS[runner][1], processor_of(c, runner));
    }
    json_t *own =
        json_pack("{s:f, s:f, s:f, s:o, s:I, s:[i,i], s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s}",
                  "prepared_view_s", c->scene.view_spent.wall, "prepared_tiles_s",
                  c->scene.tiles_spent.wall, "reference_s", c->reference.wall, "sql_s",
                  c->sql.viewers > 0 ? json_real(c->sql.everybody.wall) : json_null(), "sgemm_dots",
                  (json_int_t)c->sgemm.dots, "sgemm_block", (int)c->sgemm.block.rows,
                  (int)c->sgemm.block.columns, "faiss_queries", (json_int_t)c->faiss_queries,
                  "people_with_vectors", (json_int_t)c->looks.complete, "pairs_gender",
                  (json_int_t)c->genders.pairs, "pairs_eligible", (json_int_t)n->eligible,
                  "pairs_canonical", (json_int_t)n->canonical, "pool_sum", (json_int_t)n->pool_sum,
                  "offers", (json_int_t)n->offers, "digest", n->digest);
    json_object_update(report, own);
    json_decref(own);
    json_dumpf(report, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    printf("\n");
    json_decref(report);
}

static bool compare(struct compare *c, struct err *err) {
    if (!scene_make(&c->scene, &c->options, err))
        return false;
    genders_init(&c->genders, c->scene.view);
    looks_init(&c->looks, &c->genders, c->scene.view);
    sgemm_init(&c->sgemm, &c->genders, &c->looks);
    for (enum runner runner = 0; runner < RUNNERS; runner++)
        c->times[runner] = mem_array(c->options.repeat, sizeof *c->times[runner]);
    bool ok = check_all(c, err) && time_all(c, err);
    if (ok)
        (c->options.json ? print_json : print_table)(c);
    for (enum runner runner = 0; runner < RUNNERS; runner++)
        free(c->times[runner]);
    sgemm_release(&c->sgemm);
    looks_release(&c->looks);
    genders_release(&c->genders);
    scene_release(&c->scene);
    return ok;
}

static bool take(void *ctx, int option, const char *value, struct err *err) {
    struct compare *c = ctx;
    switch (option) {
    case OPTION_NO_FAISS: c->no_faiss = true; return true;
    case OPTION_SCALING: c->scaling = true; return true;
    case OPTION_FAISS_QUERIES:
        return argument_number("faiss-queries", value, 0, UINT32_MAX, &c->faiss_queries, err);
    default: return argument_number("sql-viewers", value, 0, 1000, &c->sql_viewers, err);
    }
}

int compare_command(int argc, char **argv) {
    static const struct option OPTIONS[] = {
        {"no-faiss", no_argument, NULL, OPTION_NO_FAISS},
        {"faiss-queries", required_argument, NULL, OPTION_FAISS_QUERIES},
        {"scaling", no_argument, NULL, OPTION_SCALING},
        {"sql-viewers", required_argument, NULL, OPTION_SQL_VIEWERS},
        {0}};
    struct compare c = {.options = scene_options_default(), .sql_viewers = 8};
    struct scene_extra extra = {
        OPTIONS, take, &c,
        "  --no-faiss     leave FAISS out\n"
        "  --faiss-queries Q  only Q people ask FAISS, its time is extrapolated (0: everybody)\n"
        "  --scaling      rematch and sgemm with one thread too\n"
        "  --sql-viewers V  with --from-database: viewers of the SQL query, 0 for none (8)\n"};
    struct err err;
    if (!scene_parse(&c.options, argc, argv, &extra, &err)) {
        fprintf(stderr, "compare: %s\n", err.text);
        return 2;
    }
    if (c.options.help) {
        scene_usage("compare", "A rematch beside others' tools, in turns.", &extra);
        return 0;
    }
    if (!compare(&c, &err)) {
        fprintf(stderr, "compare: %s\n", err.text);
        return 1;
    }
    return 0;
}
