/* The layout of slots: which item stands where, and what a person shows there. */
#include "engine/match/slots.h"

#include <math.h>
#include <string.h>

#include "engine/match/attributes.h"
#include "engine/match/item_value.h"
#include "engine/match/slot_face.h"

enum {
    CODES_USABLE = KERNEL_CODE_NONE, /* 0..14 */
    LEVELS_DIRECTIONAL = 7,          /* two codes a level */
    WEIGHT_MAX = 32600,              /* of a table */
    SUBSETS_MAX = 4 /* options of a multiple choice whose subsets have a code each */
};

/* W_c are looked at in ten-thousandths. */
static const double SINGLES_GRID = 10000.0;

static const struct item *item_of(const struct view *view, uint32_t i) {
    return &population_questionnaire(view->population)->items[i];
}

static bool has_importance(const struct view *view, int construct) {
    for (uint32_t i = 0; i < view->items; i++)
        if (item_of(view, i)->importance_of == construct)
            return true;
    return false;
}

static uint32_t scored_items_of(const struct view *view, int construct) {
    uint32_t count = 0;
    for (uint32_t n = 0; n < view->scored_items; n++)
        count += item_of(view, view->scored[n])->construct == construct;
    return count;
}

/* A construct of one plain item: its ratio is the item's value itself. */
static bool is_single(const struct view *view, int construct) {
    if (scored_items_of(view, construct) != 1 || has_importance(view, construct))
        return false;
    for (uint32_t n = 0; n < view->scored_items; n++) {
        const struct item *item = item_of(view, view->scored[n]);
        if (item->construct == construct)
            return item->direction == DIRECTION_SIMILARITY && !slot_face_strains(item);
    }
    return false;
}

/* Codes that an item's answers take in its slot, and whether each answer has one of its own. */
static uint32_t buckets_of(const struct item *item, bool *own) {
    bool directional = item->direction != DIRECTION_SIMILARITY;
    uint32_t room = directional ? LEVELS_DIRECTIONAL : CODES_USABLE;
    if (item->kind == ITEM_SCALE) {
        *own = item->level_count <= room;
        return item->level_count < room ? item->level_count : room;
    }
    if (item->kind == ITEM_NOMINAL) {
        *own = item->option_count <= room;
        return *own ? item->option_count : 1;
    }
    *own = item->kind == ITEM_MULTIPLE && item->option_count <= SUBSETS_MAX;
    return *own ? (1u << item->option_count) - 1 : 1;
}

static uint32_t greatest_common_divisor(uint32_t a, uint32_t b) {
    while (b != 0) {
        uint32_t rest = a % b;
        a = b;
        b = rest;
    }
    return a;
}

/* Least common multiple; 0 if there is none below 2^32, or either is 0. */
static uint32_t common_multiple(uint32_t a, uint32_t b) {
    if (a == 0 || b == 0)
        return 0;
    uint64_t multiple = (uint64_t)a / greatest_common_divisor(a, b) * b;
    return multiple > UINT32_MAX ? 0 : (uint32_t)multiple;
}

/* Greatest common divisor of all values of a plain item whose answers have a code each. */
static uint32_t value_unit(const struct item *item, uint32_t buckets) {
    uint32_t unit = NORM, shift = item->kind == ITEM_MULTIPLE;
    for (uint32_t a = 0; a < buckets; a++)
        for (uint32_t b = 0; b <= a; b++)
            unit = greatest_common_divisor((uint32_t)item_similarity(item, a + shift, b + shift),
                                           unit);
    return unit;
}

/* The same of one direction, halved; the mean of two is whole if that is even. */
static uint32_t direction_unit(const struct view *view, const struct item *item) {
    uint32_t unit = NORM;
    for (uint32_t level = 0; level < item->level_count; level++)
        unit = greatest_common_divisor(item->norm[level], unit);
    for (uint32_t level = 0; level < attribute_levels(view, item); level++)
        unit = greatest_common_divisor((uint32_t)attribute_norm(view, item, level), unit);
    return unit % 2 == 0 ? unit : 0;
}

