#include "storage/failpoint.h"

#include "engine/base/base.h"

#ifdef MATCHD_FAILPOINTS

#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { PATH_TEXT = 256 };

/* "name:visit" or "name:visit:path". Is `name` the one? */
static bool read_rule(const char *text, const char *name, unsigned *visit, char path[PATH_TEXT]) {
    size_t length = strlen(name);
    if (text == NULL || strncmp(text, name, length) != 0 || text[length] != ':')
        return false;
    char *end;
    *visit = (unsigned)strtoul(text + length + 1, &end, 10);
    snprintf(path, PATH_TEXT, "%s", *end == ':' ? end + 1 : "");
    return true;
}

static void hold(const char *path) {
    static const struct timespec nap = {.tv_nsec = 5000000};
    char reached[PATH_TEXT + 16];
    snprintf(reached, sizeof reached, "%s.reached", path);
    int fd = open(reached, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    ASSERT(fd >= 0);
    close(fd);
    while (access(path, F_OK) != 0)
        nanosleep(&nap, NULL);
}

void failpoint_visit(const char *name) {
    static atomic_uint kill_visits, hold_visits;
    char path[PATH_TEXT];
    unsigned visit;
    if (read_rule(getenv("MATCHD_FAIL_KILL"), name, &visit, path) &&
        atomic_fetch_add(&kill_visits, 1) + 1 == visit)
        raise(SIGKILL);
    if (read_rule(getenv("MATCHD_FAIL_HOLD"), name, &visit, path) &&
        atomic_fetch_add(&hold_visits, 1) + 1 == visit)
        hold(path);
}

#endif
