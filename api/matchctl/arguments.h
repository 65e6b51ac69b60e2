/* The command line of matchctl: a command, its operands, and options anywhere among them. */
#ifndef MATCHD_API_MATCHCTL_ARGUMENTS_H
#define MATCHD_API_MATCHCTL_ARGUMENTS_H

#include "engine/base/err.h"

enum { OPERANDS_MAX = 4, NAMED_MAX = 32 };

/* Options that only some commands take. */
enum option_bit {
    TAKES_CLOCK = 1,      /* --date, --now */
    TAKES_JSON = 2,       /* --json */
    TAKES_NDJSON = 4,     /* --ndjson */
    TAKES_K = 8,          /* -k */
    TAKES_DRY_RUN = 16,   /* --dry-run */
    TAKES_USERS = 32,     /* --users FILE */
    TAKES_ZONE = 64,      /* --timezone TZ */
    TAKES_WAIT = 128,     /* --wait */
    TAKES_KEY = 256,      /* --key KEY */
    TAKES_STATUS = 512,   /* --status S */
    TAKES_REASON = 1024,  /* --reason R */
    TAKES_PARANOID = 2048 /* --paranoid */
};

struct arguments {
    const char *command; /* NULL: none was given */
    const char *operands[OPERANDS_MAX];
    uint32_t operand_count;
    uint32_t given; /* option_bits */
    /* The first of the options that only some commands take, as they were given. */
    struct {
        uint32_t bit;
        const char *name;
    } named[NAMED_MAX];
    size_t named_count;
    const char *endpoints;
    uint32_t timeout_s; /* 0: the command's own */
    const char *date, *now, *users, *zone, *key, *status, *reason;
    uint32_t k;
    bool json, ndjson, dry_run, paranoid, wait, help, version;
};

/* False with *err. Texts point into argv and the environment. */
bool arguments_read(struct arguments *arguments, int argc, char **argv, struct err *err) MUST_CHECK;

#endif
