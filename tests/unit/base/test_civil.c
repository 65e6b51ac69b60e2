/* Protects: dates and instants as PostgreSQL counts them, ages at 29 February, and infinities. */
#include "engine/base/civil.h"

#include <criterion/criterion.h>
#include <string.h>

static date_t date(int year, int month, int day) {
    return date_of_civil((struct civil){year, month, day});
}

Test(civil, the_epoch_is_postgresqls) {
    cr_assert_eq(date(2000, 1, 1), 0);
    cr_assert_eq(date(1970, 1, 1), -10957);
    cr_assert_eq(date(2026, 11, 22), 9822);
    cr_assert_eq(date(1, 1, 1), -730119);
    cr_assert_eq(date(9999, 12, 31), 2921939);
}

/* Every day of more than one era, against a calendar counted day by day. */
Test(civil, days_round_trip_over_400_years) {
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct civil c = {1799, 1, 1};
    date_t day = date(1799, 1, 1);
    cr_assert_eq(day, -73413);
    while (c.year < 2210) {
        cr_assert_eq(date_of_civil(c), day);
        struct civil back = civil_of_date(day);
        cr_assert(back.year == c.year && back.month == c.month && back.day == c.day, "day %d", day);
        bool leap = (c.year % 4 == 0 && c.year % 100 != 0) || c.year % 400 == 0;
        day++;
        if (++c.day > lengths[c.month - 1] + (c.month == 2 && leap)) {
            c.day = 1;
            c.month = c.month % 12 + 1;
            c.year += c.month == 1;
        }
    }
}

Test(civil, far_dates_round_trip) {
    for (int64_t d = INT32_MIN + INT64_C(1); d < INT32_MAX; d += 9999991)
        cr_assert_eq(date_of_civil(civil_of_date((date_t)d)), (date_t)d);
    cr_assert_eq(date_of_civil(civil_of_date(INT32_MAX - 1)), INT32_MAX - 1);
}

Test(civil, ages_count_completed_years) {
    static const struct {
        int born[3], on[3], years;
    } rows[] = {
        {{2000, 2, 29}, {2018, 2, 28}, 17}, /* the contract's case: on 1 March in common years */
        {{2000, 2, 29}, {2018, 3, 1}, 18},    {{2000, 2, 29}, {2020, 2, 28}, 19},
        {{2000, 2, 29}, {2020, 2, 29}, 20},   {{1980, 11, 22}, {2026, 11, 21}, 45},
        {{1980, 11, 22}, {2026, 11, 22}, 46}, {{1980, 11, 22}, {2026, 12, 1}, 46},
        {{2026, 11, 22}, {2026, 11, 22}, 0},  {{2026, 11, 23}, {2026, 11, 22}, -1},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        date_t born = date(rows[i].born[0], rows[i].born[1], rows[i].born[2]);
        date_t on = date(rows[i].on[0], rows[i].on[1], rows[i].on[2]);
        cr_assert_eq(years_completed(born, on), rows[i].years, "row %zu", i);
    }
}

Test(civil, infinities_stay_infinite) {
    cr_assert_eq(instant_plus_days(INSTANT_INFINITY, -5), INSTANT_INFINITY);
    cr_assert_eq(instant_plus_days(INSTANT_MINUS_INFINITY, 5), INSTANT_MINUS_INFINITY);
    cr_assert_eq(instant_plus_days(0, INT64_MAX), INSTANT_INFINITY);
    cr_assert_eq(instant_plus_days(0, INT64_MIN), INSTANT_MINUS_INFINITY);
    cr_assert_eq(instant_plus_days(INSTANT_INFINITY - 1, 1), INSTANT_INFINITY);
    cr_assert_eq(instant_plus_days(INSTANT_MINUS_INFINITY + 1, -1), INSTANT_MINUS_INFINITY);
    cr_assert_eq(date_of_instant(INSTANT_INFINITY), DATE_INFINITY);
    cr_assert_eq(date_of_instant(INSTANT_MINUS_INFINITY), DATE_MINUS_INFINITY);
    cr_assert_eq(instant_of_date(DATE_INFINITY), INSTANT_INFINITY);
    cr_assert_eq(instant_of_date(DATE_MINUS_INFINITY), INSTANT_MINUS_INFINITY);
    cr_assert_not(date_is_finite(DATE_INFINITY) || date_is_finite(DATE_MINUS_INFINITY));
    cr_assert(date_is_finite(DATE_INFINITY - 1));
}

