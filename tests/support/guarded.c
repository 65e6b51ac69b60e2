#include "tests/support/guarded.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "engine/base/mem.h"

struct mapping {
    void *start;
    size_t size;
};

struct guarded {
    struct mapping *mappings;
    size_t count, capacity;
};

struct guarded *guarded_new(void) {
    return mem_array(1, sizeof(struct guarded));
}

void guarded_free(struct guarded *memory) {
    for (size_t i = 0; i < memory->count; i++)
        munmap(memory->mappings[i].start, memory->mappings[i].size);
    free(memory->mappings);
    free(memory);
}

void *guarded_array(struct guarded *memory, size_t size) {
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    size_t open = (size + page - 1) / page * page;
    char *start = mmap(NULL, open + 2 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    ASSERT(start != MAP_FAILED);
    if (open > 0)
        ASSERT(mprotect(start + page, open, PROT_READ | PROT_WRITE) == 0);
    memory->mappings =
        mem_grow(memory->mappings, &memory->capacity, memory->count + 1, sizeof *memory->mappings);
    memory->mappings[memory->count++] = (struct mapping){.start = start, .size = open + 2 * page};
    return start + page + open - size;
}
