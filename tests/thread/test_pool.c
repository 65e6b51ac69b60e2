/* The pool under ThreadSanitizer: each index is worked on exactly once, plain writes of the work
 * are visible after pool_wait, progress can be read and work cancelled from other threads, and
 * nothing hangs at the edges (no work, one index, more threads than work).
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "engine/base/pool.h"

enum { WORK = 20000, WATCHERS = 2 };

static int failures;

static void expect(bool holds, const char *what) {
    if (!holds) {
        fprintf(stderr, "expected: %s\n", what);
        failures++;
    }
}

struct tally {
    uint8_t times[WORK]; /* written without atomics: one writer an index */
    _Atomic uint32_t begun;
};

static void count_index(void *ctx, uint32_t index) {
    struct tally *tally = ctx;
    tally->times[index]++;
    atomic_fetch_add(&tally->begun, 1);
}

static bool each_once(const struct tally *tally, uint32_t count) {
    for (uint32_t i = 0; i < WORK; i++)
        if (tally->times[i] != (i < count ? 1 : 0))
            return false;
    return true;
}

static void test_each_once(uint32_t threads, uint32_t count) {
    struct tally *tally = calloc(1, sizeof *tally);
    struct pool *pool = pool_start(threads, count, count_index, tally);
    pool_wait(pool);
    expect(each_once(tally, count), "each index once, and seen after pool_wait");
    expect(pool_done(pool) == count, "pool_done counts all of them");
    expect(pool_finished(pool), "finished after pool_wait");
    expect(!pool_cancelled(pool), "not cancelled");
    expect(pool_seconds(pool) >= 0, "time does not run backwards");
    pool_free(pool);
    free(tally);
}

/* Reads progress until the end: it only grows. */
static void *watch(void *ctx) {
    struct pool *pool = ctx;
    uint32_t last = 0;
    bool grows = true;
    while (!pool_finished(pool)) {
        uint32_t done = pool_done(pool);
        grows = grows && done >= last;
        last = done;
    }
    pool_wait(pool);
    return grows ? pool : NULL;
}

static void test_watched(void) {
    struct tally *tally = calloc(1, sizeof *tally);
    struct pool *pool = pool_start(2, WORK, count_index, tally);
    pthread_t watchers[WATCHERS];
    for (int i = 0; i < WATCHERS; i++)
        pthread_create(&watchers[i], NULL, watch, pool);
    for (int i = 0; i < WATCHERS; i++) {
        void *grows = NULL;
        pthread_join(watchers[i], &grows);
        expect(grows != NULL, "pool_done only grows");
    }
    expect(each_once(tally, WORK), "each index once while watched");
    pool_free(pool);
    free(tally);
}

/* Work that waits until the test has cancelled: no thread may begin another index after that. */
struct gate {
    _Atomic bool open;
    _Atomic uint32_t begun;
};

static void wait_at_gate(void *ctx, uint32_t index) {
    struct gate *gate = ctx;
    (void)index;
    atomic_fetch_add(&gate->begun, 1);
    while (!atomic_load(&gate->open)) {
    }
}

static void test_cancelled(void) {
    struct gate gate = {0};
    struct pool *pool = pool_start(2, WORK, wait_at_gate, &gate);
    while (atomic_load(&gate.begun) == 0) {
    }
    pool_cancel(pool);
    expect(!pool_finished(pool), "what has begun is not finished by cancelling");
    atomic_store(&gate.open, true);
    pool_wait(pool);
    uint32_t begun = atomic_load(&gate.begun);
    expect(begun >= 1 && begun <= 2, "no index is begun after cancelling");
    expect(pool_done(pool) == begun, "pool_done counts what was done");
    expect(pool_cancelled(pool) && pool_finished(pool), "cancelled and finished");
    pool_free(pool);
}

int main(void) {
    test_each_once(1, WORK);
    test_each_once(2, WORK);
    test_each_once(8, WORK);
    test_each_once(8, 3);
    test_each_once(4, 1);
    test_each_once(4, 0);
    test_each_once(0, 5);
    test_watched();
    test_cancelled();
    pool_free(NULL);
    return failures == 0 ? 0 : 1;
}
