/* Protects: the errors that real.h states, and the bits themselves. A change of any pinned bit
 * changes scores. */
#include "engine/kernel/real.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

static double of_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* A fixed stream of arguments (splitmix64). */
static double next_in(uint64_t *state, double low, double high) {
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    return low + (high - low) * ((double)(z >> 11) * 0x1p-53);
}

/* |got - wanted| in units of the last place of `wanted`; long double has 11 bits more. */
static double ulps(double got, long double wanted) {
    double size = fabs((double)wanted);
    double unit = nextafter(size, INFINITY) - size;
    return (double)(fabsl((long double)got - wanted) / (long double)unit);
}

enum { SAMPLES = 400000 };

struct measured {
    double (*ours)(double);
    long double (*wanted)(long double);
    double low, high;
    double floor; /* absolute errors below count as none */
};

static double worst(const struct measured *m) {
    uint64_t state = 1;
    double most = 0.0;
    for (int i = 0; i < SAMPLES; i++) {
        double x = next_in(&state, m->low, m->high);
        double got = m->ours(x);
        long double wanted = m->wanted((long double)x);
        if (fabsl((long double)got - wanted) < (long double)m->floor)
            continue;
        double error = ulps(got, wanted);
        most = error > most ? error : most;
    }
    cr_log_info("worst on [%g, %g]: %.3f ulp", m->low, m->high, most);
    return most;
}

static long double sigmoid_wanted(long double x) {
    return x < 0 ? expl(x) / (1.0L + expl(x)) : 1.0L / (1.0L + expl(-x));
}

Test(real, exp_error) {
    const struct measured ranges[] = {
        {real_exp, expl, -1.0, 1.0, 0.0},
        {real_exp, expl, -745.0, 709.78, 0.0},
        {real_exp, expl, -203.0, 0.0, 0.0},
        {real_exp, expl, -1e-9, 1e-9, 0.0},
    };
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
        cr_assert_lt(worst(&ranges[i]), 1.0);
}

Test(real, exp_at_the_ends) {
    cr_assert_eq(bits_of(real_exp(0.0)), bits_of(1.0));
    cr_assert_eq(bits_of(real_exp(-0.0)), bits_of(1.0));
    cr_assert_eq(real_exp(709.79), INFINITY);
    cr_assert_eq(real_exp(INFINITY), INFINITY);
    cr_assert_eq(real_exp(-746.0), 0.0);
    cr_assert_eq(real_exp(-INFINITY), 0.0);
    cr_assert_eq(real_exp(1e308), INFINITY);
    cr_assert(isnan(real_exp(NAN)));
    cr_assert(isfinite(real_exp(0x1.62e42fefa39efp+9)));
    cr_assert_gt(real_exp(-745.0), 0.0);
}

Test(real, sigmoid_error) {
    const struct measured ranges[] = {
        {real_sigmoid, sigmoid_wanted, -4.0, 4.0, 0.0},
        {real_sigmoid, sigmoid_wanted, -700.0, 700.0, 0.0},
        {real_sigmoid, sigmoid_wanted, -1e-6, 1e-6, 0.0},
    };
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
        cr_assert_lt(worst(&ranges[i]), 3.0);
    cr_assert_eq(real_sigmoid(0.0), 0.5);
    cr_assert_eq(real_sigmoid(INFINITY), 1.0);
    cr_assert_eq(real_sigmoid(-INFINITY), 0.0);
    cr_assert(isnan(real_sigmoid(NAN)));
}

Test(real, sin_and_cos_error) {
    const struct measured ranges[] = {
        {real_sin, sinl, -12.566370614359172, 12.566370614359172, 1e-18},
        {real_cos, cosl, -12.566370614359172, 12.566370614359172, 1e-18},
        {real_sin, sinl, -0.8, 0.8, 0.0},
        {real_cos, cosl, -0.8, 0.8, 0.0},
    };
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++)
        cr_assert_lt(worst(&ranges[i]), 2.0);
    cr_assert_lt(ulps(real_cos(0x1.921fb54442d18p+0), 6.123233995736766035868820147292e-17L), 2.0);
    cr_assert_lt(ulps(real_sin(0x1.921fb54442d18p+1), 1.2246467991473531772260659322750e-16L), 2.0);
}

