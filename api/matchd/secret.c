#include "api/matchd/secret.h"

#include "engine/base/mem.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Replaces text[from, to) by ***. Frees `text`. */
static char *masked(char *text, size_t from, size_t to) {
    static const char mask[] = "***";
    size_t length = strlen(text);
    char *out = mem_array(length - (to - from) + sizeof mask, 1);
    memcpy(out, text, from);
    memcpy(out + from, mask, sizeof mask - 1);
    memcpy(out + from + sizeof mask - 1, text + to, length - to + 1);
    free(text);
    return out;
}

static char *mask_authority(char *text) {
    const char *authority = strstr(text, "://");
    if (authority == NULL)
        return text;
    authority += 3;
    /* The last '@' of all: a '/' that should have been escaped must not uncover the rest. */
    const char *at = strrchr(authority, '@');
    const char *colon = at != NULL ? memchr(authority, ':', (size_t)(at - authority)) : NULL;
    if (colon == NULL)
        return text;
    return masked(text, (size_t)(colon + 1 - text), (size_t)(at - text));
}

/* The length of a keyword's value: up to a blank or '&', or what stands in single quotes. */
static size_t value_length(const char *value) {
    if (*value != '\'')
        return strcspn(value, " \t\n&");
    size_t n = 1;
    while (value[n] != '\0' && value[n] != '\'')
        n += value[n] == '\\' && value[n + 1] != '\0' ? 2 : 1;
    return value[n] == '\'' ? n + 1 : n;
}

static char *mask_keywords(char *text) {
    size_t from = 0;
    for (;;) {
        const char *found = strcasestr(text + from, "password");
        if (found == NULL)
            return text;
        const char *equals = found + strlen("password");
        equals += strspn(equals, " \t");
        from = (size_t)(equals - text);
        if (*equals != '=')
            continue;
        const char *value = equals + 1 + strspn(equals + 1, " \t");
        size_t start = (size_t)(value - text);
        text = masked(text, start, start + value_length(value));
        from = start;
    }
}

char *secret_mask(const char *text) {
    return mask_keywords(mask_authority(mem_text(text)));
}
