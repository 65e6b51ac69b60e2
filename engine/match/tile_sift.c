#include "engine/match/tile_sift.h"

#include <math.h>
#include <string.h>

/* Floats and doubles that are multiplied into a factor are off by less. */
static const double LESS = 1.0 - 1e-6, MORE = 1.0 + 1e-6;

/* f, h and sum(W) of kernel/sift.h. */
struct fit_terms {
    double fit, half_side, sum;
};

static struct fit_terms fit_terms(const struct tiles *tiles) {
    const struct slots *slots = &tiles->slots;
    const struct questionnaire *q = population_questionnaire(tiles->view->population);
    struct fit_terms t = {.fit = (double)tiles->terms.fit,
                          .half_side = 0.15 * (double)tiles->terms.side_fit};
    for (uint32_t at = 0; at < 4 && slots->layout.has_singles; at++)
        if (slots->slot[at].part != SLOT_EMPTY)
            t.sum += tiles->view->weight[q->items[slots->slot[at].item].construct];
    for (uint32_t c = 0; c < slots->layout.constructs; c++)
        t.sum += tiles->view->weight[slots->construct[c]];
    return t;
}

/* Least and greatest importance that anybody can give. */
static const double IMPORTANCE_LEAST = 0.5, IMPORTANCE_MOST = 1.5;

/* The least sum(W imp) of anybody. */
static double least_sum(const struct tiles *tiles, double sum) {
    const struct slots *slots = &tiles->slots;
    for (uint32_t c = 0; c < slots->layout.constructs; c++)
        if (slots->layout.has_importance[c])
            sum -= (1.0 - IMPORTANCE_LEAST) * tiles->view->weight[slots->construct[c]];
    return sum;
}

/* The greatest factor of a construct's loss. */
static double greatest_factor(const struct tiles *tiles, const struct fit_terms *t, uint32_t c) {
    double weight = tiles->view->weight[tiles->slots.construct[c]];
    if (!tiles->slots.layout.has_importance[c])
        return weight / t->sum;
    double most = IMPORTANCE_MOST * weight;
    double others = least_sum(tiles, t->sum) - IMPORTANCE_LEAST * weight;
    return weight * t->fit / t->sum + 2.0 * t->half_side * most / (most + others);
}

static uint32_t slots_in(const struct slots *slots, uint32_t first_group, uint32_t groups) {
    uint32_t end = 0;
    for (uint32_t at = first_group * 4; at < (first_group + groups) * 4; at++)
        if (slots->slot[at].part != SLOT_EMPTY)
            end = at + 1;
    return end == 0 ? 0 : end - first_group * 4;
}

static void lay_constructs(const struct slots *slots, struct sift_layout *out) {
    const struct answer_layout *layout = &slots->layout;
    out->constructs = layout->constructs;
    out->pairs = 2 * layout->groups;
    out->singles = layout->has_singles ? (uint8_t)((slots_in(slots, 0, 1) + 1) / 2) : 0;
    for (uint32_t c = 0; c < layout->constructs; c++) {
        uint32_t pairs = (slots_in(slots, layout->group_first[c], layout->group_count[c]) + 1) / 2;
        out->first[c] = (uint8_t)(2 * layout->group_first[c]);
        out->count[c] = (uint8_t)pairs;
        uint16_t shift = 7;
        for (uint32_t room = 2; room < pairs; room *= 2)
            shift++;
        for (uint32_t slot = 2u * out->first[c]; slot < 2u * out->first[c] + 2 * pairs; slot++)
            out->shift[slot] = shift;
        out->has_strain[c] = layout->has_strain[c];
        out->has_importance[c] = layout->has_importance[c];
    }
}

