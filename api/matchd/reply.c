#include "api/matchd/reply.h"

#include "api/wire/text.h"

#include <stdarg.h>
#include <stdio.h>

void reply_init(struct reply *reply, uint64_t request_id) {
    arena_init(&reply->arena);
    matchd__v1__response__init(&reply->response);
    SET(&reply->response, request_id, request_id);
}

void reply_release(struct reply *reply) {
    arena_release(&reply->arena);
}

void *reply_pack(struct reply *reply, size_t *size) {
    ASSERT(reply->response.answer_case != MATCHD__V1__RESPONSE__ANSWER__NOT_SET);
    return message_pack(&reply->response.base, size);
}

void reply_error(struct reply *reply, Matchd__V1__ErrorCode code, const char *format, ...) {
    struct err err;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(err.text, sizeof err.text, format, arguments);
    va_end(arguments);
    Matchd__V1__Error *error = arena_array(&reply->arena, 1, sizeof *error);
    matchd__v1__error__init(error);
    SET(error, code, code);
    error->message = arena_text(&reply->arena, text_clean(err.text));
    reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_ERROR;
    reply->response.error = error;
}

void reply_retry_after(struct reply *reply, uint32_t milliseconds) {
    ASSERT(reply->response.answer_case == MATCHD__V1__RESPONSE__ANSWER_ERROR);
    SET(reply->response.error, retry_after_ms, milliseconds);
}

Matchd__V1__ErrorCode reply_code(const struct reply *reply) {
    if (reply->response.answer_case != MATCHD__V1__RESPONSE__ANSWER_ERROR)
        return MATCHD__V1__ERROR_CODE__ERROR_UNSPECIFIED;
    return reply->response.error->code;
}

char *reply_text(struct reply *reply, const char *text) {
    return text_clean(arena_text(&reply->arena, text));
}

char *reply_uuid(struct reply *reply, const struct uuid *id) {
    char *text = arena_array(&reply->arena, UUID_TEXT, 1);
    uuid_to_text(id, text);
    return text;
}

char *reply_date(struct reply *reply, date_t date) {
    char text[DATE_TEXT];
    date_to_text(date, text);
    return arena_text(&reply->arena, text);
}

char *reply_instant(struct reply *reply, instant_t at) {
    char text[INSTANT_TEXT];
    instant_to_text(at, text);
    return arena_text(&reply->arena, text);
}
