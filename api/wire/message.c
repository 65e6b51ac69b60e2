/* Validation of every field of every verb, in the order of matchd.proto. */
#include "api/wire/message.h"

#include "engine/base/mem.h"

#include <stdlib.h>
#include <string.h>

static const char *const verb_names[VERBS] = {
    [VERB_NONE] = "none",
    [VERB_HEALTH] = "health",
    [VERB_STATS] = "stats",
    [VERB_RELOAD] = "reload",
    [VERB_GET_OFFERS] = "get_offers",
    [VERB_ACT_ON_OFFER] = "act_on_offer",
    [VERB_LIST_MATCHES] = "list_matches",
    [VERB_UNMATCH] = "unmatch",
    [VERB_SCORE_PAIR] = "score_pair",
    [VERB_PREVIEW_OFFERS] = "preview_offers",
    [VERB_EXPLAIN] = "explain",
    [VERB_START_REMATCH] = "start_rematch",
    [VERB_REMATCH_STATUS] = "rematch_status",
    [VERB_DRY_RUN_PAGE] = "dry_run_page",
    [VERB_CANCEL_REMATCH] = "cancel_rematch",
    [VERB_LIST_JOBS] = "list_jobs",
};

const char *verb_name(enum verb verb) {
    ASSERT((unsigned)verb < VERBS);
    return verb_names[verb];
}

static bool read_uuid(const char *field, const char *text, struct uuid *out, struct err *err) {
    if (text == NULL)
        return err_set(err, "%s: expected a UUID, got nothing", field);
    if (!uuid_from_text(text, out))
        return err_set(err, "%s: expected a UUID of 36 characters, got \"%.40s\"", field, text);
    return true;
}

static bool read_date(const char *text, struct request *out, struct err *err) {
    if (text == NULL)
        return true;
    if (!date_from_text(text, &out->date) || !date_is_finite(out->date))
        return err_set(err, "date: expected a date like 2026-11-22, got \"%.40s\"", text);
    out->has_date = true;
    return true;
}

static bool read_clock(const Matchd__V1__Clock *clock, struct request *out, struct err *err) {
    if (clock == NULL)
        return true;
    if (!read_date(clock->date, out, err))
        return false;
    if (clock->now == NULL)
        return true;
    bool finite = instant_from_text(clock->now, &out->now) && out->now != INSTANT_INFINITY &&
                  out->now != INSTANT_MINUS_INFINITY;
    if (!finite)
        return err_set(err, "now: expected an instant like 2026-11-22T09:00:00Z, got \"%.40s\"",
                       clock->now);
    out->has_now = true;
    return true;
}

static bool read_preview(const Matchd__V1__PreviewOffersRequest *in, struct request *out,
                         struct err *err) {
    out->k = in->has_k ? in->k : MESSAGE_K_DEFAULT;
    if (out->k < 1 || out->k > MESSAGE_K_MAX)
        return err_set(err, "k: expected 1 to %d, got %u", MESSAGE_K_MAX, out->k);
    return read_uuid("user", in->user, &out->user, err) && read_clock(in->clock, out, err);
}

/* One of a few words, so that the request points to text that lasts. False: none of them. */
static bool read_word(const char *field, const char *text, const char *const *words,
                      const char **out, struct err *err) {
    for (; *words != NULL; words++)
        if (strcmp(text, *words) == 0) {
            *out = *words;
            return true;
        }
    return err_set(err, "%s: \"%.40s\" is none of its values", field, text);
}

/* Text that fits, of printable ASCII. */
static bool read_ascii(const char *field, const char *text, char *out, size_t size,
                       struct err *err) {
    size_t length = strlen(text);
    if (length >= size)
        return err_set(err, "%s: expected at most %zu characters, got %zu", field, size - 1,
                       length);
    for (size_t i = 0; i < length; i++)
        if (text[i] < 0x20 || text[i] > 0x7e)
            return err_set(err, "%s: expected printable ASCII, got byte 0x%02x at %zu", field,
                           (unsigned char)text[i], i);
    memcpy(out, text, length + 1);
    return true;
}

static bool read_key(const char *text, struct request *out, struct err *err) {
    if (text == NULL)
        return true;
    out->has_key = true;
    if (text[0] == '\0')
        return err_set(err, "idempotency_key: expected 1 to 200 characters, got none");
    return read_ascii("idempotency_key", text, out->key, sizeof out->key, err);
}

