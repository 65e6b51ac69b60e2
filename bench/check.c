#include "bench/check.h"

#include <string.h>

static bool same_bits(double x, double y) {
    return memcmp(&x, &y, sizeof x) == 0;
}

static bool check_offer(const char *what, const struct offer *found, const struct offer *expected,
                        struct err *err) {
    if (found->candidate != expected->candidate)
        return err_set(err, "%s: candidate %u, the reference has %u", what, found->candidate,
                       expected->candidate);
    if (!same_bits(found->raw, expected->raw) || !same_bits(found->final, expected->final))
        return err_set(err, "%s: raw %a and final %a, the reference has %a and %a", what,
                       found->raw, found->final, expected->raw, expected->final);
    bool same = found->mode == expected->mode && found->score == expected->score &&
                found->physical == expected->physical &&
                found->themes.count == expected->themes.count;
    for (uint32_t i = 0; same && i < found->themes.count; i++)
        same = strcmp(found->themes.codes[i], expected->themes.codes[i]) == 0;
    return same || err_set(err, "%s: candidate %u with another mode, score or theme", what,
                           found->candidate);
}

static bool check_count(const char *what, uint32_t found, uint32_t expected, struct err *err) {
    if (found == expected)
        return true;
    return err_set(err, "%s: %u, the reference has %u", what, found, expected);
}

bool check_result(const struct run_result *found, const struct viewer_result *expected,
                  struct err *err) {
    if (!check_count("viewer", found->viewer, expected->viewer, err) ||
        !check_count("pool", found->pool_count, expected->pool_count, err) ||
        !check_count("picks", found->pick_count, expected->pick_count, err) ||
        !check_count("anchors", found->anchor != NULL, expected->has_anchor, err))
        return false;
    if (found->eligible != ROW_NONE &&
        !check_count("eligible", found->eligible, expected->eligible, err))
        return false;
    if (found->offerable != ROW_NONE &&
        !check_count("offerable", found->offerable, expected->offerable, err))
        return false;
    for (uint32_t i = 0; i < found->pick_count; i++)
        if (!check_offer("pick", &found->picks[i], &expected->picks[i], err))
            return false;
    return found->anchor == NULL || check_offer("anchor", found->anchor, &expected->anchor, err);
}

bool check_ranking(const struct ranked *found, const struct ranked *expected, uint32_t count,
                   struct err *err) {
    for (uint32_t i = 0; i < count; i++)
        if (found[i].row != expected[i].row || !same_bits(found[i].raw, expected[i].raw) ||
            found[i].mode != expected[i].mode || found[i].accepted != expected[i].accepted)
            return err_set(err, "rank %u: row %u with raw %a, the reference has %u with %a", i + 1,
                           found[i].row, found[i].raw, expected[i].row, expected[i].raw);
    return true;
}

bool check_run(const struct run *run, const struct view *view, uint32_t sample, struct err *err) {
    uint32_t count = run_count(run);
    if (sample > count)
        sample = count;
    for (uint32_t i = 0; i < sample; i++) {
        uint32_t index = (uint32_t)((uint64_t)i * count / sample);
        struct ranked pool[POOL_MAX];
        struct viewer_result expected = {.pool = pool};
        const struct run_result *found = run_result(run, index);
        if (found == NULL)
            return err_set(err, "viewer %u of %u: no result", index, count);
        reference_viewer(view, found->viewer, &expected);
        if (!check_result(found, &expected, err)) {
            char id[UUID_TEXT];
            uuid_to_text(population_id(view->population, found->viewer), id);
            return err_wrap(err, "WRONG ANSWER for viewer %s", id);
        }
    }
    return true;
}
