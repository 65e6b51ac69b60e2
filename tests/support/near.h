/* Comparing computed doubles with derived ones in Criterion tests. */
#ifndef MATCHD_TESTS_SUPPORT_NEAR_H
#define MATCHD_TESTS_SUPPORT_NEAR_H

#include <criterion/criterion.h>
#include <math.h>

/* raw is rounded to 2^-32 (2.3e-10), and mutuality's 1e-9 in the denominator moves it by as much.
 */
#define NEAR_TOLERANCE 2e-9
#define cr_assert_near(actual, expected)                                                           \
    cr_assert(fabs((actual) - (expected)) <= NEAR_TOLERANCE, "%s is %.17g, derived: %.17g",        \
              #actual, (actual), (double)(expected))

#endif
