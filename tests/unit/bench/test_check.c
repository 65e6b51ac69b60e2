/* The check that stands before every figure can fail: one wrong thing planted at a time, it says
 * so. And what sgemm and FAISS are given is the gender rule, person by person. */
#include "bench/check.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "bench/flat.h"
#include "bench/genders.h"
#include "bench/sgemm.h"
#include "bench/sink_memory.h"
#include "engine/match/pair.h"

enum { PEOPLE = 700, DIM = 24 };

struct set {
    struct world world;
    struct population *population;
    struct config *config;
    struct view *view;
};

static void set_init(struct set *set) {
    struct world_options options = {.people = PEOPLE, .dim = DIM, .seed = 3, .metro = "London"};
    struct err err;
    cr_assert(instant_from_text("2026-11-22T09:00:00Z", &options.now));
    cr_assert(world_init(&set->world, &options, &err), "%s", err.text);
    set->population = sink_memory(&set->world);
    set->config = config_new_default();
    struct batch batch = {.date = date_of_instant(options.now), .at = options.now};
    set->view = view_new(set->population, set->config, batch);
}

static void set_release(struct set *set) {
    view_free(set->view);
    config_free(set->config);
    population_free(set->population);
    world_release(&set->world);
}

/* The reference's answer in both forms. */
static void answers(const struct view *view, uint32_t viewer, struct viewer_result *expected,
                    struct run_result *found) {
    reference_viewer(view, viewer, expected);
    *found = (struct run_result){.viewer = viewer,
                                 .eligible = expected->eligible,
                                 .offerable = expected->offerable,
                                 .pool_count = expected->pool_count,
                                 .picks = expected->picks,
                                 .pick_count = expected->pick_count,
                                 .anchor = expected->has_anchor ? &expected->anchor : NULL};
}

static uint32_t viewer_with_picks(const struct view *view) {
    struct ranked pool[POOL_MAX];
    struct viewer_result result = {.pool = pool};
    for (uint32_t row = 0; row < view->count; row++) {
        reference_viewer(view, row, &result);
        if (result.pick_count >= 2)
            return row;
    }
    cr_assert_fail("nobody has picks");
    return ROW_NONE;
}

/* A wrong answer of each kind: which field, and what the error names. */
static void plant(int kind, struct run_result *found) {
    switch (kind) {
    case 0: found->picks[0].candidate ^= 1; break;
    case 1: found->picks[1].raw = nextafter(found->picks[1].raw, 2); break;
    case 2: found->picks[0].final = nextafter(found->picks[0].final, 2); break;
    case 3: found->pick_count--; break;
    case 4: found->pool_count++; break;
    case 5: found->eligible++; break;
    case 6: found->offerable--; break;
    case 7: found->picks[0].score ^= 1; break;
    case 8: found->picks[0].physical ^= 1; break;
    default: found->viewer++; break;
    }
}

Test(check, sees_every_wrong_answer) {
    static const char *const WORDS[] = {"candidate",    "raw",      "raw",       "picks",
                                        "pool",         "eligible", "offerable", "another mode",
                                        "another mode", "viewer"};
    struct set set;
    struct err err;
    set_init(&set);
    uint32_t viewer = viewer_with_picks(set.view);
    for (int kind = 0; kind < (int)ARRAY_LEN(WORDS); kind++) {
        struct ranked pool[POOL_MAX];
        struct viewer_result expected = {.pool = pool}, copy;
        struct run_result found;
        answers(set.view, viewer, &expected, &found);
        copy = expected;
        found.picks = copy.picks;
        cr_assert(check_result(&found, &expected, &err), "%s", err.text);
        plant(kind, &found);
        cr_assert_not(check_result(&found, &expected, &err), "kind %d", kind);
        cr_assert_not_null(strstr(err.text, WORDS[kind]), "kind %d: %s", kind, err.text);
    }
    set_release(&set);
}

Test(check, sees_a_wrong_rank) {
    struct set set;
    struct err err;
    set_init(&set);
    uint32_t eligible, offerable, viewer = viewer_with_picks(set.view);
    struct ranked expected[8], found[8];
    uint32_t count = reference_preview(set.view, viewer, 8, expected, &eligible, &offerable);
    cr_assert(count >= 2);
    memcpy(found, expected, sizeof found);
    cr_assert(check_ranking(found, expected, count, &err));
    struct ranked first = found[0];
    found[0] = found[1];
    found[1] = first;
    cr_assert_not(check_ranking(found, expected, count, &err));
    set_release(&set);
}

/* Against pair_gate, pair by pair. */
Test(genders, count_the_pairs_of_the_gender_rule) {
    struct set set;
    struct genders genders;
    set_init(&set);
    genders_init(&genders, set.view);
    uint64_t pairs = 0;
    for (uint32_t a = 0; a < PEOPLE; a++)
        for (uint32_t b = a + 1; b < PEOPLE; b++) {
            enum gate gate = pair_gate(set.view, a, b);
            pairs += gate == GATE_NONE || gate > GATE_GENDER;
        }
    cr_assert_eq(genders.pairs, pairs, "%llu, expected %llu", (unsigned long long)genders.pairs,
                 (unsigned long long)pairs);
    genders_release(&genders);
    set_release(&set);
}

Test(peers, are_checked_and_can_fail) {
    struct set set;
    struct genders genders;
    struct looks looks;
    struct sgemm sgemm;
    struct spent spent;
    struct err err;
    set_init(&set);
    genders_init(&genders, set.view);
    looks_init(&looks, &genders, set.view);
    sgemm_init(&sgemm, &genders, &looks);
    sgemm_run(&sgemm, 2, &spent);
    cr_assert(sgemm_check(&sgemm, &err), "%s", err.text);
    sgemm.maximum[0] += 0.001f;
    cr_assert_not(sgemm_check(&sgemm, &err));
    struct flat_options options = {.threads = 2, .check = true};
    bool ok = flat_run(&genders, &looks, &options, &spent, &err);
    cr_assert_eq(ok, flat_built(), "%s", err.text);
    sgemm_release(&sgemm);
    looks_release(&looks);
    genders_release(&genders);
    set_release(&set);
}
