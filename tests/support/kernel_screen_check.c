/* Questionnaire sums against `ref`, and the first bound against binary64 from the same tables. */
#include <math.h>
#include <string.h>
#include <sys/mman.h>

#include "tests/support/kernel_case.h"

void kernel_check_sums(const struct kernels *kernels, uint64_t seed) {
    struct draws draws = {seed};
    struct answer_case c;
    answer_case_init(&c, &draws);
    struct answer_sums *got = guarded_array(c.memory, sizeof *got);
    struct answer_sums *wanted = guarded_array(c.memory, sizeof *wanted);
    memset(got, 0xa5, sizeof *got);
    memset(wanted, 0xa5, sizeof *wanted);
    kernels->answers(c.layout, c.row, &c.tile, got);
    kernels_of(ISA_REF)->answers(c.layout, c.row, &c.tile, wanted);
    for (uint32_t k = 0; k <= KERNEL_CONSTRUCTS; k++)
        for (uint32_t lane = 0; lane < TILE_LANES; lane++)
            CASE_CHECK(got->value[k][lane] == wanted->value[k][lane] &&
                           got->weight[k][lane] == wanted->weight[k][lane],
                       "%s: construct %u, lane %u: %d/%d, ref %d/%d", kernels->name, k, lane,
                       got->value[k][lane], got->weight[k][lane], wanted->value[k][lane],
                       wanted->weight[k][lane]);
    CASE_CHECK(memcmp(got, wanted, sizeof *got) == 0, "%s: strain or counts differ from ref's",
               kernels->name);
    answer_case_release(&c);
}

/* A byte of the slot's table, from the definitions in kernel.h. */
static int64_t worth(const struct answer_row *row, uint32_t g, uint32_t code) {
    return 128 * (int64_t)row->hi[g][code] + row->lo[g][code];
}

static int64_t byte_of(uint32_t four, uint32_t slot) {
    return four >> 8 * slot & 255;
}

struct exact_ratio {
    int64_t value, weight, strain, strains;
};

static struct exact_ratio exact_sums(const struct answer_case *c, uint32_t first, uint32_t count,
                                     uint32_t lane) {
    struct exact_ratio sums = {0, 0, 0, 0};
    for (uint32_t g = first; g < first + count; g++)
        for (uint32_t slot = 0; slot < 4; slot++) {
            uint32_t at = g * 256 + 4 * lane + slot;
            int64_t fresh = c->tile.fresh[at];
            sums.value += fresh * worth(c->row, g, c->tile.codes[at]);
            sums.weight += fresh * (128 * byte_of(c->row->weight_hi[g], slot) +
                                    byte_of(c->row->weight_lo[g], slot));
            if (fresh > 0) {
                sums.strain += c->row->strain[g][c->tile.codes[at]];
                sums.strains += byte_of(c->row->strain_on[g], slot);
            }
        }
    return sums;
}

/* fit and missing and child, both sides; NAN where no construct is common. */
struct exact_parts {
    double part, side[2];
};

struct exact_means {
    double value[3], weight[3];
};

static void weigh(struct exact_means *w, double weight, double score, double by_row,
                  double by_lane) {
    const double factor[3] = {1.0, by_row, by_lane};
    for (int i = 0; i < 3; i++) {
        w->value[i] += weight * factor[i] * score;
        w->weight[i] += weight * factor[i];
    }
}

static struct exact_means exact_fit(const struct answer_case *c, uint32_t lane) {
    const struct answer_layout *l = c->layout;
    struct exact_means w = {{0}, {0}};
    for (uint32_t k = 0; k < l->constructs; k++) {
        struct exact_ratio sums = exact_sums(c, l->group_first[k], l->group_count[k], lane);
        if (sums.weight == 0)
            continue;
        double score = fmin(1.0, (double)sums.value / (double)sums.weight);
        if (l->has_strain[k] && sums.strains > 0)
            score = 0.6 * score + 0.4 * (1.0 - (double)sums.strain / (double)sums.strains *
                                                   (double)l->strain_unit);
        bool weighed = l->has_importance[k];
        weigh(&w, (double)l->weight[k], score, weighed ? (double)c->row->importance[k] : 1.0,
              weighed ? (double)c->tile.importance[k * TILE_LANES + lane] : 1.0);
    }
    if (l->has_singles) {
        struct exact_ratio sums = exact_sums(c, 0, 1, lane);
        if (sums.weight > 0)
            weigh(&w, (double)sums.weight * (double)l->singles_unit,
                  (double)sums.value / (double)sums.weight, 1.0, 1.0);
    }
    return w;
}

