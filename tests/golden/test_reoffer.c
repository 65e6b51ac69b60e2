/* Re-offer rules that need no score: offers.md section 4, one test a rule. */
#include "engine/match/pair.h"
#include "engine/match/reoffer.h"
#include "tests/support/fixture.h"
#include "tests/support/near.h"

struct pair {
    struct fixture *f;
    uint32_t a, b;
};

static struct pair pair_with(const char *key, const char *value) {
    struct pair pair = {.f = fixture_new()};
    if (key != NULL)
        fixture_set(pair.f, key, value);
    pair.a = fixture_add(pair.f, NULL);
    pair.b = fixture_add(pair.f, NULL);
    return pair;
}

static struct offer_fact own(struct pair *pair, enum offer_status status, int32_t days_ago) {
    return fixture_offer(pair->f, pair->a, pair->b, status, days_ago);
}

static void add(struct pair *pair, struct offer_fact offer) {
    fixture_add_offer(pair->f, &offer);
}

/* May b be offered to a, and a to b? Releases. */
static void check(struct pair *pair, bool forward, bool backward) {
    const struct view *view = fixture_view(pair->f);
    enum gate there = pair_gate(view, pair->a, pair->b), back = pair_gate(view, pair->b, pair->a);
    cr_assert_eq(there, forward ? GATE_NONE : GATE_REOFFER);
    cr_assert_eq(back, backward ? GATE_NONE : GATE_REOFFER);
    fixture_free(pair->f);
}

Test(reoffer, a_live_offer_stands_in_the_way_of_its_viewer_only) {
    const enum offer_status live[] = {OFFER_OFFERED, OFFER_ACCEPTED};
    for (size_t i = 0; i < ARRAY_LEN(live); i++) {
        struct pair pair = pair_with(NULL, NULL);
        add(&pair, own(&pair, live[i], 2));
        check(&pair, false, true);
    }
}

Test(reoffer, any_offer_of_the_same_batch_date) {
    /* Expired long ago, were it not for the date. */
    struct pair pair = pair_with(NULL, NULL);
    struct offer_fact offer = own(&pair, OFFER_EXPIRED, 100);
    offer.batch_date = fixture_date(pair.f);
    add(&pair, offer);
    check(&pair, false, true);
}

Test(reoffer, an_older_live_offer_counts_though_a_newer_one_is_over) {
    struct pair pair = pair_with(NULL, NULL);
    struct offer_fact old = own(&pair, OFFER_OFFERED, 30);
    old.expires_at = fixture_ago(pair.f, -1);
    add(&pair, old);
    add(&pair, own(&pair, OFFER_EXPIRED, 20));
    check(&pair, false, true);
}

Test(reoffer, not_now_cools_down) {
    struct pair pair = pair_with(NULL, NULL);
    struct offer_fact offer = own(&pair, OFFER_NOT_NOW, 20);
    offer.has_cooldown = true;
    offer.cooldown_until = fixture_at(pair.f) + 1;
    add(&pair, offer);
    check(&pair, false, true);
    pair = pair_with(NULL, NULL);
    offer = own(&pair, OFFER_NOT_NOW, 20);
    offer.has_cooldown = true;
    offer.cooldown_until = fixture_at(pair.f);
    add(&pair, offer);
    check(&pair, true, true);
}

Test(reoffer, only_the_newest_not_now_counts) {
    struct pair pair = pair_with(NULL, NULL);
    struct offer_fact offer = own(&pair, OFFER_NOT_NOW, 40);
    offer.has_cooldown = true;
    offer.cooldown_until = fixture_ago(pair.f, -10);
    add(&pair, offer);
    add(&pair, own(&pair, OFFER_EXPIRED, 30));
    check(&pair, true, true);
}

Test(reoffer, newest_is_by_offered_at_then_id) {
    /* Both offered at the same instant: the not_now has the greater id and is the newest. */
    struct pair pair = pair_with(NULL, NULL);
    struct offer_fact expired = own(&pair, OFFER_EXPIRED, 30);
    struct offer_fact not_now = own(&pair, OFFER_NOT_NOW, 30);
    not_now.has_cooldown = true;
    not_now.cooldown_until = fixture_ago(pair.f, -1);
    add(&pair, not_now);
    add(&pair, expired);
    check(&pair, false, true);
}

Test(reoffer, expired_offers_cool_down_from_their_expiry) {
    /* Offered 12 days and 13 days ago, expired 6 and 7 days ago; the cooldown is 7 days, t not
     * before its end. */
    struct pair pair = pair_with(NULL, NULL);
    add(&pair, own(&pair, OFFER_EXPIRED, 12));
    check(&pair, false, true);
    pair = pair_with(NULL, NULL);
    add(&pair, own(&pair, OFFER_EXPIRED, 13));
    check(&pair, true, true);
}

Test(reoffer, offers_past_their_expiry_count_as_expired) {
    const enum offer_status open[] = {OFFER_OFFERED, OFFER_ACCEPTED};
    for (size_t i = 0; i < ARRAY_LEN(open); i++) {
        struct pair pair = pair_with(NULL, NULL);
        add(&pair, own(&pair, open[i], 6)); /* expires at t: no longer live */
        check(&pair, false, true);
        pair = pair_with("MATCH_EXPIRED_COOLDOWN_DAYS", "0");
        add(&pair, own(&pair, open[i], 6));
        check(&pair, true, true);
    }
}

