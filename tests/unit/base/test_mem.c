/* Protects: alignment, zeroes, and growth that keeps what was there. */
#include "engine/base/mem.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>

Test(mem, arrays_are_aligned_and_zero) {
    for (size_t count = 0; count < 300; count += 7) {
        uint32_t *array = mem_array(count, sizeof *array);
        cr_assert_not_null(array);
        cr_assert_eq((uintptr_t)array % CACHE_LINE, 0);
        for (size_t i = 0; i < count; i++)
            cr_assert_eq(array[i], 0);
        free(array);
    }
}

Test(mem, growth_keeps_elements_and_zeroes_new_ones) {
    size_t capacity = 0;
    uint64_t *array = NULL;
    for (size_t i = 0; i < 1000; i++) {
        array = mem_grow(array, &capacity, i + 1, sizeof *array);
        cr_assert_geq(capacity, i + 1);
        cr_assert_eq(array[i], 0);
        array[i] = i + 1;
    }
    for (size_t i = 0; i < 1000; i++)
        cr_assert_eq(array[i], i + 1);
    for (size_t i = 1000; i < capacity; i++)
        cr_assert_eq(array[i], 0);
    uint64_t *same = mem_grow(array, &capacity, 10, sizeof *array);
    cr_assert_eq(same, array);
    free(same);
}

Test(mem, text_is_copied) {
    char original[] = "words";
    char *copy = mem_text(original);
    original[0] = 'W';
    cr_assert_str_eq(copy, "words");
    free(copy);
}

Test(mem, a_size_that_overflows_ends_the_process, .signal = SIGABRT) {
    mem_array(SIZE_MAX / 2, 4);
}
