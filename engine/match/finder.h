/* Single requests by the fast search: one viewer against everybody, exact, while other threads do
 * the same.
 *
 *     struct finder *finder = finder_new(tiles, kernels);
 *     finder_preview(finder, &request, &answer);     // any thread
 *     finder_free(finder);
 *
 * Cost follows the viewer's eligible pool: tiles that the viewer's own limits rule out are passed
 * over. Working memory (about 55 bytes a person) is kept for as many requests as ever ran at once.
 */
#ifndef MATCHD_ENGINE_MATCH_FINDER_H
#define MATCHD_ENGINE_MATCH_FINDER_H

#include "engine/match/search.h"

struct finder;
/* Both must outlive it. */
struct finder *finder_new(const struct tiles *tiles, const struct kernels *kernels);
void finder_free(struct finder *finder);

struct finder_request {
    uint32_t viewer; /* row */
    uint32_t k;
    bool funnel; /* also the exact funnel and the best relaxation */
    /* Asked every few tiles; true: give up. NULL: never. */
    bool (*expired)(void *ctx);
    void *ctx;
};

struct finder_answer {
    struct ranked *ranked; /* the caller's array of k */
    uint32_t count, eligible, offerable;
    struct funnel funnel;
};

/* The first min(k, offerable) of the order of section 6, as reference_preview has it. False: given
 * up. */
bool finder_preview(struct finder *finder, const struct finder_request *request,
                    struct finder_answer *answer) MUST_CHECK;

/* Gates, relaxation and all else of a funnel but `floors`, which stay as they are: people that the
 * viewer can have nothing to do with are counted by whole tiles (funnel_tiles.c). */
void funnel_gates(const struct tiles *tiles, const struct kernels *kernels, uint32_t viewer,
                  struct funnel *out);

#endif
