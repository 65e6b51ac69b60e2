/* How much each construct matters to a person: imp_c(u), scoring.md section 3. */
#include "engine/match/view_parts.h"

/* 0.5 + mean of n over the answered scale items with importance_of = c; 1 if there is none. */
static double importance_of(const struct view *view, uint32_t row, int construct) {
    const struct questionnaire *q = population_questionnaire(view->population);
    const uint16_t *norm = view->norm + (size_t)row * view->items;
    int64_t sum = 0, count = 0;
    for (uint32_t i = 0; i < view->items; i++) {
        if (q->items[i].importance_of != construct || norm[i] == NORM_NONE)
            continue;
        sum += norm[i];
        count++;
    }
    return count == 0 ? 1.0 : 0.5 + (double)sum / (double)(NORM * count);
}

void view_read_importance(struct view *view, uint32_t row) {
    for (int c = 0; c < CONSTRUCTS; c++)
        view->importance[(size_t)row * CONSTRUCTS + (size_t)c] = importance_of(view, row, c);
}
