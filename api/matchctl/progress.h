/* How far a long run is: one line that is written over on a terminal, a plain line every few
 * seconds elsewhere. On standard error, so that the answer on standard output stays clean. */
#ifndef MATCHD_API_MATCHCTL_PROGRESS_H
#define MATCHD_API_MATCHCTL_PROGRESS_H

#include "api/wire/matchd.pb-c.h"

#include <stdbool.h>

enum { PROGRESS_TEXT = 160, PROGRESS_PLAIN_S = 5 };

struct progress {
    bool terminal, quiet;
    double last_s; /* seconds of the run at the last plain line */
    bool open;     /* a line stands that is to be written over */
};

void progress_init(struct progress *progress, bool quiet);
void progress_show(struct progress *progress, const Matchd__V1__RematchStatusResponse *status);
/* Clears the line. */
void progress_end(struct progress *progress);

/* "publishing: 12,345 of 20,000 viewers, 61.7 %, 12.3 M pairs/s, 37,000 offers, 34 s left" */
void progress_text(const Matchd__V1__RematchStatusResponse *status, char text[PROGRESS_TEXT]);

#endif
