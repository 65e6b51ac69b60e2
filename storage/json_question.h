/* questions.options and questions.config, from the texts of their jsonb to the engine's item_source
 * (scoring contract, section 0). Parsed by jansson, whose nesting is limited; texts longer than
 * JSON_QUESTION_BYTES are refused. */
#ifndef MATCHD_STORAGE_JSON_QUESTION_H
#define MATCHD_STORAGE_JSON_QUESTION_H

#include "engine/population/item.h"

enum { JSON_QUESTION_BYTES = 1 << 20 };

struct json_text {
    const char *text; /* NULL = null */
    size_t length;
};

struct json_question {
    struct item_source source; /* its texts belong to the documents */
    void *options, *config;    /* the documents */
    void *lists;
};

/* Fills out->source but for id, position and type, which are the caller's. NULL when good; else a
 * static text that says what is wrong, and the item is to be refused. Release in both cases. */
const char *json_question_read(struct json_text options, struct json_text config,
                               struct json_question *out);
void json_question_release(struct json_question *question);

#endif
