/* Dot products of bytes, one after the other: the reference of the other instruction sets. */
#include "engine/kernel/isa.h"

static void dots_bytes_ref(const int8_t *x, const int8_t *const *y, uint32_t count, uint32_t width,
                           int32_t *out) {
    for (uint32_t k = 0; k < count; k++) {
        int32_t sum = 0;
        for (uint32_t i = 0; i < width; i++)
            sum += x[i] * y[k][i];
        out[k] = sum;
    }
}

void kernels_dot_bytes_ref(struct kernels *table) {
    table->dots_bytes = dots_bytes_ref;
}
