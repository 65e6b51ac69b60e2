/* Decimal texts against the C library's strtod, and the grammar of JSON numbers. */
#include "storage/decimal.h"

#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool read(const char *text, double *out) {
    return decimal_of_text(text, strlen(text), out);
}

Test(decimal, texts_agree_with_strtod_to_the_bit) {
    const char *const texts[] = {"0",
                                 "-0",
                                 "1",
                                 "-1.5",
                                 "3.25e2",
                                 "1e22",
                                 "1e23",
                                 "9007199254740993",
                                 "0.1",
                                 "0.3",
                                 "123456789012345678901234567890",
                                 "1.7976931348623157e308",
                                 "4.9e-324",
                                 "2.5e-324",
                                 "1e-400",
                                 "5e-1",
                                 "0.000000000000000000000000000001",
                                 "8.41e21",
                                 "9.5e-23",
                                 "2.2250738585072011e-308",
                                 "179769313486231580793e289",
                                 "1E+5",
                                 "1e-0"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        double value = 1, reference = strtod(texts[i], NULL);
        cr_assert(read(texts[i], &value), "%s", texts[i]);
        cr_assert(memcmp(&value, &reference, sizeof value) == 0, "%s: %.17g, %.17g", texts[i],
                  value, reference);
    }
}

Test(decimal, random_texts_agree_with_strtod_to_the_bit) {
    uint64_t state = 88172645463325252u;
    for (int i = 0; i < 200000; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char text[64];
        snprintf(text, sizeof text, "%llu.%llue%d", (unsigned long long)(state % 1000000007u),
                 (unsigned long long)(state >> 40), (int)(state % 61) - 30);
        double value = 1, reference = strtod(text, NULL);
        cr_assert(read(text, &value), "%s", text);
        cr_assert(memcmp(&value, &reference, sizeof value) == 0, "%s", text);
    }
}

Test(decimal, too_large_is_an_infinity) {
    double value;
    cr_assert(read("1e400", &value));
    cr_assert_eq(value, (double)INFINITY);
    cr_assert(read("-1e999999999999", &value));
    cr_assert_eq(value, -(double)INFINITY);
    /* jsonb stores 1e400 as a numeric and prints every digit. */
    char digits[402];
    memset(digits, '0', sizeof digits - 1);
    digits[0] = '1';
    digits[401] = '\0';
    cr_assert(read(digits, &value));
    cr_assert_eq(value, (double)INFINITY);
}

Test(decimal, what_is_no_json_number_is_refused) {
    const char *const texts[] = {"",   "-",   "+1",  "01",  ".5",    "1.",  "1e",    "1e+", "1 ",
                                 " 1", "0x1", "nan", "inf", "1.5.2", "--1", "1e5.0", "1a",  "-01"};
    double value;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        cr_assert_not(read(texts[i], &value), "'%s'", texts[i]);
}
