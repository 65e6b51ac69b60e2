/* The questionnaire against 64 candidates, lane by lane, in plain C: the reference of the other
 * answer kernels. */
#include <math.h>
#include <string.h>

#include "engine/kernel/isa.h"

void answer_row_derive(const struct answer_layout *layout, struct answer_row *row) {
    for (uint32_t c = 0; c < layout->constructs; c++)
        row->weight[c] = layout->weight[c] * row->importance[c];
    for (uint32_t class = 0; class < 3; class ++)
        for (uint32_t w = 0; w < layout->words; w++)
            row->own[class][w] = row->answered[w] & layout->class_mask[class][w];
}

struct sums {
    int32_t value, weight;
};

static int32_t slot_weight(uint32_t four_bytes, uint32_t slot) {
    return (int32_t)(four_bytes >> 8 * slot & 0xff);
}

static struct sums sum_groups(const struct answer_row *row, const struct answer_tile *tile,
                              uint32_t first, uint32_t count, uint32_t lane) {
    struct sums sums = {0, 0};
    for (uint32_t g = first; g < first + count; g++)
        for (uint32_t slot = 0; slot < 4; slot++) {
            uint32_t at = g * 256 + 4 * lane + slot;
            uint32_t code = tile->codes[at];
            int32_t fresh = tile->fresh[at];
            sums.value += fresh * (128 * row->hi[g][code] + row->lo[g][code]);
            sums.weight += fresh * (128 * slot_weight(row->weight_hi[g], slot) +
                                    slot_weight(row->weight_lo[g], slot));
        }
    return sums;
}

static struct sums sum_strain(const struct answer_row *row, const struct answer_tile *tile,
                              uint32_t first, uint32_t count, uint32_t lane) {
    struct sums sums = {0, 0};
    for (uint32_t g = first; g < first + count; g++)
        for (uint32_t slot = 0; slot < 4; slot++) {
            uint32_t at = g * 256 + 4 * lane + slot;
            if (tile->fresh[at] == 0)
                continue;
            sums.value += row->strain[g][tile->codes[at]];
            sums.weight += slot_weight(row->strain_on[g], slot);
        }
    return sums;
}

static void sum_lane(const struct answer_layout *layout, const struct answer_row *row,
                     const struct answer_tile *tile, uint32_t lane, struct answer_sums *out) {
    for (uint32_t c = 0; c < layout->constructs; c++) {
        uint32_t first = layout->group_first[c], count = layout->group_count[c];
        struct sums sums = sum_groups(row, tile, first, count, lane);
        out->value[c][lane] = sums.value;
        out->weight[c][lane] = sums.weight;
        if (!layout->has_strain[c])
            continue;
        sums = sum_strain(row, tile, first, count, lane);
        out->strain[lane] = sums.value;
        out->strain_count[lane] = sums.weight;
    }
    struct sums singles = sum_groups(row, tile, 0, layout->has_singles ? 1 : 0, lane);
    out->value[KERNEL_CONSTRUCTS][lane] = singles.value;
    out->weight[KERNEL_CONSTRUCTS][lane] = singles.weight;
    for (uint32_t class = 0; class < 3; class ++) {
        out->answered[class][lane] = 0;
        for (uint32_t w = 0; w < layout->words; w++)
            out->answered[class][lane] +=
                __builtin_popcount(tile->answered[w * TILE_LANES + lane] & row->answered[w] &
                                   layout->class_mask[class][w]);
    }
}

static void answers_ref(const struct answer_layout *layout, const struct answer_row *row,
                        const struct answer_tile *tile, struct answer_sums *out) {
    for (uint32_t lane = 0; lane < TILE_LANES; lane++)
        sum_lane(layout, row, tile, lane, out);
}

/* Weighted sums over constructs: seen by nobody, by the row's viewer, by the lane's viewer. */
struct fit {
    float value[3], weight[3];
};

static void add_construct(struct fit *fit, float weight, float score, float by_row, float by_lane) {
    const float factor[3] = {1.0f, by_row, by_lane};
    for (int i = 0; i < 3; i++) {
        fit->value[i] += weight * factor[i] * score;
        fit->weight[i] += weight * factor[i];
    }
}

static float ratio_up(int32_t value, int32_t weight) {
    float ratio = (float)value / (float)weight * RECIPROCAL_UP;
    return ratio < 1.0f ? ratio : 1.0f;
}

static struct fit fit_of_lane(const struct answer_layout *layout, const struct answer_row *row,
                              const struct answer_tile *tile, uint32_t lane,
                              const struct answer_sums *sums) {
    struct fit fit = {{0}, {0}};
    for (uint32_t c = 0; c < layout->constructs; c++) {
        if (sums->weight[c][lane] == 0)
            continue;
        float score = ratio_up(sums->value[c][lane], sums->weight[c][lane]);
        if (layout->has_strain[c] && sums->strain_count[lane] > 0) {
            float strain = (float)sums->strain[lane] / (float)sums->strain_count[lane];
            score = 0.6f * score + 0.4f * (1.0f - strain * layout->strain_unit * (1.0f - 0x1p-12f));
        }
        bool weighed = layout->has_importance[c];
        add_construct(&fit, layout->weight[c], score, weighed ? row->importance[c] : 1.0f,
                      weighed ? tile->importance[c * TILE_LANES + lane] : 1.0f);
    }
    float value = (float)sums->value[KERNEL_CONSTRUCTS][lane] * layout->singles_unit;
    float weight = (float)sums->weight[KERNEL_CONSTRUCTS][lane] * layout->singles_unit;
    if (weight > 0.0f)
        add_construct(&fit, weight, value / weight, 1.0f, 1.0f);
    return fit;
}