static struct exact_parts exact_parts(const struct answer_case *c, const struct score_terms *terms,
                                      uint32_t lane) {
    const struct answer_layout *l = c->layout;
    struct exact_means w = exact_fit(c, lane);
    if (!(w.weight[0] > 0.0))
        return (struct exact_parts){NAN, {NAN, NAN}};
    double missing = 1.0;
    for (uint32_t bit = 0; bit < l->words * 32; bit++) {
        uint32_t word = bit / 32, one = 1u << bit % 32;
        if ((c->row->answered[word] & c->tile.answered[word * TILE_LANES + lane] & one) == 0)
            continue;
        for (int class = 0; class < 3; class ++)
            if ((l->class_mask[class][word] & one) != 0)
                missing -= (double)l->class_share[class];
    }
    uint8_t own = c->row->children, other = c->tile.children == NULL ? 0 : c->tile.children[lane];
    bool differ = (own == 1 && other == 2) || (own == 2 && other == 1);
    return (struct exact_parts){
        .part = (double)terms->fit * (w.value[0] / w.weight[0]) - (double)terms->missing * missing -
                (differ ? (double)terms->child : 0.0),
        .side = {w.value[1] / w.weight[1], w.value[2] / w.weight[2]},
    };
}

/* A row of the tile against it, with limits. */
struct screen_case {
    struct answer_case answers;
    struct score_terms *terms;
    struct duel *duel;
    float *row_reach, *lane_reach, *row_bonus, *lane_bonus, *row_limit, *lane_limit;
    uint32_t at;
    struct answer_row *rows; /* by number; what is not `at` is noise */
    uint64_t (*ways)[2];
    struct exact_parts exact[TILE_LANES];
    double upper[TILE_LANES]; /* of raw without bonus, from exact parts */
};

static float *draw_floats(struct guarded *memory, struct draws *draws, double low, double high) {
    float *values = guarded_array(memory, TILE_LANES * sizeof *values);
    for (uint32_t i = 0; i < TILE_LANES; i++)
        values[i] = (float)draw_in(draws, low, high);
    return values;
}

static void draw_duel(struct screen_case *s, struct draws *draws) {
    struct guarded *memory = s->answers.memory;
    s->row_reach = draw_floats(memory, draws, 0.0, 0.35);
    s->lane_reach = draw_floats(memory, draws, 0.0, 0.35);
    s->row_bonus = draw_floats(memory, draws, -0.7, 0.105);
    s->lane_bonus = draw_floats(memory, draws, -0.7, 0.105);
    s->row_limit = draw_floats(memory, draws, 0.0, 1.2);
    s->lane_limit = draw_floats(memory, draws, 0.0, 1.2);
    s->duel = guarded_array(memory, sizeof *s->duel);
    *s->duel = (struct duel){.row_reach = s->row_reach,
                             .lane_reach = s->lane_reach,
                             .row_bonus = s->row_bonus,
                             .lane_bonus = s->lane_bonus,
                             .row_limit = s->row_limit,
                             .lane_limit = s->lane_limit};
}

/* The greatest float that is no greater. */
static float down(double x) {
    float f = (float)x;
    return (double)f > x ? nextafterf(f, -INFINITY) : f;
}

/* Limits that are reached exactly, just not, always and never. */
static void draw_limits(struct screen_case *s, struct draws *draws) {
    for (uint32_t lane = 0; lane < TILE_LANES; lane++) {
        double reached = s->upper[lane] + (double)s->row_bonus[s->at];
        switch (draw_below(draws, 6)) {
        case 0: s->lane_limit[lane] = down(reached); break;
        case 1: s->lane_limit[lane] = (float)(reached + 0.002); break;
        case 2: s->lane_limit[lane] = draw_chance(draws, 0.5) ? INFINITY : -INFINITY; break;
        default: break;
        }
        if (isnan(s->lane_limit[lane]))
            s->lane_limit[lane] = 0.5f;
    }
    uint32_t lane = draw_below(draws, TILE_LANES);
    double reached = s->upper[lane] + (double)s->lane_bonus[lane];
    if (draw_chance(draws, 0.5) && !isnan(reached))
        s->row_limit[s->at] = down(reached);
}

