#include "storage/live_offers.h"

#include "engine/base/mem.h"

#include <stdlib.h>
#include <string.h>

/* One row per offer and photo, the offer's columns repeated; a viewer without live offers gives one
 * row of nulls, an unknown viewer none. `hidden` is who may be shown to nobody: not active, deleted
 * or about to be, suspended or banned now. */
#define HIDDEN(user)                                                                               \
    "(" user ".status <> 'active' or " user ".deleted_at is not null "                             \
    "or exists (select from public.enforcement_actions e where e.user_id = " user ".id "           \
    "and e.is_active and (e.expires_at is null or e.expires_at > now()) and e.action_type in "     \
    "('temporary_suspension', 'permanent_ban', 'device_ban')) "                                    \
    "or exists (select from public.data_deletion_requests d where d.user_id = " user ".id "        \
    "and d.status in ('in_grace_period', 'processing', 'completed')))"

static const char live_sql[] =
    "select coalesce(vp.timezone, 'UTC'), (now() at time zone 'UTC')::date, "
    "o.id, o.batch_date, o.batch_generated_at, o.offered_at, o.expires_at, o.cooldown_until, "
    "o.status, o.compatibility_score, o.physical_preference_score, o.compatibility_themes, "
    "c.id, c.display_name, c.bio, c.date_of_birth, "
    "p.id, p.url, p.thumbnail_url, p.is_primary, p.is_verified, p.position "
    "from public.users v left join public.profiles vp on vp.user_id = v.id "
    "left join (public.match_offers o join public.users c on c.id = o.offered_user_id) "
    "on o.user_id = v.id and o.status in ('offered', 'accepted', 'not_now') "
    "and o.expires_at > now() and ($2::date is null or o.batch_date = $2) "
    "and not " HIDDEN("v") " and not " HIDDEN(
        "c") " "
             "and not exists (select from public.blocks b "
             "where (b.blocker_id = v.id and b.blocked_id = c.id) "
             "or (b.blocker_id = c.id and b.blocked_id = v.id)) "
             "left join public.photos p on p.user_id = c.id where v.id = $1 "
             "order by o.batch_date desc, o.compatibility_score desc, c.id, o.id, p.position, p.id";

enum {
    LIVE_TIMEZONE,
    LIVE_TODAY,
    LIVE_ID,
    LIVE_BATCH,
    LIVE_GENERATED,
    LIVE_OFFERED,
    LIVE_EXPIRES,
    LIVE_COOLDOWN,
    LIVE_STATUS,
    LIVE_SCORE,
    LIVE_PHYSICAL,
    LIVE_THEMES,
    LIVE_USER,
    LIVE_NAME,
    LIVE_BIO,
    LIVE_BORN,
    LIVE_PHOTO,
    LIVE_URL,
    LIVE_THUMBNAIL,
    LIVE_PRIMARY,
    LIVE_VERIFIED,
    LIVE_POSITION
};

/* Owns what an answer points to; texts point into the result, which ends each with a NUL. */
struct memory {
    struct pg_result *result;
    struct live_offer *offers;
    struct card_photo *photos;
    char *themes;
    size_t themes_used, themes_room;
};

/* ---- one row --------------------------------------------------------------------------------- */

struct reading {
    const struct pg_result *result;
    size_t row;
    const char *wrong; /* the first thing that is not as the statement says */
};

static struct pg_field field(const struct reading *r, size_t column) {
    return pg_result_field(r->result, r->row, column);
}

static void judge(struct reading *r, const char *wrong) {
    if (r->wrong == NULL)
        r->wrong = wrong;
}

static const char *text(const struct reading *r, size_t column) {
    return (const char *)field(r, column).bytes;
}

static int32_t integer(struct reading *r, size_t column, int32_t if_null) {
    int32_t value = if_null;
    if (!pg_is_null(field(r, column)))
        judge(r, pg_int4(field(r, column), &value));
    return value;
}

static instant_t instant(struct reading *r, size_t column) {
    instant_t value = 0;
    judge(r, pg_timestamptz(field(r, column), &value));
    return value;
}

static struct uuid uuid(struct reading *r, size_t column) {
    struct uuid value = {{0}};
    judge(r, pg_uuid(field(r, column), &value));
    return value;
}

static bool boolean(struct reading *r, size_t column) {
    bool value = false;
    judge(r, pg_bool(field(r, column), &value));
    return value;
}

static int age_of(struct reading *r) {
    date_t born = 0, today = 0;
    judge(r, pg_date(field(r, LIVE_BORN), &born));
    judge(r, pg_date(field(r, LIVE_TODAY), &today));
    return r->wrong == NULL && date_is_finite(born) ? years_completed(born, today) : -1;
}

/* Array elements have no NUL: they are copied. Room for all of them was made before. */
static void read_themes(struct reading *r, struct memory *memory, struct live_offer *offer) {
    struct pg_array array;
    if (pg_is_null(field(r, LIVE_THEMES)))
        return;
    const char *wrong = pg_array_open(field(r, LIVE_THEMES), &array);
    judge(r, wrong);
    for (uint32_t i = 0; wrong == NULL && i < array.count && i < LIVE_THEMES_MAX; i++) {
        struct pg_field theme = pg_array_next(&array);
        if (pg_is_null(theme))
            continue;
        char *copy = memory->themes + memory->themes_used;
        pg_text_copy(theme, copy, memory->themes_room - memory->themes_used);
        memory->themes_used += theme.length + 1;
        offer->themes[offer->theme_count++] = copy;
    }
}

