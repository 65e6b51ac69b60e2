/* Arguments of a world, the same for every command of matchd-bench that makes one up:
 *
 *   --people N --seed S --now T --metro NAME --dense --dim D --pairs P --cities FILE */
#ifndef MATCHD_BENCH_ARGUMENTS_H
#define MATCHD_BENCH_ARGUMENTS_H

#include <getopt.h>

#include "bench/world.h"

/* For getopt_long: put these into the command's own table. Values are above any character. */
enum world_argument {
    ARGUMENT_PEOPLE = 1000,
    ARGUMENT_SEED,
    ARGUMENT_NOW,
    ARGUMENT_METRO,
    ARGUMENT_DENSE,
    ARGUMENT_DIM,
    ARGUMENT_PAIRS,
    ARGUMENT_CITIES
};
#define WORLD_ARGUMENTS                                                                            \
    {"people", required_argument, NULL, ARGUMENT_PEOPLE},                                          \
        {"seed", required_argument, NULL, ARGUMENT_SEED},                                          \
        {"now", required_argument, NULL, ARGUMENT_NOW},                                            \
        {"metro", required_argument, NULL, ARGUMENT_METRO},                                        \
        {"dense", no_argument, NULL, ARGUMENT_DENSE},                                              \
        {"dim", required_argument, NULL, ARGUMENT_DIM},                                            \
        {"pairs", required_argument, NULL, ARGUMENT_PAIRS}, {                                      \
        "cities", required_argument, NULL, ARGUMENT_CITIES                                         \
    }
/* One line each, for --help. */
extern const char WORLD_ARGUMENTS_HELP[];

/* seed 1, WORLD_DIM_DEFAULT; people and now are for the caller to give. */
struct world_options world_options_default(void);
/* Takes one argument; strings are kept by reference. An error names the argument, what was expected
 * and what came. False without an error text when it is none of these. */
bool world_options_take(struct world_options *options, int argument, const char *value,
                        struct err *err);
/* people and now must have been given. */
bool world_options_complete(const struct world_options *options, struct err *err) MUST_CHECK;

/* A whole number within bounds. */
bool argument_number(const char *name, const char *value, uint64_t low, uint64_t high,
                     uint64_t *out, struct err *err) MUST_CHECK;

#endif
