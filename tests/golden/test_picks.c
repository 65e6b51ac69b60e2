/* Order, daily picks, anchor, themes, ids: scoring.md sections 6 and 7, queue caps of offers.md
 * section 4.
 *
 * The viewer answers 1 on a communication slider; a candidate who answers 1 + n is n sixths apart,
 * and raw = .895 (.8 (1 - n/6) + .1) + .105 * .85:   n = 0 .89475, 1 .7754167, 2 .6560833, 3 .53675
 * Full mode needs no visual signal here, so a photo only tells who resembles whom. */
#include <string.h>

#include "engine/match/reference.h"
#include "tests/support/fixture.h"
#include "tests/support/near.h"

struct scene {
    struct fixture *f;
    uint32_t item, viewer;
    struct ranked pool[POOL_MAX];
    struct viewer_result result;
};

/* Up to two settings; further ones by fixture_set before the first person. */
static void scene_init(struct scene *s, const char *key, const char *value) {
    memset(s, 0, sizeof *s);
    s->f = fixture_new();
    s->item = fixture_slider(s->f, "communication", "H");
    fixture_set(s->f, "QUESTIONNAIRE_MIN_QUESTIONS", "1");
    fixture_set(s->f, "MATCH_REQUIRE_VISUAL_SIGNAL", "false");
    if (key != NULL)
        fixture_set(s->f, key, value);
    s->viewer = fixture_add(s->f, NULL);
    fixture_slide(s->f, s->viewer, s->item, 1);
}

static uint32_t add_candidate(struct scene *s, int apart) {
    uint32_t row = fixture_add(s->f, NULL);
    fixture_slide(s->f, row, s->item, 1 + apart);
    return row;
}

/* Of unknown intent: deferred, so provisional. */
static uint32_t add_provisional(struct scene *s, int apart) {
    struct person person = person_default(s->f);
    person.profile.intent = INTENT_NULL;
    uint32_t row = fixture_add(s->f, &person);
    fixture_slide(s->f, row, s->item, 1 + apart);
    return row;
}

static void accepts_viewer(struct scene *s, uint32_t row) {
    struct offer_fact offer = fixture_offer(s->f, row, s->viewer, OFFER_ACCEPTED, 2);
    fixture_add_offer(s->f, &offer);
}

static void play(struct scene *s) {
    s->result.pool = s->pool;
    reference_viewer(fixture_view(s->f), s->viewer, &s->result);
}

static void check_pool(struct scene *s, const uint32_t *rows, uint32_t count) {
    play(s);
    cr_assert_eq(s->result.pool_count, count);
    for (uint32_t i = 0; i < count; i++)
        cr_assert_eq(s->pool[i].row, rows[i], "place %u: row %u", i, s->pool[i].row);
    fixture_free(s->f);
}

/* anchor: ROW_NONE for none. */
static void check_picks(struct scene *s, const uint32_t *rows, uint32_t count, uint32_t anchor) {
    play(s);
    cr_assert_eq(s->result.pick_count, count, "%u picks", s->result.pick_count);
    for (uint32_t i = 0; i < count; i++)
        cr_assert_eq(s->result.picks[i].candidate, rows[i], "pick %u: row %u", i,
                     s->result.picks[i].candidate);
    cr_assert_eq(s->result.has_anchor, anchor != ROW_NONE);
    if (anchor != ROW_NONE)
        cr_assert_eq(s->result.anchor.candidate, anchor, "row %u", s->result.anchor.candidate);
    fixture_free(s->f);
}

/* --- order ------------------------------------------------------------------------------------ */

static void add_five(struct scene *s, uint32_t c[5]) {
    c[0] = add_candidate(s, 3);
    c[1] = add_candidate(s, 0);
    c[2] = add_candidate(s, 0);
    c[3] = add_candidate(s, 2);
    c[4] = add_provisional(s, 0);
    accepts_viewer(s, c[3]);
    accepts_viewer(s, c[4]);
}

Test(order, full_then_accepted_then_raw_then_id) {
    struct scene s;
    uint32_t c[5];
    scene_init(&s, NULL, NULL);
    add_five(&s, c);
    check_pool(&s, (uint32_t[]){c[3], c[1], c[2], c[0], c[4]}, 5);
}

