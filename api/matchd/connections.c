#include "api/matchd/connections.h"

#include "engine/base/mem.h"

#include <pthread.h>
#include <stdlib.h>

enum { CONNECTIONS_KEPT = 8, ATTEMPT_SECONDS = 2 };

struct connections {
    struct connections_options options;
    pthread_mutex_t lock;
    struct pg_conn *idle[CONNECTIONS_KEPT];
    uint32_t idle_count;
};

struct connections *connections_new(const struct connections_options *options) {
    struct connections *connections = mem_array(1, sizeof *connections);
    connections->options = *options;
    pthread_mutex_init(&connections->lock, NULL);
    return connections;
}

void connections_free(struct connections *connections) {
    if (connections == NULL)
        return;
    for (uint32_t i = 0; i < connections->idle_count; i++)
        pg_conn_close(connections->idle[i]);
    pthread_mutex_destroy(&connections->lock);
    free(connections);
}

static struct pg_conn *open_one(const struct connections *connections, struct err *err) {
    const struct connections_options *options = &connections->options;
    struct pg_settings settings = {.url = options->url,
                                   .application = options->application,
                                   .writing = options->writing,
                                   .attempt_seconds = ATTEMPT_SECONDS,
                                   .stop = options->stop};
    enum pg_failure failure;
    struct pg_conn *conn = pg_conn_open(&settings, &failure, err);
    if (conn == NULL || pg_conn_run(conn, "set statement_timeout = '5s'", err))
        return conn;
    pg_conn_close(conn);
    return NULL;
}

struct pg_conn *connections_take(struct connections *connections, bool *kept, struct err *err) {
    struct pg_conn *conn = NULL;
    pthread_mutex_lock(&connections->lock);
    if (connections->idle_count > 0)
        conn = connections->idle[--connections->idle_count];
    pthread_mutex_unlock(&connections->lock);
    *kept = conn != NULL;
    return conn != NULL ? conn : open_one(connections, err);
}

void connections_give(struct connections *connections, struct pg_conn *conn, bool broken) {
    bool keep = false;
    pthread_mutex_lock(&connections->lock);
    if (!broken && connections->idle_count < CONNECTIONS_KEPT) {
        connections->idle[connections->idle_count++] = conn;
        keep = true;
    }
    pthread_mutex_unlock(&connections->lock);
    if (!keep)
        pg_conn_close(conn);
}
