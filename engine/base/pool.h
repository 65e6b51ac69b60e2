/* A fixed number of threads that share one loop: work(ctx, i) for every i below count, each once.
 *
 *     struct pool *pool = pool_start(threads, count, work, ctx);  // returns at once
 *     pool_done(pool);                                            // any thread, any time
 *     pool_cancel(pool);                                          // no new index is begun
 *     pool_wait(pool);                                            // until all threads have stopped
 *     pool_free(pool);                                            // waits first
 *
 * Indices are handed out in ascending order from one atomic counter; which thread gets which is not
 * defined, so the work must write where only its index writes. What was written before pool_wait
 * returns is visible after it. The threads block all signals. If the system gives no thread at all,
 * the work is done inside pool_start. */
#ifndef MATCHD_ENGINE_BASE_POOL_H
#define MATCHD_ENGINE_BASE_POOL_H

#include "engine/base/base.h"

typedef void pool_work(void *ctx, uint32_t index);

struct pool;
struct pool *pool_start(uint32_t threads, uint32_t count, pool_work *work, void *ctx);
/* Indices whose work is done. */
uint32_t pool_done(const struct pool *pool);
/* All threads have stopped: the work is done, or was cancelled. */
bool pool_finished(const struct pool *pool);
bool pool_cancelled(const struct pool *pool);
void pool_cancel(struct pool *pool);
/* Since the start, until the last thread stopped; by the monotonic clock. */
double pool_seconds(const struct pool *pool);
/* Several threads may wait. */
void pool_wait(struct pool *pool);
void pool_free(struct pool *pool);

#endif
