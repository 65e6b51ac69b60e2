/* The inside of a run, shared by run.c and run_digest.c. Inside engine/match only. */
#ifndef MATCHD_ENGINE_MATCH_RUN_PARTS_H
#define MATCHD_ENGINE_MATCH_RUN_PARTS_H

#include <stdatomic.h>

#include "engine/base/pool.h"
#include "engine/match/run.h"

struct run {
    const struct view *view;
    uint32_t *viewers;
    uint32_t count;
    struct run_result *results; /* by index; each written by the one thread that has the index */
    _Atomic bool *reached;
    _Atomic uint64_t pairs, offers;
    struct pool *pool;
};

#endif
