/* A bounded first-in-first-out queue of pointers between threads.
 *
 * A push never waits: past the bound it fails, and the caller says OVERLOADED. A pop waits until
 * something comes or the queue is closed; a closed queue still hands out what it holds. One of
 * the two ends may be a thread that polls: queue_fd becomes readable when something was pushed
 * (one queue_clear_fd, then queue_try_pop until NULL).
 *
 * Everything written to an object before its push is seen by who pops it. */
#ifndef MATCHD_API_MATCHD_QUEUE_H
#define MATCHD_API_MATCHD_QUEUE_H

#include "engine/base/base.h"

struct queue;

struct queue *queue_new(uint32_t limit);
/* Empty by then: what is left in it belongs to nobody. */
void queue_free(struct queue *queue);

enum queue_push { QUEUE_PUSHED, QUEUE_FULL, QUEUE_CLOSED };
enum queue_push queue_push(struct queue *queue, void *object) MUST_CHECK;
/* NULL: closed, and nothing is left. */
void *queue_pop(struct queue *queue);
/* NULL: nothing there now. */
void *queue_try_pop(struct queue *queue);
void queue_close(struct queue *queue);

int queue_fd(const struct queue *queue);
void queue_clear_fd(struct queue *queue);

struct queue_state {
    uint32_t length, peak, limit;
};
struct queue_state queue_state(struct queue *queue);

#endif
