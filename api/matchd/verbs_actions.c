/* ActOnOffer, ListMatches and Unmatch: SQL functions, called and told. */
#include "api/matchd/card_json.h"
#include "api/matchd/verbs.h"
#include "storage/actions.h"

static char *text_or_null(struct reply *reply, const char *text) {
    return text != NULL ? reply_text(reply, text) : NULL;
}

static char *instant_or_null(struct reply *reply, instant_t at) {
    return at != 0 ? reply_instant(reply, at) : NULL;
}

static void refuse(struct reply *reply, enum refusal refusal, const struct err *err) {
    static const Matchd__V1__ErrorCode codes[] = {
        [REFUSED_INVALID] = MATCHD__V1__ERROR_CODE__INVALID_ARGUMENT,
        [REFUSED_FORBIDDEN] = MATCHD__V1__ERROR_CODE__PERMISSION_DENIED,
        [REFUSED_NOT_FOUND] = MATCHD__V1__ERROR_CODE__NOT_FOUND,
        [REFUSED_CONFLICT] = MATCHD__V1__ERROR_CODE__CONFLICT,
        [ACTION_FAILED] = MATCHD__V1__ERROR_CODE__UNAVAILABLE};
    ASSERT(refusal != ACTION_TAKEN && (size_t)refusal < ARRAY_LEN(codes));
    reply_error(reply, codes[refusal], "%s", err->text);
}

/* Does something on a writing connection, and gives it back. */
static void with_writer(struct service *service, const struct request *request, struct reply *reply,
                        enum refusal (*action)(struct pg_conn *conn, const struct request *request,
                                               struct reply *reply, struct err *err)) {
    struct err err;
    struct pg_conn *conn = verbs_writer(service, reply);
    if (conn == NULL)
        return;
    enum refusal refusal = action(conn, request, reply, &err);
    if (refusal != ACTION_TAKEN)
        refuse(reply, refusal, &err);
    connections_give(service->writers, conn, refusal == ACTION_FAILED);
}

/* ---- ActOnOffer ------------------------------------------------------------------------------ */

static enum refusal act_on_offer(struct pg_conn *conn, const struct request *request,
                                 struct reply *reply, struct err *err) {
    struct offer_action action = {.user = request->user,
                                  .offer = request->offer,
                                  .action = request->action,
                                  .key = request->has_key ? request->key : NULL};
    struct offer_answer answer;
    enum refusal refusal = actions_on_offer(conn, &action, &answer, err);
    if (refusal != ACTION_TAKEN)
        return refusal;
    Matchd__V1__ActOnOfferResponse *out;
    MESSAGE_NEW(reply, out, act_on_offer_response);
    out->offer = reply_uuid(reply, &answer.offer);
    out->candidate = reply_uuid(reply, &answer.candidate);
    out->status = text_or_null(reply, answer.status);
    out->action = text_or_null(reply, answer.action);
    SET(out, is_mutual, answer.is_mutual);
    if (answer.has_match)
        out->match = reply_uuid(reply, &answer.match);
    out->batch_date = reply_date(reply, answer.batch_date);
    out->offered_at = reply_instant(reply, answer.offered_at);
    out->expires_at = reply_instant(reply, answer.expires_at);
    if (answer.has_action_at)
        out->action_at = reply_instant(reply, answer.action_at);
    if (answer.has_cooldown)
        out->cooldown_until = reply_instant(reply, answer.cooldown_until);
    SET(out, compatibility_score, answer.score);
    reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_ACT_ON_OFFER;
    reply->response.act_on_offer = out;
    pg_result_free(answer.result);
    return ACTION_TAKEN;
}

void verbs_act_on_offer(struct service *service, const struct request *request,
                        struct reply *reply) {
    with_writer(service, request, reply, act_on_offer);
}

/* ---- ListMatches and Unmatch ----------------------------------------------------------------- */

static Matchd__V1__ListMatchesResponse__Match *tell_match(struct reply *reply,
                                                          const struct match_row *row) {
    Matchd__V1__ListMatchesResponse__Match *out;
    MESSAGE_NEW(reply, out, list_matches_response__match);
    out->id = reply_uuid(reply, &row->id);
    if (row->other != NULL)
        out->card = card_from_json(reply, row->other);
    out->status = text_or_null(reply, row->status);
    out->closed_reason = text_or_null(reply, row->closed_reason);
    out->created_at = instant_or_null(reply, row->created_at);
    out->closed_at = instant_or_null(reply, row->closed_at);
    out->last_message_at = instant_or_null(reply, row->last_message_at);
    SET(out, unread, row->unread);
    return out;
}

static enum refusal list_matches(struct pg_conn *conn, const struct request *request,
                                 struct reply *reply, struct err *err) {
    struct match_list list;
    enum refusal refusal = actions_list_matches(conn, &request->user, request->word, &list, err);
    if (refusal != ACTION_TAKEN)
        return refusal;
    Matchd__V1__ListMatchesResponse *out;
    MESSAGE_NEW(reply, out, list_matches_response);
    out->user = reply_uuid(reply, &request->user);
    out->matches = arena_array(&reply->arena, list.count, sizeof *out->matches);
    for (; out->n_matches < list.count; out->n_matches++)
        out->matches[out->n_matches] = tell_match(reply, &list.rows[out->n_matches]);
    reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_LIST_MATCHES;
    reply->response.list_matches = out;
    match_list_release(&list);
    return ACTION_TAKEN;
}

void verbs_list_matches(struct service *service, const struct request *request,
                        struct reply *reply) {
    with_writer(service, request, reply, list_matches);
}

static enum refusal unmatch(struct pg_conn *conn, const struct request *request,
                            struct reply *reply, struct err *err) {
    struct match_ending ending = {.user = request->user,
                                  .match = request->match,
                                  .reason = request->word,
                                  .key = request->has_key ? request->key : NULL};
    struct match_end end;
    enum refusal refusal = actions_unmatch(conn, &ending, &end, err);
    if (refusal != ACTION_TAKEN)
        return refusal;
    Matchd__V1__UnmatchResponse *out;
    MESSAGE_NEW(reply, out, unmatch_response);
    out->match = reply_uuid(reply, &request->match);
    out->status = text_or_null(reply, end.status);
    out->closed_reason = text_or_null(reply, end.closed_reason);
    out->closed_at = instant_or_null(reply, end.closed_at);
    reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_UNMATCH;
    reply->response.unmatch = out;
    pg_result_free(end.result);
    return ACTION_TAKEN;
}

void verbs_unmatch(struct service *service, const struct request *request, struct reply *reply) {
    with_writer(service, request, reply, unmatch);
}
