/* Every text that is taken for a number has the value that the C library gives it, to the bit. */
#include "storage/decimal.h"
#include "storage/pg_wire.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    enum { TEXT_MAX = 4000 };
    char text[TEXT_MAX + 1];
    double value = 0, numeric = 0;
    struct pg_field field = {.bytes = data, .length = (uint32_t)size};
    if (pg_numeric(field, &numeric) == NULL)
        ASSERT(size >= 8);
    if (size > TEXT_MAX || !decimal_of_text((const char *)data, size, &value))
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    double reference = strtod(text, NULL);
    ASSERT(memcmp(&value, &reference, sizeof value) == 0);
    return 0;
}
