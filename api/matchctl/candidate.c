#include "api/matchctl/candidate.h"

#include "api/matchctl/words.h"

#include <stdio.h>

void candidate_json(struct writer *writer, const Matchd__V1__Candidate *candidate, bool open) {
    if (candidate == NULL) {
        writer_text(writer, NULL);
        return;
    }
    writer_open(writer, '{');
    writer_key(writer, "candidate");
    writer_text(writer, candidate->candidate);
    writer_key(writer, "raw");
    writer_number(writer, candidate->has_raw, candidate->raw);
    writer_key(writer, "final");
    writer_number(writer, candidate->has_final, candidate->final);
    writer_key(writer, "score");
    writer_integer(writer, candidate->has_score, candidate->score);
    writer_key(writer, "physical");
    writer_integer(writer, candidate->has_physical, candidate->physical);
    writer_key(writer, "mode");
    writer_text(writer, words_mode_name(candidate->mode));
    writer_key(writer, "themes");
    writer_open(writer, '[');
    for (size_t i = 0; i < candidate->n_themes; i++)
        writer_text(writer, candidate->themes[i]);
    writer_close(writer, ']');
    if (!open)
        writer_close(writer, '}');
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
