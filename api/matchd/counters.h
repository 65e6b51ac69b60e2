/* What the daemon counts for Stats. Any thread adds; a reader sees each number, not one instant. */
#ifndef MATCHD_API_MATCHD_COUNTERS_H
#define MATCHD_API_MATCHD_COUNTERS_H

#include "api/wire/message.h"

#include <stdatomic.h>

enum counter {
    COUNT_MESSAGES,
    COUNT_BAD_FRAMES,
    COUNT_OVERLOADED,
    COUNT_DEADLINE_MISSED,
    COUNT_REPLIES,
    COUNT_REPLIES_DROPPED,
    COUNT_PEERS_DROPPED,
    COUNT_CONNECTED,
    COUNT_DISCONNECTED,
    COUNT_RELOADS,
    COUNT_RELOADS_FAILED,
    COUNTERS
};

enum { ERROR_CODES = MATCHD__V1__ERROR_CODE__INTERNAL + 1 };

struct verb_counters {
    _Atomic uint64_t requests, errors, total_us, max_us;
};

struct counters {
    _Atomic uint64_t count[COUNTERS];
    _Atomic uint64_t faults[MESSAGE_FAULTS]; /* messages that are no valid request, by reason */
    _Atomic uint64_t errors[ERROR_CODES];    /* error answers by code */
    struct verb_counters verbs[VERBS];
};

void counters_add(struct counters *counters, enum counter counter);
void counters_fault(struct counters *counters, enum message_fault fault);
uint64_t counters_get(struct counters *counters, enum counter counter);
/* One executed request. */
void counters_verb(struct counters *counters, enum verb verb, int64_t microseconds, bool error);

#endif
