/* See settings.h. Values are kept as text first, so that --print-config shows what was written. */
#include "api/matchd/settings.h"

#include "api/matchd/secret.h"
#include "engine/base/mem.h"
#include "engine/kernel/cpu.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <ini.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

struct setting_info {
    const char *variable, *option, *fallback;
    bool number;
    uint32_t min, max; /* numbers only */
    const char *doc;
};

/* 0 as a default of threads and workers: as many as there are processors. */
static const struct setting_info table[SETTINGS] = {
    [SETTING_CONFIG] = {"MATCHD_CONFIG", "config", "", false, 0, 0, "file with settings"},
    [SETTING_ENDPOINTS] = {"MATCHD_ENDPOINTS", "endpoints", "ipc:///run/matchd/matchd.sock", false,
                           0, 0, "ZeroMQ binds, separated by spaces; ipc only without a key"},
    [SETTING_DATABASE_URL] = {"MATCHD_DATABASE_URL", "database-url", "", false, 0, 0,
                              "of the reading role; empty: libpq's PG* variables"},
    [SETTING_REPLICATION_URL] = {"MATCHD_REPLICATION_URL", "replication-url", "", false, 0, 0,
                                 "of the replicating role; empty: snapshots without a slot"},
    [SETTING_WRITE_URL] = {"MATCHD_WRITE_URL", "write-url", "", false, 0, 0,
                           "of the writing role; empty: nothing is published or acted on"},
    [SETTING_THREADS] = {"MATCHD_THREADS", "threads", "0", true, 0, 256,
                         "threads of a run; 0: one per processor"},
    [SETTING_ISA] = {"MATCHD_ISA", "isa", "auto", false, 0, 0,
                     "instruction set: ref, avx2, avx512, auto"},
    [SETTING_VISUAL] = {"MATCHD_VISUAL", "visual", "auto", false, 0, 0,
                        "visual bounds: int8, blas, auto: blas where there is no VNNI"},
    [SETTING_WORKERS] = {"MATCHD_WORKERS", "workers", "0", true, 0, 64,
                         "threads for requests; 0: one per processor, at least 2"},
    [SETTING_QUEUE] = {"MATCHD_QUEUE", "queue", "256", true, 1, 65536,
                       "requests that may wait; more are told OVERLOADED"},
    [SETTING_CAPACITY] = {"MATCHD_CAPACITY", "capacity", "1000000", true, 1, 100000000,
                          "people; more refuse to load"},
    [SETTING_LOAD_CONNECTIONS] = {"MATCHD_LOAD_CONNECTIONS", "load-connections", "2", true, 1, 16,
                                  "connections that load side by side"},
    [SETTING_PUBLISH_CONNECTIONS] = {"MATCHD_PUBLISH_CONNECTIONS", "publish-connections", "2", true,
                                     1, 16, "connections that publish side by side"},
    [SETTING_LEASE_SECONDS] = {"MATCHD_LEASE_SECONDS", "lease-seconds", "10", true, 1, 600,
                               "how long a batch stays with a daemon that gives no sign"},
    [SETTING_SCHEDULER] = {"MATCHD_SCHEDULER", "scheduler", "off", false, 0, 0,
                           "on or off: daily batches and the expiry sweep"},
    [SETTING_PARANOID] = {"MATCHD_PARANOID", "paranoid", "off", false, 0, 0,
                          "on or off: a run publishes only what the plain reference finds too"},
    [SETTING_EVENTS] = {"MATCHD_EVENTS", "events", "", false, 0, 0,
                        "ZeroMQ bind for events; empty: the first endpoint with .events"},
    [SETTING_LOG] = {"MATCHD_LOG", "log", "info", false, 0, 0,
                     "level: debug, info, warn, error, off"},
    [SETTING_LOG_FORMAT] = {"MATCHD_LOG_FORMAT", "log-format", "kv", false, 0, 0, "kv or json"},
    [SETTING_SERVER_KEY_FILE] = {"MATCHD_SERVER_KEY_FILE", "server-key-file", "", false, 0, 0,
                                 "CURVE key of this daemon"},
};

static const char *const origin_names[] = {"default", "file", "environment", "command line"};

static void set(struct settings *settings, size_t which, const char *text, enum origin origin) {
    free(settings->text[which]);
    settings->text[which] = mem_text(text);
    settings->origin[which] = origin;
}

/* ---- command line ------------------------------------------------------------------------ */

enum { OPTION_PRINT_CONFIG = SETTINGS, OPTION_VERSION, OPTION_HELP, OPTIONS };

