/* Values that were refused: counted by (table, column, reason), the first of each kind logged in
 * detail.
 *
 *   value.refused table=public.photos key=6f1d... column=visual_features reason="contains NaN"
 *
 * Thread-safe. At most REFUSAL_KINDS kinds are told apart; more are counted together under
 * "other". */
#ifndef MATCHD_STORAGE_REFUSAL_LOG_H
#define MATCHD_STORAGE_REFUSAL_LOG_H

#include "engine/base/base.h"

enum { REFUSAL_KINDS = 256, REFUSALS_LOGGED = 20 };

struct refusal_kind {
    char table[64], column[64], reason[128];
    uint64_t count;
};

struct refusal_log;
struct refusal_log *refusal_log_new(void);
void refusal_log_free(struct refusal_log *log);

/* Fits struct refusals of the population: ctx is the log. */
void refusal_log_add(void *ctx, const char *table, const char *key, const char *column,
                     const char *reason);

uint64_t refusal_log_total(const struct refusal_log *log);
size_t refusal_log_kinds(const struct refusal_log *log);
/* A copy, in order of first appearance. */
struct refusal_kind refusal_log_kind(const struct refusal_log *log, size_t index);
/* One line per kind: load.refused table=... column=... reason="..." count=... */
void refusal_log_summarize(const struct refusal_log *log);

#endif
