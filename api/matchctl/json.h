/* JSON for machines: one value a line on standard output.
 *
 *     struct json json;
 *     json_init(&json);
 *     json_open(&json, '{');
 *     json_key(&json, "raw"); json_number(&json, true, 0.5);
 *     json_close(&json, '}');
 *     json_line(&json);                       // writes it and a newline
 *     json_release(&json);
 *
 * Doubles are written with 17 significant digits, so that they read back as the same bits; what is
 * undefined is null. */
#ifndef MATCHD_API_MATCHCTL_JSON_H
#define MATCHD_API_MATCHCTL_JSON_H

#include "engine/base/base.h"

struct json {
    void *generator;
};

void json_init(struct json *json);
void json_release(struct json *json);
/* bracket: '{' or '['. */
void json_open(struct json *json, char bracket);
void json_close(struct json *json, char bracket);
void json_key(struct json *json, const char *key);
void json_text(struct json *json, const char *text); /* NULL: null */
void json_number(struct json *json, bool defined, double x);
void json_integer(struct json *json, bool defined, int64_t x);
void json_bool(struct json *json, bool x);
/* False: standard output does not take it. */
bool json_line(struct json *json) MUST_CHECK;

#endif