/* Which slots hold a directional item's answer, which the other's attribute. */
static void lay_directions(const struct slots *slots, struct sift_layout *out) {
    for (uint32_t at = 0; at < slots->layout.groups * 4; at++) {
        const struct slot *slot = &slots->slot[at];
        uint64_t bit = (uint64_t)(slot->part != SLOT_EMPTY && slot->directional) << at;
        out->answers |= slot->part == SLOT_ANSWER ? bit : 0;
        out->attributes |= slot->part == SLOT_ATTRIBUTE ? bit : 0;
    }
}

static void lay_answered(const struct answer_layout *layout, struct sift_layout *out) {
    for (uint32_t class = 0; class < 3; class ++) {
        int bits = 0;
        for (uint32_t w = 0; w < layout->words; w++)
            bits += __builtin_popcount(layout->class_mask[class][w]);
        out->words[class] = (uint8_t)((bits + 15) / 16);
    }
}

/* A factor in 2^-(unit_bits + SIFT_COEF_BITS). */
static uint16_t factor_down(const struct sift_layout *layout, double x) {
    return (uint16_t)(ldexp(x, layout->unit_bits + SIFT_COEF_BITS) * LESS);
}

/* The greatest weight of a single as a share of sum(W). */
static double greatest_single(const struct tiles *tiles, const struct fit_terms *t) {
    const struct slots *slots = &tiles->slots;
    uint32_t most = 0;
    for (uint32_t i = 0; i < 4; i++)
        most = slots->singles_weight[i] > most ? slots->singles_weight[i] : most;
    return most * (double)slots->layout.singles_unit / t->sum;
}

static uint32_t count_facets(const struct slots *slots) {
    uint32_t facets = 0;
    for (uint32_t at = 0; at < slots->layout.groups * 4; at++)
        facets += slots->slot[at].part != SLOT_EMPTY && slots->slot[at].strains;
    return facets;
}

/* Sums of strain stay below SIFT_FACET, so that facets are counted above it. */
static void lay_strain(struct tiles *tiles, double weight) {
    const struct slots *slots = &tiles->slots;
    struct sift_layout *out = &tiles->sift_layout;
    uint32_t facets = count_facets(slots), most = 2 * NORM / slots->strain_unit;
    uint32_t room = (SIFT_FACET - 1) / facets, units = room < most ? room : most;
    double unit = (double)most * (double)slots->layout.strain_unit / units * LESS;
    for (uint32_t count = 1; count <= facets; count++)
        out->strain[count] =
            (uint16_t)fmin(ldexp(weight * unit / count, out->unit_bits + 6), 65535.0);
    for (uint32_t at = 0; at < slots->layout.groups * 4; at++)
        for (uint32_t own = 0; own < KERNEL_CODE_NONE && slots->slot[at].strains; own++)
            for (uint32_t code = 0; code < KERNEL_CODE_NONE; code++)
                tiles->sift_strain[at][own][code] =
                    (uint8_t)(SIFT_FACET + slots->values[at].strain[own][code] * units / most);
}

/* The weights of the singles that are not common, over the greatest sum(W imp) of anybody. */
static void lay_absent(const struct tiles *tiles, const struct fit_terms *t,
                       struct sift_layout *out) {
    const struct slots *slots = &tiles->slots;
    const struct questionnaire *q = population_questionnaire(tiles->view->population);
    double most = t->sum;
    for (uint32_t c = 0; c < out->constructs; c++)
        if (out->has_importance[c])
            most += (IMPORTANCE_MOST - 1.0) * tiles->view->weight[slots->construct[c]];
    for (uint32_t common = 0; common < 16; common++) {
        double absent = 0.0;
        for (uint32_t at = 0; at < 4 && slots->layout.has_singles; at++)
            if (slots->slot[at].part != SLOT_EMPTY && (common >> at & 1) == 0)
                absent += tiles->view->weight[q->items[slots->slot[at].item].construct] / most;
        /* All of them may make more than 1 by a rounding. */
        double present = fmax(1.0 - absent, 1e-9);
        out->absent[common] = (uint16_t)fmin((1.0 / present - 1.0) * 65536.0 * LESS, 65535.0);
    }
}

