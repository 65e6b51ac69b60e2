/* A view: the population as it counts on a batch date `d` at an instant `t` under one
 * configuration.
 *
 * All that depends on one person alone is derived here, once per batch, into arrays by row:
 * membership, age, limits, normalised answers, freshness, importance, authenticity, risk. A whole
 * rematch is a function of the view and nothing else. The population and the configuration must
 * outlive it. Immutable after view_new.
 *
 *   what                                scoring.md   derived in
 *   member                              1            membership.c
 *   age, limits, place, intent          2            view.c
 *   norm, freshness, answered, unknown  3            freshness.c
 *   importance                          3            importance.c
 *   visual                              4            affinity.c
 *   authenticity, abuse, risk           5            trust.c
 */
#ifndef MATCHD_ENGINE_MATCH_VIEW_H
#define MATCHD_ENGINE_MATCH_VIEW_H

#include "engine/config/config.h"
#include "engine/population/population.h"

/* What a view is a function of, beside the population. */
struct batch {
    date_t date;  /* d */
    instant_t at; /* t */
};

/* In `norm`: the item is no scale, or is not answered. */
enum { NORM_NONE = 0xffff };
/* In `code`: not answered, or a code that does not fit a byte. In `attribute`: unknown. */
enum { CODE_WIDE = 0xff, LEVEL_NONE = 0xff };
enum { FRESH_DAYS = 2048 };

/* What the sums over scored items need of one, in one piece: an item itself fills several cache
 * lines. */
struct scored_item {
    uint32_t item;
    int32_t evidence; /* E_i */
    uint8_t construct;
    bool plain;   /* a scale of direction similarity: S_i is NORM - |N_a - N_b| */
    bool strains; /* an attachment facet */
};

struct view {
    const struct population *population;
    const struct config *config;
    const struct params *global;
    struct batch batch;
    uint32_t count; /* rows */
    uint32_t items; /* of the questionnaire; the width of norm and freshness */

    uint8_t *member;  /* 1: in the population (section 1) */
    int16_t *age;     /* whole years at d; -1 outside the finite dates or before birth */
    int16_t *age_min; /* with null bounds resolved */
    int16_t *age_max;
    uint8_t *gender;    /* GENDER_BIT of the own gender; 0 for null */
    uint8_t *seeking;   /* GENDER_BITs */
    uint8_t *intent;    /* enum intent */
    uint32_t *place;    /* number of (city, region, country) */
    double *unit;       /* 3 per row: the place on the unit sphere; NaN without coordinates */
    double *chord2_max; /* the own distance limit as a squared chord on the unit sphere */
    double *authenticity;
    double *abuse;
    double *risk;
    double *importance; /* CONSTRUCTS per row: imp_c(u) */
    uint16_t *answered; /* scored items answered */
    uint8_t *segment;   /* enum policy_segment; all balanced when the mode is off */
    uint32_t *open;     /* open offers at t: offered and not expired */
    uint8_t *visual;    /* 1: has the visual signal */
    uint8_t *unknown;   /* 1: intent or a hard_constraint answer is unknown (defers every pair) */
    uint16_t *norm;     /* [row * items + item]: N of an answered scale, 0..NORM; else NORM_NONE */
    uint8_t *freshness; /* [row * items + item]: k_i(u), 1..63; 0 = not answered */
    uint8_t *code;      /* [row * items + item]: scales and single choices; see view_answer */
    uint8_t *attribute; /* [row * items + item]: directional items: the own level; LEVEL_NONE */

    /* By item. */
    int32_t evidence[ITEMS_MAX];               /* E_i; 0 = not scored */
    uint32_t scored[ITEMS_MAX];                /* indices of the scored items, in order */
    struct scored_item scored_item[ITEMS_MAX]; /* the same, with what their sums need */
    uint32_t scored_items;
    uint32_t constraint[ITEMS_MAX]; /* indices of the hard_constraint items, in order */
    uint32_t constraint_items;
    uint32_t children_item;      /* the item with key children, or ROW_NONE */
    int64_t evidence_sum;        /* over scored items */
    double weight[CONSTRUCTS];   /* W_c */
    uint8_t fresh[FRESH_DAYS];   /* k_i by the answer's age in days, of those under FRESH_DAYS */
    uint8_t intent_conflicts[8]; /* by intent: bits (1 << intent) of those that it excludes */
    struct uuid name_space;      /* MATCHMAKING_NAMESPACE */
    char date_text[DATE_TEXT];   /* batch.date, as in ids of offers */
};

struct view *view_new(const struct population *p, const struct config *config, struct batch batch);
/* The same by so many threads. */
struct view *view_new_by(const struct population *p, const struct config *config,
                         struct batch batch, uint32_t threads);
void view_free(struct view *view);

/* Does every pair of MATCH_INTENT_CONFLICTS name two intents? Others exclude nobody. */
bool view_intent_conflicts_known(const struct params *params);

/* The code of an answer (item.h), ANSWER_NONE without one. */
static inline uint64_t view_answer(const struct view *view, uint32_t row, uint32_t item) {
    size_t at = (size_t)row * view->items + item;
    if (view->code[at] != CODE_WIDE)
        return view->code[at];
    return view->freshness[at] == 0 ? ANSWER_NONE : population_answer(view->population, row, item);
}

/* The viewer's resolved parameters. */
const struct params *view_params(const struct view *view, uint32_t row);

#endif
