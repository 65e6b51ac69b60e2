/* S_i of an item that both people answered, for callers that have looked (pair_item_value looks
 * itself). */
#ifndef MATCHD_ENGINE_MATCH_ITEM_VALUE_H
#define MATCHD_ENGINE_MATCH_ITEM_VALUE_H

#include <stdlib.h>

#include "engine/match/pair.h"

/* Slider or ordinal, similarity: 1 - abs(n_a - n_b). */
static inline int32_t item_value_plain(int32_t n_a, int32_t n_b) {
    return NORM - abs(n_a - n_b);
}
/* 0..NORM; -1 if a directional item has no direction left: the pair counts as not having answered
 * it. */
int32_t item_value_answered(const struct view *view, uint32_t item, uint32_t a, uint32_t b);
/* The same of two codes of an item of direction similarity; -1 for text. */
int32_t item_similarity(const struct item *item, uint64_t a, uint64_t b);
/* One direction of a directional item: n of the answer against N of the other's attribute. */
int32_t item_direction_value(const struct item *item, int32_t n, int32_t attribute);

#endif
