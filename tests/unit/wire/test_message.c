/* Protects: what message.h promises of a request that it let through, and that every field out of
 * its bounds is refused with the field's name. */
#include "api/wire/message.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static char uuid_a[] = "11111111-1111-4111-8111-111111111111";
static char uuid_b[] = "22222222-2222-4222-8222-222222222222";

static enum message_fault read(const Matchd__V1__Request *in, struct request *out,
                               struct err *err) {
    size_t size;
    void *bytes = message_pack(&in->base, &size);
    enum message_fault fault = message_read_request(bytes, size, out, err);
    free(bytes);
    return fault;
}

/* Refused, with a sentence that begins with the field. */
static void refused(const Matchd__V1__Request *in, const char *field) {
    struct request out;
    struct err err = {0};
    cr_assert_eq(read(in, &out, &err), MESSAGE_INVALID_FIELD, "%s", field);
    cr_assert(strncmp(err.text, field, strlen(field)) == 0, "%s: %s", field, err.text);
    cr_assert_null(out.viewers);
}

Test(message, a_pair_is_read) {
    Matchd__V1__Request in = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__ScorePairRequest pair = MATCHD__V1__SCORE_PAIR_REQUEST__INIT;
    Matchd__V1__Clock clock = MATCHD__V1__CLOCK__INIT;
    in.has_request_id = in.has_deadline_ms = 1;
    in.request_id = UINT64_MAX;
    in.deadline_ms = 250;
    in.trace_id = "a trace";
    in.verb_case = MATCHD__V1__REQUEST__VERB_SCORE_PAIR;
    in.score_pair = &pair;
    pair.a = uuid_a;
    pair.b = uuid_b;
    pair.clock = &clock;
    clock.now = "2026-11-22T09:00:00Z";
    struct request out;
    struct err err;
    cr_assert_eq(read(&in, &out, &err), MESSAGE_OK, "%s", err.text);
    cr_assert_eq(out.id, UINT64_MAX);
    cr_assert_eq(out.deadline_ms, 250);
    cr_assert_str_eq(out.trace, "a trace");
    cr_assert_eq(out.verb, VERB_SCORE_PAIR);
    cr_assert_eq(out.user.bytes[0], 0x11);
    cr_assert_eq(out.other.bytes[0], 0x22);
    cr_assert(out.has_now && !out.has_date);
    cr_assert_eq(out.now, INT64_C(9822) * INSTANT_PER_DAY + INT64_C(9) * 3600000000);
    clock.now = NULL;
    clock.date = "2026-11-22";
    cr_assert_eq(read(&in, &out, &err), MESSAGE_OK);
    cr_assert(out.has_date && !out.has_now && out.date == 9822);
}

Test(message, clocks_and_ids_out_of_bounds) {
    Matchd__V1__Request in = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__ScorePairRequest pair = MATCHD__V1__SCORE_PAIR_REQUEST__INIT;
    Matchd__V1__Clock clock = MATCHD__V1__CLOCK__INIT;
    in.verb_case = MATCHD__V1__REQUEST__VERB_SCORE_PAIR;
    in.score_pair = &pair;
    refused(&in, "a:");
    pair.a = "11111111-1111-4111-8111-11111111111";
    refused(&in, "a:");
    pair.a = uuid_a;
    refused(&in, "b:");
    pair.b = uuid_b;
    pair.clock = &clock;
    static char *const dates[] = {"", "2026-2-3", "2026-02-29", "infinity", "2026-11-22x"};
    for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
        clock.date = dates[i];
        refused(&in, "date:");
    }
    clock.date = NULL;
    static char *const instants[] = {"", "now", "infinity", "-infinity", "2026-11-22T25:00:00Z"};
    for (size_t i = 0; i < ARRAY_LEN(instants); i++) {
        clock.now = instants[i];
        refused(&in, "now:");
    }
}

