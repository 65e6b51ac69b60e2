/* A list of viewers from a file: one UUID a line, blank lines and # comments left out. */
#ifndef MATCHD_API_MATCHCTL_VIEWERS_H
#define MATCHD_API_MATCHCTL_VIEWERS_H

#include "engine/base/err.h"
#include "engine/base/uuid.h"

/* As many as surely fit a request of 64 KiB, at 38 bytes each. */
enum { VIEWERS_MAX = 1700 };

struct viewer_list {
    char (*texts)[UUID_TEXT];
    char **pointers; /* to the texts, as a request wants them */
    size_t count;
};

/* False with *err: the file cannot be read, a line is no UUID (its number is named), or there are
 * none or too many. */
bool viewers_read(struct viewer_list *list, const char *path, struct err *err) MUST_CHECK;
void viewers_release(struct viewer_list *list);

#endif
