/* Texts that many people share (places, timezones), numbered from 0 in order of first sight.
 * Numbers depend on the order of loading, so hashes of inputs take names_hash, which does not.
 * Thread-safe until population_finish, read-only after. */
#ifndef MATCHD_ENGINE_POPULATION_NAMES_H
#define MATCHD_ENGINE_POPULATION_NAMES_H

#include <pthread.h>

#include "engine/base/base.h"

struct name {
    char *bytes; /* `length` of them, then a NUL */
    size_t length;
    uint64_t hash; /* XXH3-64 of the bytes */
};

struct names {
    pthread_mutex_t lock;
    struct name *list;
    size_t room;
    uint32_t count;
    uint32_t *slots; /* open addressing: number + 1, 0 = free */
    size_t slot_count;
    size_t text_bytes;
};

void names_init(struct names *names);
void names_release(struct names *names);
uint32_t names_intern(struct names *names, const char *bytes, size_t length);
const char *names_text(const struct names *names, uint32_t number);
uint64_t names_hash(const struct names *names, uint32_t number);
size_t names_bytes(const struct names *names);

#endif
