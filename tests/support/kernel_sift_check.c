/* The rough bound against binary64 from the same integers (kernel/sift.h has the formulas), and
 * every instruction set against `ref`, bit by bit. */
#include <math.h>
#include <string.h>

#include "tests/support/sift_case.h"

enum { WEIGHT_MOST = 32600, PAIRS = TILE_LANES * TILE_LANES };

/* --- the truth -------------------------------------------------------------------------------- */

static uint32_t tile_byte(const struct sift_case *s, uint32_t plane, uint32_t lane,
                          uint32_t which) {
    return s->tile[plane * SIFT_PLANE + 2 * lane + which];
}

static uint32_t tile_word(const struct sift_case *s, uint32_t plane, uint32_t lane) {
    return tile_byte(s, plane, lane, 0) | tile_byte(s, plane, lane, 1) << 8;
}

static uint32_t sum_of(const struct sift_case *s, const uint8_t table[][64], uint32_t first,
                       uint32_t count, uint32_t lane) {
    uint32_t sum = 0;
    for (uint32_t slot = 2 * first; slot < 2 * (first + count); slot++)
        sum += table[slot / 4][tile_byte(s, slot / 2 * 2, lane, slot % 2)];
    return sum;
}

/* A construct's loss over its weight; *firm: the weight is no small one, for which the quotient is
 * a rough one. */
static double ratio_of(const struct sift_case *s, const struct sift_row *row, uint32_t c,
                       uint32_t lane, bool *firm) {
    const struct sift_layout *l = s->layout;
    uint32_t value = 0, weight = 0;
    for (uint32_t slot = 2u * l->first[c]; slot < 2u * l->first[c] + 2u * l->count[c]; slot++) {
        uint32_t fresh = tile_byte(s, slot / 2 * 2 + 1, lane, slot % 2);
        value += fresh * row->loss[slot / 4][tile_byte(s, slot / 2 * 2, lane, slot % 2)];
        weight += fresh * (row->weight[slot / 2] >> 8 * (slot % 2) & 0xff);
    }
    CASE_CHECK(value <= weight && weight <= UINT16_MAX, "drawn badly: %u of %u", value, weight);
    *firm = *firm && (weight >= 4096 || value == 0);
    return value == 0 ? 0.0 : (double)value / (double)weight;
}

/* Units lost to constructs, not rounded. */
static double exact_loss(const struct sift_case *s, const struct sift_row *row, uint32_t lane,
                         bool *firm) {
    const struct sift_layout *l = s->layout;
    double even = (double)sum_of(s, row->loss, 0, l->singles, lane) * l->singles_factor;
    double weighed = 0.0;
    for (uint32_t c = 0; c < l->constructs; c++) {
        double ratio = ratio_of(s, row, c, lane, firm);
        uint32_t of_lane = tile_word(s, s->planes.weighed + c, lane);
        if (l->has_importance[c]) {
            weighed += ratio * (of_lane + (row->weighed[c] & 0xffff)) / (1 << SIFT_COEF_BITS);
            continue;
        }
        even += ratio * l->weight[c] / (1 << SIFT_COEF_BITS);
        if (!l->has_strain[c])
            continue;
        uint32_t sum = sum_of(s, row->strain, l->first[c], l->count[c], lane);
        even += (double)(sum % SIFT_FACET) * l->strain[sum / SIFT_FACET] / 64.0;
    }
    double factor = (tile_word(s, s->planes.even, lane) + (row->even & 0xffff)) / 65536.0;
    uint32_t common = tile_word(s, s->planes.singles, lane) & row->singles & 0xffff;
    return (weighed + even * factor) * (1.0 + l->absent[common] / 65536.0);
}

