/* Runs: the same offers whatever the number of threads and the order of loading; progress;
 * cancelling; what is kept agrees with the reference. */
#include <criterion/criterion.h>
#include <string.h>

#include "engine/match/reference.h"
#include "engine/match/run.h"
#include "tests/support/crowd.h"

enum { PEOPLE = 400 };

static void digest_of(const struct view *view, uint32_t threads, char text[RUN_DIGEST_TEXT]) {
    struct run_options options = {.threads = threads, .exact_counts = true};
    struct run *run = run_start(view, &options);
    run_wait(run);
    run_digest(run, text);
    run_free(run);
}

Test(run, the_number_of_threads_changes_nothing) {
    struct fixture *f = crowd_new(PEOPLE, 1, 0);
    char first[RUN_DIGEST_TEXT], text[RUN_DIGEST_TEXT];
    digest_of(fixture_view(f), 1, first);
    cr_assert_eq(strlen(first), 32);
    const uint32_t threads[] = {2, 3, 8};
    for (size_t i = 0; i < ARRAY_LEN(threads); i++) {
        digest_of(fixture_view(f), threads[i], text);
        cr_assert_str_eq(text, first, "%u threads", threads[i]);
    }
    fixture_free(f);
}

Test(run, the_order_of_loading_changes_nothing) {
    char first[RUN_DIGEST_TEXT], text[RUN_DIGEST_TEXT];
    struct fixture *f = crowd_new(PEOPLE, 1, 0);
    digest_of(fixture_view(f), 2, first);
    fixture_free(f);
    for (uint64_t order = 1; order < 4; order++) {
        f = crowd_new(PEOPLE, 1, order);
        digest_of(fixture_view(f), 2, text);
        cr_assert_str_eq(text, first, "order %u", (unsigned)order);
        fixture_free(f);
    }
}

Test(run, other_people_give_another_digest) {
    char one[RUN_DIGEST_TEXT], two[RUN_DIGEST_TEXT];
    struct fixture *f = crowd_new(PEOPLE, 1, 0), *g = crowd_new(PEOPLE, 2, 0);
    digest_of(fixture_view(f), 2, one);
    digest_of(fixture_view(g), 2, two);
    cr_assert_str_neq(one, two);
    fixture_free(f);
    fixture_free(g);
}

static void check_offer(const struct offer *kept, const struct offer *expected) {
    cr_assert_eq(kept->candidate, expected->candidate);
    cr_assert_eq(kept->raw, expected->raw);
    cr_assert_eq(kept->score, expected->score);
}

Test(run, keeps_what_the_reference_finds_for_every_member_in_uuid_order) {
    struct fixture *f = crowd_new(PEOPLE, 3, 0);
    const struct view *view = fixture_view(f);
    struct run_options options = {.threads = 3, .exact_counts = true};
    struct run *run = run_start(view, &options);
    run_wait(run);
    uint32_t index = 0, offers = 0, anchors = 0;
    static struct ranked pool[POOL_MAX];
    for (uint32_t i = 0; i < view->count; i++) {
        uint32_t viewer = population_by_id(view->population)[i];
        if (!view->member[viewer])
            continue;
        struct viewer_result expected = {.pool = pool};
        reference_viewer(view, viewer, &expected);
        const struct run_result *kept = run_result(run, index++);
        cr_assert_not_null(kept);
        cr_assert_eq(kept->viewer, viewer);
        cr_assert_eq(kept->eligible, expected.eligible);
        cr_assert_eq(kept->offerable, expected.offerable);
        cr_assert_eq(kept->pool_count, expected.pool_count);
        cr_assert_eq(kept->pick_count, expected.pick_count);
        for (uint32_t c = 0; c < kept->pool_count && c < RUN_POOL_KEPT; c++)
            cr_assert_eq(kept->pool[c].row, pool[c].row);
        for (uint32_t p = 0; p < kept->pick_count; p++)
            check_offer(&kept->picks[p], &expected.picks[p]);
        cr_assert_eq(kept->anchor != NULL, expected.has_anchor);
        if (kept->anchor != NULL)
            check_offer(kept->anchor, &expected.anchor);
        offers += kept->pick_count;
        anchors += kept->anchor != NULL;
    }
    cr_assert_eq(run_count(run), index);
    /* The crowd is one in which things happen. */
    cr_assert_gt(offers, index);
    cr_assert_gt(anchors, index / 4);
    struct run_progress progress;
    run_progress(run, &progress);
    cr_assert(progress.finished && !progress.cancelled);
    cr_assert_eq(progress.viewers_done, index);
    cr_assert_eq(progress.offers, offers + anchors);
    cr_assert_eq(progress.pairs, (uint64_t)index * view->count);
    run_free(run);
    fixture_free(f);
}

Test(run, viewers_are_answered_in_the_order_asked) {
    struct fixture *f = crowd_new(50, 4, 0);
    const uint32_t viewers[] = {7, 3, 7};
    struct run_options options = {.viewers = viewers, .viewer_count = 3, .threads = 2};
    struct run *run = run_start(fixture_view(f), &options);
    run_wait(run);
    cr_assert_eq(run_count(run), 3);
    for (uint32_t i = 0; i < 3; i++)
        cr_assert_eq(run_result(run, i)->viewer, viewers[i]);
    run_free(run);
    fixture_free(f);
}

Test(run, who_is_outside_the_population_gets_nothing) {
    struct fixture *f = fixture_new();
    struct person person = person_default(f);
    person.user.active = false;
    uint32_t row = fixture_add(f, &person);
    struct run_options options = {.viewers = &row, .viewer_count = 1, .threads = 1};
    struct run *run = run_start(fixture_view(f), &options);
    run_wait(run);
    cr_assert_eq(run_result(run, 0)->pool_count, 0);
    cr_assert_eq(run_result(run, 0)->pick_count, 0);
    cr_assert_null(run_result(run, 0)->anchor);
    run_free(run);
    options = (struct run_options){.threads = 2};
    run = run_start(fixture_view(f), &options); /* nobody at all */
    run_wait(run);
    cr_assert_eq(run_count(run), 0);
    run_free(run);
    fixture_free(f);
}

Test(run, a_cancelled_run_names_whom_it_did_not_reach) {
    /* One viewer asked for so often that the work cannot be over before it is cancelled. */
    static uint32_t viewers[200000];
    struct fixture *f = crowd_new(PEOPLE, 5, 0);
    struct run_options options = {
        .viewers = viewers, .viewer_count = ARRAY_LEN(viewers), .threads = 2};
    struct run *run = run_start(fixture_view(f), &options);
    run_cancel(run);
    run_wait(run);
    struct run_progress progress;
    run_progress(run, &progress);
    cr_assert(progress.cancelled && progress.finished);
    uint32_t reached = 0;
    for (uint32_t i = 0; i < run_count(run); i++)
        reached += run_result(run, i) != NULL;
    cr_assert_eq(reached, progress.viewers_done);
    cr_assert_lt(reached, run_count(run));
    char text[RUN_DIGEST_TEXT];
    run_digest(run, text); /* of what there is */
    run_free(run);
    fixture_free(f);
}
