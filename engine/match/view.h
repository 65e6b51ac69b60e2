/* A view: the population as it counts on a batch date `d` at an instant `t` under one configuration.
 *
 * All that depends on one person alone is derived here, once per batch, into arrays by row: membership, age,
 * limits, normalised answers, freshness, importance, authenticity, risk. A whole rematch is a function of the view
 * and nothing else. The population and the configuration must outlive it. Immutable after view_new. */
#ifndef MATCHD_ENGINE_MATCH_VIEW_H
#define MATCHD_ENGINE_MATCH_VIEW_H

#include "engine/config/config.h"
#include "engine/population/population.h"

/* What a view is a function of, beside the population. */
struct batch {
    date_t date;    /* d */
    instant_t at;   /* t */
};

struct view {
    const struct population *population;
    const struct config *config;
    const struct params *global;
    struct batch batch;
    uint32_t count; /* rows */

    uint8_t *member;         /* 1: in the population (section 1) */
    int16_t *age;            /* whole years at d; -1 outside the finite dates */
    int16_t *age_min, *age_max; /* with null bounds resolved */
    double *unit;            /* 3 per row: the place on the unit sphere; NaN without coordinates */
    double *chord2_max;      /* the own distance limit as a squared chord on the unit sphere */
    double *authenticity;    /* section 5 */
    double *abuse;
    double *risk;
    double *importance;      /* CONSTRUCTS per row: imp_c(u) */
    uint16_t *answered;      /* scored items answered */
    uint8_t *segment;        /* enum policy_segment; all balanced when the mode is off */
    uint8_t *visual;         /* 1: has the visual signal */
    uint8_t *unknown;        /* 1: intent or a hard_constraint answer is unknown (defers every pair) */
    uint8_t *freshness;      /* k_i(u), item-major: [item * count + row], 1..63; 0 = not answered */

    /* By item. */
    int32_t evidence[ITEMS_MAX]; /* E_i; 0 = not scored */
    uint32_t scored_items;
    int64_t evidence_sum;        /* over scored items */
    double weight[CONSTRUCTS];   /* W_c */
    uint8_t intent_conflicts[8]; /* INTENT bits that exclude each intent */
};

struct view *view_new(const struct population *p, const struct config *config, struct batch batch);
void view_free(struct view *view);

/* The viewer's resolved parameters. */
const struct params *view_params(const struct view *view, uint32_t row);

#endif
