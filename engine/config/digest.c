/* The digest of a configuration. Variants are numbered in the order people were read; the digest
 * must not know that order, so the variants' own digests are sorted before they are digested
 * together. */
#include "engine/base/mem.h"
#include "engine/config/param.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#define DIGEST_LINE (CONFIG_DIGEST_TEXT) /* 32 digits and the newline */

static void digest_text(XXH128_hash_t hash, char text[CONFIG_DIGEST_TEXT]) {
    XXH128_canonical_t bytes;
    XXH128_canonicalFromHash(&bytes, hash);
    for (size_t i = 0; i < sizeof bytes.digest; i++) {
        text[2 * i] = "0123456789abcdef"[bytes.digest[i] >> 4];
        text[2 * i + 1] = "0123456789abcdef"[bytes.digest[i] & 15];
    }
    text[CONFIG_DIGEST_TEXT - 1] = '\0';
}

static XXH128_hash_t hash_of(const struct params *params) {
    char text[PARAM_COUNT * PARAM_LINE];
    size_t length = 0;
    for (int slot = 0; slot < PARAM_COUNT; slot++)
        length += param_line(slot, params, text + length);
    return XXH3_128bits(text, length);
}

static int by_text(const void *left, const void *right) {
    return memcmp(left, right, DIGEST_LINE);
}

void config_digest(const struct config *config, char text[CONFIG_DIGEST_TEXT]) {
    uint32_t count = config_variant_count(config);
    char(*lines)[DIGEST_LINE] = mem_array(count, DIGEST_LINE);
    for (uint32_t i = 0; i < count; i++) {
        digest_text(hash_of(config_params(config, i)), lines[i]);
        lines[i][DIGEST_LINE - 1] = '\n';
    }
    qsort(lines + 1, count - 1, DIGEST_LINE, by_text);
    digest_text(XXH3_128bits(lines, (size_t)count * DIGEST_LINE), text);
    free(lines);
}
