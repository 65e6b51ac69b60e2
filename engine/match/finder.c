/* A search with one viewer at a time for each request at once. */
#include "engine/match/finder.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/match/reference.h"

/* What one request works with. */
struct session {
    struct search search;
    struct sweep *sweep;
    struct session *next; /* idle */
};

struct finder {
    const struct tiles *tiles;
    const struct kernels *kernels;
    pthread_mutex_t lock;
    struct session *idle;
};

struct finder *finder_new(const struct tiles *tiles, const struct kernels *kernels) {
    struct finder *finder = mem_array(1, sizeof *finder);
    finder->tiles = tiles;
    finder->kernels = kernels;
    pthread_mutex_init(&finder->lock, NULL);
    return finder;
}

void finder_free(struct finder *finder) {
    if (finder == NULL)
        return;
    while (finder->idle != NULL) {
        struct session *session = finder->idle;
        finder->idle = session->next;
        sweep_free(session->sweep);
        search_release(&session->search);
        free(session);
    }
    pthread_mutex_destroy(&finder->lock);
    free(finder);
}

static struct session *take(struct finder *finder) {
    pthread_mutex_lock(&finder->lock);
    struct session *session = finder->idle;
    if (session != NULL)
        finder->idle = session->next;
    pthread_mutex_unlock(&finder->lock);
    if (session != NULL)
        return session;
    session = mem_array(1, sizeof *session);
    search_init(&session->search, finder->tiles, finder->kernels, 1,
                SEARCH_ALONE | SEARCH_EXACT_COUNTS | SEARCH_COUNT_FLOORS);
    session->sweep = sweep_new(&session->search);
    return session;
}

static void give_back(struct finder *finder, struct session *session) {
    pthread_mutex_lock(&finder->lock);
    session->next = finder->idle;
    finder->idle = session;
    pthread_mutex_unlock(&finder->lock);
}

bool finder_preview(struct finder *finder, const struct finder_request *request,
                    struct finder_answer *answer) {
    struct session *session = take(finder);
    session->search.store.keep = request->k;
    const struct patience patience = {request->expired, request->ctx};
    struct viewer_result result = {.pool = answer->ranked};
    bool done = search_viewer(session->sweep, request->viewer, &patience, &result);
    memcpy(answer->funnel.floors, session->sweep->floors, sizeof answer->funnel.floors);
    give_back(finder, session);
    if (done && request->funnel)
        funnel_gates(finder->tiles, finder->kernels, request->viewer, &answer->funnel);
    answer->count = result.pool_count;
    answer->eligible = result.eligible;
    answer->offerable = result.offerable;
    return done;
}
