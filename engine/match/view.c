/* Putting a view together; the rules are in its parts (view_parts.h). */
#include "engine/match/view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/pool.h"
#include "engine/kernel/real.h"
#include "engine/match/view_parts.h"
#include "engine/population/facts.h"

enum { AGE_MAX_DEFAULT = 120 };

const struct params *view_params(const struct view *view, uint32_t row) {
    return config_params(view->config, COLUMN_OF(view->population, row, variant));
}

/* The large arrays are cleared by the threads that fill them. */
static void allocate(struct view *view) {
    size_t n = view->count, answers = n * view->items;
    view->member = mem_array(n, sizeof *view->member);
    view->age = mem_array(n, sizeof *view->age);
    view->age_min = mem_array(n, sizeof *view->age_min);
    view->age_max = mem_array(n, sizeof *view->age_max);
    view->gender = mem_array(n, sizeof *view->gender);
    view->seeking = mem_array(n, sizeof *view->seeking);
    view->intent = mem_array(n, sizeof *view->intent);
    view->place = mem_array(n, sizeof *view->place);
    view->unit = mem_array(n * 3, sizeof *view->unit);
    view->chord2_max = mem_array(n, sizeof *view->chord2_max);
    view->authenticity = mem_array(n, sizeof *view->authenticity);
    view->abuse = mem_array(n, sizeof *view->abuse);
    view->risk = mem_array(n, sizeof *view->risk);
    view->importance = mem_space(n * CONSTRUCTS, sizeof *view->importance);
    view->answered = mem_array(n, sizeof *view->answered);
    view->segment = mem_array(n, sizeof *view->segment);
    view->open = mem_array(n, sizeof *view->open);
    view->visual = mem_array(n, sizeof *view->visual);
    view->unknown = mem_array(n, sizeof *view->unknown);
    view->norm = mem_space(answers, sizeof *view->norm);
    view->freshness = mem_space(answers, sizeof *view->freshness);
    view->code = mem_space(answers, sizeof *view->code);
    view->attribute = mem_space(answers, sizeof *view->attribute);
}

void view_free(struct view *view) {
    if (view == NULL)
        return;
    void *arrays[] = {view->member, view->age,        view->age_min,      view->age_max,
                      view->gender, view->seeking,    view->intent,       view->place,
                      view->unit,   view->chord2_max, view->authenticity, view->abuse,
                      view->risk,   view->importance, view->answered,     view->segment,
                      view->visual, view->unknown,    view->norm,         view->freshness,
                      view->code,   view->attribute,  view->open};
    for (size_t i = 0; i < ARRAY_LEN(arrays); i++)
        free(arrays[i]);
    free(view);
}

/* W_c, in the order of the constructs. */
static void read_weights(struct view *view) {
    const struct params *g = view->global;
    const double weights[CONSTRUCTS] = {
        [CONSTRUCT_COMMUNICATION] = g->COMPATIBILITY_WEIGHT_COMMUNICATION,
        [CONSTRUCT_ATTACHMENT] = g->COMPATIBILITY_WEIGHT_ATTACHMENT,
        [CONSTRUCT_SEXUAL] = g->COMPATIBILITY_WEIGHT_SEXUAL,
        [CONSTRUCT_VALUES] = g->COMPATIBILITY_WEIGHT_VALUES,
        [CONSTRUCT_FAMILY] = g->COMPATIBILITY_WEIGHT_FAMILY,
        [CONSTRUCT_STRUCTURE] = g->COMPATIBILITY_WEIGHT_STRUCTURE,
        [CONSTRUCT_LIFESTYLE] = g->COMPATIBILITY_WEIGHT_LIFESTYLE,
        [CONSTRUCT_AVAILABILITY] = g->COMPATIBILITY_WEIGHT_AVAILABILITY,
    };
    memcpy(view->weight, weights, sizeof weights);
}

/* A namespace that is no UUID has not passed the configuration. */
static void read_name_space(struct view *view) {
    bool parsed = uuid_from_text(view->global->MATCHMAKING_NAMESPACE, &view->name_space);
    ASSERT(parsed);
}

