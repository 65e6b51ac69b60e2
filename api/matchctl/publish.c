/* rematch (published), jobs, cancel. */
#include "api/matchctl/commands.h"
#include "api/matchctl/follow.h"
#include "api/matchctl/words.h"
#include "api/matchctl/writer.h"

#include <stdio.h>

static const char *state_name(Matchd__V1__RunState state) {
    switch (state) {
    case MATCHD__V1__RUN_STATE__RUN_RUNNING: return "running";
    case MATCHD__V1__RUN_STATE__RUN_FINISHED: return "done";
    case MATCHD__V1__RUN_STATE__RUN_CANCELLED: return "cancelled";
    case MATCHD__V1__RUN_STATE__RUN_FAILED: return "failed";
    default: return "unknown";
    }
}

/* ---- one run --------------------------------------------------------------------------------- */

struct count_member {
    const char *key;
    uint64_t value;
};

static void run_json(struct writer *writer, const Matchd__V1__RematchStatusResponse *run) {
    const struct count_member counts[] = {{"people", run->people},
                                          {"viewers", run->viewers},
                                          {"viewers_done", run->viewers_done},
                                          {"served_before", run->served_before},
                                          {"offers", run->offers},
                                          {"dropped", run->dropped},
                                          {"gender_pairs", run->gender_pairs},
                                          {"eligible", run->eligible},
                                          {"bounded", run->bounded},
                                          {"canonical", run->canonical},
                                          {"failures", run->failures},
                                          {"takeovers", run->takeovers}};
    const struct {
        const char *key, *value;
    } texts[] = {{"run", run->run},
                 {"state", state_name(run->state)},
                 {"stage", run->stage},
                 {"date", run->clock->date},
                 {"as_of", run->clock->now},
                 {"timezone", run->timezone},
                 {"started_at", run->started_at},
                 {"config_digest", run->config_digest},
                 {"engine", run->engine},
                 {"error", run->error}};
    writer_open(writer, '{');
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        writer_key(writer, texts[i].key);
        writer_text(writer, texts[i].value);
    }
    for (size_t i = 0; i < ARRAY_LEN(counts); i++) {
        writer_key(writer, counts[i].key);
        writer_integer(writer, true, (int64_t)counts[i].value);
    }
    writer_key(writer, "share");
    writer_number(writer, run->has_share != 0, run->share);
    writer_key(writer, "seconds");
    writer_number(writer, run->has_seconds != 0, run->seconds);
    writer_key(writer, "timings");
    writer_json(writer, run->timings);
    writer_key(writer, "certificate");
    writer_json(writer, run->certificate);
    writer_close(writer, '}');
}

static void run_words(const Matchd__V1__RematchStatusResponse *run) {
    char viewers[COUNT_TEXT], served[COUNT_TEXT], offers[COUNT_TEXT], dropped[COUNT_TEXT];
    printf("%s  %s %s  ", run->run, run->clock->date, run->timezone);
    if (run->state != MATCHD__V1__RUN_STATE__RUN_FINISHED) {
        printf("%s after %.1f s: %s of %s viewers served%s%s\n", state_name(run->state),
               run->seconds, words_count(run->viewers_done, viewers),
               words_count(run->viewers, served), run->error != NULL ? ", " : "",
               run->error != NULL ? run->error : "");
        return;
    }
    if (run->viewers == 0 && run->served_before > 0) {
        printf("nothing was written: all %s viewers of the batch were served before\n",
               words_count(run->served_before, served));
        return;
    }
    printf("%s viewers, %s offers in %.1f s", words_count(run->viewers, viewers),
           words_count(run->offers, offers), run->seconds);
    if (run->served_before > 0)
        printf(", %s served before", words_count(run->served_before, served));
    if (run->dropped > 0)
        printf(", %s offers dropped by the last check", words_count(run->dropped, dropped));
    putchar('\n');
}

/* ---- rematch --------------------------------------------------------------------------------- */

static bool print_started(const struct session *session,
                          const Matchd__V1__StartRematchResponse *started) {
    struct writer writer;
    if (!session->arguments->json) {
        for (size_t i = 0; i < started->n_runs; i++)
            printf("%s  %s %s%s\n", started->runs[i]->run, started->runs[i]->date,
                   started->runs[i]->timezone,
                   started->runs[i]->already_running ? "  (under way already)" : "");
        return true;
    }
    writer_init(&writer);
    writer_open(&writer, '[');
    for (size_t i = 0; i < started->n_runs; i++) {
        writer_open(&writer, '{');
        writer_key(&writer, "run");
        writer_text(&writer, started->runs[i]->run);
        writer_key(&writer, "date");
        writer_text(&writer, started->runs[i]->date);
        writer_key(&writer, "timezone");
        writer_text(&writer, started->runs[i]->timezone);
        writer_key(&writer, "already_running");
        writer_bool(&writer, started->runs[i]->already_running != 0);
        writer_close(&writer, '}');
    }
    writer_close(&writer, ']');
    bool ok = writer_line(&writer);
    writer_release(&writer);
    return ok;
}

