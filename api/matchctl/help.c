#include "api/matchctl/help.h"

struct option_help {
    uint32_t bit; /* 0: every command takes it */
    const char *form, *doc;
};

static const struct option_help options[] = {
    {TAKES_JSON, "--json",
     "one JSON object for machines (numbers with 17 significant digits,\n"
     "null for what is undefined)"},
    {TAKES_NDJSON, "--ndjson", "rematch: one JSON object per viewer, in UUID order"},
    {TAKES_CLOCK, "--date D",
     "batch date, 2026-11-22; default: the UTC date of --now; of a\n"
     "rematch that publishes: the local date of each time zone\n"
     "(offers: only those of that batch date)"},
    {TAKES_CLOCK, "--now T",
     "instant, 2026-11-22T09:00:00Z; default: this minute, by the\n"
     "daemon's clock"},
    {TAKES_K, "-k K", "how many: preview 1 to 500, jobs 1 to 200"},
    {TAKES_USERS, "--users FILE", "rematch: only these viewers, one UUID a line"},
    {TAKES_DRY_RUN, "--dry-run", "rematch: compute and show, write nothing"},
    {TAKES_PARANOID, "--paranoid",
     "rematch --dry-run: everybody is scored by the plain reference as\n"
     "well; a difference fails the run (runs that publish: the daemon's\n"
     "setting paranoid)"},
    {TAKES_ZONE, "--timezone TZ", "rematch: only people of this time zone (IANA name)"},
    {TAKES_WAIT, "--wait", "rematch: until it has ended; the exit status says how"},
    {TAKES_KEY, "--key KEY", "act, unmatch: idempotency key"},
    {TAKES_STATUS, "--status S", "matches: active, closed or all"},
    {TAKES_REASON, "--reason R", "unmatch: not_interested, inappropriate or other"},
    {0, "--endpoints E", "where matchd listens (MATCHD_ENDPOINTS)"},
    {0, "--timeout S", "seconds to wait for an answer (30; reload 900)"},
    {0, "--version, --help", ""},
};

static void print_option(FILE *out, const struct option_help *option) {
    fprintf(out, "  %-*s", option->doc[0] == '\0' ? 0 : 15, option->form);
    for (const char *at = option->doc; *at != '\0'; at++) {
        if (at == option->doc)
            fputs("  ", out);
        fputc(*at, out);
        if (*at == '\n')
            fprintf(out, "%19s", "");
    }
    fputc('\n', out);
}

static void print_options(FILE *out, uint32_t takes) {
    for (size_t i = 0; i < ARRAY_LEN(options); i++)
        if ((options[i].bit & ~takes) == 0)
            print_option(out, &options[i]);
}

void help_all(FILE *out) {
    fputs("matchctl [options] COMMAND: asks matchd.\n\n", out);
    for (size_t i = 0; i < command_count; i++)
        fprintf(out, "  %-8s %-17s %s\n", commands[i].name, commands[i].operands, commands[i].doc);
    fputs("  import   DIR               CSV files into the database, all or nothing (import "
          "--help)\n"
          "  help     [COMMAND]         this, or a command and its options\n\n",
          out);
    print_options(out, UINT32_MAX);
    fputs("\nExit status:\n"
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

void help_command(FILE *out, const struct command *command) {
    fprintf(out, "matchctl [options] %s%s%s: %s\n\n", command->name,
            command->operand_count > 0 ? " " : "", command->operands, command->doc);
    print_options(out, command->takes);
    fputs("\nmatchctl --help lists all commands and what the exit status says.\n", out);
}
