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

static bool is_control(char c) {
    return (unsigned char)c < 0x20 || c == 0x7f;
}

/* A byte of a UTF-8 sequence that is not its first. */
static bool is_continuation(char c) {
    return ((unsigned char)c & 0xc0) == 0x80;
}

const char *log_quote(const char *text, char *buffer, size_t size) {
    ASSERT(size >= 8);
    size_t n = 0;
    buffer[n++] = '"';
    for (; *text != '\0' && n + 8 <= size; text++) {
        if (*text == '"' || *text == '\\') {
            buffer[n++] = '\\';
            buffer[n++] = *text;
        } else if (is_control(*text)) {
            n += (size_t)snprintf(buffer + n, size - n, "\\u%04x", (unsigned char)*text);
        } else {
            buffer[n++] = *text;
        }
    }
    if (is_continuation(*text)) { /* cut inside a character: leave it out */
        while (n > 1 && is_continuation(buffer[n - 1]))
            n--;
        n -= n > 1;
    }
    buffer[n++] = '"';
    buffer[n] = '\0';
    return buffer;
}

/* The length of the value at `value`: up to its closing quote, or to the next space. */
static size_t value_length(const char *value) {
    if (*value != '"')
        return strcspn(value, " ");
    size_t length = 1;
    while (value[length] != '\0' && value[length] != '"')
        length += value[length] == '\\' && value[length + 1] != '\0' ? 2 : 1;
    return length + (value[length] == '"');
}

/* A value as a JSON string: what log_quote closed is one already, anything else is quoted here. */
static void value_to_json(const char *value, size_t length, char *json, size_t size) {
    bool closed = length >= 2 && value[0] == '"' && value[length - 1] == '"';
    char raw[LINE_MAX_BYTES];
    size_t start = !closed && value[0] == '"';
    ASSERT(length < sizeof raw && length < size);
    memcpy(raw, value + start, length - start);
    raw[length - start] = '\0';
    if (closed)
        memcpy(json, raw, length + 1);
    else
        log_quote(raw, json, size);
}

/* Appends one `key=value` pair of `pairs` as a JSON member; returns the rest of `pairs`, which is
 * nothing where the line is full: members are whole or not there. */
static const char *append_member(char *line, size_t *n, const char *pairs) {
    size_t key = strcspn(pairs, "= ");
    const char *value = pairs + key + (pairs[key] == '=');
    size_t length = value_length(value);
    char json[LINE_MAX_BYTES], name[64];
    value_to_json(value, length, json, sizeof json);
    memcpy(name, pairs, key < sizeof name ? key : sizeof name - 1);
    name[key < sizeof name ? key : sizeof name - 1] = '\0';
    size_t room = LINE_MAX_BYTES - *n;
    int wrote = snprintf(line + *n, room, ",\"%s\":%s", name, json);
    if (wrote < 0 || (size_t)wrote + 3 > room)
        return "";
    *n += (size_t)wrote;
    return value + length + strspn(value + length, " ");
}

static size_t compose_json(char *line, const char *stamp, enum log_level level, const char *event,
                           const char *pairs) {
    int head =
        snprintf(line, LINE_MAX_BYTES, "{\"ts\":\"%s\",\"level\":\"%s\",\"event\":\"%.128s\"",
                 stamp, level_names[level], event);
    ASSERT(head > 0 && head < LINE_MAX_BYTES - 64);
    size_t n = (size_t)head;
    while (*pairs != '\0')
        pairs = append_member(line, &n, pairs);
    line[n++] = '}';
    return n;
}

static size_t compose_kv(char *line, const char *stamp, enum log_level level, const char *event,
                         const char *pairs) {
    int n = snprintf(line, LINE_MAX_BYTES - 1, "ts=%s level=%s event=%s%s%s", stamp,
                     level_names[level], event, *pairs == '\0' ? "" : " ", pairs);
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
    for (char *c = pairs; *c != '\0'; c++)
        if (is_control(*c)) /* an event is one line, whatever a value holds */
            *c = '?';
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