static void read_status(struct reading *r, struct live_offer *offer) {
    if (pg_text_is(field(r, LIVE_STATUS), "offered"))
        offer->status = OFFER_OFFERED;
    else if (pg_text_is(field(r, LIVE_STATUS), "accepted"))
        offer->status = OFFER_ACCEPTED;
    else
        offer->status = OFFER_NOT_NOW;
}

static void read_offer(struct reading *r, struct memory *memory, struct live_offer *offer) {
    *offer = (struct live_offer){
        .id = uuid(r, LIVE_ID),
        .generated_at = instant(r, LIVE_GENERATED),
        .offered_at = instant(r, LIVE_OFFERED),
        .expires_at = instant(r, LIVE_EXPIRES),
        .has_cooldown = !pg_is_null(field(r, LIVE_COOLDOWN)),
        .compatibility_score = integer(r, LIVE_SCORE, 0),
        .physical_score = integer(r, LIVE_PHYSICAL, -1),
        .card = {.user = uuid(r, LIVE_USER),
                 .display_name = text(r, LIVE_NAME),
                 .bio = text(r, LIVE_BIO),
                 .age = age_of(r)},
    };
    judge(r, pg_date(field(r, LIVE_BATCH), &offer->batch_date));
    if (offer->has_cooldown)
        offer->cooldown_until = instant(r, LIVE_COOLDOWN);
    read_status(r, offer);
    read_themes(r, memory, offer);
}

static void read_photo(struct reading *r, struct card_photo *photo) {
    *photo = (struct card_photo){
        .id = uuid(r, LIVE_PHOTO),
        .url = text(r, LIVE_URL),
        .thumbnail_url = text(r, LIVE_THUMBNAIL),
        .is_primary = boolean(r, LIVE_PRIMARY),
        .is_verified = boolean(r, LIVE_VERIFIED),
        .position = integer(r, LIVE_POSITION, 0),
    };
}

/* ---- all rows -------------------------------------------------------------------------------- */

static const char *read_rows(struct memory *memory, struct live_offers *out) {
    struct reading r = {.result = memory->result};
    struct card_photo *photo = memory->photos;
    for (; r.row < pg_result_rows(memory->result) && r.wrong == NULL; r.row++) {
        out->timezone = text(&r, LIVE_TIMEZONE);
        if (pg_is_null(field(&r, LIVE_ID)))
            continue;
        struct uuid id = uuid(&r, LIVE_ID);
        struct live_offer *offer = &memory->offers[out->count];
        if (out->count == 0 || !uuid_same(&offer[-1].id, &id)) {
            read_offer(&r, memory, offer);
            offer->card.photos = photo;
            out->count++;
        } else {
            offer--;
        }
        if (!pg_is_null(field(&r, LIVE_PHOTO))) {
            read_photo(&r, photo++);
            offer->card.photo_count++;
        }
    }
    return r.wrong;
}

/* Bytes that the themes of all rows can take: none is larger than the array it comes in. */
static size_t themes_room(const struct pg_result *result) {
    size_t room = 1;
    for (size_t row = 0; row < pg_result_rows(result); row++)
        room += pg_result_field(result, row, LIVE_THEMES).length;
    return room;
}

bool live_offers_read(struct pg_conn *conn, const struct uuid *viewer, const date_t *date,
                      struct live_offers *out, struct err *err) {
    uint32_t day = date == NULL ? 0 : __builtin_bswap32((uint32_t)*date);
    struct pg_param params[] = {
        {.type = PG_UUID, .bytes = viewer->bytes, .length = sizeof viewer->bytes},
        {.type = PG_DATE, .bytes = date == NULL ? NULL : &day, .length = sizeof day},
    };
    *out = (struct live_offers){0};
    struct pg_result *result =
        pg_conn_query_prepared(conn, "live_offers", live_sql, params, ARRAY_LEN(params), err);
    if (result == NULL)
        return err_wrap(err, "reading live offers");
    struct memory *memory = mem_array(1, sizeof *memory);
    size_t rows = pg_result_rows(result);
    memory->result = result;
    memory->offers = mem_array(rows, sizeof *memory->offers);
    memory->photos = mem_array(rows, sizeof *memory->photos);
    memory->themes_room = themes_room(result);
    memory->themes = mem_array(memory->themes_room, 1);
    out->memory = memory;
    out->offers = memory->offers;
    const char *wrong = read_rows(memory, out);
    if (wrong == NULL)
        return true;
    live_offers_release(out);
    return err_set(err, "reading live offers: %s", wrong);
}

void live_offers_release(struct live_offers *live) {
    struct memory *memory = live->memory;
    if (memory != NULL) {
        pg_result_free(memory->result);
        free(memory->offers);
        free(memory->photos);
        free(memory->themes);
        free(memory);
    }
    *live = (struct live_offers){0};
}
