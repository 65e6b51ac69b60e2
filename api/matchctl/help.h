/* What matchctl --help says: of all commands, or of one and the options that it takes. */
#ifndef MATCHD_API_MATCHCTL_HELP_H
#define MATCHD_API_MATCHCTL_HELP_H

#include "api/matchctl/commands.h"

#include <stdio.h>

void help_all(FILE *out);
void help_command(FILE *out, const struct command *command);

#endif
