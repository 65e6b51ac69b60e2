/* StartRematch, RematchStatus and DryRunPage of dry runs; runs that publish are in verbs_jobs.c. */
#include "api/matchd/verbs.h"

#include <stdlib.h>

enum {
    PAGE_ENVELOPE = 64,  /* bytes of a page beside its viewers */
    VIEWER_ENVELOPE = 8, /* tag and length of one viewer */
    VIEWER_LEAST = 40,   /* bytes of a viewer without candidates: more of them do not fit */
    PAGE_VIEWERS = MESSAGE_PAGE_MAX / VIEWER_LEAST
};

/* ---- StartRematch ---------------------------------------------------------------------------- */

struct row_list {
    uint32_t *rows; /* NULL: everybody */
    uint32_t count;
};

static int order_ids(const void *x, const void *y) {
    return uuid_order(x, y);
}

/* The viewers asked for in UUID order, each once. False with a reply: one of them is nobody. */
static bool find_viewers(const struct scene *scene, const struct request *request,
                         struct reply *reply, struct row_list *out) {
    *out = (struct row_list){0};
    size_t count = request->viewer_count;
    if (count == 0)
        return true;
    struct uuid *ids = arena_array(&reply->arena, count, sizeof *ids);
    for (size_t i = 0; i < count; i++)
        ids[i] = request->viewers[i];
    qsort(ids, count, sizeof *ids, order_ids);
    out->rows = arena_array(&reply->arena, count, sizeof *out->rows);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && uuid_same(&ids[i], &ids[i - 1]))
            continue;
        uint32_t row = scene_person(scene, "viewers", &ids[i], reply);
        if (row == ROW_NONE)
            return false;
        out->rows[out->count++] = row;
    }
    return true;
}

static void tell_started(struct reply *reply, const struct dryrun *run) {
    Matchd__V1__StartRematchResponse *out;
    MESSAGE_NEW(reply, out, start_rematch_response);
    out->run = reply_uuid(reply, &run->id);
    SET(out, viewers, run_count(run->run));
    out->clock = verbs_clock(reply, run->view);
    SET(out, generation, run->generation->number);
    reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_START_REMATCH;
    reply->response.start_rematch = out;
}

void verbs_start_rematch(struct service *service, const struct request *request,
                         struct reply *reply) {
    struct scene scene;
    struct row_list viewers;
    if (!request->dry_run) {
        verbs_start_jobs(service, request, reply);
        return;
    }
    if (!scene_open(&scene, service, request, reply))
        return;
    if (!find_viewers(&scene, request, reply, &viewers)) {
        scene_close(&scene, service);
        return;
    }
    struct dryrun_order order = {.generation = scene.generation,
                                 .frame = scene.frame,
                                 .kernels = service->epoch.kernels,
                                 .threads = service->settings->threads,
                                 .paranoid = request->paranoid,
                                 .viewers = viewers.rows,
                                 .viewer_count = viewers.count};
    struct dryrun *run = dryruns_start(service->dryruns, &order);
    if (run == NULL) {
        scene_close(&scene, service);
        reply_error(reply, MATCHD__V1__ERROR_CODE__OVERLOADED,
                    "%d dry runs are kept, and all of them are running or being read", DRYRUNS_MAX);
        reply_retry_after(reply, DRYRUN_READ_SECONDS * 1000);
        return;
    }
    tell_started(reply, run);
    dryruns_unpin(service->dryruns, run);
}

/* ---- RematchStatus --------------------------------------------------------------------------- */

static struct dryrun *pin_run(struct service *service, const struct request *request,
                              struct reply *reply) {
    struct dryrun *run = dryruns_pin(service->dryruns, &request->run);
    if (run == NULL)
        reply_error(reply, MATCHD__V1__ERROR_CODE__NOT_FOUND,
                    "run: %s is not known (results are dropped after %d minutes)",
                    reply_uuid(reply, &request->run), DRYRUN_KEPT_SECONDS / 60);
    return run;
}

static Matchd__V1__RunState state_of(const struct dryrun_state *state) {
    if (!state->progress.finished)
        return MATCHD__V1__RUN_STATE__RUN_RUNNING;
    if (state->failed)
        return MATCHD__V1__RUN_STATE__RUN_FAILED;
    return state->progress.cancelled ? MATCHD__V1__RUN_STATE__RUN_CANCELLED
                                     : MATCHD__V1__RUN_STATE__RUN_FINISHED;
}