Test(reoffer, matched_offers_alone_forbid_nothing) {
    struct pair pair = pair_with(NULL, NULL); /* the row of matches does */
    add(&pair, own(&pair, OFFER_MATCHED, 3));
    check(&pair, true, true);
}

Test(reoffer, one_pass_may_be_reconsidered_after_its_cooldown) {
    struct pair pair = pair_with(NULL, NULL);
    add(&pair, own(&pair, OFFER_PASSED, 89));
    check(&pair, false, false);
    pair = pair_with(NULL, NULL);
    add(&pair, own(&pair, OFFER_PASSED, 90));
    check(&pair, true, true);
    pair = pair_with("PASS_RECONSIDERATION_ENABLED", "false");
    add(&pair, own(&pair, OFFER_PASSED, 900));
    check(&pair, false, false);
}

Test(reoffer, a_pass_counts_from_its_action) {
    struct pair pair = pair_with(NULL, NULL);
    struct offer_fact offer = own(&pair, OFFER_PASSED, 95);
    offer.has_action_at = true;
    offer.action_at = fixture_ago(pair.f, 89);
    add(&pair, offer);
    check(&pair, false, false);
}

Test(reoffer, two_passes_are_final_whoever_made_them) {
    struct pair pair = pair_with(NULL, NULL);
    add(&pair, own(&pair, OFFER_PASSED, 300));
    add(&pair, own(&pair, OFFER_PASSED, 200));
    check(&pair, false, false);
    pair = pair_with(NULL, NULL);
    add(&pair, own(&pair, OFFER_PASSED, 300));
    add(&pair, fixture_offer(pair.f, pair.b, pair.a, OFFER_PASSED, 200));
    check(&pair, false, false);
}

Test(reoffer, rematch_after_passes_waits_for_the_last_of_them) {
    struct pair pair = pair_with("ALLOW_REMATCH_AFTER_PASS", "true");
    add(&pair, own(&pair, OFFER_PASSED, 300));
    add(&pair, fixture_offer(pair.f, pair.b, pair.a, OFFER_PASSED, 89));
    check(&pair, false, false);
    pair = pair_with("ALLOW_REMATCH_AFTER_PASS", "true");
    add(&pair, own(&pair, OFFER_PASSED, 300));
    add(&pair, fixture_offer(pair.f, pair.b, pair.a, OFFER_PASSED, 90));
    check(&pair, true, true);
}

Test(reoffer, settings_are_the_viewers) {
    struct pair pair = pair_with(NULL, NULL);
    fixture_override(pair.f, pair.a, "PASS_COOLDOWN_DAYS", "10");
    add(&pair, own(&pair, OFFER_PASSED, 20));
    check(&pair, true, false);
}

Test(reoffer, uplift_is_needed_only_for_reconsideration) {
    struct pair pair = pair_with(NULL, NULL);
    struct offer_fact offer = fixture_offer(pair.f, pair.b, pair.a, OFFER_PASSED, 100);
    offer.compatibility_score = 77;
    add(&pair, offer);
    struct reoffer verdict = reoffer_judge(fixture_view(pair.f), pair.a, pair.b);
    cr_assert(verdict.allowed && verdict.needs_uplift);
    cr_assert_eq(verdict.passer, pair.b);
    cr_assert_eq(verdict.passed_score, 77);
    fixture_free(pair.f);
    pair = pair_with("ALLOW_REMATCH_AFTER_PASS", "true");
    add(&pair, fixture_offer(pair.f, pair.b, pair.a, OFFER_PASSED, 100));
    verdict = reoffer_judge(fixture_view(pair.f), pair.a, pair.b);
    cr_assert(verdict.allowed && !verdict.needs_uplift);
    fixture_free(pair.f);
}

Test(reoffer, a_long_history_is_read_to_its_end) {
    /* Twenty expired offers and the oldest of all a pass that is not yet cold: more than fit on the
     * stack. */
    struct pair pair = pair_with(NULL, NULL);
    struct offer_fact pass = own(&pair, OFFER_PASSED, 1000);
    pass.has_action_at = true;
    pass.action_at = fixture_ago(pair.f, 10);
    add(&pair, pass);
    for (int32_t i = 0; i < 20; i++)
        add(&pair, own(&pair, OFFER_EXPIRED, 100 + i));
    check(&pair, false, false);
}

Test(reoffer, acceptance_is_an_unexpired_accepted_offer_of_theirs) {
    struct pair pair = pair_with(NULL, NULL);
    uint32_t c = fixture_add(pair.f, NULL);
    add(&pair, fixture_offer(pair.f, pair.b, pair.a, OFFER_ACCEPTED, 5));
    add(&pair, fixture_offer(pair.f, c, pair.a, OFFER_ACCEPTED, 6)); /* expires at t */
    const struct view *view = fixture_view(pair.f);
    cr_assert(pair_accepted_by(view, pair.a, pair.b));
    cr_assert_not(pair_accepted_by(view, pair.b, pair.a));
    cr_assert_not(pair_accepted_by(view, pair.a, c));
    fixture_free(pair.f);
}
