/* The live offers of a person, with the candidates' cards: one query on a reading connection.
 *
 * Live (offers contract, section 6): `offered`, `accepted` or `not_now`, unexpired by the
 * database's clock, the candidate still active and the pair unblocked. A suspension or ban that
 * is in force, or a deletion under way, of either side hides the offer as well.
 *
 *     struct live_offers live;
 *     if (!live_offers_read(conn, &viewer, NULL, &live, &err)) ...
 *     for (size_t i = 0; i < live.count; i++) use(&live.offers[i]);
 *     live_offers_release(&live);
 *
 * Order: batch_date descending, compatibility_score descending, candidate's id. Texts are UTF-8,
 * NUL-terminated, owned by the struct. One connection serves one caller at a time; the statement
 * is prepared at its first use. */
#ifndef MATCHD_STORAGE_LIVE_OFFERS_H
#define MATCHD_STORAGE_LIVE_OFFERS_H

#include "engine/base/civil.h"
#include "engine/base/err.h"
#include "engine/base/uuid.h"
#include "engine/population/population.h"
#include "storage/pg_conn.h"

enum { LIVE_THEMES_MAX = 8 };

struct card_photo {
    struct uuid id;
    const char *url;
    const char *thumbnail_url; /* NULL = null */
    bool is_primary, is_verified;
    int32_t position;
};

/* What a viewer sees of a candidate. */
struct card {
    struct uuid user;
    const char *display_name;        /* NULL = null */
    const char *bio;                 /* NULL = null */
    int age;                         /* whole years today, UTC; -1: date_of_birth is infinite */
    const struct card_photo *photos; /* by position, then id */
    size_t photo_count;
};

struct live_offer {
    struct uuid id;
    struct card card; /* card.user is the candidate */
    date_t batch_date;
    instant_t generated_at, offered_at, expires_at, cooldown_until;
    bool has_cooldown;
    enum offer_status status;
    int32_t compatibility_score;
    int32_t physical_score; /* -1 = null */
    const char *themes[LIVE_THEMES_MAX];
    size_t theme_count;
};

struct live_offers {
    struct live_offer *offers;
    size_t count;
    const char *timezone; /* of the viewer's profile; NULL: there is no such user */
    void *memory;         /* owns everything above */
};

/* `date` NULL: of every batch date. False with *err when the database does not answer;
 * pg_conn_failure(conn) tells whether to try again on a new connection. */
bool live_offers_read(struct pg_conn *conn, const struct uuid *viewer, const date_t *date,
                      struct live_offers *out, struct err *err) MUST_CHECK;
void live_offers_release(struct live_offers *live);

#endif
