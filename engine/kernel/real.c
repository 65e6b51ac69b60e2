/* Series and reductions chosen so that the errors of real.h hold with plain binary64 steps.
 * Constants are written in hexadecimal: they are the bits that are meant. */
#include "engine/kernel/real.h"

#include "engine/kernel/dot.h"

#include <math.h>
#include <string.h>

/* ln 2 in two parts; the upper one has 33 significant bits, so that k * LN2_UPPER is exact for |k|
 * < 2^20. */
static const double LN2_UPPER = 0x1.62e42fefp-1;
static const double LN2_LOWER = 0x1.473de6af278edp-34;
static const double LOG2_E = 0x1.71547652b82fep+0;
static const double EXP_LARGEST = 0x1.62e42fefa39efp+9;   /* above: infinity */
static const double EXP_SMALLEST = -0x1.74910d52d3052p+9; /* below: 0 */

/* pi / 2 in three parts, the upper two with 33 significant bits each. */
static const double HALF_PI = 0x1.921fb54442d18p+0;
static const double HALF_PI_REST = 0x1.1a62633145c07p-54; /* HALF_PI + this is pi / 2 to 106 bits */
static const double HALF_PI_UPPER = 0x1.921fb544p+0;
static const double HALF_PI_MIDDLE = 0x1.0b4611a6p-34;
static const double HALF_PI_LOWER = 0x1.3198a2e037073p-69;
static const double TWO_OVER_PI = 0x1.45f306dc9c883p-1;
static const double RADIANS = 0x1.1df46a2529d39p-6; /* pi / 180 */

/* More than any sum of squares of real_chord2 can be. */
static const double CHORD2_ANY = 5.0;

static double power_of_two(int k) {
    ASSERT(k >= -1022 && k <= 1023);
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* The nearest integer, halves away from 0; |x| < 2^30. */
static int nearest(double x) {
    return (int)(x + (x < 0.0 ? -0.5 : 0.5));
}

/* exp(x) = 2^k * exp(r), |r| <= ln 2 / 2; exp(r) = 1 + r + r^2 * (1/2! + r/3! + ... + r^11/13!). */
double real_exp(double x) {
    static const double inverse_factorial[] = {
        1.0 / 2,     1.0 / 6,      1.0 / 24,      1.0 / 120,      1.0 / 720,       1.0 / 5040,
        1.0 / 40320, 1.0 / 362880, 1.0 / 3628800, 1.0 / 39916800, 1.0 / 479001600, 1.0 / 6227020800,
    };
    if (x != x)
        return x;
    if (x > EXP_LARGEST)
        return INFINITY;
    if (x < EXP_SMALLEST)
        return 0.0;
    int k = nearest(x * LOG2_E);
    double upper = x - k * LN2_UPPER, lower = k * LN2_LOWER;
    double r = upper - lower;
    double lost = (upper - r) - lower;
    double tail = 0.0;
    for (size_t i = ARRAY_LEN(inverse_factorial); i-- > 0;)
        tail = tail * r + inverse_factorial[i];
    double value = 1.0 + (r + (r * r * tail + lost));
    if (k > 1023)
        return value * 2.0 * power_of_two(k - 1);
    if (k < -1022)
        return value * power_of_two(k + 100) * power_of_two(-100);
    return value * power_of_two(k);
}

double real_sigmoid(double x) {
    if (x < 0.0) {
        double e = real_exp(x);
        return e / (1.0 + e);
    }
    return 1.0 / (1.0 + real_exp(-x));
}

/* What is left of x after k quarter turns: first + rest, |first| <= pi / 4. */
struct turn {
    int quarter; /* k mod 4 */
    double first, rest;
};

static struct turn reduce(double x) {
    int k = nearest(x * TWO_OVER_PI);
    double a = x - k * HALF_PI_UPPER; /* exact: k has few bits, and the two are close */
    double b = k * HALF_PI_MIDDLE;
    double upper = a - b;
    double lower = k * HALF_PI_LOWER - ((a - upper) - b);
    double first = upper - lower;
    return (struct turn){k & 3, first, (upper - first) - lower};
}

/* sin r = r - r^3/3! + ... - r^19/19!. */
static double sin_series(double r, double rest) {
    static const double terms[] = {
        -1.0 / 6,
        1.0 / 120,
        -1.0 / 5040,
        1.0 / 362880,
        -1.0 / 39916800,
        1.0 / 6227020800,
        -1.0 / 1307674368000,
        1.0 / 355687428096000,
        -1.0 / 121645100408832000,
    };
    double z = r * r, tail = 0.0;
    for (size_t i = ARRAY_LEN(terms); i-- > 0;)
        tail = tail * z + terms[i];
    return r + (r * z * tail + rest * (1.0 - 0.5 * z));
}

/* cos r = 1 - r^2/2 + r^4/4! - ... + r^20/20!; what 1 - r^2/2 rounds away is added again. */
static double cos_series(double r, double rest) {
    static const double terms[] = {
        1.0 / 24,
        -1.0 / 720,
        1.0 / 40320,
        -1.0 / 3628800,
        1.0 / 479001600,
        -1.0 / 87178291200,
        1.0 / 20922789888000,
        -1.0 / 6402373705728000,
        1.0 / 2432902008176640000,
    };
    double z = r * r, tail = 0.0;
    for (size_t i = ARRAY_LEN(terms); i-- > 0;)
        tail = tail * z + terms[i];
    double half = 0.5 * z, head = 1.0 - half;
    return head + (((1.0 - head) - half) + (z * z * tail - r * rest));
}

static double sin_of_turn(struct turn turn) {
    double value =
        turn.quarter & 1 ? cos_series(turn.first, turn.rest) : sin_series(turn.first, turn.rest);
    return turn.quarter & 2 ? -value : value;
}

double real_sin(double x) {
    ASSERT(x >= -12.6 && x <= 12.6);
    return sin_of_turn(reduce(x));
}

double real_cos(double x) {
    ASSERT(x >= -12.6 && x <= 12.6);
    struct turn turn = reduce(x);
    turn.quarter = (turn.quarter + 1) & 3;
    return sin_of_turn(turn);
}

/* For |x| <= 1/2: x (1 + 1/(2 3) x^2 (1 + 3 3/(4 5) x^2 (1 + 5 5/(6 7) x^2 (...)))). */
static double asin_series(double x) {
    double z = x * x, nest = 1.0;
    for (int n = 28; n >= 1; n--) {
        double odd = 2 * n - 1, even = 2 * n;
        nest = 1.0 + nest * z * (odd * odd / (even * (even + 1.0)));
    }
    return x * nest;
}

double real_asin(double x) {
    ASSERT(x >= -1.0 && x <= 1.0);
    double size = x < 0.0 ? -x : x;
    if (size <= 0.5)
        return asin_series(x);
    double half = asin_series(sqrt((1.0 - size) * 0.5));
    double value = HALF_PI - (2.0 * half - HALF_PI_REST);
    return x < 0.0 ? -value : value;
}

/* ---- dot products ---- */

enum { PARTIALS = 16 };

static double fold(double s[PARTIALS]) {
    for (uint32_t width = PARTIALS / 2; width > 0; width /= 2)
        for (uint32_t j = 0; j < width; j++)
            s[j] += s[j + width];
    return s[0];
}

/* What compiles dot_avx512.c and dot_avx2.c needs, as far as they use it. */
static bool has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq");
}

