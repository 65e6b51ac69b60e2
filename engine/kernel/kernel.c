/* The tables of functions, and the choice between them. */
#include "engine/kernel/kernel.h"

#include "engine/kernel/cpu.h"
#include "engine/kernel/isa.h"

#include <pthread.h>
#include <string.h>

static struct kernels tables[ISAS], blas_tables[ISAS];
static pthread_once_t filled = PTHREAD_ONCE_INIT;

/* Even the two stores that fill a table may be wide ones in a file compiled for wide registers:
 * only what this machine has is called. */
static void fill_tables(void) {
    uint32_t features = cpu_features();
    static const char *const names[ISAS] = {"ref", "avx2", "avx512"};
    for (int isa = 0; isa < ISAS; isa++) {
        tables[isa].isa = (enum kernel_isa)isa;
        tables[isa].name = names[isa];
    }
    kernels_mask_ref(&tables[ISA_REF]);
    kernels_answers_ref(&tables[ISA_REF]);
    kernels_weigh_ref(&tables[ISA_REF]);
    kernels_sift_ref(&tables[ISA_REF]);
    kernels_affinity_ref(&tables[ISA_REF]);
    kernels_dot_bytes_ref(&tables[ISA_REF]);
    kernels_lists_ref(&tables[ISA_REF]);
    if (kernels_available(ISA_AVX2, features)) {
        kernels_mask_avx2(&tables[ISA_AVX2]);
        kernels_answers_avx2(&tables[ISA_AVX2]);
        kernels_weigh_ref(&tables[ISA_AVX2]);
        kernels_affinity_avx2(&tables[ISA_AVX2]);
        kernels_dot_bytes_avx2(&tables[ISA_AVX2]);
        kernels_lists_ref(&tables[ISA_AVX2]);
    }
    if (kernels_available(ISA_AVX512, features)) {
        kernels_mask_avx512(&tables[ISA_AVX512]);
        kernels_answers_avx512(&tables[ISA_AVX512]);
        kernels_screen_avx512(&tables[ISA_AVX512]);
        kernels_weigh_avx512(&tables[ISA_AVX512]);
        kernels_sift_avx512(&tables[ISA_AVX512]);
        kernels_sift_row_avx512(&tables[ISA_AVX512]);
        kernels_affinity_avx512(&tables[ISA_AVX512]);
        kernels_dot_bytes_avx512(&tables[ISA_AVX512]);
        kernels_lists_avx512(&tables[ISA_AVX512]);
    }
    for (int isa = 0; isa < ISAS; isa++) {
        blas_tables[isa] = tables[isa];
        kernels_affinity_blas(&blas_tables[isa]);
    }
}

const struct kernels *kernels_of(enum kernel_isa isa) {
    pthread_once(&filled, fill_tables);
    return &tables[isa];
}

bool kernels_available(enum kernel_isa isa, uint32_t features) {
    return isa == ISA_REF || (isa == ISA_AVX2 && (features & CPU_AVX2) != 0) ||
           (isa == ISA_AVX512 && (features & CPU_AVX512) != 0);
}

bool kernels_select(const char *wanted, uint32_t features, const struct kernels **out,
                    struct err *err) {
    bool any = *wanted == '\0' || strcmp(wanted, "auto") == 0;
    for (int isa = ISAS - 1; isa >= 0; isa--) {
        const struct kernels *table = kernels_of((enum kernel_isa)isa);
        bool here = kernels_available((enum kernel_isa)isa, features);
        if (any ? !here : strcmp(wanted, table->name) != 0)
            continue;
        if (!here)
            return err_set(err, "MATCHD_ISA: this machine has no %s; leave it empty or use auto",
                           wanted);
        *out = table;
        return true;
    }
    return err_set(err, "MATCHD_ISA: expected ref, avx2, avx512 or auto, got \"%s\"", wanted);
}

bool kernels_select_visual(const char *wanted, uint32_t features, const struct kernels **kernels,
                           struct err *err) {
    bool any = *wanted == '\0' || strcmp(wanted, "auto") == 0;
    bool vnni = (features & CPU_AVX512) != 0;
    enum kernel_isa isa = (*kernels)->isa;
    if (strcmp(wanted, "int8") == 0 || (any && vnni))
        *kernels = kernels_of(isa);
    else if (strcmp(wanted, "blas") == 0 || any)
        *kernels = &blas_tables[isa];
    else
        return err_set(err, "MATCHD_VISUAL: expected int8, blas or auto, got \"%s\"", wanted);
    return true;
}

const char *kernels_visual_name(const struct kernels *kernels) {
    static const char *const names[VISUALS] = {"int8", "blas"};
    return names[kernels->visual];
}
