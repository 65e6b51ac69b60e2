/* Who is in the population at an instant: scoring.md section 1. */
#include "engine/match/view_parts.h"
#include "engine/population/facts.h"

/* Section 1: whole years completed at d; an infinite date of birth has no age. */
static int16_t age_at(date_t born, date_t on) {
    if (!date_is_finite(born))
        return -1;
    int years = years_completed(born, on);
    if (years < 0)
        return -1;
    return years > INT16_MAX ? INT16_MAX : (int16_t)years;
}

/* The account stands: active, onboarded, with a profile, not deleted, no deletion under way. */
static bool account_stands(uint16_t flags) {
    const uint16_t wanted = PERSON_ACTIVE | PERSON_ONBOARDED | PERSON_PROFILE;
    const uint16_t unwanted = PERSON_DELETED | PERSON_DELETION;
    return (flags & wanted) == wanted && (flags & unwanted) == 0;
}

/* An active suspension or ban whose expires_at is null or after t. */
static bool is_excluded(const struct view *view, uint32_t row) {
    return COLUMN_OF(view->population, row, excluded_until) > view->batch.at;
}

/* last_active_at at or after t minus MATCH_INACTIVE_DAYS. */
static bool was_active_lately(const struct view *view, uint32_t row) {
    instant_t since = instant_plus_days(view->batch.at, -view->global->MATCH_INACTIVE_DAYS);
    return COLUMN_OF(view->population, row, last_active_at) >= since;
}

/* Fewer than MAX_ACTIVE_MATCHES_BETA (their own value) active matches. */
static bool has_room_for_matches(const struct view *view, uint32_t row) {
    int32_t most = view_params(view, row)->MAX_ACTIVE_MATCHES_BETA;
    return COLUMN_OF(view->population, row, active_matches) < most;
}

void view_read_membership(struct view *view, uint32_t row) {
    const struct population *p = view->population;
    uint16_t flags = COLUMN_OF(p, row, flags);
    view->age[row] = age_at(COLUMN_OF(p, row, date_of_birth), view->batch.date);
    view->member[row] = account_stands(flags) && (flags & PERSON_VERIFIED) != 0 &&
                        view->age[row] >= view->global->MIN_AGE && view->gender[row] != 0 &&
                        view->seeking[row] != 0 && !is_excluded(view, row) &&
                        was_active_lately(view, row) && has_room_for_matches(view, row);
}
