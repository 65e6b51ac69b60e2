/* Lines are composed in a fixed buffer and written at once; longer ones are cut. */
#include "engine/base/log.h"

#include "engine/base/civil.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 4096 };

/* 1970-01-01 seen from 2000-01-01. */
static const instant_t UNIX_EPOCH = -INT64_C(946684800000000);

static const char *const level_names[] = {"debug", "info", "warn", "error", "off"};

static enum log_level threshold = LOG_INFO;
static enum log_format shape = LOG_KV;
static pthread_mutex_t write_lock = PTHREAD_MUTEX_INITIALIZER;

void log_setup(enum log_level level, enum log_format format) {
    threshold = level;
    shape = format;
}

bool log_level_from_text(const char *text, enum log_level *out) {
    for (size_t i = 0; i < ARRAY_LEN(level_names); i++)
        if (strcmp(text, level_names[i]) == 0) {
            *out = (enum log_level)i;
            return true;
        }
    return false;
}

bool log_format_from_text(const char *text, enum log_format *out) {
    bool json = strcmp(text, "json") == 0;
    *out = json ? LOG_JSON : LOG_KV;
    return json || strcmp(text, "kv") == 0;
}

const char *log_quote(const char *text, char *buffer, size_t size) {
    ASSERT(size >= 8);
    size_t n = 0;
    buffer[n++] = '"';
    for (; *text != '\0' && n + 8 <= size; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\') {
            buffer[n++] = '\\';
            buffer[n++] = (char)c;
        } else if (c < 0x20 || c == 0x7f) {
            n += (size_t)snprintf(buffer + n, size - n, "\\u%04x", c);
        } else {
            buffer[n++] = (char)c;
        }
    }
    buffer[n++] = '"';
    buffer[n] = '\0';
    return buffer;
}

/* Copies one `key=value` pair of `pairs` as a JSON member; returns the rest of `pairs`. */
static const char *append_member(char *line, size_t *n, const char *pairs) {
    size_t key = strcspn(pairs, "= ");
    const char *value = pairs + key + (pairs[key] == '=');
    size_t length = 0;
    bool quoted = *value == '"';
    if (quoted)
        for (length = 1; value[length] != '\0' && value[length] != '"'; length++)
            length += value[length] == '\\' && value[length + 1] != '\0';
    else
        length = strcspn(value, " ");
    int wrote = snprintf(line + *n, LINE_MAX_BYTES - *n, quoted ? ",\"%.*s\":%.*s\"" : ",\"%.*s\":\"%.*s\"",
                         (int)key, pairs, (int)length, value);
    *n += wrote > 0 ? (size_t)wrote : 0;
    if (*n >= LINE_MAX_BYTES)
        *n = LINE_MAX_BYTES - 1;
    value += length + (quoted && value[length] == '"');
    return value + strspn(value, " ");
}

static size_t compose_json(char *line, const char *stamp, enum log_level level, const char *event,
                           const char *pairs) {
    size_t n = (size_t)snprintf(line, LINE_MAX_BYTES, "{\"ts\":\"%s\",\"level\":\"%s\",\"event\":\"%s\"",
                                stamp, level_names[level], event);
    while (*pairs != '\0' && n < LINE_MAX_BYTES - 64)
        pairs = append_member(line, &n, pairs);
    if (n > LINE_MAX_BYTES - 3)
        n = LINE_MAX_BYTES - 3;
    line[n++] = '}';
    return n;
}

static size_t compose_kv(char *line, const char *stamp, enum log_level level, const char *event,
                         const char *pairs) {
    int n = snprintf(line, LINE_MAX_BYTES - 1, "ts=%s level=%s event=%s%s%s", stamp, level_names[level],
                     event, *pairs == '\0' ? "" : " ", pairs);
    return n < LINE_MAX_BYTES - 1 ? (size_t)n : LINE_MAX_BYTES - 2;
}

void log_line(enum log_level level, const char *event, const char *format, ...) {
    if (level < threshold)
        return;
    char pairs[LINE_MAX_BYTES - 256];
    va_list args;
    va_start(args, format);
    vsnprintf(pairs, sizeof pairs, format, args);
    va_end(args);
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    char stamp[INSTANT_TEXT];
    instant_to_text(UNIX_EPOCH + (instant_t)now.tv_sec * 1000000 + now.tv_nsec / 1000, stamp);
    char line[LINE_MAX_BYTES];
    size_t n = shape == LOG_JSON ? compose_json(line, stamp, level, event, pairs)
                                 : compose_kv(line, stamp, level, event, pairs);
    line[n++] = '\n';
    pthread_mutex_lock(&write_lock);
    ssize_t written = write(STDERR_FILENO, line, n);
    pthread_mutex_unlock(&write_lock);
    (void)written; /* there is nowhere left to complain */
}
