/* White space of two and three bytes is a table of ranges of the last byte. */
#include "engine/base/text.h"

#include <string.h>

/* Bytes of the white space at the start of the text; 0 if there is none. */
static size_t space_length(const uint8_t *text, size_t left) {
    static const struct {
        uint8_t bytes[3], last; /* the last byte runs from bytes[length - 1] to `last` */
        size_t length;
    } spaces[] = {
        {{0xC2, 0x85, 0}, 0x85, 2},    /* U+0085 */
        {{0xC2, 0xA0, 0}, 0xA0, 2},    /* U+00A0 */
        {{0xE1, 0x9A, 0x80}, 0x80, 3}, /* U+1680 */
        {{0xE2, 0x80, 0x80}, 0x8A, 3}, /* U+2000 .. U+200A */
        {{0xE2, 0x80, 0xA8}, 0xA9, 3}, /* U+2028, U+2029 */
        {{0xE2, 0x80, 0xAF}, 0xAF, 3}, /* U+202F */
        {{0xE2, 0x81, 0x9F}, 0x9F, 3}, /* U+205F */
        {{0xE3, 0x80, 0x80}, 0x80, 3}, /* U+3000 */
    };
    if (text[0] == ' ' || (text[0] >= 0x09 && text[0] <= 0x0D) ||
        (text[0] >= 0x1C && text[0] <= 0x1F))
        return 1;
    for (size_t i = 0; i < ARRAY_LEN(spaces); i++) {
        size_t n = spaces[i].length;
        if (left >= n && memcmp(text, spaces[i].bytes, n - 1) == 0 &&
            text[n - 1] >= spaces[i].bytes[n - 1] && text[n - 1] <= spaces[i].last)
            return n;
    }
    return 0;
}

bool text_is_blank(const char *text, size_t length) {
    for (size_t at = 0; at < length;) {
        size_t space = space_length((const uint8_t *)text + at, length - at);
        if (space == 0)
            return false;
        at += space;
    }
    return true;
}
