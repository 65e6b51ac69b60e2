/* matchd-bench rematch: a whole rematch, by stage. */
#ifndef MATCHD_BENCH_REMATCH_H
#define MATCHD_BENCH_REMATCH_H

#include "bench/scene.h"
#include "engine/match/run.h"

int rematch_command(int argc, char **argv);

/* What a rematch found, as production runs it (no exact counts). */
struct rematch_counts {
    uint64_t considered;   /* ordered pairs that pass the gender rule */
    uint64_t pairs_gender; /* unordered */
    uint64_t eligible;     /* ordered */
    uint64_t canonical;    /* ordered pairs scored canonically */
    uint64_t pool_sum;     /* sum over viewers of min(pool, eligible) */
    uint64_t offers;
    uint32_t exact_viewers; /* whose exact counts were checked against the offers without them */
    struct certificate certificate;
    char digest[RUN_DIGEST_TEXT];
};

/* Runs as production does and again with exact counts, and wants the same digest; a sample of each
 * is held against the reference, with options->paranoid everybody. Exact counts are of everybody,
 * of more than 200,000 members those of the sample. Nothing may be timed before. */
bool rematch_check(const struct scene *scene, struct rematch_counts *out,
                   struct err *err) MUST_CHECK;
struct rematch_mode {
    uint32_t threads;
    bool exact;
    uint32_t sample;    /* viewers to hold against the reference, after the clock has stopped */
    const char *digest; /* expected; NULL: any */
    char *digest_out;   /* RUN_DIGEST_TEXT; may be NULL */
};
/* One timed rematch: from run_start until the results are there. An error: another digest, or
 * another answer than the reference's. */
bool rematch_time(const struct scene *scene, const struct rematch_mode *mode, struct spent *spent,
                  struct err *err) MUST_CHECK;

#endif