Test(order, acceptance_plays_no_part_when_switched_off) {
    struct scene s;
    uint32_t c[5];
    scene_init(&s, "MATCH_RECIPROCATE_FIRST", "false");
    add_five(&s, c);
    check_pool(&s, (uint32_t[]){c[1], c[2], c[3], c[0], c[4]}, 5);
}

Test(order, ties_go_by_id_not_by_row) {
    struct scene s;
    scene_init(&s, NULL, NULL);
    struct person first = person_default(s.f), second = person_default(s.f);
    first.user.id.bytes[1] = 0xff; /* unsigned: after all others */
    uint32_t late = fixture_add(s.f, &first), early = fixture_add(s.f, &second);
    fixture_slide(s.f, late, s.item, 2);
    fixture_slide(s.f, early, s.item, 2);
    check_pool(&s, (uint32_t[]){early, late}, 2);
}

Test(order, the_pool_is_the_first_of_the_order) {
    struct scene s;
    uint32_t c[12];
    scene_init(&s, "MATCH_RERANK_POOL", "8");
    for (int i = 0; i < 12; i++)
        c[i] = add_candidate(&s, 3 - i / 4); /* 3 3 3 3 2 2 2 2 1 1 1 1 */
    play(&s);
    cr_assert_eq(s.result.offerable, 12);
    cr_assert_eq(s.result.eligible, 12);
    check_pool(&s, (uint32_t[]){c[8], c[9], c[10], c[11], c[4], c[5], c[6], c[7]}, 8);
}

/* --- picks ------------------------------------------------------------------------------------ */

/* c1 and c2 agree wholly and look alike, c3 is one sixth apart and looks the opposite:
 *   sim(c1, c2) = .5 * 1 + .5 * (1 + 1) / 2 = 1
 *   sim(c1, c3) = .5 * 5/6 + .5 * (1 - 1) / 2 = .4166667
 *   second pick: c2 .82 * .89475 - .18 * 1 = .553695
 *                c3 .82 * .7754167 - .18 * .4166667 = .5608417 */
static void add_twins(struct scene *s, uint32_t c[3]) {
    for (int i = 0; i < 3; i++) {
        c[i] = add_candidate(s, i == 2);
        fixture_photo(s->f, c[i], (float[]){i == 2 ? -1 : 1, 0, 0, 0});
    }
}

Test(picks, similarity_of_candidates) {
    struct scene s;
    uint32_t c[3];
    scene_init(&s, NULL, NULL);
    add_twins(&s, c);
    const struct view *view = fixture_view(s.f);
    cr_assert_near(pair_similarity(view, c[0], c[1]), 1.0);
    cr_assert_near(pair_similarity(view, c[0], c[2]), .5 * 5 / 6);
    cr_assert_near(pair_similarity(view, s.viewer, c[2]), 5.0 / 6); /* no photo: answers alone */
    cr_assert_eq(pair_similarity(view, c[2], c[0]), pair_similarity(view, c[0], c[2]));
    fixture_free(s.f);
}

Test(picks, diversity_puts_the_unlike_second) {
    struct scene s;
    uint32_t c[3];
    scene_init(&s, NULL, NULL);
    add_twins(&s, c);
    check_picks(&s, (uint32_t[]){c[0], c[2], c[1]}, 3, ROW_NONE);
}

/* Equal answers; looks east, east, north and west. The first is picked, then west, whose likeness
 * to it is .5 + 0. Now the second is 1 from the first pick though .5 from west; north is .75 from
 * both: north is less alike. */
Test(picks, the_nearest_of_all_picked_counts) {
    struct scene s;
    uint32_t c[4];
    const float looks[4][FIXTURE_DIM] = {{1, 0, 0, 0}, {1, 0, 0, 0}, {0, 1, 0, 0}, {-1, 0, 0, 0}};
    scene_init(&s, NULL, NULL);
    for (int i = 0; i < 4; i++) {
        c[i] = add_candidate(&s, 0);
        fixture_photo(s.f, c[i], looks[i]);
    }
    check_picks(&s, (uint32_t[]){c[0], c[3], c[2]}, 3, c[1]);
}

Test(picks, lambda_one_keeps_the_order) {
    struct scene s;
    uint32_t c[3];
    scene_init(&s, "MATCH_SCORE_DIVERSITY_LAMBDA", "1");
    add_twins(&s, c);
    check_picks(&s, (uint32_t[]){c[0], c[1], c[2]}, 3, ROW_NONE);
}

