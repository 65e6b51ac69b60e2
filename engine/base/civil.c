/* Days from civil and back: the era arithmetic of the proleptic Gregorian calendar, in which a year
 * starts on 1 March so that the leap day is its last. 2000-03-01 is day 60 of our count. */
#include "engine/base/civil.h"

#include <stdio.h>
#include <string.h>

enum { DAYS_PER_ERA = 146097, DAYS_TO_MARCH_2000 = 60, TEXT_YEAR_MAX = 9999 };

static int64_t floor_div(int64_t a, int64_t b) {
    int64_t q = a / b;
    return (a % b != 0 && (a < 0) != (b < 0)) ? q - 1 : q;
}

struct civil civil_of_date(date_t date) {
    int64_t z = (int64_t)date - DAYS_TO_MARCH_2000; /* days since 2000-03-01 */
    int64_t era = floor_div(z, DAYS_PER_ERA);
    int64_t day = z - era * DAYS_PER_ERA; /* 0..146096 */
    int64_t year = (day - day / 1460 + day / 36524 - day / 146096) / 365;
    int64_t of_year = day - (365 * year + year / 4 - year / 100);
    int64_t month = (5 * of_year + 2) / 153; /* 0 = March */
    struct civil civil = {
        .year = (int)(2000 + era * 400 + year + (month >= 10)),
        .month = (int)(month < 10 ? month + 3 : month - 9),
        .day = (int)(of_year - (153 * month + 2) / 5 + 1),
    };
    return civil;
}

date_t date_of_civil(struct civil civil) {
    int64_t year = (int64_t)civil.year - 2000 - (civil.month <= 2);
    int64_t era = floor_div(year, 400);
    int64_t of_era = year - era * 400;
    int64_t month = civil.month > 2 ? civil.month - 3 : civil.month + 9;
    int64_t of_year = (153 * month + 2) / 5 + civil.day - 1;
    int64_t day = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    return (date_t)(era * DAYS_PER_ERA + day + DAYS_TO_MARCH_2000);
}

bool date_is_finite(date_t date) {
    return date != DATE_INFINITY && date != DATE_MINUS_INFINITY;
}

date_t date_of_instant(instant_t at) {
    if (at == INSTANT_INFINITY)
        return DATE_INFINITY;
    if (at == INSTANT_MINUS_INFINITY)
        return DATE_MINUS_INFINITY;
    return (date_t)floor_div(at, INSTANT_PER_DAY);
}

instant_t instant_of_date(date_t date) {
    if (date == DATE_INFINITY)
        return INSTANT_INFINITY;
    if (date == DATE_MINUS_INFINITY)
        return INSTANT_MINUS_INFINITY;
    return instant_plus_days(0, date);
}

instant_t instant_plus_days(instant_t at, int64_t days) {
    if (at == INSTANT_INFINITY || at == INSTANT_MINUS_INFINITY)
        return at;
    instant_t span, sum;
    if (__builtin_mul_overflow(days, INSTANT_PER_DAY, &span))
        return days > 0 ? INSTANT_INFINITY : INSTANT_MINUS_INFINITY;
    if (__builtin_add_overflow(at, span, &sum))
        return days > 0 ? INSTANT_INFINITY : INSTANT_MINUS_INFINITY;
    return sum;
}

int years_completed(date_t born, date_t on) {
    ASSERT(date_is_finite(born) && date_is_finite(on));
    struct civil b = civil_of_date(born), d = civil_of_date(on);
    bool had_birthday = d.month > b.month || (d.month == b.month && d.day >= b.day);
    return d.year - b.year - (had_birthday ? 0 : 1);
}