static void draw_screen(struct screen_case *s, struct draws *draws) {
    answer_case_init(&s->answers, draws);
    s->terms = guarded_array(s->answers.memory, sizeof *s->terms);
    *s->terms = (struct score_terms){.fit = 0.476f,
                                     .affinity = 0.119f,
                                     .missing = 0.084f,
                                     .child = draw_chance(draws, 0.2) ? 0.0f : 0.105f,
                                     .side_fit = 0.8f,
                                     .side_affinity = 0.2f,
                                     .prior = 0.5f};
    draw_duel(s, draws);
    s->at = draw_below(draws, TILE_LANES);
    s->rows = guarded_array(s->answers.memory, TILE_LANES * sizeof *s->rows);
    memset(s->rows, 0xa5, TILE_LANES * sizeof *s->rows);
    s->rows[s->at] = *s->answers.row;
    s->ways = guarded_array(s->answers.memory, TILE_LANES * sizeof *s->ways);
    memset(s->ways, 0xa5, TILE_LANES * sizeof *s->ways);
    s->ways[s->at][0] = draw_lanes(draws);
    s->ways[s->at][1] = draw_chance(draws, 0.3) ? s->ways[s->at][0] : draw_lanes(draws);
    for (uint32_t lane = 0; lane < TILE_LANES; lane++) {
        s->exact[lane] = exact_parts(&s->answers, s->terms, lane);
        const struct exact_parts *e = &s->exact[lane];
        s->upper[lane] = e->part + 0.15 * (double)s->terms->side_fit * (e->side[0] + e->side[1]) +
                         (double)s->row_reach[s->at] + (double)s->lane_reach[lane];
    }
    draw_limits(s, draws);
}

/* How far an upper bound may lie above the truth: two reciprocals taken upwards, strain taken down,
 * the margin. */
static const double SLACK =
    2.02 * (0x1p-13 + 0x1p-14) + 0.4 * 0x1p-12 + 2.0 * (double)KERNEL_MARGIN;

static void check_value(const char *name, const char *what, double got, double exact) {
    CASE_CHECK(got + (double)KERNEL_MARGIN >= exact, "%s: %s %.9g is below %.9g", name, what, got,
               exact);
    CASE_CHECK(got <= exact + SLACK, "%s: %s %.9g is far above %.9g", name, what, got, exact);
}

static void check_lane(const char *name, const struct screen_case *s, uint32_t lane,
                       unsigned kept) {
    const uint64_t *ways = s->ways[s->at];
    unsigned asked = (unsigned)(ways[0] >> lane & 1) | (unsigned)(ways[1] >> lane & 1) << 1;
    CASE_CHECK((kept & ~asked) == 0, "%s: lane %u was not asked about", name, lane);
    const double above[2] = {
        s->upper[lane] + (double)s->lane_bonus[lane] - (double)s->row_limit[s->at],
        s->upper[lane] + (double)s->row_bonus[s->at] - (double)s->lane_limit[lane]};
    for (unsigned way = 0; way < 2; way++) {
        bool here = (kept >> way & 1) != 0;
        bool wanted = (asked >> way & 1) != 0 && !isnan(s->upper[lane]);
        CASE_CHECK(here || !wanted || !(above[way] >= 0.0), "%s: lost lane %u, %g above", name,
                   lane, above[way]);
        CASE_CHECK(!here || (wanted && above[way] >= -SLACK), "%s: kept lane %u, %g above", name,
                   lane, above[way]);
    }
}

static void check_survivors(const char *name, const struct screen_case *s,
                            const struct survivors *got, uint32_t before) {
    unsigned kept[TILE_LANES] = {0};
    int32_t last = -1;
    for (uint32_t i = before; i < got->count; i++) {
        uint32_t lane = got->pair[i] & 63;
        CASE_CHECK(got->pair[i] >> 6 == s->at, "%s: pair of row %u", name, got->pair[i] >> 6);
        CASE_CHECK((int32_t)lane > last, "%s: lane %u after %d", name, lane, last);
        CASE_CHECK(got->ways[i] >= 1 && got->ways[i] <= 3, "%s: ways %u", name, got->ways[i]);
        last = (int32_t)lane;
        kept[lane] = got->ways[i];
        check_value(name, "part", (double)got->part[i], s->exact[lane].part);
        check_value(name, "side_ab", (double)got->side_ab[i], s->exact[lane].side[0]);
        check_value(name, "side_ba", (double)got->side_ba[i], s->exact[lane].side[1]);
    }
    for (uint32_t lane = 0; lane < TILE_LANES; lane++)
        check_lane(name, s, lane, kept[lane]);
}

