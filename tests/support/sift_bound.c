#include "tests/support/sift_bound.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/kernel/cpu.h"
#include "engine/match/pair.h"
#include "engine/match/run.h"
#include "engine/match/tile_sift.h"
#include "tests/support/kernel_case.h"

/* Two tiles, and what `ref` says of them. */
struct bound_case {
    const struct tiles *tiles;
    uint32_t a, b;
    uint64_t rows, ways[TILE_LANES][2];
    struct answer_row answers[TILE_LANES];
    struct sift_row sift[TILE_LANES];
    bool kept[SURVIVORS_MAX];
    int16_t loss[SURVIVORS_MAX];
};

static uint32_t row_at(const struct tiles *tiles, uint32_t tile, uint32_t lane) {
    return tiles->row_of[tile * TILE_LANES + lane];
}

/* Everybody with everybody else of the other tile. */
static void ask(struct bound_case *c) {
    uint64_t lanes = 0;
    for (uint32_t lane = 0; lane < TILE_LANES; lane++)
        lanes |= (uint64_t)(row_at(c->tiles, c->b, lane) != ROW_NONE) << lane;
    for (uint32_t row = 0; row < TILE_LANES; row++) {
        uint64_t own = c->a == c->b ? (uint64_t)1 << row : 0;
        c->ways[row][0] = c->ways[row][1] = lanes & ~own;
        c->rows |= (uint64_t)(row_at(c->tiles, c->a, row) != ROW_NONE) << row;
    }
}

static void fill_rows(struct bound_case *c, const struct kernels *kernels) {
    for (uint64_t left = c->rows; left != 0; left &= left - 1) {
        uint32_t row = (uint32_t)__builtin_ctzll(left), position = c->a * TILE_LANES + row;
        tiles_answer_row(c->tiles, position, &c->answers[row]);
        tiles_sift_row(c->tiles, kernels, position, &c->answers[row], &c->sift[row]);
    }
}

/* Against limits that everybody reaches. */
static void run(const struct bound_case *c, const struct kernels *kernels,
                uint64_t ways[TILE_LANES][2], struct survivors *out) {
    static const float zero[TILE_LANES];
    float least[TILE_LANES];
    for (uint32_t i = 0; i < TILE_LANES; i++)
        least[i] = -INFINITY;
    const struct duel duel = {.row_reach = zero,
                              .lane_reach = zero,
                              .row_bonus = zero,
                              .lane_bonus = zero,
                              .row_limit = least,
                              .lane_limit = least};
    const struct sifting in = {
        .layout = &c->tiles->sift_layout,
        .rows = c->sift,
        .tile = c->tiles->sift + c->b * tiles_sift_bytes(c->tiles),
        .duel = &duel,
    };
    memcpy(ways, c->ways, sizeof c->ways);
    out->count = 0;
    kernels->sift(&in, c->rows, ways, out);
}

static void check_pair(const struct bound_case *c, uint32_t pair, bool ranked,
                       struct sift_gap *gap) {
    const struct view *view = c->tiles->view;
    const struct params *g = view->global;
    struct questionnaire_score q;
    uint32_t row = row_at(c->tiles, c->a, pair / TILE_LANES);
    uint32_t lane = row_at(c->tiles, c->b, pair % TILE_LANES);
    pair_questionnaire(view, row, lane, &q);
    CASE_CHECK(q.ranked == ranked && c->kept[pair] == ranked, "rows %u and %u: ranked %d, %d", row,
               lane, q.ranked, ranked);
    if (!ranked)
        return;
    double child = q.child_mismatch ? g->MATCH_CHILD_GOAL_MISMATCH_PENALTY : 0.0;
    double base = g->MATCH_SCORE_QUESTIONNAIRE_WEIGHT * g->MATCH_SCORE_COMPATIBILITY_WEIGHT * q.fit;
    double penalties = g->MATCH_SCORE_UNCERTAINTY_PENALTY_MAX * q.missing + child;
    double sides = 0.15 * g->MATCH_SCORE_COMPATIBILITY_WEIGHT * (q.side_ab + q.side_ba);
    double exact = 0.7 * (base - penalties) + sides;
    double bound =
        (double)c->tiles->sift_layout.base - ldexp(c->loss[pair], -c->tiles->sift_layout.unit_bits);
    CASE_CHECK(bound >= exact, "rows %u and %u: %.9g is below %.9g", row, lane, bound, exact);
    gap->sum += bound - exact;
    gap->most = fmax(gap->most, bound - exact);
    gap->pairs++;
}

