/* offers USER: what match_offers holds for a person now. */
#include "api/matchctl/commands.h"
#include "api/matchctl/preview.h"
#include "api/matchctl/words.h"
#include "api/matchctl/writer.h"

#include <stdio.h>

static const char *status_text(Matchd__V1__OfferStatus status) {
    switch (status) {
    case MATCHD__V1__OFFER_STATUS__OFFER_OFFERED: return "offered";
    case MATCHD__V1__OFFER_STATUS__OFFER_ACCEPTED: return "accepted";
    case MATCHD__V1__OFFER_STATUS__OFFER_NOT_NOW: return "not_now";
    default: return "unknown";
    }
}

static void photo_json(struct writer *writer, const Matchd__V1__Card__Photo *photo) {
    writer_open(writer, '{');
    writer_key(writer, "id");
    writer_text(writer, photo->id);
    writer_key(writer, "url");
    writer_text(writer, photo->url);
    writer_key(writer, "thumbnail_url");
    writer_text(writer, photo->thumbnail_url);
    writer_key(writer, "is_primary");
    writer_bool(writer, photo->is_primary);
    writer_key(writer, "is_verified");
    writer_bool(writer, photo->is_verified);
    writer_key(writer, "position");
    writer_integer(writer, photo->has_position, photo->position);
    writer_close(writer, '}');
}

static void card_json(struct writer *writer, const Matchd__V1__Card *card) {
    writer_open(writer, '{');
    writer_key(writer, "user");
    writer_text(writer, card->user);
    writer_key(writer, "display_name");
    writer_text(writer, card->display_name);
    writer_key(writer, "age");
    writer_integer(writer, card->has_age, card->age);
    writer_key(writer, "bio");
    writer_text(writer, card->bio);
    writer_key(writer, "photos");
    writer_open(writer, '[');
    for (size_t i = 0; i < card->n_photos; i++)
        photo_json(writer, card->photos[i]);
    writer_close(writer, ']');
    writer_close(writer, '}');
}

static void offer_json(struct writer *writer, const Matchd__V1__LiveOffer *offer) {
    writer_open(writer, '{');
    writer_key(writer, "id");
    writer_text(writer, offer->id);
    writer_key(writer, "card");
    card_json(writer, offer->card);
    writer_key(writer, "status");
    writer_text(writer, status_text(offer->status));
    writer_key(writer, "batch_date");
    writer_text(writer, offer->batch_date);
    writer_key(writer, "generated_at");
    writer_text(writer, offer->generated_at);
    writer_key(writer, "offered_at");
    writer_text(writer, offer->offered_at);
    writer_key(writer, "expires_at");
    writer_text(writer, offer->expires_at);
    writer_key(writer, "cooldown_until");
    writer_text(writer, offer->cooldown_until);
    writer_key(writer, "compatibility_score");
    writer_integer(writer, offer->has_compatibility_score, offer->compatibility_score);
    writer_key(writer, "physical_score");
    writer_integer(writer, offer->has_physical_score, offer->physical_score);
    writer_key(writer, "themes");
    writer_open(writer, '[');
    for (size_t i = 0; i < offer->n_themes; i++)
        writer_text(writer, offer->themes[i]);
    writer_close(writer, ']');
    writer_close(writer, '}');
}

static bool offers_json(const Matchd__V1__GetOffersResponse *offers) {
    struct writer writer;
    writer_init(&writer);
    writer_open(&writer, '{');
    writer_key(&writer, "user");
    writer_text(&writer, offers->user);
    writer_key(&writer, "user_timezone");
    writer_text(&writer, offers->user_timezone);
    writer_key(&writer, "offers");
    writer_open(&writer, '[');
    for (size_t i = 0; i < offers->n_offers; i++)
        offer_json(&writer, offers->offers[i]);
    writer_close(&writer, ']');
    writer_close(&writer, '}');
    bool ok = writer_line(&writer);
    writer_release(&writer);
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
