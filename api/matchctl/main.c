/* matchctl: asks matchd, over ZeroMQ. */
#include "api/matchctl/commands.h"
#include "api/matchctl/help.h"
#include "api/matchctl/import.h"
#include "engine/base/version.h"

#include <stdio.h>
#include <string.h>

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

/* "help", "help COMMAND" and "COMMAND --help". */
static int show_help(const struct arguments *arguments) {
    const char *name = arguments->command;
    struct err err;
    if (name != NULL && strcmp(name, "help") == 0)
        name = arguments->operand_count > 0 ? arguments->operands[0] : NULL;
    const struct command *command = name == NULL ? NULL : find(name);
    if (name != NULL && command == NULL) {
        err_set(&err, "unknown command \"%s\"", name);
        return usage(err.text);
    }
    if (command == NULL)
        help_all(stdout);
    else
        help_command(stdout, command);
    return CTL_OK;
}

/* False with *err: it is not what the command takes. */
static bool fits(const struct command *command, const struct arguments *arguments,
                 struct err *err) {
    if (arguments->operand_count != command->operand_count)
        return err_set(err, "%s: expected %s, got %u operands", command->name,
                       command->operand_count > 0 ? command->operands : "no operands",
                       arguments->operand_count);
    for (size_t i = 0; i < arguments->named_count; i++)
        if ((arguments->named[i].bit & ~command->takes) != 0)
            return err_set(err, "%s: does not take the option %s%s", command->name,
                           arguments->named[i].name[1] == '\0' ? "-" : "--",
                           arguments->named[i].name);
    return true;
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
    if (arguments.help || (arguments.command != NULL && strcmp(arguments.command, "help") == 0))
        return show_help(&arguments);
    if (arguments.command == NULL)
        return usage("expected a command");
    const struct command *command = find(arguments.command);
    if (command == NULL) {
        err_set(&err, "unknown command \"%s\"", arguments.command);
        return usage(err.text);
    }
    return fits(command, &arguments, &err) ? run(command, &arguments) : usage(err.text);
}
