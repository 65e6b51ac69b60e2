/* Looking up numbers that ascend. */
#ifndef MATCHD_ENGINE_BASE_ASCENDING_H
#define MATCHD_ENGINE_BASE_ASCENDING_H

#include "engine/base/base.h"

/* Place of the first number that is not less than `least`; count if there is none. Without
 * branches: which half is a coin's throw each time. */
static inline uint32_t ascending_from(const uint32_t *numbers, uint32_t count, uint32_t least) {
    const uint32_t *from = numbers;
    for (uint32_t half = count / 2; half > 0; half = count / 2) {
        from += from[half - 1] < least ? half : 0;
        count -= half;
    }
    return (uint32_t)(from - numbers) + (count == 1 && *from < least);
}

/* Place of `number`; count if it is not there. */
static inline uint32_t ascending_place(const uint32_t *numbers, uint32_t count, uint32_t number) {
    uint32_t from = ascending_from(numbers, count, number);
    return from < count && numbers[from] == number ? from : count;
}

#endif
