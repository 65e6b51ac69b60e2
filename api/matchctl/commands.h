/* The commands of matchctl, each in the file of its noun:
 *
 *   status.c    health, stats, reload
 *   score.c     score
 *   preview.c   preview
 *   offers.c    offers
 *   rematch.c   rematch --dry-run
 *   publish.c   rematch without --dry-run, jobs, cancel
 *   actions.c   act, matches, unmatch
 *   explain.c   explain
 *
 * A command asks, prints to standard output (a table for people, --json or --ndjson for machines)
 * and returns an exit code. */
#ifndef MATCHD_API_MATCHCTL_COMMANDS_H
#define MATCHD_API_MATCHCTL_COMMANDS_H

#include "api/matchctl/session.h"

struct command {
    const char *name, *operands, *doc;
    uint32_t operand_count;
    uint32_t takes; /* option_bits */
    enum exit_code (*run)(struct session *session);
};

extern const struct command commands[];
extern const size_t command_count;

enum exit_code command_health(struct session *session);
enum exit_code command_stats(struct session *session);
enum exit_code command_reload(struct session *session);
enum exit_code command_score(struct session *session);
enum exit_code command_preview(struct session *session);
enum exit_code command_offers(struct session *session);
enum exit_code command_rematch(struct session *session);
enum exit_code command_publish(struct session *session); /* rematch that publishes */
enum exit_code command_jobs(struct session *session);
enum exit_code command_cancel(struct session *session);
enum exit_code command_act(struct session *session);
enum exit_code command_matches(struct session *session);
enum exit_code command_unmatch(struct session *session);
enum exit_code command_explain(struct session *session);

/* Limits where --timeout is not given, in seconds. */
enum { TIMEOUT_S = 30, TIMEOUT_RELOAD_S = 900 };

#endif
