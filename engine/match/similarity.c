/* sim(c, s): how alike two candidates are, for diversity (scoring.md section 6). */
#include "engine/kernel/real.h"
#include "engine/match/item_value.h"

/* q = sum(E_i S_i) / (30000 * sum(E_i)) over the scored items answered by both; 0 if there is none.
 */
static double answer_similarity(const struct view *view, uint32_t c, uint32_t s) {
    int64_t value = 0, evidence = 0;
    const uint16_t *norm_c = view->norm + (size_t)c * view->items;
    const uint16_t *norm_s = view->norm + (size_t)s * view->items;
    for (uint32_t n = 0; n < view->scored_items; n++) {
        const struct scored_item *item = &view->scored_item[n];
        uint16_t n_c = norm_c[item->item], n_s = norm_s[item->item];
        int32_t item_value = -1;
        if (!item->plain)
            item_value = pair_item_value(view, item->item, c, s);
        else if (n_c != NORM_NONE && n_s != NORM_NONE)
            item_value = item_value_plain(n_c, n_s);
        if (item_value < 0)
            continue;
        value += (int64_t)item->evidence * item_value;
        evidence += item->evidence;
    }
    return evidence == 0 ? 0.0 : (double)value / (double)(NORM * evidence);
}

double pair_similarity(const struct view *view, uint32_t c, uint32_t s) {
    const struct population *p = view->population;
    double q = answer_similarity(view, c, s);
    const double *v_c = population_features(p, c), *v_s = population_features(p, s);
    if (v_c == NULL || v_s == NULL)
        return q;
    return 0.5 * q + 0.5 * (1.0 + real_dot16(v_c, v_s, population_dim_padded(p))) / 2.0;
}
