/* matchctl: asks matchd, over ZeroMQ. */
#include "api/matchctl/commands.h"
#include "api/matchctl/import.h"
#include "engine/base/version.h"

#include <stdio.h>
#include <string.h>

static void help(FILE *out) {
    fputs("matchctl [options] COMMAND: asks matchd.\n\n", out);
    for (size_t i = 0; i < command_count; i++)
        fprintf(out, "  %-8s %-17s %s\n", commands[i].name, commands[i].operands, commands[i].doc);
    fputs("  import   DIR               CSV files into the database, all or nothing (import "
          "--help)\n",
          out);
    fputs("\n"
          "  --json           one JSON object for machines (numbers with 17 significant digits,\n"
          "                   null for what is undefined)\n"
          "  --ndjson         rematch: one JSON object per viewer, in UUID order\n"
          "  --date D         batch date, 2026-11-22; default: the UTC date of --now; of a\n"
          "                   rematch that publishes: the local date of each time zone\n"
          "                   (offers: only those of that batch date)\n"
          "  --now T          instant, 2026-11-22T09:00:00Z; default: this minute, by the\n"
          "                   daemon's clock\n"
          "  -k K             preview: how many candidates, 1 to 500\n"
          "  --users FILE     rematch: only these viewers, one UUID a line\n"
          "  --dry-run        rematch: compute and show, write nothing\n"
          "  --paranoid       rematch --dry-run: everybody is scored by the plain reference as\n"
          "                   well; a difference fails the run (runs that publish: the daemon's\n"
          "                   setting paranoid)\n"
          "  --timezone TZ    rematch: only people of this time zone (IANA name)\n"
          "  --wait           rematch: until it has ended; the exit status says how\n"
          "  --key KEY        act, unmatch: idempotency key\n"
          "  --status S       matches: active, closed or all\n"
          "  --reason R       unmatch: not_interested, inappropriate or other\n"
          "  --endpoints E    where matchd listens (MATCHD_ENDPOINTS)\n"
          "  --timeout S      seconds to wait for an answer (30; reload 900)\n"
          "  --version, --help\n\n"
          "Exit status:\n"
          "  0  done\n"
          "  1  the request failed: the daemon said why (health: it is not ready)\n"
          "  2  the command line is wrong\n"
          "  3  nobody listens at the endpoint\n"
          "  4  no answer in time\n"
          "  5  the answer could not be written\n"
          "  6  rematch --wait: a run failed or was cancelled; cancel: it had ended before\n"
          "  7  explain: the offer is not reproduced bit for bit\n",
          out);
}

static int usage(const char *reason) {
    fprintf(stderr, "matchctl: %s (matchctl --help)\n", reason);
    return CTL_USAGE;
}

static const struct command *find(const char *name) {
    for (size_t i = 0; i < command_count; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

static int run(const struct command *command, const struct arguments *arguments) {
    struct session session;
    if (!session_open(&session, arguments))
        return (int)session.exit_code;
    enum exit_code code = command->run(&session);
    session_close(&session);
    if (fflush(stdout) != 0 || ferror(stdout) != 0) {
        fputs("matchctl: cannot write the answer\n", stderr);
        return CTL_OUTPUT;
    }
    return (int)code;
}

int main(int argc, char **argv) {
    /* Asks no daemon, and has options of its own. */
    if (argc > 1 && strcmp(argv[1], "import") == 0)
        return import_command(argc - 1, argv + 1);
    struct arguments arguments;
    struct err err;
    if (!arguments_read(&arguments, argc, argv, &err))
        return usage(err.text);
    if (arguments.version) {
        printf("matchctl %s (%s)\n", MATCHD_VERSION, MATCHD_COMMIT);
        return CTL_OK;
    }
    if (arguments.help) {
        help(stdout);
        return CTL_OK;
    }
    if (arguments.command == NULL)
        return usage("expected a command");
    const struct command *command = find(arguments.command);
    if (command == NULL) {
        err_set(&err, "unknown command \"%s\"", arguments.command);
        return usage(err.text);
    }
    if (arguments.operand_count != command->operand_count) {
        err_set(&err, "%s: expected %s, got %u operands", command->name,
                command->operand_count > 0 ? command->operands : "no operands",
                arguments.operand_count);
        return usage(err.text);
    }
    if ((arguments.given & ~command->takes) != 0) {
        err_set(&err, "%s: an option that this command does not take", command->name);
        return usage(err.text);
    }
    return run(command, &arguments);
}