Test(picks, who_accepted_goes_first_and_the_provisional_last) {
    /* The accepted one is three sixths apart; of two provisional ones at most one is taken, though
     * better. */
    struct scene s;
    scene_init(&s, NULL, NULL);
    uint32_t full = add_candidate(&s, 1), accepted = add_candidate(&s, 3);
    uint32_t provisional = add_provisional(&s, 0);
    add_provisional(&s, 1);
    accepts_viewer(&s, accepted);
    check_picks(&s, (uint32_t[]){accepted, full, provisional}, 3, ROW_NONE);
}

Test(picks, at_most_one_provisional_offer) {
    struct scene s;
    scene_init(&s, NULL, NULL);
    uint32_t full = add_candidate(&s, 3), first = add_provisional(&s, 0);
    add_provisional(&s, 0);
    add_provisional(&s, 1);
    check_picks(&s, (uint32_t[]){full, first}, 2, ROW_NONE);
    scene_init(&s, "MATCH_PROVISIONAL_MAX_OFFERS", "0");
    full = add_candidate(&s, 3);
    add_provisional(&s, 0);
    check_picks(&s, &full, 1, ROW_NONE);
}

Test(picks, accepted_provisional_ones_are_still_provisional) {
    struct scene s;
    scene_init(&s, NULL, NULL);
    uint32_t provisional = add_provisional(&s, 0), full = add_candidate(&s, 2);
    uint32_t better = add_provisional(&s, 0);
    accepts_viewer(&s, better);
    (void)provisional;
    /* One group: the same raw, ties by the order, which puts who accepted first. */
    check_picks(&s, (uint32_t[]){full, better}, 2, ROW_NONE);
}

/* --- queue ------------------------------------------------------------------------------------ */

/* Five candidates 0..4 sixths apart (the last is not offerable), and `open` undecided offers of the
 * viewer for people outside the population; one of them has run out and does not count. */
static void add_queue(struct scene *s, int open, uint32_t c[4]) {
    for (int i = 0; i < 4; i++)
        c[i] = add_candidate(s, i);
    for (int i = 0; i <= open; i++) {
        struct person person = person_default(s->f);
        person.user.active = false;
        uint32_t row = fixture_add(s->f, &person);
        struct offer_fact offer =
            fixture_offer(s->f, s->viewer, row, OFFER_OFFERED, i == 0 ? 6 : 1);
        fixture_add_offer(s->f, &offer);
    }
}

Test(queue, daily_picks_take_room_first_and_the_anchor_what_is_left) {
    struct scene s;
    uint32_t c[4];
    scene_init(&s, "MATCH_SCORE_DIVERSITY_LAMBDA", "1");
    add_queue(&s, 0, c);
    check_picks(&s, c, 3, c[3]);
}

Test(queue, no_anchor_past_the_cap) {
    struct scene s;
    uint32_t c[4];
    scene_init(&s, "MATCH_ACTIVE_QUEUE_CAP", "4");
    add_queue(&s, 1, c);
    play(&s);
    cr_assert_eq(s.result.pick_count, 3);
    cr_assert_not(s.result.has_anchor);
    fixture_free(s.f);
}

Test(queue, open_offers_leave_less_room) {
    struct scene s;
    uint32_t c[4];
    scene_init(&s, "MATCH_ACTIVE_QUEUE_CAP", "4");
    add_queue(&s, 3, c);
    check_picks(&s, c, 1, ROW_NONE);
    scene_init(&s, "MATCH_ACTIVE_QUEUE_CAP", "4");
    add_queue(&s, 5, c);
    check_picks(&s, c, 0, ROW_NONE);
}

Test(queue, high_inbound_viewers_have_a_shorter_queue) {
    struct scene s;
    uint32_t c[4];
    scene_init(&s, NULL, NULL);
    add_queue(&s, 2, c);
    population_set_segment(fixture_population(s.f), s.viewer, SEGMENT_HIGH_INBOUND);
    check_picks(&s, c, 1, ROW_NONE);
    scene_init(&s, "MATCH_GENDER_RESPONSIVE_MODE", "off");
    add_queue(&s, 2, c);
    population_set_segment(fixture_population(s.f), s.viewer, SEGMENT_HIGH_INBOUND);
    play(&s);
    cr_assert_eq(s.result.pick_count, 3);
    fixture_free(s.f);
}

