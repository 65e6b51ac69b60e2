/* People of five cities that are far apart, one in six without coordinates. */
#ifndef MATCHD_TESTS_SUPPORT_CITIES_H
#define MATCHD_TESTS_SUPPORT_CITIES_H

#include "tests/support/fixture.h"

/* Free with fixture_free. */
struct fixture *cities_new(uint32_t people, uint64_t seed);

#endif
