/* Bugs that the suite must see. Criterion's exit status does not show the leak; the property that
 * reads the output has to. `nothing` is the control: it must pass.
 */
#include <criterion/criterion.h>
#include <limits.h>
#include <stdlib.h>

static void *volatile lost;

Test(planted, leak) {
    lost = malloc(37);
    cr_assert_not_null(lost);
    lost = NULL;
}

Test(planted, use_after_free) {
    char *volatile block = malloc(8);

    free(block);
    cr_assert_neq(block[3], 1);
}

Test(planted, overflow) {
    volatile int large = INT_MAX;

    large = large + 1;
    cr_assert(1);
}

Test(planted, assertion) {
    cr_assert_eq(2 + 2, 5);
}

Test(planted, nothing) {
    cr_assert_eq(2 + 2, 4);
}