/* Nothing but the appended entries and the 64 after them may change. */
static void check_rest(const char *name, const struct survivors *got, uint32_t before) {
    const uint32_t end = SURVIVORS_MAX + 64;
    for (uint32_t i = 0; i < end; i++) {
        if (i >= before && i < got->count + 64)
            continue;
        const uint8_t *bytes[] = {(const uint8_t *)&got->pair[i], &got->ways[i],
                                  (const uint8_t *)&got->part[i], (const uint8_t *)&got->side_ab[i],
                                  (const uint8_t *)&got->side_ba[i]};
        static const size_t sizes[] = {2, 1, 4, 4, 4};
        for (size_t k = 0; k < ARRAY_LEN(bytes); k++)
            for (size_t b = 0; b < sizes[k]; b++)
                CASE_CHECK(bytes[k][b] == 0xa5, "%s: wrote entry %u of array %zu, %u + 64 used",
                           name, i, k, got->count);
    }
}

/* The same row twice: the survivors come twice, in order. */
static void check_two_rows(const struct kernels *kernels, struct screen_case *s,
                           const uint64_t asked[2], const struct survivors *once) {
    uint32_t other = s->at < TILE_LANES - 1 ? s->at + 1 : 0;
    s->rows[other] = s->rows[s->at];
    s->row_reach[other] = s->row_reach[s->at];
    s->row_bonus[other] = s->row_bonus[s->at];
    s->row_limit[other] = s->row_limit[s->at];
    for (int way = 0; way < 2; way++)
        s->ways[other][way] = s->ways[s->at][way] = asked[way];
    struct survivors *twice = guarded_array(s->answers.memory, sizeof *twice);
    twice->count = 0;
    const struct screening in = {s->answers.layout, s->terms, s->rows, &s->answers.tile, s->duel};
    kernels->screen(&in, UINT64_C(1) << s->at | UINT64_C(1) << other, s->ways, twice);
    uint32_t n = once->count, first = other < s->at ? other : s->at;
    CASE_CHECK(twice->count == 2 * n, "%s: %u survivors of two rows, %u of one", kernels->name,
               twice->count, n);
    for (uint32_t i = 0; i < 2 * n; i++) {
        uint32_t row = i < n ? first : first == other ? s->at : other;
        CASE_CHECK(twice->pair[i] == row * TILE_LANES + (once->pair[i % n] & 63),
                   "%s: survivor %u is pair %u", kernels->name, i, twice->pair[i]);
        CASE_CHECK(memcmp(&twice->part[i], &once->part[i % n], sizeof(float)) == 0,
                   "%s: survivor %u differs between rows", kernels->name, i);
    }
}

void kernel_check_screen(const struct kernels *kernels, uint64_t seed) {
    struct draws draws = {seed};
    struct screen_case s;
    draw_screen(&s, &draws);
    struct survivors *got = guarded_array(s.answers.memory, sizeof *got);
    memset(got, 0xa5, sizeof *got);
    static const uint32_t starts[] = {0, 0, 1, 17, 4000, SURVIVORS_MAX - TILE_LANES};
    uint32_t before = starts[draw_below(&draws, ARRAY_LEN(starts))];
    got->count = before;
    const uint64_t asked[2] = {s.ways[s.at][0], s.ways[s.at][1]};
    const struct screening in = {s.answers.layout, s.terms, s.rows, &s.answers.tile, s.duel};
    kernels->screen(&in, UINT64_C(1) << s.at, s.ways, got);
    uint64_t unranked = 0;
    for (uint32_t lane = 0; lane < TILE_LANES; lane++)
        unranked |= (uint64_t)isnan(s.upper[lane]) << lane;
    for (uint32_t row = 0; row < TILE_LANES; row++)
        for (int way = 0; way < 2; way++) {
            uint64_t noise = UINT64_C(0xa5a5a5a5a5a5a5a5);
            uint64_t wanted = row == s.at ? asked[way] & ~unranked : noise;
            CASE_CHECK(s.ways[row][way] == wanted, "%s: way %d of row %u is %#llx, not %#llx",
                       kernels->name, way, row, (unsigned long long)s.ways[row][way],
                       (unsigned long long)wanted);
        }
    CASE_CHECK(got->count >= before && got->count <= before + TILE_LANES, "%s: count %u",
               kernels->name, got->count);
    check_survivors(kernels->name, &s, got, before);
    check_rest(kernels->name, got, before);
    if (before == 0)
        check_two_rows(kernels, &s, asked, got);
    answer_case_release(&s.answers);
}

