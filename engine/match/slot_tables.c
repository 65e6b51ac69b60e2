/* A viewer's tables: what each code of each slot is worth to this viewer, as integers of 15 bits.
 *
 * Within a construct every weight is alpha * E_i * k_i(a), exactly (the E without their common
 * divisor), and every value alpha * E_i * k_i(a) * S / NORM, both below 2^15. S comes in few parts
 * of NORM (a slider of seven levels: sixths), so an alpha that is a multiple of all parts makes
 * every value whole: a prepared number of parts (slot_values.c) times one factor per slot, and the
 * ratios of sums are the true ones. Where no such alpha fits, values are rounded up: too high by
 * less than one unit (a directional one, of two halves and a rounded mean, by less than three), so
 * a ratio of sums is too high by less than three units over the least weight. */
#include <math.h>
#include <string.h>

#include "engine/match/attributes.h"
#include "engine/match/slot_face.h"

enum { TABLE_MAX = 32600 };

/* Relative error of the reciprocals that turn sums into ratios, twice (kernel/isa.h): taken
 * upwards by 2^-13 and off by 2^-14 either way. */
static const float RECIPROCALS = 2.0f * (0x1p-13f + 0x1p-14f) * 1.01f;

static void add_weight(uint32_t at, uint32_t weight, struct answer_row *out) {
    out->weight_hi[at / 4] |= (weight >> 7) << 8 * (at % 4);
    out->weight_lo[at / 4] |= (weight & 127) << 8 * (at % 4);
}

/* Which slot carries the weight: the answer's, or the attribute's where only that direction is
 * left. */
static bool carries_weight(const struct slot *slot, bool attribute_known) {
    return !slot->directional || attribute_known == (slot->part == SLOT_ANSWER);
}

static void fill_strain(const struct slots *slots, uint32_t at, uint8_t own,
                        struct answer_row *out) {
    if (!slots->slot[at].strains)
        return;
    out->strain_on[at / 4] |= 1u << 8 * (at % 4);
    memcpy(&out->strain[at / 4][at % 4 * KERNEL_CODES], slots->values[at].strain[own],
           KERNEL_CODES);
}

typedef uint16_t values_u16x16 __attribute__((vector_size(32)));
typedef uint8_t values_u8x16 __attribute__((vector_size(16)));

/* unit * parts, of all codes at once: 100,000 people have 14 million slots a search. */
static void write_values(const uint16_t parts[KERNEL_CODES], uint16_t unit, uint8_t *hi,
                         uint8_t *lo) {
    values_u16x16 value;
    memcpy(&value, parts, sizeof value);
    value *= unit;
    values_u8x16 high = __builtin_convertvector(value >> 7, values_u8x16);
    values_u8x16 low = __builtin_convertvector(value & 127, values_u8x16);
    memcpy(hi, &high, sizeof high);
    memcpy(lo, &low, sizeof low);
}

/* A slot whose values are whole multiples of `unit`, the viewer's weight over slot.parts. */
static void fill_whole(const struct slots *slots, uint32_t at, uint32_t unit,
                       const uint8_t codes[SLOTS_MAX], struct answer_row *out) {
    const struct slot *slot = &slots->slot[at];
    uint8_t own = codes[slot_own(slot, at)];
    write_values(slots->values[at].parts[own], (uint16_t)unit,
                 &out->hi[at / 4][at % 4 * KERNEL_CODES], &out->lo[at / 4][at % 4 * KERNEL_CODES]);
    bool known = slot->part == SLOT_ANSWER ? own != KERNEL_CODE_NONE : (own & 1) != 0;
    if (carries_weight(slot, known))
        add_weight(at, unit * slot->parts, out);
    fill_strain(slots, at, own, out);
}

/* A slot with values that must be rounded. */
static void fill_rounded(const struct slots *slots, const struct view *view, uint32_t row,
                         uint32_t at, int64_t weight, struct answer_row *out) {
    const struct slot *slot = &slots->slot[at];
    struct slot_face face = {
        .slot = slot,
        .item = &population_questionnaire(view->population)->items[slot->item],
        .view = view,
        .code = view_answer(view, row, slot->item),
        .attribute = slot->directional ? attribute_level(view, slot->item, row) : ROW_NONE,
        .weight = weight,
    };
    uint32_t g = at / 4, s = at % 4;
    for (uint32_t code = 0; code < slot_codes(slot); code++) {
        int64_t value = slot_face_value(&face, code);
        ASSERT(value >= 0 && value < 1 << 15);
        out->hi[g][s * KERNEL_CODES + code] = (uint8_t)(value >> 7);
        out->lo[g][s * KERNEL_CODES + code] = (uint8_t)(value & 127);
    }
    if (carries_weight(slot, face.attribute != ROW_NONE))
        add_weight(at, (uint32_t)weight, out);
    fill_strain(slots, at, slot->strains ? slot_bucket(slot, (uint32_t)face.code) : 0, out);
}

