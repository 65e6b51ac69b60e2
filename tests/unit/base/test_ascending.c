/* Protects: the one look-up in ascending numbers that exclusions, pairs and past offers go through,
 * at every length and place, with equal numbers and the greatest one. */
#include "engine/base/ascending.h"

#include <criterion/criterion.h>

enum { MOST = 70 };

static uint32_t by_counting(const uint32_t *numbers, uint32_t count, uint32_t least) {
    uint32_t less = 0;
    for (uint32_t i = 0; i < count; i++)
        less += numbers[i] < least;
    return less;
}

static void check_all(const uint32_t *numbers, uint32_t count, uint32_t number) {
    uint32_t from = by_counting(numbers, count, number);
    bool here = from < count && numbers[from] == number;
    cr_assert(ascending_from(numbers, count, number) == from, "%u of %u", number, count);
    cr_assert(ascending_place(numbers, count, number) == (here ? from : count), "%u of %u", number,
              count);
}

Test(ascending, finds_what_counting_finds) {
    uint32_t numbers[MOST];
    for (uint32_t step = 0; step < 4; step++)
        for (uint32_t count = 0; count <= MOST; count++) {
            for (uint32_t i = 0; i < count; i++)
                numbers[i] = 5 + i * step; /* 0: all are equal */
            for (uint32_t number = 0; number < 5 + MOST * 3 + 2; number++)
                check_all(numbers, count, number);
        }
}

Test(ascending, knows_the_greatest_number) {
    const uint32_t numbers[] = {0, 7, UINT32_MAX};
    check_all(numbers, 3, UINT32_MAX);
    check_all(numbers, 3, UINT32_MAX - 1);
    check_all(numbers, 3, 0);
    check_all(numbers, 0, UINT32_MAX);
}