/* Who waits, of how many rows. */
enum { WEIGHED_ROWS = 5, RECORDS = TILE_LANES, BEFORE = 3 };

struct weigh_case {
    struct answer_case answers;
    struct score_terms terms;
    struct answer_row *rows; /* by number; those without people are noise */
    uint8_t *records;        /* of the tile's lanes */
    uint32_t *first, *who, count;
};

/* What stands in a tile by lane, person by person. */
static void write_record(const struct answer_case *c, uint32_t lane, uint8_t *record) {
    const struct answer_layout *l = c->layout;
    const struct answer_record where = answer_record_of(l);
    for (uint32_t at = 0; at < l->groups * 4; at++) {
        record[at] = c->tile.codes[at / 4 * 256 + 4 * lane + at % 4];
        record[where.fresh + at] = c->tile.fresh[at / 4 * 256 + 4 * lane + at % 4];
    }
    for (uint32_t k = 0; k < l->constructs; k++)
        memcpy(record + where.importance + 4 * k, &c->tile.importance[k * TILE_LANES + lane], 4);
    for (uint32_t w = 0; w < l->words; w++)
        memcpy(record + where.answered + 4 * w, &c->tile.answered[w * TILE_LANES + lane], 4);
    record[where.children] = c->tile.children == NULL ? 0 : c->tile.children[lane];
}

/* Rows that differ in what is not a table. */
static void draw_rows(struct weigh_case *w, struct draws *draws, uint32_t counts[TILE_LANES]) {
    static const uint32_t ugly[] = {0, 1, 15, 16, 17, 33, 100};
    w->rows = guarded_array(w->answers.memory, TILE_LANES * sizeof *w->rows);
    memset(w->rows, 0xa5, TILE_LANES * sizeof *w->rows);
    for (uint32_t i = 0; i < WEIGHED_ROWS; i++) {
        uint32_t at = i < 2 ? i * (TILE_LANES - 1) : draw_below(draws, TILE_LANES);
        struct answer_row *row = &w->rows[at];
        *row = *w->answers.row;
        row->children = (uint8_t)draw_below(draws, 3);
        for (uint32_t k = 0; k < KERNEL_CONSTRUCTS; k++)
            row->importance[k] = (float)draw_in(draws, 0.5, 1.5);
        for (uint32_t word = 0; word < w->answers.layout->words; word++)
            row->answered[word] = (uint32_t)draw_bits(draws);
        answer_row_derive(w->answers.layout, row);
        counts[at] = ugly[draw_below(draws, ARRAY_LEN(ugly))];
    }
}

static void draw_weigh(struct weigh_case *w, struct draws *draws) {
    answer_case_init(&w->answers, draws);
    struct guarded *memory = w->answers.memory;
    bool children = w->answers.tile.children != NULL && draw_chance(draws, 0.8);
    w->terms = (struct score_terms){
        .fit = 0.476f, .missing = 0.084f, .child = children ? 0.105f : 0.0f, .side_fit = 0.8f};
    size_t size = answer_record_of(w->answers.layout).size;
    w->records = guarded_array(memory, RECORDS * size);
    for (uint32_t lane = 0; lane < RECORDS; lane++)
        write_record(&w->answers, lane, w->records + lane * size);
    uint32_t counts[TILE_LANES] = {0};
    draw_rows(w, draws, counts);
    w->first = guarded_array(memory, (TILE_LANES + 1) * sizeof *w->first);
    w->first[0] = draw_chance(draws, 0.5) ? 0 : BEFORE;
    for (uint32_t row = 0; row < TILE_LANES; row++)
        w->first[row + 1] = w->first[row] + counts[row];
    w->count = w->first[TILE_LANES];
    w->who = guarded_array(memory, (w->count + WEIGH_EXTRA) * sizeof *w->who);
    for (uint32_t i = 0; i < w->count + WEIGH_EXTRA; i++)
        w->who[i] = draw_below(draws, RECORDS);
}

