/* The digest of a run. Bytes hashed, all numbers little-endian:
 *
 *   per viewer   16 viewer id   1 reached
 *                4 number of picks, then each offer; 1 has an anchor, then that offer
 *   offer        16 id   16 candidate id   8 raw   8 final   1 mode   4 score   4 physical
 *                1 number of themes, then each code with its NUL */
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "engine/match/run.h"
#include "engine/match/run_parts.h"

static void hash_bytes(XXH3_state_t *hash, const void *bytes, size_t size) {
    XXH_errorcode code = XXH3_128bits_update(hash, bytes, size);
    ASSERT(code == XXH_OK);
}

static void hash_number(XXH3_state_t *hash, uint64_t number, size_t size) {
    uint8_t bytes[8];
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(number >> (8 * i));
    hash_bytes(hash, bytes, size);
}

static void hash_double(XXH3_state_t *hash, double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    hash_number(hash, bits, sizeof bits);
}

static void hash_person(XXH3_state_t *hash, const struct view *view, uint32_t row) {
    hash_bytes(hash, population_id(view->population, row)->bytes, sizeof(struct uuid));
}

static void hash_offer(XXH3_state_t *hash, const struct view *view, uint32_t viewer,
                       const struct offer *offer) {
    struct uuid id = offer_id(view, viewer, offer->candidate);
    hash_bytes(hash, id.bytes, sizeof id.bytes);
    hash_person(hash, view, offer->candidate);
    hash_double(hash, offer->raw);
    hash_double(hash, offer->final);
    hash_number(hash, offer->mode, 1);
    hash_number(hash, (uint32_t)offer->score, 4);
    hash_number(hash, (uint32_t)offer->physical, 4);
    hash_number(hash, offer->themes.count, 1);
    for (uint32_t i = 0; i < offer->themes.count; i++)
        hash_bytes(hash, offer->themes.codes[i], strlen(offer->themes.codes[i]) + 1);
}

static void hash_result(XXH3_state_t *hash, const struct view *view,
                        const struct run_result *result) {
    hash_number(hash, result->pick_count, 4);
    for (uint32_t i = 0; i < result->pick_count; i++)
        hash_offer(hash, view, result->viewer, &result->picks[i]);
    hash_number(hash, result->anchor != NULL, 1);
    if (result->anchor != NULL)
        hash_offer(hash, view, result->viewer, result->anchor);
}

void run_digest(const struct run *run, char text[RUN_DIGEST_TEXT]) {
    XXH3_state_t *hash = XXH3_createState();
    ASSERT(hash != NULL);
    XXH_errorcode code = XXH3_128bits_reset(hash);
    ASSERT(code == XXH_OK);
    for (uint32_t i = 0; i < run->count; i++) {
        const struct run_result *result = run_result(run, i);
        hash_person(hash, run->view, run->viewers[i]);
        hash_number(hash, result != NULL, 1);
        if (result != NULL)
            hash_result(hash, run->view, result);
    }
    XXH128_hash_t digest = XXH3_128bits_digest(hash);
    XXH3_freeState(hash);
    snprintf(text, RUN_DIGEST_TEXT, "%016llx%016llx", (unsigned long long)digest.high64,
             (unsigned long long)digest.low64);
}