double real_dot16(const double *x, const double *y, uint32_t n) {
    ASSERT(n % PARTIALS == 0);
    if (has_avx512())
        return dot_avx512(x, y, n);
    if (__builtin_cpu_supports("avx2"))
        return dot_avx2(x, y, n);
    return real_dot16_plain(x, y, n);
}

double real_dot16_mixed(const float *x, const double *y, uint32_t n) {
    ASSERT(n % PARTIALS == 0);
    if (has_avx512())
        return dot_mixed_avx512(x, y, n);
    if (__builtin_cpu_supports("avx2"))
        return dot_mixed_avx2(x, y, n);
    return real_dot16_mixed_plain(x, y, n);
}

double real_dot16_plain(const double *x, const double *y, uint32_t n) {
    double s[PARTIALS] = {0.0};
    for (uint32_t i = 0; i < n; i += PARTIALS)
        for (uint32_t j = 0; j < PARTIALS; j++)
            s[j] += x[i + j] * y[i + j];
    return fold(s);
}

double real_dot16_mixed_plain(const float *x, const double *y, uint32_t n) {
    double s[PARTIALS] = {0.0};
    for (uint32_t i = 0; i < n; i += PARTIALS)
        for (uint32_t j = 0; j < PARTIALS; j++)
            s[j] += (double)x[i + j] * y[i + j];
    return fold(s);
}

/* ---- great circles ---- */

void real_unit_sphere(double latitude_degrees, double longitude_degrees, double unit[3]) {
    double latitude = latitude_degrees * RADIANS, longitude = longitude_degrees * RADIANS;
    double across = real_cos(latitude);
    unit[0] = across * real_cos(longitude);
    unit[1] = across * real_sin(longitude);
    unit[2] = real_sin(latitude);
}

double real_chord2(const double u[3], const double v[3]) {
    double x = u[0] - v[0], y = u[1] - v[1], z = u[2] - v[2];
    return x * x + y * y + z * z;
}

double real_chord2_of_km(double km) {
    double half_angle = km / (2.0 * EARTH_RADIUS_KM);
    if (half_angle >= HALF_PI)
        return CHORD2_ANY;
    double s = real_sin(half_angle);
    return 4.0 * (s * s);
}

double real_km_of_chord2(double chord2) {
    double s = sqrt(chord2) * 0.5;
    return 2.0 * EARTH_RADIUS_KM * real_asin(s > 1.0 ? 1.0 : s);
}
