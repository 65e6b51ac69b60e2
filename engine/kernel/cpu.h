/* What the processor can do, as bits; asked once, or faked by tests. */
#ifndef MATCHD_ENGINE_KERNEL_CPU_H
#define MATCHD_ENGINE_KERNEL_CPU_H

#include "engine/base/base.h"

enum cpu_feature {
    CPU_AVX2 = 1u << 0,   /* AVX2, FMA, F16C, BMI */
    CPU_AVX512 = 1u << 1, /* F, CD, BW, VL, DQ, VBMI, VBMI2, VNNI, BITALG, VPOPCNTDQ */
};

/* The features of this machine that the operating system lets programs use. */
uint32_t cpu_features(void);

#endif