static bool read_act(const Matchd__V1__ActOnOfferRequest *in, struct request *out,
                     struct err *err) {
    switch (in->action) {
    case MATCHD__V1__OFFER_ACTION__ACTION_ACCEPT: out->action = "accept"; break;
    case MATCHD__V1__OFFER_ACTION__ACTION_PASS: out->action = "pass"; break;
    case MATCHD__V1__OFFER_ACTION__ACTION_NOT_NOW: out->action = "not_now"; break;
    default: return err_set(err, "action: expected accept, pass or not_now");
    }
    return read_uuid("user", in->user, &out->user, err) &&
           read_uuid("offer", in->offer, &out->offer, err) &&
           read_key(in->idempotency_key, out, err);
}

static bool read_list_matches(const Matchd__V1__ListMatchesRequest *in, struct request *out,
                              struct err *err) {
    static const char *const statuses[] = {"active", "closed", "all", NULL};
    const char *status = in->status != NULL ? in->status : statuses[0];
    return read_uuid("user", in->user, &out->user, err) &&
           read_word("status", status, statuses, &out->word, err);
}

static bool read_unmatch(const Matchd__V1__UnmatchRequest *in, struct request *out,
                         struct err *err) {
    static const char *const reasons[] = {"not_interested", "inappropriate", "other", NULL};
    return read_uuid("user", in->user, &out->user, err) &&
           read_uuid("match", in->match, &out->match, err) &&
           (in->reason == NULL || read_word("reason", in->reason, reasons, &out->word, err)) &&
           read_key(in->idempotency_key, out, err);
}

static bool read_list_jobs(const Matchd__V1__ListJobsRequest *in, struct request *out,
                           struct err *err) {
    out->k = in->has_limit ? in->limit : MESSAGE_JOBS_DEFAULT;
    return (out->k >= 1 && out->k <= MESSAGE_JOBS_MAX) ||
           err_set(err, "limit: expected 1 to %d, got %u", MESSAGE_JOBS_MAX, out->k);
}

static bool read_zone(const Matchd__V1__StartRematchRequest *in, struct request *out,
                      struct err *err) {
    if (in->timezone == NULL)
        return true;
    out->has_zone = true;
    if (out->dry_run)
        return err_set(err, "timezone: a dry run has none");
    return read_ascii("timezone", in->timezone, out->zone, sizeof out->zone, err);
}

static bool read_start_rematch(const Matchd__V1__StartRematchRequest *in, struct request *out,
                               struct err *err) {
    out->dry_run = in->has_dry_run && in->dry_run;
    out->paranoid = in->has_paranoid && in->paranoid;
    if (out->paranoid && !out->dry_run)
        return err_set(err, "paranoid: only of a dry run; the daemon's own setting is for others");
    if (!read_zone(in, out, err) || !read_clock(in->clock, out, err))
        return false;
    if (in->n_viewers == 0)
        return true;
    out->viewers = mem_array(in->n_viewers, sizeof *out->viewers);
    out->viewer_count = in->n_viewers;
    for (size_t i = 0; i < in->n_viewers; i++)
        if (!read_uuid("viewers", in->viewers[i], &out->viewers[i], err))
            return false;
    return true;
}

static bool read_page(const Matchd__V1__DryRunPageRequest *in, struct request *out,
                      struct err *err) {
    if (!read_uuid("run", in->run, &out->run, err))
        return false;
    out->has_after = in->after_viewer != NULL;
    return !out->has_after || read_uuid("after_viewer", in->after_viewer, &out->after, err);
}

