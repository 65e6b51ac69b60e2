/* How many offers a viewer gets at a batch (scoring.md section 6, offers.md section 4). */
#ifndef MATCHD_ENGINE_MATCH_QUOTA_H
#define MATCHD_ENGINE_MATCH_QUOTA_H

#include "engine/match/view.h"

struct quota {
    uint32_t room;        /* what the queue still takes; daily picks first, no anchor past it */
    uint32_t daily;       /* most daily picks, within the room */
    uint32_t provisional; /* most provisional ones among them */
    bool anchor;          /* a weekly anchor at all */
};
struct quota quota_of(const struct view *view, uint32_t viewer);

#endif
