#include "bench/cities.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "engine/base/mem.h"
#include "storage/csv_reader.h"

static const struct {
    const char *name, *country;
    double latitude, longitude;
    uint32_t population;
    const char *timezone;
} BUILTIN[] = {
#define CITY(name, country, latitude, longitude, population, timezone)                             \
    {name, country, latitude, longitude, population, timezone},
#include "bench/cities.def"
#undef CITY
};

void cities_init_builtin(struct cities *cities) {
    *cities = (struct cities){.list = mem_array(ARRAY_LEN(BUILTIN), sizeof *cities->list),
                              .count = ARRAY_LEN(BUILTIN)};
    for (uint32_t i = 0; i < cities->count; i++)
        cities->list[i] = (struct city){.name = mem_text(BUILTIN[i].name),
                                        .country = mem_text(BUILTIN[i].country),
                                        .timezone = mem_text(BUILTIN[i].timezone),
                                        .latitude = BUILTIN[i].latitude,
                                        .longitude = BUILTIN[i].longitude,
                                        .population = BUILTIN[i].population};
}

enum column { NAME, COUNTRY, LATITUDE, LONGITUDE, POPULATION, TIMEZONE, COLUMNS };
static const char *const COLUMN_NAMES[COLUMNS] = {"name", "country_code", "lat",
                                                  "lon",  "population",   "timezone"};

/* A number within bounds that fills its cell. */
static bool parse_number(const char *text, double low, double high, double *out) {
    char *end;
    *out = strtod(text, &end);
    return *text != '\0' && *end == '\0' && isfinite(*out) && *out >= low && *out <= high;
}

static bool parse_city(const struct csv_row *row, const int at[COLUMNS], struct city *city,
                       const char **bad) {
    double people;
    *bad = NULL;
    if (row->cells[at[NAME]][0] == '\0')
        *bad = "name: expected a text, got nothing";
    else if (row->cells[at[TIMEZONE]][0] == '\0')
        *bad = "timezone: expected an IANA name, got nothing";
    else if (!parse_number(row->cells[at[LATITUDE]], -90, 90, &city->latitude))
        *bad = "lat: expected degrees from -90 to 90";
    else if (!parse_number(row->cells[at[LONGITUDE]], -180, 180, &city->longitude))
        *bad = "lon: expected degrees from -180 to 180";
    else if (!parse_number(row->cells[at[POPULATION]], 0, 1e9, &people))
        *bad = "population: expected a number from 0 to 1000000000";
    if (*bad != NULL)
        return false;
    city->population = (uint32_t)(people / 1000) + 1;
    city->name = mem_text(row->cells[at[NAME]]);
    city->country = mem_text(row->cells[at[COUNTRY]]);
    city->timezone = mem_text(row->cells[at[TIMEZONE]]);
    return true;
}

static bool read_cities(struct csv_reader *reader, struct cities *cities, const char *path,
                        struct err *err) {
    int at[COLUMNS], region = csv_reader_find(reader, "admin1");
    for (int i = 0; i < COLUMNS; i++) {
        at[i] = csv_reader_find(reader, COLUMN_NAMES[i]);
        if (at[i] < 0)
            return err_set(err, "%s: no column %s", path, COLUMN_NAMES[i]);
    }
    size_t capacity = 0;
    struct csv_row row;
    while (true) {
        if (!csv_reader_next(reader, &row, err))
            return false;
        if (row.cells == NULL)
            break;
        unsigned long long line = row.line;
        if (row.count != csv_reader_columns(reader))
            return err_set(err, "%s:%llu: expected %zu cells, got %zu", path, line,
                           csv_reader_columns(reader), row.count);
        if (cities->count == CITIES_MAX)
            return err_set(err, "%s:%llu: more than %d cities", path, line, CITIES_MAX);
        cities->list = mem_grow(cities->list, &capacity, cities->count + 1, sizeof *cities->list);
        struct city *city = &cities->list[cities->count];
        const char *bad;
        if (!parse_city(&row, at, city, &bad))
            return err_set(err, "%s:%llu: %s", path, line, bad);
        city->region =
            region >= 0 && row.cells[region][0] != '\0' ? mem_text(row.cells[region]) : NULL;
        cities->count++;
    }
    return cities->count > 0 || err_set(err, "%s: no cities", path);
}

bool cities_init_file(struct cities *cities, const char *path, struct err *err) {
    *cities = (struct cities){0};
    struct csv_reader *reader = csv_reader_open(path, err);
    if (reader == NULL)
        return false;
    bool ok = read_cities(reader, cities, path, err);
    csv_reader_close(reader);
    if (!ok)
        cities_release(cities);
    return ok;
}

void cities_release(struct cities *cities) {
    for (uint32_t i = 0; i < cities->count; i++) {
        free(cities->list[i].name);
        free(cities->list[i].region);
        free(cities->list[i].country);
        free(cities->list[i].timezone);
    }
    free(cities->list);
    *cities = (struct cities){0};
}

uint32_t cities_find(const struct cities *cities, const char *name) {
    uint32_t best = cities->count;
    for (uint32_t i = 0; i < cities->count; i++)
        if (strcasecmp(cities->list[i].name, name) == 0 &&
            (best == cities->count || cities->list[i].population > cities->list[best].population))
            best = i;
    return best;
}
