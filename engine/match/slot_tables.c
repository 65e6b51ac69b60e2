/* A viewer's tables: what each code of each slot is worth to this viewer, as integers of 15 bits.
 *
 * Within a construct every weight is alpha * E_i * k_i(a), exactly (the E without their common
 * divisor), and every value alpha * E_i * k_i(a) * S / NORM, both below 2^15. S comes in few parts
 * of NORM (a slider of seven levels: sixths), so an alpha that is a multiple of all parts makes
 * every value whole, and the ratios of sums are the true ones. Where no such alpha fits, values are
 * rounded up: too high by less than one unit (a directional one, of two halves and a rounded mean,
 * by less than three), so a ratio of sums is too high by less than three units over the least
 * weight. */
#include <math.h>
#include <string.h>

#include "engine/match/attributes.h"
#include "engine/match/item_value.h"
#include "engine/match/slots.h"

enum { TABLE_MAX = 32700, ROUNDING_UNITS = 3 };

/* Relative error of the reciprocals that turn sums into ratios, twice (kernels/isa.h): taken
 * upwards by 2^-13 and off by 2^-14 either way. */
static const float RECIPROCALS = 2.0f * (0x1p-13f + 0x1p-14f) * 1.01f;

/* One slot as it looks to the viewer. */
struct face {
    const struct slot *slot;
    const struct item *item;
    const struct view *view;
    uint32_t row;
    uint64_t code;      /* the viewer's answer */
    uint32_t attribute; /* the viewer's attribute level, or ROW_NONE */
    int64_t weight;     /* alpha * E * k */
    bool whole;         /* every value comes out whole: nothing is rounded */
};

