/* What a directional item is held against on the other person: an answer to a scale, or a habit of
 * the profile (scoring.md sections 0 and 3). */
#ifndef MATCHD_ENGINE_MATCH_ATTRIBUTES_H
#define MATCHD_ENGINE_MATCH_ATTRIBUTES_H

#include "engine/match/view.h"

/* Levels that the item's attribute can have. */
uint32_t attribute_levels(const struct view *view, const struct item *item);
/* The person's level of an item's attribute, or ROW_NONE if unknown. */
static inline uint32_t attribute_level(const struct view *view, uint32_t item, uint32_t row) {
    uint8_t level = view->attribute[(size_t)row * view->items + item];
    return level == LEVEL_NONE ? ROW_NONE : level;
}
/* N of a level, 0..NORM. */
int32_t attribute_norm(const struct view *view, const struct item *item, uint32_t level);

#endif
