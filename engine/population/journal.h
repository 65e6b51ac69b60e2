/* An append-only list of records of one size, for facts that wait for population_finish. It grows
 * by segments, so nothing is copied and the peak is what is held. One writer. */
#ifndef MATCHD_ENGINE_POPULATION_JOURNAL_H
#define MATCHD_ENGINE_POPULATION_JOURNAL_H

#include "engine/base/base.h"

struct journal_segment {
    struct journal_segment *next;
    size_t used, room; /* records */
    ALIGNED64 unsigned char bytes[];
};

struct journal {
    struct journal_segment *first, *last;
    size_t record; /* bytes of one */
    size_t count;
};

struct journal_cursor {
    const struct journal_segment *segment;
    size_t index;
};

void journal_init(struct journal *j, size_t record);
void journal_release(struct journal *j);
/* Room for one more record, zero-filled. */
void *journal_append(struct journal *j);
size_t journal_bytes(const struct journal *j);

struct journal_cursor journal_start(const struct journal *j);
/* The next record in order of appending, or NULL. */
const void *journal_next(const struct journal *j, struct journal_cursor *cursor);

#endif
