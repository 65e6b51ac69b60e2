#include "bench/populate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bench/arguments.h"
#include "bench/eligible.h"
#include "bench/sink_memory.h"
#include "bench/sink_postgres.h"
#include "engine/match/view.h"

enum { VIEWERS_DEFAULT = 2000 };
enum { OPTION_DATABASE = 1, OPTION_CONNECTIONS, OPTION_IN_MEMORY, OPTION_VIEWERS, OPTION_HELP };

struct populate {
    struct world_options world;
    const char *database;
    uint64_t connections, viewers;
    bool in_memory, help;
};

static void print_usage(FILE *to) {
    fprintf(to,
            "matchd-bench populate --people N --now T [options]\n\n"
            "Fills an empty database with made-up people; the same arguments, the same database.\n"
            "The connection is libpq's (PGHOST and so on), of the owner of the schema.\n\n%s"
            "  --database URL a connection string instead of PG*\n"
            "  --connections C  how many write side by side, 1 to %d (2)\n"
            "  --viewers V    size of the sample for the count of eligible pairs, 0 for none (%d)\n"
            "  --in-memory    no database: only make the people up and count\n",
            WORLD_ARGUMENTS_HELP, SINK_CONNECTIONS_MAX, VIEWERS_DEFAULT);
}

static bool parse(int argc, char **argv, struct populate *run, struct err *err) {
    static const struct option OPTIONS[] = {
        WORLD_ARGUMENTS,
        {"database", required_argument, NULL, OPTION_DATABASE},
        {"connections", required_argument, NULL, OPTION_CONNECTIONS},
        {"in-memory", no_argument, NULL, OPTION_IN_MEMORY},
        {"viewers", required_argument, NULL, OPTION_VIEWERS},
        {"help", no_argument, NULL, OPTION_HELP},
        {0}};
    int option;
    opterr = 0;
    while ((option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
        bool ok = true;
        switch (option) {
        case OPTION_DATABASE: run->database = optarg; break;
        case OPTION_CONNECTIONS:
            ok = argument_number("connections", optarg, 1, SINK_CONNECTIONS_MAX, &run->connections,
                                 err);
            break;
        case OPTION_IN_MEMORY: run->in_memory = true; break;
        case OPTION_VIEWERS:
            ok = argument_number("viewers", optarg, 0, 1000000, &run->viewers, err);
            break;
        case OPTION_HELP: run->help = true; return true;
        default:
            ok = world_options_take(&run->world, option, optarg, err);
            if (!ok && err->text[0] == '\0')
                err_set(err, "unknown or incomplete argument %s", argv[optind - 1]);
        }
        if (!ok)
            return false;
    }
    if (optind < argc)
        return err_set(err, "unknown argument %s", argv[optind]);
    return world_options_complete(&run->world, err);
}

static void show_progress(double part, const char *target) {
    static int last = -1;
    int percent = (int)(100 * part), name = (int)strcspn(target, " ");
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%3d %%  %-40.*s", percent, name, target);
    else if (percent / 10 != last / 10)
        fprintf(stderr, "%3d %%  %.*s\n", percent, name, target);
    last = percent;
}

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static bool write_database(const struct populate *run, const struct world *world, struct err *err) {
    struct sink_report report;
    double start = seconds_now();
    bool ok = sink_postgres(world, run->database, (uint32_t)run->connections, show_progress,
                            &report, err);
    if (isatty(STDERR_FILENO))
        fprintf(stderr, "\r%50s\r", "");
    if (!ok)
        return false;
    for (enum row_table table = 0; table < ROW_TABLES; table++) {
        const char *target = row_writer_of(table)->target;
        printf("  %-36.*s %9llu rows %7.1f s\n", (int)strcspn(target, " "), target,
               (unsigned long long)report.rows[table], report.seconds[table]);
    }
    printf("written in %.1f s on %u connections\n", seconds_now() - start,
           (unsigned)run->connections);
    return true;
}

static void count_eligible(const struct populate *run, const struct world *world) {
    double start = seconds_now();
    struct population *population = sink_memory(world);
    struct config *config = config_new_default();
    struct batch batch = {.date = date_of_instant(run->world.now), .at = run->world.now};
    struct view *view = view_new(population, config, batch);
    struct eligible e = eligible_sample(view, (uint32_t)run->viewers);
    printf("in the population: %u of %u\n", e.members, e.people);
    printf("eligible: %.1f %% of the pairs that pass the gender rule, which %.1f %% of all do"
           " (%u viewers sampled)\n",
           100 * e.eligible_share, 100 * e.gender_share, e.viewers);
    printf("eligible per viewer: median %u, quartiles %u and %u\n", e.median, e.lower_quartile,
           e.upper_quartile);
    printf("counted in %.1f s\n", seconds_now() - start);
    view_free(view);
    config_free(config);
    population_free(population);
}

int populate_command(int argc, char **argv) {
    struct populate run = {
        .world = world_options_default(), .connections = 2, .viewers = VIEWERS_DEFAULT};
    struct err err = {{0}};
    if (!parse(argc, argv, &run, &err)) {
        fprintf(stderr, "populate: %s\n\n", err.text);
        print_usage(stderr);
        return 2;
    }
    if (run.help) {
        print_usage(stdout);
        return 0;
    }
    struct world world;
    if (!world_init(&world, &run.world, &err)) {
        fprintf(stderr, "populate: %s\n", err.text);
        return 1;
    }
    char now[INSTANT_TEXT];
    instant_to_text(run.world.now, now);
    printf("%u people %s%s, seed %llu, at %s, vectors of %u\n", run.world.people,
           run.world.dense   ? "in one place"
           : run.world.metro ? "around "
                             : "all over the world",
           run.world.metro != NULL && !run.world.dense ? run.world.metro : "",
           (unsigned long long)run.world.seed, now, run.world.dim);
    bool ok = run.in_memory || write_database(&run, &world, &err);
    if (!ok)
        fprintf(stderr, "populate: %s\n", err.text);
    else if (run.viewers > 0)
        count_eligible(&run, &world);
    world_release(&world);
    return ok ? 0 : 1;
}
