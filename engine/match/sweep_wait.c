#include "engine/match/sweep_wait.h"

#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/match/sweep_parts.h"

enum {
    ROOM = WAITING_ENOUGH + SURVIVORS_MAX + 64,
    SEGMENTS_MAX = 2048,
    ALONE_ENOUGH = 128,
    ROWS = SWEEP_BLOCK * TILE_LANES,
};

/* The pairs of one meeting. */
struct segment {
    uint32_t a, b, viewer; /* as of the meeting */
    uint32_t first, count;
};

struct waiting {
    uint32_t count, enough, segment_count;
    struct segment segments[SEGMENTS_MAX];
    /* In the order of segments. */
    uint16_t pair[ROOM];
    uint8_t ways[ROOM];
    float ab[ROOM], ba[ROOM];
    uint16_t place[ROOM]; /* among those sorted by row */
    /* Sorted by row. */
    uint32_t first[ROWS + 1];
    uint32_t who[ROOM]; /* position of the lane */
    float part[ROOM], side_ab[ROOM], side_ba[ROOM];
};

struct waiting *sweep_wait_new(void) {
    struct waiting *w = mem_space(1, sizeof *w);
    w->count = w->segment_count = 0;
    w->enough = WAITING_ENOUGH;
    return w;
}

void sweep_wait_free(struct waiting *waiting) {
    free(waiting);
}

void sweep_wait_settle_at(struct waiting *waiting, uint32_t enough) {
    ASSERT(enough <= WAITING_ENOUGH);
    waiting->enough = enough;
}

/* What both bounds by int16 read of the two tiles. */
struct sides {
    struct vector_tile rows, lanes;
};

static struct refine_input input_of(const struct search *search, const struct meeting *m,
                                    struct sides *sides) {
    const struct tiles *tiles = search->tiles;
    sides->rows = tiles_vectors(tiles, &tiles->words, m->a);
    sides->lanes = tiles_vectors(tiles, &tiles->words, m->b);
    return (struct refine_input){
        .terms = &tiles->terms,
        .rows = &sides->rows,
        .lanes = &sides->lanes,
        .duel = &m->duel,
        .affinity_scale = tiles->affinity_scale,
    };
}

void sweep_wait(struct sweep *s, const struct meeting *m) {
    struct waiting *w = s->waiting;
    struct survivors *v = &s->survivors;
    if (v->count == 0)
        return;
    struct sides sides;
    const struct refine_input in = input_of(s->search, m, &sides);
    if (m->visual)
        s->search->kernels->dots(&in, v, w->ab + w->count, w->ba + w->count);
    memcpy(w->pair + w->count, v->pair, v->count * sizeof *v->pair);
    memcpy(w->ways + w->count, v->ways, v->count * sizeof *v->ways);
    w->segments[w->segment_count++] = (struct segment){m->a, m->b, m->viewer, w->count, v->count};
    w->count += v->count;
    v->count = 0;
    /* One viewer's limit rises as soon as there are K: nobody else's would. */
    uint32_t enough = m->viewer != ROW_NONE && w->enough > ALONE_ENOUGH ? ALONE_ENOUGH : w->enough;
    if (w->count >= enough || w->segment_count == SEGMENTS_MAX)
        sweep_settle(s);
}

/* The row among those of the block. */
static uint32_t row_of(const struct segment *segment, uint16_t pair) {
    return segment->a % SWEEP_BLOCK * TILE_LANES + (pair >> 6);
}

/* Counts, then places: `first`, `place` and `who`. */
static void sort_by_row(struct waiting *w) {
    uint32_t next[ROWS] = {0};
    for (uint32_t k = 0; k < w->segment_count; k++) {
        const struct segment *segment = &w->segments[k];
        for (uint32_t i = segment->first; i < segment->first + segment->count; i++)
            next[row_of(segment, w->pair[i])]++;
    }
    uint32_t before = 0;
    for (uint32_t row = 0; row < ROWS; row++) {
        uint32_t count = next[row];
        w->first[row] = next[row] = before;
        before += count;
    }
    w->first[ROWS] = before;
    for (uint32_t k = 0; k < w->segment_count; k++) {
        const struct segment *segment = &w->segments[k];
        for (uint32_t i = segment->first; i < segment->first + segment->count; i++) {
            uint32_t place = next[row_of(segment, w->pair[i])]++;
            w->place[i] = (uint16_t)place;
            w->who[place] = segment->b * TILE_LANES + (w->pair[i] & 63);
        }
    }
    memset(w->who + w->count, 0, WEIGH_EXTRA * sizeof *w->who);
}

static void weigh(const struct sweep *s, struct waiting *w) {
    const struct tiles *tiles = s->search->tiles;
    const struct weighed out = {w->part, w->side_ab, w->side_ba};
    for (uint32_t at = 0; at < SWEEP_BLOCK; at++) {
        const struct weighing in = {
            .layout = &tiles->slots.layout,
            .terms = &tiles->terms,
            .rows = s->rows[at].row,
            .records = tiles->records,
            .first = w->first + at * TILE_LANES,
            .who = w->who,
        };
        s->search->kernels->weigh(&in, &out);
    }
}

/* Writes the segment's pairs to the survivors. */
static void wake(const struct waiting *w, const struct segment *segment, struct survivors *v) {
    uint32_t first = segment->first;
    v->count = segment->count;
    memcpy(v->pair, w->pair + first, v->count * sizeof *v->pair);
    memcpy(v->ways, w->ways + first, v->count * sizeof *v->ways);
    for (uint32_t i = 0; i < v->count; i++) {
        uint32_t place = w->place[first + i];
        v->part[i] = w->part[place];
        v->side_ab[i] = w->side_ab[place];
        v->side_ba[i] = w->side_ba[place];
    }
}

static void settle_segment(struct sweep *s, const struct segment *segment) {
    const struct waiting *w = s->waiting;
    struct survivors *v = &s->survivors;
    struct meeting m = {.a = segment->a,
                        .b = segment->b,
                        .viewer = segment->viewer,
                        .rows = &s->rows[segment->a % SWEEP_BLOCK]};
    ASSERT(m.rows->tile == m.a);
    meeting_limits(s, &m);
    wake(w, segment, v);
    struct sides sides;
    const struct refine_input in = input_of(s->search, &m, &sides);
    if (m.visual) {
        s->search->kernels->refine_dots(&in, w->ab + segment->first, w->ba + segment->first, v);
        s->certificate.bounded_words += segment->count - v->count;
    } else {
        sweep_push_by_prior(&in, v);
        s->certificate.bounded_answers += segment->count - v->count;
    }
    if (v->count > 0)
        push_pairs(s, &m);
}

void sweep_settle(struct sweep *s) {
    struct waiting *w = s->waiting;
    if (w->count == 0)
        return;
    sort_by_row(w);
    weigh(s, w);
    for (uint32_t k = 0; k < w->segment_count; k++)
        settle_segment(s, &w->segments[k]);
    w->count = w->segment_count = 0;
    s->survivors.count = 0;
}
