/* act, matches, unmatch: in a person's name. */
#include "api/matchctl/commands.h"
#include "api/matchctl/words.h"
#include "api/matchctl/writer.h"

#include <stdio.h>
#include <string.h>

struct text_member {
    const char *key, *value;
};

static void members(struct writer *writer, const struct text_member *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        writer_key(writer, list[i].key);
        writer_text(writer, list[i].value);
    }
}

/* ---- act ------------------------------------------------------------------------------------- */

static bool read_action(const char *text, Matchd__V1__OfferAction *out) {
    static const struct {
        const char *name;
        Matchd__V1__OfferAction action;
    } table[] = {{"accept", MATCHD__V1__OFFER_ACTION__ACTION_ACCEPT},
                 {"pass", MATCHD__V1__OFFER_ACTION__ACTION_PASS},
                 {"not_now", MATCHD__V1__OFFER_ACTION__ACTION_NOT_NOW}};
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (strcmp(table[i].name, text) == 0) {
            *out = table[i].action;
            return true;
        }
    fprintf(stderr, "matchctl: act: expected accept, pass or not_now, got \"%s\"\n", text);
    return false;
}

static bool answer_json(const Matchd__V1__ActOnOfferResponse *answer) {
    const struct text_member texts[] = {
        {"offer", answer->offer},           {"candidate", answer->candidate},
        {"status", answer->status},         {"action", answer->action},
        {"match", answer->match},           {"batch_date", answer->batch_date},
        {"offered_at", answer->offered_at}, {"expires_at", answer->expires_at},
        {"action_at", answer->action_at},   {"cooldown_until", answer->cooldown_until}};
    struct writer writer;
    writer_init(&writer);
    writer_open(&writer, '{');
    members(&writer, texts, ARRAY_LEN(texts));
    writer_key(&writer, "is_mutual");
    writer_bool(&writer, answer->is_mutual != 0);
    writer_key(&writer, "compatibility_score");
    writer_integer(&writer, answer->has_compatibility_score != 0, answer->compatibility_score);
    writer_close(&writer, '}');
    bool ok = writer_line(&writer);
    writer_release(&writer);
    return ok;
}

enum exit_code command_act(struct session *session) {
    const struct arguments *arguments = session->arguments;
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__ActOnOfferRequest act = MATCHD__V1__ACT_ON_OFFER_REQUEST__INIT;
    act.user = (char *)arguments->operands[0];
    act.offer = (char *)arguments->operands[1];
    act.idempotency_key = (char *)arguments->key;
    act.has_action = 1;
    if (!read_action(arguments->operands[2], &act.action))
        return CTL_USAGE;
    request.verb_case = MATCHD__V1__REQUEST__VERB_ACT_ON_OFFER;
    request.act_on_offer = &act;
    Matchd__V1__Response *response = session_call(session, &request, TIMEOUT_S);
    if (response == NULL)
        return session->exit_code;
    const Matchd__V1__ActOnOfferResponse *answer = response->act_on_offer;
    bool ok = true;
    if (arguments->json)
        ok = answer_json(answer);
    else if (answer->is_mutual)
        printf("%s: a match, %s\n", answer->status, answer->match);
    else
        printf("%s%s%s\n", answer->status, answer->cooldown_until != NULL ? ", rests until " : "",
               answer->cooldown_until != NULL ? answer->cooldown_until : "");
    session_free(response);
    return ok ? CTL_OK : CTL_OUTPUT;
}

/* ---- matches --------------------------------------------------------------------------------- */