void verbs_rematch_status(struct service *service, const struct request *request,
                          struct reply *reply) {
    struct dryrun *run = dryruns_pin(service->dryruns, &request->run);
    if (run == NULL) {
        verbs_job_status(service, request, reply);
        return;
    }
    struct dryrun_state state;
    dryruns_state(service->dryruns, run, &state);
    Matchd__V1__RematchStatusResponse *out;
    MESSAGE_NEW(reply, out, rematch_status_response);
    out->run = reply_uuid(reply, &run->id);
    SET(out, state, state_of(&state));
    SET(out, viewers, state.progress.viewers);
    SET(out, viewers_done, state.progress.viewers_done);
    SET(out, pairs, state.progress.pairs);
    SET(out, offers, state.progress.offers);
    SET(out, seconds, state.progress.seconds);
    SET(out, share, state.progress.share);
    SET(out, dry_run, true);
    if (state.failed)
        out->error = reply_text(reply, state.why.text);
    if (state.digest[0] != '\0')
        out->digest = arena_text(&reply->arena, state.digest);
    if (state.certificate[0] != '\0') {
        out->certificate = reply_text(reply, state.certificate);
        status_run_done(&service->status, out->run, state.certificate);
    }
    out->clock = verbs_clock(reply, run->view);
    SET(out, generation, run->generation->number);
    reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_REMATCH_STATUS;
    reply->response.rematch_status = out;
    dryruns_unpin(service->dryruns, run);
}

/* ---- DryRunPage ------------------------------------------------------------------------------ */

static Matchd__V1__DryRunPageResponse__Viewer *
tell_viewer(struct reply *reply, const struct view *view, const struct run_result *result) {
    Matchd__V1__DryRunPageResponse__Viewer *out;
    MESSAGE_NEW(reply, out, dry_run_page_response__viewer);
    out->viewer = reply_uuid(reply, population_id(view->population, result->viewer));
    SET(out, eligible, result->eligible);
    SET(out, offerable, result->offerable);
    size_t kept = result->pool_count < RUN_POOL_KEPT ? result->pool_count : RUN_POOL_KEPT;
    out->pool = arena_array(&reply->arena, kept, sizeof *out->pool);
    for (size_t i = 0; i < kept; i++) {
        MESSAGE_NEW(reply, out->pool[i], dry_run_page_response__ranked);
        out->pool[i]->candidate = reply_uuid(reply, result->pool[i].id);
        SET(out->pool[i], raw, result->pool[i].raw);
    }
    out->n_pool = kept;
    out->offers = arena_array(&reply->arena, result->pick_count, sizeof *out->offers);
    for (uint32_t i = 0; i < result->pick_count; i++)
        out->offers[i] = verbs_candidate(reply, view, &result->picks[i]);
    out->n_offers = result->pick_count;
    if (result->anchor != NULL)
        out->anchor = verbs_candidate(reply, view, result->anchor);
    return out;
}

/* The index of the first viewer after `id`: results stand in UUID order. */
static uint32_t first_after(const struct dryrun *run, const struct uuid *id) {
    uint32_t low = 0, high = run_count(run->run);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint32_t viewer = run_result(run->run, middle)->viewer;
        if (uuid_order(population_id(run->view->population, viewer), id) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Is it the last page? */
static bool tell_page(struct reply *reply, const struct dryrun *run, uint32_t from) {
    Matchd__V1__DryRunPageResponse *out;
    MESSAGE_NEW(reply, out, dry_run_page_response);
    uint32_t count = run_count(run->run);
    size_t room = MESSAGE_PAGE_MAX - PAGE_ENVELOPE;
    out->viewers = arena_array(&reply->arena, PAGE_VIEWERS, sizeof *out->viewers);
    uint32_t at = from;
    for (; at < count && out->n_viewers < PAGE_VIEWERS; at++) {
        Matchd__V1__DryRunPageResponse__Viewer *viewer =
            tell_viewer(reply, run->view, run_result(run->run, at));
        size_t size = protobuf_c_message_get_packed_size(&viewer->base) + VIEWER_ENVELOPE;
        if (size > room)
            break;
        room -= size;
        out->viewers[out->n_viewers++] = viewer;
    }
    ASSERT(at > from || from == count);
    SET(out, last, at == count);
    reply->response.answer_case = MATCHD__V1__RESPONSE__ANSWER_DRY_RUN_PAGE;
    reply->response.dry_run_page = out;
    return at == count;
}

void verbs_dry_run_page(struct service *service, const struct request *request,
                        struct reply *reply) {
    struct dryrun *run = pin_run(service, request, reply);
    if (run == NULL)
        return;
    struct dryrun_state state;
    dryruns_state(service->dryruns, run, &state);
    if (!state.progress.finished)
        reply_error(reply, MATCHD__V1__ERROR_CODE__CONFLICT,
                    "the run has done %u of %u viewers: its pages can be read when it has finished",
                    state.progress.viewers_done, state.progress.viewers);
    else if (state.failed)
        reply_error(reply, MATCHD__V1__ERROR_CODE__CONFLICT, "the run failed: %s", state.why.text);
    else if (state.progress.cancelled)
        reply_error(reply, MATCHD__V1__ERROR_CODE__CONFLICT, "the run was cancelled");
    else if (tell_page(reply, run, request->has_after ? first_after(run, &request->after) : 0))
        dryruns_read_to_end(service->dryruns, run);
    dryruns_unpin(service->dryruns, run);
}