/* Follows each run to its end. The worst of them is the exit status. */
static enum exit_code follow_all(struct session *session,
                                 const Matchd__V1__StartRematchResponse *started) {
    struct writer writer;
    enum exit_code code = CTL_OK;
    writer_init(&writer);
    writer_open(&writer, '[');
    for (size_t i = 0; i < started->n_runs; i++) {
        Matchd__V1__Response *response = follow_run(session, started->runs[i]->run);
        if (response == NULL) {
            writer_release(&writer);
            return session->exit_code;
        }
        const Matchd__V1__RematchStatusResponse *run = response->rematch_status;
        if (session->arguments->json)
            run_json(&writer, run);
        else
            run_words(run);
        if (run->state != MATCHD__V1__RUN_STATE__RUN_FINISHED)
            code = CTL_RUN;
        session_free(response);
    }
    writer_close(&writer, ']');
    if (session->arguments->json && !writer_line(&writer))
        code = CTL_OUTPUT;
    writer_release(&writer);
    return code;
}

enum exit_code command_publish(struct session *session) {
    if (session->arguments->ndjson) {
        fputs("matchctl: rematch: --ndjson shows a dry run (--dry-run)\n", stderr);
        return CTL_USAGE;
    }
    if (session->arguments->paranoid) {
        fputs("matchctl: rematch: --paranoid checks a dry run (--dry-run); runs that publish are "
              "checked where the daemon has --paranoid on\n",
              stderr);
        return CTL_USAGE;
    }
    Matchd__V1__Response *response = follow_start(session);
    if (response == NULL)
        return session->exit_code;
    enum exit_code code = CTL_OK;
    if (session->arguments->wait)
        code = follow_all(session, response->start_rematch);
    else if (!print_started(session, response->start_rematch))
        code = CTL_OUTPUT;
    session_free(response);
    return code;
}

/* ---- jobs ------------------------------------------------------------------------------------ */

static void job_line(const Matchd__V1__RematchStatusResponse *run) {
    char viewers[COUNT_TEXT], offers[COUNT_TEXT];
    bool running = run->state == MATCHD__V1__RUN_STATE__RUN_RUNNING;
    double rate = run->seconds > 0 ? (double)run->viewers_done / run->seconds : 0;
    printf("%s  %s  %-20s %-9s %10s %10s %8.1f %8.0f", run->run, run->clock->date, run->timezone,
           state_name(run->state), words_count(run->viewers, viewers),
           words_count(run->offers, offers), run->seconds, rate);
    if (running && run->has_share && run->share > 0)
        printf("  %s, %.1f %%, %.0f s left", run->stage, 100 * run->share,
               run->seconds * (1 - run->share) / run->share);
    else if (running)
        printf("  %s", run->stage != NULL && run->stage[0] != '\0' ? run->stage : "elsewhere");
    if (run->error != NULL)
        printf("  %s", run->error);
    putchar('\n');
}

enum exit_code command_jobs(struct session *session) {
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__ListJobsRequest list = MATCHD__V1__LIST_JOBS_REQUEST__INIT;
    list.has_limit = session->arguments->k > 0;
    list.limit = session->arguments->k;
    request.verb_case = MATCHD__V1__REQUEST__VERB_LIST_JOBS;
    request.list_jobs = &list;
    Matchd__V1__Response *response = session_call(session, &request, TIMEOUT_S);
    if (response == NULL)
        return session->exit_code;
    const Matchd__V1__ListJobsResponse *jobs = response->list_jobs;
    bool ok = true;
    if (session->arguments->json) {
        struct writer writer;
        writer_init(&writer);
        writer_open(&writer, '[');
        for (size_t i = 0; i < jobs->n_jobs; i++)
            run_json(&writer, jobs->jobs[i]);
        writer_close(&writer, ']');
        ok = writer_line(&writer);
        writer_release(&writer);
    } else {
        printf("%-36s  %-10s  %-20s %-9s %10s %10s %8s %8s\n", "run", "date", "time zone", "state",
               "viewers", "offers", "seconds", "viewers/s");
        for (size_t i = 0; i < jobs->n_jobs; i++)
            job_line(jobs->jobs[i]);
    }
    session_free(response);
    return ok ? CTL_OK : CTL_OUTPUT;
}

/* ---- cancel ---------------------------------------------------------------------------------- */

enum exit_code command_cancel(struct session *session) {
    Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
    Matchd__V1__CancelRematchRequest cancel = MATCHD__V1__CANCEL_REMATCH_REQUEST__INIT;
    cancel.run = (char *)session->arguments->operands[0];
    request.verb_case = MATCHD__V1__REQUEST__VERB_CANCEL_REMATCH;
    request.cancel_rematch = &cancel;
    Matchd__V1__Response *response = session_call(session, &request, TIMEOUT_S);
    if (response == NULL)
        return session->exit_code;
    bool cancelled = response->cancel_rematch->cancelled != 0, ok = true;
    if (session->arguments->json) {
        struct writer writer;
        writer_init(&writer);
        writer_open(&writer, '{');
        writer_key(&writer, "run");
        writer_text(&writer, response->cancel_rematch->run);
        writer_key(&writer, "cancelled");
        writer_bool(&writer, cancelled);
        writer_close(&writer, '}');
        ok = writer_line(&writer);
        writer_release(&writer);
    } else {
        puts(cancelled ? "cancelled; what was published stays" : "the run had ended before");
    }
    session_free(response);
    return !ok ? CTL_OUTPUT : cancelled ? CTL_OK : CTL_RUN;
}
