/* FAISS beside us: the best 64 by dot product for everybody, among those with whom they pass the
 * gender rule; no other limit, no questionnaire, no score, one side's taste only. Both directions
 * of all pairs, since everybody asks.
 *
 * One index for each group, of the features of all who meet it; the group's preferences are the
 * queries, in batches, one single-threaded stream a thread. Building the indexes is not timed. */
#ifndef MATCHD_BENCH_FLAT_H
#define MATCHD_BENCH_FLAT_H

#include "bench/genders.h"
#include "bench/machine.h"

enum { FLAT_BEST = 64 };

/* Was FAISS there at build? */
bool flat_built(void);
/* At most `queries` people ask, spread evenly over each group, and *spent is scaled to all of them;
 * 0: everybody asks. With `check` a sample of the answers is held against plain loops. */
struct flat_options {
    uint32_t threads, queries;
    bool check;
};
bool flat_run(const struct genders *genders, const struct looks *looks,
              const struct flat_options *options, struct spent *spent, struct err *err) MUST_CHECK;

#endif
