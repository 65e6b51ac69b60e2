/* One line per event, on standard error: key=value pairs, or JSON.
 *
 *     log_info("population.loaded", "people=%u seconds=%.2f", people, seconds);
 *  -> ts=2026-11-22T09:00:00.123456Z level=info event=population.loaded people=100000 seconds=1.93
 *
 * The format gives `key=value` pairs separated by single spaces; a value with spaces is written in
 * double quotes with log_quote. In JSON format the same pairs become members (all values strings).
 * Thread-safe; one lock; a line is written with one write(2). Ids only, never names or answers. */
#ifndef MATCHD_ENGINE_BASE_LOG_H
#define MATCHD_ENGINE_BASE_LOG_H

#include "engine/base/base.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_OFF };
enum log_format { LOG_KV, LOG_JSON };

/* At start, before threads. The default is info, kv. */
void log_setup(enum log_level level, enum log_format format);
bool log_level_from_text(const char *text, enum log_level *out) MUST_CHECK;
bool log_format_from_text(const char *text, enum log_format *out) MUST_CHECK;

void log_line(enum log_level level, const char *event, const char *format, ...) PRINTF_LIKE(3, 4);
#define log_debug(...) log_line(LOG_DEBUG, __VA_ARGS__)
#define log_info(...)  log_line(LOG_INFO, __VA_ARGS__)
#define log_warn(...)  log_line(LOG_WARN, __VA_ARGS__)
#define log_error(...) log_line(LOG_ERROR, __VA_ARGS__)

/* Writes `text` in double quotes with control characters, quotes and backslashes escaped, cut to
 * fit. Returns `buffer`. */
const char *log_quote(const char *text, char *buffer, size_t size);

#endif
