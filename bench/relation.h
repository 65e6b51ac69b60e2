/* What two made-up people have had to do with each other: past offers, a match, a block, a report.
 * At most one relation exists for a pair, so no key of a table can come twice. */
#ifndef MATCHD_BENCH_RELATION_H
#define MATCHD_BENCH_RELATION_H

#include "bench/world.h"

enum { RELATION_OFFERS_MAX = 2, RELATION_THEMES_MAX = 2 };

struct relation_offer {
    struct uuid id;
    bool reversed; /* the viewer is `two` */
    date_t batch_date;
    instant_t offered_at, expires_at, cooldown_until, action_at;
    bool has_cooldown, has_action;
    enum offer_status status;
    uint8_t score, physical; /* physical 0 = null */
    const char *themes[RELATION_THEMES_MAX];
    uint8_t theme_count;
};

enum report_status {
    REPORT_PENDING,
    REPORT_IN_REVIEW,
    REPORT_RESOLVED,
    REPORT_DISMISSED,
    REPORT_STATUSES
};
extern const char *const REPORT_STATUS_NAMES[REPORT_STATUSES];

struct relation {
    uint32_t one, two; /* persons */
    struct uuid one_id, two_id;
    struct relation_offer offers[RELATION_OFFERS_MAX];
    uint32_t offer_count;
    bool has_match, match_is_active, has_block, has_report;
    struct uuid match_id, block_id, report_id;
    instant_t match_at, match_closed_at, block_at; /* `one` blocks `two` */
    instant_t report_at, report_closed_at;         /* `one` reports `two` */
    enum report_status report_status;
};

/* Calls `visit` for every relation of the world, in an order that is always the same. False as soon
 * as `visit` returns false. A dense world has none. */
typedef bool relation_visit(void *ctx, const struct relation *relation);
bool relations_each(const struct world *world, relation_visit *visit, void *ctx);

#endif
