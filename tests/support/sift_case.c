#include "tests/support/sift_case.h"

#include <math.h>
#include <string.h>

static double scale_of(const struct sift_layout *layout) {
    return (double)(1u << layout->unit_bits);
}

/* 5 constructs after 4 singles, two of them with importance: what people will mostly have. */
static void lay_usual(struct sift_layout *l) {
    static const uint8_t first[] = {2, 6, 8, 10, 14}, count[] = {3, 2, 2, 3, 4};
    l->constructs = ARRAY_LEN(first);
    l->pairs = 18;
    l->singles = 2;
    memcpy(l->first, first, sizeof first);
    memcpy(l->count, count, sizeof count);
    l->has_strain[1] = l->has_importance[2] = l->has_importance[3] = true;
    l->words[0] = l->words[1] = l->words[2] = 1;
}

/* Another shape, by one number. */
static void lay_almost_usual(struct sift_layout *l, struct draws *draws) {
    lay_usual(l);
    switch (draw_below(draws, 8)) {
    case 0: l->singles = (uint8_t)draw_below(draws, 2); break;
    case 1: l->count[draw_below(draws, 5)] = 1; break;
    case 2: l->has_strain[1] = false; break;
    case 3: l->has_importance[2 + draw_below(draws, 2)] = false; break;
    case 4: l->has_importance[4] = true; break;
    case 5: l->words[draw_below(draws, 3)] = (uint8_t)(2 * draw_below(draws, 2)); break;
    case 6: l->pairs = 20; break;
    default: l->constructs = 4;
    }
}

static void lay_any(struct sift_layout *l, struct draws *draws) {
    uint32_t wanted = draw_below(draws, KERNEL_CONSTRUCTS + 1), group = 0;
    uint32_t strained = draw_below(draws, 2 * KERNEL_CONSTRUCTS);
    l->singles = (uint8_t)(wanted == 0 ? 1 + draw_below(draws, 2) : draw_below(draws, 3));
    group = l->singles > 0;
    for (uint32_t c = 0; c < wanted && group < KERNEL_GROUPS_MAX; c++) {
        uint32_t room = KERNEL_GROUPS_MAX - group, groups = 1 + draw_below(draws, 4);
        bool all = wanted == 1 && draw_chance(draws, 0.3);
        groups = all || groups > room ? room : groups;
        l->first[c] = (uint8_t)(2 * group);
        l->count[c] = (uint8_t)(2 * groups - draw_below(draws, 2));
        l->has_strain[c] = c == strained;
        l->has_importance[c] = c != strained && draw_chance(draws, 0.4);
        l->constructs = c + 1;
        group += groups;
    }
    l->pairs = 2 * group;
    uint32_t words = 1 + draw_below(draws, SIFT_WORDS_MAX);
    for (uint32_t w = 0; w < words; w++) {
        uint8_t *count = &l->words[draw_below(draws, 3)];
        *count = (uint8_t)(*count + 1);
    }
}

static void lay_shifts(struct sift_layout *l) {
    for (uint32_t c = 0; c < l->constructs; c++) {
        uint16_t shift = 7;
        for (uint32_t room = 2; room < l->count[c]; room *= 2)
            shift++;
        for (uint32_t slot = 0; slot < 2u * l->count[c]; slot++)
            l->shift[2u * l->first[c] + slot] = shift;
    }
}

static uint16_t word_of(double x) {
    return (uint16_t)fmin(x, 65535.0);
}

