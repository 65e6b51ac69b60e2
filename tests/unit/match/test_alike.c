/* Protects: the intervals that picks are chosen by. Whoever is compared, by whatever instruction
 * set, sim(c, s) by the contract lies in both intervals, also of people with a photo but no taste;
 * shared answers are counted exactly. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/kernel/cpu.h"
#include "engine/match/alike.h"
#include "engine/match/pair.h"
#include "tests/support/crowd.h"
#include "tests/support/kernel_case.h"

enum { PEOPLE = 400 };

/* A viewer and who it chooses from, at random. */
struct choice {
    uint32_t viewer, count, position[ALIKE_MAX];
};

static uint32_t draw_member(const struct tiles *tiles, struct draws *draws) {
    for (;;) {
        uint32_t position = draw_below(draws, tiles->positions);
        if (tiles->row_of[position] != ROW_NONE)
            return position;
    }
}

static void draw_choice(const struct tiles *tiles, struct draws *draws, struct choice *out) {
    static const uint32_t counts[] = {1, 2, 3, 5, 63, 64, 65, 67, 127, 128, 129, 191, ALIKE_MAX};
    out->viewer = draw_member(tiles, draws);
    out->count = counts[draw_below(draws, ARRAY_LEN(counts))];
    for (uint32_t i = 0; i < out->count; i++)
        out->position[i] = draw_member(tiles, draws);
}

static void check_likeness(const struct tiles *tiles, struct alike *alike,
                           const struct choice *choice, uint32_t s) {
    struct likeness likeness;
    alike_measure(alike, s, &likeness);
    for (uint32_t i = 0; i < choice->count; i++) {
        uint32_t c = tiles->row_of[choice->position[i]];
        uint32_t other = tiles->row_of[choice->position[s]];
        double sim = pair_similarity(tiles->view, c, other);
        struct similarity_interval narrow = alike_narrow(alike, i, &likeness);
        cr_assert(likeness.lower[i] <= sim && sim <= likeness.upper[i],
                  "%u to %u: %.9f is not in [%.9f, %.9f]", c, other, sim, likeness.lower[i],
                  likeness.upper[i]);
        cr_assert(narrow.lower <= sim && sim <= narrow.upper,
                  "%u to %u: %.9f is not in [%.9f, %.9f], by int16", c, other, sim, narrow.lower,
                  narrow.upper);
        bool looks = tiles->view->visual[c] && tiles->view->visual[other];
        double wide = likeness.upper[i] - likeness.lower[i] - likeness.slack;
        cr_assert_lt(wide, looks ? 0.05 : 0.5 + 1e-6);
        if (looks)
            cr_assert_lt(narrow.upper - narrow.lower - likeness.slack, 1e-3);
    }
}

static void check_evidence(const struct tiles *tiles, struct alike *alike,
                           const struct choice *choice) {
    const int32_t *evidence = alike_evidence(alike);
    for (uint32_t i = 0; i < choice->count; i++) {
        struct questionnaire_score score;
        pair_questionnaire(tiles->view, tiles->row_of[choice->viewer],
                           tiles->row_of[choice->position[i]], &score);
        double missing = 1.0 - (double)evidence[i] / (double)tiles->view->evidence_sum;
        cr_assert(missing == score.missing, "%.17g instead of %.17g", missing, score.missing);
    }
}

static void check_crowd(const struct kernels *kernels, uint64_t seed) {
    struct draws draws = {seed};
    struct fixture *f = crowd_new(PEOPLE, seed, 0);
    struct tiles *tiles = tiles_new(fixture_view(f), 1);
    cr_assert_not_null(tiles);
    struct search search;
    search_init(&search, tiles, kernels, 8, 0);
    struct alike *alike = alike_new(&search);
    struct choice choice;
    for (int i = 0; i < 60; i++) {
        draw_choice(tiles, &draws, &choice);
        alike_read(alike, choice.viewer, choice.count, choice.position);
        if (i % 2 == 0)
            check_evidence(tiles, alike, &choice);
        for (int k = 0; k < 3; k++)
            check_likeness(tiles, alike, &choice, draw_below(&draws, choice.count));
        check_evidence(tiles, alike, &choice);
    }
    alike_free(alike);
    search_release(&search);
    tiles_free(tiles);
    fixture_free(f);
}

Test(alike, intervals_hold_the_similarity_by_the_contract) {
    for (int isa = ISA_REF; isa < ISAS; isa++)
        for (uint64_t seed = 1; seed <= 3; seed++)
            if (kernels_available((enum kernel_isa)isa, cpu_features()))
                check_crowd(kernels_of((enum kernel_isa)isa), seed);
}
