#include "api/matchctl/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <yajl/yajl_gen.h>

/* Calls in a wrong order would make bad JSON: a bug of ours. */
static void check(yajl_gen_status status) {
    ASSERT(status == yajl_gen_status_ok);
}

void json_init(struct json *json) {
    json->generator = yajl_gen_alloc(NULL);
    ASSERT(json->generator != NULL);
}

void json_release(struct json *json) {
    yajl_gen_free(json->generator);
    json->generator = NULL;
}

void json_open(struct json *json, char bracket) {
    check(bracket == '{' ? yajl_gen_map_open(json->generator)
                         : yajl_gen_array_open(json->generator));
}

void json_close(struct json *json, char bracket) {
    check(bracket == '}' ? yajl_gen_map_close(json->generator)
                         : yajl_gen_array_close(json->generator));
}

void json_key(struct json *json, const char *key) {
    json_text(json, key);
}

void json_text(struct json *json, const char *text) {
    if (text == NULL)
        check(yajl_gen_null(json->generator));
    else
        check(yajl_gen_string(json->generator, (const unsigned char *)text, strlen(text)));
}

void json_number(struct json *json, bool defined, double x) {
    char text[32];
    if (!defined || !isfinite(x)) {
        check(yajl_gen_null(json->generator));
        return;
    }
    int length = snprintf(text, sizeof text, "%.17g", x);
    check(yajl_gen_number(json->generator, text, (size_t)length));
}

void json_integer(struct json *json, bool defined, int64_t x) {
    char text[32];
    int length = snprintf(text, sizeof text, "%" PRId64, x);
    check(defined ? yajl_gen_number(json->generator, text, (size_t)length)
                  : yajl_gen_null(json->generator));
}

void json_bool(struct json *json, bool x) {
    check(yajl_gen_bool(json->generator, x));
}

bool json_line(struct json *json) {
    const unsigned char *bytes;
    size_t size;
    check(yajl_gen_get_buf(json->generator, &bytes, &size));
    bool ok = fwrite(bytes, 1, size, stdout) == size && putchar('\n') != EOF;
    yajl_gen_clear(json->generator);
    yajl_gen_reset(json->generator, NULL);
    return ok;
}
