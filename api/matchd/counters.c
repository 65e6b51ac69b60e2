#include "api/matchd/counters.h"

void counters_add(struct counters *counters, enum counter counter) {
    atomic_fetch_add_explicit(&counters->count[counter], 1, memory_order_relaxed);
}

void counters_fault(struct counters *counters, enum message_fault fault) {
    atomic_fetch_add_explicit(&counters->faults[fault], 1, memory_order_relaxed);
}

uint64_t counters_get(struct counters *counters, enum counter counter) {
    return atomic_load_explicit(&counters->count[counter], memory_order_relaxed);
}

void counters_verb(struct counters *counters, enum verb verb, int64_t microseconds, bool error) {
    struct verb_counters *of = &counters->verbs[verb];
    uint64_t us = microseconds > 0 ? (uint64_t)microseconds : 0;
    atomic_fetch_add_explicit(&of->requests, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&of->errors, error ? 1 : 0, memory_order_relaxed);
    atomic_fetch_add_explicit(&of->total_us, us, memory_order_relaxed);
    uint64_t max = atomic_load_explicit(&of->max_us, memory_order_relaxed);
    while (us > max && !atomic_compare_exchange_weak_explicit(
                           &of->max_us, &max, us, memory_order_relaxed, memory_order_relaxed)) {
    }
}
