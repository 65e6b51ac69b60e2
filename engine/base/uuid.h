/* UUIDs as 16 bytes, ordered as PostgreSQL and scoring.md section 6 order them: unsigned bytes. */
#ifndef MATCHD_ENGINE_BASE_UUID_H
#define MATCHD_ENGINE_BASE_UUID_H

#include "engine/base/base.h"

#include <string.h>

#define UUID_TEXT 37 /* 36 characters and the NUL */

struct uuid {
    uint8_t bytes[16];
};

/* Accepts the 36-character form in either case; anything else is refused. */
bool uuid_from_text(const char *text, struct uuid *out) MUST_CHECK;
/* Lower case, as the contracts ask for. */
void uuid_to_text(const struct uuid *id, char text[UUID_TEXT]);
int uuid_order(const struct uuid *a, const struct uuid *b);

/* Inline: every row that is read looks its person up. */
static inline bool uuid_same(const struct uuid *a, const struct uuid *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

/* RFC 9562 version 5 (SHA-1, by libuuid). */
void uuid_derive(const struct uuid *name_space, const char *name, struct uuid *out);

#endif
