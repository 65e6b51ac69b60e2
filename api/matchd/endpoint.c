#include "api/matchd/endpoint.h"

#include "engine/base/log.h"
#include "engine/base/mem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static bool check_path(const char *endpoint, struct err *err) {
    if (strncmp(endpoint, "tcp://", 6) == 0)
        return err_set(err, "%s: without a server key only ipc:// endpoints are bound", endpoint);
    if (strncmp(endpoint, "ipc://", 6) != 0)
        return err_set(err, "%s: expected ipc:///path", endpoint);
    const char *path = endpoint + 6;
    if (path[0] != '/' || path[1] == '\0' || path[strlen(path) - 1] == '/')
        return err_set(err, "%s: expected an absolute path of a socket", endpoint);
    if (strlen(path) > ENDPOINT_PATH_MAX)
        return err_set(err, "%s: a socket's path has at most %d characters, this one has %zu",
                       endpoint, ENDPOINT_PATH_MAX, strlen(path));
    return true;
}

static bool add(struct endpoints *endpoints, const char *text, size_t length, struct err *err) {
    if (endpoints->count == ENDPOINTS_MAX)
        return err_set(err, "at most %d endpoints", ENDPOINTS_MAX);
    struct endpoint *endpoint = &endpoints->list[endpoints->count++];
    endpoint->lock = -1;
    endpoint->text = mem_array(length + 1, 1);
    memcpy(endpoint->text, text, length);
    if (!check_path(endpoint->text, err))
        return false;
    endpoint->path = mem_text(endpoint->text + 6);
    return true;
}

bool endpoints_read(struct endpoints *endpoints, const char *text, struct err *err) {
    *endpoints = (struct endpoints){0};
    for (;;) {
        text += strspn(text, " \t");
        size_t length = strcspn(text, " \t");
        if (length == 0)
            break;
        if (!add(endpoints, text, length, err))
            return false;
        text += length;
    }
    if (endpoints->count == 0)
        return err_set(err, "endpoints: expected at least one, got none");
    return true;
}

static bool make_directory(const char *path, struct err *err) {
    char directory[ENDPOINT_PATH_MAX + 1];
    snprintf(directory, sizeof directory, "%s", path);
    char *slash = strrchr(directory, '/');
    if (slash == directory)
        return true;
    *slash = '\0';
    if (mkdir(directory, 0750) == 0)
        return true;
    if (errno != EEXIST)
        return err_set(err, "cannot make directory %s: %s", directory, strerror(errno));
    struct stat facts;
    if (stat(directory, &facts) != 0 || !S_ISDIR(facts.st_mode))
        return err_set(err, "%s is no directory", directory);
    if ((facts.st_mode & 0027) != 0)
        log_warn("endpoint.directory", "path=%s mode=%04o wanted=0750", directory,
                 (unsigned)facts.st_mode & 07777u);
    return true;
}

/* Who holds a lock file, from what it wrote there. */
static long holder(int fd) {
    char text[32] = {0};
    ssize_t n = pread(fd, text, sizeof text - 1, 0);
    return n > 0 ? strtol(text, NULL, 10) : 0;
}

static bool take_lock(struct endpoint *endpoint, struct err *err) {
    char path[ENDPOINT_PATH_MAX + 8];
    snprintf(path, sizeof path, "%s.lock", endpoint->path);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
    if (fd < 0)
        return err_set(err, "cannot open %s: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        bool taken = errno == EWOULDBLOCK;
        int code = errno;
        long pid = holder(fd);
        close(fd);
        return taken ? err_set(err, "another matchd (process %ld) serves %s", pid, endpoint->text)
                     : err_set(err, "cannot lock %s: %s", path, strerror(code));
    }
    char text[32];
    int length = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)length, 0) != length) {
        close(fd);
        return err_set(err, "cannot write %s: %s", path, strerror(errno));
    }
    endpoint->lock = fd;
    return true;
}

static bool remove_stale(const struct endpoint *endpoint, struct err *err) {
    struct stat facts;
    if (lstat(endpoint->path, &facts) != 0)
        return errno == ENOENT ||
               err_set(err, "cannot look at %s: %s", endpoint->path, strerror(errno));
    if (!S_ISSOCK(facts.st_mode))
        return err_set(err, "%s is there and is no socket", endpoint->path);
    if (unlink(endpoint->path) != 0)
        return err_set(err, "cannot remove the old socket %s: %s", endpoint->path, strerror(errno));
    log_info("endpoint.stale", "removed=%s", endpoint->path);
    return true;
}

bool endpoints_claim(struct endpoints *endpoints, struct err *err) {
    for (uint32_t i = 0; i < endpoints->count; i++) {
        struct endpoint *endpoint = &endpoints->list[i];
        if (!make_directory(endpoint->path, err) || !take_lock(endpoint, err) ||
            !remove_stale(endpoint, err))
            return false;
        endpoint->ours = true;
    }
    return true;
}

void endpoints_release(struct endpoints *endpoints) {
    for (uint32_t i = 0; i < endpoints->count; i++) {
        struct endpoint *endpoint = &endpoints->list[i];
        if (endpoint->ours)
            unlink(endpoint->path);
        if (endpoint->lock >= 0)
            close(endpoint->lock);
        free(endpoint->text);
        free(endpoint->path);
    }
    *endpoints = (struct endpoints){0};
}