Test(message, k_has_bounds_and_a_default) {
    Matchd__V1__Request in = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__PreviewOffersRequest preview = MATCHD__V1__PREVIEW_OFFERS_REQUEST__INIT;
    struct request out;
    struct err err;
    in.verb_case = MATCHD__V1__REQUEST__VERB_PREVIEW_OFFERS;
    in.preview_offers = &preview;
    preview.user = uuid_a;
    cr_assert_eq(read(&in, &out, &err), MESSAGE_OK);
    cr_assert_eq(out.k, MESSAGE_K_DEFAULT);
    preview.has_k = 1;
    static const uint32_t wrong[] = {0, 501, UINT32_MAX};
    for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
        preview.k = wrong[i];
        refused(&in, "k:");
    }
    preview.k = MESSAGE_K_MAX;
    cr_assert_eq(read(&in, &out, &err), MESSAGE_OK);
    cr_assert_eq(out.k, 500);
}

Test(message, runs_have_viewers_and_a_zone) {
    Matchd__V1__Request in = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__StartRematchRequest start = MATCHD__V1__START_REMATCH_REQUEST__INIT;
    struct request out;
    struct err err;
    in.verb_case = MATCHD__V1__REQUEST__VERB_START_REMATCH;
    in.start_rematch = &start;
    start.timezone = (char *)"Europe/London";
    cr_assert_eq(read(&in, &out, &err), MESSAGE_OK);
    cr_assert_not(out.dry_run);
    cr_assert_str_eq(out.zone, "Europe/London");
    start.has_dry_run = start.dry_run = 1;
    refused(&in, "timezone:");
    start.timezone = NULL;
    cr_assert_eq(read(&in, &out, &err), MESSAGE_OK);
    cr_assert(out.dry_run);
    cr_assert_eq(out.viewer_count, 0);
    char *viewers[] = {uuid_b, uuid_a, "x"};
    start.viewers = viewers;
    start.n_viewers = 3;
    refused(&in, "viewers:");
    start.n_viewers = 2;
    cr_assert_eq(read(&in, &out, &err), MESSAGE_OK);
    cr_assert_eq(out.viewer_count, 2);
    cr_assert_eq(out.viewers[0].bytes[0], 0x22);
    request_release(&out);
    cr_assert_null(out.viewers);
}

Test(message, trace_ids_are_short_and_printable) {
    Matchd__V1__Request in = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__HealthRequest health = MATCHD__V1__HEALTH_REQUEST__INIT;
    char text[MESSAGE_TRACE_TEXT + 1];
    struct request out;
    struct err err;
    in.verb_case = MATCHD__V1__REQUEST__VERB_HEALTH;
    in.health = &health;
    memset(text, 'x', sizeof text);
    text[MESSAGE_TRACE_TEXT] = '\0';
    in.trace_id = text;
    refused(&in, "trace_id:");
    text[MESSAGE_TRACE_TEXT - 1] = '\0';
    cr_assert_eq(read(&in, &out, &err), MESSAGE_OK);
    text[3] = '\n';
    refused(&in, "trace_id:");
    text[3] = (char)0xc3;
    refused(&in, "trace_id:");
}

Test(message, the_id_is_known_where_the_request_is_refused) {
    Matchd__V1__Request in = MATCHD__V1__REQUEST__INIT;
    struct request out;
    struct err err;
    in.has_request_id = 1;
    in.request_id = 42;
    cr_assert_eq(read(&in, &out, &err), MESSAGE_UNKNOWN_VERB);
    cr_assert_eq(out.id, 42);
    cr_assert_eq(message_read_request("", 0, &out, &err), MESSAGE_UNKNOWN_VERB);
    cr_assert_eq(out.id, 0);
}

Test(message, sizes) {
    static uint8_t bytes[MESSAGE_REQUEST_MAX + 1];
    struct request out;
    struct err err;
    memset(bytes, 0xff, sizeof bytes);
    cr_assert_eq(message_read_request(bytes, sizeof bytes, &out, &err), MESSAGE_OVERSIZED);
    cr_assert_eq(message_read_request(bytes, sizeof bytes - 1, &out, &err), MESSAGE_UNPARSABLE);
}

