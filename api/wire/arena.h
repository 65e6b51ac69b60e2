/* Memory for one message: many small pieces, given back together.
 *
 *     struct arena arena;
 *     arena_init(&arena);
 *     char *text = arena_text(&arena, "hello");
 *     arena_release(&arena);                       // text is gone
 *
 * Pieces are zero-filled and aligned for any type. Not thread-safe. */
#ifndef MATCHD_API_WIRE_ARENA_H
#define MATCHD_API_WIRE_ARENA_H

#include "engine/base/base.h"

struct arena_block;
struct arena {
    struct arena_block *newest;
};

void arena_init(struct arena *arena);
void arena_release(struct arena *arena);
/* count * size bytes of zeros; never NULL. */
void *arena_array(struct arena *arena, size_t count, size_t size);
char *arena_text(struct arena *arena, const char *text);
char *arena_format(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
