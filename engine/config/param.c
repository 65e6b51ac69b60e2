/* Slots are generated from param.def; nothing about a parameter is written twice. */
#include "engine/config/param.h"

#include "engine/base/uuid.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FALLBACK_INTEGER(value) #value
#define FALLBACK_FLOAT(value)   #value
#define FALLBACK_BOOLEAN(value) #value
#define FALLBACK_STRING(value)  value

static const struct param_info infos[PARAM_COUNT] = {
#define PARAM(type, key, fallback, low, high, scope, doc)                                          \
    {#key, FALLBACK_##type(fallback), doc, PARAM_##type, PARAM_##scope, low, high},
/* `true` and `false` must reach FALLBACK_BOOLEAN as words, not as what stdbool makes of them. */
#pragma push_macro("true")
#pragma push_macro("false")
#undef true
#undef false
#include "engine/config/param.def"
#pragma pop_macro("true")
#pragma pop_macro("false")
#undef PARAM
};

static const size_t offsets[PARAM_COUNT] = {
#define PARAM(type, key, fallback, min, max, scope, doc) offsetof(struct params, key),
#include "engine/config/param.def"
#undef PARAM
};

const struct param_info *param_info_at(size_t index) {
    return index < PARAM_COUNT ? &infos[index] : NULL;
}

int param_slot(const char *key) {
    for (int i = 0; i < PARAM_COUNT; i++)
        if (strcmp(infos[i].key, key) == 0)
            return i;
    return -1;
}

/* ---- numbers ---- */

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t count_digits(const char *text) {
    size_t n = 0;
    while (is_digit(text[n]))
        n++;
    return n;
}

static bool is_integer(const char *text) {
    text += *text == '+' || *text == '-';
    size_t digits = count_digits(text);
    return digits > 0 && text[digits] == '\0';
}

/* Digits with at most one point, at least one digit, and an optional exponent. */
static bool is_decimal(const char *text) {
    text += *text == '+' || *text == '-';
    size_t whole = count_digits(text), fraction = 0;
    text += whole;
    if (*text == '.') {
        fraction = count_digits(text + 1);
        text += 1 + fraction;
    }
    if (whole + fraction == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text += 1 + (text[1] == '+' || text[1] == '-');
        size_t digits = count_digits(text);
        if (digits == 0)
            return false;
        text += digits;
    }
    return *text == '\0';
}

static bool parse_integer(const struct param_info *info, const char *text, int32_t *out,
                          const char **reason) {
    if (!is_integer(text)) {
        *reason = "expected an integer";
        return false;
    }
    errno = 0;
    long long value = strtoll(text, NULL, 10);
    if (errno == ERANGE || (double)value < info->min || (double)value > info->max) {
        *reason = "out of bounds";
        return false;
    }
    *out = (int32_t)value;
    return true;
}

static bool parse_float(const struct param_info *info, const char *text, double *out,
                        const char **reason) {
    if (!is_decimal(text)) {
        *reason = "expected a finite decimal number";
        return false;
    }
    double value = strtod(text, NULL);
    if (!(value >= info->min && value <= info->max)) {
        *reason = "out of bounds";
        return false;
    }
    *out = value + 0.0; /* -0 becomes 0 */
    return true;
}

static bool parse_boolean(const char *text, bool *out, const char **reason) {
    *out = strcmp(text, "true") == 0;
    if (*out || strcmp(text, "false") == 0)
        return true;
    *reason = "expected true or false";
    return false;
}

/* ---- strings with a form ---- */

static bool is_time(const char *text) {
    if (strlen(text) != 5 || text[2] != ':' || count_digits(text) != 2 ||
        count_digits(text + 3) != 2)
        return false;
    int hour = (text[0] - '0') * 10 + text[1] - '0';
    int minute = (text[3] - '0') * 10 + text[4] - '0';
    return hour < 24 && minute < 60;
}

static bool is_weekday(const char *text) {
    static const char *const names[] = {"monday", "tuesday",  "wednesday", "thursday",
                                        "friday", "saturday", "sunday"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(text, names[i]) == 0)
            return true;
    return false;
}

static bool is_responsive_mode(const char *text) {
    return strcmp(text, "behavioral_segments") == 0 || strcmp(text, "off") == 0;
}

static bool is_uuid(const char *text) {
    struct uuid ignored;
    return uuid_from_text(text, &ignored);
}

static size_t count_word(const char *text) {
    size_t n = 0;
    while ((text[n] >= 'a' && text[n] <= 'z') || text[n] == '_' || is_digit(text[n]))
        n++;
    return n;
}

static bool is_pair_list(const char *text) {
    if (*text == '\0')
        return true;
    for (;;) {
        size_t left = count_word(text);
        if (left == 0 || text[left] != ':')
            return false;
        text += left + 1;
        size_t right = count_word(text);
        if (right == 0 || (text[right] != ',' && text[right] != '\0'))
            return false;
        text += right;
        if (*text++ == '\0')
            return true;
    }
}

static const struct form {
    int slot;
    bool (*holds)(const char *text);
    const char *reason;
} forms[] = {
    {PARAM_SLOT_MATCH_BATCH_TIME, is_time, "expected HH:MM"},
    {PARAM_SLOT_MATCH_ANCHOR_WEEKDAY, is_weekday, "expected a weekday in lower case"},
    {PARAM_SLOT_MATCH_GENDER_RESPONSIVE_MODE, is_responsive_mode,
     "expected behavioral_segments or off"},
    {PARAM_SLOT_MATCHMAKING_NAMESPACE, is_uuid, "expected a UUID"},
    {PARAM_SLOT_MATCH_INTENT_CONFLICTS, is_pair_list, "expected word:word, separated by commas"},
};

static bool parse_string(int slot, const char *text, char out[PARAM_TEXT], const char **reason) {
    size_t length = strlen(text);
    if (length >= PARAM_TEXT) {
        *reason = "expected fewer than 256 bytes";
        return false;
    }
    for (size_t i = 0; i < ARRAY_LEN(forms); i++)
        if (forms[i].slot == slot && !forms[i].holds(text)) {
            *reason = forms[i].reason;
            return false;
        }
    memset(out, 0, PARAM_TEXT);
    memcpy(out, text, length);
    return true;
}

bool param_parse(int slot, const char *text, union param_value *out, const char **reason) {
    const struct param_info *info = &infos[slot];
    switch (info->type) {
    case PARAM_INTEGER: return parse_integer(info, text, &out->integer, reason);
    case PARAM_FLOAT: return parse_float(info, text, &out->number, reason);
    case PARAM_BOOLEAN: return parse_boolean(text, &out->flag, reason);
    case PARAM_STRING: return parse_string(slot, text, out->text, reason);
    }
    ASSERT(false);
    return false;
}

/* ---- slots ---- */

void param_store(int slot, const union param_value *value, struct params *params) {
    char *member = (char *)params + offsets[slot];
    switch (infos[slot].type) {
    case PARAM_INTEGER: memcpy(member, &value->integer, sizeof value->integer); break;
    case PARAM_FLOAT: memcpy(member, &value->number, sizeof value->number); break;
    case PARAM_BOOLEAN: memcpy(member, &value->flag, sizeof value->flag); break;
    case PARAM_STRING: memcpy(member, value->text, PARAM_TEXT); break;
    }
}

void param_store_default(int slot, struct params *params) {
    union param_value value;
    const char *reason;
    bool parsed = param_parse(slot, infos[slot].fallback, &value, &reason);
    ASSERT(parsed);
    param_store(slot, &value, params);
}

double param_number(int slot, const struct params *params) {
    ASSERT(infos[slot].type == PARAM_FLOAT);
    double value;
    memcpy(&value, (const char *)params + offsets[slot], sizeof value);
    return value;
}

static void number_text(double value, char text[PARAM_TEXT]) {
    /* No bound is over 100: from three digits on there is no exponent where none is needed. */
    for (int digits = 3; digits <= 17; digits++) {
        snprintf(text, PARAM_TEXT, "%.*g", digits, value);
        if (!(strtod(text, NULL) < value) && !(strtod(text, NULL) > value))
            return;
    }
}

static void slot_text(int slot, const struct params *params, char text[PARAM_TEXT]) {
    const char *member = (const char *)params + offsets[slot];
    int32_t integer;
    bool flag;
    switch (infos[slot].type) {
    case PARAM_INTEGER:
        memcpy(&integer, member, sizeof integer);
        snprintf(text, PARAM_TEXT, "%d", integer);
        break;
    case PARAM_FLOAT: number_text(param_number(slot, params), text); break;
    case PARAM_BOOLEAN:
        memcpy(&flag, member, sizeof flag);
        snprintf(text, PARAM_TEXT, "%s", flag ? "true" : "false");
        break;
    case PARAM_STRING: memcpy(text, member, PARAM_TEXT); break;
    }
}

bool params_text(const struct params *params, const char *key, char text[PARAM_TEXT]) {
    int slot = param_slot(key);
    if (slot < 0)
        return false;
    slot_text(slot, params, text);
    return true;
}

size_t param_line(int slot, const struct params *params, char line[PARAM_LINE]) {
    char text[PARAM_TEXT];
    if (infos[slot].type == PARAM_FLOAT)
        snprintf(text, sizeof text, "%.17g", param_number(slot, params));
    else
        slot_text(slot, params, text);
    int length = snprintf(line, PARAM_LINE, "%s=%s\n", infos[slot].key, text);
    ASSERT(length > 0 && length < PARAM_LINE);
    return (size_t)length;
}
