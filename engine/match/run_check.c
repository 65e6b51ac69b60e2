/* The paranoid run: what the search found against what brute force finds. */
#include "engine/match/reference.h"
#include "engine/match/run_parts.h"

static bool same_offer(const struct offer *x, const struct offer *y) {
    return x->candidate == y->candidate && x->raw == y->raw && x->final == y->final &&
           x->mode == y->mode && x->score == y->score && x->physical == y->physical &&
           uuid_same(&x->id, &y->id);
}

static bool same_result(const struct viewer_result *x, const struct viewer_result *y) {
    if (x->eligible != y->eligible || x->pick_count != y->pick_count ||
        x->has_anchor != y->has_anchor)
        return false;
    if (x->offerable != ROW_NONE && x->offerable != y->offerable)
        return false;
    for (uint32_t i = 0; i < x->pick_count; i++)
        if (!same_offer(&x->picks[i], &y->picks[i]))
            return false;
    return !x->has_anchor || same_offer(&x->anchor, &y->anchor);
}

void run_check(struct run *run, const struct viewer_result *result) {
    struct ranked pool[POOL_MAX];
    struct viewer_result expected = {.pool = pool};
    reference_viewer(run->view, result->viewer, &expected);
    if (same_result(result, &expected))
        return;
    atomic_store(&run->differs, result->viewer);
    atomic_fetch_add(&run->differing, 1);
}

uint32_t run_differing(const struct run *run, uint32_t *viewer) {
    *viewer = atomic_load(&run->differs);
    return atomic_load(&run->differing);
}
