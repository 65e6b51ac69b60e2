/* offers USER: what match_offers holds for a person now. */
#include "api/matchctl/commands.h"
#include "api/matchctl/json.h"
#include "api/matchctl/preview.h"
#include "api/matchctl/words.h"

#include <stdio.h>

static const char *status_text(Matchd__V1__OfferStatus status) {
    switch (status) {
    case MATCHD__V1__OFFER_STATUS__OFFER_OFFERED: return "offered";
    case MATCHD__V1__OFFER_STATUS__OFFER_ACCEPTED: return "accepted";
    case MATCHD__V1__OFFER_STATUS__OFFER_NOT_NOW: return "not_now";
    default: return "unknown";
    }
}

static void photo_json(struct json *json, const Matchd__V1__Card__Photo *photo) {
    json_open(json, '{');
    json_key(json, "id");
    json_text(json, photo->id);
    json_key(json, "url");
    json_text(json, photo->url);
    json_key(json, "thumbnail_url");
    json_text(json, photo->thumbnail_url);
    json_key(json, "is_primary");
    json_bool(json, photo->is_primary);
    json_key(json, "is_verified");
    json_bool(json, photo->is_verified);
    json_key(json, "position");
    json_integer(json, photo->has_position, photo->position);
    json_close(json, '}');
}

static void card_json(struct json *json, const Matchd__V1__Card *card) {
    json_open(json, '{');
    json_key(json, "user");
    json_text(json, card->user);
    json_key(json, "display_name");
    json_text(json, card->display_name);
    json_key(json, "age");
    json_integer(json, card->has_age, card->age);
    json_key(json, "bio");
    json_text(json, card->bio);
    json_key(json, "photos");
    json_open(json, '[');
    for (size_t i = 0; i < card->n_photos; i++)
        photo_json(json, card->photos[i]);
    json_close(json, ']');
    json_close(json, '}');
}

static void offer_json(struct json *json, const Matchd__V1__LiveOffer *offer) {
    json_open(json, '{');
    json_key(json, "id");
    json_text(json, offer->id);
    json_key(json, "card");
    card_json(json, offer->card);
    json_key(json, "status");
    json_text(json, status_text(offer->status));
    json_key(json, "batch_date");
    json_text(json, offer->batch_date);
    json_key(json, "generated_at");
    json_text(json, offer->generated_at);
    json_key(json, "offered_at");
    json_text(json, offer->offered_at);
    json_key(json, "expires_at");
    json_text(json, offer->expires_at);
    json_key(json, "cooldown_until");
    json_text(json, offer->cooldown_until);
    json_key(json, "compatibility_score");
    json_integer(json, offer->has_compatibility_score, offer->compatibility_score);
    json_key(json, "physical_score");
    json_integer(json, offer->has_physical_score, offer->physical_score);
    json_key(json, "themes");
    json_open(json, '[');
    for (size_t i = 0; i < offer->n_themes; i++)
        json_text(json, offer->themes[i]);
    json_close(json, ']');
    json_close(json, '}');
}

static bool offers_json(const Matchd__V1__GetOffersResponse *offers) {
    struct json json;
    json_init(&json);
    json_open(&json, '{');
    json_key(&json, "user");
    json_text(&json, offers->user);
    json_key(&json, "user_timezone");
    json_text(&json, offers->user_timezone);
    json_key(&json, "offers");
    json_open(&json, '[');
    for (size_t i = 0; i < offers->n_offers; i++)
        offer_json(&json, offers->offers[i]);
    json_close(&json, ']');
    json_close(&json, '}');
    bool ok = json_line(&json);
    json_release(&json);
    return ok;
}

static void offer_line(const Matchd__V1__LiveOffer *offer) {
    printf("%s  %-8s  score %3d  until %s  ", offer->batch_date, status_text(offer->status),
           offer->compatibility_score, offer->expires_at);
    words_text(stdout, offer->card->display_name);
    if (offer->card->has_age)
        printf(", %u", offer->card->age);
    printf(" (%s)", offer->card->user);
    for (size_t i = 0; i < offer->n_themes; i++)
        printf("%s%s", i > 0 ? ", " : "  ", offer->themes[i]);
    putchar('\n');
}

/* Nothing there: the preview says why there may be nothing to offer. */
static enum exit_code explain_none(struct session *session) {
    struct arguments arguments = *session->arguments;
    arguments.date = arguments.now = NULL;
    struct session now = {.arguments = &arguments, .client = session->client};
    puts("No live offers.");
    Matchd__V1__Response *response = preview_ask(&now, arguments.operands[0], 1);
    if (response == NULL)
        return now.exit_code;
    if (!response->preview_offers->in_population)
        puts("This person does not take part at this time and gets no offers.");
    else
        words_funnel(stdout, response->preview_offers->funnel);
    session_free(response);
    return CTL_OK;
}

enum exit_code command_offers(struct session *session) {
    const struct arguments *arguments = session->arguments;
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__GetOffersRequest offers = MATCHD__V1__GET_OFFERS_REQUEST__INIT;
    if (arguments->now != NULL) {
        fputs("matchctl: offers: --now has no meaning here, the database's clock counts\n", stderr);
        return CTL_USAGE;
    }
    offers.user = (char *)arguments->operands[0];
    offers.date = (char *)arguments->date;
    request.verb_case = MATCHD__V1__REQUEST__VERB_GET_OFFERS;
    request.get_offers = &offers;
    Matchd__V1__Response *response = session_call(session, &request, TIMEOUT_S);
    if (response == NULL)
        return session->exit_code;
    enum exit_code code = CTL_OK;
    const Matchd__V1__GetOffersResponse *live = response->get_offers;
    if (arguments->json)
        code = offers_json(live) ? CTL_OK : CTL_OUTPUT;
    else if (live->n_offers == 0)
        code = explain_none(session);
    else
        for (size_t i = 0; i < live->n_offers; i++)
            offer_line(live->offers[i]);
    session_free(response);
    return code;
}
