#include "bench/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sink_memory.h"
#include "engine/base/log.h"
#include "engine/kernel/blas.h"
#include "engine/kernel/cpu.h"

enum { THREADS_MAX = 256, REPEAT_MAX = 1000, SAMPLE_MAX = 100000, OPTIONS_MAX = 40 };
enum {
    ARGUMENT_IN_MEMORY = 1100,
    ARGUMENT_FROM_DATABASE,
    ARGUMENT_DATABASE,
    ARGUMENT_THREADS,
    ARGUMENT_ISA,
    ARGUMENT_VISUAL,
    ARGUMENT_REPEAT,
    ARGUMENT_SAMPLE,
    ARGUMENT_JSON,
    ARGUMENT_SVG,
    ARGUMENT_HELP
};

static const struct option SHARED[] = {
    WORLD_ARGUMENTS,
    {"in-memory", no_argument, NULL, ARGUMENT_IN_MEMORY},
    {"from-database", no_argument, NULL, ARGUMENT_FROM_DATABASE},
    {"database", required_argument, NULL, ARGUMENT_DATABASE},
    {"threads", required_argument, NULL, ARGUMENT_THREADS},
    {"isa", required_argument, NULL, ARGUMENT_ISA},
    {"visual", required_argument, NULL, ARGUMENT_VISUAL},
    {"repeat", required_argument, NULL, ARGUMENT_REPEAT},
    {"sample", required_argument, NULL, ARGUMENT_SAMPLE},
    {"json", no_argument, NULL, ARGUMENT_JSON},
    {"svg", required_argument, NULL, ARGUMENT_SVG},
    {"help", no_argument, NULL, ARGUMENT_HELP},
};

struct scene_options scene_options_default(void) {
    return (struct scene_options){.world = world_options_default(),
                                  .isa = "auto",
                                  .visual = "auto",
                                  .threads = machine_processors(),
                                  .repeat = 3,
                                  .sample = 50};
}

void scene_usage(const char *command, const char *summary, const struct scene_extra *extra) {
    printf("matchd-bench %s --people N --now T [options]\n\n%s\n\n%s%s"
           "  --in-memory    people made up in memory (the default)\n"
           "  --from-database  people read from a database, by the role that reads\n"
           "  --database URL a connection string instead of PG*\n"
           "  --threads T    (one a processor)\n"
           "  --isa NAME     ref, avx2, avx512 (the best that the machine has)\n"
           "  --visual NAME  int8, blas (the better one)\n"
           "  --repeat R     how many times; medians are reported (3)\n"
           "  --sample V     viewers held against the reference before anything is timed (50)\n"
           "  --json         one JSON object instead of a table\n",
           command, summary, WORLD_ARGUMENTS_HELP, extra != NULL ? extra->help : "");
}

static bool take_shared(struct scene_options *o, int option, const char *value, struct err *err) {
    switch (option) {
    case ARGUMENT_IN_MEMORY: o->from_database = false; return true;
    case ARGUMENT_FROM_DATABASE: o->from_database = true; return true;
    case ARGUMENT_DATABASE: o->database = value; return true;
    case ARGUMENT_THREADS:
        return argument_number("threads", value, 1, THREADS_MAX, &o->threads, err);
    case ARGUMENT_ISA: o->isa = value; return true;
    case ARGUMENT_VISUAL: o->visual = value; return true;
    case ARGUMENT_REPEAT: return argument_number("repeat", value, 1, REPEAT_MAX, &o->repeat, err);
    case ARGUMENT_SAMPLE: return argument_number("sample", value, 1, SAMPLE_MAX, &o->sample, err);
    case ARGUMENT_JSON: o->json = true; return true;
    case ARGUMENT_SVG: o->svg = value; return true;
    case ARGUMENT_HELP: o->help = true; return true;
    default: return world_options_take(&o->world, option, value, err);
    }
}

