/* What is remembered of pairs: blocks, reports, matches and offers. Valid after population_finish;
 * arrays belong to the population. */
#ifndef MATCHD_ENGINE_POPULATION_PAIRS_H
#define MATCHD_ENGINE_POPULATION_PAIRS_H

#include "engine/base/civil.h"
#include "engine/base/uuid.h"

struct population;

enum pair_kind { PAIR_BLOCK = 1, PAIR_REPORT = 2, PAIR_MATCH = 4 };

/* The others with whom a person has a block, a report or a match, either way; sorted by row. */
struct pair_list {
    const uint32_t *rows;
    const uint8_t *kinds; /* pair_kind bits */
    uint32_t count;
};
struct pair_list population_pairs(const struct population *p, uint32_t row);

/* Reports that count against a person: the newest created_at of each distinct reporter, ascending.
 */
struct report_list {
    const instant_t *newest;
    uint32_t count;
};
struct report_list population_reports(const struct population *p, uint32_t row);

enum offer_status {
    OFFER_OFFERED,
    OFFER_ACCEPTED,
    OFFER_PASSED,
    OFFER_NOT_NOW,
    OFFER_EXPIRED,
    OFFER_MATCHED
};

/* A row of match_offers. In memory an offer costs about 20 bytes, so what no rule reads is not
 * kept: the id orders offers of equal offered_at on the way in and is zero on the way out,
 * action_at is kept of passes, cooldown_until of not_now. */
struct offer_fact {
    struct uuid id;
    uint32_t viewer, candidate; /* rows */
    date_t batch_date;
    instant_t offered_at, expires_at, cooldown_until, action_at;
    bool has_cooldown, has_action_at;
    enum offer_status status;
    uint8_t compatibility_score;
};

/* The candidates that a person's offers name, and all offers of the pair in either direction.
 * `partners` are sorted by row; a partner is listed where the person was viewer or candidate. */
struct partner_list {
    const uint32_t *rows;
    uint32_t count;
};
struct partner_list population_partners(const struct population *p, uint32_t row);
/* Copies the offers of viewer for candidate, newest first (offered_at, then id), at most `room`;
 * returns how many there are. */
uint32_t population_offers(const struct population *p, uint32_t viewer, uint32_t candidate,
                           struct offer_fact *out, uint32_t room);
/* How many offers of the viewer are `offered` and unexpired at t. */
uint32_t population_open_offers(const struct population *p, uint32_t viewer, instant_t at);

#endif