Test(real, asin_error) {
    const struct measured range = {real_asin, asinl, -1.0, 1.0, 0.0};
    cr_assert_lt(worst(&range), 4.0);
    cr_assert_eq(real_asin(0.0), 0.0);
    cr_assert_eq(real_asin(1.0), 0x1.921fb54442d18p+0);
    cr_assert_eq(real_asin(-1.0), -0x1.921fb54442d18p+0);
}

/* The bits of a list of arguments, folded: found with this very code and compared on every build.
 */
static uint64_t fingerprint(double (*function)(double), double low, double high) {
    uint64_t state = 7, folded = UINT64_C(14695981039346656037);
    for (int i = 0; i < 10000; i++)
        folded = (folded ^ bits_of(function(next_in(&state, low, high)))) * UINT64_C(1099511628211);
    return folded;
}

Test(real, bits_are_pinned) {
    static const struct {
        double (*function)(double);
        uint64_t argument, bits;
    } pinned[] = {
        {real_exp, 0xbff0000000000000, 0x3fd78b56362cef38},
        {real_exp, 0x3ff0000000000000, 0x4005bf0a8b14576a},
        {real_exp, 0xbf76c16c16c16c17, 0x3fefd29d758bb79a},
        {real_exp, 0x3fb999999999999a, 0x3ff1aec7b35a00d4},
        {real_exp, 0xc00d99999999999a, 0x3f99511fc6871044},
        {real_exp, 0xc085e40000000000, 0x00c4ff475c68ca02},
        {real_exp, 0x40862d999999999a, 0x7fed75ae7a50ee14},
        {real_exp, 0xc087400000000000, 0x0000000000000002},
        {real_sigmoid, 0x3fb999999999999a, 0x3fe0cca12729afb8},
        {real_sigmoid, 0xbfb999999999999a, 0x3fde66bdb1aca090},
        {real_sigmoid, 0x3ff0000000000000, 0x3fe764d4f5d5a2bd},
        {real_sigmoid, 0xc004000000000000, 0x3fb36b7112534848},
        {real_sigmoid, 0x4010000000000000, 0x3fef6ca82f0de1ea},
        {real_sigmoid, 0xc010000000000000, 0x3f926afa1e43c2c2},
        {real_sigmoid, 0x4031400000000000, 0x3fefffffeeb0b62d},
        {real_sigmoid, 0xc040800000000000, 0x3cf4fb547c775d8c},
        {real_sin, 0x3fb999999999999a, 0x3fb98eaecb8bcb2c},
        {real_sin, 0x3fe921fb54442d18, 0x3fe6a09e667f3bcd},
        {real_sin, 0x3ff921fb54442d18, 0x3ff0000000000000},
        {real_sin, 0x400921fb54442d18, 0x3ca1a62633145c07},
        {real_sin, 0xc000000000000000, 0xbfed18f6ead1b446},
        {real_sin, 0x4018000000000000, 0xbfd1e1f18ab0a2c0},
        {real_sin, 0xc029000000000000, 0x3fb0fa78cc21cfbb},
        {real_sin, 0x3e112e0be826d695, 0x3e112e0be826d695},
        {real_cos, 0x3fb999999999999a, 0x3fefd712f9a817c1},
        {real_cos, 0x3fe921fb54442d18, 0x3fe6a09e667f3bcd},
        {real_cos, 0x3ff921fb54442d18, 0x3c91a62633145c07},
        {real_cos, 0x400921fb54442d18, 0xbff0000000000000},
        {real_cos, 0xc000000000000000, 0xbfdaa22657537205},
        {real_cos, 0x4018000000000000, 0x3feeb9b7097822f5},
        {real_cos, 0xc029000000000000, 0x3fefedf6a8227774},
        {real_cos, 0x3e112e0be826d695, 0x3ff0000000000000},
        {real_asin, 0x3fb999999999999a, 0x3fb9a49276037884},
        {real_asin, 0x3fe0000000000000, 0x3fe0c152382d7366},
        {real_asin, 0x3fe0000000000001, 0x3fe0c152382d7368},
        {real_asin, 0x3fe8000000000000, 0x3feb235315c680dc},
        {real_asin, 0xbfeff7ced916872b, 0xbff86ac9ad18f803},
        {real_asin, 0x3feffffffaa19c47, 0x3ff9216709c28b31},
        {real_asin, 0xbfd3333333333333, 0xbfd380159e14f6ff},
        {real_asin, 0x3d719799812dea11, 0x3d719799812dea11},
        {real_chord2_of_km, 0x3ff0000000000000, 0x3e5a7419d8e8958b},
        {real_chord2_of_km, 0x4039000000000000, 0x3ef0255b6b9ba47f},
        {real_chord2_of_km, 0x4049000000000000, 0x3f10255758d8207b},
        {real_chord2_of_km, 0x407f400000000000, 0x3f79371088d6d70d},
        {real_chord2_of_km, 0x40b3880000000000, 0x3fe2b7e4b5781221},
        {real_chord2_of_km, 0x40d3880000000000, 0x400ffffd0c995d74},
        {real_chord2_of_km, 0x3f50624dd2f1a9fc, 0x3d1bbd1003be3ce5},
        {real_chord2_of_km, 0x40c8e30000000000, 0x4006a886f3891664},
        {real_km_of_chord2, 0x3d719799812dea11, 0x3f7a187ca7043758},
        {real_km_of_chord2, 0x3eb0c6f7a0b5ed8d, 0x40197be9cceaa8b9},
        {real_km_of_chord2, 0x3f847ae147ae147b, 0x4083eaeedfcaa9b4},
        {real_km_of_chord2, 0x3fe0000000000000, 0x40b1fc8bd73a91bf},
        {real_km_of_chord2, 0x3ff0000000000000, 0x40ba0fb46eb0eb32},
        {real_km_of_chord2, 0x4000000000000000, 0x40c38bc75304b066},
        {real_km_of_chord2, 0x400f333333333333, 0x40d191fbc9278435},
        {real_km_of_chord2, 0x4010000000000000, 0x40d38bc75304b065},
    };
    for (size_t i = 0; i < ARRAY_LEN(pinned); i++) {
        double x = of_bits(pinned[i].argument);
        uint64_t got = bits_of(pinned[i].function(x));
        cr_assert_eq(got, pinned[i].bits, "row %zu, argument %a: got %#llx, pinned %#llx", i, x,
                     (unsigned long long)got, (unsigned long long)pinned[i].bits);
    }
}

