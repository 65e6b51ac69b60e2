#include "api/matchd/batch_steps.h"
#include "engine/base/mem.h"
#include "storage/batches.h"

#include <stdlib.h>
#include <string.h>

/* A sorted list of ids that is walked along with the population. */
struct id_list {
    struct uuid *ids;
    size_t count, at;
};

/* Is `id` in the list? Asked in ascending order. */
static bool holds(struct id_list *list, const struct uuid *id) {
    while (list->at < list->count && uuid_order(&list->ids[list->at], id) < 0)
        list->at++;
    return list->at < list->count && uuid_same(&list->ids[list->at], id);
}

static void collect(struct batch_viewers *out, const struct batch_work *batch,
                    const struct view *view, struct id_list *scope, struct id_list *served) {
    const uint32_t *by_id = population_by_id(view->population);
    for (uint32_t i = 0; i < view->count; i++) {
        uint32_t row = by_id[i];
        const struct uuid *id = population_id(view->population, row);
        bool wanted = scope->ids == NULL || holds(scope, id);
        if (!wanted || !view->member[row] ||
            strcmp(population_timezone(view->population, row), batch->zone) != 0)
            continue;
        if (holds(served, id)) {
            out->served_before++;
            continue;
        }
        out->rows[out->count] = row;
        out->ids[out->count++] = *id;
    }
}

bool batch_viewers_find(struct batch_viewers *viewers, struct pg_conn *conn,
                        const struct batch_work *batch, const struct view *view, bool with_anchor,
                        struct err *err) {
    struct id_list scope = {0}, served = {0};
    *viewers = (struct batch_viewers){0};
    if (!batches_scope(conn, &batch->lease.run, &scope.ids, &scope.count, err))
        return false;
    bool ok = batches_served(conn, batch->date, with_anchor, &served.ids, &served.count, err);
    if (ok) {
        viewers->rows = mem_array(view->count, sizeof *viewers->rows);
        viewers->ids = mem_array(view->count, sizeof *viewers->ids);
        collect(viewers, batch, view, &scope, &served);
        free(served.ids);
    }
    free(scope.ids);
    return ok;
}

void batch_viewers_release(struct batch_viewers *viewers) {
    free(viewers->rows);
    free(viewers->ids);
    *viewers = (struct batch_viewers){0};
}
