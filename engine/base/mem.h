/* Allocation. Sizes are decided at start or at load; running out of memory there is fatal by
 * design: mem_* never return NULL, they end the process with a sentence that names the size. */
#ifndef MATCHD_ENGINE_BASE_MEM_H
#define MATCHD_ENGINE_BASE_MEM_H

#include "engine/base/base.h"

/* As mem_array, but not filled: for what is written before it is read. Pages that are never touched
 * cost nothing. */
void *mem_space(size_t count, size_t size);
/* Zero-filled, aligned to 64 bytes; count 0 gives a valid pointer. Release with free(). */
void *mem_array(size_t count, size_t size);
/* Grows an array made by mem_array or mem_grow to at least `wanted` elements, doubling; new
 * elements are zero. *capacity is updated. */
void *mem_grow(void *array, size_t *capacity, size_t wanted, size_t size);
char *mem_text(const char *text);

#endif
