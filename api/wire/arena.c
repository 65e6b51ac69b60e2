/* Blocks of at least 4 KiB in a list; a piece that does not fit the newest block gets a new one. */
#include "api/wire/arena.h"

#include "engine/base/mem.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = 4096, PIECE_ALIGN = 16 };

struct arena_block {
    struct arena_block *older;
    size_t used, size; /* of bytes[] */
    _Alignas(PIECE_ALIGN) unsigned char bytes[];
};

void arena_init(struct arena *arena) {
    arena->newest = NULL;
}

void arena_release(struct arena *arena) {
    struct arena_block *block = arena->newest;
    while (block != NULL) {
        struct arena_block *older = block->older;
        free(block);
        block = older;
    }
    arena->newest = NULL;
}

void *arena_array(struct arena *arena, size_t count, size_t size) {
    ASSERT(size > 0 && count <= SIZE_MAX / 2 / size);
    size_t bytes = (count * size + PIECE_ALIGN - 1) / PIECE_ALIGN * PIECE_ALIGN;
    struct arena_block *block = arena->newest;
    if (block == NULL || block->size - block->used < bytes) {
        size_t room = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
        block = mem_array(1, sizeof *block + room);
        block->older = arena->newest;
        block->size = room;
        arena->newest = block;
    }
    void *piece = block->bytes + block->used;
    block->used += bytes;
    return piece;
}

char *arena_text(struct arena *arena, const char *text) {
    size_t size = strlen(text) + 1;
    return memcpy(arena_array(arena, size, 1), text, size);
}

char *arena_format(struct arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    ASSERT(length >= 0);
    char *text = arena_array(arena, (size_t)length + 1, 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}
