/* How far a person's profile can be trusted: authenticity and risk, scoring.md section 5. */
#include <math.h>

#include "engine/kernel/real.h"
#include "engine/match/view_parts.h"
#include "engine/population/facts.h"

enum { REPORT_DAYS = 90, REPORTERS_FULL = 5, VERIFICATION_DAYS = 365 };

/* abuse = min(1, distinct reporters since 90 days before t / 5). */
static double abuse_of(const struct view *view, uint32_t row) {
    instant_t since = instant_plus_days(view->batch.at, -REPORT_DAYS);
    struct report_list reports = population_reports(view->population, row);
    uint32_t reporters = 0;
    for (uint32_t i = 0; i < reports.count; i++)
        reporters += reports.newest[i] >= since;
    return reporters >= REPORTERS_FULL ? 1.0 : (double)reporters / REPORTERS_FULL;
}

/* Whole UTC days from the newest verified session's completion to d, at least 0 (0 for null). */
static double verification_age(const struct view *view, uint32_t row) {
    date_t on = COLUMN_OF(view->population, row, verified_on);
    if (on == DATE_MINUS_INFINITY)
        return INFINITY;
    if (on == DATE_INFINITY || on >= view->batch.date)
        return 0.0;
    return (double)view->batch.date - (double)on;
}

/* verification = liveness (.5 if null) times exp(-days / 365); 0 for who was never verified. */
static double verification_of(const struct view *view, uint32_t row) {
    if ((COLUMN_OF(view->population, row, flags) & PERSON_EVER_VERIFIED) == 0)
        return 0.0;
    double liveness = COLUMN_OF(view->population, row, liveness);
    double score = isnan(liveness) ? 0.5 : liveness;
    return score * real_exp(-verification_age(view, row) / VERIFICATION_DAYS);
}

/* authenticity = .5 * verification + .3 * consistency + .2 * (1 - abuse). */
static double authenticity_of(const struct view *view, uint32_t row) {
    double consistency = (double)COLUMN_OF(view->population, row, consistency) / 10.0;
    return 0.5 * verification_of(view, row) + 0.3 * consistency + 0.2 * (1.0 - view->abuse[row]);
}

/* risk = MATCH_RISK_PENALTY_MAX * max(abuse, 1 with an active warning or removed content). */
static double risk_of(const struct view *view, uint32_t row) {
    bool warned = COLUMN_OF(view->population, row, warned_until) > view->batch.at;
    return view->global->MATCH_RISK_PENALTY_MAX * (warned ? 1.0 : view->abuse[row]);
}

void view_read_trust(struct view *view, uint32_t row) {
    view->abuse[row] = abuse_of(view, row);
    view->authenticity[row] = authenticity_of(view, row);
    view->risk[row] = risk_of(view, row);
}
