/* Protects: one event is one line, and every JSON line is JSON, whatever a value holds. */
#include "engine/base/log.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { CAUGHT_BYTES = 8192 };

static int saved = -1, pipe_ends[2];

static void catch_standard_error(void) {
    cr_assert_eq(pipe(pipe_ends), 0);
    saved = dup(STDERR_FILENO);
    cr_assert_geq(saved, 0);
    cr_assert_geq(dup2(pipe_ends[1], STDERR_FILENO), 0);
}

/* What was written since, without the time stamp's digits. */
static void caught(char text[CAUGHT_BYTES]) {
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(pipe_ends[1]);
    ssize_t n = read(pipe_ends[0], text, CAUGHT_BYTES - 1);
    close(pipe_ends[0]);
    text[n < 0 ? 0 : n] = '\0';
}

static const char *after(const char *line, const char *mark) {
    const char *at = strstr(line, mark);
    cr_assert_not_null(at, "'%s' is not in '%s'", mark, line);
    return at;
}

Test(log, quoting_escapes_and_cuts) {
    static const struct {
        const char *text, *quoted;
        size_t size;
    } rows[] = {
        {"", "\"\"", 8},
        {"plain words", "\"plain words\"", 64},
        {"say \"no\" \\ go", "\"say \\\"no\\\" \\\\ go\"", 64},
        {"line\nbreak\x01\x7f", "\"line\\u000abreak\\u0001\\u007f\"", 64},
        {"abcdefghij", "\"ab\"", 10},
        {"a\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4", "\"a\"", 10},
    };
    char buffer[64];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        cr_assert_str_eq(log_quote(rows[i].text, buffer, rows[i].size), rows[i].quoted,
                         "row %zu: %s", i, buffer);
}

Test(log, quoting_never_leaves_its_buffer) {
    char text[64], buffer[64];
    for (size_t size = 8; size < sizeof buffer; size++)
        for (int c = 1; c < 256; c++) {
            memset(text, c, sizeof text - 1);
            text[sizeof text - 1] = '\0';
            memset(buffer, '#', sizeof buffer);
            log_quote(text, buffer, size);
            cr_assert_lt(strlen(buffer), size);
            cr_assert_eq(buffer[strlen(buffer) - 1], '"');
            for (size_t i = size; i < sizeof buffer; i++)
                cr_assert_eq(buffer[i], '#');
        }
}

Test(log, pairs) {
    char text[CAUGHT_BYTES];
    log_setup(LOG_INFO, LOG_KV);
    catch_standard_error();
    log_info("population.loaded", "people=%u seconds=%.2f", 7u, 1.5);
    log_debug("hidden", "a=%d", 1);
    log_error("bare", "%s", "");
    caught(text);
    cr_assert_eq(strncmp(text, "ts=20", 5), 0);
    cr_assert_str_eq(after(text, " level=info"),
                     strstr(text, " level=info event=population.loaded people=7 seconds=1.50\n"));
    cr_assert_str_eq(after(text, " level=error"), " level=error event=bare\n");
    cr_assert_null(strstr(text, "hidden"));
}

Test(log, json_members) {
    char text[CAUGHT_BYTES], quoted[64];
    log_setup(LOG_DEBUG, LOG_JSON);
    catch_standard_error();
    log_warn("row.refused", "table=%s reason=%s path=%s empty= last=%d", "users",
             log_quote("expected \"x\" \\ y", quoted, sizeof quoted), "C:\\a\"b", 3);
    caught(text);
    cr_assert_eq(strncmp(text, "{\"ts\":\"20", 9), 0);
    cr_assert_str_eq(after(text, "\"level\""),
                     "\"level\":\"warn\",\"event\":\"row.refused\",\"table\":\"users\","
                     "\"reason\":\"expected \\\"x\\\" \\\\ y\",\"path\":\"C:\\\\a\\\"b\","
                     "\"empty\":\"\",\"last\":\"3\"}\n");
}

/* A newline in a value once made two lines of one event. */
Test(log, an_event_is_one_line) {
    char text[CAUGHT_BYTES];
    log_setup(LOG_INFO, LOG_KV);
    catch_standard_error();
    log_info("e", "value=%s", "a\nlevel=error\r\t\x1b[31m");
    caught(text);
    cr_assert_str_eq(after(text, "value="), "value=a?level=error???[31m\n");
}

/* A value cut in the middle of an escape once left the string open. */
Test(log, a_cut_json_line_is_still_closed) {
    static char longer[6000];
    for (int tail = 3700; tail < 3860; tail++) {
        char text[CAUGHT_BYTES];
        memset(longer, 'x', sizeof longer - 1);
        for (size_t i = (size_t)tail; i < sizeof longer - 1; i++)
            longer[i] = '\\';
        log_setup(LOG_INFO, LOG_JSON);
        catch_standard_error();
        log_info("e", "a=\"%s\" b=2", longer);
        caught(text);
        size_t n = strlen(text);
        cr_assert_lt(n, 4097);
        cr_assert_str_eq(text + n - 2, "}\n");
        bool open = false;
        for (size_t i = 0; i < n; i++) {
            i += open && text[i] == '\\';
            open ^= text[i] == '"';
        }
        cr_assert_not(open, "tail at %d", tail);
    }
}

Test(log, names_are_read) {
    enum log_level level;
    enum log_format format;
    cr_assert(log_level_from_text("warn", &level));
    cr_assert_eq(level, LOG_WARN);
    cr_assert_not(log_level_from_text("warning", &level));
    cr_assert(log_format_from_text("json", &format));
    cr_assert_eq(format, LOG_JSON);
    cr_assert(log_format_from_text("kv", &format));
    cr_assert_eq(format, LOG_KV);
    cr_assert_not(log_format_from_text("xml", &format));
}
