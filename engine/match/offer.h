/* What one viewer gets: the ranked pool, the daily picks, the weekly anchor, the funnel (scoring.md
 * section 6). */
#ifndef MATCHD_ENGINE_MATCH_OFFER_H
#define MATCHD_ENGINE_MATCH_OFFER_H

#include "engine/match/pair.h"

enum { THEMES_MAX = 3, POOL_MAX = 1024, PICKS_MAX = 20 };

/* A candidate in the order of section 6: better_than is total, so no two are equal. */
struct ranked {
    double raw;
    uint32_t row;
    uint8_t mode;     /* enum mode */
    uint8_t accepted; /* 1: they accepted the viewer and that counts */
    const struct uuid *id;
};
/* Is x before y? */
bool ranked_before(const struct ranked *x, const struct ranked *y);

struct theme_list {
    const char *codes[THEMES_MAX];
    uint32_t count;
};
struct theme_list pair_themes(const struct view *view, const struct pair_score *score);

struct offer {
    uint32_t candidate;
    double raw, final;
    enum mode mode;
    int32_t score;    /* 0..100 */
    int32_t physical; /* 0..100; -1 = null */
    struct theme_list themes;
};

/* The single relaxation of the viewer's own limits that would add most eligible candidates. */
enum relaxation {
    RELAX_NONE,
    RELAX_DISTANCE, /* + 25 km, within GEO_MAX_DISTANCE_KM */
    RELAX_AGE_MIN,  /* - 2 years */
    RELAX_AGE_MAX,  /* + 2 years */
    RELAX_INTENT,   /* to `unsure` */
    RELAXATIONS
};

/* Where everybody but the viewer went: sum of gates + unranked = people - 1; sum of floors =
 * gates[GATE_NONE]. */
struct funnel {
    uint32_t gates[GATES];   /* candidates that each gate removed; GATE_NONE: eligible */
    uint32_t unranked;       /* passed every gate, but there is no construct to rank by */
    uint32_t floors[FLOORS]; /* of the eligible: fell to each floor; FLOOR_NONE: offerable */
    enum relaxation relaxation;
    uint32_t relaxation_adds; /* eligible candidates more (net of those that it would lose) */
};

struct viewer_result {
    uint32_t viewer;
    uint32_t eligible, offerable;
    struct ranked *pool; /* caller's array of POOL_MAX */
    uint32_t pool_count;
    struct offer picks[PICKS_MAX];
    uint32_t pick_count;
    bool has_anchor;
    struct offer anchor;
};

/* From a pool in order to picks and anchor; fills picks and anchor of `result`, as on an anchor
 * day. Reads viewer, pool and pool_count only, so any search may have found the pool. */
void offer_pick(const struct view *view, struct viewer_result *result);
/* The offer of an eligible, ranked pair, and the same for who has scored it with no gate failing.
 */
void offer_compose(const struct view *view, uint32_t viewer, uint32_t candidate, struct offer *out);
void offer_compose_scored(const struct view *view, uint32_t candidate,
                          const struct pair_score *score, struct offer *out);
/* UUIDv5 in MATCHMAKING_NAMESPACE of "{d}:{viewer}:{candidate}" (section 7): for who stores the
 * offer. Choosing it takes no hash. */
struct uuid offer_id(const struct view *view, uint32_t viewer, uint32_t candidate);

#endif
