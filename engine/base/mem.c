/* Checked, aligned, zero-filled allocation. */
#include "engine/base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

NO_RETURN static void out_of_memory(size_t count, size_t size) {
    fprintf(stderr, "matchd: out of memory: %zu elements of %zu bytes\n", count, size);
    abort();
}

/* Arrays of this size lie on huge pages where the system has them: random access to them would else
 * cost a walk through page tables. */
static const size_t HUGE_FROM = (size_t)4 << 20, HUGE_PAGE = (size_t)2 << 20;

void *mem_space(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - 2 * HUGE_PAGE)
        out_of_memory(count, size);
    size_t unit = bytes >= HUGE_FROM ? HUGE_PAGE : CACHE_LINE;
    size_t rounded = (bytes / unit + 1) * unit;
    void *memory = aligned_alloc(unit, rounded);
    if (memory == NULL)
        out_of_memory(count, size);
    /* A hint: where it is not taken, small pages do. */
    if (unit == HUGE_PAGE)
        (void)madvise(memory, rounded, MADV_HUGEPAGE);
    return memory;
}

void *mem_array(size_t count, size_t size) {
    void *memory = mem_space(count, size);
    memset(memory, 0, (count * size / CACHE_LINE + 1) * CACHE_LINE);
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
