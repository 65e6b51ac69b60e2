#include "api/matchctl/tally.h"

#include "api/matchctl/words.h"
#include "api/matchctl/writer.h"

#include <stdio.h>

void tally_add(struct tally *tally, const Matchd__V1__DryRunPageResponse__Viewer *viewer) {
    tally->viewers++;
    tally->eligible += viewer->eligible;
    tally->offerable += viewer->offerable;
    tally->offers += viewer->n_offers;
    tally->anchors += viewer->anchor != NULL;
    tally->with_offers += viewer->n_offers > 0;
    tally->no_room += viewer->n_offers == 0 && viewer->offerable > 0;
    for (size_t i = 0; i < viewer->n_offers; i++) {
        tally->provisional += viewer->offers[i]->mode == MATCHD__V1__MODE__MODE_PROVISIONAL;
        tally->score_sum += viewer->offers[i]->final;
    }
    if (viewer->n_offers == 0 && tally->shown < TALLY_SHOWN)
        snprintf(tally->without[tally->shown++], UUID_TEXT, "%s", viewer->viewer);
}

static double mean(double sum, uint64_t count) {
    return count > 0 ? sum / (double)count : 0.0;
}

void tally_table(const struct tally *tally, const Matchd__V1__RematchStatusResponse *status) {
    char count[COUNT_TEXT];
    double rate = status->seconds > 0 ? (double)status->pairs / status->seconds : 0.0;
    printf("Dry run on %s, as of %s: nothing was written.\n\n", status->clock->date,
           status->clock->now);
    printf("viewers         %12s\n", words_count(tally->viewers, count));
    printf("  with offers   %12s\n", words_count(tally->with_offers, count));
    printf("  without       %12s\n", words_count(tally->viewers - tally->with_offers, count));
    if (tally->no_room > 0)
        printf("    no room     %12s\n", words_count(tally->no_room, count));
    printf("offers          %12s  mean score %.3f\n", words_count(tally->offers, count),
           mean(tally->score_sum, tally->offers));
    printf("  provisional   %12s\n", words_count(tally->provisional, count));
    printf("anchors         %12s\n", words_count(tally->anchors, count));
    printf("eligible        %12.1f  per viewer\n", mean((double)tally->eligible, tally->viewers));
    printf("can be offered  %12.1f  per viewer\n", mean((double)tally->offerable, tally->viewers));
    printf("pairs           %12s  in %.2f s, %.2f M pairs/s\n", words_count(status->pairs, count),
           status->seconds, rate / 1e6);
    printf("digest          %s\n", status->digest != NULL ? status->digest : "-");
}

bool tally_json(const struct tally *tally, const Matchd__V1__RematchStatusResponse *status) {
    struct writer writer;
    writer_init(&writer);
    writer_open(&writer, '{');
    writer_key(&writer, "date");
    writer_text(&writer, status->clock->date);
    writer_key(&writer, "now");
    writer_text(&writer, status->clock->now);
    writer_key(&writer, "viewers");
    writer_integer(&writer, true, (int64_t)tally->viewers);
    writer_key(&writer, "with_offers");
    writer_integer(&writer, true, (int64_t)tally->with_offers);
    writer_key(&writer, "no_room");
    writer_integer(&writer, true, (int64_t)tally->no_room);
    writer_key(&writer, "offers");
    writer_integer(&writer, true, (int64_t)tally->offers);
    writer_key(&writer, "provisional");
    writer_integer(&writer, true, (int64_t)tally->provisional);
    writer_key(&writer, "anchors");
    writer_integer(&writer, true, (int64_t)tally->anchors);
    writer_key(&writer, "eligible");
    writer_integer(&writer, true, (int64_t)tally->eligible);
    writer_key(&writer, "offerable");
    writer_integer(&writer, true, (int64_t)tally->offerable);
    writer_key(&writer, "pairs");
    writer_integer(&writer, true, (int64_t)status->pairs);
    writer_key(&writer, "seconds");
    writer_number(&writer, true, status->seconds);
    writer_key(&writer, "digest");
    writer_text(&writer, status->digest);
    writer_close(&writer, '}');
    bool ok = writer_line(&writer);
    writer_release(&writer);
    return ok;
}