/* Shares of a whole for all constructs, and of the singles what is left. */
static void draw_shares(struct sift_case *s, struct draws *draws) {
    struct sift_layout *l = s->layout;
    double left = 1.0, most = 0.1;
    for (uint32_t c = 0; c < l->constructs; c++) {
        bool last = c + 1 == l->constructs && l->singles == 0;
        s->share[c] = last ? left : left * draw_in(draws, 0.0, draw_chance(draws, 0.2) ? 1.0 : 0.5);
        left -= s->share[c];
        most = fmax(most, s->share[c]);
    }
    s->fit = draw_in(draws, 0.0, 0.7);
    s->half_side = draw_in(draws, 0.0, 0.145);
    l->unit_bits = SIFT_UNIT_BITS;
    while (ldexp(most, l->unit_bits + SIFT_COEF_BITS) > 65000.0)
        l->unit_bits--;
    double of_singles = left * scale_of(l), singles[4] = {0.0};
    l->singles_factor = (uint8_t)(1u << draw_below(draws, 3));
    for (uint32_t i = 0; i < 2u * l->singles; i++) {
        singles[i] = of_singles * draw_in(draws, 0.0, i == 0 ? 1.0 : 0.3);
        of_singles -= singles[i];
    }
    while (fmax(fmax(singles[0], singles[1]), fmax(singles[2], singles[3])) / l->singles_factor >
           255.0)
        l->singles_factor = (uint8_t)(2 * l->singles_factor);
    for (uint32_t i = 0; i < 4; i++)
        s->single_most[i] = (uint32_t)(singles[i] / l->singles_factor);
}

static void draw_factors(struct sift_case *s, struct draws *draws) {
    struct sift_layout *l = s->layout;
    double coefs = scale_of(l) * (1 << SIFT_COEF_BITS);
    for (uint32_t c = 0; c < l->constructs; c++) {
        l->weight[c] = word_of((l->has_strain[c] ? 0.6 : 1.0) * s->share[c] * coefs);
        l->plain[c] = word_of(s->share[c] * s->fit * coefs);
        if (!l->has_strain[c])
            continue;
        s->facets = 1 + draw_below(draws, 2u * l->count[c] < 31 ? 2u * l->count[c] : 31);
        s->room = (SIFT_FACET - 1) / s->facets;
        for (uint32_t n = 1; n <= s->facets; n++)
            l->strain[n] = word_of(0.4 * s->share[c] * scale_of(l) * 64.0 / s->room / n);
    }
    uint32_t bits = 16u * ((uint32_t)l->words[0] + l->words[1] + l->words[2]);
    for (uint32_t class = 0; class < 3; class ++)
        l->share[class] = (uint16_t)(1 + draw_below(draws, 65000 / bits));
    l->even = word_of(s->fit * 65536.0);
    l->child = draw_chance(draws, 0.3) ? 0 : word_of(draw_in(draws, 0.0, 0.7) * scale_of(l));
    for (uint32_t common = 0; common < 16; common++)
        l->absent[common] =
            draw_chance(draws, 0.1) ? UINT16_MAX : word_of(draw_in(draws, 0.0, 30000.0));
    l->base = (float)draw_in(draws, -0.7, 1.1);
}

uint32_t draw_up_to(struct draws *draws, uint32_t most) {
    return draw_chance(draws, 0.2) ? most : draw_below(draws, most + 1);
}

/* The greatest weight of a slot, so that no sum passes 16 bits. */
static uint32_t weight_most(const struct sift_layout *l, uint32_t slot) {
    return l->shift[slot] == 7 ? 255 : 128u >> (l->shift[slot] - 8);
}

static void fill_losses(struct sift_row *row, uint32_t slot, uint32_t most, struct draws *draws) {
    for (uint32_t code = 0; code < KERNEL_CODE_NONE; code++)
        row->loss[slot / 4][slot % 4 * KERNEL_CODES + code] = (uint8_t)draw_up_to(draws, most);
}

/* Losses of a pair of slots are at most the weight; of a directional item either half of it. */
static void draw_slots(const struct sift_case *s, struct sift_row *row, uint32_t pair,
                       struct draws *draws) {
    uint32_t weights = 0;
    for (uint32_t slot = 2 * pair; slot < 2 * pair + 2; slot++) {
        bool answer = (s->directional >> slot & 1) != 0;
        if (slot % 2 != 0 && (s->directional >> (slot - 1) & 1) != 0)
            break;
        uint32_t most = weight_most(s->layout, slot);
        uint32_t weight = draw_chance(draws, 0.15) ? 0 : draw_up_to(draws, most);
        weights |= weight << 8 * (slot % 2);
        fill_losses(row, slot, answer ? weight / 2 : weight, draws);
        if (answer)
            fill_losses(row, slot + 1, weight / 2, draws);
    }
    row->weight[pair] = SIFT_TWICE(weights);
}

