/* The one place where a broken invariant ends the process. */
#include "engine/base/base.h"

#include <stdio.h>
#include <stdlib.h>

void assert_failed(const char *condition, const char *file, int line) {
    fprintf(stderr, "matchd: broken invariant at %s:%d: %s\n", file, line, condition);
    abort();
}
