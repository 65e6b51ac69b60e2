#include "engine/kernel/blas.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#include "engine/kernel/cpu.h"

bool blas_start(struct err *err) {
    if (openblas_get_parallel() == 0)
        return err_set(err, "OpenBLAS: this build is the serial one, which several threads cannot "
                            "call; expected the one of libopenblas0-pthread");
    openblas_set_num_threads(1);
    if (openblas_get_num_threads() != 1)
        return err_set(err, "OpenBLAS: expected one thread a caller, got %d",
                       openblas_get_num_threads());
    return true;
}

const char *blas_core(void) {
    return openblas_get_corename();
}

static bool is_among(const char *core, const char *const *cores, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (strcasecmp(core, cores[i]) == 0)
            return true;
    return false;
}

const char *blas_core_above(const char *core, uint32_t features) {
    static const char *const avx512[] = {"SkylakeX", "Cooperlake", "SapphireRapids"};
    static const char *const avx2[] = {"Haswell", "Zen", "SkylakeX", "Cooperlake",
                                       "SapphireRapids"};
    if ((features & CPU_AVX512) != 0)
        return is_among(core, avx512, ARRAY_LEN(avx512)) ? NULL : "SkylakeX";
    if ((features & CPU_AVX2) != 0)
        return is_among(core, avx2, ARRAY_LEN(avx2)) ? NULL : "Haswell";
    return NULL;
}

const char *blas_better_core(uint32_t features) {
    return blas_core_above(blas_core(), features);
}

void blas_dots(struct blas_vectors x, struct blas_vectors y, float *out) {
    ASSERT(x.width == y.width);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, (blasint)x.count, (blasint)y.count,
                (blasint)x.width, 1.0f, x.data, (blasint)x.width, y.data, (blasint)y.width, 0.0f,
                out, (blasint)y.count);
}

float blas_dot(const float *x, const float *y, uint32_t n) {
    return cblas_sdot((blasint)n, x, 1, y, 1);
}

float blas_dot_error(uint32_t n, double norm_x, double norm_y) {
    const double u = 0x1p-24;
    double gamma = n * u / (1.0 - n * u);
    double error = (gamma * (1.0 + u) + u) * norm_x * norm_y + 2.0 * n * 0x1p-126;
    return nextafterf((float)(error * (1.0 + 1e-9)), INFINITY);
}
