/* Health and Stats: no data is pinned, no work is done. */
#include "api/matchd/timing.h"
#include "api/matchd/verbs.h"
#include "engine/base/version.h"

#include <stdio.h>
#include <unistd.h>

static uint64_t uptime_ms(const struct service *service) {
    return (uint64_t)(timing_us() - service->started_us) / 1000;
}

void verbs_health(struct service *service, const struct request *request, struct reply *reply) {
    (void)request;
    struct status_facts facts;
    status_read(&service->status, &facts);
    Matchd__V1__HealthResponse *out;
    MESSAGE_NEW(reply, out, health_response);
    SET(out, readiness, facts.readiness);
    out->detail = reply_text(reply, facts.detail);
    out->version = arena_text(&reply->arena, MATCHD_VERSION);
    out->commit = arena_text(&reply->arena, MATCHD_COMMIT);
    SET(out, uptime_ms, uptime_ms(service));
    SET(out, reloading, facts.reloading);
    if (facts.reload_error[0] != '\0')
        out->last_reload_error = reply_text(reply, facts.reload_error);
    if (facts.data.generation > 0) {
        int64_t age_us = timing_now() - facts.data.as_of;
        SET(out, generation, facts.data.generation);
        SET(out, people, facts.data.people);
        SET(out, data_age_ms, age_us > 0 ? (uint64_t)age_us / 1000 : 0);
        out->data_as_of = reply_instant(reply, facts.data.as_of);
    }
    reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_HEALTH;
    reply->response.health = out;
}

/* The second number of /proc/self/statm, in pages. */
static uint64_t resident_bytes(void) {
    FILE *file = fopen("/proc/self/statm", "re");
    if (file == NULL)
        return 0;
    unsigned long long pages = 0;
    if (fscanf(file, "%*u %llu", &pages) != 1)
        pages = 0;
    fclose(file);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void add_messages(Matchd__V1__StatsResponse *out, struct counters *counters) {
    uint64_t connected = counters_get(counters, COUNT_CONNECTED);
    uint64_t disconnected = counters_get(counters, COUNT_DISCONNECTED);
    SET(out, messages, counters_get(counters, COUNT_MESSAGES));
    SET(out, unparsable, atomic_load(&counters->faults[MESSAGE_UNPARSABLE]));
    SET(out, oversized, atomic_load(&counters->faults[MESSAGE_OVERSIZED]));
    SET(out, bad_frames, counters_get(counters, COUNT_BAD_FRAMES));
    SET(out, unknown_verb, atomic_load(&counters->faults[MESSAGE_UNKNOWN_VERB]));
    SET(out, invalid_fields, atomic_load(&counters->faults[MESSAGE_INVALID_FIELD]));
    SET(out, overloaded, counters_get(counters, COUNT_OVERLOADED));
    SET(out, deadline_missed, counters_get(counters, COUNT_DEADLINE_MISSED));
    SET(out, replies, counters_get(counters, COUNT_REPLIES));
    SET(out, replies_dropped, counters_get(counters, COUNT_REPLIES_DROPPED));
    SET(out, peers_dropped, counters_get(counters, COUNT_PEERS_DROPPED));
    SET(out, connections, connected > disconnected ? connected - disconnected : 0);
    SET(out, connections_lost, disconnected);
}

static void add_verbs(Matchd__V1__StatsResponse *out, struct reply *reply,
                      struct counters *counters) {
    out->verbs = arena_array(&reply->arena, VERBS, sizeof *out->verbs);
    for (int v = VERB_NONE + 1; v < VERBS; v++) {
        struct verb_counters *of = &counters->verbs[v];
        Matchd__V1__StatsResponse__Verb *verb;
        MESSAGE_NEW(reply, verb, stats_response__verb);
        verb->name = arena_text(&reply->arena, verb_name((enum verb)v));
        SET(verb, requests, atomic_load(&of->requests));
        SET(verb, errors, atomic_load(&of->errors));
        SET(verb, total_us, atomic_load(&of->total_us));
        SET(verb, max_us, atomic_load(&of->max_us));
        out->verbs[out->n_verbs++] = verb;
    }
    out->errors = arena_array(&reply->arena, ERROR_CODES, sizeof *out->errors);
    for (int code = 1; code < ERROR_CODES; code++) {
        uint64_t count = atomic_load(&counters->errors[code]);
        if (count == 0)
            continue;
        Matchd__V1__StatsResponse__ErrorCount *error;
        MESSAGE_NEW(reply, error, stats_response__error_count);
        SET(error, code, (Matchd__V1__ErrorCode)code);
        SET(error, count, count);
        out->errors[out->n_errors++] = error;
    }
}

void verbs_stats(struct service *service, const struct request *request, struct reply *reply) {
    (void)request;
    struct status_facts facts;
    status_read(&service->status, &facts);
    Matchd__V1__StatsResponse *out;
    MESSAGE_NEW(reply, out, stats_response);
    SET(out, uptime_ms, uptime_ms(service));
    add_messages(out, &service->counters);
    add_verbs(out, reply, &service->counters);
    struct queue_state queue = queue_state(service->work);
    SET(out, queue_length, queue.length);
    SET(out, queue_limit, queue.limit);
    SET(out, queue_peak, queue.peak);
    SET(out, workers, service->settings->workers);
    SET(out, run_threads, service->settings->threads);
    SET(out, resident_bytes, resident_bytes());
    SET(out, generation, facts.data.generation);
    SET(out, people, facts.data.people);
    SET(out, capacity, service->settings->capacity);
    SET(out, population_bytes, facts.data.bytes);
    SET(out, rows_refused, facts.data.refused);
    SET(out, load_ms, facts.data.load_ms);
    SET(out, dry_runs, dryruns_count(service->dryruns));
    SET(out, reloads, counters_get(&service->counters, COUNT_RELOADS));
    SET(out, reloads_failed, counters_get(&service->counters, COUNT_RELOADS_FAILED));
    if (facts.run[0] != '\0') {
        out->last_run = reply_text(reply, facts.run);
        out->certificate = reply_text(reply, facts.certificate);
    }
    reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_STATS;
    reply->response.stats = out;
}
