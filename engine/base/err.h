/* An operating error: one sentence, composed where it happened, logged once at the top.
 *
 *     if (!thing_open(&thing, path, err))
 *         return false;                                   // pass it on
 *     return err_set(err, "cannot read %s: expected 19 bytes, got %zu", path, got);
 *
 * err_wrap puts context in front: "loading profiles: <what was there>". */
#ifndef MATCHD_ENGINE_BASE_ERR_H
#define MATCHD_ENGINE_BASE_ERR_H

#include "engine/base/base.h"

struct err {
    char text[1024]; /* NUL-terminated, cut with "..." when longer */
};

/* Both return false, so that a caller can say `return err_set(...)`. `err` may be NULL. */
bool err_set(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);
bool err_wrap(struct err *err, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