static void lay_factors(struct tiles *tiles, const struct fit_terms *t, struct sift_layout *out) {
    const struct answer_layout *layout = &tiles->slots.layout;
    for (uint32_t c = 0; c < out->constructs; c++) {
        double weight = tiles->view->weight[tiles->slots.construct[c]] / t->sum;
        if (!out->has_importance[c])
            out->weight[c] = factor_down(out, out->has_strain[c] ? 0.6 * weight : weight);
        out->plain[c] = factor_down(out, weight * t->fit);
        if (out->has_strain[c])
            lay_strain(tiles, 0.4 * weight);
    }
    for (uint32_t class = 0; class < 3; class ++) {
        double share = (double)tiles->terms.missing * (double)layout->class_share[class];
        out->share[class] = (uint16_t)(factor_down(out, share * MORE * MORE) + 1);
    }
    out->even = (uint16_t)(t->fit * 65536.0 * LESS);
    out->child = (uint16_t)(ldexp((double)tiles->terms.child, out->unit_bits) * LESS);
    double base = t->fit + 2.0 * t->half_side - (double)tiles->terms.missing;
    out->base = (float)(base + ldexp(1.0, -out->unit_bits)) + 1e-6f;
    /* At most 255 table units. */
    double single = ldexp(greatest_single(tiles, t), out->unit_bits);
    out->singles_factor = 1;
    while (single / out->singles_factor > 255.0)
        out->singles_factor = (uint8_t)(2 * out->singles_factor);
    if (out->singles > 0)
        out->singles_scale =
            (uint16_t)(ldexp((double)layout->singles_unit / t->sum, out->unit_bits + 16) /
                       out->singles_factor * LESS);
    lay_absent(tiles, t, out);
}

/* All sums of W imp over sum(W), factors and terms must fit their words, and a strained construct
 * whose importance differs would need a factor more. */
void tiles_lay_sift(struct tiles *tiles) {
    struct sift_layout *out = &tiles->sift_layout;
    const struct fit_terms t = fit_terms(tiles);
    memset(out, 0, sizeof *out);
    lay_constructs(&tiles->slots, out);
    lay_directions(&tiles->slots, out);
    lay_answered(&tiles->slots.layout, out);
    double most = (double)tiles->terms.missing * MORE;
    bool fits = tiles->slots.complete && t.sum > 0.0 && count_facets(&tiles->slots) < 32;
    for (uint32_t c = 0; c < out->constructs && fits; c++) {
        fits = !(out->has_strain[c] && out->has_importance[c]);
        most = fmax(most, greatest_factor(tiles, &t, c));
    }
    fits = fits && t.fit + 2.0 * t.half_side * t.sum / least_sum(tiles, t.sum) < 0.999;
    if (!fits)
        return;
    out->unit_bits = SIFT_UNIT_BITS;
    while (out->unit_bits > 0 && ldexp(most, out->unit_bits + SIFT_COEF_BITS) > 65000.0)
        out->unit_bits--;
    lay_factors(tiles, &t, out);
}

/* --- candidates ------------------------------------------------------------------------------- */

/* The bits of each class, sixteen to a word; returns how many words. */
static uint32_t gather_bits(const struct answer_layout *layout, const uint32_t *answered,
                            uint16_t words[SIFT_WORDS_MAX]) {
    uint32_t n = 0;
    for (uint32_t class = 0; class < 3; class ++) {
        uint32_t count = 0, word = 0;
        for (uint32_t w = 0; w < layout->words; w++)
            for (uint32_t left = layout->class_mask[class][w]; left != 0; left &= left - 1) {
                word |= (answered[w] >> __builtin_ctz(left) & 1) << count % 16;
                if (++count % 16 != 0)
                    continue;
                words[n++] = (uint16_t)word;
                word = 0;
            }
        if (count % 16 != 0)
            words[n++] = (uint16_t)word;
    }
    return n;
}

