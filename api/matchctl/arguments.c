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
    OPTION_PARANOID,
    OPTION_USERS,
    OPTION_ZONE,
    OPTION_WAIT,
    OPTION_KEY,
    OPTION_STATUS,
    OPTION_REASON,
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
    {"paranoid", no_argument, NULL, OPTION_PARANOID},
    {"users", required_argument, NULL, OPTION_USERS},
    {"timezone", required_argument, NULL, OPTION_ZONE},
    {"wait", no_argument, NULL, OPTION_WAIT},
    {"key", required_argument, NULL, OPTION_KEY},
    {"status", required_argument, NULL, OPTION_STATUS},
    {"reason", required_argument, NULL, OPTION_REASON},
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

/* "date"; NULL: it has none. */
static const char *long_name(int option) {
    for (size_t i = 0; long_options[i].name != NULL; i++)
        if (long_options[i].val == option)
            return long_options[i].name;
    return NULL;
}

static void note_given(struct arguments *arguments, uint32_t bit, int option) {
    const char *name = long_name(option);
    arguments->given |= bit;
    if (arguments->named_count == NAMED_MAX)
        return;
    arguments->named[arguments->named_count].bit = bit;
    arguments->named[arguments->named_count++].name = name != NULL ? name : "k";
}

/* An option whose value is kept as it is, or that has none. False: it is none of these. */
static bool take_plain(struct arguments *arguments, int option) {
    const struct {
        int option;
        enum option_bit bit;
        const char **value; /* NULL: it sets a flag */
        bool *flag;
    } table[] = {
        {OPTION_DATE, TAKES_CLOCK, &arguments->date, NULL},
        {OPTION_NOW, TAKES_CLOCK, &arguments->now, NULL},
        {OPTION_USERS, TAKES_USERS, &arguments->users, NULL},
        {OPTION_ZONE, TAKES_ZONE, &arguments->zone, NULL},
        {OPTION_KEY, TAKES_KEY, &arguments->key, NULL},
        {OPTION_STATUS, TAKES_STATUS, &arguments->status, NULL},
        {OPTION_REASON, TAKES_REASON, &arguments->reason, NULL},
        {OPTION_JSON, TAKES_JSON, NULL, &arguments->json},
        {OPTION_NDJSON, TAKES_NDJSON, NULL, &arguments->ndjson},
        {OPTION_DRY_RUN, TAKES_DRY_RUN, NULL, &arguments->dry_run},
        {OPTION_PARANOID, TAKES_PARANOID, NULL, &arguments->paranoid},
        {OPTION_WAIT, TAKES_WAIT, NULL, &arguments->wait},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (table[i].option != option)
            continue;
        if (table[i].flag != NULL)
            *table[i].flag = true;
        else
            *table[i].value = optarg;
        note_given(arguments, table[i].bit, option);
        return true;
    }
    return false;
}

static bool take_option(struct arguments *arguments, int option, struct err *err) {
    if (take_plain(arguments, option))
        return true;
    switch (option) {
    case OPTION_ENDPOINTS: arguments->endpoints = optarg; return true;
    case OPTION_TIMEOUT: return read_number("--timeout", optarg, &arguments->timeout_s, err);
    case 'k':
        note_given(arguments, TAKES_K, option);
        return read_number("-k", optarg, &arguments->k, err);
    case 'h':
    case OPTION_HELP: arguments->help = true; return true;
    case OPTION_VERSION: arguments->version = true; return true;
    default: ASSERT(false); return false;
    }
}

/* What getopt_long cannot place: it tells which letter, or nothing of a long option that it does
 * not know, which is then the last argument that it took. */
static bool refuse(const char *argument, struct err *err) {
    const char *name = optopt > UINT8_MAX ? long_name(optopt) : NULL;
    if (name != NULL)
        return err_set(err, "option --%s takes no value, got \"%s\"", name, argument);
    if (optopt != 0)
        return err_set(err, "unknown option -%c", optopt);
    return err_set(err, "unknown option %s", argument);
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
            return refuse(argv[optind - 1], err);
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
