/* Protects: the offers are a function of the people. Instruction sets, visual backends, threads and
 * the order of loading, in pairs of all values, give the digest of the plain reference; so do exact
 * counts. */
#include <criterion/criterion.h>
#include <string.h>

#include "engine/kernel/blas.h"
#include "engine/kernel/cpu.h"
#include "engine/match/run.h"
#include "tests/support/crowd.h"

enum { PEOPLE = 700, DIGESTS = 3 };

struct way {
    enum kernel_isa isa;
    const char *visual;
    uint32_t threads;
    uint64_t order; /* of loading */
};

static const struct kernels *kernels_for(const struct way *way) {
    const struct kernels *kernels = kernels_of(way->isa);
    struct err err;
    cr_assert(blas_start(&err), "%s", err.text);
    cr_assert(kernels_select_visual(way->visual, cpu_features(), &kernels, &err), "%s", err.text);
    return kernels;
}

/* NULL tiles and kernels: the reference. */
static void digest_of(const struct view *view, const struct run_options *options,
                      char text[RUN_DIGEST_TEXT]) {
    struct run *run = run_start(view, options);
    run_wait(run);
    run_digest(run, text);
    run_free(run);
}

static void digest_of_reference(uint64_t seed, char text[RUN_DIGEST_TEXT]) {
    struct fixture *f = crowd_new(PEOPLE, seed, 0);
    const struct run_options options = {.threads = 2};
    digest_of(fixture_view(f), &options, text);
    fixture_free(f);
}

static void check_way(uint64_t seed, const struct way *way, const char *expected) {
    if (!kernels_available(way->isa, cpu_features()))
        return;
    struct fixture *f = crowd_new(PEOPLE, seed, way->order);
    const struct view *view = fixture_view(f);
    struct tiles *tiles = tiles_new(view, way->threads);
    cr_assert_not_null(tiles);
    struct run_options options = {
        .threads = way->threads, .tiles = tiles, .kernels = kernels_for(way)};
    if (options.kernels->visual == VISUAL_BLAS)
        tiles_add_floats(tiles, way->threads);
    char text[RUN_DIGEST_TEXT];
    for (int exact = 0; exact < 2; exact++) {
        options.exact_counts = exact == 1;
        digest_of(view, &options, text);
        cr_assert_str_eq(text, expected, "%s, %s, %u threads, order %u, counts %d: %s not %s",
                         options.kernels->name, way->visual, way->threads, (unsigned)way->order,
                         exact, text, expected);
    }
    tiles_free(tiles);
    fixture_free(f);
}

/* Every pair of values of two columns stands in some line. */
static const struct way WAYS[] = {
    {ISA_REF, "int8", 1, 0},    {ISA_REF, "blas", 2, 1},    {ISA_REF, "int8", 3, 2},
    {ISA_REF, "blas", 8, 0},    {ISA_AVX2, "blas", 1, 1},   {ISA_AVX2, "int8", 2, 0},
    {ISA_AVX2, "blas", 3, 2},   {ISA_AVX2, "int8", 8, 1},   {ISA_AVX512, "int8", 1, 2},
    {ISA_AVX512, "blas", 2, 2}, {ISA_AVX512, "int8", 3, 1}, {ISA_AVX512, "blas", 8, 2},
    {ISA_AVX512, "blas", 3, 0}, {ISA_AVX512, "int8", 2, 0},
};

Test(backends, one_digest_for_all) {
    for (uint64_t seed = 31; seed < 31 + DIGESTS; seed++) {
        char expected[RUN_DIGEST_TEXT];
        digest_of_reference(seed, expected);
        for (size_t i = 0; i < ARRAY_LEN(WAYS); i++)
            check_way(seed, &WAYS[i], expected);
    }
}

/* Eligible and offerable of everybody, which dry runs show. */
Test(backends, one_count_for_all) {
    struct fixture *f = crowd_new(PEOPLE, 41, 0);
    const struct view *view = fixture_view(f);
    struct tiles *tiles = tiles_new(view, 2);
    cr_assert_not_null(tiles);
    tiles_add_floats(tiles, 2);
    const struct run_options plain = {.threads = 2, .exact_counts = true};
    struct run *expected = run_start(view, &plain);
    run_wait(expected);
    for (size_t i = 0; i < ARRAY_LEN(WAYS); i++) {
        if (!kernels_available(WAYS[i].isa, cpu_features()))
            continue;
        const struct run_options options = {.threads = WAYS[i].threads,
                                            .exact_counts = true,
                                            .tiles = tiles,
                                            .kernels = kernels_for(&WAYS[i])};
        struct run *run = run_start(view, &options);
        run_wait(run);
        cr_assert_eq(run_count(run), run_count(expected));
        for (uint32_t k = 0; k < run_count(run); k++) {
            const struct run_result *got = run_result(run, k), *want = run_result(expected, k);
            cr_assert_eq(got->eligible, want->eligible, "viewer %u", k);
            cr_assert_eq(got->offerable, want->offerable, "viewer %u", k);
        }
        run_free(run);
    }
    run_free(expected);
    tiles_free(tiles);
    fixture_free(f);
}
