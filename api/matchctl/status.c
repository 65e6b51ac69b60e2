/* health, stats, reload */
#include "api/matchctl/commands.h"
#include "api/matchctl/json.h"
#include "api/matchctl/words.h"

#include <stdio.h>

static const char *readiness_text(Matchd__V1__Readiness readiness) {
    switch (readiness) {
    case MATCHD__V1__READINESS__READINESS_LOADING: return "loading";
    case MATCHD__V1__READINESS__READINESS_READY: return "ready";
    case MATCHD__V1__READINESS__READINESS_DRAINING: return "draining";
    default: return "unknown";
    }
}

/* ---- health ------------------------------------------------------------------------------------
 */

static bool health_json(const Matchd__V1__HealthResponse *health) {
    struct json json;
    json_init(&json);
    json_open(&json, '{');
    json_key(&json, "readiness");
    json_text(&json, readiness_text(health->readiness));
    json_key(&json, "detail");
    json_text(&json, health->detail);
    json_key(&json, "version");
    json_text(&json, health->version);
    json_key(&json, "commit");
    json_text(&json, health->commit);
    json_key(&json, "uptime_ms");
    json_integer(&json, true, (int64_t)health->uptime_ms);
    json_key(&json, "generation");
    json_integer(&json, health->has_generation, (int64_t)health->generation);
    json_key(&json, "people");
    json_integer(&json, health->has_people, health->people);
    json_key(&json, "data_as_of");
    json_text(&json, health->data_as_of);
    json_key(&json, "data_age_ms");
    json_integer(&json, health->has_data_age_ms, (int64_t)health->data_age_ms);
    json_key(&json, "reloading");
    json_bool(&json, health->reloading);
    json_key(&json, "last_reload_error");
    json_text(&json, health->last_reload_error);
    json_close(&json, '}');
    bool ok = json_line(&json);
    json_release(&json);
    return ok;
}

static void health_table(const Matchd__V1__HealthResponse *health) {
    char count[COUNT_TEXT];
    printf("matchd %s (%s) is %s", health->version, health->commit,
           readiness_text(health->readiness));
    if (health->readiness != MATCHD__V1__READINESS__READINESS_READY)
        printf(": %s", health->detail);
    printf("\nup        %.1f s\n", (double)health->uptime_ms / 1000);
    if (health->has_generation)
        printf("people    %s (load %llu of this process, data as of %s, %.1f s old)\n",
               words_count(health->people, count), (unsigned long long)health->generation,
               health->data_as_of, (double)health->data_age_ms / 1000);
    if (health->reloading)
        printf("reload    under way: %s\n", health->detail);
    if (health->last_reload_error != NULL)
        printf("reload    the last one failed: %s\n", health->last_reload_error);
}

enum exit_code command_health(struct session *session) {
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__HealthRequest health = MATCHD__V1__HEALTH_REQUEST__INIT;
    request.verb_case = MATCHD__V1__REQUEST__VERB_HEALTH;
    request.health = &health;
    Matchd__V1__Response *response = session_call(session, &request, TIMEOUT_S);
    if (response == NULL)
        return session->exit_code;
    bool ok = true;
    if (session->arguments->json)
        ok = health_json(response->health);
    else
        health_table(response->health);
    bool ready = response->health->readiness == MATCHD__V1__READINESS__READINESS_READY;
    session_free(response);
    return !ok ? CTL_OUTPUT : ready ? CTL_OK : CTL_FAILED;
}

/* ---- stats -------------------------------------------------------------------------------------
 */

