/* PostgreSQL beside us: what a product without an engine would ask for one viewer: who passes the
 * limits of gender, age and distance on both sides, by the sum of the two dot products of taste and
 * primary photo, the first 64. No questionnaire, no intents, no history, no score. */
#ifndef MATCHD_BENCH_SQL_H
#define MATCHD_BENCH_SQL_H

#include "bench/genders.h"
#include "bench/machine.h"
#include "bench/scene.h"

struct sql_times {
    uint32_t viewers;       /* asked for */
    struct spent median;    /* of one viewer, wall time: the work is the server's */
    struct spent everybody; /* of all members, by the mean, on as many connections as threads */
};

/* Warm, one connection. Checks that nobody is missing whom the reference finds eligible. */
bool sql_time(const struct scene *scene, const struct genders *genders, uint32_t viewers,
              struct sql_times *out, struct err *err) MUST_CHECK;

#endif
