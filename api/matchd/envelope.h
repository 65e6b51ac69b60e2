/* Frames of one message from the ROUTER: who sent it, and the one frame that counts.
 *
 *     [routing id][message]             from a DEALER
 *     [routing id][empty][message]      from a REQ
 *
 * Anything else is a fault. All frames are always taken off the socket; of too many, only the first
 * few are kept. */
#ifndef MATCHD_API_MATCHD_ENVELOPE_H
#define MATCHD_API_MATCHD_ENVELOPE_H

#include "api/matchd/job.h"

#include <zmq.h>

enum {
    FRAMES_TOLERATED = 256, /* a peer that sends more in one message is disconnected */
    FRAMES_KEPT = 3
};

struct envelope {
    struct peer peer;
    zmq_msg_t frames[FRAMES_KEPT]; /* after the routing id */
    uint32_t frame_count;          /* after the routing id, kept or not */
    int fd;                        /* of the peer's connection, -1: unknown */
};

/* Takes one message. False: there is none (EAGAIN), or the socket is closing. */
bool envelope_receive(struct envelope *envelope, void *socket) MUST_CHECK;
void envelope_release(struct envelope *envelope);
/* The message, or NULL if the frames are not as above. Sets peer.delimiter. */
zmq_msg_t *envelope_message(struct envelope *envelope);
/* Sends one. False: the peer is gone or does not read (errno says which). */
bool envelope_send(void *socket, const struct peer *peer, const void *bytes,
                   size_t size) MUST_CHECK;
/* Cuts the connection that a message came by, if `fd` still is a connection to the local socket
 * `path`: descriptors are reused, and the peer may have gone meanwhile. */
bool envelope_cut(const struct envelope *envelope, const char *path);

#endif
