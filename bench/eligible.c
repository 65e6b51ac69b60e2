#include "bench/eligible.h"

#include <stdlib.h>

#include "engine/base/mem.h"
#include "engine/match/pair.h"

static int compare_counts(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

struct eligible eligible_sample(const struct view *view, uint32_t viewers) {
    struct eligible out = {.people = view->count};
    uint32_t *members = mem_array(view->count, sizeof *members);
    for (uint32_t row = 0; row < view->count; row++)
        if (view->member[row])
            members[out.members++] = row;
    out.viewers = out.members < viewers ? out.members : viewers;
    uint32_t *counts = mem_array(out.viewers, sizeof *counts);
    uint64_t pairs = 0, gender = 0, eligible = 0;
    for (uint32_t i = 0; i < out.viewers; i++) {
        uint32_t viewer = members[(uint64_t)i * out.members / out.viewers];
        for (uint32_t k = 0; k < out.members; k++) {
            enum gate gate = pair_gate(view, viewer, members[k]);
            pairs += gate != GATE_SELF;
            gender += gate == GATE_NONE || gate > GATE_GENDER;
            counts[i] += gate == GATE_NONE;
        }
        eligible += counts[i];
    }
    qsort(counts, out.viewers, sizeof *counts, compare_counts);
    out.gender_share = pairs > 0 ? (double)gender / (double)pairs : 0;
    out.eligible_share = gender > 0 ? (double)eligible / (double)gender : 0;
    if (out.viewers > 0) {
        out.lower_quartile = counts[out.viewers / 4];
        out.median = counts[out.viewers / 2];
        out.upper_quartile = counts[(uint64_t)out.viewers * 3 / 4];
    }
    free(counts);
    free(members);
    return out;
}