static void fill_slot(struct slots *slots, const struct view *view, uint32_t at, uint32_t i,
                      uint32_t construct) {
    const struct item *item = item_of(view, i);
    bool own;
    struct slot *slot = &slots->slot[at];
    slot->part = SLOT_ANSWER;
    slot->construct = (uint8_t)construct;
    slot->item = i;
    slot->directional = item->direction != DIRECTION_SIMILARITY;
    slot->levels = item->kind == ITEM_SCALE ? item->level_count : 0;
    slot->buckets = buckets_of(item, &own);
    slots->exact = slots->exact && own;
    if (!slot->directional) {
        slot->parts = own ? NORM / value_unit(item, slot->buckets) : 0;
        return;
    }
    struct slot *attribute = slot + 1;
    *attribute = *slot;
    attribute->part = SLOT_ATTRIBUTE;
    attribute->levels = attribute_levels(view, item);
    attribute->buckets =
        attribute->levels < CODES_USABLE ? attribute->levels : (uint32_t)CODES_USABLE;
    slots->exact = slots->exact && attribute->levels <= CODES_USABLE;
    uint32_t unit = direction_unit(view, item);
    bool whole = own && attribute->levels <= CODES_USABLE && unit != 0;
    slot->parts = attribute->parts = whole ? 2 * NORM / unit : 0;
}

/* Less would leave the range of float when it is taken times an importance, or as a reciprocal. */
static const double WEIGHT_LEAST = 1e-20;

/* Places the items of one construct behind the others; false when there is no room. */
static bool place_construct(struct slots *slots, const struct view *view, int construct,
                            uint32_t number) {
    if (view->weight[construct] < WEIGHT_LEAST)
        return false;
    struct answer_layout *layout = &slots->layout;
    uint32_t at = layout->groups * 4, end = KERNEL_GROUPS_MAX * 4;
    layout->group_first[number] = (uint8_t)layout->groups;
    for (uint32_t n = 0; n < view->scored_items; n++) {
        const struct item *item = item_of(view, view->scored[n]);
        if (item->construct != construct)
            continue;
        uint32_t need = item->direction == DIRECTION_SIMILARITY ? 1 : 2;
        if (need == 2 && slot_face_strains(item))
            return false;
        if (at + need > end)
            return false;
        fill_slot(slots, view, at, view->scored[n], number);
        at += need;
        layout->has_strain[number] = layout->has_strain[number] || slot_face_strains(item);
    }
    layout->groups = (at + 3) / 4;
    layout->group_count[number] = (uint8_t)(layout->groups - layout->group_first[number]);
    layout->has_importance[number] = has_importance(view, construct);
    layout->weight[number] = (float)view->weight[construct];
    slots->construct[number] = (enum construct)construct;
    return true;
}

/* Table units of the singles: whole ones if the W_c are multiples of 1/10000 and all their values
 * then come out whole, else of 1/32600 of the greatest. */
static void weigh_singles(struct slots *slots, const double weights[4], uint32_t count) {
    uint32_t whole[4], unit = 0, parts = 1, most = 1;
    slots->singles_whole = true;
    for (uint32_t i = 0; i < count; i++) {
        whole[i] = (uint32_t)rint(weights[i] * SINGLES_GRID);
        slots->singles_whole = slots->singles_whole && slots->slot[i].parts != 0 &&
                               fabs(weights[i] * SINGLES_GRID - whole[i]) < 1e-9;
        unit = greatest_common_divisor(whole[i], unit);
        parts = common_multiple(parts, slots->slot[i].parts == 0 ? 1 : slots->slot[i].parts);
        most = whole[i] > most ? whole[i] : most;
    }
    uint32_t alpha = unit == 0 ? 0 : WEIGHT_MAX / (most / unit) / parts * parts;
    slots->singles_whole = slots->singles_whole && alpha > 0;
    double table_unit =
        slots->singles_whole ? unit / SINGLES_GRID / alpha : most / SINGLES_GRID / WEIGHT_MAX;
    slots->layout.singles_unit = (float)table_unit;
    for (uint32_t i = 0; i < count; i++)
        slots->singles_weight[i] =
            slots->singles_whole ? whole[i] / unit * alpha : (uint32_t)(weights[i] / table_unit);
}

