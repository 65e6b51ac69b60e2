/* Protects: what every instruction set's kernels promise (tests/support/kernel_case.h), and the
 * choice between them. */
#include <criterion/criterion.h>
#include <string.h>

#include "engine/kernel/cpu.h"
#include "tests/support/kernel_case.h"

enum { ROUNDS = 300 };

static void check_rounds(enum kernel_isa isa, void (*check)(const struct kernels *, uint64_t)) {
    const struct kernels *kernels = kernels_of(isa);
    if (!kernels_available(isa, cpu_features()))
        cr_skip("this machine has no %s", kernels->name);
    for (uint64_t seed = 1; seed <= ROUNDS; seed++)
        check(kernels, seed * 1000003);
}

#define CHECK_EVERYWHERE(what)                                                                     \
    Test(ref, what) {                                                                              \
        check_rounds(ISA_REF, kernel_check_##what);                                                \
    }                                                                                              \
    Test(avx2, what) {                                                                             \
        check_rounds(ISA_AVX2, kernel_check_##what);                                               \
    }                                                                                              \
    Test(avx512, what) {                                                                           \
        check_rounds(ISA_AVX512, kernel_check_##what);                                             \
    }

CHECK_EVERYWHERE(masks)
CHECK_EVERYWHERE(hulls)
CHECK_EVERYWHERE(sums)
CHECK_EVERYWHERE(screen)
CHECK_EVERYWHERE(weigh)
CHECK_EVERYWHERE(refine)
CHECK_EVERYWHERE(dots)
CHECK_EVERYWHERE(blas)
CHECK_EVERYWHERE(lists)

/* AVX2 has no rough bound. */
#define CHECK_SIFT(isa, name, what)                                                                \
    Test(name, what) {                                                                             \
        check_rounds(isa, kernel_check_##what);                                                    \
    }

CHECK_SIFT(ISA_REF, ref, sift)
CHECK_SIFT(ISA_AVX512, avx512, sift)
CHECK_SIFT(ISA_REF, ref, sift_row)
CHECK_SIFT(ISA_AVX512, avx512, sift_row)

/* What a machine with these features is given for a wish; NULL: refused with a sentence that names
 * the wish. */
static const char *given(const char *wanted, uint32_t features) {
    struct err err = {{0}};
    const struct kernels *kernels = NULL;
    if (kernels_select(wanted, features, &kernels, &err))
        return kernels->name;
    cr_assert_not_null(strstr(err.text, "MATCHD_ISA"), "%s", err.text);
    cr_assert_not_null(strstr(err.text, wanted), "%s", err.text);
    return NULL;
}

Test(select, best_of_what_the_machine_has) {
    const uint32_t both = CPU_AVX2 | CPU_AVX512;
    cr_assert_str_eq(given("", 0), "ref");
    cr_assert_str_eq(given("auto", 0), "ref");
    cr_assert_str_eq(given("auto", CPU_AVX2), "avx2");
    cr_assert_str_eq(given("auto", both), "avx512");
    cr_assert_str_eq(given("", both), "avx512");
}

Test(select, a_wish_is_met_or_refused) {
    const uint32_t both = CPU_AVX2 | CPU_AVX512;
    cr_assert_str_eq(given("ref", both), "ref");
    cr_assert_str_eq(given("avx2", both), "avx2");
    cr_assert_str_eq(given("avx512", both), "avx512");
    cr_assert_null(given("avx512", CPU_AVX2));
    cr_assert_null(given("avx512", 0));
    cr_assert_null(given("avx2", 0));
    cr_assert_null(given("sse9", both));
    cr_assert_null(given("AVX2", both));
}

/* The visual backend for a wish; NULL: refused. The instruction set stays. */
static const char *given_visual(const char *wanted, uint32_t features, enum kernel_isa isa) {
    struct err err = {{0}};
    const struct kernels *kernels = kernels_of(isa);
    if (!kernels_select_visual(wanted, features, &kernels, &err)) {
        cr_assert_not_null(strstr(err.text, "MATCHD_VISUAL"), "%s", err.text);
        return NULL;
    }
    cr_assert_eq(kernels->isa, isa);
    return kernels_visual_name(kernels);
}

Test(select, blas_where_vnni_is_absent) {
    const uint32_t both = CPU_AVX2 | CPU_AVX512;
    cr_assert_str_eq(given_visual("auto", both, ISA_AVX512), "int8");
    cr_assert_str_eq(given_visual("", both, ISA_REF), "int8");
    cr_assert_str_eq(given_visual("auto", CPU_AVX2, ISA_AVX2), "blas");
    cr_assert_str_eq(given_visual("", 0, ISA_REF), "blas");
    cr_assert_str_eq(given_visual("blas", both, ISA_AVX512), "blas");
    cr_assert_str_eq(given_visual("int8", 0, ISA_REF), "int8");
    cr_assert_null(given_visual("BLAS", both, ISA_REF));
}

Test(select, this_machine) {
    cr_assert_not_null(given("auto", cpu_features()));
    cr_assert((cpu_features() & CPU_AVX512) == 0 || (cpu_features() & CPU_AVX2) != 0);
}
