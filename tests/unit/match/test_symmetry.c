/* Properties that hold for every pair of a crowd. */
#include <criterion/criterion.h>
#include <math.h>

#include "engine/match/pair.h"
#include "tests/support/crowd.h"

enum { PEOPLE = 150 };

static bool same_bits(double x, double y) {
    return x == y || (isnan(x) && isnan(y));
}

static void check_pair(const struct view *view, uint32_t a, uint32_t b) {
    struct pair_score s, t;
    pair_score(view, a, b, &s);
    pair_score(view, b, a, &t);
    const struct questionnaire_score *q = &s.questionnaire, *r = &t.questionnaire;
    cr_assert_eq(q->present, r->present);
    for (int c = 0; c < CONSTRUCTS; c++)
        cr_assert(same_bits(q->construct[c], r->construct[c]));
    cr_assert(same_bits(q->fit, r->fit));
    cr_assert(same_bits(q->side_ab, r->side_ba));
    cr_assert(same_bits(q->missing, r->missing));
    cr_assert_eq(q->child_mismatch, r->child_mismatch);
    cr_assert_eq(s.visual, t.visual);
    cr_assert(same_bits(s.affinity_ab, t.affinity_ba));
    cr_assert(same_bits(s.affinity_mutual, t.affinity_mutual));
    cr_assert(same_bits(s.distance_km, t.distance_km));
    cr_assert(same_bits(s.total, t.total));
    cr_assert(same_bits(s.side_ab, t.side_ba));
    cr_assert(same_bits(s.mutuality, t.mutuality));
    cr_assert(same_bits(s.confidence, t.confidence));
    cr_assert(same_bits(pair_similarity(view, a, b), pair_similarity(view, b, a)));
    if (s.gate != GATE_REOFFER && t.gate != GATE_REOFFER) {
        cr_assert_eq(s.gate, t.gate);
        cr_assert_eq(s.deferred, t.deferred);
        cr_assert_eq(s.mode, t.mode);
    }
}

Test(symmetry, of_everything_that_has_no_direction) {
    struct fixture *f = crowd_new(PEOPLE, 11, 0);
    const struct view *view = fixture_view(f);
    for (uint32_t a = 0; a < view->count; a++)
        for (uint32_t b = a + 1; b < view->count; b++)
            check_pair(view, a, b);
    fixture_free(f);
}

Test(range, of_every_share) {
    struct fixture *f = crowd_new(PEOPLE, 12, 0);
    const struct view *view = fixture_view(f);
    uint32_t ranked = 0;
    for (uint32_t a = 0; a < view->count; a++)
        for (uint32_t b = 0; b < view->count; b++) {
            struct pair_score s;
            if (a == b)
                continue;
            pair_score(view, a, b, &s);
            cr_assert(s.questionnaire.missing >= 0 && s.questionnaire.missing <= 1);
            if (!s.questionnaire.ranked)
                continue;
            ranked++;
            cr_assert(s.questionnaire.fit >= 0 && s.questionnaire.fit <= 1);
            cr_assert(s.affinity_ab > 0 && s.affinity_ab < 1);
            cr_assert(s.final >= 0 && s.final <= 1);
            cr_assert(s.raw * 4294967296.0 == rint(s.raw * 4294967296.0));
        }
    cr_assert_gt(ranked, PEOPLE * (PEOPLE - 1) / 2);
    fixture_free(f);
}
