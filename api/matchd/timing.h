/* The two clocks of the daemon. Nothing below api/ reads a clock. */
#ifndef MATCHD_API_MATCHD_TIMING_H
#define MATCHD_API_MATCHD_TIMING_H

#include "engine/base/civil.h"

/* Microseconds since some start; never goes back. For durations and deadlines. */
int64_t timing_us(void);
/* The time of day, UTC. */
instant_t timing_now(void);

#endif
