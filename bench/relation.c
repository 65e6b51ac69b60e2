#include "bench/relation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/person.h"
#include "engine/base/mem.h"

enum { PARTNER_TRIES = 6, MATCHES_ACTIVE_MAX = 2 };

const char *const REPORT_STATUS_NAMES[REPORT_STATUSES] = {"pending", "in_review", "resolved",
                                                          "dismissed"};

/* The default of MATCHMAKING_NAMESPACE: offers made by the engine bear such ids. */
static const char NAMESPACE[] = "6f1d2f3e-6c1b-5d0a-9d5e-2b7c1b0a4e11";

static const char *const THEMES[] = {"compatible_conflict_style",      "secure_attachment_fit",
                                     "open_intimacy_communication",    "strong_value_alignment",
                                     "aligned_relationship_structure", "mutual_visual_preference"};

/* Of two, the one that draws the relation: so a pair cannot be drawn twice from two sides. */
static uint32_t drawer(uint32_t a, uint32_t b) {
    uint32_t low = a < b ? a : b, high = a < b ? b : a;
    return ((a ^ b) & 1) != 0 ? low : high;
}

/* Somebody of the same city whom the person could have met; ROW_NONE if none was found. */
static uint32_t draw_partner(const struct world *world, struct stream *s, uint32_t person) {
    uint32_t city = world->cores[person].city;
    uint32_t first = world->first_resident[city], end = world->first_resident[city + 1];
    for (int i = 0; i < PARTNER_TRIES; i++) {
        uint32_t other = world->residents[first + stream_below(s, end - first)];
        if (other != person && drawer(person, other) == person &&
            world_genders_fit(world, person, other))
            return other;
    }
    return ROW_NONE;
}

/* The offer as the batch of `days` ago made it, at 09:00 UTC. */
static struct relation_offer *add_offer(const struct world *world, struct stream *s,
                                        struct relation *r, bool reversed, int32_t days) {
    struct relation_offer *offer = &r->offers[r->offer_count++];
    offer->reversed = reversed;
    offer->batch_date = date_of_instant(world->options.now) - days;
    offer->offered_at = instant_of_date(offer->batch_date) + 9 * (INSTANT_PER_DAY / 24);
    offer->expires_at = instant_plus_days(offer->offered_at, 6);
    offer->score = (uint8_t)stream_between(s, 50, 88);
    offer->physical = stream_chance(s, 0.9) ? (uint8_t)stream_between(s, 25, 80) : 0;
    uint32_t theme = stream_below(s, ARRAY_LEN(THEMES));
    offer->theme_count = (uint8_t)stream_below(s, RELATION_THEMES_MAX + 1);
    for (uint32_t i = 0; i < offer->theme_count; i++)
        offer->themes[i] = THEMES[(theme + i) % ARRAY_LEN(THEMES)];

    char date[DATE_TEXT], viewer[UUID_TEXT], candidate[UUID_TEXT], name[128];
    date_to_text(offer->batch_date, date);
    uuid_to_text(reversed ? &r->two_id : &r->one_id, viewer);
    uuid_to_text(reversed ? &r->one_id : &r->two_id, candidate);
    snprintf(name, sizeof name, "%s:%s:%s", date, viewer, candidate);
    struct uuid name_space;
    ASSERT(uuid_from_text(NAMESPACE, &name_space));
    uuid_derive(&name_space, name, &offer->id);
    return offer;
}

/* The viewer did something with it within a day or two, but before now. */
static void decide(const struct world *world, struct stream *s, struct relation_offer *offer,
                   enum offer_status status) {
    offer->status = status;
    offer->has_action = true;
    offer->action_at = offer->offered_at + (instant_t)stream_between(s, 60, 36 * 3600) * 1000000;
    if (offer->action_at >= world->options.now)
        offer->action_at = world->options.now - 1000000;
    if (status == OFFER_NOT_NOW) {
        offer->has_cooldown = true;
        offer->cooldown_until = instant_plus_days(offer->action_at, 30);
    }
}

