#include "bench/rematch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/check.h"
#include "engine/base/mem.h"

enum {
    OPTION_EXACT = 1,
    OPTION_PARANOID,
    EXACT_MOST = 200000 /* members; of more, exact counts are of the sample only */
};

static struct run *start(const struct scene *scene, struct run_options options) {
    options.tiles = scene->tiles;
    options.kernels = scene->tiles != NULL ? scene->kernels : NULL;
    struct run *run = run_start(scene->view, &options);
    run_wait(run);
    return run;
}

static void count_all(const struct scene *scene, const struct run *run,
                      struct rematch_counts *out) {
    uint32_t pool = (uint32_t)scene->view->global->MATCH_RERANK_POOL;
    for (uint32_t i = 0; i < run_count(run); i++) {
        uint32_t eligible = run_result(run, i)->eligible;
        out->eligible += eligible;
        out->pool_sum += eligible < pool ? eligible : pool;
    }
    struct run_progress progress;
    run_progress(run, &progress);
    out->offers = progress.offers;
    out->considered = progress.pairs;
    run_digest(run, out->digest);
}

static bool same_digest(const struct run *run, const char *expected, struct err *err) {
    char digest[RUN_DIGEST_TEXT];
    run_digest(run, digest);
    if (expected == NULL || strcmp(digest, expected) == 0)
        return true;
    return err_set(err, "WRONG ANSWER: digest %s, expected %s as before", digest, expected);
}

/* With paranoid options, everybody has been held against the reference. */
static bool check_paranoid(const struct run *run, struct err *err) {
    return run_agrees(run, err) || err_wrap(err, "WRONG ANSWER");
}

static bool check_quick(const struct scene *scene, struct rematch_counts *out, struct err *err) {
    const struct scene_options *o = scene->options;
    struct run *run = start(
        scene, (struct run_options){.threads = (uint32_t)o->threads, .paranoid = o->paranoid});
    count_all(scene, run, out);
    run_certificate(run, &out->certificate);
    out->canonical = out->certificate.canonical;
    out->pairs_gender = out->certificate.gender_pairs;
    bool ok = check_paranoid(run, err) && check_run(run, scene->view, (uint32_t)o->sample, err);
    run_free(run);
    return ok;
}

/* Members in the order of their rows, `count` of them, spread evenly. */
static uint32_t *sample_members(const struct scene *scene, uint32_t count) {
    uint32_t *rows = mem_array(count, sizeof *rows);
    uint64_t number = 0;
    uint32_t at = 0;
    for (uint32_t row = 0; row < scene->view->count && at < count; row++) {
        if (!scene->view->member[row])
            continue;
        if (number++ == (uint64_t)at * scene->members / count)
            rows[at++] = row;
    }
    ASSERT(at == count);
    return rows;
}

/* Exact counts: of everybody, who then have the same offers too, or of a sample. */
static bool check_exact(const struct scene *scene, struct rematch_counts *out, struct err *err) {
    const struct scene_options *o = scene->options;
    struct run_options options = {
        .threads = (uint32_t)o->threads, .exact_counts = true, .paranoid = o->paranoid};
    bool all = scene->members <= EXACT_MOST;
    uint32_t sample = o->sample < scene->members ? (uint32_t)o->sample : scene->members;
    uint32_t *viewers = all ? NULL : sample_members(scene, sample);
    options.viewers = viewers;
    options.viewer_count = sample;
    struct run *run = start(scene, options);
    free(viewers);
    out->exact_viewers = run_count(run);
    bool ok = check_paranoid(run, err) && check_run(run, scene->view, sample, err) &&
              same_digest(run, all ? out->digest : NULL, err);
    run_free(run);
    return ok;
}

bool rematch_check(const struct scene *scene, struct rematch_counts *out, struct err *err) {
    *out = (struct rematch_counts){0};
    return check_quick(scene, out, err) && check_exact(scene, out, err);
}

bool rematch_time(const struct scene *scene, const struct rematch_mode *mode, struct spent *spent,
                  struct err *err) {
    struct spent begin = spent_now();
    struct run *run =
        start(scene, (struct run_options){.threads = mode->threads, .exact_counts = mode->exact});
    *spent = spent_since(begin);
    bool ok = same_digest(run, mode->digest, err) &&
              (mode->sample == 0 || check_run(run, scene->view, mode->sample, err));
    if (mode->digest_out != NULL)
        run_digest(run, mode->digest_out);
    run_free(run);
    return ok;
}

struct figures {
    struct rematch_counts counts;
    struct spent run;
    bool exact;
};

static uint64_t checked_viewers(const struct scene *scene) {
    const struct scene_options *o = scene->options;
    return o->paranoid || o->sample > scene->members ? scene->members : o->sample;
}