Test(real, ten_thousand_bits_are_pinned) {
    static const struct {
        double (*function)(double);
        double low, high;
        uint64_t folded;
    } pinned[] = {
        {real_exp, -300.0, 10.0, 0xe43e503e5d2c643a}, {real_sigmoid, -8.0, 8.0, 0xf0bc2fecde55e48f},
        {real_sin, -3.2, 3.2, 0x4a7772b68976fe6e},    {real_cos, -3.2, 3.2, 0xdaed783936941d9c},
        {real_asin, -1.0, 1.0, 0x97a82e5c896ba336},
    };
    for (size_t i = 0; i < ARRAY_LEN(pinned); i++) {
        uint64_t got = fingerprint(pinned[i].function, pinned[i].low, pinned[i].high);
        cr_assert_eq(got, pinned[i].folded, "row %zu: got %#llx", i, (unsigned long long)got);
    }
}

Test(real, dot_products_add_in_the_written_order) {
    double x[48], y[48], s[16] = {0.0};
    float single[48];
    uint64_t state = 3;
    for (int i = 0; i < 48; i++) {
        single[i] = (float)next_in(&state, -1.0, 1.0);
        x[i] = (double)single[i];
        y[i] = next_in(&state, -1e6, 1e-6);
        s[i % 16] += x[i] * y[i];
    }
    for (int width = 8; width > 0; width /= 2)
        for (int j = 0; j < width; j++)
            s[j] += s[j + width];
    cr_assert_eq(bits_of(real_dot16(x, y, 48)), bits_of(s[0]));
    cr_assert_eq(bits_of(real_dot16_mixed(single, y, 48)), bits_of(s[0]));
    cr_assert_eq(real_dot16(x, y, 0), 0.0);
}

