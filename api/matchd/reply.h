/* A Response under construction, in one arena.
 *
 *     struct reply reply;
 *     reply_init(&reply, request->id);
 *     MESSAGE_NEW(&reply, health, health_response);       // fill it, put it into reply.response
 *     or: reply_error(&reply, MATCHD__V1__ERROR_CODE__NOT_FOUND, "no person %s", text);
 *     bytes = reply_pack(&reply, &size);                  // malloc'ed
 *     reply_release(&reply); */
#ifndef MATCHD_API_MATCHD_REPLY_H
#define MATCHD_API_MATCHD_REPLY_H

#include "api/wire/arena.h"
#include "api/wire/message.h"

#include <math.h>

struct reply {
    struct arena arena;
    Matchd__V1__Response response;
    int64_t deadline_us; /* monotonic; when nobody waits for it any more; 0: never */
};

void reply_init(struct reply *reply, uint64_t request_id);
void reply_release(struct reply *reply);
void *reply_pack(struct reply *reply, size_t *size);

/* Replaces whatever the answer was so far. */
void reply_error(struct reply *reply, Matchd__V1__ErrorCode code, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* After reply_error: when to try again. */
void reply_retry_after(struct reply *reply, uint32_t milliseconds);
/* The code of the error, or ERROR_UNSPECIFIED if it is none. */
Matchd__V1__ErrorCode reply_code(const struct reply *reply);

/* Texts in the arena; reply_text cleans what may hold anything (text_clean). */
char *reply_text(struct reply *reply, const char *text);
char *reply_uuid(struct reply *reply, const struct uuid *id);
char *reply_date(struct reply *reply, date_t date);
char *reply_instant(struct reply *reply, instant_t at);

/* Points `variable` at a new, initialised message in the arena; `type` as the generated functions
 * name it: MESSAGE_NEW(reply, card, card). */
#define MESSAGE_NEW(reply, variable, type)                                                         \
    do {                                                                                           \
        (variable) = arena_array(&(reply)->arena, 1, sizeof *(variable));                          \
        matchd__v1__##type##__init(variable);                                                      \
    } while (0)

/* Sets an optional number of a message; SET_NUMBER leaves out what is undefined. */
#define SET(message, field, value) ((message)->has_##field = 1, (message)->field = (value))
#define SET_NUMBER(message, field, value)                                                          \
    ((message)->has_##field = !isnan(value), (message)->field = isnan(value) ? 0.0 : (value))

#endif
