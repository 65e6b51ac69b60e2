#include "tests/support/kernel_case.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void case_failed(const char *text, ...) {
    va_list arguments;
    va_start(arguments, text);
    vfprintf(stderr, text, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    abort();
}

/* splitmix64 */
uint64_t draw_bits(struct draws *draws) {
    uint64_t z = (draws->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint32_t draw_below(struct draws *draws, uint32_t n) {
    return (uint32_t)((draw_bits(draws) >> 32) * n >> 32);
}

double draw_in(struct draws *draws, double low, double high) {
    return low + (high - low) * ((double)(draw_bits(draws) >> 11) * 0x1p-53);
}

bool draw_chance(struct draws *draws, double probability) {
    return draw_in(draws, 0.0, 1.0) < probability;
}

uint64_t draw_lanes(struct draws *draws) {
    switch (draw_below(draws, 6)) {
    case 0: return 0;
    case 1: return ~UINT64_C(0);
    case 2: return UINT64_C(1) << draw_below(draws, 64);
    case 3: return draw_bits(draws) & draw_bits(draws) & draw_bits(draws);
    default: return draw_bits(draws);
    }
}

void draw_unit(struct draws *draws, double *x, uint32_t n) {
    double norm2 = 0.0;
    for (uint32_t i = 0; i < n; i++) {
        x[i] = draw_in(draws, -1.0, 1.0) * draw_in(draws, 0.0, 1.0);
        norm2 += x[i] * x[i];
    }
    for (uint32_t i = 0; i < n; i++)
        x[i] /= sqrt(norm2);
}

/* Constructs of random sizes in groups after the singles, as long as there is room. */
static void draw_layout(struct answer_layout *layout, struct draws *draws) {
    layout->has_singles = draw_chance(draws, 0.6);
    layout->groups = layout->has_singles ? 1 : 0;
    layout->words = 1 + draw_below(draws, KERNEL_WORDS_MAX);
    uint32_t wanted = draw_below(draws, KERNEL_CONSTRUCTS + 1);
    uint32_t strained = draw_below(draws, KERNEL_CONSTRUCTS * 2);
    double left = layout->has_singles ? 0.7 : 1.0;
    for (uint32_t c = 0; c < wanted && layout->groups < KERNEL_GROUPS_MAX; c++) {
        uint32_t room = KERNEL_GROUPS_MAX - layout->groups;
        uint32_t count = 1 + draw_below(draws, room < 4 ? room : 4);
        layout->group_first[c] = (uint8_t)layout->groups;
        layout->group_count[c] = (uint8_t)count;
        layout->groups += count;
        layout->has_strain[c] = c == strained;
        layout->has_importance[c] = draw_chance(draws, 0.4);
        layout->weight[c] = (float)(left * draw_in(draws, 0.05, 0.6));
        left -= (double)layout->weight[c];
        layout->constructs = c + 1;
    }
    layout->singles_unit = 0.2f / 32700.0f;
    if (draw_chance(draws, 0.1)) {
        for (uint32_t c = 0; c < layout->constructs; c++)
            layout->weight[c] *= 1e-12f;
        layout->singles_unit *= 1e-12f;
    }
    layout->strain_unit = (float)(1.0 / draw_in(draws, 255.0, 300.0));
    for (uint32_t w = 0; w < layout->words; w++) {
        uint32_t bits[3] = {(uint32_t)draw_bits(draws), (uint32_t)draw_bits(draws), 0};
        layout->class_mask[0][w] = bits[0];
        layout->class_mask[1][w] = bits[1] & ~bits[0];
        layout->class_mask[2][w] = ~(bits[0] | bits[1]);
    }
    for (int class = 0; class < 3; class ++)
        layout->class_share[class] = draw_chance(draws, 0.2) ? 0.0f : 0.005f * (float)(class + 1);
}

static uint32_t draw_value(struct draws *draws, uint32_t most) {
    return draw_chance(draws, 0.2) ? most : draw_below(draws, most + 1);
}

/* A slot's table: values up to its weight (now and then 3 above, as rounding makes them), none for
 * "not answered". */
static void draw_slot(struct answer_row *row, uint32_t g, uint32_t slot, struct draws *draws) {
    uint32_t weight = draw_chance(draws, 0.1) ? 0 : draw_value(draws, 32764);
    for (uint32_t code = 0; code < KERNEL_CODE_NONE; code++) {
        uint32_t value =
            draw_value(draws, weight) + (weight > 0 && draw_chance(draws, 0.1) ? 3 : 0);
        row->hi[g][slot * KERNEL_CODES + code] = (uint8_t)(value >> 7);
        row->lo[g][slot * KERNEL_CODES + code] = (uint8_t)(value & 127);
        row->strain[g][slot * KERNEL_CODES + code] = (uint8_t)draw_value(draws, 255);
    }
    row->weight_hi[g] |= (weight >> 7) << 8 * slot;
    row->weight_lo[g] |= (weight & 127) << 8 * slot;
    row->strain_on[g] |= (draw_chance(draws, 0.7) ? 1u : 0u) << 8 * slot;
}

/* Where strain does not count its values are 0, as slots_tables leaves them. */
static void drop_strain(struct answer_row *row, uint32_t g, uint32_t slot) {
    if ((row->strain_on[g] >> 8 * slot & 1) == 0)
        for (uint32_t code = 0; code < KERNEL_CODES; code++)
            row->strain[g][slot * KERNEL_CODES + code] = 0;
}

static void draw_row(struct answer_case *c, struct draws *draws) {
    double unanswered = draw_chance(draws, 0.15) ? 1.0 : draw_in(draws, 0.0, 0.5);
    for (uint32_t g = 0; g < c->layout->groups; g++)
        for (uint32_t slot = 0; slot < 4; slot++) {
            if (!draw_chance(draws, unanswered))
                draw_slot(c->row, g, slot, draws);
            drop_strain(c->row, g, slot);
        }
    for (uint32_t w = 0; w < c->layout->words; w++)
        c->row->answered[w] = (uint32_t)draw_bits(draws);
    for (uint32_t k = 0; k < KERNEL_CONSTRUCTS; k++)
        c->row->importance[k] = (float)draw_in(draws, 0.5, 1.5);
    c->row->children = (uint8_t)draw_below(draws, 3);
    answer_row_derive(c->layout, c->row);
}

static void draw_lane(const struct answer_case *c, uint8_t *codes, uint8_t *fresh, uint32_t lane,
                      struct draws *draws) {
    double unanswered = draw_chance(draws, 0.15) ? 1.0 : draw_in(draws, 0.0, 0.5);
    for (uint32_t at = 0; at < c->layout->groups * 4; at++) {
        uint32_t g = at / 4, slot = at % 4, byte = g * 256 + 4 * lane + slot;
        bool none = draw_chance(draws, unanswered);
        uint32_t code = none ? KERNEL_CODE_NONE : draw_below(draws, KERNEL_CODE_NONE);
        codes[byte] = (uint8_t)(slot * KERNEL_CODES + code);
        bool single = g == 0 && c->layout->has_singles;
        fresh[byte] = (uint8_t)(none ? 0 : single ? 1 : 1 + draw_value(draws, 62));
    }
}

void answer_case_init(struct answer_case *c, struct draws *draws) {
    c->memory = guarded_new();
    c->layout = guarded_array(c->memory, sizeof *c->layout);
    c->row = guarded_array(c->memory, sizeof *c->row);
    draw_layout(c->layout, draws);
    draw_row(c, draws);
    const struct answer_layout *layout = c->layout;
    uint8_t *codes = guarded_array(c->memory, (size_t)layout->groups * 256);
    uint8_t *fresh = guarded_array(c->memory, (size_t)layout->groups * 256);
    uint32_t *answered = guarded_array(c->memory, layout->words * TILE_LANES * sizeof *answered);
    float *importance =
        guarded_array(c->memory, layout->constructs * TILE_LANES * sizeof *importance);
    uint8_t *children = guarded_array(c->memory, TILE_LANES);
    for (uint32_t lane = 0; lane < TILE_LANES; lane++) {
        draw_lane(c, codes, fresh, lane, draws);
        children[lane] = (uint8_t)draw_below(draws, 3);
    }
    for (uint32_t i = 0; i < layout->words * TILE_LANES; i++)
        answered[i] = (uint32_t)draw_bits(draws);
    for (uint32_t i = 0; i < layout->constructs * TILE_LANES; i++)
        importance[i] = (float)draw_in(draws, 0.5, 1.5);
    c->tile = (struct answer_tile){.codes = codes,
                                   .fresh = fresh,
                                   .answered = answered,
                                   .importance = importance,
                                   .children = draw_chance(draws, 0.7) ? children : NULL};
}

void answer_case_release(struct answer_case *c) {
    guarded_free(c->memory);
}