/* Where plain left-to-right addition gives another sum: the order is really the documented one. */
Test(real, dot_product_order_is_seen) {
    double ones[32], x[32] = {0.0};
    for (int i = 0; i < 32; i++)
        ones[i] = 1.0;
    x[0] = 1e16;
    x[1] = 1.0;
    x[9] = 1.0;
    x[16] = -1e16;
    cr_assert_eq(real_dot16(x, ones, 32), 2.0);
}

static double km_between(double lat_u, double lon_u, double lat_v, double lon_v) {
    double u[3], v[3];
    real_unit_sphere(lat_u, lon_u, u);
    real_unit_sphere(lat_v, lon_v, v);
    return real_km_of_chord2(real_chord2(u, v));
}

static double haversine_km(double lat_u, double lon_u, double lat_v, double lon_v) {
    const double degree = 0.017453292519943295;
    double a = sin((lat_v - lat_u) * degree / 2), b = sin((lon_v - lon_u) * degree / 2);
    double h = a * a + cos(lat_u * degree) * cos(lat_v * degree) * b * b;
    return 2.0 * EARTH_RADIUS_KM * asin(sqrt(h > 1.0 ? 1.0 : h));
}

Test(real, chords_agree_with_the_haversine) {
    uint64_t state = 5;
    for (int i = 0; i < 20000; i++) {
        double lat = next_in(&state, -90.0, 90.0), lon = next_in(&state, -180.0, 180.0);
        double spread = i % 2 == 0 ? 180.0 : 0.01;
        double other = fmax(-90.0, fmin(90.0, lat + next_in(&state, -spread, spread)));
        double lon_other = next_in(&state, lon - spread, lon + spread);
        if (lon_other > 180.0 || lon_other < -180.0)
            lon_other = -lon;
        double wanted = haversine_km(lat, lon, other, lon_other);
        double got = km_between(lat, lon, other, lon_other);
        /* Near the antipode asin loses half its digits on either road. */
        double tolerance = wanted > 20000.0 ? 1e-3 : 1e-8;
        cr_assert_float_eq(got, wanted, tolerance, "%.17g instead of %.17g km", got, wanted);
    }
}

Test(real, poles_and_the_date_line_are_near_themselves) {
    cr_assert_lt(km_between(90.0, 0.0, 90.0, 137.0), 1e-9);
    cr_assert_lt(km_between(-90.0, -180.0, -90.0, 180.0), 1e-9);
    cr_assert_lt(km_between(12.5, 180.0, 12.5, -180.0), 1e-9);
    cr_assert_float_eq(km_between(0.0, 179.5, 0.0, -179.5), EARTH_RADIUS_KM * 0.017453292519943295,
                       1e-9);
    cr_assert_float_eq(km_between(90.0, 0.0, -90.0, 0.0), EARTH_RADIUS_KM * 3.141592653589793,
                       1e-3);
    cr_assert_eq(km_between(52.5, 13.4, 52.5, 13.4), 0.0);
}

Test(real, limits_become_chords) {
    cr_assert_eq(real_chord2_of_km(0.0), 0.0);
    for (double km = 1.0; km < 20015.0; km += 7.3)
        cr_assert_float_eq(real_km_of_chord2(real_chord2_of_km(km)), km, km > 19900 ? 1e-4 : 1e-8);
    double u[3], v[3];
    uint64_t state = 11;
    for (int i = 0; i < 10000; i++) {
        double lat = next_in(&state, -90.0, 90.0), lon = next_in(&state, -180.0, 0.0);
        real_unit_sphere(lat, lon, u);
        real_unit_sphere(-lat, lon + 180.0, v);
        cr_assert_leq(real_chord2(u, v), real_chord2_of_km(20016.0));
    }
    cr_assert_gt(real_chord2_of_km(20037.0), 4.0);
}
