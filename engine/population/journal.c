/* Segments double from 64 records to 65,536. */
#include "engine/population/journal.h"

#include <stdlib.h>

#include "engine/base/mem.h"

enum { FIRST_RECORDS = 64, MOST_RECORDS = 65536 };

void journal_init(struct journal *j, size_t record) {
    *j = (struct journal){.record = record};
}

void journal_release(struct journal *j) {
    for (struct journal_segment *s = j->first; s != NULL;) {
        struct journal_segment *next = s->next;
        free(s);
        s = next;
    }
    journal_init(j, j->record);
}

static void add_segment(struct journal *j) {
    size_t room = j->last == NULL ? FIRST_RECORDS : j->last->room * 2;
    if (room > MOST_RECORDS)
        room = MOST_RECORDS;
    struct journal_segment *s = mem_array(1, sizeof *s + room * j->record);
    s->room = room;
    if (j->last == NULL)
        j->first = s;
    else
        j->last->next = s;
    j->last = s;
}

void *journal_append(struct journal *j) {
    if (j->last == NULL || j->last->used == j->last->room)
        add_segment(j);
    j->count++;
    return j->last->bytes + j->last->used++ * j->record;
}

size_t journal_bytes(const struct journal *j) {
    size_t bytes = 0;
    for (const struct journal_segment *s = j->first; s != NULL; s = s->next)
        bytes += sizeof *s + s->room * j->record;
    return bytes;
}

struct journal_cursor journal_start(const struct journal *j) {
    return (struct journal_cursor){.segment = j->first};
}

const void *journal_next(const struct journal *j, struct journal_cursor *cursor) {
    if (cursor->segment != NULL && cursor->index == cursor->segment->used) {
        cursor->segment = cursor->segment->next;
        cursor->index = 0;
    }
    if (cursor->segment == NULL)
        return NULL;
    return cursor->segment->bytes + cursor->index++ * j->record;
}