/* Up to four single-item constructs share group 0. */
static uint32_t place_singles(struct slots *slots, const struct view *view) {
    uint32_t taken = 0, bits = 0;
    double most = 0.0, weights[4];
    for (int c = 0; c < CONSTRUCTS; c++)
        most = fmax(most, view->weight[c]);
    for (int c = 0; c < CONSTRUCTS && taken < 4; c++) {
        if (view->weight[c] < most / 1000.0 || view->weight[c] <= 0.0 || !is_single(view, c))
            continue;
        for (uint32_t n = 0; n < view->scored_items; n++)
            if (item_of(view, view->scored[n])->construct == c)
                fill_slot(slots, view, taken, view->scored[n], KERNEL_CONSTRUCTS);
        weights[taken++] = view->weight[c];
        bits |= 1u << c;
    }
    slots->layout.has_singles = taken > 0;
    slots->layout.groups = taken > 0 ? 1 : 0;
    weigh_singles(slots, weights, taken);
    return bits;
}

/* A bit for each scored item, another for each directional one; by evidence class. */
static bool place_bits(struct slots *slots, const struct view *view) {
    struct answer_layout *layout = &slots->layout;
    uint32_t bit = 0;
    for (uint32_t n = 0; n < view->scored_items; n++) {
        uint32_t i = view->scored[n];
        const struct item *item = item_of(view, i);
        uint32_t need = item->direction == DIRECTION_SIMILARITY ? 1 : 2;
        if (bit + need > 32 * KERNEL_WORDS_MAX)
            return false;
        slots->answered_bit[i] = bit;
        slots->attribute_bit[i] = need == 2 ? bit + 1 : ROW_NONE;
        for (uint32_t k = bit; k < bit + need; k++)
            layout->class_mask[item->evidence][k / 32] |= 1u << k % 32;
        slots->class_evidence[item->evidence] = view->evidence[i];
        layout->class_share[item->evidence] =
            (float)((double)view->evidence[i] / (double)view->evidence_sum);
        bit += need;
    }
    layout->words = (bit + 31) / 32;
    return true;
}

/* The greatest unit in which every strain is a whole number, if 255 of them are enough. */
static void choose_strain_unit(struct slots *slots, const struct view *view) {
    uint32_t unit = 0;
    for (uint32_t n = 0; n < view->scored_items; n++) {
        const struct item *item = item_of(view, view->scored[n]);
        for (uint32_t k = 0; slot_face_strains(item) && k < item->level_count; k++)
            unit = greatest_common_divisor(item->norm[k], unit);
    }
    uint32_t least = (2 * NORM + 254) / 255;
    slots->strain_unit = unit < least ? least : unit;
    bool whole = slots->strain_unit == unit || unit == 0;
    slots->strain_slack = 0.4f * 0x1p-12f + (whole ? 0.0f : 0.4f * (float)least / (2.0f * NORM));
    slots->layout.strain_unit = (float)slots->strain_unit / (2.0f * NORM);
}

/* What the tables of one range have in common. */
static void add_range(struct slots *slots, const struct view *view, uint32_t first,
                      uint32_t count) {
    struct slot_range *range = &slots->range[slots->range_count++];
    *range = (struct slot_range){.first = first * 4, .end = (first + count) * 4, .parts = 1};
    bool singles = slots->slot[range->first].construct == KERNEL_CONSTRUCTS;
    for (uint32_t at = range->first; at < range->end; at++) {
        struct slot *slot = &slots->slot[at];
        if (slot->part == SLOT_EMPTY)
            continue;
        slot->strains = slot_face_strains(item_of(view, slot->item));
        slot->weight = singles ? slots->singles_weight[at]
                               : (uint32_t)view->evidence[slot->item] / slots->evidence_unit;
        range->parts = common_multiple(range->parts, slot->parts);
    }
    if (singles)
        range->parts = slots->singles_whole;
    for (uint32_t at = range->first; at < range->end && range->parts != 0; at++) {
        struct slot *slot = &slots->slot[at];
        if (slot->part != SLOT_EMPTY)
            slot->factor = (singles ? slot->weight : range->parts) / slot->parts;
    }
}

static void place_ranges(struct slots *slots, const struct view *view) {
    const struct answer_layout *layout = &slots->layout;
    if (layout->has_singles)
        add_range(slots, view, 0, 1);
    for (uint32_t c = 0; c < layout->constructs; c++)
        add_range(slots, view, layout->group_first[c], layout->group_count[c]);
}