/* False with *err empty: the verb is not known. */
static bool read_verb(const Matchd__V1__Request *in, struct request *out, struct err *err) {
    switch (in->verb_case) {
    case MATCHD__V1__REQUEST__VERB_HEALTH: out->verb = VERB_HEALTH; return true;
    case MATCHD__V1__REQUEST__VERB_STATS: out->verb = VERB_STATS; return true;
    case MATCHD__V1__REQUEST__VERB_RELOAD: out->verb = VERB_RELOAD; return true;
    case MATCHD__V1__REQUEST__VERB_GET_OFFERS:
        out->verb = VERB_GET_OFFERS;
        return read_uuid("user", in->get_offers->user, &out->user, err) &&
               read_date(in->get_offers->date, out, err);
    case MATCHD__V1__REQUEST__VERB_ACT_ON_OFFER:
        out->verb = VERB_ACT_ON_OFFER;
        return read_act(in->act_on_offer, out, err);
    case MATCHD__V1__REQUEST__VERB_LIST_MATCHES:
        out->verb = VERB_LIST_MATCHES;
        return read_list_matches(in->list_matches, out, err);
    case MATCHD__V1__REQUEST__VERB_UNMATCH:
        out->verb = VERB_UNMATCH;
        return read_unmatch(in->unmatch, out, err);
    case MATCHD__V1__REQUEST__VERB_SCORE_PAIR:
        out->verb = VERB_SCORE_PAIR;
        return read_uuid("a", in->score_pair->a, &out->user, err) &&
               read_uuid("b", in->score_pair->b, &out->other, err) &&
               read_clock(in->score_pair->clock, out, err);
    case MATCHD__V1__REQUEST__VERB_PREVIEW_OFFERS:
        out->verb = VERB_PREVIEW_OFFERS;
        return read_preview(in->preview_offers, out, err);
    case MATCHD__V1__REQUEST__VERB_START_REMATCH:
        out->verb = VERB_START_REMATCH;
        return read_start_rematch(in->start_rematch, out, err);
    case MATCHD__V1__REQUEST__VERB_REMATCH_STATUS:
        out->verb = VERB_REMATCH_STATUS;
        return read_uuid("run", in->rematch_status->run, &out->run, err);
    case MATCHD__V1__REQUEST__VERB_DRY_RUN_PAGE:
        out->verb = VERB_DRY_RUN_PAGE;
        return read_page(in->dry_run_page, out, err);
    case MATCHD__V1__REQUEST__VERB_EXPLAIN:
        out->verb = VERB_EXPLAIN;
        return read_uuid("offer", in->explain->offer, &out->offer, err);
    case MATCHD__V1__REQUEST__VERB_CANCEL_REMATCH:
        out->verb = VERB_CANCEL_REMATCH;
        return read_uuid("run", in->cancel_rematch->run, &out->run, err);
    case MATCHD__V1__REQUEST__VERB_LIST_JOBS:
        out->verb = VERB_LIST_JOBS;
        return read_list_jobs(in->list_jobs, out, err);
    default: return false;
    }
}

enum message_fault message_read_request(const void *bytes, size_t size, struct request *out,
                                        struct err *err) {
    *out = (struct request){0};
    if (size > MESSAGE_REQUEST_MAX) {
        err_set(err, "a request has at most %d bytes, this one has %zu", MESSAGE_REQUEST_MAX, size);
        return MESSAGE_OVERSIZED;
    }
    Matchd__V1__Request *in = matchd__v1__request__unpack(NULL, size, bytes);
    if (in == NULL) {
        err_set(err, "%zu bytes that are no matchd.v1.Request", size);
        return MESSAGE_UNPARSABLE;
    }
    out->id = in->request_id;
    out->deadline_ms = in->deadline_ms;
    bool ok = (in->trace_id == NULL ||
               read_ascii("trace_id", in->trace_id, out->trace, sizeof out->trace, err)) &&
              read_verb(in, out, err);
    enum message_fault fault = ok ? MESSAGE_OK : MESSAGE_INVALID_FIELD;
    if (!ok && in->verb_case == MATCHD__V1__REQUEST__VERB__NOT_SET) {
        err_set(err, "the request names no verb that this daemon knows");
        fault = MESSAGE_UNKNOWN_VERB;
    }
    matchd__v1__request__free_unpacked(in, NULL);
    if (!ok)
        request_release(out);
    return fault;
}

void request_release(struct request *request) {
    free(request->viewers);
    request->viewers = NULL;
    request->viewer_count = 0;
}

void *message_pack(const ProtobufCMessage *message, size_t *size) {
    *size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = mem_array(*size, 1);
    size_t packed = protobuf_c_message_pack(message, bytes);
    ASSERT(packed == *size);
    return bytes;
}

Matchd__V1__Response *message_read_response(const void *bytes, size_t size, struct err *err) {
    if (size > MESSAGE_RESPONSE_MAX) {
        err_set(err, "expected an answer of at most %d bytes, got %zu", MESSAGE_RESPONSE_MAX, size);
        return NULL;
    }
    Matchd__V1__Response *response = matchd__v1__response__unpack(NULL, size, bytes);
    if (response == NULL) {
        err_set(err, "got %zu bytes that are no matchd.v1.Response", size);
        return NULL;
    }
    if (response->answer_case == MATCHD__V1__RESPONSE__ANSWER__NOT_SET) {
        matchd__v1__response__free_unpacked(response, NULL);
        err_set(err, "got an answer of a kind that this client does not know");
        return NULL;
    }
    return response;
}

const char *error_code_name(Matchd__V1__ErrorCode code) {
    const ProtobufCEnumValue *value =
        protobuf_c_enum_descriptor_get_value(&matchd__v1__error_code__descriptor, (int)code);
    return value != NULL ? value->name : "UNKNOWN";
}
