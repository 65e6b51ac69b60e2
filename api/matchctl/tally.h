/* A dry run in numbers: what its summary says. */
#ifndef MATCHD_API_MATCHCTL_TALLY_H
#define MATCHD_API_MATCHCTL_TALLY_H

#include "api/wire/matchd.pb-c.h"
#include "engine/base/uuid.h"

#include <stdbool.h>

enum { TALLY_SHOWN = 3 };

struct tally {
    uint64_t viewers, with_offers, no_room, offers, provisional, anchors;
    uint64_t eligible, offerable;         /* sums over viewers */
    double score_sum;                     /* final of all offers */
    char without[TALLY_SHOWN][UUID_TEXT]; /* the first viewers without an offer */
    uint32_t shown;
};

void tally_add(struct tally *tally, const Matchd__V1__DryRunPageResponse__Viewer *viewer);
void tally_table(const struct tally *tally, const Matchd__V1__RematchStatusResponse *status);
bool tally_json(const struct tally *tally,
                const Matchd__V1__RematchStatusResponse *status) MUST_CHECK;

#endif
