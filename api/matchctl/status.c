/* health, stats, reload */
#include "api/matchctl/commands.h"
#include "api/matchctl/words.h"
#include "api/matchctl/writer.h"

#include <stdio.h>

static const char *readiness_text(Matchd__V1__Readiness readiness) {
    switch (readiness) {
    case MATCHD__V1__READINESS__READINESS_LOADING: return "loading";
    case MATCHD__V1__READINESS__READINESS_READY: return "ready";
    case MATCHD__V1__READINESS__READINESS_DRAINING: return "draining";
    default: return "unknown";
    }
}

/* ---- health ---------------------------------------------------------------------------------- */

static bool health_json(const Matchd__V1__HealthResponse *health) {
    struct writer writer;
    writer_init(&writer);
    writer_open(&writer, '{');
    writer_key(&writer, "readiness");
    writer_text(&writer, readiness_text(health->readiness));
    writer_key(&writer, "detail");
    writer_text(&writer, health->detail);
    writer_key(&writer, "version");
    writer_text(&writer, health->version);
    writer_key(&writer, "commit");
    writer_text(&writer, health->commit);
    writer_key(&writer, "uptime_ms");
    writer_integer(&writer, true, (int64_t)health->uptime_ms);
    writer_key(&writer, "generation");
    writer_integer(&writer, health->has_generation, (int64_t)health->generation);
    writer_key(&writer, "people");
    writer_integer(&writer, health->has_people, health->people);
    writer_key(&writer, "data_as_of");
    writer_text(&writer, health->data_as_of);
    writer_key(&writer, "data_age_ms");
    writer_integer(&writer, health->has_data_age_ms, (int64_t)health->data_age_ms);
    writer_key(&writer, "reloading");
    writer_bool(&writer, health->reloading);
    writer_key(&writer, "last_reload_error");
    writer_text(&writer, health->last_reload_error);
    writer_close(&writer, '}');
    bool ok = writer_line(&writer);
    writer_release(&writer);
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

/* ---- stats ----------------------------------------------------------------------------------- */

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
    struct writer writer;
    writer_init(&writer);
    writer_open(&writer, '{');
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        writer_key(&writer, lines[i].name);
        writer_integer(&writer, true, (int64_t)stat_value(stats, &lines[i]));
    }
    writer_key(&writer, "verbs");
    writer_open(&writer, '{');
    for (size_t i = 0; i < stats->n_verbs; i++) {
        const Matchd__V1__StatsResponse__Verb *verb = stats->verbs[i];
        writer_key(&writer, verb->name);
        writer_open(&writer, '{');
        writer_key(&writer, "requests");
        writer_integer(&writer, true, (int64_t)verb->requests);
        writer_key(&writer, "errors");
        writer_integer(&writer, true, (int64_t)verb->errors);
        writer_key(&writer, "total_us");
        writer_integer(&writer, true, (int64_t)verb->total_us);
        writer_key(&writer, "max_us");
        writer_integer(&writer, true, (int64_t)verb->max_us);
        writer_close(&writer, '}');
    }
    writer_close(&writer, '}');
    writer_key(&writer, "errors");
    writer_open(&writer, '{');
    for (size_t i = 0; i < stats->n_errors; i++) {
        writer_key(&writer, error_text(stats->errors[i]));
        writer_integer(&writer, true, (int64_t)stats->errors[i]->count);
    }
    writer_close(&writer, '}');
    writer_key(&writer, "last_run");
    writer_text(&writer, stats->last_run);
    writer_key(&writer, "certificate");
    writer_json(&writer, stats->certificate);
    writer_close(&writer, '}');
    bool ok = writer_line(&writer);
    writer_release(&writer);
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
    if (stats->last_run != NULL)
        printf("\nlast run %s: %s\n", stats->last_run, stats->certificate);
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

/* ---- reload ---------------------------------------------------------------------------------- */

static bool reload_json(const Matchd__V1__ReloadResponse *reload) {
    struct writer writer;
    writer_init(&writer);
    writer_open(&writer, '{');
    writer_key(&writer, "generation");
    writer_integer(&writer, true, (int64_t)reload->generation);
    writer_key(&writer, "people");
    writer_integer(&writer, true, reload->people);
    writer_key(&writer, "rows_refused");
    writer_integer(&writer, true, (int64_t)reload->rows_refused);
    writer_key(&writer, "load_ms");
    writer_integer(&writer, true, (int64_t)reload->load_ms);
    writer_key(&writer, "data_as_of");
    writer_text(&writer, reload->data_as_of);
    writer_close(&writer, '}');
    bool ok = writer_line(&writer);
    writer_release(&writer);
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
