/* S_i of an item that both people answered, for callers that have looked (pair_item_value looks
 * itself). */
#ifndef MATCHD_ENGINE_MATCH_ITEM_VALUE_H
#define MATCHD_ENGINE_MATCH_ITEM_VALUE_H

#include "engine/match/pair.h"

/* 0..NORM; -1 if a directional item has no direction left: the pair counts as not having answered
 * it. */
int32_t item_value_answered(const struct view *view, uint32_t item, uint32_t a, uint32_t b);

#endif
