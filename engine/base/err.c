/* Composition of error sentences in a fixed buffer. */
#include "engine/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void compose(struct err *err, const char *format, va_list args) {
    int length = vsnprintf(err->text, sizeof err->text, format, args);
    if (length < 0 || (size_t)length >= sizeof err->text)
        memcpy(err->text + sizeof err->text - 4, "...", 4);
}

bool err_set(struct err *err, const char *format, ...) {
    if (err == NULL)
        return false;
    va_list args;
    va_start(args, format);
    compose(err, format, args);
    va_end(args);
    return false;
}

bool err_wrap(struct err *err, const char *format, ...) {
    if (err == NULL)
        return false;
    struct err outer;
    va_list args;
    va_start(args, format);
    compose(&outer, format, args);
    va_end(args);
    struct err inner = *err;
    return err_set(err, "%s: %s", outer.text, inner.text);
}
