/* Visual affinity and modes: scoring.md section 4. */
#include "engine/match/affinity.h"

#include "engine/kernel/real.h"
#include "engine/match/view_parts.h"
#include "engine/population/facts.h"

/* The signal: a profile that is ready, of the pinned model, with valid vectors of both kinds. */
void view_read_visual(struct view *view, uint32_t row) {
    view->visual[row] = (COLUMN_OF(view->population, row, flags) & PERSON_VISUAL) == PERSON_VISUAL;
}

bool affinity_known(const struct view *view, uint32_t a, uint32_t b) {
    return view->visual[a] && view->visual[b];
}

/* 0.5 + conf_a * (sigmoid(VISUAL_AFFINITY_SCALE * dot(p_a, v_b)) - 0.5). */
double affinity_of(const struct view *view, uint32_t a, uint32_t b) {
    const struct population *p = view->population;
    double dot = real_dot16_mixed(population_preference(p, a), population_features(p, b),
                                  population_dim_padded(p));
    double confidence = COLUMN_OF(p, a, confidence);
    return 0.5 + confidence * (real_sigmoid(view->global->VISUAL_AFFINITY_SCALE * dot) - 0.5);
}

enum mode pair_mode(const struct view *view, uint32_t a, uint32_t b, bool deferred) {
    int32_t least = view->global->QUESTIONNAIRE_MIN_QUESTIONS;
    if (deferred || view->answered[a] < least || view->answered[b] < least)
        return MODE_PROVISIONAL;
    if (view->global->MATCH_REQUIRE_VISUAL_SIGNAL && !affinity_known(view, a, b))
        return MODE_PROVISIONAL;
    return MODE_FULL;
}