static bool read_command_line(struct settings *settings, int argc, char **argv, struct err *err) {
    struct option options[OPTIONS + 1] = {
        [OPTION_PRINT_CONFIG] = {"print-config", no_argument, NULL, OPTION_PRINT_CONFIG},
        [OPTION_VERSION] = {"version", no_argument, NULL, OPTION_VERSION},
        [OPTION_HELP] = {"help", no_argument, NULL, OPTION_HELP},
    };
    for (int i = 0; i < SETTINGS; i++)
        options[i] = (struct option){table[i].option, required_argument, NULL, i};
    opterr = 0;
    optind = 1;
    for (int which; (which = getopt_long(argc, argv, ":", options, NULL)) != -1;) {
        switch (which) {
        case OPTION_PRINT_CONFIG: settings->action = ACTION_PRINT_CONFIG; break;
        case OPTION_VERSION: settings->action = ACTION_VERSION; return true;
        case OPTION_HELP: settings->action = ACTION_HELP; return true;
        case ':': return err_set(err, "option %s needs a value", argv[optind - 1]);
        case '?': return err_set(err, "unknown option %s (--help lists them)", argv[optind - 1]);
        default: set(settings, (size_t)which, optarg, ORIGIN_COMMAND_LINE);
        }
    }
    if (optind < argc)
        return err_set(err, "unexpected argument \"%s\"", argv[optind]);
    return true;
}

/* ---- environment and file ---------------------------------------------------------------- */

static void read_environment(struct settings *settings) {
    for (size_t i = 0; i < SETTINGS; i++) {
        const char *text = getenv(table[i].variable);
        if (text != NULL && settings->origin[i] < ORIGIN_ENVIRONMENT)
            set(settings, i, text, ORIGIN_ENVIRONMENT);
    }
}

/* "log_format", "LOG-FORMAT" and "MATCHD_LOG_FORMAT" all name --log-format. */
static bool same_name(const char *name, const char *option) {
    if (strncasecmp(name, "MATCHD_", 7) == 0)
        name += 7;
    for (; *name != '\0' && *option != '\0'; name++, option++) {
        char c = *name == '_' ? '-' : (char)tolower((unsigned char)*name);
        if (c != *option)
            return false;
    }
    return *name == *option;
}

struct file_reading {
    struct settings *settings;
    struct err *err;
    bool failed;
};

static int on_line(void *ctx, const char *section, const char *name, const char *value) {
    struct file_reading *reading = ctx;
    size_t i = 0;
    while (i < SETTINGS && !same_name(name, table[i].option))
        i++;
    if (section[0] != '\0' || i == SETTINGS || i == SETTING_CONFIG) {
        if (!reading->failed)
            err_set(reading->err,
                    section[0] != '\0' ? "sections like [%s] are not known"
                                       : "unknown setting \"%s\"",
                    section[0] != '\0' ? section : name);
        reading->failed = true;
        return 0;
    }
    if (reading->settings->origin[i] < ORIGIN_FILE)
        set(reading->settings, i, value, ORIGIN_FILE);
    return 1;
}

static bool read_file(struct settings *settings, struct err *err) {
    const char *path = settings->text[SETTING_CONFIG];
    if (path[0] == '\0')
        return true;
    struct file_reading reading = {.settings = settings, .err = err};
    int line = ini_parse(path, on_line, &reading);
    if (line < 0)
        return err_set(err, "cannot read %s: %s", path, strerror(errno));
    if (line == 0)
        return true;
    if (!reading.failed)
        err_set(err, "expected name = value");
    return err_wrap(err, "%s, line %d", path, line);
}

/* ---- values ------------------------------------------------------------------------------- */

static uint32_t processors(void) {
    cpu_set_t set_of_cpus;
    if (sched_getaffinity(0, sizeof set_of_cpus, &set_of_cpus) != 0)
        return 1;
    return (uint32_t)CPU_COUNT(&set_of_cpus);
}

static bool number(const struct settings *settings, enum setting which, uint32_t *out,
                   struct err *err) {
    const struct setting_info *info = &table[which];
    const char *text = settings->text[which];
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (!isdigit((unsigned char)text[0]) || *end != '\0' || errno != 0 || value < info->min ||
        value > info->max)
        return err_set(err, "%s (from %s): expected a whole number from %u to %u, got \"%s\"",
                       info->option, origin_names[settings->origin[which]], info->min, info->max,
                       text);
    *out = (uint32_t)value;
    return true;
}

