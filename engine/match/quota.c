/* Quotas and caps, from the viewer's settings and open offers. */
#include "engine/match/quota.h"

#include "engine/match/offer.h"

/* How many offers the queue still takes. */
static uint32_t queue_room(const struct view *view, uint32_t viewer, const struct params *params) {
    int32_t cap = view->segment[viewer] == SEGMENT_HIGH_INBOUND
                      ? params->MATCH_HIGH_INBOUND_QUEUE_CAP
                      : params->MATCH_ACTIVE_QUEUE_CAP;
    uint32_t open = view->open[viewer];
    return open >= (uint32_t)cap ? 0 : (uint32_t)cap - open;
}

static uint32_t least_of(uint32_t x, uint32_t y) {
    return x < y ? x : y;
}

struct quota quota_of(const struct view *view, uint32_t viewer) {
    const struct params *params = view_params(view, viewer);
    uint32_t room = queue_room(view, viewer, params);
    return (struct quota){
        .room = room,
        .daily = least_of((uint32_t)params->MATCHES_PER_DAY_DEFAULT, least_of(room, PICKS_MAX)),
        .provisional = (uint32_t)params->MATCH_PROVISIONAL_MAX_OFFERS,
        .anchor = params->ANCHOR_MATCHES_PER_WEEK > 0,
    };
}
