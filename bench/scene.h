/* What every measurement starts from: arguments, a population made up or loaded, its view and
 * tiles, the kernels; and how long each step took.
 *
 * Arguments, the same for every command (beside those of a world, arguments.h):
 *
 *   --in-memory | --from-database [--database URL]
 *   --threads T --isa NAME --visual NAME --repeat R --sample V --json --svg FILE
 *
 * The view and the tiles hold what depends on one person alone. They are made before the clock of a
 * rematch starts, and their seconds are reported beside it. */
#ifndef MATCHD_BENCH_SCENE_H
#define MATCHD_BENCH_SCENE_H

#include "bench/arguments.h"
#include "bench/machine.h"
#include "engine/kernel/kernel.h"
#include "engine/match/tile.h"
#include "engine/match/view.h"
#include "storage/loader.h"

struct scene_options {
    struct world_options world;
    bool from_database;
    const char *database; /* NULL: libpq's PG* */
    const char *isa, *visual;
    uint64_t threads, repeat;
    uint64_t sample; /* viewers held against the reference */
    bool json, help;
    bool paranoid; /* rematch --paranoid: everybody is */
    const char *svg;
};

/* An argument of one command only; in the style of getopt_long, values below 1000. */
struct scene_extra {
    const struct option *options; /* ended by zeroes; NULL: none */
    bool (*take)(void *ctx, int option, const char *value, struct err *err);
    void *ctx;
    const char *help; /* lines of their own */
};

/* Threads: one a processor; three repeats. */
struct scene_options scene_options_default(void);
/* False: the error says which argument, what was expected and what came. Help has been asked for
 * when options->help. */
bool scene_parse(struct scene_options *options, int argc, char **argv,
                 const struct scene_extra *extra, struct err *err) MUST_CHECK;
void scene_usage(const char *command, const char *summary, const struct scene_extra *extra);

struct scene {
    const struct scene_options *options;
    struct world world;
    struct loaded loaded;
    struct population *population;
    struct config *config;
    struct view *view;
    struct tiles *tiles; /* NULL: the population has no such form, all is scored by the reference */
    const struct kernels *kernels;
    uint32_t members;
    struct spent source_spent, view_spent, tiles_spent;
};

/* Makes up or loads; then view and tiles. */
bool scene_make(struct scene *scene, const struct scene_options *options,
                struct err *err) MUST_CHECK;
void scene_release(struct scene *scene);

/* Members: fields "people", "members", "dim", "seed", "threads", "isa", ... into `report`. */
void scene_report(const struct scene *scene, json_t *report);
void scene_print(const struct scene *scene);

#endif