static void match_json(struct writer *writer, const Matchd__V1__ListMatchesResponse__Match *match) {
    const Matchd__V1__Card *card = match->card;
    const struct text_member texts[] = {{"id", match->id},
                                        {"user", card != NULL ? card->user : NULL},
                                        {"display_name", card != NULL ? card->display_name : NULL},
                                        {"city", card != NULL ? card->city : NULL},
                                        {"status", match->status},
                                        {"closed_reason", match->closed_reason},
                                        {"created_at", match->created_at},
                                        {"closed_at", match->closed_at},
                                        {"last_message_at", match->last_message_at}};
    writer_open(writer, '{');
    members(writer, texts, ARRAY_LEN(texts));
    writer_key(writer, "age");
    writer_integer(writer, card != NULL && card->has_age, card != NULL ? card->age : 0);
    writer_key(writer, "distance_km");
    writer_integer(writer, card != NULL && card->has_distance_km,
                   card != NULL ? card->distance_km : 0);
    writer_key(writer, "unread");
    writer_integer(writer, true, match->unread);
    writer_close(writer, '}');
}

static bool matches_json(const Matchd__V1__ListMatchesResponse *list) {
    struct writer writer;
    writer_init(&writer);
    writer_open(&writer, '[');
    for (size_t i = 0; i < list->n_matches; i++)
        match_json(&writer, list->matches[i]);
    writer_close(&writer, ']');
    bool ok = writer_line(&writer);
    writer_release(&writer);
    return ok;
}

static void matches_table(const Matchd__V1__ListMatchesResponse *list) {
    for (size_t i = 0; i < list->n_matches; i++) {
        const Matchd__V1__ListMatchesResponse__Match *match = list->matches[i];
        printf("%s  %-6s  since %s", match->id, match->status, match->created_at);
        if (match->card != NULL) {
            printf("  %s  ", match->card->user);
            words_text(stdout, match->card->display_name != NULL ? match->card->display_name : "");
            printf("  %d unread", (int)match->unread);
        }
        if (match->closed_reason != NULL)
            printf("  %s %s", match->closed_reason, match->closed_at);
        putchar('\n');
    }
    if (list->n_matches == 0)
        puts("no matches");
}

enum exit_code command_matches(struct session *session) {
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__ListMatchesRequest list = MATCHD__V1__LIST_MATCHES_REQUEST__INIT;
    list.user = (char *)session->arguments->operands[0];
    list.status = (char *)session->arguments->status;
    request.verb_case = MATCHD__V1__REQUEST__VERB_LIST_MATCHES;
    request.list_matches = &list;
    Matchd__V1__Response *response = session_call(session, &request, TIMEOUT_S);
    if (response == NULL)
        return session->exit_code;
    bool ok = true;
    if (session->arguments->json)
        ok = matches_json(response->list_matches);
    else
        matches_table(response->list_matches);
    session_free(response);
    return ok ? CTL_OK : CTL_OUTPUT;
}

/* ---- unmatch --------------------------------------------------------------------------------- */

enum exit_code command_unmatch(struct session *session) {
    const struct arguments *arguments = session->arguments;
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__UnmatchRequest unmatch = MATCHD__V1__UNMATCH_REQUEST__INIT;
    unmatch.user = (char *)arguments->operands[0];
    unmatch.match = (char *)arguments->operands[1];
    unmatch.reason = (char *)arguments->reason;
    unmatch.idempotency_key = (char *)arguments->key;
    request.verb_case = MATCHD__V1__REQUEST__VERB_UNMATCH;
    request.unmatch = &unmatch;
    Matchd__V1__Response *response = session_call(session, &request, TIMEOUT_S);
    if (response == NULL)
        return session->exit_code;
    const Matchd__V1__UnmatchResponse *answer = response->unmatch;
    const struct text_member texts[] = {{"match", answer->match},
                                        {"status", answer->status},
                                        {"closed_reason", answer->closed_reason},
                                        {"closed_at", answer->closed_at}};
    bool ok = true;
    if (arguments->json) {
        struct writer writer;
        writer_init(&writer);
        writer_open(&writer, '{');
        members(&writer, texts, ARRAY_LEN(texts));
        writer_close(&writer, '}');
        ok = writer_line(&writer);
        writer_release(&writer);
    } else {
        printf("%s at %s\n", answer->status, answer->closed_at);
    }
    session_free(response);
    return ok ? CTL_OK : CTL_OUTPUT;
}
