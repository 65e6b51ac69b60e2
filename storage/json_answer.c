#include "storage/json_answer.h"

#include "engine/base/mem.h"
#include "storage/decimal.h"

#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

struct json_answer {
    char texts[JSON_ANSWER_BYTES + JSON_ANSWER_LIST + 1]; /* each with its NUL */
    size_t used;
    const char *list[JSON_ANSWER_LIST];
    struct answer_value value;
    bool in_list;
    const char *wrong;
};

struct json_answer *json_answer_new(void) {
    return mem_array(1, sizeof(struct json_answer));
}

void json_answer_free(struct json_answer *reader) {
    free(reader);
}

/* The answers of a text of at most JSON_ANSWER_BYTES fit: none is longer than its source. */
static const char *keep(struct json_answer *reader, const char *text, size_t length) {
    ASSERT(reader->used + length < sizeof reader->texts);
    char *copy = reader->texts + reader->used;
    memcpy(copy, text, length);
    copy[length] = '\0';
    reader->used += length + 1;
    return copy;
}

/* ---- yajl: a top-level text, number or list of texts; everything else ends the parse --------- */

static int other(void *ctx) {
    struct json_answer *reader = ctx;
    reader->value = (struct answer_value){.form = ANSWER_OTHER};
    return 0;
}

static int on_null(void *ctx) {
    return other(ctx);
}

static int on_boolean(void *ctx, int value) {
    (void)value;
    return other(ctx);
}

static int on_number(void *ctx, const char *text, size_t length) {
    struct json_answer *reader = ctx;
    double number;
    if (reader->in_list || !decimal_of_text(text, length, &number))
        return other(ctx);
    reader->value = (struct answer_value){.form = ANSWER_NUMBER, .number = number};
    return 1;
}

static int on_string(void *ctx, const unsigned char *text, size_t length) {
    struct json_answer *reader = ctx;
    if (memchr(text, '\0', length) != NULL)
        return other(ctx);
    const char *copy = keep(reader, (const char *)text, length);
    if (!reader->in_list) {
        reader->value = (struct answer_value){.form = ANSWER_TEXT, .text = copy};
        return 1;
    }
    if (reader->value.list_count == JSON_ANSWER_LIST) {
        reader->wrong = "a list of more than 1024 members";
        return other(ctx);
    }
    reader->list[reader->value.list_count++] = copy;
    return 1;
}

static int on_list(void *ctx) {
    struct json_answer *reader = ctx;
    if (reader->in_list)
        return other(ctx);
    reader->in_list = true;
    reader->value = (struct answer_value){.form = ANSWER_LIST, .list = reader->list};
    return 1;
}

static int on_list_end(void *ctx) {
    (void)ctx;
    return 1;
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = other,
    .yajl_start_array = on_list,
    .yajl_end_array = on_list_end,
};

static const char *read_any(struct json_answer *reader, const char *text, size_t length) {
    yajl_handle parser = yajl_alloc(&callbacks, NULL, reader);
    if (parser == NULL)
        return "out of memory";
    reader->in_list = false;
    reader->wrong = NULL;
    yajl_status status = yajl_parse(parser, (const unsigned char *)text, length);
    if (status == yajl_status_ok)
        status = yajl_complete_parse(parser);
    yajl_free(parser);
    if (status != yajl_status_error)
        return reader->wrong;
    reader->value = (struct answer_value){.form = ANSWER_OTHER};
    return "no JSON";
}

/* ---- the common cases ------------------------------------------------------------------------ */

/* A string in quotes without escapes or control characters. */
static bool is_plain_string(const char *text, size_t length) {
    if (length < 2 || text[0] != '"' || text[length - 1] != '"')
        return false;
    for (size_t i = 1; i + 1 < length; i++)
        if (text[i] == '"' || text[i] == '\\' || (unsigned char)text[i] < 0x20)
            return false;
    return true;
}

const char *json_answer_read(struct json_answer *reader, const char *text, size_t length,
                             struct answer_value *out) {
    *out = (struct answer_value){.form = ANSWER_OTHER};
    if (length > JSON_ANSWER_BYTES)
        return "longer than 65536 bytes";
    reader->used = 0;
    double number;
    if (is_plain_string(text, length)) {
        out->form = ANSWER_TEXT;
        out->text = keep(reader, text + 1, length - 2);
        return NULL;
    }
    if (decimal_of_text(text, length, &number)) {
        *out = (struct answer_value){.form = ANSWER_NUMBER, .number = number};
        return NULL;
    }
    reader->value = *out;
    const char *wrong = read_any(reader, text, length);
    *out = reader->value;
    return wrong;
}
