/* Protects: which endpoints are taken, that a socket left behind is removed and a foreign file is
 * not, and that two daemons do not claim one endpoint. */
#include "api/matchd/endpoint.h"
#include "engine/base/log.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static char directory[64], text[128], path[96];

static void make_directory(void) {
    log_setup(LOG_OFF, LOG_KV);
    snprintf(directory, sizeof directory, "/tmp/matchd-endpoint.XXXXXX");
    cr_assert_not_null(mkdtemp(directory));
    snprintf(path, sizeof path, "%.63s/run/m.sock", directory);
    snprintf(text, sizeof text, "ipc://%s", path);
}

static void refused(const char *endpoints, const char *word) {
    struct endpoints list;
    struct err err;
    bool ok = endpoints_read(&list, endpoints, &err);
    endpoints_release(&list);
    cr_assert_not(ok, "%s", endpoints);
    cr_assert_not_null(strstr(err.text, word), "%s", err.text);
}

Test(endpoint, which_are_taken) {
    struct endpoints list;
    struct err err;
    refused("", "at least one");
    refused("tcp://127.0.0.1:1", "server key");
    refused("udp://127.0.0.1:1", "ipc:///path");
    refused("ipc://relative/path", "absolute");
    refused("ipc://@abstract", "absolute");
    refused("ipc://*", "absolute");
    refused("ipc:///tmp/", "absolute");
    refused("ipc:///tmp/a tcp://*:1", "server key");
    refused("ipc:///1 ipc:///2 ipc:///3 ipc:///4 ipc:///5 ipc:///6 ipc:///7 ipc:///8 ipc:///9",
            "at most 8");
    char long_path[200] = "ipc:///";
    memset(long_path + 7, 'x', ENDPOINT_PATH_MAX);
    refused(long_path, "107");
    long_path[6 + ENDPOINT_PATH_MAX] = '\0';
    cr_assert(endpoints_read(&list, long_path, &err), "%s", err.text);
    endpoints_release(&list);
    cr_assert(endpoints_read(&list, "  ipc:///a \t ipc:///b ", &err));
    cr_assert_eq(list.count, 2);
    cr_assert_str_eq(list.list[1].path, "/b");
    endpoints_release(&list);
}

static void leave_socket(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
    close(fd);
}

Test(endpoint, one_claims_and_the_next_takes_over, .init = make_directory) {
    struct endpoints first, second;
    struct err err;
    struct stat facts;
    cr_assert(endpoints_read(&first, text, &err));
    cr_assert(endpoints_claim(&first, &err), "%s", err.text);
    char run[128];
    snprintf(run, sizeof run, "%s/run", directory);
    cr_assert_eq(stat(run, &facts), 0);
    cr_assert_eq(facts.st_mode & 0777, 0750 & ~0022u);
    leave_socket();
    cr_assert(endpoints_read(&second, text, &err));
    cr_assert_not(endpoints_claim(&second, &err));
    char pid[64];
    snprintf(pid, sizeof pid, "process %ld", (long)getpid());
    cr_assert_not_null(strstr(err.text, pid), "%s", err.text);
    endpoints_release(&second);
    cr_assert_eq(lstat(path, &facts), 0, "the one that was refused removes nothing");
    endpoints_release(&first);
    cr_assert_neq(lstat(path, &facts), 0);
    leave_socket();
    cr_assert(endpoints_read(&second, text, &err));
    cr_assert(endpoints_claim(&second, &err), "%s", err.text);
    cr_assert_neq(lstat(path, &facts), 0, "what a dead one left is gone");
    endpoints_release(&second);
}

Test(endpoint, a_foreign_file_stays, .init = make_directory) {
    struct endpoints list;
    struct err err;
    struct stat facts;
    char run[128];
    snprintf(run, sizeof run, "%s/run", directory);
    cr_assert_eq(mkdir(run, 0750), 0);
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    fclose(file);
    cr_assert(endpoints_read(&list, text, &err));
    cr_assert_not(endpoints_claim(&list, &err));
    cr_assert_not_null(strstr(err.text, "is no socket"));
    endpoints_release(&list);
    cr_assert_eq(lstat(path, &facts), 0);
}
