/* Checked, aligned, zero-filled allocation. */
#include "engine/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

NO_RETURN static void out_of_memory(size_t count, size_t size) {
    fprintf(stderr, "matchd: out of memory: %zu elements of %zu bytes\n", count, size);
    abort();
}

void *mem_array(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - 2 * CACHE_LINE)
        out_of_memory(count, size);
    size_t rounded = (bytes / CACHE_LINE + 1) * CACHE_LINE;
    void *memory = aligned_alloc(CACHE_LINE, rounded);
    if (memory == NULL)
        out_of_memory(count, size);
    memset(memory, 0, rounded);
    return memory;
}

void *mem_grow(void *array, size_t *capacity, size_t wanted, size_t size) {
    if (array != NULL && wanted <= *capacity)
        return array;
    size_t doubled = *capacity * 2 > 16 ? *capacity * 2 : 16;
    size_t count = wanted > doubled ? wanted : doubled;
    void *grown = mem_array(count, size);
    if (array != NULL)
        memcpy(grown, array, *capacity * size);
    free(array);
    *capacity = count;
    return grown;
}

char *mem_text(const char *text) {
    size_t bytes = strlen(text) + 1;
    char *copy = mem_array(bytes, 1);
    memcpy(copy, text, bytes);
    return copy;
}