static bool on_or_off(const struct settings *settings, enum setting which, bool *out,
                      struct err *err) {
    const char *text = settings->text[which];
    *out = strcmp(text, "on") == 0;
    return *out || strcmp(text, "off") == 0 ||
           err_set(err, "%s (from %s): expected on or off, got \"%s\"", table[which].option,
                   origin_names[settings->origin[which]], text);
}

static bool read_values(struct settings *settings, struct err *err) {
    if (!number(settings, SETTING_THREADS, &settings->threads, err) ||
        !number(settings, SETTING_WORKERS, &settings->workers, err) ||
        !number(settings, SETTING_QUEUE, &settings->queue, err) ||
        !number(settings, SETTING_CAPACITY, &settings->capacity, err) ||
        !number(settings, SETTING_LOAD_CONNECTIONS, &settings->load_connections, err) ||
        !number(settings, SETTING_PUBLISH_CONNECTIONS, &settings->publish_connections, err) ||
        !number(settings, SETTING_LEASE_SECONDS, &settings->lease_seconds, err) ||
        !on_or_off(settings, SETTING_SCHEDULER, &settings->scheduler, err) ||
        !on_or_off(settings, SETTING_PARANOID, &settings->paranoid, err))
        return false;
    if (settings->threads == 0)
        settings->threads = processors();
    if (settings->workers == 0)
        settings->workers = processors() > 2 ? processors() : 2;
    if (settings->workers > table[SETTING_WORKERS].max)
        settings->workers = table[SETTING_WORKERS].max;
    if (!log_level_from_text(settings->text[SETTING_LOG], &settings->log))
        return err_set(err, "log: expected debug, info, warn, error or off, got \"%s\"",
                       settings->text[SETTING_LOG]);
    if (!log_format_from_text(settings->text[SETTING_LOG_FORMAT], &settings->log_format))
        return err_set(err, "log-format: expected kv or json, got \"%s\"",
                       settings->text[SETTING_LOG_FORMAT]);
    if (!kernels_select(settings->text[SETTING_ISA], cpu_features(), &settings->kernels, err) ||
        !kernels_select_visual(settings->text[SETTING_VISUAL], cpu_features(), &settings->kernels,
                               err))
        return false;
    settings->endpoints = settings->text[SETTING_ENDPOINTS];
    settings->database_url = settings->text[SETTING_DATABASE_URL];
    settings->replication_url = settings->text[SETTING_REPLICATION_URL];
    settings->write_url = settings->text[SETTING_WRITE_URL];
    settings->events = settings->text[SETTING_EVENTS];
    return true;
}

bool settings_read(struct settings *settings, int argc, char **argv, struct err *err) {
    *settings = (struct settings){0};
    for (size_t i = 0; i < SETTINGS; i++)
        set(settings, i, table[i].fallback, ORIGIN_DEFAULT);
    if (!read_command_line(settings, argc, argv, err))
        return false;
    if (settings->action == ACTION_VERSION || settings->action == ACTION_HELP)
        return true;
    read_environment(settings);
    return read_file(settings, err) && read_values(settings, err);
}

void settings_release(struct settings *settings) {
    for (size_t i = 0; i < SETTINGS; i++)
        free(settings->text[i]);
    *settings = (struct settings){0};
}

/* ---- for people ---------------------------------------------------------------------------- */

void settings_help(FILE *out) {
    fputs(
        "matchd [options]: the matching engine, serving over ZeroMQ.\n\n"
        "Loads people from PostgreSQL, answers when they are loaded (READY in Health), stops on\n"
        "SIGTERM within 2 s, loads anew on SIGHUP and on `matchctl reload`.\n\n"
        "Each option can also be set by the variable named beside it, or by `name = value` in\n"
        "the file of --config; the command line wins over the environment, that over the file.\n\n",
        out);
    for (size_t i = 0; i < SETTINGS; i++)
        fprintf(out, "  --%-18s %-24s %s%s%s%s\n", table[i].option, table[i].variable, table[i].doc,
                table[i].fallback[0] != '\0' ? " [" : "", table[i].fallback,
                table[i].fallback[0] != '\0' ? "]" : "");
    fputs("  --print-config       print every setting with its value and origin, and stop\n"
          "  --version, --help\n\n"
          "Exit status: 0 stopped as asked, 1 failed (event matchd.failed says why), 2 wrong\n"
          "settings.\n",
          out);
}

void settings_print(const struct settings *settings, FILE *out) {
    for (size_t i = 0; i < SETTINGS; i++) {
        char *shown = secret_mask(settings->text[i]);
        fprintf(out, "%-24s %-14s %s\n", table[i].variable, origin_names[settings->origin[i]],
                shown);
        free(shown);
    }
}
