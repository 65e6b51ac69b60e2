/* The inside of a sweep, shared by sweep.c, sweep_count.c, sweep_push.c and sweep_wait.c. */
#ifndef MATCHD_ENGINE_MATCH_SWEEP_PARTS_H
#define MATCHD_ENGINE_MATCH_SWEEP_PARTS_H

#include "engine/match/sweep.h"

/* Two tiles that meet. */
struct meeting {
    uint32_t a, b;
    uint32_t viewer;   /* whose candidates alone are looked for (position); ROW_NONE: both ways */
    bool full, visual; /* all pairs: may be in full mode, have an affinity of their own */
    float *row_limit, *lane_limit; /* those of the duel */
    struct duel duel;
    const struct sweep_rows *rows; /* of a */
};

/* sweep_push.c */
void meeting_limits(struct sweep *s, struct meeting *m);
void sweep_push_by_prior(const struct refine_input *in, struct survivors *survivors);
/* The least mutuality that viewer a asks of a pair with b (positions). */
float sweep_push_reciprocity(const struct search *search, uint32_t a, uint32_t b);
void push_pairs(struct sweep *s, const struct meeting *m);
/* sweep_count.c */
/* Adds the pairs in the ways of `rows` to both people's counts; returns how many there are. */
uint32_t count_eligible(struct sweep *s, const struct meeting *m, uint64_t rows);
/* After a bound: who is certainly offerable or certainly not; the rest is scored. Marks nothing,
 * drops nobody but those below the limits of the lists. */
void count_offerable(struct sweep *s, const struct meeting *m);

#endif
