#include "storage/decimal.h"

#include "engine/base/mem.h"

#include <locale.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
static const int32_t POWER_MAX = (int32_t)ARRAY_LEN(powers) - 1;
static const uint64_t MANTISSA_MAX = UINT64_C(1) << 53;

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t c_locale;

static void make_locale(void) {
    c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    ASSERT(c_locale != (locale_t)0);
}

/* strtod of a NUL-terminated text that is known to be a number. */
static double slow(const char *text) {
    pthread_once(&once, make_locale);
    return strtod_l(text, NULL, c_locale);
}

static bool fast(uint64_t mantissa, int32_t exponent, double *out) {
    if (mantissa > MANTISSA_MAX || exponent > POWER_MAX || exponent < -POWER_MAX)
        return false;
    *out =
        exponent < 0 ? (double)mantissa / powers[-exponent] : (double)mantissa * powers[exponent];
    return true;
}

/* ---- texts ----------------------------------------------------------------------------------- */

struct scan {
    const char *at, *end;
    uint64_t mantissa;
    int32_t digits, exponent; /* significant digits; of the mantissa's last digit */
    bool overflow;            /* more digits than the mantissa holds */
};

/* Digits of the mantissa; `step` is what each moves the exponent by. False if there is none. */
static bool scan_digits(struct scan *s, int32_t step) {
    const char *first = s->at;
    for (; s->at < s->end && *s->at >= '0' && *s->at <= '9'; s->at++) {
        s->digits += s->digits > 0 || *s->at != '0';
        if (s->digits > 18)
            s->overflow = true;
        else
            s->mantissa = s->mantissa * 10 + (uint64_t)(*s->at - '0');
        s->exponent += step;
    }
    return s->at > first;
}

static bool scan_exponent(struct scan *s) {
    if (s->at == s->end || (*s->at != 'e' && *s->at != 'E'))
        return true;
    s->at++;
    bool minus = s->at < s->end && *s->at == '-';
    s->at += s->at < s->end && (*s->at == '-' || *s->at == '+');
    const char *first = s->at;
    int32_t value = 0;
    for (; s->at < s->end && *s->at >= '0' && *s->at <= '9'; s->at++)
        if (value < 1000000)
            value = value * 10 + (*s->at - '0');
    s->exponent += minus ? -value : value;
    return s->at > first;
}

/* The C library reads what is too long or too fine for the fast way. */
static double from_library(const char *text, size_t length) {
    char buffer[64];
    char *copy = length < sizeof buffer ? buffer : mem_array(length + 1, 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    double value = slow(copy);
    if (copy != buffer)
        free(copy);
    return value;
}

bool decimal_of_text(const char *text, size_t length, double *out) {
    struct scan s = {.at = text, .end = text + length};
    bool minus = s.at < s.end && *s.at == '-';
    s.at += minus;
    bool zero_first = s.at < s.end && *s.at == '0';
    const char *whole = s.at;
    if (!scan_digits(&s, 0) || (zero_first && s.at - whole > 1))
        return false;
    if (s.at < s.end && *s.at == '.') {
        s.at++;
        if (!scan_digits(&s, -1))
            return false;
    }
    if (!scan_exponent(&s) || s.at != s.end)
        return false;
    double value;
    if (!s.overflow && fast(s.mantissa, s.exponent, &value))
        *out = minus ? -value : value;
    else
        *out = from_library(text, length);
    return true;
}

/* ---- groups of four digits ------------------------------------------------------------------- */

static uint32_t group_at(const uint8_t *groups, uint32_t index) {
    return (uint32_t)groups[2 * index] << 8 | groups[2 * index + 1];
}

/* As text "dddd...dddde<exponent>", for the C library; groups past what can matter become one 1. */
static double from_groups(const uint8_t *groups, uint32_t count, int32_t weight) {
    enum { GROUPS_MAX = DECIMAL_DIGITS_MAX / 4 };
    char text[DECIMAL_DIGITS_MAX + 32];
    uint32_t kept = count < GROUPS_MAX ? count : GROUPS_MAX;
    size_t n = 0;
    for (uint32_t i = 0; i < kept; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%04u", group_at(groups, i) % 10000);
    bool more = false;
    for (uint32_t i = kept; i < count; i++)
        more = more || group_at(groups, i) != 0;
    int32_t exponent = 4 * (weight - (int32_t)kept + 1);
    snprintf(text + n, sizeof text - n, "%se%d", more ? "1" : "", more ? exponent - 1 : exponent);
    return slow(text);
}

double decimal_of_groups(const uint8_t *groups, uint32_t count, int32_t weight) {
    uint64_t mantissa = 0;
    if (count <= 4) {
        for (uint32_t i = 0; i < count; i++)
            mantissa = mantissa * 10000 + group_at(groups, i);
        double value;
        if (fast(mantissa, 4 * (weight - (int32_t)count + 1), &value))
            return value;
    }
    return from_groups(groups, count, weight);
}
