/* Protects: param.def is the contract's table of keys, row for row. */
#include "engine/config/config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 7, LINE_BYTES = 1024 };

/* Splits a CSV line in place; a field in double quotes may hold commas. */
static size_t split(char *line, char *fields[FIELDS]) {
    size_t count = 0;
    line[strcspn(line, "\r\n")] = '\0';
    for (char *at = line; count < FIELDS; at++) {
        bool quoted = *at == '"';
        at += quoted;
        fields[count++] = at;
        at += strcspn(at, quoted ? "\"" : ",");
        if (quoted)
            *at++ = '\0';
        if (*at == '\0')
            break;
        *at = '\0';
    }
    return count;
}

static const char *type_name(enum param_type type) {
    static const char *const names[] = {"integer", "float", "boolean", "string"};
    return names[type];
}

static void compare(const struct param_info *info, char *const fields[FIELDS]) {
    const char *key = fields[0];
    cr_assert_str_eq(info->key, key);
    cr_assert_str_eq(type_name(info->type), fields[1], "%s", key);
    cr_assert_str_eq(info->fallback, fields[2], "%s", key);
    bool bounded = info->type == PARAM_INTEGER || info->type == PARAM_FLOAT;
    cr_assert_eq(bounded, fields[3][0] != '\0', "%s", key);
    if (bounded) {
        cr_assert_eq(info->min, strtod(fields[3], NULL), "%s", key);
        cr_assert_eq(info->max, strtod(fields[4], NULL), "%s", key);
    }
    cr_assert_str_eq(info->scope == PARAM_USER ? "user" : "global", fields[5], "%s", key);
    cr_assert_str_eq(info->doc, fields[6], "%s", key);
}

Test(keys, param_def_is_the_contract) {
    char path[1024], line[LINE_BYTES];
    const char *source = getenv("MATCHD_SOURCE");
    snprintf(path, sizeof path, "%s/tests/contract/config_keys.csv", source == NULL ? "." : source);
    FILE *file = fopen(path, "r");
    cr_assert_not_null(file, "cannot open %s", path);
    cr_assert_not_null(fgets(line, sizeof line, file)); /* the heading */
    size_t index = 0;
    while (fgets(line, sizeof line, file) != NULL) {
        char *fields[FIELDS];
        cr_assert_eq(split(line, fields), (size_t)FIELDS, "line %zu", index + 2);
        cr_assert_not_null(param_info_at(index), "%s is not in param.def", fields[0]);
        compare(param_info_at(index++), fields);
    }
    fclose(file);
    cr_assert_null(param_info_at(index), "param.def knows more than the contract");
    cr_assert_geq(index, 60);
}

/* A default that its own key refuses would leave the fourth level without a value. */
Test(keys, every_default_is_a_valid_value) {
    struct config_builder *b = config_builder_new(NULL, NULL);
    for (size_t i = 0; param_info_at(i) != NULL; i++)
        config_builder_system(b, param_info_at(i)->key, param_info_at(i)->fallback);
    struct config *config = config_builder_finish(b), *defaults = config_new_default();
    char one[CONFIG_DIGEST_TEXT], other[CONFIG_DIGEST_TEXT];
    config_digest(config, one);
    config_digest(defaults, other);
    cr_assert_str_eq(one, other);
    config_free(config);
    config_free(defaults);
}
