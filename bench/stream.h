/* Random numbers by counter: a stream is named by (seed, person, purpose), and its n-th number is a
 * function of the name and n alone. So any property of any person can be made at any time, in any
 * order, by any thread.
 *
 * Only integer arithmetic and exact operations of binary64: the same numbers on every machine. */
#ifndef MATCHD_BENCH_STREAM_H
#define MATCHD_BENCH_STREAM_H

#include "engine/base/base.h"
#include "engine/base/uuid.h"

/* What a stream is for: another property, another stream, so that a change in one moves no other.
 */
enum stream_purpose {
    STREAM_TASTE,
    STREAM_PLACE,
    STREAM_CORE,
    STREAM_ID,
    STREAM_PROFILE,
    STREAM_HOME,
    STREAM_TRUST,
    STREAM_TRAITS,
    STREAM_ANSWERS,
    STREAM_PHOTOS,
    STREAM_PREFERENCE,
    STREAM_PAIRS
};

struct stream {
    uint64_t key, counter;
};

struct stream stream_of(uint64_t seed, uint64_t person, enum stream_purpose purpose);

uint64_t stream_bits(struct stream *s);
/* 0..bound-1, bound > 0; the bias is under 2^-32 for bounds below 2^32. */
uint32_t stream_below(struct stream *s, uint32_t bound);
/* low..high, both included. */
int32_t stream_between(struct stream *s, int32_t low, int32_t high);
/* [0, 1), a multiple of 2^-53. */
double stream_unit(struct stream *s);
bool stream_chance(struct stream *s, double probability);
/* Mean 0, variance 1: the sum of eight 16-bit uniforms, so within +-4.9. */
double stream_normal(struct stream *s);
/* An index of `weights`, by weight; their sum is over 0. */
size_t stream_choose(struct stream *s, const uint32_t *weights, size_t count);
/* Version 4: 122 bits of the stream. */
void stream_uuid(struct stream *s, struct uuid *out);

#endif
