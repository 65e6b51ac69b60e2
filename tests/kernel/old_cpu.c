/* old_cpu WANTED: the checks of test_kernels.c on every instruction set that the CPU at hand has,
 * in one process, so that it can run under an emulator of an older one. Fails unless the best set
 * there is WANTED. */
#include <stdio.h>
#include <string.h>

#include "engine/kernel/cpu.h"
#include "tests/support/kernel_case.h"

enum { ROUNDS = 20 };

static void check_all(const struct kernels *kernels) {
    for (uint64_t seed = 1; seed <= ROUNDS; seed++) {
        kernel_check_masks(kernels, seed);
        kernel_check_hulls(kernels, seed);
        kernel_check_sums(kernels, seed);
        kernel_check_screen(kernels, seed);
        kernel_check_weigh(kernels, seed);
        kernel_check_lists(kernels, seed);
        kernel_check_refine(kernels, seed);
        kernel_check_dots(kernels, seed);
        kernel_check_blas(kernels, seed);
        if (kernels->sift == NULL)
            continue;
        kernel_check_sift(kernels, seed);
        kernel_check_sift_row(kernels, seed);
    }
    printf("%s: %d rounds of each check\n", kernels->name, ROUNDS);
}

int main(int count, char **arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: old_cpu ref|avx2|avx512\n");
        return 2;
    }
    const struct kernels *best;
    struct err err;
    if (!kernels_select("auto", cpu_features(), &best, &err)) {
        fprintf(stderr, "%s\n", err.text);
        return 1;
    }
    if (strcmp(best->name, arguments[1]) != 0) {
        fprintf(stderr, "expected a CPU whose best kernels are %s, got %s\n", arguments[1],
                best->name);
        return 1;
    }
    for (int isa = 0; isa <= (int)best->isa; isa++)
        check_all(kernels_of((enum kernel_isa)isa));
    return 0;
}
