/* Where people live: a built-in table of about a hundred cities, or a CSV file with at least the
 * columns name, country_code, lat, lon, population and timezone (admin1 becomes the region). */
#ifndef MATCHD_BENCH_CITIES_H
#define MATCHD_BENCH_CITIES_H

#include "engine/base/base.h"
#include "engine/base/err.h"

enum { CITIES_MAX = 65535 };

struct city {
    char *name, *region, *country, *timezone; /* region may be NULL */
    double latitude, longitude;               /* degrees */
    uint32_t population;                      /* thousands, at least 1 */
};

struct cities {
    struct city *list;
    uint32_t count;
};

void cities_init_builtin(struct cities *cities);
bool cities_init_file(struct cities *cities, const char *path, struct err *err) MUST_CHECK;
void cities_release(struct cities *cities);

/* The largest city of that name (ASCII case folded), or count. */
uint32_t cities_find(const struct cities *cities, const char *name);

#endif
