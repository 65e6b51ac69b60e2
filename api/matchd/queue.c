/* A ring under one lock. */
#include "api/matchd/queue.h"

#include "engine/base/mem.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t arrived;
    void **ring;
    uint32_t limit, first, length, peak;
    bool closed;
    int fd;
};

struct queue *queue_new(uint32_t limit) {
    ASSERT(limit > 0);
    struct queue *queue = mem_array(1, sizeof *queue);
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->arrived, NULL);
    queue->ring = mem_array(limit, sizeof *queue->ring);
    queue->limit = limit;
    queue->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    ASSERT(queue->fd >= 0);
    return queue;
}

void queue_free(struct queue *queue) {
    if (queue == NULL)
        return;
    close(queue->fd);
    pthread_cond_destroy(&queue->arrived);
    pthread_mutex_destroy(&queue->lock);
    free(queue->ring);
    free(queue);
}

static void wake_fd(const struct queue *queue) {
    uint64_t one = 1;
    ssize_t n;
    do
        n = write(queue->fd, &one, sizeof one);
    while (n < 0 && errno == EINTR);
}

enum queue_push queue_push(struct queue *queue, void *object) {
    ASSERT(object != NULL);
    enum queue_push outcome = QUEUE_PUSHED;
    pthread_mutex_lock(&queue->lock);
    if (queue->closed) {
        outcome = QUEUE_CLOSED;
    } else if (queue->length == queue->limit) {
        outcome = QUEUE_FULL;
    } else {
        queue->ring[(queue->first + queue->length) % queue->limit] = object;
        queue->length++;
        if (queue->length > queue->peak)
            queue->peak = queue->length;
        pthread_cond_signal(&queue->arrived);
    }
    pthread_mutex_unlock(&queue->lock);
    if (outcome == QUEUE_PUSHED)
        wake_fd(queue);
    return outcome;
}

/* Under the lock, with something there. */
static void *take(struct queue *queue) {
    void *object = queue->ring[queue->first];
    queue->first = (queue->first + 1) % queue->limit;
    queue->length--;
    return object;
}

void *queue_pop(struct queue *queue) {
    pthread_mutex_lock(&queue->lock);
    while (queue->length == 0 && !queue->closed)
        pthread_cond_wait(&queue->arrived, &queue->lock);
    void *object = queue->length > 0 ? take(queue) : NULL;
    pthread_mutex_unlock(&queue->lock);
    return object;
}

void *queue_try_pop(struct queue *queue) {
    pthread_mutex_lock(&queue->lock);
    void *object = queue->length > 0 ? take(queue) : NULL;
    pthread_mutex_unlock(&queue->lock);
    return object;
}

void queue_close(struct queue *queue) {
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->arrived);
    pthread_mutex_unlock(&queue->lock);
    wake_fd(queue);
}

int queue_fd(const struct queue *queue) {
    return queue->fd;
}

void queue_clear_fd(struct queue *queue) {
    uint64_t count;
    ssize_t n;
    do
        n = read(queue->fd, &count, sizeof count);
    while (n < 0 && errno == EINTR);
}

struct queue_state queue_state(struct queue *queue) {
    pthread_mutex_lock(&queue->lock);
    struct queue_state state = {
        .length = queue->length, .peak = queue->peak, .limit = queue->limit};
    pthread_mutex_unlock(&queue->lock);
    return state;
}
