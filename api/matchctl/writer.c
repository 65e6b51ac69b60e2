#include "api/matchctl/writer.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <yajl/yajl_gen.h>

/* Calls in a wrong order would make bad JSON: a bug of ours. */
static void check(yajl_gen_status status) {
    ASSERT(status == yajl_gen_status_ok);
}

void writer_init(struct writer *writer) {
    writer->generator = yajl_gen_alloc(NULL);
    ASSERT(writer->generator != NULL);
}

void writer_release(struct writer *writer) {
    yajl_gen_free(writer->generator);
    writer->generator = NULL;
}

void writer_open(struct writer *writer, char bracket) {
    check(bracket == '{' ? yajl_gen_map_open(writer->generator)
                         : yajl_gen_array_open(writer->generator));
}

void writer_close(struct writer *writer, char bracket) {
    check(bracket == '}' ? yajl_gen_map_close(writer->generator)
                         : yajl_gen_array_close(writer->generator));
}

void writer_key(struct writer *writer, const char *key) {
    writer_text(writer, key);
}

void writer_text(struct writer *writer, const char *text) {
    if (text == NULL)
        check(yajl_gen_null(writer->generator));
    else
        check(yajl_gen_string(writer->generator, (const unsigned char *)text, strlen(text)));
}

void writer_number(struct writer *writer, bool defined, double x) {
    char text[32];
    if (!defined || !isfinite(x)) {
        check(yajl_gen_null(writer->generator));
        return;
    }
    int length = snprintf(text, sizeof text, "%.17g", x);
    check(yajl_gen_number(writer->generator, text, (size_t)length));
}

void writer_integer(struct writer *writer, bool defined, int64_t x) {
    char text[32];
    int length = snprintf(text, sizeof text, "%" PRId64, x);
    check(defined ? yajl_gen_number(writer->generator, text, (size_t)length)
                  : yajl_gen_null(writer->generator));
}

void writer_json(struct writer *writer, const char *json) {
    check(json == NULL ? yajl_gen_null(writer->generator)
                       : yajl_gen_number(writer->generator, json, strlen(json)));
}

void writer_bool(struct writer *writer, bool x) {
    check(yajl_gen_bool(writer->generator, x));
}

bool writer_line(struct writer *writer) {
    const unsigned char *bytes;
    size_t size;
    check(yajl_gen_get_buf(writer->generator, &bytes, &size));
    bool ok = fwrite(bytes, 1, size, stdout) == size && putchar('\n') != EOF;
    yajl_gen_clear(writer->generator);
    yajl_gen_reset(writer->generator, NULL);
    return ok;
}
