#include "api/matchd/lanes.h"

#include "api/matchd/link.h"
#include "api/matchd/thread.h"
#include "api/matchd/timing.h"
#include "engine/base/log.h"
#include "engine/base/mem.h"
#include "storage/failpoint.h"
#include "storage/offer_writer.h"

#include <stdio.h>
#include <stdlib.h>

enum { CHUNK_LEAST = 1000, CHUNK_MOST = 4000, CHUNKS_A_LANE = 4 };

struct lanes {
    struct lanes_order order;
    uint32_t chunks, threads;
    uint32_t chunk_viewers;        /* of every chunk but the last */
    struct ledger_ticket *tickets; /* by viewer and job type */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    /* Under the lock. */
    uint32_t next_claim, claimed, next_publish;
    int64_t started_us, claimed_us;
    const struct run *run;
    bool over; /* failed, or abandoned */
    enum ledger_failure failure;
    struct err reason;
    pthread_t thread[];
};

/* What one lane works with. */
struct lane {
    struct lanes *lanes;
    struct link link;
    struct offer_writer writer;
    struct offer_viewer *viewers;
    uint32_t chunk;
    struct offer_written written;
};

static uint32_t divide_up(uint32_t count, uint32_t by) {
    return count / by + (count % by != 0);
}

/* Every lane gets as many, all of one size but for a few viewers: one that had a chunk more would
 * write it while the others have nothing to do. */
static uint32_t chunk_viewers(uint32_t viewers, uint32_t lanes) {
    uint32_t a_lane = divide_up(viewers, lanes * CHUNK_MOST);
    if (a_lane < CHUNKS_A_LANE)
        a_lane = CHUNKS_A_LANE;
    uint32_t even = divide_up(viewers, lanes * a_lane);
    return even < CHUNK_LEAST ? CHUNK_LEAST : even;
}

static uint32_t first_of(const struct lanes *lanes, uint32_t chunk) {
    return chunk * lanes->chunk_viewers;
}

static uint32_t size_of(const struct lanes *lanes, uint32_t chunk) {
    uint32_t left = lanes->order.count - first_of(lanes, chunk);
    return left < lanes->chunk_viewers ? left : lanes->chunk_viewers;
}

/* ---- work --------------------------------------------------------------------------------------
 */

static bool claim_chunk(void *ctx, struct pg_conn *conn, struct err *err) {
    struct lane *lane = ctx;
    struct lanes *lanes = lane->lanes;
    uint32_t first = first_of(lanes, lane->chunk);
    FAILPOINT("claim.begin");
    bool ok = ledger_viewers(conn, &lanes->order.lease, lanes->order.viewers + first,
                             size_of(lanes, lane->chunk), lanes->order.with_anchor,
                             lanes->tickets + (size_t)first * JOB_TYPES, err);
    FAILPOINT("claim.committed");
    return ok;
}

static bool publish_chunk(void *ctx, struct pg_conn *conn, struct err *err) {
    struct lane *lane = ctx;
    struct lanes *lanes = lane->lanes;
    uint32_t first = first_of(lanes, lane->chunk), count = size_of(lanes, lane->chunk);
    for (uint32_t i = 0; i < count; i++)
        lane->viewers[i] =
            (struct offer_viewer){.result = run_result(lanes->run, first + i),
                                  .tickets = lanes->tickets + (size_t)(first + i) * JOB_TYPES};
    struct offer_chunk chunk = {
        .number = (int32_t)lane->chunk, .viewers = lane->viewers, .count = count};
    return offer_writer_publish(&lane->writer, conn, &chunk, &lane->written, err);
}

static void note_published(struct lane *lane) {
    struct batch_work *batch = lane->lanes->order.batch;
    atomic_fetch_add(&batch->viewers_done, size_of(lane->lanes, lane->chunk));
    atomic_fetch_add(&batch->offers, lane->written.offers);
    atomic_fetch_add(&batch->dropped, lane->written.dropped);
    log_debug("batch.chunk", "chunk=%u completed=%u offers=%u dropped=%u lost=%u", lane->chunk,
              lane->written.completed, lane->written.offers, lane->written.dropped,
              lane->written.lost);
}

/* ---- threads -----------------------------------------------------------------------------------
 */

/* The next chunk of a counter. False: there is none, or it is over. */
static bool take(struct lanes *lanes, uint32_t *counter, uint32_t *chunk) {
    pthread_mutex_lock(&lanes->lock);
    bool more = !lanes->over && *counter < lanes->chunks;
    *chunk = more ? (*counter)++ : 0;
    pthread_mutex_unlock(&lanes->lock);
    return more;
}

