/* Bare BLAS beside us: cblas_sgemm of the visual dot products in both directions of all pairs that
 * pass the gender rule, and nothing else. No other limit, no questionnaire, no score; of each block
 * of results only the maximum is kept.
 *
 *   group A         group B                rows of A, a block at a time, against blocks of B:
 *   +-----+         +----+----+----+       preference x features', then features x preference';
 *   |block|   x     |    |    |    |       a group that meets itself needs one of them only, since
 *   +-----+         +----+----+----+       every pair comes twice.
 *
 * Threads are ours, each calls for itself. The sizes of the blocks are those that run fastest on
 * this machine, so results stay in the cache. */
#ifndef MATCHD_BENCH_SGEMM_H
#define MATCHD_BENCH_SGEMM_H

#include "bench/genders.h"
#include "bench/machine.h"

struct sgemm_block {
    uint32_t rows, columns;
};

struct sgemm {
    const struct genders *genders;
    const struct looks *looks;
    struct sgemm_block block;
    struct sgemm_unit *units;
    uint32_t unit_count;
    uint64_t dots;  /* of a whole run */
    float *maximum; /* by unit, after sgemm_run */
};

/* Chooses the block. */
void sgemm_init(struct sgemm *sgemm, const struct genders *genders, const struct looks *looks);
void sgemm_release(struct sgemm *sgemm);
/* All units; their maxima are written. */
void sgemm_run(struct sgemm *sgemm, uint32_t threads, struct spent *spent);
/* After a run: a sample of the units, with plain loops. */
bool sgemm_check(const struct sgemm *sgemm, struct err *err) MUST_CHECK;

#endif
