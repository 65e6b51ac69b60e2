#include "bench/arguments.h"

#include <errno.h>
#include <stdlib.h>

const char WORLD_ARGUMENTS_HELP[] =
    "  --people N     how many, 1 to 4000000\n"
    "  --now T        the instant at which they live, such as 2026-11-22T09:00:00Z\n"
    "  --seed S       other people for every seed (1)\n"
    "  --metro NAME   everybody lives around this city; without it, all over the cities\n"
    "  --dense        men and women who seek each other, in one place, with nothing between them\n"
    "  --dim D        length of the photos' vectors, 0 for none (128)\n"
    "  --pairs P      others whom a person remembers, on average: offers, matches, blocks (6)\n"
    "  --cities FILE  CSV with name, country_code, lat, lon, population, timezone, instead of the\n"
    "                 built-in table\n";

struct world_options world_options_default(void) {
    return (struct world_options){.seed = 1, .dim = WORLD_DIM_DEFAULT, .now = INSTANT_INFINITY};
}

bool argument_number(const char *name, const char *value, uint64_t low, uint64_t high,
                     uint64_t *out, struct err *err) {
    char *end;
    errno = 0;
    *out = strtoull(value, &end, 10);
    bool whole = value[0] >= '0' && value[0] <= '9' && *end == '\0' && errno == 0;
    if (!whole || *out < low || *out > high)
        return err_set(err, "--%s: expected a whole number from %llu to %llu, got '%s'", name,
                       (unsigned long long)low, (unsigned long long)high, value);
    return true;
}

bool world_options_take(struct world_options *options, int argument, const char *value,
                        struct err *err) {
    uint64_t number;
    err->text[0] = '\0';
    switch (argument) {
    case ARGUMENT_PEOPLE:
        if (!argument_number("people", value, 1, WORLD_PEOPLE_MAX, &number, err))
            return false;
        options->people = (uint32_t)number;
        return true;
    case ARGUMENT_SEED: return argument_number("seed", value, 0, UINT64_MAX, &options->seed, err);
    case ARGUMENT_NOW:
        if (!instant_from_text(value, &options->now) || options->now == INSTANT_INFINITY ||
            options->now == INSTANT_MINUS_INFINITY)
            return err_set(err, "--now: expected an instant such as 2026-11-22T09:00:00Z, got '%s'",
                           value);
        return true;
    case ARGUMENT_METRO: options->metro = value; return true;
    case ARGUMENT_DENSE: options->dense = true; return true;
    case ARGUMENT_DIM:
        if (!argument_number("dim", value, 0, WORLD_DIM_MAX, &number, err))
            return false;
        if (number == 1)
            return err_set(err, "--dim: expected 0, or 2 and more, got '1': of one number, two "
                                "photos of a person may cancel each other out");
        options->dim = (uint32_t)number;
        return true;
    case ARGUMENT_PAIRS:
        if (!argument_number("pairs", value, 1, WORLD_PAIRS_MAX, &number, err))
            return false;
        options->pairs = (uint32_t)number;
        return true;
    case ARGUMENT_CITIES: options->cities = value; return true;
    default: return false;
    }
}

bool world_options_complete(const struct world_options *options, struct err *err) {
    if (options->people == 0)
        return err_set(err, "--people is missing");
    if (options->now == INSTANT_INFINITY)
        return err_set(err, "--now is missing: the same now gives the same people again");
    return true;
}
