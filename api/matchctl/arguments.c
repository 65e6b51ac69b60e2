#include "api/matchctl/arguments.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>

enum long_option {
    OPTION_ENDPOINTS = 256,
    OPTION_TIMEOUT,
    OPTION_DATE,
    OPTION_NOW,
    OPTION_JSON,
    OPTION_NDJSON,
    OPTION_DRY_RUN,
    OPTION_USERS,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option long_options[] = {
    {"endpoints", required_argument, NULL, OPTION_ENDPOINTS},
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"date", required_argument, NULL, OPTION_DATE},
    {"now", required_argument, NULL, OPTION_NOW},
    {"json", no_argument, NULL, OPTION_JSON},
    {"ndjson", no_argument, NULL, OPTION_NDJSON},
    {"dry-run", no_argument, NULL, OPTION_DRY_RUN},
    {"users", required_argument, NULL, OPTION_USERS},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

static bool read_number(const char *option, const char *text, uint32_t *out, struct err *err) {
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 || value == 0 ||
        value > 1000000)
        return err_set(err, "%s: expected a whole number from 1, got \"%s\"", option, text);
    *out = (uint32_t)value;
    return true;
}

static bool take_option(struct arguments *arguments, int option, struct err *err) {
    switch (option) {
    case OPTION_ENDPOINTS: arguments->endpoints = optarg; return true;
    case OPTION_TIMEOUT: return read_number("--timeout", optarg, &arguments->timeout_s, err);
    case OPTION_DATE:
        arguments->date = optarg;
        arguments->given |= TAKES_CLOCK;
        return true;
    case OPTION_NOW:
        arguments->now = optarg;
        arguments->given |= TAKES_CLOCK;
        return true;
    case OPTION_JSON:
        arguments->json = true;
        arguments->given |= TAKES_JSON;
        return true;
    case OPTION_NDJSON:
        arguments->ndjson = true;
        arguments->given |= TAKES_NDJSON;
        return true;
    case OPTION_DRY_RUN:
        arguments->dry_run = true;
        arguments->given |= TAKES_DRY_RUN;
        return true;
    case OPTION_USERS:
        arguments->users = optarg;
        arguments->given |= TAKES_USERS;
        return true;
    case 'k': arguments->given |= TAKES_K; return read_number("-k", optarg, &arguments->k, err);
    case 'h':
    case OPTION_HELP: arguments->help = true; return true;
    case OPTION_VERSION: arguments->version = true; return true;
    default: ASSERT(false); return false;
    }
}

bool arguments_read(struct arguments *arguments, int argc, char **argv, struct err *err) {
    *arguments = (struct arguments){.endpoints = getenv("MATCHD_ENDPOINTS")};
    if (arguments->endpoints == NULL || arguments->endpoints[0] == '\0')
        arguments->endpoints = "ipc:///run/matchd/matchd.sock";
    opterr = 0;
    optind = 1;
    for (int option; (option = getopt_long(argc, argv, ":k:h", long_options, NULL)) != -1;) {
        if (option == ':')
            return err_set(err, "option %s needs a value", argv[optind - 1]);
        if (option == '?')
            return err_set(err, "unknown option %s", argv[optind - 1]);
        if (!take_option(arguments, option, err))
            return false;
    }
    if (optind < argc)
        arguments->command = argv[optind++];
    for (; optind < argc; optind++) {
        if (arguments->operand_count == OPERANDS_MAX)
            return err_set(err, "unexpected argument \"%s\"", argv[optind]);
        arguments->operands[arguments->operand_count++] = argv[optind];
    }
    return true;
}