/* What common answers take off, in units; 0: there is none. */
static double exact_credit(const struct sift_case *s, const struct sift_row *row, uint32_t lane) {
    const struct sift_layout *l = s->layout;
    uint32_t sum = 0, w = 0;
    for (uint32_t class = 0; class < 3; class ++)
        for (uint32_t k = 0; k < l->words[class]; k++, w++) {
            uint32_t word = tile_word(s, s->planes.answered + w, lane);
            for (uint32_t bit = 0; bit < 16; bit++)
                sum += (word & row->answered[w]) >> bit & 1 ? l->share[class] : 0u;
        }
    return (double)sum / (1 << SIFT_COEF_BITS);
}

/* What `sift` says of a pair, by row and lane. */
struct sifted {
    uint64_t ways[TILE_LANES][2];
    uint8_t kept[PAIRS];
    int16_t loss[PAIRS];
};

/* The ways that the kernel leaves, and its survivors behind those that there were. */
static void run_sift(const struct kernels *kernels, const struct sift_case *s, uint32_t before,
                     struct sifted *out) {
    uint64_t(*ways)[2] = guarded_array(s->memory, sizeof s->ways);
    struct survivors *got = guarded_array(s->memory, sizeof *got);
    memcpy(ways, s->ways, sizeof s->ways);
    memset(got, 0xa5, sizeof *got);
    memset(out, 0, sizeof *out);
    got->count = before;
    const struct sifting in = {s->layout, s->rows, s->tile, s->duel};
    kernels->sift(&in, s->asked, ways, got);
    CASE_CHECK(got->count >= before && got->count <= SURVIVORS_MAX, "%s: %u survivors",
               kernels->name, got->count);
    for (uint32_t i = 0; i < SURVIVORS_MAX + 64; i++) {
        bool used = i >= before && i < got->count, room = i >= before && i < got->count + 64;
        CASE_CHECK(room || (got->pair[i] == 0xa5a5 && got->ways[i] == 0xa5 &&
                            (uint16_t)got->loss[i] == 0xa5a5),
                   "%s: wrote entry %u, %u + 64 are used", kernels->name, i, got->count);
        if (!used)
            continue;
        uint32_t pair = got->pair[i];
        CASE_CHECK(pair < PAIRS && out->kept[pair] == 0, "%s: pair %u, again or of no lane",
                   kernels->name, pair);
        CASE_CHECK(got->ways[i] >= 1 && got->ways[i] <= 3, "%s: ways %u", kernels->name,
                   got->ways[i]);
        out->kept[pair] = got->ways[i];
        out->loss[pair] = got->loss[i];
    }
    memcpy(out->ways, ways, sizeof out->ways);
}

/* Every pair that is asked about is in; its loss is below the truth by what is rounded at most. */
static void check_losses(const char *name, const struct sift_case *s, const struct sifted *got) {
    for (uint32_t row = 0; row < TILE_LANES; row++)
        for (uint32_t lane = 0; lane < TILE_LANES; lane++) {
            uint32_t pair = row * TILE_LANES + lane;
            uint8_t wanted =
                (uint8_t)((s->ways[row][0] >> lane & 1) | (s->ways[row][1] >> lane & 1) << 1);
            if ((s->asked >> row & 1) == 0 || wanted == 0) {
                CASE_CHECK(got->kept[pair] == 0, "%s: nobody asked for %u", name, pair);
                continue;
            }
            double credit = exact_credit(s, &s->rows[row], lane);
            CASE_CHECK(got->kept[pair] == (credit > 0.0 ? wanted : 0), "%s: pair %u: ways %u", name,
                       pair, got->kept[pair]);
            if (credit <= 0.0)
                continue;
            uint32_t own = s->rows[row].children & 0xffff;
            uint32_t other = tile_word(s, s->planes.children, lane);
            bool firm = true;
            double loss = exact_loss(s, &s->rows[row], lane, &firm);
            double rest = (own == other ? s->layout->child : 0.0) - credit;
            double least = firm ? 0.98 * loss - 3.0 * s->layout->constructs - 4.0 : 0.0;
            CASE_CHECK(got->loss[pair] <= loss + rest + 1.0 && got->loss[pair] >= least + rest,
                       "%s: pair %u loses %d, not %.9g + %.9g", name, pair, got->loss[pair], loss,
                       rest);
        }
}

