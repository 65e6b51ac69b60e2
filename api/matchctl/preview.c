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

/* ---- the command
 * --------------------------------------------------------------------------------- */

static void funnel_json(struct json *json, const Matchd__V1__Funnel *funnel) {
    json_open(json, '{');
    json_key(json, "gates");
    json_open(json, '{');
    for (size_t i = 0; i < funnel->n_gates; i++) {
        json_key(json, words_gate_name(funnel->gates[i]->gate));
        json_integer(json, true, funnel->gates[i]->count);
    }
    json_close(json, '}');
    json_key(json, "unranked");
    json_integer(json, true, funnel->unranked);
    json_key(json, "floors");
    json_open(json, '{');
    for (size_t i = 0; i < funnel->n_floors; i++) {
        json_key(json, words_floor_name(funnel->floors[i]->floor));
        json_integer(json, true, funnel->floors[i]->count);
    }
    json_close(json, '}');
    json_key(json, "relaxation");
    json_text(json, words_relaxation_name(funnel->relaxation));
    json_key(json, "relaxation_adds");
    json_integer(json, true, funnel->relaxation_adds);
    json_close(json, '}');
}

static bool preview_json(const Matchd__V1__PreviewOffersResponse *preview) {
    struct json json;
    json_init(&json);
    json_open(&json, '{');
    json_key(&json, "user");
    json_text(&json, preview->user);
    json_key(&json, "date");
    json_text(&json, preview->clock->date);
    json_key(&json, "now");
    json_text(&json, preview->clock->now);
    json_key(&json, "in_population");
    json_bool(&json, preview->in_population);
    json_key(&json, "eligible");
    json_integer(&json, true, preview->eligible);
    json_key(&json, "offerable");
    json_integer(&json, true, preview->offerable);
    json_key(&json, "candidates");
    json_open(&json, '[');
    for (size_t i = 0; i < preview->n_candidates; i++) {
        candidate_json(&json, preview->candidates[i], true);
        json_key(&json, "accepted");
        json_bool(&json, preview->candidates[i]->accepted);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_key(&json, "funnel");
    funnel_json(&json, preview->funnel);
    json_key(&json, "data_age_ms");
    json_integer(&json, true, (int64_t)preview->data_age_ms);
    json_close(&json, '}');
    bool ok = json_line(&json);
    json_release(&json);
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
