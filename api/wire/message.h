/* Messages as bytes: what a daemon reads and writes, what a client writes and reads.
 *
 * A request comes in as bytes of unknown origin and goes out as a struct request in which every
 * field holds what matchd.proto promises: UUIDs are UUIDs, k is within its bounds, dates are finite
 * dates. Nothing behind this file looks at a field of a Request again. Pure: no sockets, no clock.
 *
 * Responses are built as the generated structs (in an arena) and packed here; the client unpacks
 * them, so that the generated structs are the only form of an answer. */
#ifndef MATCHD_API_WIRE_MESSAGE_H
#define MATCHD_API_WIRE_MESSAGE_H

#include "api/wire/matchd.pb-c.h"
#include "engine/base/civil.h"
#include "engine/base/err.h"
#include "engine/base/uuid.h"

enum {
    MESSAGE_REQUEST_MAX = 64 * 1024,        /* bytes of a request */
    MESSAGE_PAGE_MAX = 64 * 1024,           /* bytes of a page of a dry run */
    MESSAGE_RESPONSE_MAX = 4 * 1024 * 1024, /* what a client accepts */
    MESSAGE_K_MAX = 500,                    /* candidates of a preview */
    MESSAGE_K_DEFAULT = 10,
    MESSAGE_JOBS_MAX = 200, /* runs of a list */
    MESSAGE_JOBS_DEFAULT = 20,
    MESSAGE_TRACE_TEXT = 65, /* a trace id and the NUL */
    MESSAGE_KEY_TEXT = 201,  /* an idempotency key and the NUL */
    MESSAGE_ZONE_TEXT = 64   /* a time zone and the NUL */
};

enum verb {
    VERB_NONE,
    VERB_HEALTH,
    VERB_STATS,
    VERB_RELOAD,
    VERB_GET_OFFERS,
    VERB_ACT_ON_OFFER,
    VERB_LIST_MATCHES,
    VERB_UNMATCH,
    VERB_SCORE_PAIR,
    VERB_PREVIEW_OFFERS,
    VERB_EXPLAIN,
    VERB_START_REMATCH,
    VERB_REMATCH_STATUS,
    VERB_DRY_RUN_PAGE,
    VERB_CANCEL_REMATCH,
    VERB_LIST_JOBS,
    VERBS
};
/* The name of the verb's field in Request: "score_pair". */
const char *verb_name(enum verb verb);

struct request {
    uint64_t id;
    uint32_t deadline_ms; /* 0: none was given */
    char trace[MESSAGE_TRACE_TEXT];
    enum verb verb;
    bool has_date, has_now, has_after, has_zone, has_key;
    bool dry_run, paranoid;
    date_t date;
    instant_t now;
    struct uuid user;   /* GetOffers, PreviewOffers, what people do; a of ScorePair */
    struct uuid other;  /* b of ScorePair */
    struct uuid run;    /* RematchStatus, DryRunPage, CancelRematch */
    struct uuid after;  /* DryRunPage */
    struct uuid offer;  /* ActOnOffer, Explain */
    struct uuid match;  /* Unmatch */
    const char *action; /* ActOnOffer: "accept", "pass", "not_now" */
    const char *word;   /* ListMatches: the status; Unmatch: the reason, NULL: none */
    char key[MESSAGE_KEY_TEXT];
    char zone[MESSAGE_ZONE_TEXT]; /* StartRematch */
    uint32_t k;                   /* PreviewOffers; runs of ListJobs */
    struct uuid *viewers;         /* StartRematch: as asked, in the request's order; owned */
    size_t viewer_count;
};

/* Why a message is no valid request: one counter each in Stats. */
enum message_fault {
    MESSAGE_OK,
    MESSAGE_OVERSIZED,
    MESSAGE_UNPARSABLE,
    MESSAGE_UNKNOWN_VERB,
    MESSAGE_INVALID_FIELD,
    MESSAGE_FAULTS
};

/* Reads a request. On any fault *err says what was expected and what came, and out->id is the
 * request's id if it could be read (else 0); nothing is to be released then. */
enum message_fault message_read_request(const void *bytes, size_t size, struct request *out,
                                        struct err *err) MUST_CHECK;
void request_release(struct request *request);

/* Packs a Request or a Response into malloc'ed memory. */
void *message_pack(const ProtobufCMessage *message, size_t *size);

/* NULL with *err if the bytes are no Response, or one without an answer. Release with
 * matchd__v1__response__free_unpacked(response, NULL). */
Matchd__V1__Response *message_read_response(const void *bytes, size_t size, struct err *err);

/* "INVALID_ARGUMENT"; "UNKNOWN" for a code of a newer daemon. */
const char *error_code_name(Matchd__V1__ErrorCode code);

#endif
