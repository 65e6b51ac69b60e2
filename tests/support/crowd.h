/* Some hundred people with answers, looks and a past, for tests of whole runs. They are drawn from
 * a seed; the order in which they are loaded is drawn from another, and must change nothing. */
#ifndef MATCHD_TESTS_SUPPORT_CROWD_H
#define MATCHD_TESTS_SUPPORT_CROWD_H

#include "tests/support/fixture.h"

/* Free with fixture_free. */
struct fixture *crowd_new(uint32_t people, uint64_t seed, uint64_t order);

#endif
