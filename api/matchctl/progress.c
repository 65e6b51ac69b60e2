#include "api/matchctl/progress.h"

#include "api/matchctl/words.h"

#include <stdio.h>
#include <unistd.h>

void progress_init(struct progress *progress, bool quiet) {
    *progress = (struct progress){.terminal = isatty(STDERR_FILENO) == 1, .quiet = quiet};
}

/* Of the work; where it is not told, of the viewers. */
static double share_of(const Matchd__V1__RematchStatusResponse *status) {
    if (status->has_share)
        return status->share;
    return status->viewers > 0 ? (double)status->viewers_done / status->viewers : 1.0;
}

static const char *stage_of(const Matchd__V1__RematchStatusResponse *status) {
    return status->stage != NULL ? status->stage : "";
}

void progress_text(const Matchd__V1__RematchStatusResponse *status, char text[PROGRESS_TEXT]) {
    char done[COUNT_TEXT], all[COUNT_TEXT], offers[COUNT_TEXT];
    double share = share_of(status);
    double taken = status->has_scoring_seconds ? status->scoring_seconds : status->seconds;
    double rate = taken > 0 ? (double)status->pairs / taken : 0.0;
    const char *stage = stage_of(status);
    int length = snprintf(text, PROGRESS_TEXT, "%s%s%s of %s viewers, %.1f %%, ", stage,
                          stage[0] != '\0' ? ": " : "", words_count(status->viewers_done, done),
                          words_count(status->viewers, all), 100 * share);
    if (status->pairs > 0)
        length +=
            snprintf(text + length, PROGRESS_TEXT - (size_t)length, "%.2f M pairs/s, ", rate / 1e6);
    length += snprintf(text + length, PROGRESS_TEXT - (size_t)length, "%s offers",
                       words_count(status->offers, offers));
    if (share > 0 && share < 1)
        snprintf(text + length, PROGRESS_TEXT - (size_t)length, ", %.0f s left",
                 status->seconds * (1 - share) / share);
}

void progress_show(struct progress *progress, const Matchd__V1__RematchStatusResponse *status) {
    char text[PROGRESS_TEXT];
    if (progress->quiet)
        return;
    progress_text(status, text);
    if (progress->terminal) {
        fprintf(stderr, "\r\033[K%s", text);
        fflush(stderr);
        progress->open = true;
    } else if (status->seconds - progress->last_s >= PROGRESS_PLAIN_S) {
        fprintf(stderr, "%s\n", text);
        progress->last_s = status->seconds;
    }
}

void progress_end(struct progress *progress) {
    if (progress->open)
        fputs("\r\033[K", stderr);
    fflush(stderr);
    progress->open = false;
}
