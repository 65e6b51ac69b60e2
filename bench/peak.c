#include "bench/peak.h"

#include <immintrin.h>
#include <stdlib.h>

#include "bench/machine.h"
#include "engine/base/mem.h"
#include "engine/kernel/cpu.h"

enum { CHAINS = 12, ROUNDS = 6000000, TRIALS = 3, READ_BYTES = 256 << 20 };

/* Independent chains, each in a register of its own: an array of them would live in memory. */
#define EACH_CHAIN(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)
/* Nothing is done to x, but the compiler must not know. */
#define KEEP(x) __asm__ volatile("" : "+v"(x))

#define FMA_AVX512_START(c) __m512 sum##c = y;
#define FMA_AVX512_STEP(c)                                                                         \
    sum##c = _mm512_fmadd_ps(sum##c, x, y);                                                        \
    KEEP(sum##c);
__attribute__((target("avx512f"))) static void fma_avx512(void) {
    const __m512 x = _mm512_set1_ps(0.5f), y = _mm512_set1_ps(1.0f);
    EACH_CHAIN(FMA_AVX512_START)
    for (long i = 0; i < ROUNDS; i++) {
        EACH_CHAIN(FMA_AVX512_STEP)
    }
}

#define FMA_AVX2_START(c) __m256 sum##c = y;
#define FMA_AVX2_STEP(c)                                                                           \
    sum##c = _mm256_fmadd_ps(sum##c, x, y);                                                        \
    KEEP(sum##c);
__attribute__((target("avx2,fma"))) static void fma_avx2(void) {
    const __m256 x = _mm256_set1_ps(0.5f), y = _mm256_set1_ps(1.0f);
    EACH_CHAIN(FMA_AVX2_START)
    for (long i = 0; i < ROUNDS; i++) {
        EACH_CHAIN(FMA_AVX2_STEP)
    }
}

#define VNNI_AVX512_START(c) __m512i sum##c = y;
#define VNNI_AVX512_STEP(c)                                                                        \
    sum##c = _mm512_dpbusd_epi32(sum##c, x, y);                                                    \
    KEEP(sum##c);
__attribute__((target("avx512f,avx512vnni"))) static void vnni_avx512(void) {
    const __m512i x = _mm512_set1_epi8(1), y = _mm512_set1_epi8(-1);
    EACH_CHAIN(VNNI_AVX512_START)
    for (long i = 0; i < ROUNDS; i++) {
        EACH_CHAIN(VNNI_AVX512_STEP)
    }
}

/* The best of a few trials. */
static double seconds_of(void (*work)(void)) {
    double best = 0;
    for (int i = 0; i < TRIALS; i++) {
        struct spent start = spent_now();
        work();
        double seconds = spent_since(start).cpu;
        best = i == 0 || seconds < best ? seconds : best;
    }
    return best;
}

static double read_rate(void) {
    uint64_t *memory = mem_array(READ_BYTES / sizeof *memory, sizeof *memory);
    double best = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
        struct spent start = spent_now();
        uint64_t sum[8] = {0};
        for (size_t i = 0; i < READ_BYTES / sizeof *memory; i += 8)
            for (size_t k = 0; k < 8; k++)
                sum[k] += memory[i + k];
        for (size_t k = 0; k < 8; k++)
            memory[k] = sum[k];
        double rate = READ_BYTES / spent_since(start).cpu * 1e-9;
        best = rate > best ? rate : best;
        __asm__ volatile("" : : "r"(memory) : "memory");
    }
    free(memory);
    return best;
}

struct peak peak_measure(uint32_t features) {
    struct peak peak = {.read = read_rate()};
    if ((features & CPU_AVX2) != 0)
        peak.fma_avx2 = 2.0 * 8 * CHAINS * ROUNDS / seconds_of(fma_avx2) * 1e-9;
    if ((features & CPU_AVX512) != 0) {
        peak.fma_avx512 = 2.0 * 16 * CHAINS * ROUNDS / seconds_of(fma_avx512) * 1e-9;
        peak.vnni_avx512 = 2.0 * 64 * CHAINS * ROUNDS / seconds_of(vnni_avx512) * 1e-9;
    }
    return peak;
}
