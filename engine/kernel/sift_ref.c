/* The rough bound of sift.h, lane by lane: the reference of the others. */
#include <math.h>
#include <string.h>

#include "engine/kernel/isa.h"

const uint8_t sift_reciprocals[64] = {255, 255, 255, 255, 227, 186, 157, 136, 120, 107, 97, 89, 81,
                                      75,  70,  66,  62,  58,  55,  52,  49,  47,  45,  43, 41, 40,
                                      38,  37,  35,  34,  33,  32,  31,  30,  29,  28,  28, 27, 26,
                                      25,  25,  24,  24,  23,  23,  22,  22,  21,  21,  20, 20, 19,
                                      19,  19,  18,  18,  18,  17,  17,  17,  16,  16,  16, 16};

static uint32_t high(uint32_t x, uint32_t y) {
    return x * y >> 16;
}

/* One lane. */
struct lane {
    const struct sift_layout *layout;
    const struct sift_row *row;
    const uint8_t *tile;
    struct sift_planes planes;
    uint32_t at;
};

static uint32_t byte_of(const struct lane *l, uint32_t plane, uint32_t which) {
    return l->tile[plane * SIFT_PLANE + 2 * l->at + which];
}

static uint32_t word_of(const struct lane *l, uint32_t plane) {
    uint16_t word;
    memcpy(&word, l->tile + plane * SIFT_PLANE + 2 * l->at, sizeof word);
    return word;
}

/* The sum over a construct's slots of a table's bytes. */
static uint32_t sum_bytes(const struct lane *l, const uint8_t table[][64], uint32_t first,
                          uint32_t count) {
    uint32_t sum = 0;
    for (uint32_t p = first; p < first + count; p++)
        for (uint32_t which = 0; which < 2; which++)
            sum += table[p / 2][byte_of(l, 2 * p, which)];
    return sum;
}

/* value / weight * factor: one step of Newton's. */
static uint32_t share_of(uint32_t value, uint32_t weight, uint32_t factor) {
    uint32_t guess =
        (uint32_t)sift_reciprocals[weight >> 10] << 8 | sift_reciprocals[weight >> 2 & 63];
    uint32_t reciprocal = high(guess, SIFT_TWO - (high(weight, guess) << 3));
    return high(value, high(reciprocal, factor));
}

static uint32_t construct_share(const struct lane *l, uint32_t c, uint32_t factor) {
    uint32_t value = 0, weight = 0;
    for (uint32_t p = l->layout->first[c]; p < (uint32_t)l->layout->first[c] + l->layout->count[c];
         p++)
        for (uint32_t which = 0; which < 2; which++) {
            uint32_t fresh = byte_of(l, 2 * p + 1, which);
            value += l->row->loss[p / 2][byte_of(l, 2 * p, which)] * fresh;
            weight += (l->row->weight[p] >> 8 * which & 0xff) * fresh;
        }
    ASSERT(value <= UINT16_MAX && weight <= UINT16_MAX);
    return share_of(value, weight, factor);
}

static uint32_t lose(const struct lane *l) {
    const struct sift_layout *layout = l->layout;
    uint32_t even = sum_bytes(l, l->row->loss, 0, layout->singles) * layout->singles_factor;
    uint32_t weighed = 0;
    for (uint32_t c = 0; c < layout->constructs; c++) {
        if (layout->has_importance[c]) {
            uint32_t factor = word_of(l, l->planes.weighed + c) + (l->row->weighed[c] & 0xffff);
            weighed += construct_share(l, c, factor);
            continue;
        }
        even += construct_share(l, c, layout->weight[c]);
        if (layout->has_strain[c]) {
            uint32_t sum = sum_bytes(l, l->row->strain, layout->first[c], layout->count[c]);
            even += high(sum % SIFT_FACET << 10, layout->strain[sum / SIFT_FACET]);
        }
    }
    uint32_t factor = word_of(l, l->planes.even) + (l->row->even & 0xffff);
    uint32_t loss = weighed + high(even, factor);
    uint32_t common = word_of(l, l->planes.singles) & l->row->singles & 0xffff;
    return loss + high(loss, layout->absent[common]);
}

/* What common answers take off, in 2^-(unit_bits + 5). */
static uint32_t credit(const struct lane *l) {
    uint32_t sum = 0, w = 0;
    for (uint32_t class = 0; class < 3; class ++)
        for (uint32_t end = w + l->layout->words[class]; w < end; w++) {
            uint32_t both = word_of(l, l->planes.answered + w) & l->row->answered[w] & 0xffff;
            sum += (uint32_t)__builtin_popcount(both) * l->layout->share[class];
        }
    return sum;
}

/* Units, taken up, within the range of a word. */
static int32_t units_up(const struct sift_layout *layout, float x) {
    float units = x * (float)(1u << layout->unit_bits);
    return (int32_t)ceilf(fminf(fmaxf(units, -32768.0f), 32767.0f));
}

