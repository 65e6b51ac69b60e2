/* JSON for machines: one value a line on standard output.
 *
 *     struct writer writer;
 *     writer_init(&writer);
 *     writer_open(&writer, '{');
 *     writer_key(&writer, "raw"); writer_number(&writer, true, 0.5);
 *     writer_close(&writer, '}');
 *     writer_line(&writer);                       // writes it and a newline
 *     writer_release(&writer);
 *
 * Doubles are written with 17 significant digits, so that they read back as the same bits; what is
 * undefined is null. */
#ifndef MATCHD_API_MATCHCTL_WRITER_H
#define MATCHD_API_MATCHCTL_WRITER_H

#include "engine/base/base.h"

struct writer {
    void *generator;
};

void writer_init(struct writer *writer);
void writer_release(struct writer *writer);
/* bracket: '{' or '['. */
void writer_open(struct writer *writer, char bracket);
void writer_close(struct writer *writer, char bracket);
void writer_key(struct writer *writer, const char *key);
void writer_text(struct writer *writer, const char *text); /* NULL: null */
void writer_number(struct writer *writer, bool defined, double x);
void writer_integer(struct writer *writer, bool defined, int64_t x);
void writer_bool(struct writer *writer, bool x);
void writer_json(struct writer *writer, const char *json); /* as it is; NULL: null */
/* False: standard output does not take it. */
bool writer_line(struct writer *writer) MUST_CHECK;

#endif