static void draw_strain(const struct sift_case *s, struct sift_row *row, uint32_t c,
                        struct draws *draws) {
    uint32_t first = 2u * s->layout->first[c];
    for (uint32_t slot = first; slot < first + s->facets; slot++)
        for (uint32_t code = 0; code < KERNEL_CODE_NONE && draw_chance(draws, 0.99); code++)
            row->strain[slot / 4][slot % 4 * KERNEL_CODES + code] =
                (uint8_t)(SIFT_FACET + draw_up_to(draws, s->room));
}

static void draw_row(const struct sift_case *s, struct sift_row *row, struct draws *draws) {
    const struct sift_layout *l = s->layout;
    memset(row, 0, sizeof *row);
    for (uint32_t slot = 0; slot < 2u * l->singles; slot++)
        fill_losses(row, slot, s->single_most[slot], draws);
    double coefs = scale_of(l) * (1 << SIFT_COEF_BITS), own = draw_in(draws, 0.0, 1.0);
    for (uint32_t c = 0; c < l->constructs; c++) {
        for (uint32_t p = l->first[c]; p < (uint32_t)l->first[c] + l->count[c]; p++)
            draw_slots(s, row, p, draws);
        if (l->has_strain[c])
            draw_strain(s, row, c, draws);
        double more = own * s->half_side * s->share[c] * coefs;
        row->weighed[c] = SIFT_TWICE(l->plain[c] + word_of(more));
    }
    row->even = SIFT_TWICE(l->even + word_of(own * s->half_side * 65536.0));
    row->singles = SIFT_TWICE(draw_below(draws, 16));
    static const uint32_t children[] = {0, SIFT_TWICE(1), SIFT_TWICE(2)};
    row->children = children[draw_below(draws, 3)];
    bool none = draw_chance(draws, 0.1);
    for (uint32_t w = 0; w < SIFT_WORDS_MAX; w++)
        row->answered[w] = none ? 0 : SIFT_TWICE(draw_bits(draws) & draw_bits(draws) & 0xffff);
}

static void set_word(const struct sift_case *s, uint32_t plane, uint32_t lane, uint32_t word) {
    const uint16_t two = (uint16_t)word;
    memcpy(s->tile + plane * (size_t)SIFT_PLANE + 2 * lane, &two, sizeof two);
}

/* Multiples, as freshness is; nobody shows an attribute who did not answer. */
static void draw_codes(const struct sift_case *s, uint32_t lane, struct draws *draws) {
    double unanswered = draw_chance(draws, 0.15) ? 1.0 : draw_in(draws, 0.0, 0.5);
    uint8_t *codes = s->tile + 2 * lane, *fresh = codes + SIFT_PLANE;
    for (uint32_t slot = 0; slot < 2 * s->layout->pairs; slot++) {
        size_t at = slot / 2 * 2 * (size_t)SIFT_PLANE + slot % 2;
        bool attribute = slot % 2 != 0 && (s->directional >> (slot - 1) & 1) != 0;
        bool none = draw_chance(draws, unanswered) || (attribute && fresh[at - 1] == 0);
        uint32_t code = none ? KERNEL_CODE_NONE : draw_below(draws, KERNEL_CODE_NONE);
        codes[at] = (uint8_t)(slot % 4 * KERNEL_CODES + code);
        uint32_t k = none ? 0 : 1 + draw_up_to(draws, SIFT_FRESH_MAX - 1);
        fresh[at] = attribute && !none ? fresh[at - 1] : (uint8_t)k;
    }
}