static struct sift_planes planes_of(const struct tiles *tiles) {
    const struct sift_layout *layout = &tiles->sift_layout;
    return sift_planes_of(layout->pairs, layout->words, layout->constructs);
}

size_t tiles_sift_bytes(const struct tiles *tiles) {
    const uint8_t *words = tiles->sift_layout.words;
    if (tiles->sift_layout.unit_bits == 0)
        return 0;
    return (planes_of(tiles).count + words[0] + words[1] + words[2]) * (size_t)SIFT_PLANE;
}

static uint16_t *words_at(uint8_t *planes, uint32_t plane, uint32_t lane) {
    return (uint16_t *)(void *)(planes + plane * (size_t)SIFT_PLANE) + lane;
}

/* The slots of one range: codes as they are, freshness times the greatest whole number. */
static void pack_range(const struct tiles *tiles, uint32_t tile, uint32_t lane,
                       const struct slot_range *range) {
    const struct answer_tile answers = tiles_answers(tiles, tile);
    uint8_t *planes = tiles->sift + tile * tiles_sift_bytes(tiles);
    uint8_t most = 1;
    for (uint32_t at = range->first; at < range->end; at++) {
        uint8_t fresh = answers.fresh[at / 4 * 256 + 4 * lane + at % 4];
        most = fresh > most ? fresh : most;
    }
    for (uint32_t at = range->first; at < range->end; at++) {
        uint32_t from = at / 4 * 256 + 4 * lane + at % 4;
        uint8_t *pair = planes + at / 2 * 2 * SIFT_PLANE + 2 * lane + at % 2;
        pair[0] = answers.codes[from];
        pair[SIFT_PLANE] = (uint8_t)(answers.fresh[from] * (SIFT_FRESH_MAX / most));
    }
}

/* Bits as a candidate and as a viewer. */
static void pack_answered(const struct tiles *tiles, uint32_t tile, uint32_t lane,
                          uint8_t *planes) {
    const struct answer_layout *layout = &tiles->slots.layout;
    const struct sift_planes at = planes_of(tiles);
    size_t position = (size_t)tile * TILE_LANES + lane;
    uint32_t answered[KERNEL_WORDS_MAX];
    uint16_t words[SIFT_WORDS_MAX];
    for (uint32_t w = 0; w < layout->words; w++)
        answered[w] = tiles_answers(tiles, tile).answered[w * TILE_LANES + lane];
    uint32_t count = gather_bits(layout, answered, words);
    for (uint32_t w = 0; w < count; w++)
        *words_at(planes, at.answered + w, lane) = words[w];
    gather_bits(layout, tiles->row_answered + position * layout->words, words);
    for (uint32_t w = 0; w < count; w++)
        *words_at(planes, at.count + w, lane) = words[w];
}

/* What the lane's importances make of constructs. */
static void pack_weights(const struct tiles *tiles, const struct fit_terms *t,
                         const float *importance, uint8_t *planes, uint32_t lane) {
    const struct sift_layout *layout = &tiles->sift_layout;
    const struct slots *slots = &tiles->slots;
    const struct sift_planes at = planes_of(tiles);
    double sum = t->sum;
    for (uint32_t c = 0; c < layout->constructs; c++)
        if (layout->has_importance[c])
            sum += tiles->view->weight[slots->construct[c]] *
                   ((double)importance[c * TILE_LANES] - 1.0);
    for (uint32_t c = 0; c < layout->constructs; c++) {
        double weight = tiles->view->weight[slots->construct[c]];
        double share = weight * (double)importance[c * TILE_LANES] / sum;
        *words_at(planes, at.weighed + c, lane) =
            layout->has_importance[c] ? factor_down(layout, t->half_side * share) : 0;
    }
    *words_at(planes, at.even, lane) = (uint16_t)(t->half_side * t->sum / sum * 65536.0 * LESS);
}

