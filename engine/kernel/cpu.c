/* The compiler's runtime checks CPUID and, for wide registers, XCR0. */
#include "engine/kernel/cpu.h"

static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
           __builtin_cpu_supports("f16c") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2");
}

static bool has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vbmi") &&
           __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("avx512vnni") &&
           __builtin_cpu_supports("avx512bitalg") && __builtin_cpu_supports("avx512vpopcntdq");
}

uint32_t cpu_features(void) {
    __builtin_cpu_init();
    uint32_t features = 0;
    if (has_avx2())
        features |= CPU_AVX2;
    if (has_avx2() && has_avx512())
        features |= CPU_AVX512;
    return features;
}