static void draw_lane(const struct sift_case *s, uint32_t lane, struct draws *draws) {
    const struct sift_layout *l = s->layout;
    draw_codes(s, lane, draws);
    bool none = draw_chance(draws, 0.1);
    for (uint32_t plane = s->planes.answered; plane < s->planes.weighed; plane++)
        set_word(s, plane, lane, none ? 0 : draw_below(draws, 65536) & draw_below(draws, 65536));
    double own = draw_in(draws, 0.0, 1.0), coefs = scale_of(l) * (1 << SIFT_COEF_BITS);
    for (uint32_t c = 0; c < l->constructs; c++)
        set_word(s, s->planes.weighed + c, lane,
                 l->has_importance[c] ? word_of(own * s->half_side * s->share[c] * coefs) : 0);
    set_word(s, s->planes.even, lane, word_of(own * s->half_side * 65536.0));
    set_word(s, s->planes.children, lane, 1 + draw_below(draws, 3));
    set_word(s, s->planes.singles, lane, draw_below(draws, 16));
}

static float *draw_floats(struct guarded *memory, struct draws *draws, double low, double high) {
    float *values = guarded_array(memory, TILE_LANES * sizeof *values);
    for (uint32_t i = 0; i < TILE_LANES; i++)
        values[i] = (float)draw_in(draws, low, high);
    return values;
}

static void draw_duel(struct sift_case *s, struct draws *draws) {
    s->row_reach = draw_floats(s->memory, draws, 0.0, 0.35);
    s->lane_reach = draw_floats(s->memory, draws, 0.0, 0.35);
    s->row_bonus = draw_floats(s->memory, draws, -0.7, 0.105);
    s->lane_bonus = draw_floats(s->memory, draws, -0.7, 0.105);
    s->row_limit = draw_floats(s->memory, draws, 0.0, 1.2);
    s->lane_limit = draw_floats(s->memory, draws, 0.0, 1.2);
    s->duel = guarded_array(s->memory, sizeof *s->duel);
    *s->duel = (struct duel){.row_reach = s->row_reach,
                             .lane_reach = s->lane_reach,
                             .row_bonus = s->row_bonus,
                             .lane_bonus = s->lane_bonus,
                             .row_limit = s->row_limit,
                             .lane_limit = s->lane_limit};
}

void sift_case_init(struct sift_case *s, struct draws *draws) {
    memset(s, 0, sizeof *s);
    s->memory = guarded_new();
    s->layout = guarded_array(s->memory, sizeof *s->layout);
    if (draw_chance(draws, 0.3))
        lay_usual(s->layout);
    else if (draw_chance(draws, 0.3))
        lay_almost_usual(s->layout, draws);
    else
        lay_any(s->layout, draws);
    lay_shifts(s->layout);
    draw_shares(s, draws);
    draw_factors(s, draws);
    for (uint32_t slot = 4; slot < 2 * s->layout->pairs; slot += 2)
        s->directional |= (uint64_t)draw_chance(draws, 0.1) << slot;
    const struct sift_layout *l = s->layout;
    s->planes = sift_planes_of(l->pairs, l->words, l->constructs);
    s->tile = guarded_array(s->memory, s->planes.count * (size_t)SIFT_PLANE);
    for (uint32_t lane = 0; lane < TILE_LANES; lane++)
        draw_lane(s, lane, draws);
    s->asked = draw_lanes(draws);
    s->rows = guarded_array(s->memory, TILE_LANES * sizeof *s->rows);
    memset(s->rows, 0xa5, TILE_LANES * sizeof *s->rows);
    for (uint32_t row = 0; row < TILE_LANES; row++) {
        if ((s->asked >> row & 1) != 0)
            draw_row(s, &s->rows[row], draws);
        s->ways[row][0] = draw_lanes(draws);
        s->ways[row][1] = draw_chance(draws, 0.3) ? s->ways[row][0] : draw_lanes(draws);
    }
    draw_duel(s, draws);
}

void sift_case_release(struct sift_case *s) {
    guarded_free(s->memory);
}

double sift_case_scale(const struct sift_case *s) {
    return scale_of(s->layout);
}