Test(queue, offers_a_day_are_the_viewers_own_setting) {
    struct scene s;
    uint32_t c[4];
    scene_init(&s, NULL, NULL);
    add_queue(&s, 0, c);
    fixture_override(s.f, s.viewer, "MATCHES_PER_DAY_DEFAULT", "1");
    play(&s);
    cr_assert_eq(s.result.pick_count, 1);
    cr_assert_eq(s.result.picks[0].candidate, c[0]);
    fixture_free(s.f);
}

/* --- anchor ----------------------------------------------------------------------------------- */

/* Two picks are enough a day here; c[2] and c[3] are left, and confidence = .6 + .4 * sqrt(conf
 * conf). */
static void add_anchors(struct scene *s, double viewer, double third, double fourth,
                        uint32_t c[4]) {
    for (int i = 0; i < 4; i++)
        c[i] = add_candidate(s, i);
    fixture_override(s->f, s->viewer, "MATCHES_PER_DAY_DEFAULT", "2");
    fixture_taste(s->f, s->viewer, (float[]){1, 0, 0, 0}, viewer);
    fixture_taste(s->f, c[2], (float[]){1, 0, 0, 0}, third);
    fixture_taste(s->f, c[3], (float[]){1, 0, 0, 0}, fourth);
}

static void check_anchor(double viewer, double third, double fourth, int expected) {
    struct scene s;
    uint32_t c[4];
    scene_init(&s, "MATCH_SCORE_DIVERSITY_LAMBDA", "1");
    add_anchors(&s, viewer, third, fourth, c);
    check_picks(&s, c, 2, c[expected]);
}

Test(anchor, the_most_confident_that_reaches_the_bound) {
    check_anchor(.64, .04, .25, 3); /* .6 + .4 * .16 = .664, .6 + .4 * .4 = .76 */
    check_anchor(.64, .36, .25, 2); /* .792, .76 */
    check_anchor(.64, .25, .25, 2); /* equal: by the order */
    check_anchor(.64, .04, .05, 2); /* .664, .6716: none reaches .70, so the first */
}

Test(anchor, never_provisional) {
    struct scene s;
    scene_init(&s, NULL, NULL);
    uint32_t full = add_candidate(&s, 3), first = add_provisional(&s, 0);
    add_provisional(&s, 0);
    check_picks(&s, (uint32_t[]){full, first}, 2, ROW_NONE);
}

Test(anchor, none_where_it_is_switched_off) {
    struct scene s;
    uint32_t c[4];
    scene_init(&s, "ANCHOR_MATCHES_PER_WEEK", "0");
    add_queue(&s, 0, c);
    play(&s);
    cr_assert_not(s.result.has_anchor);
    fixture_free(s.f);
}

/* --- what is stored --------------------------------------------------------------------------- */

Test(offer, id_is_uuid5_of_date_viewer_and_candidate) {
    /* Derived with another implementation: uuid5(MATCHMAKING_NAMESPACE,
     * "2026-11-22:<viewer>:<candidate>"). */
    struct scene s;
    scene_init(&s, NULL, NULL);
    struct person one = person_default(s.f), two = person_default(s.f);
    one.user.id.bytes[15] = 0xa1;
    two.user.id.bytes[15] = 0xb2;
    uint32_t a = fixture_add(s.f, &one), b = fixture_add(s.f, &two);
    fixture_slide(s.f, a, s.item, 1);
    fixture_slide(s.f, b, s.item, 1);
    char text[UUID_TEXT];
    uuid_to_text(population_id(fixture_population(s.f), a), text);
    cr_assert_str_eq(text, "02000000-0000-4000-8000-0000000000a1");
    struct uuid id = offer_id(fixture_view(s.f), a, b);
    uuid_to_text(&id, text);
    cr_assert_str_eq(text, "6e7180dc-292d-5d3b-becc-f2ea123ad0d8");
    fixture_free(s.f);
}

Test(offer, scores_as_stored) {
    /* raw .89475 in full mode: 89. Without the visual signal there is no physical score. */
    struct scene s;
    scene_init(&s, NULL, NULL);
    uint32_t b = add_candidate(&s, 0);
    struct offer offer;
    offer_compose(fixture_view(s.f), s.viewer, b, &offer);
    cr_assert_eq(offer.score, 89);
    cr_assert_eq(offer.physical, -1);
    cr_assert_eq(offer.mode, MODE_FULL);
    fixture_free(s.f);
}