static int32_t budget(int32_t lane, int32_t row) {
    int32_t sum = lane + row;
    return sum > INT16_MAX ? INT16_MAX : sum < INT16_MIN ? INT16_MIN : sum;
}

static void sift_lane(const struct sifting *in, uint32_t row, uint32_t at, uint64_t ways[2],
                      struct survivors *out) {
    const struct sift_layout *layout = in->layout;
    const struct duel *duel = in->duel;
    const struct lane l = {layout, &in->rows[row], in->tile,
                           sift_planes_of(layout->pairs, layout->words, layout->constructs), at};
    uint32_t common = credit(&l);
    if (common == 0) {
        ways[0] &= ~((uint64_t)1 << at);
        ways[1] &= ~((uint64_t)1 << at);
        return;
    }
    int32_t loss = (int32_t)lose(&l) - (int32_t)(common >> SIFT_COEF_BITS);
    if (word_of(&l, l.planes.children) == (l.row->children & 0xffff))
        loss += layout->child;
    float of_lane = layout->base + duel->lane_reach[at];
    float of_row = KERNEL_MARGIN + duel->row_reach[row];
    int32_t for_row = budget(units_up(layout, of_lane + duel->lane_bonus[at]),
                             units_up(layout, of_row - duel->row_limit[row]));
    int32_t for_lane = budget(units_up(layout, of_lane - duel->lane_limit[at]),
                              units_up(layout, of_row + duel->row_bonus[row]));
    bool one = (ways[0] >> at & 1) != 0 && loss <= for_row;
    bool two = (ways[1] >> at & 1) != 0 && loss <= for_lane;
    if (!one && !two)
        return;
    out->pair[out->count] = (uint16_t)(row * TILE_LANES + at);
    out->ways[out->count] = (uint8_t)(one | two << 1);
    out->loss[out->count++] = (int16_t)loss;
}

static void sift_ref(const struct sifting *in, uint64_t rows, uint64_t ways[][2],
                     struct survivors *out) {
    for (uint64_t left = rows; left != 0; left &= left - 1) {
        uint32_t row = (uint32_t)__builtin_ctzll(left);
        for (uint64_t lanes = ways[row][0] | ways[row][1]; lanes != 0; lanes &= lanes - 1)
            sift_lane(in, row, (uint32_t)__builtin_ctzll(lanes), ways[row], out);
    }
}

static uint32_t weight_of(const struct answer_row *tables, uint32_t slot) {
    uint32_t shift = 8 * (slot % 4);
    return (tables->weight_hi[slot / 4] >> shift & 0xff) << 7 |
           (tables->weight_lo[slot / 4] >> shift & 0xff);
}

/* What a code is worth at most. Of a directional item either direction may be unknown, on either
 * side: then the other counts whole, and else both by half. */
static uint32_t most_of(const struct sift_layout *layout, const struct answer_row *tables,
                        uint32_t slot, uint32_t code) {
    uint32_t weight = weight_of(tables, slot);
    if ((layout->answers >> slot & 1) != 0)
        return code % 2 != 0 ? weight / 2 : weight;
    if ((layout->attributes >> slot & 1) == 0)
        return weight;
    uint32_t of_answer = weight_of(tables, slot - 1);
    return of_answer > 0 ? of_answer / 2 : weight;
}

static void sift_row_ref(const struct sift_layout *layout, const struct answer_row *tables,
                         struct sift_row *out) {
    for (uint32_t slot = 0; slot < 2 * layout->pairs; slot++) {
        uint8_t *loss = &out->loss[slot / 4][slot % 4 * KERNEL_CODES];
        for (uint32_t code = 0; code < KERNEL_CODES; code++) {
            uint32_t at = slot % 4 * KERNEL_CODES + code;
            uint32_t value = 128u * tables->hi[slot / 4][at] + tables->lo[slot / 4][at];
            uint32_t most = code == KERNEL_CODE_NONE ? 0 : most_of(layout, tables, slot, code);
            uint32_t units = most > value ? most - value : 0;
            loss[code] = (uint8_t)(slot < 2u * layout->singles ? units * layout->singles_scale >> 16
                                                               : units >> layout->shift[slot]);
        }
    }
    for (uint32_t p = 0; p < layout->pairs; p++) {
        uint32_t two = 0;
        for (uint32_t slot = 2 * p; slot < 2 * p + 2; slot++) {
            uint32_t up = (1u << layout->shift[slot]) - 1;
            two |= (weight_of(tables, slot) + up) >> layout->shift[slot] << 8 * (slot % 2);
        }
        out->weight[p] = SIFT_TWICE(two);
    }
}

void kernels_sift_ref(struct kernels *table) {
    table->sift = sift_ref;
    table->sift_row = sift_row_ref;
}
