/* rematch --dry-run: start, watch, page through. */
#include "api/matchctl/candidate.h"
#include "api/matchctl/commands.h"
#include "api/matchctl/follow.h"
#include "api/matchctl/preview.h"
#include "api/matchctl/tally.h"
#include "api/matchctl/words.h"

#include <stdio.h>
#include <string.h>

/* ---- pages ----------------------------------------------------------------------------------- */

typedef bool take_viewer(void *ctx, const Matchd__V1__DryRunPageResponse__Viewer *viewer);

static enum exit_code each_viewer(struct session *session, char *run, take_viewer *take,
                                  void *ctx) {
    char after[UUID_TEXT] = "";
    for (bool last = false; !last;) {
        Matchd__V1__Request request = MATCHD__V1__REQUEST__INIT;
        Matchd__V1__DryRunPageRequest page = MATCHD__V1__DRY_RUN_PAGE_REQUEST__INIT;
        page.run = run;
        page.after_viewer = after[0] != '\0' ? after : NULL;
        request.verb_case = MATCHD__V1__REQUEST__VERB_DRY_RUN_PAGE;
        request.dry_run_page = &page;
        Matchd__V1__Response *response = session_call(session, &request, TIMEOUT_S);
        if (response == NULL)
            return session->exit_code;
        const Matchd__V1__DryRunPageResponse *got = response->dry_run_page;
        bool ok = true;
        for (size_t i = 0; i < got->n_viewers && ok; i++)
            ok = take(ctx, got->viewers[i]);
        last = got->last || got->n_viewers == 0;
        if (!last)
            snprintf(after, sizeof after, "%s", got->viewers[got->n_viewers - 1]->viewer);
        session_free(response);
        if (!ok)
            return CTL_OUTPUT;
    }
    return CTL_OK;
}

/* ---- for machines ---------------------------------------------------------------------------- */

static bool viewer_json(void *ctx, const Matchd__V1__DryRunPageResponse__Viewer *viewer) {
    struct writer *writer = ctx;
    writer_open(writer, '{');
    writer_key(writer, "viewer");
    writer_text(writer, viewer->viewer);
    writer_key(writer, "eligible");
    writer_integer(writer, true, viewer->eligible);
    writer_key(writer, "offerable");
    writer_integer(writer, true, viewer->offerable);
    writer_key(writer, "pool");
    writer_open(writer, '[');
    for (size_t i = 0; i < viewer->n_pool; i++) {
        writer_open(writer, '[');
        writer_text(writer, viewer->pool[i]->candidate);
        writer_number(writer, true, viewer->pool[i]->raw);
        writer_close(writer, ']');
    }
    writer_close(writer, ']');
    writer_key(writer, "offers");
    writer_open(writer, '[');
    for (size_t i = 0; i < viewer->n_offers; i++)
        candidate_json(writer, viewer->offers[i], false);
    writer_close(writer, ']');
    writer_key(writer, "anchor");
    candidate_json(writer, viewer->anchor, false);
    writer_close(writer, '}');
    return writer_line(writer);
}

static enum exit_code print_viewers(struct session *session, char *run) {
    struct writer writer;
    writer_init(&writer);
    enum exit_code code = each_viewer(session, run, viewer_json, &writer);
    writer_release(&writer);
    return code;
}

/* ---- for people ------------------------------------------------------------------------------ */

static bool count_viewer(void *ctx, const Matchd__V1__DryRunPageResponse__Viewer *viewer) {
    tally_add(ctx, viewer);
    return true;
}

/* Why the first few who get nothing get nothing, at the run's clock. */
static enum exit_code explain_empty(struct session *session, const struct tally *tally,
                                    const Matchd__V1__Clock *clock) {
    struct arguments arguments = *session->arguments;
    arguments.date = clock->date;
    arguments.now = clock->now;
    struct session then = {.arguments = &arguments, .client = session->client};
    for (uint32_t i = 0; i < tally->shown; i++) {
        Matchd__V1__Response *response = preview_ask(&then, tally->without[i], 1);
        if (response == NULL)
            return then.exit_code;
        printf("\n%s gets no offer. ", tally->without[i]);
        if (response->preview_offers->funnel->offerable > 0)
            puts("The queue of open offers is full, or takes no more provisional ones.");
        words_funnel(stdout, response->preview_offers->funnel);
        session_free(response);
    }
    return CTL_OK;
}

static enum exit_code print_summary(struct session *session, char *run,
                                    const Matchd__V1__RematchStatusResponse *status) {
    struct tally tally = {0};
    enum exit_code code = each_viewer(session, run, count_viewer, &tally);
    if (code != CTL_OK)
        return code;
    if (session->arguments->json)
        return tally_json(&tally, status) ? CTL_OK : CTL_OUTPUT;
    tally_table(&tally, status);
    return explain_empty(session, &tally, status->clock);
}

static enum exit_code show(struct session *session, char *run) {
    Matchd__V1__Response *response = follow_run(session, run);
    if (response == NULL)
        return session->exit_code;
    const Matchd__V1__RematchStatusResponse *status = response->rematch_status;
    enum exit_code code;
    if (status->state == MATCHD__V1__RUN_STATE__RUN_FAILED) {
        fprintf(stderr, "matchctl: the run failed: %s\n", status->error);
        code = CTL_RUN;
    } else if (status->state != MATCHD__V1__RUN_STATE__RUN_FINISHED) {
        fputs("matchctl: the run was cancelled\n", stderr);
        code = CTL_FAILED;
    } else if (session->arguments->ndjson) {
        code = print_viewers(session, run);
    } else {
        code = print_summary(session, run, status);
    }
    session_free(response);
    return code;
}

enum exit_code command_rematch(struct session *session) {
    if (!session->arguments->dry_run)
        return command_publish(session);
    if (session->arguments->zone != NULL) {
        fputs("matchctl: rematch: a dry run takes no --timezone\n", stderr);
        return CTL_USAGE;
    }
    Matchd__V1__Response *response = follow_start(session);
    if (response == NULL)
        return session->exit_code;
    char run[UUID_TEXT];
    snprintf(run, sizeof run, "%s", response->start_rematch->run);
    session_free(response);
    return show(session, run);
}
