/* Protects: texts that quote strangers go out as valid UTF-8 without control characters, and an
 * arena's pieces do not overlap. */
#include "api/wire/arena.h"
#include "api/wire/text.h"

#include <criterion/criterion.h>
#include <stdint.h>
#include <string.h>

static const struct {
    const char *in, *out;
} cases[] = {
    {"", ""},
    {"plain \"text\" ~", "plain \"text\" ~"},
    {"tab\tline\nescape\033[1m\177", "tab?line?escape?[1m?"},
    {"caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
    {"cut \xe2\x82", "cut ??"},
    {"\xc3", "?"},
    {"\x80\xbf", "??"},
    {"overlong \xc0\xaf \xe0\x80\xaf", "overlong ?? ???"},
    {"surrogate \xed\xa0\x80", "surrogate ???"},
    {"beyond \xf4\x90\x80\x80", "beyond ????"},
    {"c1 \xc2\x9b", "c1 ??"},
    {"\xff\xfe", "??"},
};

Test(text, clean) {
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[64];
        memcpy(text, cases[i].in, strlen(cases[i].in) + 1);
        cr_assert_str_eq(text_clean(text), cases[i].out, "case %zu", i);
    }
}

Test(arena, pieces_are_zero_aligned_and_apart) {
    struct arena arena;
    arena_init(&arena);
    unsigned char *pieces[200];
    for (size_t i = 0; i < 200; i++) {
        pieces[i] = arena_array(&arena, i * 3, 7);
        cr_assert_eq((uintptr_t)pieces[i] % 16, 0);
        for (size_t k = 0; k < i * 21; k++)
            cr_assert_eq(pieces[i][k], 0);
        memset(pieces[i], (int)i + 1, i * 21);
    }
    for (size_t i = 0; i < 200; i++)
        for (size_t k = 0; k < i * 21; k++)
            cr_assert_eq(pieces[i][k], (unsigned char)(i + 1));
    cr_assert_str_eq(arena_format(&arena, "%d-%s", 7, "x"), "7-x");
    arena_release(&arena);
    arena_release(&arena);
}