enum {
    OPEN,
    ACCEPTED,
    PASSED,
    PASSED_LONG_AGO,
    NOT_NOW,
    NOT_NOW_LONG_AGO,
    EXPIRED,
    UNSWEPT,
    FATES
};
static const uint32_t OF_ALL[FATES] = {30, 10, 14, 8, 8, 6, 20, 4};
static const uint32_t OF_THE_PAST[FATES] = {0, 0, 34, 26, 0, 10, 30, 0};

/* One offer: still open, decided lately or long ago, or gone by. */
static void draw_single(const struct world *world, struct stream *s, struct relation *r,
                        bool reversed, const uint32_t fates[FATES]) {
    size_t fate = stream_choose(s, fates, FATES);
    bool recent = fate == OPEN || fate == ACCEPTED;
    bool old = fate == PASSED_LONG_AGO || fate == NOT_NOW_LONG_AGO;
    int32_t days = recent            ? stream_between(s, 1, 5)
                   : fate == UNSWEPT ? stream_between(s, 7, 9)
                   : old             ? stream_between(s, 100, 240)
                   : fate == EXPIRED ? stream_between(s, 7, 60)
                                     : stream_between(s, 1, 25);
    struct relation_offer *offer = add_offer(world, s, r, reversed, days);
    switch (fate) {
    case OPEN:
    case UNSWEPT: offer->status = OFFER_OFFERED; break;
    case ACCEPTED: decide(world, s, offer, OFFER_ACCEPTED); break;
    case PASSED:
    case PASSED_LONG_AGO: decide(world, s, offer, OFFER_PASSED); break;
    case NOT_NOW:
    case NOT_NOW_LONG_AGO: decide(world, s, offer, OFFER_NOT_NOW); break;
    default: offer->status = OFFER_EXPIRED; break;
    }
}

/* Both said yes; the match goes on, or has ended. */
static void draw_match(const struct world *world, struct stream *s, struct relation *r,
                       const bool *gone, uint8_t *active) {
    int32_t days = stream_between(s, 2, 200);
    for (int reversed = 0; reversed < 2; reversed++)
        decide(world, s, add_offer(world, s, r, reversed != 0, days), OFFER_MATCHED);
    r->has_match = true;
    stream_uuid(s, &r->match_id);
    instant_t first = r->offers[0].action_at, second = r->offers[1].action_at;
    r->match_at = first > second ? first : second;
    r->match_is_active = stream_chance(s, 0.5) && !gone[r->one] && !gone[r->two] &&
                         active[r->one] < MATCHES_ACTIVE_MAX && active[r->two] < MATCHES_ACTIVE_MAX;
    active[r->one] = (uint8_t)(active[r->one] + r->match_is_active);
    active[r->two] = (uint8_t)(active[r->two] + r->match_is_active);
    /* Some time between the match and now. */
    instant_t since = world->options.now - r->match_at;
    r->match_closed_at = r->match_at + (instant_t)(stream_unit(s) * (double)since);
}

static void draw_report(const struct world *world, struct stream *s, struct relation *r) {
    static const uint32_t STATUSES_DRAWN[] = {20, 15, 40, 25};
    r->has_report = true;
    stream_uuid(s, &r->report_id);
    r->report_at = world_past(world, s, stream_between(s, 2, 180));
    r->report_closed_at = r->report_at + INSTANT_PER_DAY;
    r->report_status = (enum report_status)stream_choose(s, STATUSES_DRAWN, REPORT_STATUSES);
}

/* Who is banned for good, wants to be deleted or is: open offers and matches of theirs have ended.
 */
static bool *find_gone(const struct world *world) {
    bool *gone = mem_array(world->options.people, sizeof *gone);
    struct person *p = person_new(world->options.dim);
    for (uint32_t number = 0; number < world->options.people; number++) {
        person_make_account(world, number, p);
        person_make_trust(world, number, p);
        bool banned = p->enforcement == ENFORCEMENT_EXCLUDES && p->enforcement_is_active &&
                      p->enforced_until == INSTANT_INFINITY;
        gone[number] = banned || p->has_deletion || p->status == STATUS_DELETED;
    }
    person_free(p);
    return gone;
}

