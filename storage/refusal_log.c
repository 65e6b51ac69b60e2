#include "storage/refusal_log.h"

#include "engine/base/log.h"
#include "engine/base/mem.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct refusal_log {
    pthread_mutex_t lock;
    struct refusal_kind kinds[REFUSAL_KINDS];
    size_t count;
    size_t recent; /* the last one found: refusals come in runs */
    uint64_t total;
};

struct refusal_log *refusal_log_new(void) {
    struct refusal_log *log = mem_array(1, sizeof *log);
    ASSERT(pthread_mutex_init(&log->lock, NULL) == 0);
    return log;
}

void refusal_log_free(struct refusal_log *log) {
    if (log == NULL)
        return;
    pthread_mutex_destroy(&log->lock);
    free(log);
}

/* Compared as stored: a reason that was cut still finds its kind. */
static bool same(const struct refusal_kind *kind, const char *table, const char *column,
                 const char *reason) {
    return strncmp(kind->reason, reason, sizeof kind->reason - 1) == 0 &&
           strncmp(kind->column, column, sizeof kind->column - 1) == 0 &&
           strncmp(kind->table, table, sizeof kind->table - 1) == 0;
}

static struct refusal_kind *find(struct refusal_log *log, const char *table, const char *column,
                                 const char *reason) {
    if (log->count > 0 && same(&log->kinds[log->recent], table, column, reason))
        return &log->kinds[log->recent];
    for (size_t i = 0; i < log->count; i++)
        if (same(&log->kinds[i], table, column, reason)) {
            log->recent = i;
            return &log->kinds[i];
        }
    log->recent = log->count;
    if (log->count == REFUSAL_KINDS) {
        /* The last kind gathers what no longer finds a place. */
        struct refusal_kind *last = &log->kinds[REFUSAL_KINDS - 1];
        log->recent = REFUSAL_KINDS - 1;
        snprintf(last->table, sizeof last->table, "other");
        snprintf(last->column, sizeof last->column, "other");
        snprintf(last->reason, sizeof last->reason, "one of more kinds than are told apart");
        return last;
    }
    struct refusal_kind *kind = &log->kinds[log->count++];
    snprintf(kind->table, sizeof kind->table, "%s", table);
    snprintf(kind->column, sizeof kind->column, "%s", column);
    snprintf(kind->reason, sizeof kind->reason, "%s", reason);
    return kind;
}

void refusal_log_add(void *ctx, const char *table, const char *key, const char *column,
                     const char *reason) {
    struct refusal_log *log = ctx;
    pthread_mutex_lock(&log->lock);
    log->total++;
    uint64_t count = ++find(log, table, column, reason)->count;
    pthread_mutex_unlock(&log->lock);
    if (count > REFUSALS_LOGGED)
        return;
    char quoted[200], quoted_key[160], quoted_column[160];
    log_warn("value.refused", "table=%s key=%s column=%s reason=%s%s", table,
             log_quote(key, quoted_key, sizeof quoted_key),
             log_quote(column, quoted_column, sizeof quoted_column),
             log_quote(reason, quoted, sizeof quoted),
             count == REFUSALS_LOGGED ? " more=\"of this kind are counted only\"" : "");
}

uint64_t refusal_log_total(const struct refusal_log *log) {
    struct refusal_log *mutable = (struct refusal_log *)log;
    pthread_mutex_lock(&mutable->lock);
    uint64_t total = log->total;
    pthread_mutex_unlock(&mutable->lock);
    return total;
}

size_t refusal_log_kinds(const struct refusal_log *log) {
    struct refusal_log *mutable = (struct refusal_log *)log;
    pthread_mutex_lock(&mutable->lock);
    size_t count = log->count;
    pthread_mutex_unlock(&mutable->lock);
    return count;
}

struct refusal_kind refusal_log_kind(const struct refusal_log *log, size_t index) {
    struct refusal_log *mutable = (struct refusal_log *)log;
    pthread_mutex_lock(&mutable->lock);
    ASSERT(index < log->count);
    struct refusal_kind kind = log->kinds[index];
    pthread_mutex_unlock(&mutable->lock);
    return kind;
}

void refusal_log_summarize(const struct refusal_log *log) {
    size_t kinds = refusal_log_kinds(log);
    for (size_t i = 0; i < kinds; i++) {
        struct refusal_kind kind = refusal_log_kind(log, i);
        char quoted[200], quoted_column[160];
        log_warn("load.refused", "table=%s column=%s reason=%s count=%llu", kind.table,
                 log_quote(kind.column, quoted_column, sizeof quoted_column),
                 log_quote(kind.reason, quoted, sizeof quoted), (unsigned long long)kind.count);
    }
}