/* Weights before alpha, of some slots; most 0: nothing is answered. */
struct weights {
    uint32_t of[SLOTS_MAX];
    uint32_t most, least;
};

static void read_weights(const struct slots *slots, const struct view *view, uint32_t row,
                         const struct slot_range *range, struct weights *out) {
    const uint8_t *freshness = view->freshness + (size_t)row * view->items;
    out->most = 0;
    out->least = UINT32_MAX;
    for (uint32_t at = range->first; at < range->end; at++) {
        const struct slot *slot = &slots->slot[at];
        uint32_t k = slot->part == SLOT_EMPTY ? 0 : freshness[slot->item];
        uint32_t weight =
            slot->construct == KERNEL_CONSTRUCTS && k > 0 ? slot->weight : k * slot->weight;
        out->of[at] = weight;
        if (weight == 0)
            continue;
        out->most = weight > out->most ? weight : out->most;
        out->least = weight < out->least ? weight : out->least;
    }
}

/* Fills a range of slots; returns how far their ratio may be too high. */
static float fill_range(const struct slots *slots, const struct view *view, uint32_t row,
                        const struct slot_range *range, const uint8_t codes[SLOTS_MAX],
                        struct answer_row *out) {
    struct weights weights;
    read_weights(slots, view, row, range, &weights);
    if (weights.most == 0)
        return 0.0f;
    bool singles = slots->slot[range->first].construct == KERNEL_CONSTRUCTS;
    uint32_t room = singles ? 1 : TABLE_MAX / weights.most;
    bool whole = range->parts != 0 && room >= range->parts;
    uint32_t units = whole ? room / range->parts : 0;
    for (uint32_t at = range->first; at < range->end; at++) {
        uint32_t weight = weights.of[at];
        if (weight == 0)
            continue;
        uint32_t factor = slots->slot[at].factor;
        if (whole)
            fill_whole(slots, at, singles ? factor : units * factor * weight, codes, out);
        else
            fill_rounded(slots, view, row, at, (int64_t)room * weight, out);
    }
    return whole ? 0.0f : SLOT_ROUNDING / (float)(room * weights.least);
}

/* Only the groups in use: a row has room for all that there may be. */
static void clear(const struct slots *slots, struct answer_row *out) {
    uint32_t groups = slots->layout.groups;
    memset(out->hi, 0, groups * sizeof out->hi[0]);
    memset(out->lo, 0, groups * sizeof out->lo[0]);
    memset(out->strain, 0, groups * sizeof out->strain[0]);
    memset(out->weight_hi, 0, sizeof out->weight_hi);
    memset(out->weight_lo, 0, sizeof out->weight_lo);
    memset(out->strain_on, 0, sizeof out->strain_on);
}

float slots_tables(const struct slots *slots, const struct view *view, uint32_t row,
                   const uint8_t codes[SLOTS_MAX], struct answer_row *out) {
    clear(slots, out);
    float slack = 0.0f;
    for (uint32_t i = 0; i < slots->range_count; i++)
        slack = fmaxf(slack, fill_range(slots, view, row, &slots->range[i], codes, out));
    return slack + slots->strain_slack + RECIPROCALS;
}

float slots_similarity_tables(const struct slots *slots, const uint8_t codes[SLOTS_MAX],
                              struct answer_row *out) {
    clear(slots, out);
    for (uint32_t at = 0; at < slots->layout.groups * 4; at++) {
        const struct slot *slot = &slots->slot[at];
        uint8_t own = slot->part == SLOT_EMPTY ? KERNEL_CODE_NONE : codes[slot_own(slot, at)];
        bool answered = slot->part != SLOT_ANSWER || codes[at] != KERNEL_CODE_NONE;
        if (own == KERNEL_CODE_NONE || !answered)
            continue;
        memcpy(&out->hi[at / 4][at % 4 * KERNEL_CODES], slots->values[at].alike[own][0],
               KERNEL_CODES);
        memcpy(&out->lo[at / 4][at % 4 * KERNEL_CODES], slots->values[at].alike[own][1],
               KERNEL_CODES);
        if (carries_weight(slot, slot->part == SLOT_ANSWER || (own & 1) != 0))
            add_weight(at, slots->alike_weight[at], out);
    }
    return slots->alike_slack;
}
