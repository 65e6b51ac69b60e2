/* The loop that threads share: every index once, progress, cancelling. */
#include <criterion/criterion.h>
#include <stdatomic.h>

#include "engine/base/pool.h"

enum { MANY = 10000 };

struct tally {
    _Atomic uint32_t times[MANY];
    _Atomic uint32_t calls;
    struct pool *_Atomic pool;
    uint32_t cancel_at; /* the call that cancels */
};

static struct tally tally;

static void count_call(void *ctx, uint32_t index) {
    struct tally *t = ctx;
    atomic_fetch_add(&t->times[index], 1);
    uint32_t call = atomic_fetch_add(&t->calls, 1) + 1;
    if (call != t->cancel_at)
        return;
    while (atomic_load(&t->pool) == NULL) {
    }
    pool_cancel(atomic_load(&t->pool));
}

Test(pool, does_every_index_once_whatever_the_number_of_threads) {
    const uint32_t threads[] = {0, 1, 2, 3, 8, 64};
    for (size_t n = 0; n < ARRAY_LEN(threads); n++) {
        for (uint32_t i = 0; i < MANY; i++)
            atomic_store(&tally.times[i], 0);
        struct pool *pool = pool_start(threads[n], MANY, count_call, &tally);
        pool_wait(pool);
        cr_assert(pool_finished(pool));
        cr_assert_not(pool_cancelled(pool));
        cr_assert_eq(pool_done(pool), MANY);
        pool_free(pool);
        for (uint32_t i = 0; i < MANY; i++)
            cr_assert_eq(atomic_load(&tally.times[i]), 1, "index %u", i);
    }
}

Test(pool, nothing_to_do_ends_at_once) {
    struct pool *pool = pool_start(4, 0, count_call, &tally);
    pool_wait(pool);
    cr_assert(pool_finished(pool));
    cr_assert_eq(pool_done(pool), 0);
    double seconds = pool_seconds(pool);
    cr_assert(seconds >= 0 && seconds == pool_seconds(pool), "stands still once finished");
    pool_free(pool);
    pool_free(NULL);
}

Test(pool, cancelling_stops_soon_and_loses_nothing_begun) {
    tally.cancel_at = 100;
    struct pool *pool = pool_start(3, MANY, count_call, &tally);
    atomic_store(&tally.pool, pool);
    pool_wait(pool);
    cr_assert(pool_cancelled(pool));
    uint32_t calls = atomic_load(&tally.calls);
    /* Every call that was begun is counted as done; one thread waits in call 100 while two others
     * may go on. */
    cr_assert_eq(pool_done(pool), calls);
    cr_assert_geq(calls, 100);
    uint32_t touched = 0;
    for (uint32_t i = 0; i < MANY; i++)
        touched += atomic_load(&tally.times[i]);
    cr_assert_eq(touched, calls);
    pool_free(pool);
}
