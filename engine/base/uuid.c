/* Thin layer over libuuid; the order is memcmp's. */
#include "engine/base/uuid.h"

#include <string.h>
#include <uuid/uuid.h>

bool uuid_from_text(const char *text, struct uuid *out) {
    uuid_t raw;
    if (text == NULL || strlen(text) != UUID_TEXT - 1 || uuid_parse(text, raw) != 0)
        return false;
    memcpy(out->bytes, raw, sizeof out->bytes);
    return true;
}

void uuid_to_text(const struct uuid *id, char text[UUID_TEXT]) {
    uuid_unparse_lower(id->bytes, text);
}

int uuid_order(const struct uuid *a, const struct uuid *b) {
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

void uuid_derive(const struct uuid *name_space, const char *name, struct uuid *out) {
    uuid_t raw;
    uuid_generate_sha1(raw, name_space->bytes, name, strlen(name));
    memcpy(out->bytes, raw, sizeof out->bytes);
}
