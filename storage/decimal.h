/* Decimal numbers to binary64, exactly rounded to nearest, ties to even, whatever the locale.
 *
 * A mantissa below 2^53 times or over a power of ten up to 10^22 is one operation on exact
 * operands, so its one rounding is the right one; all else goes to the C library's strtod in the
 * "C" locale. */
#ifndef MATCHD_STORAGE_DECIMAL_H
#define MATCHD_STORAGE_DECIMAL_H

#include "engine/base/base.h"

enum { DECIMAL_DIGITS_MAX = 800 }; /* more cannot change a rounding, but for being non-zero */

/* JSON's grammar: -?digits[.digits][(e|E)[+-]digits], all of `text`. Too large gives an infinity.
 */
bool decimal_of_text(const char *text, size_t length, double *out) MUST_CHECK;

/* A numeric as PostgreSQL sends it: groups of four digits, each 0..9999 and big-endian,
 * value = sum group[i] * 10000^(weight - i). */
double decimal_of_groups(const uint8_t *groups, uint32_t count, int32_t weight);

#endif
