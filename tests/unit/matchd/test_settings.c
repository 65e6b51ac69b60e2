/* Protects: where a setting's value comes from, the bounds of numbers, and that no password is
 * shown. */
#include "api/matchd/secret.h"
#include "api/matchd/settings.h"
#include "engine/base/base.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define READ(settings, err, ...)                                                                   \
    settings_read((settings), (int)(sizeof((char *[]){"matchd", __VA_ARGS__}) / sizeof(char *)),   \
                  (char *[]){"matchd", __VA_ARGS__, NULL}, (err))

static void clean_environment(void) {
    static const char *const names[] = {"MATCHD_CONFIG", "MATCHD_QUEUE", "MATCHD_LOG",
                                        "MATCHD_CAPACITY", "MATCHD_DATABASE_URL"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        unsetenv(names[i]);
}

Test(settings, defaults, .init = clean_environment) {
    struct settings settings;
    struct err err;
    cr_assert(READ(&settings, &err, "--queue=5"), "%s", err.text);
    cr_assert_eq(settings.queue, 5);
    cr_assert_eq(settings.origin[SETTING_QUEUE], ORIGIN_COMMAND_LINE);
    cr_assert_eq(settings.capacity, 1000000);
    cr_assert_eq(settings.origin[SETTING_CAPACITY], ORIGIN_DEFAULT);
    cr_assert(settings.threads >= 1 && settings.workers >= 2);
    cr_assert_eq(settings.log, LOG_INFO);
    settings_release(&settings);
}

Test(settings, the_nearer_wins, .init = clean_environment) {
    struct settings settings;
    struct err err;
    char path[] = "/tmp/matchd-settings.XXXXXX";
    int fd = mkstemp(path);
    static const char text[] = "# three names of one form\nMATCHD_QUEUE = 3\nCapacity=4\n"
                               "log-format = json\n";
    cr_assert_eq(write(fd, text, sizeof text - 1), (ssize_t)sizeof text - 1);
    close(fd);
    setenv("MATCHD_QUEUE", "7", 1);
    cr_assert(READ(&settings, &err, "--config", path), "%s", err.text);
    cr_assert_eq(settings.queue, 7);
    cr_assert_eq(settings.capacity, 4);
    cr_assert_eq(settings.origin[SETTING_CAPACITY], ORIGIN_FILE);
    cr_assert_eq(settings.log_format, LOG_JSON);
    settings_release(&settings);
    cr_assert(READ(&settings, &err, "--config", path, "--queue", "9"));
    cr_assert_eq(settings.queue, 9);
    settings_release(&settings);
    unlink(path);
    cr_assert_not(READ(&settings, &err, "--config", path));
    cr_assert_not_null(strstr(err.text, path));
    settings_release(&settings);
}

static void refused(const char *option, const char *value, const char *word) {
    struct settings settings;
    struct err err;
    bool ok = READ(&settings, &err, (char *)option, (char *)value);
    settings_release(&settings);
    cr_assert_not(ok, "%s %s", option, value);
    cr_assert_not_null(strstr(err.text, word), "%s", err.text);
}

Test(settings, refused, .init = clean_environment) {
    refused("--queue", "0", "queue");
    refused("--queue", "65537", "queue");
    refused("--queue", "-1", "queue");
    refused("--queue", " 1", "queue");
    refused("--queue", "1e3", "queue");
    refused("--queue", "99999999999999999999", "queue");
    refused("--log", "loud", "log");
    refused("--log-format", "xml", "log-format");
    refused("--nonsense", "1", "--nonsense");
    refused("operand", "x", "operand");
}

Test(secret, masked) {
    static const struct {
        const char *in, *out;
    } cases[] = {
        {"", ""},
        {"postgresql://user@host/db", "postgresql://user@host/db"},
        {"postgresql://user:pw@host:5432/db", "postgresql://user:***@host:5432/db"},
        {"postgresql://user:p@w/x@host/db", "postgresql://user:***@host/db"},
        {"redis://:pw@127.0.0.1:6379/0", "redis://:***@127.0.0.1:6379/0"},
        {"host=x password=pw user=y", "host=x password=*** user=y"},
        {"password = 'two words' host=x", "password = *** host=x"},
        {"password='it\\'s' PASSWORD=b", "password=*** PASSWORD=***"},
        {"postgresql://h/db?sslpassword=pw&x=1", "postgresql://h/db?sslpassword=***&x=1"},
        {"host=password", "host=password"},
        {"password='open", "password=***"},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char *masked = secret_mask(cases[i].in);
        cr_assert_str_eq(masked, cases[i].out);
        free(masked);
    }
}
