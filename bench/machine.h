/* The machine that a measurement ran on, clocks, and what the process used. */
#ifndef MATCHD_BENCH_MACHINE_H
#define MATCHD_BENCH_MACHINE_H

#include <jansson.h>

#include "engine/base/base.h"
#include "engine/base/err.h"

/* Before anything is measured, at the start of main: OpenBLAS with the best core for this processor
 * (the program starts itself again when it has another), and threads that may use every processor
 * (an OMP_PROC_BIND in the environment has bound this thread to one by now). */
bool machine_start(char **argv, struct err *err) MUST_CHECK;

uint32_t machine_processors(void);

/* Wall time and processor time of the whole process, in seconds. On a machine that others use,
 * processor time is what the work cost, wall time what it took. */
struct spent {
    double wall, cpu;
};
struct spent spent_now(void);
struct spent spent_since(struct spent start);
/* The middle one of `count` by wall time (the lower of two); sorts them. */
struct spent spent_median(struct spent *times, size_t count);

/* The most bytes that were ever resident. */
size_t machine_resident_most(void);

/* {"processor", "processors", "blas_core", "version", "load"}: for every report. */
json_t *machine_json(void);
void machine_print(void);

#endif
