/* One slot as it looks to a viewer: what each of its codes is worth. Inside engine/match only,
 * shared by slot_values.c and slot_tables.c. */
#ifndef MATCHD_ENGINE_MATCH_SLOT_FACE_H
#define MATCHD_ENGINE_MATCH_SLOT_FACE_H

#include "engine/match/slots.h"

struct slot_face {
    const struct slot *slot;
    const struct item *item;
    const struct view *view;
    uint64_t code;      /* the viewer's answer */
    uint32_t attribute; /* the viewer's attribute level, or ROW_NONE */
    int64_t weight;     /* alpha * E * k */
    bool whole;         /* every value comes out whole: nothing is rounded */
};

/* weight * S / NORM, rounded up, of the greatest S among the answers that share the code. */
int64_t slot_face_value(const struct slot_face *face, uint32_t code);
/* Codes that the slot's tables have values for. */
uint32_t slot_codes(const struct slot *slot);

/* Does the item count for strain? */
static inline bool slot_face_strains(const struct item *item) {
    return item->construct == CONSTRUCT_ATTACHMENT && item->is_facet && item->kind == ITEM_SCALE;
}

#endif
