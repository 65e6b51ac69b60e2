/* The inside of the funnel, shared by funnel.c (person by person) and funnel_tiles.c. Inside
 * engine/match only. */
#ifndef MATCHD_ENGINE_MATCH_FUNNEL_PARTS_H
#define MATCHD_ENGINE_MATCH_FUNNEL_PARTS_H

#include "engine/match/eligibility.h"
#include "engine/match/offer.h"
#include "engine/match/pair.h"

struct funnel_counting {
    const struct view *view;
    uint32_t viewer;
    struct limits relaxed[RELAXATIONS]; /* [RELAX_NONE]: the limits as they are */
    int64_t adds[RELAXATIONS];          /* eligible under each, less eligible now */
    struct funnel *funnel;
    bool with_floors; /* else they are counted elsewhere */
};

/* The funnel is for the caller to set. */
void funnel_begin(struct funnel_counting *counting, const struct view *view, uint32_t viewer);
/* One candidate, by the gates of the contract in their order. */
void funnel_count(struct funnel_counting *counting, uint32_t candidate);
/* The relaxation that adds most; ties by the order of the enum; none if nothing adds. */
void funnel_choose(struct funnel_counting *counting);

#endif
