/* preview USER -k K */
#include "api/matchctl/preview.h"

#include "api/matchctl/candidate.h"
#include "api/matchctl/commands.h"
#include "api/matchctl/words.h"

#include <stdio.h>

Matchd__V1__Response *preview_ask(struct session *session, const char *user, uint32_t k) {
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__PreviewOffersRequest preview = MATCHD__V1__PREVIEW_OFFERS_REQUEST__INIT;
    Matchd__V1__Clock clock;
    preview.user = (char *)user;
    preview.has_k = k > 0;
    preview.k = k;
    preview.clock = session_clock(session, &clock);
    request.verb_case = MATCHD__V1__REQUEST__VERB_PREVIEW_OFFERS;
    request.preview_offers = &preview;
    return session_call(session, &request, TIMEOUT_S);
}

/* ---- the command ----------------------------------------------------------------------------- */

static void funnel_json(struct writer *writer, const Matchd__V1__Funnel *funnel) {
    writer_open(writer, '{');
    writer_key(writer, "gates");
    writer_open(writer, '{');
    for (size_t i = 0; i < funnel->n_gates; i++) {
        writer_key(writer, words_gate_name(funnel->gates[i]->gate));
        writer_integer(writer, true, funnel->gates[i]->count);
    }
    writer_close(writer, '}');
    writer_key(writer, "unranked");
    writer_integer(writer, true, funnel->unranked);
    writer_key(writer, "floors");
    writer_open(writer, '{');
    for (size_t i = 0; i < funnel->n_floors; i++) {
        writer_key(writer, words_floor_name(funnel->floors[i]->floor));
        writer_integer(writer, true, funnel->floors[i]->count);
    }
    writer_close(writer, '}');
    writer_key(writer, "relaxation");
    writer_text(writer, words_relaxation_name(funnel->relaxation));
    writer_key(writer, "relaxation_adds");
    writer_integer(writer, true, funnel->relaxation_adds);
    writer_close(writer, '}');
}

static bool preview_json(const Matchd__V1__PreviewOffersResponse *preview) {
    struct writer writer;
    writer_init(&writer);
    writer_open(&writer, '{');
    writer_key(&writer, "user");
    writer_text(&writer, preview->user);
    writer_key(&writer, "date");
    writer_text(&writer, preview->clock->date);
    writer_key(&writer, "now");
    writer_text(&writer, preview->clock->now);
    writer_key(&writer, "in_population");
    writer_bool(&writer, preview->in_population);
    writer_key(&writer, "eligible");
    writer_integer(&writer, true, preview->eligible);
    writer_key(&writer, "offerable");
    writer_integer(&writer, true, preview->offerable);
    writer_key(&writer, "candidates");
    writer_open(&writer, '[');
    for (size_t i = 0; i < preview->n_candidates; i++) {
        candidate_json(&writer, preview->candidates[i], true);
        writer_key(&writer, "accepted");
        writer_bool(&writer, preview->candidates[i]->accepted);
        writer_close(&writer, '}');
    }
    writer_close(&writer, ']');
    writer_key(&writer, "funnel");
    funnel_json(&writer, preview->funnel);
    writer_key(&writer, "data_age_ms");
    writer_integer(&writer, true, (int64_t)preview->data_age_ms);
    writer_close(&writer, '}');
    bool ok = writer_line(&writer);
    writer_release(&writer);
    return ok;
}

static void preview_table(const Matchd__V1__PreviewOffersResponse *preview, uint32_t k) {
    char offerable[COUNT_TEXT], eligible[COUNT_TEXT];
    printf("%s on %s, as of %s (data %.1f s old)\n", preview->user, preview->clock->date,
           preview->clock->now, (double)preview->data_age_ms / 1000);
    if (!preview->in_population) {
        puts("This person does not take part at this time and gets no offers.");
        return;
    }
    printf("%s people can be offered, of %s eligible\n\n",
           words_count(preview->offerable, offerable), words_count(preview->eligible, eligible));
    if (preview->n_candidates > 0)
        candidate_head();
    for (size_t i = 0; i < preview->n_candidates; i++)
        candidate_line(i + 1, preview->candidates[i]);
    if (preview->n_candidates >= k)
        return;
    printf("%s%zu of the %u asked for. ", preview->n_candidates > 0 ? "\n" : "",
           preview->n_candidates, k);
    words_funnel(stdout, preview->funnel);
}

enum exit_code command_preview(struct session *session) {
    const struct arguments *arguments = session->arguments;
    uint32_t k = arguments->k > 0 ? arguments->k : MESSAGE_K_DEFAULT;
    Matchd__V1__Response *response = preview_ask(session, arguments->operands[0], k);
    if (response == NULL)
        return session->exit_code;
    bool ok = true;
    if (arguments->json)
        ok = preview_json(response->preview_offers);
    else
        preview_table(response->preview_offers, k);
    session_free(response);
    return ok ? CTL_OK : CTL_OUTPUT;
}
