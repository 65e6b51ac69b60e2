#include "api/matchd/envelope.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

static int receive(zmq_msg_t *frame, void *socket) {
    int rc;
    zmq_msg_init(frame);
    do
        rc = zmq_msg_recv(frame, socket, ZMQ_DONTWAIT);
    while (rc < 0 && errno == EINTR);
    if (rc < 0)
        zmq_msg_close(frame);
    return rc;
}

bool envelope_receive(struct envelope *envelope, void *socket) {
    zmq_msg_t frame;
    *envelope = (struct envelope){.fd = -1};
    if (receive(&frame, socket) < 0)
        return false;
    size_t size = zmq_msg_size(&frame);
    ASSERT(size <= PEER_BYTES_MAX);
    memcpy(envelope->peer.bytes, zmq_msg_data(&frame), size);
    envelope->peer.size = (uint8_t)size;
    bool more = zmq_msg_more(&frame);
    zmq_msg_close(&frame);
    while (more) {
        /* The frames of a message arrive together: the next one is there. */
        if (receive(&frame, socket) < 0)
            break;
        more = zmq_msg_more(&frame);
        envelope->fd = zmq_msg_get(&frame, ZMQ_SRCFD);
        if (envelope->frame_count < FRAMES_KEPT) {
            zmq_msg_t *kept = &envelope->frames[envelope->frame_count];
            zmq_msg_init(kept);
            zmq_msg_move(kept, &frame);
        }
        envelope->frame_count++;
        zmq_msg_close(&frame);
    }
    return true;
}

void envelope_release(struct envelope *envelope) {
    for (uint32_t i = 0; i < envelope->frame_count && i < FRAMES_KEPT; i++)
        zmq_msg_close(&envelope->frames[i]);
    envelope->frame_count = 0;
}

zmq_msg_t *envelope_message(struct envelope *envelope) {
    bool delimiter = envelope->frame_count > 1 && zmq_msg_size(&envelope->frames[0]) == 0;
    envelope->peer.delimiter = delimiter;
    if (envelope->frame_count != (delimiter ? 2u : 1u))
        return NULL;
    return &envelope->frames[delimiter ? 1 : 0];
}

bool envelope_send(void *socket, const struct peer *peer, const void *bytes, size_t size) {
    if (zmq_send(socket, peer->bytes, peer->size, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
        return false;
    if (peer->delimiter && zmq_send(socket, "", 0, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
        return false;
    return zmq_send(socket, bytes, size, ZMQ_DONTWAIT) >= 0;
}

bool envelope_cut(const struct envelope *envelope, const char *path) {
    struct sockaddr_un address = {0};
    socklen_t size = sizeof address;
    if (envelope->fd < 0 || getsockname(envelope->fd, (struct sockaddr *)&address, &size) != 0)
        return false;
    if (address.sun_family != AF_UNIX || strcmp(address.sun_path, path) != 0)
        return false;
    return shutdown(envelope->fd, SHUT_RDWR) == 0;
}
