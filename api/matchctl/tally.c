#include "api/matchctl/tally.h"

#include "api/matchctl/json.h"
#include "api/matchctl/words.h"

#include <stdio.h>

void tally_add(struct tally *tally, const Matchd__V1__DryRunPageResponse__Viewer *viewer) {
    tally->viewers++;
    tally->eligible += viewer->eligible;
    tally->offerable += viewer->offerable;
    tally->offers += viewer->n_offers;
    tally->anchors += viewer->anchor != NULL;
    tally->with_offers += viewer->n_offers > 0;
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
    struct json json;
    json_init(&json);
    json_open(&json, '{');
    json_key(&json, "date");
    json_text(&json, status->clock->date);
    json_key(&json, "now");
    json_text(&json, status->clock->now);
    json_key(&json, "viewers");
    json_integer(&json, true, (int64_t)tally->viewers);
    json_key(&json, "with_offers");
    json_integer(&json, true, (int64_t)tally->with_offers);
    json_key(&json, "offers");
    json_integer(&json, true, (int64_t)tally->offers);
    json_key(&json, "provisional");
    json_integer(&json, true, (int64_t)tally->provisional);
    json_key(&json, "anchors");
    json_integer(&json, true, (int64_t)tally->anchors);
    json_key(&json, "eligible");
    json_integer(&json, true, (int64_t)tally->eligible);
    json_key(&json, "offerable");
    json_integer(&json, true, (int64_t)tally->offerable);
    json_key(&json, "pairs");
    json_integer(&json, true, (int64_t)status->pairs);
    json_key(&json, "seconds");
    json_number(&json, true, status->seconds);
    json_key(&json, "digest");
    json_text(&json, status->digest);
    json_close(&json, '}');
    bool ok = json_line(&json);
    json_release(&json);
    return ok;
}
