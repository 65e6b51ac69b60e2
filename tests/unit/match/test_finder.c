/* Protects: single requests by the fast search answer what the plain reference does, one after the
 * other in one session, also for who is outside the population. */
#include <criterion/criterion.h>
#include <string.h>

#include "engine/kernel/blas.h"
#include "engine/kernel/cpu.h"
#include "engine/match/finder.h"
#include "engine/match/reference.h"
#include "tests/support/cities.h"
#include "tests/support/crowd.h"

enum { PEOPLE = 300, MOST = 64 };

/* Places k = 1, 2, 5, ... behind each other, so that lists of other lengths are left over. */
static uint32_t length_of(uint32_t viewer) {
    static const uint32_t lengths[] = {1, MOST, 5, 20};
    return lengths[viewer % ARRAY_LEN(lengths)];
}

static void compare_lists(const struct finder_answer *got, const struct ranked *wanted,
                          uint32_t count, uint32_t viewer) {
    cr_assert_eq(got->count, count, "viewer %u: %u candidates, not %u", viewer, got->count, count);
    for (uint32_t i = 0; i < count; i++)
        cr_assert(got->ranked[i].row == wanted[i].row && got->ranked[i].mode == wanted[i].mode &&
                      memcmp(&got->ranked[i].raw, &wanted[i].raw, sizeof(double)) == 0,
                  "viewer %u, place %u", viewer, i);
}

static void compare_funnels(const struct funnel *got, const struct funnel *wanted,
                            uint32_t viewer) {
    cr_assert_arr_eq(got->gates, wanted->gates, sizeof got->gates, "viewer %u: gates", viewer);
    for (uint32_t f = 0; f < FLOORS; f++)
        cr_assert_eq(got->floors[f], wanted->floors[f], "viewer %u, floor %u: %u, not %u", viewer,
                     f, got->floors[f], wanted->floors[f]);
    cr_assert_eq(got->unranked, wanted->unranked);
    cr_assert_eq(got->relaxation, wanted->relaxation);
    cr_assert_eq(got->relaxation_adds, wanted->relaxation_adds);
}

static void compare_viewer(struct finder *finder, const struct view *view, uint32_t viewer) {
    static struct ranked got_list[MOST], wanted_list[MOST];
    struct finder_answer got = {.ranked = got_list};
    const struct finder_request request = {
        .viewer = viewer, .k = length_of(viewer), .funnel = true};
    cr_assert(finder_preview(finder, &request, &got));
    uint32_t eligible, offerable;
    uint32_t count = reference_preview(view, viewer, request.k, wanted_list, &eligible, &offerable);
    struct funnel funnel;
    reference_funnel(view, viewer, &funnel);
    cr_assert_eq(got.eligible, eligible, "viewer %u", viewer);
    cr_assert_eq(got.offerable, offerable, "viewer %u", viewer);
    compare_lists(&got, wanted_list, count, viewer);
    compare_funnels(&got.funnel, &funnel, viewer);
}

static uint32_t compare_everybody(struct fixture *f, enum kernel_isa isa, const char *visual) {
    struct err err;
    const struct kernels *kernels = kernels_of(isa);
    cr_assert(blas_start(&err), "%s", err.text);
    cr_assert(kernels_select_visual(visual, cpu_features(), &kernels, &err), "%s", err.text);
    const struct view *view = fixture_view(f);
    struct tiles *tiles = tiles_new(view, 1);
    cr_assert_not_null(tiles);
    if (kernels->visual == VISUAL_BLAS)
        tiles_add_floats(tiles, 1);
    struct finder *finder = finder_new(tiles, kernels);
    uint32_t outside = 0;
    for (uint32_t viewer = 0; viewer < view->count; viewer++) {
        compare_viewer(finder, view, viewer);
        outside += !view->member[viewer];
    }
    finder_free(finder);
    tiles_free(tiles);
    return outside;
}

/* The floors of a viewer once stood in the answer of the next one outside the population. */
Test(finder, answers_as_the_reference_one_after_the_other) {
    struct fixture *f = crowd_new(PEOPLE, 5, 0);
    for (int i = 0; i < 5; i++) {
        struct person person = person_default(f);
        person.no_verification = true;
        fixture_add(f, &person);
    }
    cr_assert_gt(compare_everybody(f, ISA_REF, "int8"), 3,
                 "the crowd has nobody outside the population");
    fixture_free(f);
}

/* Tiles too far away are counted by their ages alone, and some have no coordinates to be far by. */
Test(finder, cities_far_apart) {
    for (int isa = ISA_REF; isa < ISAS; isa++) {
        if (!kernels_available((enum kernel_isa)isa, cpu_features()))
            continue;
        struct fixture *f = cities_new(700, 21 + (uint64_t)isa);
        compare_everybody(f, (enum kernel_isa)isa, "int8");
        fixture_free(f);
    }
}

/* Their dot products leave the range of floats: bounds once became NaN, and counts were wrong. */
Test(finder, tastes_of_any_strength) {
    static const float strengths[] = {3e38f, -3e38f, 1e20f, 1e-5f};
    static const char *const visuals[] = {"int8", "blas"};
    for (size_t v = 0; v < ARRAY_LEN(visuals) * ISAS; v++) {
        enum kernel_isa isa = (enum kernel_isa)(v / ARRAY_LEN(visuals));
        if (!kernels_available(isa, cpu_features()))
            continue;
        struct fixture *f = crowd_new(PEOPLE, 6, 0);
        for (uint32_t row = 0; row < PEOPLE; row += 3) {
            float x = strengths[row % ARRAY_LEN(strengths)], y = row % 2 == 0 ? x : -x;
            fixture_taste(f, row, (const float[FIXTURE_DIM]){x, y, x, y}, 0.7);
        }
        compare_everybody(f, isa, visuals[v % ARRAY_LEN(visuals)]);
        fixture_free(f);
    }
}
