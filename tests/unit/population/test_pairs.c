/* Protects what is remembered of pairs: both sides see it, kinds join, reporters are distinct,
 * offers of a pair come newest first with what rules read of them. */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/support/people.h"

static struct population *finish(struct people *people) {
    struct population *p = people_finish(people);
    struct err err;
    cr_assert(population_validate(p, &err), "%s", err.text);
    return p;
}

static struct people *crowd(uint32_t count) {
    struct people *people = people_new(0);
    for (uint32_t i = 0; i < count; i++)
        PERSON(people, );
    return people;
}

Test(pairs, kinds_of_a_pair_join_and_both_sides_see_them) {
    struct people *people = crowd(5);
    struct population *p = people_population(people);
    population_add_block(p, 3, 1);
    population_add_block(p, 1, 3);
    population_add_report(p, 1, 3, true, false, 0);
    population_add_match(p, 4, 1, false);
    population_add_match(p, 0, 1, true);
    population_add_report(p, 2, 1, false, false, 0);
    population_add_block(p, 2, 2);
    p = finish(people);
    struct pair_list list = population_pairs(p, 1);
    cr_assert_eq(list.count, 3);
    cr_assert_eq(list.rows[0], 0);
    cr_assert_eq(list.kinds[0], PAIR_MATCH);
    cr_assert_eq(list.rows[1], 3);
    cr_assert_eq(list.kinds[1], PAIR_BLOCK | PAIR_REPORT);
    cr_assert_eq(list.rows[2], 4);
    cr_assert_eq(population_pairs(p, 3).count, 1);
    cr_assert_eq(population_pairs(p, 2).count, 0, "a dismissed report excludes nobody");
    cr_assert_eq(COLUMN_OF(p, 1, active_matches), 1);
    cr_assert_eq(COLUMN_OF(p, 4, active_matches), 0);
    population_free(p);
}

Test(pairs, reports_count_distinct_reporters_with_their_newest) {
    struct people *people = crowd(4);
    struct population *p = people_population(people);
    population_add_report(p, 1, 0, true, true, 50);
    population_add_report(p, 2, 0, true, true, 70);
    population_add_report(p, 1, 0, true, true, 90);
    population_add_report(p, 1, 0, true, true, 10);
    population_add_report(p, 3, 0, true, false, 99);
    population_add_report(p, 0, 3, true, true, 5);
    p = finish(people);
    struct report_list list = population_reports(p, 0);
    cr_assert_eq(list.count, 2);
    cr_assert_eq(list.newest[0], 70);
    cr_assert_eq(list.newest[1], 90);
    cr_assert_eq(population_reports(p, 3).count, 1);
    cr_assert_eq(population_reports(p, 1).count, 0);
    population_free(p);
}

Test(offers, newest_first_and_ties_by_id) {
    struct people *people = crowd(3);
    OFFER(people, 0, 1, .days_ago = 9, .score = 1);
    OFFER(people, 0, 1, .days_ago = 2, .days_valid = 7, .id = 70, .score = 3);
    OFFER(people, 0, 1, .days_ago = 2, .id = 80, .score = 2);
    OFFER(people, 0, 2, .days_ago = 1, .score = 4);
    OFFER(people, 1, 0, .days_ago = 5, .score = 5);
    struct population *p = finish(people);
    struct offer_fact got[4];
    cr_assert_eq(population_offers(p, 0, 1, got, 4), 3);
    cr_assert_eq(got[0].compatibility_score, 2);
    cr_assert_eq(got[1].compatibility_score, 3);
    cr_assert_eq(got[2].compatibility_score, 1);
    cr_assert_eq(got[2].batch_date, PEOPLE_DATE - 9);
    cr_assert_eq(got[2].expires_at, instant_plus_days(PEOPLE_NOW, -3));
    cr_assert_eq(population_offers(p, 0, 1, got, 1), 3, "counted past the room");
    cr_assert_eq(population_offers(p, 1, 0, got, 4), 1);
    cr_assert_eq(got[0].compatibility_score, 5);
    cr_assert_eq(population_offers(p, 2, 0, got, 4), 0);
    struct partner_list partners = population_partners(p, 1);
    cr_assert_eq(partners.count, 1);
    cr_assert_eq(partners.rows[0], 0);
    cr_assert_eq(population_partners(p, 0).count, 2);
    cr_assert_eq(population_partners(p, 2).count, 1, "who was only ever a candidate");
    population_free(p);
}

