/* The parts that a view is put together from: each derives some arrays of one row, or of the items.
 * They run in this order, and read only what the ones before have written. Inside engine/match
 * only. */
#ifndef MATCHD_ENGINE_MATCH_VIEW_PARTS_H
#define MATCHD_ENGINE_MATCH_VIEW_PARTS_H

#include "engine/match/view.h"

/* intents.c: MATCH_INTENT_CONFLICTS -> intent_conflicts. */
void view_read_intent_conflicts(struct view *view);
/* freshness.c: evidence, scored, constraint, children_item, evidence_sum, fresh. */
void view_read_items(struct view *view);

/* freshness.c: code, norm, freshness, answered, unknown. */
void view_read_answers(struct view *view, uint32_t row);
/* attributes.c: attribute. */
void view_read_attributes(struct view *view, uint32_t row);
/* importance.c: importance. */
void view_read_importance(struct view *view, uint32_t row);
/* affinity.c: visual. */
void view_read_visual(struct view *view, uint32_t row);
/* trust.c: abuse, authenticity, risk. */
void view_read_trust(struct view *view, uint32_t row);
/* membership.c: age, member. */
void view_read_membership(struct view *view, uint32_t row);

#endif