bool scene_parse(struct scene_options *options, int argc, char **argv,
                 const struct scene_extra *extra, struct err *err) {
    struct option all[OPTIONS_MAX] = {{0}};
    size_t count = ARRAY_LEN(SHARED);
    memcpy(all, SHARED, sizeof SHARED);
    for (size_t i = 0; extra != NULL && extra->options[i].name != NULL; i++)
        all[count++] = extra->options[i];
    ASSERT(count < OPTIONS_MAX);
    int option;
    opterr = 0;
    err->text[0] = '\0';
    while ((option = getopt_long(argc, argv, "", all, NULL)) != -1) {
        bool own = option > 0 && option < ARGUMENT_PEOPLE && option != '?';
        bool ok = own ? extra->take(extra->ctx, option, optarg, err)
                      : take_shared(options, option, optarg, err);
        if (!ok && err->text[0] == '\0')
            err_set(err, "unknown or incomplete argument %s", argv[optind - 1]);
        if (!ok || options->help)
            return ok;
    }
    if (optind < argc)
        return err_set(err, "unknown argument %s", argv[optind]);
    if (options->from_database && options->world.people == 0)
        options->world.people = WORLD_PEOPLE_MAX; /* as many as there are */
    return world_options_complete(&options->world, err);
}

static bool open_source(struct scene *scene, struct err *err) {
    const struct scene_options *o = scene->options;
    if (!o->from_database) {
        if (!world_init(&scene->world, &o->world, err))
            return false;
        scene->population = sink_memory(&scene->world);
        scene->config = config_new_default();
        return true;
    }
    struct load_options load = {
        .url = o->database, .capacity = WORLD_PEOPLE_MAX, .wait_seconds = 10};
    if (!load_population(&load, &scene->loaded, err))
        return false;
    scene->population = scene->loaded.population;
    scene->config = scene->loaded.config;
    return true;
}

bool scene_make(struct scene *scene, const struct scene_options *options, struct err *err) {
    *scene = (struct scene){.options = options};
    if (!kernels_select(options->isa, cpu_features(), &scene->kernels, err) ||
        !kernels_select_visual(options->visual, cpu_features(), &scene->kernels, err))
        return false;
    log_setup(LOG_ERROR, LOG_KV);
    struct spent start = spent_now();
    if (!open_source(scene, err))
        return false;
    scene->source_spent = spent_since(start);
    start = spent_now();
    instant_t now = options->world.now;
    struct batch batch = {.date = date_of_instant(now), .at = now};
    scene->view = view_new_by(scene->population, scene->config, batch, (uint32_t)options->threads);
    scene->view_spent = spent_since(start);
    start = spent_now();
    scene->tiles = tiles_new(scene->view, (uint32_t)options->threads);
    if (scene->tiles != NULL && scene->kernels->visual == VISUAL_BLAS)
        tiles_add_floats(scene->tiles, (uint32_t)options->threads);
    scene->tiles_spent = spent_since(start);
    for (uint32_t row = 0; row < scene->view->count; row++)
        scene->members += scene->view->member[row];
    return true;
}

void scene_release(struct scene *scene) {
    tiles_free(scene->tiles);
    view_free(scene->view);
    if (scene->options->from_database) {
        loaded_release(&scene->loaded);
        return;
    }
    population_free(scene->population);
    config_free(scene->config);
    world_release(&scene->world);
}

void scene_report(const struct scene *scene, json_t *report) {
    const struct scene_options *o = scene->options;
    json_t *common = json_pack(
        "{s:o, s:i, s:i, s:i, s:I, s:b, s:s, s:s, s:i, s:s, s:s, s:s}", "machine", machine_json(),
        "people", (int)population_count(scene->population), "members", (int)scene->members, "dim",
        (int)population_dim(scene->population), "seed", (json_int_t)o->world.seed, "dense",
        (int)o->world.dense, "metro", o->world.metro != NULL ? o->world.metro : "", "source",
        o->from_database ? "database" : "memory", "threads", (int)o->threads, "isa",
        scene->kernels->name, "visual", kernels_visual_name(scene->kernels), "blas_core",
        blas_core());
    json_object_update(report, common);
    json_decref(common);
}

void scene_print(const struct scene *scene) {
    const struct scene_options *o = scene->options;
    char now[INSTANT_TEXT];
    instant_to_text(o->world.now, now);
    machine_print();
    printf("kernels   %s, visual %s, BLAS core %s, %llu threads\n", scene->kernels->name,
           kernels_visual_name(scene->kernels), blas_core(), (unsigned long long)o->threads);
    printf("people    %u, %u in the population, D = %u, at %s\n",
           population_count(scene->population), scene->members, population_dim(scene->population),
           now);
    if (o->from_database)
        printf("source    database\n");
    else
        printf("source    memory, seed %llu, %s\n", (unsigned long long)o->world.seed,
               o->world.dense   ? "dense"
               : o->world.metro ? o->world.metro
                                : "all cities");
    if (scene->tiles == NULL)
        printf("tiles     none: this population is scored by the reference alone\n");
}