Test(offer, physical_score_is_the_viewers_own_taste) {
    /* Viewer: sigmoid(4 * .5) = .8808, candidate: sigmoid(4 * -.5) = .1192; confidence 1. */
    struct scene s;
    scene_init(&s, NULL, NULL);
    uint32_t b = add_candidate(&s, 0);
    fixture_photo(s.f, s.viewer, (float[]){1, 0, 0, 0});
    fixture_photo(s.f, b, (float[]){1, 0, 0, 0});
    fixture_taste(s.f, s.viewer, (float[]){.5f, 0, 0, 0}, 1);
    fixture_taste(s.f, b, (float[]){-.5f, 0, 0, 0}, 1);
    struct offer offer;
    offer_compose(fixture_view(s.f), s.viewer, b, &offer);
    cr_assert_eq(offer.physical, 88);
    offer_compose(fixture_view(s.f), b, s.viewer, &offer);
    cr_assert_eq(offer.physical, 12);
    fixture_free(s.f);
}

/* Two people with equal answers on the given constructs; `looks`: both adore each other (affinity
 * 1). */
static struct theme_list themes_of(const char *const *constructs, size_t count, bool looks,
                                   const char *prior) {
    struct fixture *f = fixture_new();
    uint32_t items[CONSTRUCTS];
    for (size_t i = 0; i < count; i++)
        items[i] = fixture_slider(f, constructs[i], "H");
    fixture_set(f, "MATCH_PROVISIONAL_VISUAL_PRIOR", prior);
    uint32_t rows[] = {fixture_add(f, NULL), fixture_add(f, NULL)};
    for (int r = 0; r < 2; r++) {
        for (size_t i = 0; i < count; i++)
            fixture_slide(f, rows[r], items[i], 4);
        if (!looks)
            continue;
        fixture_photo(f, rows[r], (float[]){1, 0, 0, 0});
        fixture_taste(f, rows[r], (float[]){10, 0, 0, 0}, 1); /* sigmoid(40) is 1 */
    }
    struct pair_score score;
    pair_score(fixture_view(f), rows[0], rows[1], &score);
    struct theme_list themes = pair_themes(fixture_view(f), &score);
    fixture_free(f);
    return themes;
}

Test(themes, the_three_heaviest_ties_by_code) {
    /* .22, .20 (attachment), .02 and looks .20 * 1: mutual_... before secure_..., availability
     * falls out. */
    const char *const constructs[] = {"availability", "attachment", "communication"};
    struct theme_list themes = themes_of(constructs, 3, true, "0.5");
    cr_assert_eq(themes.count, 3);
    cr_assert_str_eq(themes.codes[0], "compatible_conflict_style");
    cr_assert_str_eq(themes.codes[1], "mutual_visual_preference");
    cr_assert_str_eq(themes.codes[2], "secure_attachment_fit");
}

Test(themes, a_prior_is_no_theme) {
    const char *const constructs[] = {"lifestyle", "structure"};
    struct theme_list themes = themes_of(constructs, 2, false, "0.9");
    cr_assert_eq(themes.count, 2);
    cr_assert_str_eq(themes.codes[0], "aligned_relationship_structure");
    cr_assert_str_eq(themes.codes[1], "similar_lifestyle");
}

Test(themes, from_seventy_hundredths_on) {
    /* A slider 0..10, three and four steps apart: .70 and .60. */
    for (int apart = 3; apart <= 4; apart++) {
        struct fixture *f = fixture_new();
        struct item_source source = fixture_source(f, "slider", "family", "H");
        source.min = 0;
        source.max = 10;
        uint32_t item = fixture_item(f, &source);
        uint32_t a = fixture_add(f, NULL), b = fixture_add(f, NULL);
        fixture_slide(f, a, item, 1);
        fixture_slide(f, b, item, 1 + apart);
        struct pair_score score;
        pair_score(fixture_view(f), a, b, &score);
        struct theme_list themes = pair_themes(fixture_view(f), &score);
        cr_assert_eq(themes.count, apart == 3 ? 1 : 0);
        fixture_free(f);
    }
}
