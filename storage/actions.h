/* What people do with offers and matches: the functions of matching.*, called on a writing
 * connection. The rules are theirs; here are their arguments and answers.
 *
 * A refusal of the database is no failure of the connection: *refusal says which (ACTION_TAKEN if
 * none), and *err in words why. Deadlocks and serialization failures are tried again here. */
#ifndef MATCHD_STORAGE_ACTIONS_H
#define MATCHD_STORAGE_ACTIONS_H

#include "storage/pg_conn.h"

enum refusal {
    ACTION_TAKEN,
    REFUSED_INVALID,   /* PT400 */
    REFUSED_FORBIDDEN, /* PT403 */
    REFUSED_NOT_FOUND, /* PT404 */
    REFUSED_CONFLICT,  /* PT409 */
    ACTION_FAILED      /* the database did not answer, or not as expected */
};

struct offer_action {
    struct uuid user, offer;
    const char *action, *key; /* key NULL: none */
};
/* Texts live until the answer is released. */
struct offer_answer {
    struct uuid offer, candidate, match;
    bool is_mutual, has_match, has_action_at, has_cooldown;
    const char *status, *action; /* action NULL: none yet */
    date_t batch_date;
    instant_t offered_at, expires_at, action_at, cooldown_until;
    int32_t score;
    struct pg_result *result;
};
enum refusal actions_on_offer(struct pg_conn *conn, const struct offer_action *action,
                              struct offer_answer *out, struct err *err);

struct match_ending {
    struct uuid user, match;
    const char *reason, *key; /* NULL: none */
};
struct match_end {
    const char *status, *closed_reason;
    instant_t closed_at;
    struct pg_result *result;
};
enum refusal actions_unmatch(struct pg_conn *conn, const struct match_ending *ending,
                             struct match_end *out, struct err *err);

struct match_row {
    struct uuid id;
    const char *other; /* the card as JSON; NULL: nothing is shown of a closed match */
    const char *status, *closed_reason;
    instant_t created_at, closed_at, last_message_at; /* 0: none */
    int32_t unread;
};
struct match_list {
    struct match_row *rows;
    size_t count;
    struct pg_result *result;
};
/* `status`: "active", "closed" or "all". */
enum refusal actions_list_matches(struct pg_conn *conn, const struct uuid *user, const char *status,
                                  struct match_list *out, struct err *err);
void match_list_release(struct match_list *list);

/* Notes that offers were shown to their viewer; each counts once. */
enum refusal actions_presented(struct pg_conn *conn, const struct uuid *user,
                               const struct uuid *offers, size_t count, struct err *err);

/* One step of the expiry sweep: at most so many offers. *expired: how many there were. */
enum refusal actions_expire(struct pg_conn *conn, uint32_t most, uint32_t *expired,
                            uint32_t *matched, struct err *err);

#endif