bool slots_init(struct slots *slots, const struct view *view) {
    memset(slots, 0, sizeof *slots);
    slots->exact = slots->complete = true;
    uint32_t singles = place_singles(slots, view);
    for (int c = 0; c < CONSTRUCTS; c++) {
        if ((singles >> c & 1) != 0 || scored_items_of(view, c) == 0)
            continue;
        if (view->weight[c] <= 0.0) {
            slots->complete = false;
            continue;
        }
        if (!place_construct(slots, view, c, slots->layout.constructs))
            return false;
        slots->layout.constructs++;
    }
    choose_strain_unit(slots, view);
    for (uint32_t n = 0; n < view->scored_items; n++)
        slots->evidence_unit = greatest_common_divisor((uint32_t)view->evidence[view->scored[n]],
                                                       slots->evidence_unit);
    place_ranges(slots, view);
    slots_weigh(slots, view);
    return place_bits(slots, view);
}

uint8_t slot_code(const struct slots *slots, const struct view *view, uint32_t at, uint32_t row,
                  uint8_t *fresh) {
    const struct slot *slot = &slots->slot[at];
    *fresh = 0;
    if (slot->part == SLOT_EMPTY)
        return KERNEL_CODE_NONE;
    uint8_t k = view->freshness[(size_t)row * view->items + slot->item];
    if (k == 0)
        return KERNEL_CODE_NONE;
    const struct item *item = item_of(view, slot->item);
    uint32_t attribute = slot->directional ? attribute_level(view, slot->item, row) : ROW_NONE;
    if (slot->part == SLOT_ATTRIBUTE) {
        *fresh = attribute == ROW_NONE ? 0 : k;
        return attribute == ROW_NONE ? KERNEL_CODE_NONE : slot_bucket(slot, attribute);
    }
    *fresh = slot->construct == KERNEL_CONSTRUCTS ? 1 : k;
    uint64_t code = view_answer(view, row, slot->item);
    if (slot->directional)
        return (uint8_t)(slot_bucket(slot, (uint32_t)code) * 2 + (attribute != ROW_NONE));
    if (item->kind == ITEM_SCALE)
        return slot_bucket(slot, (uint32_t)code);
    if (slot->buckets == 1)
        return 0;
    return (uint8_t)(item->kind == ITEM_MULTIPLE ? code - 1 : code);
}

void slots_answered(const struct slots *slots, const struct view *view, uint32_t row,
                    uint32_t words[KERNEL_WORDS_MAX]) {
    memset(words, 0, KERNEL_WORDS_MAX * sizeof *words);
    for (uint32_t n = 0; n < view->scored_items; n++) {
        uint32_t i = view->scored[n];
        if (view->freshness[(size_t)row * view->items + i] == 0)
            continue;
        uint32_t bit = slots->answered_bit[i];
        words[bit / 32] |= 1u << bit % 32;
        bit = slots->attribute_bit[i];
        if (bit != ROW_NONE && attribute_level(view, i, row) != ROW_NONE)
            words[bit / 32] |= 1u << bit % 32;
    }
}

void slots_row_answered(const struct slots *slots, const struct view *view, uint32_t row,
                        uint32_t words[KERNEL_WORDS_MAX]) {
    memset(words, 0, KERNEL_WORDS_MAX * sizeof *words);
    for (uint32_t n = 0; n < view->scored_items; n++) {
        uint32_t i = view->scored[n];
        if (view->freshness[(size_t)row * view->items + i] == 0)
            continue;
        uint32_t bit = slots->answered_bit[i];
        if (slots->attribute_bit[i] != ROW_NONE && attribute_level(view, i, row) == ROW_NONE)
            bit = slots->attribute_bit[i];
        words[bit / 32] |= 1u << bit % 32;
    }
}

uint8_t slots_children(const struct view *view, uint32_t row) {
    uint32_t i = view->children_item;
    if (i == ROW_NONE || item_of(view, i)->role == ROLE_HARD_CONSTRAINT)
        return 0;
    uint64_t code = view_answer(view, row, i);
    if (code == ANSWER_NONE)
        return 0;
    return code == item_of(view, i)->yes_code ? 1 : code == item_of(view, i)->no_code ? 2 : 0;
}