static bool is_leap(int year) {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool civil_is_valid(struct civil c) {
    static const int8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (c.month < 1 || c.month > 12 || c.day < 1 || c.year < 1 || c.year > TEXT_YEAR_MAX)
        return false;
    return c.day <= days[c.month - 1] + (c.month == 2 && is_leap(c.year));
}

/* Reads exactly `digits` decimal digits; moves the cursor past them. */
static bool take_digits(const char **cursor, int digits, int *out) {
    int value = 0;
    for (int i = 0; i < digits; i++, (*cursor)++) {
        if (**cursor < '0' || **cursor > '9')
            return false;
        value = value * 10 + (**cursor - '0');
    }
    *out = value;
    return true;
}

static bool take_char(const char **cursor, char wanted) {
    if (**cursor != wanted)
        return false;
    (*cursor)++;
    return true;
}

static bool take_date(const char **cursor, date_t *out) {
    struct civil c;
    if (!take_digits(cursor, 4, &c.year) || !take_char(cursor, '-') ||
        !take_digits(cursor, 2, &c.month) || !take_char(cursor, '-') ||
        !take_digits(cursor, 2, &c.day) || !civil_is_valid(c))
        return false;
    *out = date_of_civil(c);
    return true;
}

bool date_from_text(const char *text, date_t *out) {
    return take_date(&text, out) && *text == '\0';
}

void date_to_text(date_t date, char text[DATE_TEXT]) {
    if (!date_is_finite(date)) {
        memcpy(text, date > 0 ? "infinity" : "-infinity", date > 0 ? 9 : 10);
        return;
    }
    struct civil c = civil_of_date(date);
    snprintf(text, DATE_TEXT, "%04d-%02u-%02u", c.year, (unsigned)c.month % 100u,
             (unsigned)c.day % 100u);
}

/* Up to six digits after the point; more are refused. */
static bool take_micros(const char **cursor, int *micros) {
    *micros = 0;
    if (!take_char(cursor, '.'))
        return true;
    int scale = 1000000, digit;
    while (**cursor >= '0' && **cursor <= '9') {
        if (scale == 1 || !take_digits(cursor, 1, &digit))
            return false;
        scale /= 10;
        *micros += digit * scale;
    }
    return scale < 1000000;
}

/* "Z", "+hh", "+hh:mm" or "+hhmm", as minutes east of UTC. */
static bool take_offset(const char **cursor, int *minutes) {
    *minutes = 0;
    if (take_char(cursor, 'Z') || take_char(cursor, 'z'))
        return true;
    bool west = **cursor == '-';
    if (!take_char(cursor, '+') && !take_char(cursor, '-'))
        return false;
    int hours, rest = 0;
    if (!take_digits(cursor, 2, &hours))
        return false;
    bool colon = take_char(cursor, ':');
    if ((colon || **cursor != '\0') && !take_digits(cursor, 2, &rest))
        return false;
    *minutes = (west ? -1 : 1) * (hours * 60 + rest);
    return hours <= 15 && rest < 60;
}

bool instant_from_text(const char *text, instant_t *out) {
    date_t date;
    int hour, minute, second, micros, offset;
    if (!take_date(&text, &date) || !(take_char(&text, 'T') || take_char(&text, ' ')) ||
        !take_digits(&text, 2, &hour) || !take_char(&text, ':') ||
        !take_digits(&text, 2, &minute) || !take_char(&text, ':') ||
        !take_digits(&text, 2, &second) || !take_micros(&text, &micros) ||
        !take_offset(&text, &offset) || *text != '\0')
        return false;
    if (hour > 23 || minute > 59 || second > 59)
        return false;
    int64_t seconds = ((int64_t)hour * 60 + minute - offset) * 60 + second;
    *out = instant_of_date(date) + seconds * 1000000 + micros;
    return true;
}

void instant_to_text(instant_t at, char text[INSTANT_TEXT]) {
    date_t date = date_of_instant(at);
    date_to_text(date, text);
    if (!date_is_finite(date))
        return;
    int64_t micros = at - instant_of_date(date);
    uint32_t seconds = (uint32_t)(micros / 1000000);
    uint32_t fraction = (uint32_t)(micros % 1000000);
    char *end = text + strlen(text);
    size_t room = INSTANT_TEXT - strlen(text);
    if (fraction == 0)
        snprintf(end, room, "T%02u:%02u:%02uZ", seconds / 3600 % 24, seconds / 60 % 60,
                 seconds % 60);
    else
        snprintf(end, room, "T%02u:%02u:%02u.%06uZ", seconds / 3600 % 24, seconds / 60 % 60,
                 seconds % 60, fraction % 1000000);
}
