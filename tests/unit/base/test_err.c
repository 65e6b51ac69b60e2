/* Protects: errors are composed whole, cut visibly, and wrapped outermost first. */
#include "engine/base/err.h"

#include <criterion/criterion.h>
#include <string.h>

Test(err, a_sentence_is_composed) {
    struct err err;
    cr_assert_not(err_set(&err, "cannot read %s: expected %d bytes, got %d", "header", 19, 7));
    cr_assert_str_eq(err.text, "cannot read header: expected 19 bytes, got 7");
}

Test(err, context_goes_in_front) {
    struct err err;
    err_set(&err, "no such table");
    cr_assert_not(err_wrap(&err, "loading %s", "profiles"));
    err_wrap(&err, "at start");
    cr_assert_str_eq(err.text, "at start: loading profiles: no such table");
}

Test(err, nowhere_to_write_is_fine) {
    cr_assert_not(err_set(NULL, "lost"));
    cr_assert_not(err_wrap(NULL, "lost"));
}

Test(err, long_sentences_end_in_dots) {
    struct err err;
    char longer[4096];
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    err_set(&err, "%s", longer);
    cr_assert_eq(strlen(err.text), sizeof err.text - 1);
    cr_assert_str_eq(err.text + sizeof err.text - 4, "...");
    err_wrap(&err, "outer");
    cr_assert_eq(strncmp(err.text, "outer: xxx", 10), 0);
    cr_assert_str_eq(err.text + sizeof err.text - 4, "...");
}
