/* Relations: at most one of a pair, every kind of each, and no key of a table twice. */
#include "bench/relation.h"

#include <criterion/criterion.h>
#include <stdlib.h>

enum { PEOPLE = 4000, RELATIONS_MAX = 40000 };

struct seen {
    const struct world *world;
    uint64_t pairs[RELATIONS_MAX];
    uint32_t count, active[PEOPLE];
    uint32_t statuses[6], matches, blocks, reports[REPORT_STATUSES];
};

static bool see(void *ctx, const struct relation *r) {
    struct seen *seen = ctx;
    uint32_t low = r->one < r->two ? r->one : r->two, high = r->one < r->two ? r->two : r->one;
    instant_t now = seen->world->options.now;
    cr_assert(low != high && seen->count < RELATIONS_MAX);
    seen->pairs[seen->count++] = (uint64_t)low << 32 | high;
    cr_assert(world_genders_fit(seen->world, r->one, r->two));
    for (uint32_t i = 0; i < r->offer_count; i++) {
        const struct relation_offer *offer = &r->offers[i];
        seen->statuses[offer->status]++;
        cr_assert(offer->offered_at < now && offer->expires_at > offer->offered_at);
        cr_assert(!offer->has_action ||
                  (offer->action_at >= offer->offered_at && offer->action_at < now));
    }
    if (r->offer_count == 2 && r->offers[0].reversed == r->offers[1].reversed)
        cr_assert_neq(r->offers[0].batch_date, r->offers[1].batch_date);
    seen->matches += r->has_match;
    seen->active[r->one] += r->has_match && r->match_is_active;
    seen->active[r->two] += r->has_match && r->match_is_active;
    seen->blocks += r->has_block;
    if (r->has_report)
        seen->reports[r->report_status]++;
    return true;
}

static int compare(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

Test(relation, is_one_a_pair_and_of_every_kind) {
    struct world world;
    struct err err;
    struct world_options options = {.people = PEOPLE,
                                    .dim = 0,
                                    .seed = 3,
                                    .now = (instant_t)9822 * INSTANT_PER_DAY,
                                    .metro = "Berlin"};
    cr_assert(world_init(&world, &options, &err), "%s", err.text);
    struct seen *seen = calloc(1, sizeof *seen);
    seen->world = &world;
    cr_assert(relations_each(&world, see, seen));
    cr_assert(seen->count > PEOPLE);
    qsort(seen->pairs, seen->count, sizeof seen->pairs[0], compare);
    for (uint32_t i = 1; i < seen->count; i++)
        cr_assert_neq(seen->pairs[i - 1], seen->pairs[i]);
    for (int status = 0; status < 6; status++)
        cr_assert(seen->statuses[status] > 0, "no offer of status %d", status);
    for (int status = 0; status < REPORT_STATUSES; status++)
        cr_assert(seen->reports[status] > 0, "no report of status %d", status);
    cr_assert(seen->matches > 0 && seen->blocks > 0);
    uint32_t full = 0;
    for (uint32_t n = 0; n < PEOPLE; n++) {
        cr_assert(seen->active[n] <= 2);
        full += seen->active[n] == 2;
    }
    cr_assert(full > 0, "nobody has as many matches as one may have");
    free(seen);
    world_release(&world);
}

static bool stop_at_third(void *ctx, const struct relation *r) {
    (void)r;
    return ++*(int *)ctx < 3;
}

Test(relation, stops_when_told) {
    struct world world;
    struct err err;
    struct world_options options = {.people = 1000, .seed = 3, .now = 0, .metro = "Berlin"};
    cr_assert(world_init(&world, &options, &err));
    int count = 0;
    cr_assert(!relations_each(&world, stop_at_third, &count));
    cr_assert_eq(count, 3);
    world_release(&world);
}
