/* Protects: what counts as blank (scoring.md section 5, consistency), the same for every column. */
#include "engine/base/text.h"

#include <criterion/criterion.h>
#include <string.h>

static bool blank(const char *text) {
    return text_is_blank(text, strlen(text));
}

Test(text, blank_knows_the_white_space_of_unicode) {
    static const char *const blanks[] = {
        "",
        " \t\r\n\v\f",
        "\x1c\x1d\x1e\x1f",
        "\xc2\x85\xc2\xa0",
        "\xe1\x9a\x80\xe2\x80\x80\xe2\x80\x8a",
        "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaf\xe2\x81\x9f",
        "\xe3\x80\x80 ",
    };
    for (size_t i = 0; i < ARRAY_LEN(blanks); i++)
        cr_assert(blank(blanks[i]), "row %zu", i);
    cr_assert(text_is_blank(NULL, 0));
}

Test(text, anything_else_is_not_blank) {
    static const char *const words[] = {
        ".", "  x", "x  ", "\xe2\x80\x8b", "\xc2", "\xe2\x80", "\xc2\xa1", "\xe3\x80\x81", "\x7f",
    };
    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        cr_assert_not(blank(words[i]), "row %zu", i);
    cr_assert(text_is_blank("  x", 2), "what is beyond the length is not looked at");
}
