/* Streams: the same numbers on every machine and in every order, and of the distributions they
 * claim. */
#include "bench/stream.h"

#include <criterion/criterion.h>
#include <math.h>

/* The values are those of the first run; a change here changes every benchmark's people. */
Test(stream, is_the_same_everywhere) {
    struct stream s = stream_of(1, 2, STREAM_CORE);
    cr_assert_eq(s.key, UINT64_C(0x617ae63f900e7e3e));
    cr_assert_eq(stream_bits(&s), UINT64_C(0xd7e40b95a0362804));
    cr_assert_eq(stream_bits(&s), UINT64_C(0x48d3e547296212b4));
}

Test(stream, has_its_own_numbers_for_every_name) {
    struct stream a = stream_of(1, 2, STREAM_CORE), b = stream_of(1, 3, STREAM_CORE);
    struct stream c = stream_of(2, 2, STREAM_CORE), d = stream_of(1, 2, STREAM_ID);
    cr_assert(a.key != b.key && a.key != c.key && a.key != d.key && b.key != c.key);
}

Test(stream, keeps_its_bounds) {
    struct stream s = stream_of(7, 0, STREAM_CORE);
    uint32_t seen[5] = {0};
    for (int i = 0; i < 50000; i++) {
        seen[stream_below(&s, 5)]++;
        double u = stream_unit(&s);
        cr_assert(u >= 0 && u < 1);
        int32_t n = stream_between(&s, -3, 3);
        cr_assert(n >= -3 && n <= 3);
    }
    for (int i = 0; i < 5; i++) /* 10000 expected, deviation 89 */
        cr_assert(seen[i] > 9500 && seen[i] < 10500, "%u of 50000", seen[i]);
}

Test(stream, normal_has_mean_0_and_variance_1) {
    struct stream s = stream_of(7, 1, STREAM_CORE);
    double sum = 0, squares = 0;
    for (int i = 0; i < 200000; i++) {
        double x = stream_normal(&s);
        cr_assert(fabs(x) < 4.9);
        sum += x;
        squares += x * x;
    }
    cr_assert(fabs(sum / 200000) < 0.01, "mean %g", sum / 200000);
    cr_assert(fabs(squares / 200000 - 1) < 0.02, "variance %g", squares / 200000);
}

Test(stream, chooses_by_weight) {
    static const uint32_t WEIGHTS[] = {0, 1, 3, 0};
    struct stream s = stream_of(7, 2, STREAM_CORE);
    int seen[4] = {0};
    for (int i = 0; i < 40000; i++)
        seen[stream_choose(&s, WEIGHTS, 4)]++;
    cr_assert(seen[0] == 0 && seen[3] == 0);
    cr_assert(seen[1] > 9500 && seen[1] < 10500, "%d of 40000", seen[1]);
}

Test(stream, uuids_are_version_4) {
    struct stream s = stream_of(7, 3, STREAM_ID);
    for (int i = 0; i < 1000; i++) {
        struct uuid id;
        stream_uuid(&s, &id);
        cr_assert_eq(id.bytes[6] >> 4, 4);
        cr_assert_eq(id.bytes[8] >> 6, 2);
    }
}
