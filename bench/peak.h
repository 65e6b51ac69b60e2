/* What this machine can do at most, measured now, in one thread: what kernels are held against.
 * Rates by processor time, so that others on the machine do not count. */
#ifndef MATCHD_BENCH_PEAK_H
#define MATCHD_BENCH_PEAK_H

#include "engine/base/base.h"

struct peak {
    double fma_avx2;    /* GFLOP/s of float multiply-adds in registers, 256 bits */
    double fma_avx512;  /* likewise, 512 bits */
    double vnni_avx512; /* Gop/s of 8 bit multiply-adds (vpdpbusd), 512 bits */
    double read;        /* GB/s of reading memory, far beyond the caches */
};

/* What the machine lacks is 0. */
struct peak peak_measure(uint32_t cpu_features);

#endif
