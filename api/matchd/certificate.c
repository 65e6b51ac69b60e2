#include "api/matchd/certificate.h"

#include <math.h>
#include <stdio.h>

static void margin_json(const struct margin *m, const struct view *view, char *text, size_t size) {
    char id[UUID_TEXT], discarded[32] = "null";
    if (m->viewer == ROW_NONE) {
        snprintf(text, size, "null");
        return;
    }
    uuid_to_text(population_id(view->population, m->viewer), id);
    if (isfinite(m->discarded))
        snprintf(discarded, sizeof discarded, "%.9g", m->discarded);
    snprintf(text, size, "{\"viewer\":\"%s\",\"kth\":%.17g,\"discarded\":%s}", id, m->kth,
             discarded);
}

void certificate_json(const struct certificate *c, const struct view *view,
                      char text[CERTIFICATE_TEXT]) {
    char margin[160];
    margin_json(&c->least, view, margin, sizeof margin);
    const struct {
        const char *name;
        uint64_t count;
    } counts[] = {{"gender_pairs", c->gender_pairs},
                  {"eligible", c->eligible},
                  {"bounded_answers", c->bounded_answers},
                  {"bounded_bytes", c->bounded_bytes},
                  {"bounded_words", c->bounded_words},
                  {"pushed", c->pushed},
                  {"canonical", c->canonical},
                  {"repaired", c->repaired},
                  {"witnesses", c->witnesses}};
    int at = 0;
    for (size_t i = 0; i < ARRAY_LEN(counts); i++)
        at += snprintf(text + at, CERTIFICATE_TEXT - (size_t)at, "%s\"%s\":%llu",
                       i == 0 ? "{" : ",", counts[i].name, (unsigned long long)counts[i].count);
    snprintf(text + at, CERTIFICATE_TEXT - (size_t)at, ",\"least_margin\":%s}", margin);
}
