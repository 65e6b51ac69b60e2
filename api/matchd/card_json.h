/* A card as the database's functions make it, {"id", "display_name", "age", "bio", "city",
 * "distance_km", "photos": [...]}, as a message. What is missing or of another type stays absent.
 */
#ifndef MATCHD_API_MATCHD_CARD_JSON_H
#define MATCHD_API_MATCHD_CARD_JSON_H

#include "api/matchd/reply.h"

/* In the reply's arena; NULL if the text is no JSON object. */
Matchd__V1__Card *card_from_json(struct reply *reply, const char *text);

#endif
