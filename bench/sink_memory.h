/* A world into a population in memory, without a database: what the loader would make of the same
 * world's rows, to the bit. */
#ifndef MATCHD_BENCH_SINK_MEMORY_H
#define MATCHD_BENCH_SINK_MEMORY_H

#include "bench/relation.h"
#include "engine/population/population.h"

/* Finished; the caller frees it. People are rows in the order of their numbers. */
struct population *sink_memory(const struct world *world);

#endif
