/* Protects: a queue is first in, first out, bounded, hands out what it holds after it was closed,
 * and wakes both who waits and who polls. */
#include "api/matchd/queue.h"

#include <criterion/criterion.h>
#include <poll.h>
#include <pthread.h>

static int objects[10];

Test(queue, order_and_bound) {
    struct queue *queue = queue_new(3);
    for (int round = 0; round < 4; round++) {
        for (int i = 0; i < 3; i++)
            cr_assert_eq(queue_push(queue, &objects[i]), QUEUE_PUSHED);
        cr_assert_eq(queue_push(queue, &objects[3]), QUEUE_FULL);
        cr_assert_eq(queue_pop(queue), &objects[0]);
        cr_assert_eq(queue_push(queue, &objects[4]), QUEUE_PUSHED);
        cr_assert_eq(queue_try_pop(queue), &objects[1]);
        cr_assert_eq(queue_pop(queue), &objects[2]);
        cr_assert_eq(queue_pop(queue), &objects[4]);
        cr_assert_null(queue_try_pop(queue));
    }
    struct queue_state state = queue_state(queue);
    cr_assert(state.length == 0 && state.peak == 3 && state.limit == 3);
    queue_free(queue);
}

Test(queue, closed_it_hands_out_what_it_holds) {
    struct queue *queue = queue_new(2);
    cr_assert_eq(queue_push(queue, &objects[0]), QUEUE_PUSHED);
    queue_close(queue);
    cr_assert_eq(queue_push(queue, &objects[1]), QUEUE_CLOSED);
    cr_assert_eq(queue_pop(queue), &objects[0]);
    cr_assert_null(queue_pop(queue));
    queue_free(queue);
}

static void *pop_one(void *queue) {
    return queue_pop(queue);
}

Test(queue, wakes_a_waiting_thread, .timeout = 20) {
    struct queue *queue = queue_new(1);
    pthread_t thread;
    void *got;
    pthread_create(&thread, NULL, pop_one, queue);
    cr_assert_eq(queue_push(queue, &objects[5]), QUEUE_PUSHED);
    pthread_join(thread, &got);
    cr_assert_eq(got, &objects[5]);
    pthread_create(&thread, NULL, pop_one, queue);
    queue_close(queue);
    pthread_join(thread, &got);
    cr_assert_null(got);
    queue_free(queue);
}

static bool readable(const struct queue *queue) {
    struct pollfd item = {.fd = queue_fd(queue), .events = POLLIN};
    return poll(&item, 1, 0) == 1;
}

Test(queue, wakes_who_polls) {
    struct queue *queue = queue_new(4);
    cr_assert_not(readable(queue));
    cr_assert_eq(queue_push(queue, &objects[0]), QUEUE_PUSHED);
    cr_assert_eq(queue_push(queue, &objects[1]), QUEUE_PUSHED);
    cr_assert(readable(queue));
    queue_clear_fd(queue);
    cr_assert_not(readable(queue));
    cr_assert_eq(queue_try_pop(queue), &objects[0]);
    cr_assert_eq(queue_try_pop(queue), &objects[1]);
    queue_close(queue);
    cr_assert(readable(queue));
    queue_free(queue);
}
