#include "api/matchd/card_json.h"

#include <jansson.h>

static char *member_text(struct reply *reply, const json_t *object, const char *key) {
    const char *text = json_string_value(json_object_get(object, key));
    return text != NULL ? arena_text(&reply->arena, text) : NULL;
}

static Matchd__V1__Card__Photo *read_photo(struct reply *reply, const json_t *photo) {
    Matchd__V1__Card__Photo *out;
    MESSAGE_NEW(reply, out, card__photo);
    out->id = member_text(reply, photo, "id");
    out->url = member_text(reply, photo, "url");
    out->thumbnail_url = member_text(reply, photo, "thumbnail_url");
    SET(out, is_primary, json_is_true(json_object_get(photo, "is_primary")));
    SET(out, is_verified, json_is_true(json_object_get(photo, "is_verified")));
    SET(out, position, (int32_t)json_integer_value(json_object_get(photo, "position")));
    return out;
}

static Matchd__V1__Card *read_card(struct reply *reply, const json_t *card) {
    Matchd__V1__Card *out;
    MESSAGE_NEW(reply, out, card);
    out->user = member_text(reply, card, "id");
    out->display_name = member_text(reply, card, "display_name");
    out->bio = member_text(reply, card, "bio");
    out->city = member_text(reply, card, "city");
    const json_t *age = json_object_get(card, "age");
    if (json_is_integer(age) && json_integer_value(age) >= 0)
        SET(out, age, (uint32_t)json_integer_value(age));
    const json_t *distance = json_object_get(card, "distance_km");
    if (json_is_integer(distance))
        SET(out, distance_km, (int32_t)json_integer_value(distance));
    const json_t *photos = json_object_get(card, "photos");
    out->n_photos = json_array_size(photos);
    out->photos = arena_array(&reply->arena, out->n_photos, sizeof *out->photos);
    for (size_t i = 0; i < out->n_photos; i++)
        out->photos[i] = read_photo(reply, json_array_get(photos, i));
    return out;
}

Matchd__V1__Card *card_from_json(struct reply *reply, const char *text) {
    json_t *card = json_loads(text, 0, NULL);
    Matchd__V1__Card *out = json_is_object(card) ? read_card(reply, card) : NULL;
    json_decref(card);
    return out;
}
