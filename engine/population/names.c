/* Open addressing by XXH3, at most half full. */
#include "engine/population/names.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "engine/base/mem.h"

void names_init(struct names *names) {
    *names = (struct names){.slot_count = 64};
    pthread_mutex_init(&names->lock, NULL);
    names->slots = mem_array(names->slot_count, sizeof names->slots[0]);
}

void names_release(struct names *names) {
    for (uint32_t i = 0; i < names->count; i++)
        free(names->list[i].bytes);
    free(names->list);
    free(names->slots);
    pthread_mutex_destroy(&names->lock);
}

/* The slot that holds the text, or the free one where it belongs. */
static size_t find_slot(const struct names *names, const char *bytes, size_t length,
                        uint64_t hash) {
    size_t slot = hash & (names->slot_count - 1);
    for (; names->slots[slot] != 0; slot = (slot + 1) & (names->slot_count - 1)) {
        const struct name *name = &names->list[names->slots[slot] - 1];
        if (name->hash == hash && name->length == length && memcmp(name->bytes, bytes, length) == 0)
            break;
    }
    return slot;
}

static void double_slots(struct names *names) {
    free(names->slots);
    names->slot_count *= 2;
    names->slots = mem_array(names->slot_count, sizeof names->slots[0]);
    for (uint32_t i = 0; i < names->count; i++) {
        const struct name *name = &names->list[i];
        names->slots[find_slot(names, name->bytes, name->length, name->hash)] = i + 1;
    }
}

static uint32_t add(struct names *names, const char *bytes, size_t length, uint64_t hash) {
    names->list = mem_grow(names->list, &names->room, names->count + 1, sizeof names->list[0]);
    struct name *name = &names->list[names->count++];
    name->bytes = mem_array(length + 1, 1);
    memcpy(name->bytes, bytes, length);
    name->length = length;
    name->hash = hash;
    names->text_bytes += length + 1;
    if (names->count * 2u > names->slot_count)
        double_slots(names);
    else
        names->slots[find_slot(names, bytes, length, hash)] = names->count;
    return names->count - 1;
}

uint32_t names_intern(struct names *names, const char *bytes, size_t length) {
    uint64_t hash = XXH3_64bits(bytes, length);
    pthread_mutex_lock(&names->lock);
    uint32_t held = names->slots[find_slot(names, bytes, length, hash)];
    uint32_t number = held != 0 ? held - 1 : add(names, bytes, length, hash);
    pthread_mutex_unlock(&names->lock);
    return number;
}

const char *names_text(const struct names *names, uint32_t number) {
    ASSERT(number < names->count);
    return names->list[number].bytes;
}

uint64_t names_hash(const struct names *names, uint32_t number) {
    ASSERT(number < names->count);
    return names->list[number].hash;
}

size_t names_bytes(const struct names *names) {
    return names->text_bytes + names->room * sizeof names->list[0] +
           names->slot_count * sizeof names->slots[0];
}
