/* The daemon's settings: one table, filled from the command line, then the environment, then a
 * configuration file, then the default; each value knows where it came from.
 *
 * Names: MATCHD_LOG_FORMAT in the environment is --log-format on the command line and log_format in
 * the file, whose lines are `name = value` (# begins a comment). An unknown option or an unknown
 * name in the file is an error; unknown MATCHD_ variables belong to other programs. */
#ifndef MATCHD_API_MATCHD_SETTINGS_H
#define MATCHD_API_MATCHD_SETTINGS_H

#include "engine/base/err.h"
#include "engine/base/log.h"
#include "engine/kernel/kernel.h"

#include <stdio.h>

enum setting {
    SETTING_CONFIG,
    SETTING_ENDPOINTS,
    SETTING_DATABASE_URL,
    SETTING_REPLICATION_URL,
    SETTING_WRITE_URL,
    SETTING_THREADS,
    SETTING_ISA,
    SETTING_VISUAL,
    SETTING_WORKERS,
    SETTING_QUEUE,
    SETTING_CAPACITY,
    SETTING_LOAD_CONNECTIONS,
    SETTING_PUBLISH_CONNECTIONS,
    SETTING_LEASE_SECONDS,
    SETTING_SCHEDULER,
    SETTING_PARANOID,
    SETTING_EVENTS,
    SETTING_LOG,
    SETTING_LOG_FORMAT,
    SETTING_SERVER_KEY_FILE,
    SETTINGS
};

enum origin { ORIGIN_DEFAULT, ORIGIN_FILE, ORIGIN_ENVIRONMENT, ORIGIN_COMMAND_LINE };

enum action { ACTION_SERVE, ACTION_PRINT_CONFIG, ACTION_VERSION, ACTION_HELP };

struct settings {
    char *text[SETTINGS]; /* owned */
    enum origin origin[SETTINGS];
    enum action action;
    /* The same, read. */
    const char *endpoints, *database_url, *replication_url, *write_url, *events;
    const struct kernels *kernels; /* of the instruction set and visual backend asked for */
    uint32_t threads, workers, queue, capacity, load_connections;
    uint32_t publish_connections, lease_seconds;
    bool scheduler, paranoid;
    enum log_level log;
    enum log_format log_format;
};

/* False with *err: an unknown option, a value out of its bounds, an unreadable file. */
bool settings_read(struct settings *settings, int argc, char **argv, struct err *err) MUST_CHECK;
void settings_release(struct settings *settings);

void settings_help(FILE *out);
/* Each value and its origin; passwords in URLs are masked. */
void settings_print(const struct settings *settings, FILE *out);

#endif
