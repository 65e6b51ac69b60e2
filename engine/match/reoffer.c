/* The re-offer rules of offers.md section 4, seen from the viewer a and with the viewer's settings.
 */
#include "engine/match/reoffer.h"

#include <stdlib.h>

#include "engine/base/ascending.h"
#include "engine/base/mem.h"
#include "engine/match/pair.h"

enum { OFFERS_ON_STACK = 16 };

/* The offers of one person for another, newest first. */
struct history {
    struct offer_fact few[OFFERS_ON_STACK];
    struct offer_fact *many; /* when there are more; else NULL */
    const struct offer_fact *offers;
    uint32_t count;
};

static void history_init(struct history *h, const struct view *view, uint32_t viewer,
                         uint32_t candidate) {
    const struct population *p = view->population;
    h->many = NULL;
    h->offers = h->few;
    h->count = population_offers(p, viewer, candidate, h->few, OFFERS_ON_STACK);
    if (h->count <= OFFERS_ON_STACK)
        return;
    h->many = mem_array(h->count, sizeof *h->many);
    h->offers = h->many;
    h->count = population_offers(p, viewer, candidate, h->many, h->count);
}

static void history_release(struct history *h) {
    free(h->many);
}

/* Has either ever had an offer for the other? */
static bool are_partners(const struct view *view, uint32_t a, uint32_t b) {
    struct partner_list list = population_partners(view->population, a);
    return ascending_place(list.rows, list.count, b) < list.count;
}

static bool is_undecided(const struct offer_fact *offer) {
    return offer->status == OFFER_OFFERED || offer->status == OFFER_ACCEPTED;
}

/* A live offer for b (`offered` or `accepted` and unexpired), or any with the same batch date. */
static bool has_current_offer(const struct view *view, const struct history *own) {
    for (uint32_t i = 0; i < own->count; i++) {
        const struct offer_fact *offer = &own->offers[i];
        if (is_undecided(offer) && offer->expires_at > view->batch.at)
            return true;
        if (offer->batch_date == view->batch.date)
            return true;
    }
    return false;
}

/* a's newest offer for b is `not_now`, and its cooldown is not over. */
static bool is_cooling_down(const struct view *view, const struct history *own) {
    if (own->count == 0 || own->offers[0].status != OFFER_NOT_NOW)
        return false;
    return own->offers[0].has_cooldown && own->offers[0].cooldown_until > view->batch.at;
}

/* a's newest offer for b expired less than MATCH_EXPIRED_COOLDOWN_DAYS ago. */
static bool has_expired_lately(const struct view *view, const struct history *own,
                               const struct params *params) {
    if (own->count == 0)
        return false;
    const struct offer_fact *newest = &own->offers[0];
    bool ran_out = is_undecided(newest) && newest->expires_at <= view->batch.at;
    if (newest->status != OFFER_EXPIRED && !ran_out)
        return false;
    return view->batch.at <
           instant_plus_days(newest->expires_at, params->MATCH_EXPIRED_COOLDOWN_DAYS);
}

/* All passes between two people. */
struct passes {
    uint32_t count;
    instant_t last; /* when the last one was made */
    uint32_t passer;
    uint8_t score; /* of the passed offer; of the last one counted, used when there is just one */
};

/* A pass without action_at counts from offered_at. */
static instant_t passed_at(const struct offer_fact *offer) {
    return offer->has_action_at ? offer->action_at : offer->offered_at;
}

static void count_passes(struct passes *passes, const struct history *h) {
    for (uint32_t i = 0; i < h->count; i++) {
        const struct offer_fact *offer = &h->offers[i];
        if (offer->status != OFFER_PASSED)
            continue;
        instant_t at = passed_at(offer);
        if (passes->count == 0 || at > passes->last)
            passes->last = at;
        passes->count++;
        passes->passer = offer->viewer;
        passes->score = offer->compatibility_score;
    }
}

/* A pass forbids, unless a rematch is allowed, or one pass may be reconsidered. */
static struct reoffer judge_passes(const struct view *view, const struct passes *passes,
                                   const struct params *params) {
    if (passes->count == 0)
        return (struct reoffer){.allowed = true};
    instant_t now = view->batch.at;
    if (params->ALLOW_REMATCH_AFTER_PASS &&
        now >= instant_plus_days(passes->last, params->REMATCH_COOLDOWN_DAYS))
        return (struct reoffer){.allowed = true};
    if (params->PASS_RECONSIDERATION_ENABLED && passes->count == 1 &&
        now >= instant_plus_days(passes->last, params->PASS_COOLDOWN_DAYS))
        return (struct reoffer){.allowed = true,
                                .needs_uplift = true,
                                .passer = passes->passer,
                                .passed_score = passes->score};
    return (struct reoffer){.allowed = false};
}

/* Only when a's own offers forbid nothing are b's looked up, which lie elsewhere in memory. */
struct reoffer reoffer_judge(const struct view *view, uint32_t a, uint32_t b) {
    if (!are_partners(view, a, b))
        return (struct reoffer){.allowed = true};
    const struct params *params = view_params(view, a);
    struct history own, theirs;
    history_init(&own, view, a, b);
    struct reoffer verdict = {.allowed = false};
    if (!has_current_offer(view, &own) && !is_cooling_down(view, &own) &&
        !has_expired_lately(view, &own, params)) {
        struct passes passes = {0};
        count_passes(&passes, &own);
        history_init(&theirs, view, b, a);
        count_passes(&passes, &theirs);
        history_release(&theirs);
        verdict = judge_passes(view, &passes, params);
    }
    history_release(&own);
    return verdict;
}

bool pair_accepted_by(const struct view *view, uint32_t a, uint32_t b) {
    if (!are_partners(view, a, b))
        return false;
    struct history theirs;
    history_init(&theirs, view, b, a);
    bool accepted = false;
    for (uint32_t i = 0; i < theirs.count; i++)
        if (theirs.offers[i].status == OFFER_ACCEPTED &&
            theirs.offers[i].expires_at > view->batch.at)
            accepted = true;
    history_release(&theirs);
    return accepted;
}
