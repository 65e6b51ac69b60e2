/* GetOffers: the live rows of match_offers, read from the database at its own clock. An offer that
 * is served counts as presented, once. */
#include "api/matchd/verbs.h"
#include "engine/base/log.h"
#include "storage/actions.h"
#include "storage/live_offers.h"

static const Matchd__V1__OfferStatus statuses[] = {
    [OFFER_OFFERED] = MATCHD__V1__OFFER_STATUS__OFFER_OFFERED,
    [OFFER_ACCEPTED] = MATCHD__V1__OFFER_STATUS__OFFER_ACCEPTED,
    [OFFER_NOT_NOW] = MATCHD__V1__OFFER_STATUS__OFFER_NOT_NOW,
};

static char *text_or_null(struct reply *reply, const char *text) {
    return text != NULL ? arena_text(&reply->arena, text) : NULL;
}

static Matchd__V1__Card *tell_card(struct reply *reply, const struct card *card) {
    Matchd__V1__Card *out;
    MESSAGE_NEW(reply, out, card);
    out->user = reply_uuid(reply, &card->user);
    out->display_name = text_or_null(reply, card->display_name);
    out->bio = text_or_null(reply, card->bio);
    if (card->age >= 0)
        SET(out, age, (uint32_t)card->age);
    out->n_photos = card->photo_count;
    out->photos = arena_array(&reply->arena, card->photo_count, sizeof *out->photos);
    for (size_t i = 0; i < card->photo_count; i++) {
        const struct card_photo *photo = &card->photos[i];
        MESSAGE_NEW(reply, out->photos[i], card__photo);
        out->photos[i]->id = reply_uuid(reply, &photo->id);
        out->photos[i]->url = text_or_null(reply, photo->url);
        out->photos[i]->thumbnail_url = text_or_null(reply, photo->thumbnail_url);
        SET(out->photos[i], is_primary, photo->is_primary);
        SET(out->photos[i], is_verified, photo->is_verified);
        SET(out->photos[i], position, photo->position);
    }
    return out;
}

static Matchd__V1__LiveOffer *tell_offer(struct reply *reply, const struct live_offer *offer) {
    ASSERT((size_t)offer->status < ARRAY_LEN(statuses));
    Matchd__V1__LiveOffer *out;
    MESSAGE_NEW(reply, out, live_offer);
    out->id = reply_uuid(reply, &offer->id);
    out->card = tell_card(reply, &offer->card);
    SET(out, status, statuses[offer->status]);
    out->batch_date = reply_date(reply, offer->batch_date);
    out->generated_at = reply_instant(reply, offer->generated_at);
    out->offered_at = reply_instant(reply, offer->offered_at);
    out->expires_at = reply_instant(reply, offer->expires_at);
    if (offer->has_cooldown)
        out->cooldown_until = reply_instant(reply, offer->cooldown_until);
    SET(out, compatibility_score, offer->compatibility_score);
    if (offer->physical_score >= 0)
        SET(out, physical_score, offer->physical_score);
    out->n_themes = offer->theme_count;
    out->themes = arena_array(&reply->arena, LIVE_THEMES_MAX, sizeof *out->themes);
    for (size_t i = 0; i < offer->theme_count; i++)
        out->themes[i] = arena_text(&reply->arena, offer->themes[i]);
    return out;
}

static void tell(const struct request *request, const struct live_offers *live,
                 struct reply *reply) {
    if (live->timezone == NULL) {
        reply_error(reply, MATCHD__V1__ERROR_CODE__NOT_FOUND, "user: nobody has the id %s",
                    reply_uuid(reply, &request->user));
        return;
    }
    Matchd__V1__GetOffersResponse *out;
    MESSAGE_NEW(reply, out, get_offers_response);
    out->user = reply_uuid(reply, &request->user);
    out->user_timezone = arena_text(&reply->arena, live->timezone);
    out->n_offers = live->count;
    out->offers = arena_array(&reply->arena, live->count, sizeof *out->offers);
    for (size_t i = 0; i < live->count; i++)
        out->offers[i] = tell_offer(reply, &live->offers[i]);
    reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_GET_OFFERS;
    reply->response.get_offers = out;
}

enum outcome { READ, FAILED, TRY_AGAIN };

/* A kept connection may have died since its last use: then a new one is worth a try. */
static enum outcome read_once(struct service *service, const struct request *request,
                              struct live_offers *live, struct err *err) {
    bool kept;
    struct pg_conn *conn = connections_take(service->connections, &kept, err);
    if (conn == NULL)
        return FAILED;
    const date_t *date = request->has_date ? &request->date : NULL;
    bool ok = live_offers_read(conn, &request->user, date, live, err);
    bool again = !ok && kept && pg_conn_failure(conn) == PG_RETRY;
    connections_give(service->connections, conn, !ok);
    return ok ? READ : again ? TRY_AGAIN : FAILED;
}

/* That an offer was presented is worth a warning if it cannot be noted, not an error to the viewer:
 * it is noted when it is served next. */
static void note_presented(struct service *service, const struct request *request,
                           const struct live_offers *live, struct reply *reply) {
    struct err err = {0};
    if (live->count == 0 || service->writers == NULL)
        return;
    bool kept, ok = false;
    struct pg_conn *conn = connections_take(service->writers, &kept, &err);
    if (conn != NULL) {
        struct uuid *ids = arena_array(&reply->arena, live->count, sizeof *ids);
        for (size_t i = 0; i < live->count; i++)
            ids[i] = live->offers[i].id;
        ok = actions_presented(conn, &request->user, ids, live->count, &err) == ACTION_TAKEN;
        connections_give(service->writers, conn, !ok);
    }
    char quoted[sizeof err.text];
    if (!ok)
        log_warn("offers.not_noted", "count=%zu reason=%s", live->count,
                 log_quote(err.text, quoted, sizeof quoted));
}

void verbs_get_offers(struct service *service, const struct request *request, struct reply *reply) {
    struct live_offers live;
    struct err err;
    enum outcome outcome = TRY_AGAIN;
    while (outcome == TRY_AGAIN)
        outcome = read_once(service, request, &live, &err);
    if (outcome == FAILED) {
        reply_error(reply, MATCHD__V1__ERROR_CODE__UNAVAILABLE, "offers cannot be read: %s",
                    err.text);
        return;
    }
    tell(request, &live, reply);
    note_presented(service, request, &live, reply);
    live_offers_release(&live);
}