Test(civil, instants_before_the_epoch_round_down) {
    cr_assert_eq(date_of_instant(-1), -1);
    cr_assert_eq(date_of_instant(0), 0);
    cr_assert_eq(date_of_instant(INSTANT_PER_DAY - 1), 0);
    cr_assert_eq(date_of_instant(-INSTANT_PER_DAY), -1);
    cr_assert_eq(instant_of_date(9822), 9822 * INSTANT_PER_DAY);
}

Test(civil, dates_are_read_strictly) {
    static const char *const refused[] = {
        "",           "2026",       "2026-11",    "2026-11-2",  "2026-13-01",  "2026-00-01",
        "2026-02-29", "2026-04-31", "2026-11-00", "0000-01-01", "-001-01-01",  "2026-11-22 ",
        " 2026-1-22", "infinity",   "20261122",   "2026/11/22", "10000-01-01",
    };
    date_t got;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        cr_assert_not(date_from_text(refused[i], &got), "'%s' was read", refused[i]);
    cr_assert(date_from_text("2024-02-29", &got));
    cr_assert_eq(got, date(2024, 2, 29));
    cr_assert(date_from_text("2000-02-29", &got));
    cr_assert_not(date_from_text("1900-02-29", &got));
}

Test(civil, instants_are_read) {
    static const struct {
        const char *text, *written;
    } rows[] = {
        {"2026-11-22T09:00:00Z", "2026-11-22T09:00:00Z"},
        {"2026-11-22 09:00:00z", "2026-11-22T09:00:00Z"},
        {"2026-11-22T09:00:00.5Z", "2026-11-22T09:00:00.500000Z"},
        {"2026-11-22T09:00:00.000001Z", "2026-11-22T09:00:00.000001Z"},
        {"2026-11-22T01:30:00+02", "2026-11-21T23:30:00Z"},
        {"2026-11-22T01:30:00-05:30", "2026-11-22T07:00:00Z"},
        {"2026-11-22T01:30:00+0530", "2026-11-21T20:00:00Z"},
        {"1999-12-31T23:59:59.999999Z", "1999-12-31T23:59:59.999999Z"},
        {"0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        instant_t at;
        char text[INSTANT_TEXT];
        cr_assert(instant_from_text(rows[i].text, &at), "%s", rows[i].text);
        instant_to_text(at, text);
        cr_assert_str_eq(text, rows[i].written);
    }
    static const char *const refused[] = {
        "2026-11-22",
        "2026-11-22T09:00:00",
        "2026-11-22T24:00:00Z",
        "2026-11-22T09:60:00Z",
        "2026-11-22T09:00:60Z",
        "2026-11-22T09:00:00.Z",
        "2026-11-22T09:00Z",
        "2026-11-22T09:00:00ZZ",
        "2026-11-22T09:00:00.1234567Z",
        "2026-11-22T9:00:00Z",
        "2026-11-22T09:00:00+1",
        "2026-11-22T09:00:00+16",
        "infinity",
        "2026-11-22T09:00:00+01:60",
    };
    instant_t ignored;
    for (size_t i = 0; i < ARRAY_LEN(refused); i++)
        cr_assert_not(instant_from_text(refused[i], &ignored), "'%s' was read", refused[i]);
}

/* A date of birth in the year 20000 is a bad row, not a reason to stop. */
Test(civil, any_date_can_be_written) {
    char text[DATE_TEXT], longer[INSTANT_TEXT];
    date_to_text(date(20000, 1, 2), text);
    cr_assert_str_eq(text, "20000-01-02");
    date_to_text(date(-44, 3, 15), text);
    cr_assert_str_eq(text, "-044-03-15");
    date_to_text(INT32_MAX - 1, text);
    date_to_text(INT32_MIN + 1, text);
    date_to_text(DATE_INFINITY, text);
    cr_assert_str_eq(text, "infinity");
    date_to_text(DATE_MINUS_INFINITY, text);
    cr_assert_str_eq(text, "-infinity");
    instant_to_text(INSTANT_INFINITY, longer);
    cr_assert_str_eq(longer, "infinity");
    instant_to_text(INSTANT_MINUS_INFINITY + 1, longer);
    instant_to_text(INSTANT_INFINITY - 1, longer);
    cr_assert_eq(longer[strlen(longer) - 1], 'Z');
}