static void print_table(const struct scene *scene, const struct figures *f) {
    const struct rematch_counts *c = &f->counts;
    scene_print(scene);
    printf("checked   %llu viewers against the reference, %u with exact counts, every digest\n",
           (unsigned long long)checked_viewers(scene), c->exact_viewers);
    if (scene->options->paranoid)
        printf("paranoid  everybody scored by the reference as well: no difference\n");
    printf("\n");
    printf("stage         seconds       CPU\n");
    const struct {
        const char *name;
        struct spent spent;
    } STAGES[] = {{scene->options->from_database ? "load" : "generation", scene->source_spent},
                  {"view", scene->view_spent},
                  {"tiles", scene->tiles_spent},
                  {"run", f->run}};
    for (size_t i = 0; i < ARRAY_LEN(STAGES); i++)
        printf("%-10s %10.3f %9.3f\n", STAGES[i].name, STAGES[i].spent.wall, STAGES[i].spent.cpu);
    printf("(run: median of %llu%s; view and tiles: what depends on one person alone)\n\n",
           (unsigned long long)scene->options->repeat, f->exact ? ", with exact counts" : "");
    printf("considered %14llu ordered pairs (gender rule), %.1f million a second\n",
           (unsigned long long)c->considered, (double)c->considered / f->run.wall / 1e6);
    printf("eligible   %14llu ordered, %.2f %% of those\n", (unsigned long long)c->eligible,
           c->considered == 0 ? 0 : 100.0 * (double)c->eligible / (double)c->considered);
    printf("canonical  %14llu ordered, %.2f x pool_sum\n", (unsigned long long)c->canonical,
           c->pool_sum == 0 ? 0 : (double)c->canonical / (double)c->pool_sum);
    printf("pool_sum   %14llu\n", (unsigned long long)c->pool_sum);
    printf("offers     %14llu\n", (unsigned long long)c->offers);
    printf("bytes      %14zu population, %zu tiles, %zu resident at most\n",
           population_bytes(scene->population),
           scene->tiles != NULL ? tiles_bytes(scene->tiles) : 0, machine_resident_most());
    printf("digest     %s\n", c->digest);
}

static json_t *spent_json(struct spent spent) {
    return json_pack("{s:f, s:f}", "wall", spent.wall, "cpu", spent.cpu);
}

static void print_json(const struct scene *scene, const struct figures *f) {
    const struct rematch_counts *c = &f->counts;
    json_t *report = json_object();
    scene_report(scene, report);
    json_t *own = json_pack(
        "{s:s, s:b, s:b, s:I, s:{s:o, s:o, s:o, s:o}, s:f, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, "
        "s:I, s:s, s:I, s:I}",
        "bench", "rematch", "exact", (int)f->exact, "paranoid", (int)scene->options->paranoid,
        "repeat", (json_int_t)scene->options->repeat, "spent", "source",
        spent_json(scene->source_spent), "view", spent_json(scene->view_spent), "tiles",
        spent_json(scene->tiles_spent), "run", spent_json(f->run), "rematch_s", f->run.wall,
        "pairs_considered", (json_int_t)c->considered, "pairs_gender", (json_int_t)c->pairs_gender,
        "pairs_eligible", (json_int_t)c->eligible, "pairs_canonical", (json_int_t)c->canonical,
        "pool_sum", (json_int_t)c->pool_sum, "offers", (json_int_t)c->offers, "population_bytes",
        (json_int_t)population_bytes(scene->population), "tiles_bytes",
        (json_int_t)(scene->tiles != NULL ? tiles_bytes(scene->tiles) : 0), "resident_bytes",
        (json_int_t)machine_resident_most(), "digest", c->digest, "checked_viewers",
        (json_int_t)checked_viewers(scene), "exact_viewers", (json_int_t)c->exact_viewers);
    json_object_update(report, own);
    json_decref(own);
    json_dumpf(report, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    printf("\n");
    json_decref(report);
}

static bool measure(const struct scene_options *options, bool exact, struct err *err) {
    struct scene scene;
    struct figures figures = {.exact = exact};
    if (!scene_make(&scene, options, err))
        return false;
    bool ok = rematch_check(&scene, &figures.counts, err);
    struct spent *times = mem_array(options->repeat, sizeof *times);
    struct rematch_mode mode = {
        .threads = (uint32_t)options->threads, .exact = exact, .digest = figures.counts.digest};
    for (uint64_t i = 0; ok && i < options->repeat; i++)
        ok = rematch_time(&scene, &mode, &times[i], err);
    if (ok) {
        figures.run = spent_median(times, options->repeat);
        (options->json ? print_json : print_table)(&scene, &figures);
    }
    free(times);
    scene_release(&scene);
    return ok;
}

/* What the command line may say beside the shared arguments. */
struct command {
    struct scene_options options;
    bool exact;
};

static bool take(void *ctx, int option, const char *value, struct err *err) {
    (void)value, (void)err;
    struct command *command = ctx;
    *(option == OPTION_EXACT ? &command->exact : &command->options.paranoid) = true;
    return true;
}

int rematch_command(int argc, char **argv) {
    static const struct option OPTIONS[] = {{"exact", no_argument, NULL, OPTION_EXACT},
                                            {"paranoid", no_argument, NULL, OPTION_PARANOID},
                                            {0}};
    struct command command = {.options = scene_options_default()};
    struct scene_extra extra = {
        OPTIONS, take, &command,
        "  --exact        with exact counts, as dry runs have them\n"
        "  --paranoid     before the clock starts, everybody is scored by the reference as well;\n"
        "                 100,000 people take a processor half an hour\n"};
    struct err err;
    if (!scene_parse(&command.options, argc, argv, &extra, &err)) {
        fprintf(stderr, "rematch: %s\n", err.text);
        return 2;
    }
    if (command.options.help) {
        scene_usage("rematch", "A whole rematch, by stage.", &extra);
        return 0;
    }
    if (!measure(&command.options, command.exact, &err)) {
        fprintf(stderr, "rematch: %s\n", err.text);
        return 1;
    }
    return 0;
}
