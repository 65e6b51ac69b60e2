/* Answers before times: what the fast search found, against the reference, for a sample of viewers.
 */
#ifndef MATCHD_BENCH_CHECK_H
#define MATCHD_BENCH_CHECK_H

#include "engine/match/reference.h"
#include "engine/match/run.h"

/* One viewer's picks, anchor and counts, bit by bit. ROW_NONE in place of a count says not counted.
 * The error says what differs. */
bool check_result(const struct run_result *found, const struct viewer_result *expected,
                  struct err *err) MUST_CHECK;
/* The same for a ranking. */
bool check_ranking(const struct ranked *found, const struct ranked *expected, uint32_t count,
                   struct err *err) MUST_CHECK;

/* `sample` viewers of a finished run, spread evenly. The error names the viewer. */
bool check_run(const struct run *run, const struct view *view, uint32_t sample,
               struct err *err) MUST_CHECK;

#endif
