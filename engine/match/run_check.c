/* The paranoid run: what the search found against what brute force finds. */
#include <string.h>

#include "engine/match/reference.h"
#include "engine/match/run_parts.h"

static bool same_themes(const struct theme_list *x, const struct theme_list *y) {
    if (x->count != y->count)
        return false;
    for (uint32_t i = 0; i < x->count; i++)
        if (strcmp(x->codes[i], y->codes[i]) != 0)
            return false;
    return true;
}

static bool same_offer(const struct offer *x, const struct offer *y) {
    return x->candidate == y->candidate && x->raw == y->raw && x->final == y->final &&
           x->mode == y->mode && x->score == y->score && x->physical == y->physical &&
           same_themes(&x->themes, &y->themes);
}

/* The pool, as far as it was scored. */
static bool same_pool(const struct viewer_result *x, const struct viewer_result *y) {
    if (x->pool_count != y->pool_count)
        return false;
    for (uint32_t i = 0; x->pool != NULL && i < x->pool_count; i++)
        if (x->pool[i].row != y->pool[i].row || x->pool[i].raw != y->pool[i].raw ||
            x->pool[i].mode != y->pool[i].mode)
            return false;
    return true;
}

static bool same_result(const struct viewer_result *x, const struct viewer_result *y) {
    if (x->eligible != y->eligible || x->pick_count != y->pick_count ||
        x->has_anchor != y->has_anchor)
        return false;
    if (x->offerable != ROW_NONE && x->offerable != y->offerable)
        return false;
    if (!same_pool(x, y))
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

bool run_agrees(const struct run *run, struct err *err) {
    uint32_t viewer, count = run_differing(run, &viewer);
    if (count == 0)
        return true;
    char id[UUID_TEXT];
    uuid_to_text(population_id(run->view->population, viewer), id);
    return err_set(err,
                   "%u of %u viewers have other counts or offers than the plain reference, one of "
                   "them %s",
                   count, run->count, id);
}
