/* What codes are worth to each other: computed once per questionnaire, so that a viewer's tables
 * need a multiplication per code and no look at items. */
#include "engine/match/attributes.h"
#include "engine/match/item_value.h"
#include "engine/match/slot_face.h"

/* Greatest S over the answers that share a code of a plain item. */
static int32_t greatest_similarity(const struct slot_face *f, uint32_t code) {
    const struct slot *slot = f->slot;
    if (f->item->kind == ITEM_SCALE && slot->buckets < slot->levels) {
        int32_t most = 0;
        for (uint32_t level = 0; level < slot->levels; level++)
            if (level * slot->buckets / slot->levels == code) {
                int32_t value = item_similarity(f->item, f->code, level);
                most = value > most ? value : most;
            }
        return most;
    }
    if (slot->buckets == 1 && f->item->kind != ITEM_SCALE)
        return NORM;
    return item_similarity(f->item, f->code, f->item->kind == ITEM_MULTIPLE ? code + 1 : code);
}

/* Greatest value of one direction over the levels that share a bucket. */
static int32_t greatest_direction(const struct slot_face *f, uint32_t wanted) {
    const struct slot *slot = f->slot;
    int32_t most = 0;
    for (uint32_t level = 0; level < slot->levels; level++) {
        uint32_t bucket =
            slot->buckets >= slot->levels ? level : level * slot->buckets / slot->levels;
        if (bucket != wanted)
            continue;
        int32_t value = slot->part == SLOT_ANSWER
                            ? item_direction_value(f->item, f->item->norm[level],
                                                   attribute_norm(f->view, f->item, f->attribute))
                            : item_direction_value(f->item, f->item->norm[f->code],
                                                   attribute_norm(f->view, f->item, level));
        most = value > most ? value : most;
    }
    return most;
}

static int64_t rounded_up(int64_t value, int64_t unit) {
    return (value + unit - 1) / unit;
}

/* The weight of a single may be W_c rounded down: its values must not be. */
int64_t slot_face_value(const struct slot_face *f, uint32_t code) {
    bool floored = f->slot->construct == KERNEL_CONSTRUCTS && !f->whole;
    if (!f->slot->directional)
        return rounded_up((f->weight + floored) * greatest_similarity(f, code), NORM);
    if (f->slot->part == SLOT_ATTRIBUTE) {
        bool both = f->attribute != ROW_NONE;
        return rounded_up(f->weight * greatest_direction(f, code), both ? 2 * NORM : NORM);
    }
    if (f->attribute == ROW_NONE)
        return 0;
    bool both = (code & 1) != 0;
    return rounded_up(f->weight * greatest_direction(f, code / 2), both ? 2 * NORM : NORM) +
           (f->whole ? 0 : 1);
}

uint32_t slot_codes(const struct slot *slot) {
    return slot->directional && slot->part == SLOT_ANSWER ? slot->buckets * 2 : slot->buckets;
}

/* A viewer whose code in the deciding slot is `own`, if every answer has a code of its own. */
static struct slot_face face_of(const struct slots *slots, const struct view *view, uint32_t at,
                                uint32_t own) {
    const struct slot *slot = &slots->slot[at];
    const struct item *item = &population_questionnaire(view->population)->items[slot->item];
    struct slot_face face = {.slot = slot, .item = item, .view = view, .attribute = ROW_NONE};
    if (!slot->directional)
        face.code = item->kind == ITEM_MULTIPLE ? own + 1 : own;
    else if (slot->part == SLOT_ANSWER)
        face.attribute = own;
    else {
        face.code = own / 2;
        face.attribute = (own & 1) != 0 ? 0 : ROW_NONE;
    }
    return face;
}

static void weigh_codes(struct slots *slots, const struct view *view, uint32_t at, uint32_t own) {
    const struct slot *slot = &slots->slot[at];
    struct slot_values *values = &slots->values[at];
    struct slot_face face = face_of(slots, view, at, own);
    for (uint32_t code = 0; code < slot_codes(slot); code++) {
        face.whole = true;
        face.weight = slot->parts;
        values->parts[own][code] = (uint16_t)slot_face_value(&face, code);
        face.whole = false;
        face.weight = (int64_t)SIMILARITY_ALPHA * view->evidence[slot->item];
        int64_t value = slot_face_value(&face, code);
        values->alike[own][0][code] = (uint8_t)(value >> 7);
        values->alike[own][1][code] = (uint8_t)(value & 127);
    }
}

/* Least strain over the levels that share a code, for each own level. */
static void weigh_strain(struct slots *slots, const struct item *item, uint32_t at) {
    const struct slot *slot = &slots->slot[at];
    for (uint32_t own = slot->levels; own-- > 0;)
        for (uint32_t level = slot->levels; level-- > 0;) {
            uint32_t sum = (uint32_t)item->norm[own] + item->norm[level];
            slots->values[at].strain[slot_bucket(slot, own)][slot_bucket(slot, level)] =
                (uint8_t)(sum / slots->strain_unit);
        }
}

void slots_weigh(struct slots *slots, const struct view *view) {
    int32_t least = INT32_MAX;
    for (uint32_t at = 0; at < slots->layout.groups * 4; at++) {
        const struct slot *slot = &slots->slot[at];
        if (slot->part == SLOT_EMPTY)
            continue;
        least = view->evidence[slot->item] < least ? view->evidence[slot->item] : least;
        slots->alike_weight[at] = (uint32_t)(SIMILARITY_ALPHA * view->evidence[slot->item]);
        const struct item *item = &population_questionnaire(view->population)->items[slot->item];
        if (slot->strains)
            weigh_strain(slots, item, at);
        if (slot->parts == 0 && !slots->exact)
            continue;
        for (uint32_t own = 0; own < slot_codes(&slots->slot[slot_own(slot, at)]); own++)
            weigh_codes(slots, view, at, own);
    }
    /* Without a scored item nothing is rounded, and there is no least weight to multiply. */
    slots->alike_slack = 0x1p-20f;
    if (least < INT32_MAX)
        slots->alike_slack += SLOT_ROUNDING / (float)(SIMILARITY_ALPHA * least);
}