/* The same of another instruction set. */
static void check_same(struct bound_case *c, const struct kernels *kernels,
                       const uint64_t wanted[TILE_LANES][2], struct survivors *got) {
    uint64_t ways[TILE_LANES][2];
    uint32_t kept = 0;
    memset(c->sift, 0xa5, sizeof c->sift);
    fill_rows(c, kernels);
    run(c, kernels, ways, got);
    for (uint32_t i = 0; i < SURVIVORS_MAX; i++)
        kept += c->kept[i];
    CASE_CHECK(got->count == kept && memcmp(ways, wanted, sizeof ways) == 0,
               "%s: %u survivors, ref: %u, or other ways", kernels->name, got->count, kept);
    for (uint32_t i = 0; i < got->count; i++)
        CASE_CHECK(c->kept[got->pair[i]] && c->loss[got->pair[i]] == got->loss[i],
                   "%s: pair %u loses %d, ref: %d", kernels->name, got->pair[i], got->loss[i],
                   c->loss[got->pair[i]]);
}

void sift_bound_check(const struct tiles *tiles, uint32_t a, uint32_t b, struct sift_gap *gap) {
    struct bound_case *c = mem_array(1, sizeof *c);
    struct survivors *s = mem_array(1, sizeof *s);
    uint64_t ways[TILE_LANES][2];
    c->tiles = tiles;
    c->a = a;
    c->b = b;
    ask(c);
    fill_rows(c, kernels_of(ISA_REF));
    run(c, kernels_of(ISA_REF), ways, s);
    for (uint32_t i = 0; i < s->count; i++) {
        c->kept[s->pair[i]] = true;
        c->loss[s->pair[i]] = s->loss[i];
    }
    for (uint64_t left = c->rows; left != 0; left &= left - 1) {
        uint32_t row = (uint32_t)__builtin_ctzll(left);
        for (uint64_t lanes = c->ways[row][0]; lanes != 0; lanes &= lanes - 1) {
            uint32_t lane = (uint32_t)__builtin_ctzll(lanes);
            CASE_CHECK((ways[row][0] >> lane & 1) == (ways[row][1] >> lane & 1), "one way of two");
            check_pair(c, row * TILE_LANES + lane, (ways[row][0] >> lane & 1) != 0, gap);
        }
    }
    for (int isa = ISA_REF + 1; isa < ISAS; isa++) {
        const struct kernels *kernels = kernels_of((enum kernel_isa)isa);
        if (kernels_available((enum kernel_isa)isa, cpu_features()) && kernels->sift != NULL)
            check_same(c, kernels, ways, s);
    }
    free(s);
    free(c);
}

/* The digest of a run, and how many offers it makes. */
static uint64_t digest_of(const struct view *view, const struct tiles *tiles,
                          const struct kernels *kernels, char text[RUN_DIGEST_TEXT]) {
    struct run_options options = {.threads = 2, .tiles = tiles, .kernels = kernels};
    struct run *run = run_start(view, &options);
    run_wait(run);
    run_digest(run, text);
    struct run_progress progress;
    run_progress(run, &progress);
    run_free(run);
    return progress.offers;
}

uint64_t sift_bound_check_offers(const struct view *view, const struct tiles *tiles) {
    char wanted[RUN_DIGEST_TEXT], text[RUN_DIGEST_TEXT];
    uint64_t offers = digest_of(view, NULL, NULL, wanted);
    for (int isa = ISA_REF; isa < ISAS; isa++) {
        const struct kernels *kernels = kernels_of((enum kernel_isa)isa);
        if (!kernels_available((enum kernel_isa)isa, cpu_features()))
            continue;
        digest_of(view, tiles, kernels, text);
        CASE_CHECK(strcmp(text, wanted) == 0, "other offers with %s", kernels->name);
    }
    return offers;
}