static void fail(struct lanes *lanes, enum ledger_failure failure, const struct err *err) {
    pthread_mutex_lock(&lanes->lock);
    if (!lanes->over) {
        lanes->failure = failure;
        lanes->reason = *err;
    }
    lanes->over = true;
    pthread_cond_broadcast(&lanes->changed);
    pthread_mutex_unlock(&lanes->lock);
}

static void note_claimed(struct lanes *lanes) {
    pthread_mutex_lock(&lanes->lock);
    lanes->claimed++;
    lanes->claimed_us = timing_us();
    pthread_cond_broadcast(&lanes->changed);
    pthread_mutex_unlock(&lanes->lock);
}

static bool may_publish(struct lanes *lanes) {
    pthread_mutex_lock(&lanes->lock);
    while (!lanes->over && (lanes->claimed < lanes->chunks || lanes->run == NULL))
        pthread_cond_wait(&lanes->changed, &lanes->lock);
    bool go_on = !lanes->over;
    pthread_mutex_unlock(&lanes->lock);
    return go_on;
}

static void work(struct lane *lane) {
    struct lanes *lanes = lane->lanes;
    struct err err;
    while (take(lanes, &lanes->next_claim, &lane->chunk)) {
        if (!link_try(&lane->link, claim_chunk, lane, &err)) {
            fail(lanes, lane->link.failure, &err);
            return;
        }
        note_claimed(lanes);
    }
    if (!may_publish(lanes))
        return;
    while (take(lanes, &lanes->next_publish, &lane->chunk)) {
        if (!link_try(&lane->link, publish_chunk, lane, &err)) {
            fail(lanes, lane->link.failure, &err);
            return;
        }
        note_published(lane);
    }
}

static void *lane_main(void *argument) {
    struct lanes *lanes = argument;
    struct lane lane = {.lanes = lanes,
                        .viewers = mem_array(lanes->chunk_viewers, sizeof *lane.viewers)};
    link_init(&lane.link, lanes->order.service, "matchd publish", &lanes->order.batch->lost);
    offer_writer_init(&lane.writer, lanes->order.view, &lanes->order.lease);
    work(&lane);
    offer_writer_release(&lane.writer);
    link_release(&lane.link);
    free(lane.viewers);
    return NULL;
}

struct lanes *lanes_start(const struct lanes_order *order) {
    uint32_t threads = order->service->settings->publish_connections;
    struct lanes *lanes = mem_array(1, sizeof *lanes + threads * sizeof(pthread_t));
    lanes->order = *order;
    lanes->started_us = lanes->claimed_us = timing_us();
    lanes->chunk_viewers = chunk_viewers(order->count, threads);
    lanes->chunks = divide_up(order->count, lanes->chunk_viewers);
    lanes->threads = threads;
    lanes->tickets = mem_array((size_t)order->count * JOB_TYPES, sizeof *lanes->tickets);
    pthread_mutex_init(&lanes->lock, NULL);
    pthread_cond_init(&lanes->changed, NULL);
    for (uint32_t i = 0; i < threads; i++) {
        char name[16];
        snprintf(name, sizeof name, "publish %u", i % 1000);
        thread_start(&lanes->thread[i], name, lane_main, lanes);
    }
    return lanes;
}

void lanes_publish(struct lanes *lanes, const struct run *run) {
    pthread_mutex_lock(&lanes->lock);
    lanes->run = run;
    pthread_cond_broadcast(&lanes->changed);
    pthread_mutex_unlock(&lanes->lock);
}

bool lanes_failed(struct lanes *lanes) {
    pthread_mutex_lock(&lanes->lock);
    bool over = lanes->over;
    pthread_mutex_unlock(&lanes->lock);
    return over;
}

void lanes_abandon(struct lanes *lanes) {
    struct err err = {0};
    fail(lanes, LEDGER_LOST, &err);
}

bool lanes_wait(struct lanes *lanes, enum ledger_failure *failure, struct err *err) {
    for (uint32_t i = 0; i < lanes->threads; i++)
        while (!thread_join(lanes->thread[i], INT64_MAX))
            ;
    *failure = lanes->failure;
    if (lanes->over)
        *err = lanes->reason;
    return !lanes->over;
}

double lanes_claim_seconds(const struct lanes *lanes) {
    return (double)(lanes->claimed_us - lanes->started_us) / 1e6;
}

void lanes_free(struct lanes *lanes) {
    pthread_cond_destroy(&lanes->changed);
    pthread_mutex_destroy(&lanes->lock);
    free(lanes->tickets);
    free(lanes);
}
