#include "api/matchd/timing.h"

#include <time.h>

/* 1970-01-01 seen from 2000-01-01, in seconds. */
static const int64_t UNIX_EPOCH_SECONDS = -946684800;

static int64_t read_us(clockid_t clock, int64_t plus_seconds) {
    struct timespec at;
    int rc = clock_gettime(clock, &at);
    ASSERT(rc == 0);
    return ((int64_t)at.tv_sec + plus_seconds) * 1000000 + at.tv_nsec / 1000;
}

int64_t timing_us(void) {
    return read_us(CLOCK_MONOTONIC, 0);
}

instant_t timing_now(void) {
    return read_us(CLOCK_REALTIME, UNIX_EPOCH_SECONDS);
}