/* The plain numbers of Stats, in the order of the protocol. */
struct stat_line {
    const char *name;
    size_t offset;
    bool wide; /* uint64, else uint32 */
};
#define WIDE(field)                                                                                \
    { #field, offsetof(Matchd__V1__StatsResponse, field), true }
#define NARROW(field)                                                                              \
    { #field, offsetof(Matchd__V1__StatsResponse, field), false }

static const struct stat_line lines[] = {
    WIDE(uptime_ms),       WIDE(messages),         WIDE(unparsable),      WIDE(oversized),
    WIDE(bad_frames),      WIDE(unknown_verb),     WIDE(invalid_fields),  WIDE(overloaded),
    WIDE(deadline_missed), WIDE(replies),          WIDE(replies_dropped), WIDE(peers_dropped),
    WIDE(connections),     WIDE(connections_lost), NARROW(queue_length),  NARROW(queue_limit),
    NARROW(queue_peak),    NARROW(workers),        NARROW(run_threads),   WIDE(resident_bytes),
    WIDE(generation),      NARROW(people),         NARROW(capacity),      WIDE(population_bytes),
    WIDE(rows_refused),    WIDE(load_ms),          NARROW(dry_runs),      WIDE(reloads),
    WIDE(reloads_failed),
};

static uint64_t stat_value(const Matchd__V1__StatsResponse *stats, const struct stat_line *line) {
    const char *at = (const char *)stats + line->offset;
    return line->wide ? *(const uint64_t *)(const void *)at : *(const uint32_t *)(const void *)at;
}

static const char *error_text(const Matchd__V1__StatsResponse__ErrorCount *error) {
    return error_code_name(error->code);
}

static bool stats_json(const Matchd__V1__StatsResponse *stats) {
    struct json json;
    json_init(&json);
    json_open(&json, '{');
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        json_key(&json, lines[i].name);
        json_integer(&json, true, (int64_t)stat_value(stats, &lines[i]));
    }
    json_key(&json, "verbs");
    json_open(&json, '{');
    for (size_t i = 0; i < stats->n_verbs; i++) {
        const Matchd__V1__StatsResponse__Verb *verb = stats->verbs[i];
        json_key(&json, verb->name);
        json_open(&json, '{');
        json_key(&json, "requests");
        json_integer(&json, true, (int64_t)verb->requests);
        json_key(&json, "errors");
        json_integer(&json, true, (int64_t)verb->errors);
        json_key(&json, "total_us");
        json_integer(&json, true, (int64_t)verb->total_us);
        json_key(&json, "max_us");
        json_integer(&json, true, (int64_t)verb->max_us);
        json_close(&json, '}');
    }
    json_close(&json, '}');
    json_key(&json, "errors");
    json_open(&json, '{');
    for (size_t i = 0; i < stats->n_errors; i++) {
        json_key(&json, error_text(stats->errors[i]));
        json_integer(&json, true, (int64_t)stats->errors[i]->count);
    }
    json_close(&json, '}');
    json_close(&json, '}');
    bool ok = json_line(&json);
    json_release(&json);
    return ok;
}

static void stats_table(const Matchd__V1__StatsResponse *stats) {
    char count[COUNT_TEXT];
    for (size_t i = 0; i < ARRAY_LEN(lines); i++)
        printf("%-18s %18s\n", lines[i].name, words_count(stat_value(stats, &lines[i]), count));
    printf("\n%-18s %10s %8s %10s %10s\n", "verb", "requests", "errors", "mean ms", "max ms");
    for (size_t i = 0; i < stats->n_verbs; i++) {
        const Matchd__V1__StatsResponse__Verb *verb = stats->verbs[i];
        double mean = verb->requests > 0 ? (double)verb->total_us / (double)verb->requests : 0;
        printf("%-18s %10llu %8llu %10.3f %10.3f\n", verb->name, (unsigned long long)verb->requests,
               (unsigned long long)verb->errors, mean / 1000, (double)verb->max_us / 1000);
    }
    for (size_t i = 0; i < stats->n_errors; i++)
        printf("%s%-18s %10llu\n", i == 0 ? "\n" : "", error_text(stats->errors[i]),
               (unsigned long long)stats->errors[i]->count);
}

enum exit_code command_stats(struct session *session) {
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__StatsRequest stats = MATCHD__V1__STATS_REQUEST__INIT;
    request.verb_case = MATCHD__V1__REQUEST__VERB_STATS;
    request.stats = &stats;
    Matchd__V1__Response *response = session_call(session, &request, TIMEOUT_S);
    if (response == NULL)
        return session->exit_code;
    bool ok = true;
    if (session->arguments->json)
        ok = stats_json(response->stats);
    else
        stats_table(response->stats);
    session_free(response);
    return ok ? CTL_OK : CTL_OUTPUT;
}

/* ---- reload -------------------------------------------------------------------------------------
 */

static bool reload_json(const Matchd__V1__ReloadResponse *reload) {
    struct json json;
    json_init(&json);
    json_open(&json, '{');
    json_key(&json, "generation");
    json_integer(&json, true, (int64_t)reload->generation);
    json_key(&json, "people");
    json_integer(&json, true, reload->people);
    json_key(&json, "rows_refused");
    json_integer(&json, true, (int64_t)reload->rows_refused);
    json_key(&json, "load_ms");
    json_integer(&json, true, (int64_t)reload->load_ms);
    json_key(&json, "data_as_of");
    json_text(&json, reload->data_as_of);
    json_close(&json, '}');
    bool ok = json_line(&json);
    json_release(&json);
    return ok;
}

enum exit_code command_reload(struct session *session) {
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__ReloadRequest reload = MATCHD__V1__RELOAD_REQUEST__INIT;
    request.verb_case = MATCHD__V1__REQUEST__VERB_RELOAD;
    request.reload = &reload;
    Matchd__V1__Response *response = session_call(session, &request, TIMEOUT_RELOAD_S);
    if (response == NULL)
        return session->exit_code;
    const Matchd__V1__ReloadResponse *done = response->reload;
    char people[COUNT_TEXT], refused[COUNT_TEXT];
    bool ok = true;
    if (session->arguments->json)
        ok = reload_json(done);
    else
        printf("loaded %s people in %.2f s (load %llu of this process, %s values refused)\n",
               words_count(done->people, people), (double)done->load_ms / 1000,
               (unsigned long long)done->generation, words_count(done->rows_refused, refused));
    session_free(response);
    return ok ? CTL_OK : CTL_OUTPUT;
}