static float *noise(struct guarded *memory, uint32_t count) {
    float *values = guarded_array(memory, count * sizeof *values);
    memset(values, 0xa5, count * sizeof *values);
    return values;
}

static void check_weighed(const char *name, struct weigh_case *w, const struct weighed *got) {
    for (uint32_t row = 0; row < TILE_LANES; row++) {
        struct answer_case c = w->answers;
        c.row = &w->rows[row];
        for (uint32_t i = w->first[row]; i < w->first[row + 1]; i++) {
            struct exact_parts exact = exact_parts(&c, &w->terms, w->who[i]);
            CASE_CHECK(isnan(got->part[i]) == isnan(exact.part), "%s: person %u of row %u: %g",
                       name, i, row, (double)got->part[i]);
            if (isnan(exact.part))
                continue;
            check_value(name, "part", (double)got->part[i], exact.part);
            check_value(name, "side_ab", (double)got->side_ab[i], exact.side[0]);
            check_value(name, "side_ba", (double)got->side_ba[i], exact.side[1]);
        }
    }
}

/* The same people behind 4 GiB of others: positions times sizes need more than 32 bits. */
static void check_far(const struct kernels *kernels, struct weigh_case *w,
                      const struct weighed *near) {
    const size_t size = answer_record_of(w->answers.layout).size, page = 4096;
    const uint32_t far = UINT32_MAX / (uint32_t)size + 1;
    const size_t first = far * size, bytes = first + RECORDS * size, open = first / page * page;
    uint8_t *records =
        mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    CASE_CHECK(records != MAP_FAILED, "no 4 GiB of addresses");
    CASE_CHECK(mprotect(records + open, bytes - open, PROT_READ | PROT_WRITE) == 0, "no memory");
    memcpy(records + first, w->records, RECORDS * size);
    for (uint32_t i = 0; i < w->count + WEIGH_EXTRA; i++)
        w->who[i] += far;
    struct guarded *memory = w->answers.memory;
    const uint32_t room = w->count + WEIGH_EXTRA;
    const struct weighed got = {noise(memory, room), noise(memory, room), noise(memory, room)};
    const struct weighing in = {w->answers.layout, &w->terms, w->rows, records, w->first, w->who};
    kernels->weigh(&in, &got);
    for (uint32_t i = w->first[0]; i < w->count; i++)
        CASE_CHECK(memcmp(&got.part[i], &near->part[i], sizeof *got.part) == 0 &&
                       memcmp(&got.side_ab[i], &near->side_ab[i], sizeof *got.side_ab) == 0 &&
                       memcmp(&got.side_ba[i], &near->side_ba[i], sizeof *got.side_ba) == 0,
                   "%s: number %u has other parts further on", kernels->name, i);
    munmap(records, bytes);
}

void kernel_check_weigh(const struct kernels *kernels, uint64_t seed) {
    struct draws draws = {seed};
    struct weigh_case w;
    draw_weigh(&w, &draws);
    struct guarded *memory = w.answers.memory;
    const uint32_t room = w.count + WEIGH_EXTRA;
    const struct weighed got = {noise(memory, room), noise(memory, room), noise(memory, room)};
    const struct weighing in = {w.answers.layout, &w.terms, w.rows, w.records, w.first, w.who};
    kernels->weigh(&in, &got);
    check_weighed(kernels->name, &w, &got);
    const float *const arrays[] = {got.part, got.side_ab, got.side_ba};
    const float *fresh = noise(memory, BEFORE);
    for (size_t k = 0; k < ARRAY_LEN(arrays); k++)
        CASE_CHECK(memcmp(arrays[k], fresh, w.first[0] * sizeof *fresh) == 0,
                   "%s: wrote before the first", kernels->name);
    check_far(kernels, &w, &got);
    answer_case_release(&w.answers);
}
