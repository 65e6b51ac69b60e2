/* The tables that tell of two people. */
#include "bench/rows.h"

static void write_offers(struct copy *copy, const struct world *world, const struct relation *r) {
    static const char *const STATUS[] = {"offered", "accepted", "passed",
                                         "not_now", "expired",  "matched"};
    static const char *const ACTIONS[] = {NULL, "accept", "pass", "not_now", NULL, "accept"};
    (void)world;
    for (uint32_t i = 0; i < r->offer_count; i++) {
        const struct relation_offer *offer = &r->offers[i];
        copy_row(copy, 14);
        copy_uuid(copy, &offer->id);
        copy_uuid(copy, offer->reversed ? &r->two_id : &r->one_id);
        copy_uuid(copy, offer->reversed ? &r->one_id : &r->two_id);
        copy_date(copy, offer->batch_date);
        copy_instant(copy, offer->offered_at);
        copy_int(copy, offer->score);
        if (offer->physical > 0)
            copy_int(copy, offer->physical);
        else
            copy_null(copy);
        copy_texts(copy, offer->themes, offer->theme_count);
        copy_text(copy, STATUS[offer->status]);
        copy_instant(copy, offer->offered_at);
        copy_instant(copy, offer->expires_at);
        if (offer->has_cooldown)
            copy_instant(copy, offer->cooldown_until);
        else
            copy_null(copy);
        if (offer->has_action)
            copy_instant(copy, offer->action_at);
        else
            copy_null(copy);
        copy_text(copy, ACTIONS[offer->status]);
    }
}

static void write_match(struct copy *copy, const struct world *world, const struct relation *r) {
    (void)world;
    if (!r->has_match)
        return;
    bool in_order = uuid_order(&r->one_id, &r->two_id) < 0;
    copy_row(copy, 8);
    copy_uuid(copy, &r->match_id);
    copy_uuid(copy, in_order ? &r->one_id : &r->two_id);
    copy_uuid(copy, in_order ? &r->two_id : &r->one_id);
    copy_text(copy, r->match_is_active ? "active" : "closed");
    copy_instant(copy, r->match_at);
    if (r->match_is_active) {
        copy_null(copy);
        copy_null(copy);
        copy_null(copy);
        return;
    }
    copy_text(copy, "unmatched");
    copy_uuid(copy, &r->one_id);
    copy_instant(copy, r->match_closed_at);
}

static void write_block(struct copy *copy, const struct world *world, const struct relation *r) {
    (void)world;
    if (!r->has_block)
        return;
    copy_row(copy, 5);
    copy_uuid(copy, &r->block_id);
    copy_uuid(copy, &r->one_id);
    copy_uuid(copy, &r->two_id);
    copy_text(copy, "no_reason");
    copy_instant(copy, r->block_at);
}

static void write_report(struct copy *copy, const struct world *world, const struct relation *r) {
    (void)world;
    if (!r->has_report)
        return;
    bool closed = r->report_status == REPORT_RESOLVED || r->report_status == REPORT_DISMISSED;
    copy_row(copy, 10);
    copy_uuid(copy, &r->report_id);
    copy_uuid(copy, &r->one_id);
    copy_uuid(copy, &r->two_id);
    copy_text(copy, "user");
    copy_text(copy, "harassment");
    copy_text(copy, "standard");
    copy_text(copy, REPORT_STATUS_NAMES[r->report_status]);
    copy_instant(copy, r->report_at);
    if (closed)
        copy_instant(copy, r->report_closed_at);
    else
        copy_null(copy);
    copy_text(copy, r->report_status == REPORT_RESOLVED    ? "warning"
                    : r->report_status == REPORT_DISMISSED ? "dismissed"
                                                           : NULL);
}

const struct row_writer RELATION_ROWS[] = {
    [ROWS_OFFERS] = {"public.match_offers (id, user_id, offered_user_id, batch_date,"
                     " batch_generated_at, compatibility_score, physical_preference_score,"
                     " compatibility_themes, status, offered_at, expires_at, cooldown_until,"
                     " action_at, action_type)",
                     NULL, write_offers},
    [ROWS_MATCHES] = {"public.matches (id, user_id_1, user_id_2, status, created_at,"
                      " closed_reason, closed_by, closed_at)",
                      NULL, write_match},
    [ROWS_BLOCKS] = {"public.blocks (id, blocker_id, blocked_id, reason, created_at)", NULL,
                     write_block},
    [ROWS_REPORTS] = {"public.reports (id, reporter_id, reported_user_id, type, category,"
                      " severity, status, created_at, resolved_at, action_taken)",
                      NULL, write_report},
};