/* What ends with a person who is gone, and what two accepts at a time would have become. */
static void settle(struct relation *r, const bool *gone) {
    bool accepted = false;
    for (uint32_t i = 0; i < r->offer_count; i++) {
        struct relation_offer *offer = &r->offers[i];
        bool is_open = offer->status == OFFER_OFFERED || offer->status == OFFER_ACCEPTED ||
                       offer->status == OFFER_NOT_NOW;
        if ((gone[r->one] || gone[r->two]) && is_open)
            offer->status = OFFER_EXPIRED;
        if (offer->status == OFFER_ACCEPTED && accepted) {
            offer->status = OFFER_OFFERED;
            offer->has_action = false;
        }
        accepted |= offer->status == OFFER_ACCEPTED;
    }
}

static void draw_relation(const struct world *world, struct stream *s, struct relation *r,
                          const bool *gone, uint8_t *active) {
    static const uint32_t KINDS[] = {56, 24, 6, 6, 5, 3};
    enum { ONE_OFFER, OFFERED_TO_BOTH, OFFERED_AGAIN, MATCHED, BLOCKED, REPORTED };
    switch (stream_choose(s, KINDS, ARRAY_LEN(KINDS))) {
    case ONE_OFFER: draw_single(world, s, r, stream_chance(s, 0.5), OF_ALL); break;
    case OFFERED_TO_BOTH:
        draw_single(world, s, r, false, OF_ALL);
        draw_single(world, s, r, true, OF_ALL);
        break;
    case OFFERED_AGAIN: /* it expired, and came again */
        add_offer(world, s, r, false, stream_between(s, 25, 60))->status = OFFER_EXPIRED;
        draw_single(world, s, r, false, OF_ALL);
        if (r->offers[0].batch_date == r->offers[1].batch_date)
            r->offer_count = 1;
        break;
    case MATCHED: draw_match(world, s, r, gone, active); break;
    case BLOCKED:
        r->has_block = true;
        stream_uuid(s, &r->block_id);
        r->block_at = world_past(world, s, stream_between(s, 0, 300));
        break;
    default: draw_report(world, s, r); break;
    }
}

bool relations_each(const struct world *world, relation_visit *visit, void *ctx) {
    if (world->options.dense)
        return true;
    uint8_t *active = mem_array(world->options.people, sizeof *active);
    bool *gone = find_gone(world);
    uint32_t most = world->options.pairs != 0 ? world->options.pairs : WORLD_PAIRS_DEFAULT;
    uint32_t *drawn = mem_array(most, sizeof *drawn);
    bool going = true;
    for (uint32_t person = 0; going && person < world->options.people; person++) {
        struct stream s = stream_of(world->options.seed, person, STREAM_PAIRS);
        uint32_t count = 0;
        /* Half as many on average; each is shared by two. */
        uint32_t wanted = stream_below(&s, most + 1);
        for (uint32_t i = 0; going && i < wanted; i++) {
            uint32_t other = draw_partner(world, &s, person);
            bool known = other == ROW_NONE;
            for (uint32_t k = 0; !known && k < count; k++)
                known = drawn[k] == other;
            if (known)
                continue;
            drawn[count++] = other;
            struct relation r = {.one = person, .two = other};
            person_id(world, person, &r.one_id);
            person_id(world, other, &r.two_id);
            /* Who remembers many has passed over many: they are no more taken than others. */
            if (i < WORLD_PAIRS_DEFAULT)
                draw_relation(world, &s, &r, gone, active);
            else
                draw_single(world, &s, &r, stream_chance(&s, 0.5), OF_THE_PAST);
            settle(&r, gone);
            going = visit(ctx, &r);
        }
    }
    free(drawn);
    free(gone);
    free(active);
    return going;
}