/* Null bounds are MIN_AGE and 120 (section 2, rule 3). */
static void read_age_range(struct view *view, uint32_t row) {
    int16_t least = COLUMN_OF(view->population, row, min_age);
    int16_t most = COLUMN_OF(view->population, row, max_age);
    view->age_min[row] = least < 0 ? (int16_t)view->global->MIN_AGE : least;
    view->age_max[row] = most < 0 ? AGE_MAX_DEFAULT : most;
}

/* limit(u) = min(max_distance_km, GEO_MAX_DISTANCE_KM of u); null is no limit (rule 4). */
static void read_place(struct view *view, uint32_t row) {
    const struct population *p = view->population;
    double latitude = COLUMN_OF(p, row, latitude), longitude = COLUMN_OF(p, row, longitude);
    double *unit = view->unit + (size_t)row * 3;
    if (isnan(latitude) || isnan(longitude))
        unit[0] = unit[1] = unit[2] = NAN;
    else
        real_unit_sphere(latitude, longitude, unit);
    int32_t own = COLUMN_OF(p, row, max_distance_km);
    int32_t most = view_params(view, row)->GEO_MAX_DISTANCE_KM;
    view->chord2_max[row] = real_chord2_of_km(own == 0 || own > most ? most : own);
    view->place[row] = COLUMN_OF(p, row, place);
}

static void read_profile(struct view *view, uint32_t row) {
    const struct population *p = view->population;
    uint8_t gender = COLUMN_OF(p, row, gender);
    view->gender[row] = gender == GENDER_NULL ? 0 : GENDER_BIT(gender);
    view->seeking[row] = COLUMN_OF(p, row, seeking);
    view->intent[row] = COLUMN_OF(p, row, intent);
    bool balanced = strcmp(view->global->MATCH_GENDER_RESPONSIVE_MODE, "off") == 0;
    view->open[row] = population_open_offers(p, row, view->batch.at);
    view->segment[row] = balanced ? SEGMENT_BALANCED : COLUMN_OF(p, row, segment);
    read_age_range(view, row);
    read_place(view, row);
}

enum { ROWS_AT_ONCE = 1024 };

static void clear_rows(struct view *view, uint32_t first, uint32_t count) {
    size_t at = (size_t)first * view->items, answers = (size_t)count * view->items;
    memset(view->importance + (size_t)first * CONSTRUCTS, 0,
           count * CONSTRUCTS * sizeof *view->importance);
    memset(view->norm + at, 0, answers * sizeof *view->norm);
    memset(view->freshness + at, 0, answers);
    memset(view->code + at, 0, answers);
    memset(view->attribute + at, 0, answers);
}

static void read_rows(void *ctx, uint32_t unit) {
    struct view *view = ctx;
    uint32_t end =
        (unit + 1) * ROWS_AT_ONCE < view->count ? (unit + 1) * ROWS_AT_ONCE : view->count;
    clear_rows(view, unit * ROWS_AT_ONCE, end - unit * ROWS_AT_ONCE);
    for (uint32_t row = unit * ROWS_AT_ONCE; row < end; row++) {
        read_profile(view, row);
        view_read_answers(view, row);
        view_read_attributes(view, row);
        view_read_importance(view, row);
        view_read_visual(view, row);
        view_read_trust(view, row);
        view_read_membership(view, row);
    }
}

struct view *view_new(const struct population *p, const struct config *config, struct batch batch) {
    return view_new_by(p, config, batch, 1);
}

struct view *view_new_by(const struct population *p, const struct config *config,
                         struct batch batch, uint32_t threads) {
    struct view *view = mem_array(1, sizeof *view);
    view->population = p;
    view->config = config;
    view->global = config_global(config);
    view->batch = batch;
    date_to_text(batch.date, view->date_text);
    view->count = population_count(p);
    view->items = population_questionnaire(p)->count;
    allocate(view);
    read_weights(view);
    read_name_space(view);
    view_read_intent_conflicts(view);
    view_read_items(view);
    uint32_t units = (view->count + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE;
    struct pool *pool = pool_start(threads, units, read_rows, view);
    pool_wait(pool);
    pool_free(pool);
    return view;
}
