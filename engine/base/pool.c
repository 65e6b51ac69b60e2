/* Threads that share one loop. The counters are atomic; the one lock is for the end. */
#include "engine/base/pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "engine/base/log.h"
#include "engine/base/mem.h"

struct pool {
    pool_work *work;
    void *ctx;
    uint32_t count;
    _Atomic uint64_t next; /* wider than count: each thread overshoots once */
    _Atomic uint32_t done;
    _Atomic bool cancelled;
    _Atomic int64_t stopped; /* when the last thread stopped; 0: not yet */
    int64_t started;         /* nanoseconds of the monotonic clock */
    pthread_mutex_t lock;
    pthread_cond_t ended;
    uint32_t running; /* under the lock */
    uint32_t thread_count;
    pthread_t *threads;
};

static int64_t now_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static void work_off(struct pool *pool) {
    while (!atomic_load_explicit(&pool->cancelled, memory_order_relaxed)) {
        uint64_t index = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
        if (index >= pool->count)
            return;
        pool->work(pool->ctx, (uint32_t)index);
        atomic_fetch_add_explicit(&pool->done, 1, memory_order_release);
    }
}

static void *thread_main(void *argument) {
    struct pool *pool = argument;
    work_off(pool);
    pthread_mutex_lock(&pool->lock);
    if (--pool->running == 0) {
        atomic_store(&pool->stopped, now_nanoseconds());
        pthread_cond_broadcast(&pool->ended);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* Starts as many of the threads as the system gives; `running` counts them before they can end. */
static void start_threads(struct pool *pool, uint32_t wanted) {
    pthread_mutex_lock(&pool->lock);
    while (pool->thread_count < wanted) {
        int error = pthread_create(&pool->threads[pool->thread_count], NULL, thread_main, pool);
        if (error != 0) {
            log_warn("pool.thread_refused", "wanted=%u started=%u errno=%d", wanted,
                     pool->thread_count, error);
            break;
        }
        pool->thread_count++;
        pool->running++;
    }
    pthread_mutex_unlock(&pool->lock);
}

struct pool *pool_start(uint32_t threads, uint32_t count, pool_work *work, void *ctx) {
    struct pool *pool = mem_array(1, sizeof *pool);
    uint32_t wanted = threads == 0 ? 1 : threads;
    pool->work = work;
    pool->ctx = ctx;
    pool->count = count;
    pool->threads = mem_array(wanted, sizeof *pool->threads);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->ended, NULL);
    pool->started = now_nanoseconds();

    /* Signals are the business of the thread that starts pools. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    start_threads(pool, wanted);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (pool->thread_count == 0) {
        work_off(pool);
        atomic_store(&pool->stopped, now_nanoseconds());
    }
    return pool;
}

uint32_t pool_done(const struct pool *pool) {
    return atomic_load_explicit(&pool->done, memory_order_acquire);
}

bool pool_finished(const struct pool *pool) {
    return atomic_load(&pool->stopped) != 0;
}

bool pool_cancelled(const struct pool *pool) {
    return atomic_load(&pool->cancelled);
}

void pool_cancel(struct pool *pool) {
    atomic_store(&pool->cancelled, true);
}

double pool_seconds(const struct pool *pool) {
    int64_t stopped = atomic_load(&pool->stopped);
    int64_t until = stopped != 0 ? stopped : now_nanoseconds();
    return (double)(until - pool->started) / 1e9;
}

void pool_wait(struct pool *pool) {
    pthread_mutex_lock(&pool->lock);
    while (pool->running > 0)
        pthread_cond_wait(&pool->ended, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

void pool_free(struct pool *pool) {
    if (pool == NULL)
        return;
    pool_wait(pool);
    for (uint32_t i = 0; i < pool->thread_count; i++)
        pthread_join(pool->threads[i], NULL);
    pthread_cond_destroy(&pool->ended);
    pthread_mutex_destroy(&pool->lock);
    free(pool->threads);
    free(pool);
}
