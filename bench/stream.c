#include "bench/stream.h"

#include <xxhash.h>

struct stream stream_of(uint64_t seed, uint64_t person, enum stream_purpose purpose) {
    uint64_t name[3] = {seed, person, (uint64_t)purpose};
    return (struct stream){.key = XXH3_64bits(name, sizeof name)};
}

/* SplitMix64: a Weyl sequence through the finaliser of Stafford's variant 13. */
uint64_t stream_bits(struct stream *s) {
    uint64_t z = s->key + ++s->counter * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint32_t stream_below(struct stream *s, uint32_t bound) {
    ASSERT(bound > 0);
    return (uint32_t)(((stream_bits(s) >> 32) * bound) >> 32);
}

int32_t stream_between(struct stream *s, int32_t low, int32_t high) {
    ASSERT(low <= high);
    return low + (int32_t)stream_below(s, (uint32_t)(high - low) + 1);
}

double stream_unit(struct stream *s) {
    return (double)(stream_bits(s) >> 11) * 0x1p-53;
}

bool stream_chance(struct stream *s, double probability) {
    return stream_unit(s) < probability;
}

double stream_normal(struct stream *s) {
    uint64_t sum = 0;
    for (int word = 0; word < 2; word++) {
        uint64_t bits = stream_bits(s);
        for (int part = 0; part < 4; part++)
            sum += (bits >> (16 * part)) & 0xffff;
    }
    /* Mean 8 * 65535 / 2; variance 8 * (65536^2 - 1) / 12, whose root is 53509.46. */
    return ((double)sum - 262140.0) / 53509.46;
}

size_t stream_choose(struct stream *s, const uint32_t *weights, size_t count) {
    uint32_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += weights[i];
    uint32_t left = stream_below(s, total);
    for (size_t i = 0; i < count; i++) {
        if (left < weights[i])
            return i;
        left -= weights[i];
    }
    ASSERT(!"a choice within the weights");
    return 0;
}

void stream_uuid(struct stream *s, struct uuid *out) {
    for (size_t half = 0; half < 2; half++) {
        uint64_t bits = stream_bits(s);
        for (size_t i = 0; i < 8; i++)
            out->bytes[8 * half + i] = (uint8_t)(bits >> (56 - 8 * i));
    }
    out->bytes[6] = (uint8_t)(0x40 | (out->bytes[6] & 0x0f));
    out->bytes[8] = (uint8_t)(0x80 | (out->bytes[8] & 0x3f));
}
