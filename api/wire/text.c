#include "api/wire/text.h"

#include <stdbool.h>
#include <stdint.h>

/* How many bytes follow a lead byte, and the least code point that so many may stand for. */
struct lead {
    uint8_t mask, value, more;
    uint32_t least;
};

static const struct lead leads[] = {
    {0xe0, 0xc0, 1, 0x80}, {0xf0, 0xe0, 2, 0x800}, {0xf8, 0xf0, 3, 0x10000}};

/* Not longer written than needed, no surrogate, none of the C1 control characters. */
static bool is_character(uint32_t code, uint32_t least) {
    bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return code >= least && code <= 0x10ffff && !surrogate && code >= 0xa0;
}

/* The length of the valid character at `at`, or 0. */
static int character_length(const uint8_t *at) {
    if (at[0] < 0x80)
        return at[0] >= 0x20 && at[0] != 0x7f;
    for (unsigned i = 0; i < sizeof leads / sizeof leads[0]; i++) {
        const struct lead *lead = &leads[i];
        if ((at[0] & lead->mask) != lead->value)
            continue;
        uint32_t code = at[0] & (uint8_t)~lead->mask;
        for (int k = 1; k <= lead->more; k++) {
            if ((at[k] & 0xc0) != 0x80)
                return 0;
            code = code << 6 | (at[k] & 0x3f);
        }
        return is_character(code, lead->least) ? lead->more + 1 : 0;
    }
    return 0;
}

char *text_clean(char *text) {
    uint8_t *at = (uint8_t *)text;
    while (*at != '\0') {
        int length = character_length(at);
        if (length == 0)
            *at = '?';
        at += length > 0 ? length : 1;
    }
    return text;
}
