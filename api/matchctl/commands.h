/* The commands of matchctl, each in the file of its noun:
 *
 *   status.c    health, stats, reload
 *   score.c     score
 *   preview.c   preview
 *   offers.c    offers
 *   rematch.c   rematch --dry-run
 *
 * A command asks, prints to standard output (a table for people, --json or --ndjson for machines)
 * and returns an exit code. */
#ifndef MATCHD_API_MATCHCTL_COMMANDS_H
#define MATCHD_API_MATCHCTL_COMMANDS_H

#include "api/matchctl/session.h"

typedef enum exit_code command_run(struct session *session);

struct command {
    const char *name, *operands, *doc;
    uint32_t operand_count;
    uint32_t takes; /* option_bits */
    command_run *run;
};

extern const struct command commands[];
extern const size_t command_count;

command_run command_health, command_stats, command_reload;
command_run command_score, command_preview, command_offers, command_rematch;

/* Limits where --timeout is not given, in seconds. */
enum { TIMEOUT_S = 30, TIMEOUT_RELOAD_S = 900 };

#endif