static void check_ways(const char *name, const struct sift_case *s, const struct sifted *got) {
    for (uint32_t row = 0; row < TILE_LANES; row++) {
        uint64_t unranked = 0;
        for (uint32_t lane = 0; lane < TILE_LANES && (s->asked >> row & 1) != 0; lane++)
            unranked |= (uint64_t)(exact_credit(s, &s->rows[row], lane) <= 0.0) << lane;
        for (uint32_t way = 0; way < 2; way++)
            CASE_CHECK(got->ways[row][way] == (s->ways[row][way] & ~unranked),
                       "%s: way %u of row %u is %#llx", name, way, row,
                       (unsigned long long)got->ways[row][way]);
    }
}

static void check_same(const char *name, const struct sifted *got, const struct sifted *wanted) {
    for (uint32_t pair = 0; pair < PAIRS; pair++)
        CASE_CHECK(got->kept[pair] == wanted->kept[pair] && got->loss[pair] == wanted->loss[pair],
                   "%s: pair %u: ways %u, loss %d; ref: ways %u, loss %d", name, pair,
                   got->kept[pair], got->loss[pair], wanted->kept[pair], wanted->loss[pair]);
    CASE_CHECK(memcmp(got->ways, wanted->ways, sizeof got->ways) == 0,
               "%s: other ways are left than by ref", name);
}

static void set_limits(float *limits, float value) {
    for (uint32_t i = 0; i < TILE_LANES; i++)
        limits[i] = value;
}

/* A limit that a loss meets, or misses by a unit. */
static float limit_at(const struct sift_case *s, double reach, int16_t loss, struct draws *draws) {
    double unit = 1.0 / sift_case_scale(s), units = (double)loss + draw_below(draws, 3) - 1.0;
    return (float)((double)s->layout->base + (double)KERNEL_MARGIN + reach - units * unit);
}

/* Limits that some pair just meets, and others that all or none do. */
static void draw_limits(struct sift_case *s, const struct sifted *all, struct draws *draws) {
    static const float far[] = {-INFINITY, INFINITY, -1e30f, 1e30f, 5.0f, -3.5f};
    for (uint32_t i = 0; i < TILE_LANES; i++) {
        uint32_t other = draw_below(draws, TILE_LANES);
        double row_reach = (double)s->row_reach[i] + (double)s->lane_reach[other];
        double lane_reach = (double)s->lane_reach[i] + (double)s->row_reach[other];
        int16_t of_row = all->loss[i * TILE_LANES + other];
        int16_t of_lane = all->loss[other * TILE_LANES + i];
        s->row_limit[i] = limit_at(s, row_reach + (double)s->lane_bonus[other], of_row, draws);
        s->lane_limit[i] = limit_at(s, lane_reach + (double)s->row_bonus[other], of_lane, draws);
        if (draw_chance(draws, 0.15))
            s->row_limit[i] = far[draw_below(draws, ARRAY_LEN(far))];
        if (draw_chance(draws, 0.15))
            s->lane_limit[i] = far[draw_below(draws, ARRAY_LEN(far))];
    }
}

/* By the definition: whoever can reach a limit is kept, nobody is who is more than the roundings
 * away from it. */
