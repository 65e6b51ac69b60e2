/* Where the daemon listens: ipc endpoints that are its own.
 *
 * For ipc:///run/matchd/matchd.sock: the directory is made (mode 0750) if it is not there; the lock
 * file /run/matchd/matchd.sock.lock is locked for as long as the process lives, so that a second
 * daemon is told so, while a socket file that a killed one left behind is in nobody's way. The lock
 * file stays: unlinking it would let two processes lock two files of one name.
 *
 * Without a server key only ipc is bound: whoever may open the socket (mode 0660) has all roles. */
#ifndef MATCHD_API_MATCHD_ENDPOINT_H
#define MATCHD_API_MATCHD_ENDPOINT_H

#include "engine/base/err.h"

enum { ENDPOINTS_MAX = 8, ENDPOINT_PATH_MAX = 107 /* of a socket, without the NUL */ };

struct endpoint {
    char *text; /* "ipc:///run/matchd/matchd.sock" */
    char *path; /* "/run/matchd/matchd.sock" */
    int lock;   /* descriptor of the locked file, -1: not locked */
    bool ours;  /* what lies at the path from now on is this process's socket */
};

struct endpoints {
    struct endpoint list[ENDPOINTS_MAX];
    uint32_t count;
};

/* Reads "ipc:///a ipc:///b". False with *err: none, too many, another transport, a path that is
 * relative or too long. */
bool endpoints_read(struct endpoints *endpoints, const char *text, struct err *err) MUST_CHECK;
/* Directories, locks, stale sockets. Before binding. */
bool endpoints_claim(struct endpoints *endpoints, struct err *err) MUST_CHECK;
/* Removes the sockets and unlocks; after a read alone it only frees. */
void endpoints_release(struct endpoints *endpoints);

#endif
