/* compatibility_responses.answer, from the text of its jsonb to the engine's answer_value.
 *
 * Nearly all answers are a short string or a number, and those are read by a scanner of a few
 * lines; whatever is more (escapes, lists) goes to yajl, which keeps its own stack, so nesting
 * cannot exhaust ours. Limits: an answer of JSON_ANSWER_BYTES, a list of JSON_ANSWER_LIST texts, no
 * list in a list.
 *
 * The value points into the reader and into nothing else; it holds until the next call. */
#ifndef MATCHD_STORAGE_JSON_ANSWER_H
#define MATCHD_STORAGE_JSON_ANSWER_H

#include "engine/population/item.h"

enum { JSON_ANSWER_BYTES = 65536, JSON_ANSWER_LIST = 1024 };

struct json_answer; /* one per thread */
struct json_answer *json_answer_new(void);
void json_answer_free(struct json_answer *reader);

/* NULL, or a static text when a limit was passed or the text is no JSON; *out is then ANSWER_OTHER.
 * Objects, true, false, null and mixed lists are ANSWER_OTHER without complaint: whether that is
 * wrong is the item's to say. A number too large for binary64 is an infinity. */
const char *json_answer_read(struct json_answer *reader, const char *text, size_t length,
                             struct answer_value *out);

#endif