static void check_kept(const char *name, const struct sift_case *s, const struct sifted *all,
                       const struct sifted *got) {
    double slack = 4.0 / sift_case_scale(s) + 2.0 * (double)KERNEL_MARGIN;
    for (uint32_t pair = 0; pair < PAIRS; pair++) {
        uint32_t row = pair / TILE_LANES, lane = pair % TILE_LANES;
        CASE_CHECK((got->kept[pair] & ~all->kept[pair]) == 0, "%s: kept pair %u", name, pair);
        double upper = (double)s->layout->base - all->loss[pair] / sift_case_scale(s) +
                       (double)s->row_reach[row] + (double)s->lane_reach[lane];
        const double above[2] = {upper + (double)s->lane_bonus[lane] - (double)s->row_limit[row],
                                 upper + (double)s->row_bonus[row] - (double)s->lane_limit[lane]};
        for (unsigned way = 0; way < 2; way++) {
            if ((all->kept[pair] >> way & 1) == 0)
                continue;
            bool kept = (got->kept[pair] >> way & 1) != 0;
            CASE_CHECK(kept || above[way] < 0.0, "%s: lost pair %u, way %u, %g above", name, pair,
                       way, above[way]);
            CASE_CHECK(!kept || above[way] >= -slack || above[way] < -2.0,
                       "%s: kept pair %u, way %u, %g above", name, pair, way, above[way]);
        }
    }
}

void kernel_check_sift(const struct kernels *kernels, uint64_t seed) {
    static const uint32_t starts[] = {0, 0, 1, 17};
    const struct kernels *ref = kernels_of(ISA_REF);
    struct draws draws = {seed};
    struct sift_case s;
    sift_case_init(&s, &draws);
    struct sifted *all = guarded_array(s.memory, sizeof *all);
    struct sifted *got = guarded_array(s.memory, sizeof *got);
    struct sifted *wanted = guarded_array(s.memory, sizeof *wanted);
    set_limits(s.row_limit, -INFINITY);
    set_limits(s.lane_limit, -INFINITY);
    run_sift(kernels, &s, 0, all);
    check_losses(kernels->name, &s, all);
    check_ways(kernels->name, &s, all);
    run_sift(ref, &s, 0, wanted);
    check_same(kernels->name, all, wanted);
    draw_limits(&s, all, &draws);
    uint32_t before = starts[draw_below(&draws, ARRAY_LEN(starts))];
    run_sift(kernels, &s, s.asked + 1 == 0 ? 0 : before, got);
    check_kept(kernels->name, &s, all, got);
    run_sift(ref, &s, 0, wanted);
    check_same(kernels->name, got, wanted);
    sift_case_release(&s);
}

/* --- rows ------------------------------------------------------------------------------------- */

static uint32_t weight_of(const struct answer_row *tables, uint32_t slot) {
    uint32_t shift = 8 * (slot % 4);
    return 128 * (tables->weight_hi[slot / 4] >> shift & 255) +
           (tables->weight_lo[slot / 4] >> shift & 255);
}

/* Slots of the layout that are a directional item's answer: the next one is its attribute. */
static void draw_directions(const struct sift_case *s, struct draws *draws) {
    for (uint32_t slot = 2u * s->layout->singles; slot + 1 < 2 * s->layout->pairs; slot++)
        if (draw_chance(draws, 0.2)) {
            s->layout->answers |= (uint64_t)1 << slot++;
            s->layout->attributes |= (uint64_t)1 << slot;
        }
    s->layout->singles_scale = (uint16_t)draw_below(draws, 512);
}

/* Of a directional item one slot has the weight at most. */
static void draw_tables(const struct sift_case *s, struct answer_row *tables, struct draws *draws) {
    memset(tables, 0xa5, sizeof *tables);
    memset(tables->weight_hi, 0, sizeof tables->weight_hi);
    memset(tables->weight_lo, 0, sizeof tables->weight_lo);
    for (uint32_t slot = 0; slot < 2 * s->layout->pairs; slot++) {
        uint32_t weight = draw_chance(draws, 0.2) ? 0 : draw_up_to(draws, WEIGHT_MOST);
        bool attribute = (s->layout->attributes >> slot & 1) != 0;
        if (attribute && weight_of(tables, slot - 1) != 0)
            weight = 0;
        tables->weight_hi[slot / 4] |= (weight >> 7) << 8 * (slot % 4);
        tables->weight_lo[slot / 4] |= (weight & 127) << 8 * (slot % 4);
        for (uint32_t code = 0; code < KERNEL_CODES; code++) {
            uint32_t value = draw_up_to(draws, draw_chance(draws, 0.5) ? weight : WEIGHT_MOST);
            tables->hi[slot / 4][slot % 4 * KERNEL_CODES + code] = (uint8_t)(value >> 7);
            tables->lo[slot / 4][slot % 4 * KERNEL_CODES + code] = (uint8_t)(value & 127);
        }
    }
}

