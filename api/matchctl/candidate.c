#include "api/matchctl/candidate.h"

#include "api/matchctl/words.h"

#include <stdio.h>

void candidate_json(struct json *json, const Matchd__V1__Candidate *candidate, bool open) {
    if (candidate == NULL) {
        json_text(json, NULL);
        return;
    }
    json_open(json, '{');
    json_key(json, "candidate");
    json_text(json, candidate->candidate);
    json_key(json, "raw");
    json_number(json, candidate->has_raw, candidate->raw);
    json_key(json, "final");
    json_number(json, candidate->has_final, candidate->final);
    json_key(json, "score");
    json_integer(json, candidate->has_score, candidate->score);
    json_key(json, "physical");
    json_integer(json, candidate->has_physical, candidate->physical);
    json_key(json, "mode");
    json_text(json, words_mode_name(candidate->mode));
    json_key(json, "themes");
    json_open(json, '[');
    for (size_t i = 0; i < candidate->n_themes; i++)
        json_text(json, candidate->themes[i]);
    json_close(json, ']');
    if (!open)
        json_close(json, '}');
}

void candidate_head(void) {
    printf("%4s  %-36s  %5s  %-11s  %5s  %-11s  %s\n", "#", "candidate", "score", "rank value",
           "looks", "mode", "themes");
}

void candidate_line(size_t place, const Matchd__V1__Candidate *candidate) {
    char looks[16] = "-";
    if (candidate->has_physical)
        snprintf(looks, sizeof looks, "%d", candidate->physical);
    printf("%4zu  %-36s  %5d  %.9f  %5s  %-11s  ", place, candidate->candidate, candidate->score,
           candidate->raw, looks, words_mode_name(candidate->mode));
    for (size_t i = 0; i < candidate->n_themes; i++)
        printf("%s%s", i > 0 ? ", " : "", candidate->themes[i]);
    puts(candidate->accepted ? "  (has accepted)" : "");
}