Test(message, every_verb_has_the_name_of_its_field) {
    const ProtobufCMessageDescriptor *descriptor = &matchd__v1__request__descriptor;
    size_t found = 0;
    for (int verb = VERB_NONE + 1; verb < VERBS; verb++)
        found += protobuf_c_message_descriptor_get_field_by_name(
                     descriptor, verb_name((enum verb)verb)) != NULL;
    cr_assert_eq(found, VERBS - 1);
    /* request_id, deadline_ms and trace_id are no verbs. */
    cr_assert_eq(descriptor->n_fields, VERBS - 1 + 3);
}

Test(message, responses) {
    Matchd__V1__Response in = MATCHD__V1__RESPONSE__INIT;
    struct err err;
    size_t size;
    void *bytes = message_pack(&in.base, &size);
    cr_assert_null(message_read_response(bytes, size, &err), "an answer without an answer");
    free(bytes);
    cr_assert_null(message_read_response("\xff\xff", 2, &err));
    cr_assert_null(message_read_response("", (size_t)MESSAGE_RESPONSE_MAX + 1, &err));
    Matchd__V1__Error error = MATCHD__V1__ERROR__INIT;
    error.has_code = 1;
    error.code = MATCHD__V1__ERROR_CODE__OVERLOADED;
    in.answer_case = MATCHD__V1__RESPONSE__ANSWER_ERROR;
    in.error = &error;
    bytes = message_pack(&in.base, &size);
    Matchd__V1__Response *out = message_read_response(bytes, size, &err);
    cr_assert_not_null(out);
    cr_assert_str_eq(error_code_name(out->error->code), "OVERLOADED");
    cr_assert_str_eq(error_code_name((Matchd__V1__ErrorCode)99), "UNKNOWN");
    matchd__v1__response__free_unpacked(out, NULL);
    free(bytes);
}

Test(message, what_people_do_is_in_words_that_exist) {
    Matchd__V1__Request in = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__ActOnOfferRequest act = MATCHD__V1__ACT_ON_OFFER_REQUEST__INIT;
    char key[MESSAGE_KEY_TEXT + 1];
    struct request out;
    struct err err;
    in.verb_case = MATCHD__V1__REQUEST__VERB_ACT_ON_OFFER;
    in.act_on_offer = &act;
    act.user = uuid_a;
    act.offer = uuid_b;
    refused(&in, "action:");
    act.has_action = 1;
    act.action = MATCHD__V1__OFFER_ACTION__ACTION_NOT_NOW;
    cr_assert_eq(read(&in, &out, &err), MESSAGE_OK);
    cr_assert_str_eq(out.action, "not_now");
    cr_assert_not(out.has_key);
    memset(key, 'k', sizeof key);
    key[sizeof key - 1] = '\0';
    act.idempotency_key = key;
    refused(&in, "idempotency_key:");
    key[MESSAGE_KEY_TEXT - 1] = '\0';
    cr_assert_eq(read(&in, &out, &err), MESSAGE_OK);
    cr_assert(out.has_key);
    act.idempotency_key = (char *)"";
    refused(&in, "idempotency_key:");

    Matchd__V1__ListMatchesRequest list = MATCHD__V1__LIST_MATCHES_REQUEST__INIT;
    in.verb_case = MATCHD__V1__REQUEST__VERB_LIST_MATCHES;
    in.list_matches = &list;
    list.user = uuid_a;
    cr_assert_eq(read(&in, &out, &err), MESSAGE_OK);
    cr_assert_str_eq(out.word, "active");
    list.status = (char *)"open";
    refused(&in, "status:");

    Matchd__V1__UnmatchRequest unmatch = MATCHD__V1__UNMATCH_REQUEST__INIT;
    in.verb_case = MATCHD__V1__REQUEST__VERB_UNMATCH;
    in.unmatch = &unmatch;
    unmatch.user = uuid_a;
    unmatch.match = uuid_b;
    cr_assert_eq(read(&in, &out, &err), MESSAGE_OK);
    cr_assert_null(out.word);
    unmatch.reason = (char *)"bored";
    refused(&in, "reason:");
}