static float penalties_down(const struct answer_layout *layout, const struct score_terms *terms,
                            const struct answer_row *row, const struct answer_tile *tile,
                            uint32_t lane, const struct answer_sums *sums) {
    float missing = 1.0f;
    for (uint32_t class = 0; class < 3; class ++)
        missing -= (float)sums->answered[class][lane] * layout->class_share[class];
    bool differ =
        tile->children != NULL && row->children != 0 && tile->children[lane] == 3 - row->children;
    return terms->missing * missing + (differ ? terms->child : 0.0f);
}

/* Fit and what is taken off, upwards; false: there is no construct to rank by. */
static bool parts_up(const struct answer_layout *layout, const struct score_terms *terms,
                     const struct answer_row *row, const struct answer_tile *tile, uint32_t lane,
                     float parts[3]) {
    struct answer_sums sums;
    sum_lane(layout, row, tile, lane, &sums);
    struct fit fit = fit_of_lane(layout, row, tile, lane, &sums);
    parts[0] = NAN;
    parts[1] = parts[2] = 0.0f;
    if (fit.weight[0] <= 0.0f)
        return false;
    parts[0] = terms->fit * (fit.value[0] / fit.weight[0] * RECIPROCAL_UP) -
               penalties_down(layout, terms, row, tile, lane, &sums);
    parts[1] = fit.value[1] / fit.weight[1] * RECIPROCAL_UP;
    parts[2] = fit.value[2] / fit.weight[2] * RECIPROCAL_UP;
    return true;
}

static void append(struct survivors *out, uint32_t pair, uint8_t ways, const float parts[3]) {
    uint32_t n = out->count++;
    out->pair[n] = (uint16_t)pair;
    out->ways[n] = ways;
    out->part[n] = parts[0];
    out->side_ab[n] = parts[1];
    out->side_ba[n] = parts[2];
}

/* One row; returns the lanes without a construct to rank by. */
static uint64_t screen_row(const struct screening *in, uint32_t at, const uint64_t ways[2],
                           struct survivors *out) {
    const struct duel *duel = in->duel;
    const struct answer_row *row = &in->rows[at];
    uint64_t unranked = 0;
    for (uint64_t left = ways[0] | ways[1]; left != 0; left &= left - 1) {
        uint32_t lane = (uint32_t)__builtin_ctzll(left);
        float parts[3];
        if (!parts_up(in->layout, in->terms, row, in->tile, lane, parts)) {
            unranked |= (uint64_t)1 << lane;
            continue;
        }
        float upper = parts[0] + 0.15f * in->terms->side_fit * (parts[1] + parts[2]) +
                      duel->row_reach[at] + duel->lane_reach[lane] + KERNEL_MARGIN;
        bool one =
            (ways[0] >> lane & 1) != 0 && upper + duel->lane_bonus[lane] >= duel->row_limit[at];
        bool two =
            (ways[1] >> lane & 1) != 0 && upper + duel->row_bonus[at] >= duel->lane_limit[lane];
        if (one || two)
            append(out, at * TILE_LANES + lane, (uint8_t)(one | two << 1), parts);
    }
    return unranked;
}

static void screen_ref(const struct screening *in, uint64_t rows, uint64_t ways[][2],
                       struct survivors *out) {
    for (uint64_t left = rows; left != 0; left &= left - 1) {
        uint32_t row = (uint32_t)__builtin_ctzll(left);
        uint64_t unranked = screen_row(in, row, ways[row], out);
        ways[row][0] &= ~unranked;
        ways[row][1] &= ~unranked;
    }
}

/* A tile whose lane 0 is the person of a record. */
struct alone {
    uint8_t codes[KERNEL_GROUPS_MAX * 256], fresh[KERNEL_GROUPS_MAX * 256];
    uint32_t answered[KERNEL_WORDS_MAX * TILE_LANES];
    float importance[KERNEL_CONSTRUCTS * TILE_LANES];
};

static void read_alone(const struct answer_layout *layout, const uint8_t *record,
                       struct alone *out) {
    struct answer_record where = answer_record_of(layout);
    for (uint32_t g = 0; g < layout->groups; g++) {
        memcpy(out->codes + (size_t)g * 256, record + g * 4, 4);
        memcpy(out->fresh + (size_t)g * 256, record + where.fresh + g * 4, 4);
    }
    for (uint32_t c = 0; c < layout->constructs; c++)
        memcpy(out->importance + c * TILE_LANES, record + where.importance + c * 4, 4);
    for (uint32_t w = 0; w < layout->words; w++)
        memcpy(out->answered + w * TILE_LANES, record + where.answered + w * 4, 4);
}

static void weigh_ref(const struct weighing *in, const struct weighed *out) {
    const struct answer_record where = answer_record_of(in->layout);
    for (uint32_t row = 0; row < TILE_LANES; row++)
        for (uint32_t i = in->first[row]; i < in->first[row + 1]; i++) {
            const uint8_t *record = in->records + (size_t)in->who[i] * where.size;
            struct alone alone;
            read_alone(in->layout, record, &alone);
            const struct answer_tile tile = {
                alone.codes, alone.fresh, alone.answered, alone.importance,
                in->terms->child > 0.0f ? record + where.children : NULL};
            float parts[3];
            parts_up(in->layout, in->terms, &in->rows[row], &tile, 0, parts);
            out->part[i] = parts[0];
            out->side_ab[i] = parts[1];
            out->side_ba[i] = parts[2];
        }
}

void kernels_answers_ref(struct kernels *table) {
    table->answers = answers_ref;
    table->screen = screen_ref;
}

void kernels_weigh_ref(struct kernels *table) {
    table->weigh = weigh_ref;
}
