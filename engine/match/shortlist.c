/* The order of scoring.md section 6, and the bounded heap that keeps the first of it. */
#include "engine/match/shortlist.h"

/* Full before provisional, then who accepted the viewer, then raw descending, then the UUID. */
bool ranked_before(const struct ranked *x, const struct ranked *y) {
    if (x->mode != y->mode)
        return x->mode < y->mode;
    if (x->accepted != y->accepted)
        return x->accepted > y->accepted;
    if (x->raw != y->raw)
        return x->raw > y->raw;
    return uuid_order(x->id, y->id) < 0;
}

static void swap(struct ranked *x, struct ranked *y) {
    struct ranked kept = *x;
    *x = *y;
    *y = kept;
}

/* Lets the entry at `at` sink until no child is worse than it. */
static void sink(struct ranked *heap, uint32_t count, uint32_t at) {
    for (;;) {
        uint32_t left = 2 * at + 1, right = left + 1, worst = at;
        if (left < count && ranked_before(&heap[worst], &heap[left]))
            worst = left;
        if (right < count && ranked_before(&heap[worst], &heap[right]))
            worst = right;
        if (worst == at)
            return;
        swap(&heap[at], &heap[worst]);
        at = worst;
    }
}

static void rise(struct ranked *heap, uint32_t at) {
    while (at > 0 && ranked_before(&heap[(at - 1) / 2], &heap[at])) {
        swap(&heap[at], &heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
}

void shortlist_init(struct shortlist *s, struct ranked *array, uint32_t capacity) {
    *s = (struct shortlist){.best = array, .capacity = capacity};
}

void shortlist_add(struct shortlist *s, const struct ranked *candidate) {
    if (s->count < s->capacity) {
        s->best[s->count] = *candidate;
        rise(s->best, s->count++);
        return;
    }
    if (s->capacity == 0 || !ranked_before(candidate, &s->best[0]))
        return;
    s->best[0] = *candidate;
    sink(s->best, s->count, 0);
}

uint32_t shortlist_finish(struct shortlist *s) {
    for (uint32_t left = s->count; left > 1; left--) {
        swap(&s->best[0], &s->best[left - 1]);
        sink(s->best, left - 1, 0);
    }
    return s->count;
}