static void pack_lane(const struct tiles *tiles, const struct fit_terms *t, uint32_t tile,
                      uint32_t lane) {
    const struct slots *slots = &tiles->slots;
    const struct sift_planes at = planes_of(tiles);
    uint8_t *planes = tiles->sift + tile * tiles_sift_bytes(tiles);
    for (uint32_t i = 0; i < slots->range_count; i++)
        pack_range(tiles, tile, lane, &slots->range[i]);
    pack_answered(tiles, tile, lane, planes);
    pack_weights(tiles, t, tiles_answers(tiles, tile).importance + lane, planes, lane);
    uint8_t children = tiles->children[tile * TILE_LANES + lane];
    *words_at(planes, at.children, lane) = children == 0 ? 3 : children;
    uint16_t singles = 0;
    for (uint32_t slot = 0; slot < 2u * tiles->sift_layout.singles; slot++) {
        uint8_t fresh = planes[SIFT_PLANE * (slot / 2 * 2 + 1) + 2 * lane + slot % 2];
        singles |= (uint16_t)((fresh != 0) << slot);
    }
    *words_at(planes, at.singles, lane) = singles;
}

void tiles_pack_sift(struct tiles *tiles, uint32_t tile) {
    const struct fit_terms t = fit_terms(tiles);
    if (tiles->sift_layout.unit_bits == 0)
        return;
    for (uint32_t lane = 0; lane < TILE_LANES; lane++)
        if (tiles->row_of[tile * TILE_LANES + lane] != ROW_NONE)
            pack_lane(tiles, &t, tile, lane);
}

/* --- viewers ---------------------------------------------------------------------------------- */

static void fill_strain(const struct tiles *tiles, uint32_t c, const uint8_t *record,
                        struct sift_row *out) {
    const struct sift_layout *layout = &tiles->sift_layout;
    uint32_t end = (uint32_t)layout->first[c] + layout->count[c];
    for (uint32_t slot = 2u * layout->first[c]; slot < 2 * end; slot++)
        memcpy(&out->strain[slot / 4][slot % 4 * KERNEL_CODES],
               tiles->sift_strain[slot][tiles_code(record, slot)], KERNEL_CODES);
}

void tiles_sift_row(const struct tiles *tiles, const struct kernels *kernels, uint32_t position,
                    const struct answer_row *tables, struct sift_row *out) {
    const struct sift_layout *layout = &tiles->sift_layout;
    const struct sift_planes at = planes_of(tiles);
    uint8_t *planes = tiles->sift + position / TILE_LANES * tiles_sift_bytes(tiles);
    uint32_t lane = position % TILE_LANES;
    if (layout->unit_bits == 0)
        return;
    kernels->sift_row(layout, tables, out);
    out->singles = 0;
    for (uint32_t slot = 0; slot < 2u * layout->singles; slot++) {
        uint32_t weight = (tables->weight_hi[0] | tables->weight_lo[0]) >> 8 * slot & 0xff;
        out->singles |= (uint32_t)(weight != 0) << slot;
    }
    out->singles = SIFT_TWICE(out->singles);
    for (uint32_t c = 0; c < layout->constructs; c++) {
        if (layout->has_strain[c])
            fill_strain(tiles, c, tiles_record(tiles, position), out);
        out->weighed[c] =
            SIFT_TWICE((uint32_t)layout->plain[c] + *words_at(planes, at.weighed + c, lane));
    }
    uint32_t words = (uint32_t)layout->words[0] + layout->words[1] + layout->words[2];
    for (uint32_t w = 0; w < words; w++)
        out->answered[w] = SIFT_TWICE(*words_at(planes, at.count + w, lane));
    out->even = SIFT_TWICE((uint32_t)layout->even + *words_at(planes, at.even, lane));
    uint16_t children = *words_at(planes, at.children, lane);
    out->children = children == 3 ? 0 : SIFT_TWICE(3u - children);
}