/* Greatest S over the answers that share a code of a plain item. */
static int32_t greatest_similarity(const struct face *f, uint32_t code) {
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
static int32_t greatest_direction(const struct face *f, uint32_t wanted) {
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
static int64_t table_value(const struct face *f, uint32_t code) {
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

/* Which slot carries the weight: the answer's, or the attribute's where only that direction is
 * left. */
static int64_t slot_weight(const struct face *f) {
    if (!f->slot->directional)
        return f->weight;
    bool by_answer = f->attribute != ROW_NONE;
    return by_answer == (f->slot->part == SLOT_ANSWER) ? f->weight : 0;
}

static uint32_t codes_of(const struct slot *slot) {
    return slot->directional && slot->part == SLOT_ANSWER ? slot->buckets * 2 : slot->buckets;
}

static void fill_table(const struct face *f, uint32_t at, struct answer_row *out) {
    uint32_t g = at / 4, s = at % 4;
    for (uint32_t code = 0; code < codes_of(f->slot); code++) {
        int64_t value = table_value(f, code);
        ASSERT(value >= 0 && value < 1 << 15);
        out->hi[g][s * KERNEL_CODES + code] = (uint8_t)(value >> 7);
        out->lo[g][s * KERNEL_CODES + code] = (uint8_t)(value & 127);
    }
    int64_t weight = slot_weight(f);
    out->weight_hi[g] |= (uint32_t)(weight >> 7) << 8 * s;
    out->weight_lo[g] |= (uint32_t)(weight & 127) << 8 * s;
}

/* Least strain over the levels that share a code. */
static void fill_strain(const struct slots *slots, const struct face *f, uint32_t at,
                        struct answer_row *out) {
    if (f->item->construct != CONSTRUCT_ATTACHMENT || !f->item->is_facet ||
        f->item->kind != ITEM_SCALE)
        return;
    const struct slot *slot = f->slot;
    uint32_t g = at / 4, s = at % 4;
    out->strain_on[g] |= 1u << 8 * s;
    for (uint32_t level = slot->levels; level-- > 0;) {
        uint32_t code =
            slot->buckets >= slot->levels ? level : level * slot->buckets / slot->levels;
        uint32_t sum = (uint32_t)f->item->norm[f->code] + f->item->norm[level];
        out->strain[g][s * KERNEL_CODES + code] = (uint8_t)(sum / slots->strain_unit);
    }
}

static int64_t weight_of(const struct slots *slots, const struct view *view, uint32_t at,
                         uint32_t row) {
    const struct slot *slot = &slots->slot[at];
    if (slot->part == SLOT_EMPTY)
        return 0;
    int64_t k = view->freshness[(size_t)row * view->items + slot->item];
    if (slot->construct == KERNEL_CONSTRUCTS)
        return k == 0 ? 0 : (int64_t)slots->singles_weight[at];
    return k * (view->evidence[slot->item] / (int32_t)slots->evidence_unit);
}

static void fill_slot(const struct slots *slots, const struct view *view, uint32_t row, uint32_t at,
                      int64_t weight, bool whole, struct answer_row *out) {
    const struct slot *slot = &slots->slot[at];
    const struct item *item = &population_questionnaire(view->population)->items[slot->item];
    struct face face = {
        .slot = slot,
        .item = item,
        .view = view,
        .row = row,
        .code = view_answer(view, row, slot->item),
        .attribute = slot->directional ? attribute_level(view, slot->item, row) : ROW_NONE,
        .weight = weight,
        .whole = whole,
    };
    fill_table(&face, at, out);
    fill_strain(slots, &face, at, out);
}

/* The weights of some groups, and what alpha makes every value whole. */
struct scale {
    int64_t most, least; /* weights before alpha; most 0: nothing is answered */
    int64_t alpha;
    bool whole;
};

static struct scale scale_of(const struct slots *slots, const struct view *view, uint32_t row,
                             uint32_t first, uint32_t count) {
    struct scale s = {.least = INT64_MAX};
    uint32_t parts = 1;
    for (uint32_t at = first * 4; at < (first + count) * 4; at++) {
        int64_t weight = weight_of(slots, view, at, row);
        if (weight == 0)
            continue;
        s.most = weight > s.most ? weight : s.most;
        s.least = weight < s.least ? weight : s.least;
        parts = slots_common_multiple(parts, slots->slot[at].parts);
    }
    if (s.most == 0)
        return s;
    int64_t room = TABLE_MAX / s.most;
    s.whole = parts != 0 && room >= parts;
    s.alpha = s.whole ? room / parts * parts : room;
    return s;
}

/* Fills the slots of groups first .. first + count - 1; returns how far their ratio may be too
 * high. */
static float fill_groups(const struct slots *slots, const struct view *view, uint32_t row,
                         uint32_t first, uint32_t count, struct answer_row *out) {
    struct scale s = scale_of(slots, view, row, first, count);
    if (s.most == 0)
        return 0.0f;
    if (slots->slot[first * 4].construct == KERNEL_CONSTRUCTS) {
        s.alpha = 1;
        s.whole = slots->singles_whole;
    }
    for (uint32_t at = first * 4; at < (first + count) * 4; at++) {
        int64_t weight = weight_of(slots, view, at, row);
        if (weight != 0)
            fill_slot(slots, view, row, at, s.alpha * weight, s.whole, out);
    }
    return s.whole ? 0.0f : ROUNDING_UNITS / (float)(s.alpha * s.least);
}

float slots_tables(const struct slots *slots, const struct view *view, uint32_t row,
                   struct answer_row *out) {
    memset(out, 0, sizeof *out);
    const struct answer_layout *layout = &slots->layout;
    float slack = 0.0f;
    if (layout->has_singles)
        slack = fill_groups(slots, view, row, 0, 1, out);
    for (uint32_t c = 0; c < layout->constructs; c++) {
        slack = fmaxf(slack, fill_groups(slots, view, row, layout->group_first[c],
                                         layout->group_count[c], out));
        out->importance[c] =
            (float)view->importance[(size_t)row * CONSTRUCTS + slots->construct[c]];
    }
    slots_row_answered(slots, view, row, out->answered);
    out->children = slots_children(view, row);
    return slack + slots->strain_slack + RECIPROCALS;
}

float slots_similarity_tables(const struct slots *slots, const struct view *view, uint32_t row,
                              struct answer_row *out) {
    memset(out, 0, sizeof *out);
    int64_t least = INT64_MAX;
    for (uint32_t at = 0; at < slots->layout.groups * 4; at++) {
        const struct slot *slot = &slots->slot[at];
        if (slot->part == SLOT_EMPTY ||
            view->freshness[(size_t)row * view->items + slot->item] == 0)
            continue;
        int64_t weight = (int64_t)SIMILARITY_ALPHA * view->evidence[slot->item];
        least = weight < least ? weight : least;
        fill_slot(slots, view, row, at, weight, false, out);
    }
    return ROUNDING_UNITS / (float)least + 0x1p-20f;
}
