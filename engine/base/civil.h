/* Calendar dates and instants, counted as PostgreSQL counts them on the wire.
 *
 *   date     int32, days since 2000-01-01;          INT32_MAX / INT32_MIN = infinity / -infinity
 *   instant  int64, microseconds since 2000-01-01 UTC; INT64_MAX / INT64_MIN = infinity / -infinity
 *
 * Arithmetic saturates at the infinities: an infinite instant plus a day stays infinite. */
#ifndef MATCHD_ENGINE_BASE_CIVIL_H
#define MATCHD_ENGINE_BASE_CIVIL_H

#include "engine/base/base.h"

typedef int32_t date_t;
typedef int64_t instant_t;

#define DATE_INFINITY          INT32_MAX
#define DATE_MINUS_INFINITY    INT32_MIN
#define INSTANT_INFINITY       INT64_MAX
#define INSTANT_MINUS_INFINITY INT64_MIN
#define INSTANT_PER_DAY        INT64_C(86400000000)

#define DATE_TEXT    20 /* "2026-11-22", with room for any date of 32 bits */
#define INSTANT_TEXT 40 /* "2026-11-22T09:00:00.000000Z", likewise */

struct civil {
    int year, month, day; /* proleptic Gregorian; month 1..12, day 1..31 */
};

struct civil civil_of_date(date_t date);
date_t date_of_civil(struct civil civil);
bool date_is_finite(date_t date);
/* The UTC date of an instant; infinities map to infinities. */
date_t date_of_instant(instant_t at);
instant_t instant_of_date(date_t date);
/* `at` moved by n x 24 h, saturating; infinities stay. */
instant_t instant_plus_days(instant_t at, int64_t days);

/* Whole years completed at `on` by who was born on `born` (scoring.md section 1): who was born on
 * 29 February completes a year on 1 March in common years. Both finite. Negative before birth. */
int years_completed(date_t born, date_t on);

/* "2026-11-22": years 1 to 9999 are read; years beyond are written with as many digits as they
 * have, years before 1 with a minus (0000 is 1 BC). */
bool date_from_text(const char *text, date_t *out) MUST_CHECK;
void date_to_text(date_t date, char text[DATE_TEXT]);
/* ISO 8601: "2026-11-22T09:00:00Z", also with a space, fractions of a second and +hh[:mm]. */
bool instant_from_text(const char *text, instant_t *out) MUST_CHECK;
void instant_to_text(instant_t at, char text[INSTANT_TEXT]);

#endif