/* What a code is worth at most: half of the item's weight where both directions count. */
static uint32_t most_of(const struct sift_layout *l, const struct answer_row *tables, uint32_t slot,
                        uint32_t code) {
    bool answer = (l->answers >> slot & 1) != 0, attribute = (l->attributes >> slot & 1) != 0;
    if (attribute && weight_of(tables, slot - 1) > 0)
        return weight_of(tables, slot - 1) / 2;
    return weight_of(tables, slot) / (answer && code % 2 != 0 ? 2 : 1);
}

static void check_code(const char *name, const struct sift_layout *l,
                       const struct answer_row *tables, const struct sift_row *got, uint32_t at) {
    uint32_t slot = at / KERNEL_CODES, code = at % KERNEL_CODES, in = at % 64;
    uint32_t value = 128u * tables->hi[slot / 4][in] + tables->lo[slot / 4][in];
    uint32_t most = most_of(l, tables, slot, code);
    double less = most > value && code != KERNEL_CODE_NONE ? most - value : 0.0;
    double units =
        slot < 2u * l->singles ? less * l->singles_scale / 65536.0 : ldexp(less, -l->shift[slot]);
    CASE_CHECK(got->loss[slot / 4][in] == (uint8_t)floor(units),
               "%s: slot %u, code %u loses %u, not %.9g", name, slot, code, got->loss[slot / 4][in],
               units);
}

static void check_weights(const char *name, const struct sift_layout *l,
                          const struct answer_row *tables, const struct sift_row *got,
                          uint32_t pair) {
    uint32_t two = 0;
    for (uint32_t slot = 2 * pair; slot < 2 * pair + 2; slot++)
        two |= (uint32_t)ceil(ldexp(weight_of(tables, slot), -l->shift[slot])) << 8 * (slot % 2);
    CASE_CHECK(got->weight[pair] == SIFT_TWICE(two), "%s: pair %u weighs %#x, not %#x twice", name,
               pair, got->weight[pair], two);
}

void kernel_check_sift_row(const struct kernels *kernels, uint64_t seed) {
    struct draws draws = {seed};
    struct sift_case s;
    sift_case_init(&s, &draws);
    draw_directions(&s, &draws);
    for (uint32_t slot = 0; slot < 2 * s.layout->pairs; slot++)
        s.layout->shift[slot] = s.layout->shift[slot] == 0 ? 7 : s.layout->shift[slot];
    struct answer_row *tables = guarded_array(s.memory, sizeof *tables);
    struct sift_row *got = guarded_array(s.memory, sizeof *got);
    struct sift_row *noise = guarded_array(s.memory, sizeof *noise);
    draw_tables(&s, tables, &draws);
    memset(got, 0xa5, sizeof *got);
    memset(noise, 0xa5, sizeof *noise);
    kernels->sift_row(s.layout, tables, got);
    for (uint32_t at = 0; at < 2 * s.layout->pairs * KERNEL_CODES; at++)
        check_code(kernels->name, s.layout, tables, got, at);
    for (uint32_t pair = 0; pair < s.layout->pairs; pair++)
        check_weights(kernels->name, s.layout, tables, got, pair);
    memcpy(got->weight, noise->weight, sizeof got->weight);
    memcpy(got->loss, noise->loss, (s.layout->pairs + 1) / 2 * sizeof got->loss[0]);
    CASE_CHECK(memcmp(got, noise, sizeof *got) == 0, "%s: wrote more than losses and weights",
               kernels->name);
    sift_case_release(&s);
}