Test(offers, the_times_that_rules_read_are_kept) {
    struct people *people = crowd(2);
    struct offer_fact got[5];
    OFFER(people, 0, 1, .days_ago = 5, .status = OFFER_PASSED, .action_days_ago = 4, .score = 77);
    OFFER(people, 0, 1, .days_ago = 4, .status = OFFER_NOT_NOW, .cooldown_days = 3);
    OFFER(people, 0, 1, .days_ago = 3, .status = OFFER_PASSED, .action_days_ago = -1);
    OFFER(people, 0, 1, .days_ago = 2, .status = OFFER_EXPIRED, .action_days_ago = 1);
    OFFER(people, 0, 1, .days_ago = 1, .status = OFFER_NOT_NOW);
    struct population *p = finish(people);
    cr_assert_eq(population_offers(p, 0, 1, got, 5), 5);
    cr_assert(got[4].status == OFFER_PASSED && got[4].has_action_at && !got[4].has_cooldown);
    cr_assert_eq(got[4].action_at, instant_plus_days(PEOPLE_NOW, -4));
    cr_assert_eq(got[4].compatibility_score, 77);
    cr_assert(got[3].status == OFFER_NOT_NOW && got[3].has_cooldown && !got[3].has_action_at);
    cr_assert_eq(got[3].cooldown_until, instant_plus_days(PEOPLE_NOW, 3));
    cr_assert(got[2].status == OFFER_PASSED && !got[2].has_action_at);
    cr_assert(got[1].status == OFFER_EXPIRED && !got[1].has_action_at);
    cr_assert(got[0].status == OFFER_NOT_NOW && !got[0].has_cooldown);
    population_free(p);
}

Test(offers, open_ones_are_offered_and_unexpired) {
    struct people *people = crowd(6);
    OFFER(people, 0, 1, .days_ago = 5);
    OFFER(people, 0, 2, .days_ago = 6);
    OFFER(people, 0, 3, .days_ago = 1, .status = OFFER_ACCEPTED);
    OFFER(people, 0, 4, .days_ago = 1, .days_valid = 30);
    OFFER(people, 5, 0, .days_ago = 1);
    struct population *p = finish(people);
    cr_assert_eq(population_open_offers(p, 0, PEOPLE_NOW), 2, "at expires_at it is over");
    cr_assert_eq(population_open_offers(p, 0, PEOPLE_NOW - 1), 3);
    cr_assert_eq(population_open_offers(p, 5, PEOPLE_NOW), 1);
    cr_assert_eq(population_open_offers(p, 4, PEOPLE_NOW), 0);
    population_free(p);
}

/* Against a plain matrix of counts, over chunk borders. */
Test(offers, agree_with_a_matrix) {
    enum { N = 4200, STRIDE = 60, SIDE = N / STRIDE, OFFERS = 20000 };
    static uint8_t matrix[SIDE][SIDE];
    struct people *people = crowd(N);
    unsigned state = 7;
    for (int i = 0; i < OFFERS; i++) {
        uint32_t v = (uint32_t)rand_r(&state) % SIDE, c = (uint32_t)rand_r(&state) % SIDE;
        if (matrix[v][c] == UINT8_MAX)
            continue;
        matrix[v][c]++;
        OFFER(people, v * STRIDE, c * STRIDE, .days_ago = rand_r(&state) % 100,
              .status = OFFER_PASSED);
    }
    struct population *p = finish(people);
    for (uint32_t v = 0; v < SIDE; v++) {
        uint32_t partners = 0;
        for (uint32_t c = 0; c < SIDE; c++) {
            uint32_t n = population_offers(p, v * STRIDE, c * STRIDE, NULL, 0);
            cr_assert_eq(n, matrix[v][c]);
            partners += v != c && matrix[v][c] + matrix[c][v] > 0;
        }
        cr_assert_eq(population_partners(p, v * STRIDE).count, partners);
        cr_assert_eq(population_partners(p, v * STRIDE + 1).count, 0);
    }
    population_free(p);
}
