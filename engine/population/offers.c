/* Offers: 10 bytes each on the shelf of their viewer's chunk, and 4 bytes on each side's list of
 * partners.
 *
 *   shelf.starts[viewer % 4096] ..   candidate u32 | term u32 | state u8 | score u8
 *                                    by candidate, then newest first (offered_at, then id)
 *   terms[term]                      batch_date, offered_at, expires_at: one for a whole batch
 *   shelf.timed / times              the one time that a rule reads: action_at of a pass,
 *                                    cooldown_until of a not_now
 *
 * While loading, an offer is a record of 28 bytes in its chunk's journal. finish settles one chunk
 * after the other and frees each journal before the next, so the peak is the journals alone. */
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "engine/base/ascending.h"
#include "engine/base/mem.h"
#include "engine/population/store.h"

enum { TRIM_BLOCKS = 8 }; /* settled between two returns of freed memory to the system */

/* --- terms ------------------------------------------------------------------------------------ */

static size_t term_slot(const struct term_table *t, const struct term *term) {
    int64_t key[3] = {term->offered_at, term->expires_at, term->batch_date};
    size_t slot = XXH3_64bits(key, sizeof key) & (t->slot_count - 1);
    for (; t->slots[slot] != 0; slot = (slot + 1) & (t->slot_count - 1)) {
        const struct term *held = &t->list[t->slots[slot] - 1];
        if (held->offered_at == term->offered_at && held->expires_at == term->expires_at &&
            held->batch_date == term->batch_date)
            break;
    }
    return slot;
}

static void double_term_slots(struct term_table *t) {
    free(t->slots);
    t->slot_count *= 2;
    t->slots = mem_array(t->slot_count, sizeof t->slots[0]);
    for (uint32_t i = 0; i < t->count; i++)
        t->slots[term_slot(t, &t->list[i])] = i + 1;
}

static uint32_t intern_term(struct term_table *t, const struct term *term) {
    size_t slot = term_slot(t, term);
    if (t->slots[slot] != 0)
        return t->slots[slot] - 1;
    t->list = mem_grow(t->list, &t->room, t->count + 1, sizeof t->list[0]);
    t->list[t->count] = *term;
    t->slots[slot] = ++t->count;
    if ((size_t)t->count * 2 > t->slot_count)
        double_term_slots(t);
    return t->count - 1;
}

/* --- life ------------------------------------------------------------------------------------- */

void offers_init(struct population *p) {
    p->terms.slot_count = 64;
    p->terms.slots = mem_array(p->terms.slot_count, sizeof p->terms.slots[0]);
}

void offers_init_block(struct block *block) {
    journal_init(&block->offers, sizeof(struct offer_record));
    journal_init(&block->times, sizeof(instant_t));
}

static void release_journals(struct block *block) {
    journal_release(&block->offers);
    journal_release(&block->times);
}

void offers_release(struct population *p) {
    for (uint32_t b = 0; b < block_count(p); b++) {
        struct offer_shelf *shelf = &p->blocks[b]->shelf;
        release_journals(p->blocks[b]);
        free(shelf->candidates);
        free(shelf->terms);
        free(shelf->states);
        free(shelf->scores);
        free(shelf->timed);
        free(shelf->times);
    }
    free(p->terms.list);
    free(p->terms.slots);
    free(p->partners.starts);
    free(p->partners.rows);
}

size_t offers_bytes(const struct population *p) {
    size_t bytes = p->terms.room * sizeof(struct term) + p->terms.slot_count * sizeof(uint32_t);
    for (uint32_t b = 0; b < block_count(p); b++) {
        const struct block *block = p->blocks[b];
        const struct offer_shelf *shelf = &block->shelf;
        bytes += journal_bytes(&block->offers) + journal_bytes(&block->times);
        bytes += shelf->starts[CHUNK_ROWS] * (2 * sizeof(uint32_t) + 2);
        bytes += shelf->timed_count * (sizeof(uint32_t) + sizeof(instant_t));
    }
    if (p->finished)
        bytes += ((size_t)p->count + 1) * sizeof(uint64_t) +
                 p->partners.starts[p->count] * sizeof(uint32_t);
    return bytes;
}

/* --- in --------------------------------------------------------------------------------------- */

void population_add_offer(struct population *p, const struct offer_fact *fact) {
    ASSERT(fact->viewer < p->count && fact->candidate < p->count && !p->finished);
    struct block *block = block_of(p, fact->viewer);
    struct offer_record *record = journal_append(&block->offers);
    struct term term = {fact->offered_at, fact->expires_at, fact->batch_date};
    record->id = fact->id;
    record->viewer = (uint16_t)(fact->viewer % CHUNK_ROWS);
    record->candidate = fact->candidate;
    record->term = intern_term(&p->terms, &term);
    record->state = (uint8_t)fact->status;
    record->score = fact->compatibility_score;
    bool passed = fact->status == OFFER_PASSED && fact->has_action_at;
    if (!passed && !(fact->status == OFFER_NOT_NOW && fact->has_cooldown))
        return;
    record->state |= OFFER_TIMED;
    instant_t *time = journal_append(&block->times);
    *time = passed ? fact->action_at : fact->cooldown_until;
}

/* --- shelves ---------------------------------------------------------------------------------- */

/* A record on its way to the shelf. */
struct entry {
    const struct offer_record *record;
    const instant_t *time; /* NULL unless OFFER_TIMED */
};

static int by_candidate_newest(const void *a, const void *b, void *terms) {
    const struct offer_record *x = ((const struct entry *)a)->record;
    const struct offer_record *y = ((const struct entry *)b)->record;
    const struct term *list = terms;
    if (x->candidate != y->candidate)
        return x->candidate < y->candidate ? -1 : 1;
    instant_t x_at = list[x->term].offered_at, y_at = list[y->term].offered_at;
    if (x_at != y_at)
        return x_at > y_at ? -1 : 1;
    return uuid_order(&y->id, &x->id);
}

/* starts[i + 1] becomes where viewer i's entries are written next. */
static void count_offers(const struct journal *j, uint32_t *starts) {
    struct journal_cursor cursor = journal_start(j);
    for (const struct offer_record *r; (r = journal_next(j, &cursor)) != NULL;)
        starts[r->viewer + 1]++;
    uint32_t place = 0;
    for (uint32_t i = 1; i <= CHUNK_ROWS; i++) {
        uint32_t here = starts[i];
        starts[i] = place;
        place += here;
    }
}

/* The chunk's records in the order of its shelf; fills starts. The caller frees. */
static struct entry *sort_records(const struct population *p, struct block *block) {
    const struct journal *j = &block->offers;
    uint32_t *starts = block->shelf.starts;
    ASSERT(j->count < UINT32_MAX);
    struct entry *sorted = mem_array(j->count, sizeof *sorted);
    count_offers(j, starts);
    struct journal_cursor cursor = journal_start(j), times = journal_start(&block->times);
    for (const struct offer_record *r; (r = journal_next(j, &cursor)) != NULL;) {
        const instant_t *time = r->state & OFFER_TIMED ? journal_next(&block->times, &times) : NULL;
        sorted[starts[r->viewer + 1]++] = (struct entry){r, time};
    }
    for (uint32_t i = 0; i < CHUNK_ROWS; i++)
        qsort_r(sorted + starts[i], starts[i + 1] - starts[i], sizeof *sorted, by_candidate_newest,
                p->terms.list);
    return sorted;
}

static void build_shelf(struct population *p, struct block *block) {
    struct offer_shelf *shelf = &block->shelf;
    uint32_t n = (uint32_t)block->offers.count;
    if (n == 0)
        return;
    struct entry *sorted = sort_records(p, block);
    shelf->candidates = mem_array(n, sizeof shelf->candidates[0]);
    shelf->terms = mem_array(n, sizeof shelf->terms[0]);
    shelf->states = mem_array(n, 1);
    shelf->scores = mem_array(n, 1);
    shelf->timed = mem_array(block->times.count, sizeof shelf->timed[0]);
    shelf->times = mem_array(block->times.count, sizeof shelf->times[0]);
    for (uint32_t i = 0; i < n; i++) {
        const struct offer_record *r = sorted[i].record;
        shelf->candidates[i] = r->candidate;
        shelf->terms[i] = r->term;
        shelf->states[i] = r->state;
        shelf->scores[i] = r->score;
        if (sorted[i].time == NULL)
            continue;
        shelf->timed[shelf->timed_count] = i;
        shelf->times[shelf->timed_count++] = *sorted[i].time;
    }
    free(sorted);
    release_journals(block);
}

/* --- partners --------------------------------------------------------------------------------- */

struct slice {
    uint32_t from, to;
};

static struct slice slice_of(const struct population *p, uint32_t viewer) {
    const struct offer_shelf *shelf = &block_of(p, viewer)->shelf;
    uint32_t i = viewer % CHUNK_ROWS;
    return (struct slice){shelf->starts[i], shelf->starts[i + 1]};
}

/* The next candidate of the viewer's that is not `viewer`, after the offers of the same one;
 * ROW_NONE at the end. */
static uint32_t next_candidate(const struct population *p, uint32_t viewer, struct slice *rest) {
    const uint32_t *candidates = block_of(p, viewer)->shelf.candidates;
    while (rest->from < rest->to) {
        uint32_t candidate = candidates[rest->from];
        while (rest->from < rest->to && candidates[rest->from] == candidate)
            rest->from++;
        if (candidate != viewer)
            return candidate;
    }
    return ROW_NONE;
}

/* Two ascending runs, from..middle and middle..to, become one without doubles at `out`, which is
 * not after `from`. `copy` holds the first run meanwhile. */
static uint64_t merge_runs(uint32_t *rows, const uint64_t bounds[3], uint64_t out,
                           const uint32_t *copy) {
    uint64_t a = 0, a_end = bounds[1] - bounds[0], b = bounds[1], first = out;
    while (a < a_end || b < bounds[2]) {
        bool take_a = b == bounds[2] || (a < a_end && copy[a] <= rows[b]);
        uint32_t row = take_a ? copy[a++] : rows[b++];
        if (out == first || rows[out - 1] != row)
            rows[out++] = row;
    }
    return out;
}

/* `ends[row]`: where the row's own candidates end, and later where its whole list does. */
static void write_partners(struct population *p, uint64_t *ends) {
    struct partner_table *table = &p->partners;
    for (uint32_t row = 0; row < p->count; row++) {
        struct slice rest = slice_of(p, row);
        uint64_t own = table->starts[row];
        for (uint32_t c; (c = next_candidate(p, row, &rest)) != ROW_NONE;) {
            table->rows[own++] = c;
            table->rows[ends[c]++] = row;
        }
    }
}

static void merge_partners(struct population *p, const uint64_t *middles) {
    struct partner_table *table = &p->partners;
    uint32_t *copy = NULL;
    size_t room = 0;
    uint64_t out = 0, from = 0;
    for (uint32_t row = 0; row < p->count; row++) {
        uint64_t bounds[3] = {from, middles[row], table->starts[row + 1]};
        size_t own = (size_t)(bounds[1] - from);
        copy = mem_grow(copy, &room, own, sizeof copy[0]);
        memcpy(copy, table->rows + from, own * sizeof copy[0]);
        from = bounds[2];
        out = merge_runs(table->rows, bounds, out, copy);
        table->starts[row + 1] = out;
    }
    free(copy);
    table->rows = store_shrink(table->rows, out * sizeof table->rows[0]);
}

/* Own candidates first, those to whom the person was offered after them: both runs come out
 * ascending, because viewers are walked in order. */
static void build_partners(struct population *p) {
    struct partner_table *table = &p->partners;
    uint64_t *middles = mem_array(p->count, sizeof middles[0]);
    table->starts = mem_array((size_t)p->count + 1, sizeof table->starts[0]);
    for (uint32_t row = 0; row < p->count; row++) {
        struct slice rest = slice_of(p, row);
        for (uint32_t c; (c = next_candidate(p, row, &rest)) != ROW_NONE; middles[row]++) {
            table->starts[row + 1]++;
            table->starts[c + 1]++;
        }
    }
    for (uint32_t row = 0; row < p->count; row++) {
        table->starts[row + 1] += table->starts[row];
        middles[row] += table->starts[row];
    }
    table->rows = mem_array(table->starts[p->count], sizeof table->rows[0]);
    uint64_t *ends = mem_array(p->count, sizeof ends[0]);
    memcpy(ends, middles, p->count * sizeof ends[0]);
    write_partners(p, ends);
    free(ends);
    merge_partners(p, middles);
    free(middles);
}

void offers_finish(struct population *p) {
    for (uint32_t b = 0; b < block_count(p); b++) {
        build_shelf(p, p->blocks[b]);
        if (b % TRIM_BLOCKS == 0)
            malloc_trim(0);
    }
    malloc_trim(0);
    build_partners(p);
}

/* --- out -------------------------------------------------------------------------------------- */

struct partner_list population_partners(const struct population *p, uint32_t row) {
    ASSERT(p->finished && row < p->count);
    uint64_t from = p->partners.starts[row], to = p->partners.starts[row + 1];
    return (struct partner_list){p->partners.rows + from, (uint32_t)(to - from)};
}

static void read_offer(const struct population *p, uint32_t viewer, uint32_t at,
                       struct offer_fact *out) {
    const struct offer_shelf *shelf = &block_of(p, viewer)->shelf;
    const struct term *term = &p->terms.list[shelf->terms[at]];
    *out = (struct offer_fact){.viewer = viewer,
                               .candidate = shelf->candidates[at],
                               .batch_date = term->batch_date,
                               .offered_at = term->offered_at,
                               .expires_at = term->expires_at,
                               .status = (enum offer_status)(shelf->states[at] & OFFER_STATUS_BITS),
                               .compatibility_score = shelf->scores[at]};
    if (!(shelf->states[at] & OFFER_TIMED))
        return;
    uint32_t i = ascending_from(shelf->timed, shelf->timed_count, at);
    out->has_action_at = out->status == OFFER_PASSED;
    out->has_cooldown = !out->has_action_at;
    *(out->has_action_at ? &out->action_at : &out->cooldown_until) = shelf->times[i];
}

uint32_t population_offers(const struct population *p, uint32_t viewer, uint32_t candidate,
                           struct offer_fact *out, uint32_t room) {
    ASSERT(p->finished);
    const uint32_t *candidates = block_of(p, viewer)->shelf.candidates;
    struct slice slice = slice_of(p, viewer);
    if (slice.from == slice.to)
        return 0;
    uint32_t in_slice = ascending_from(candidates + slice.from, slice.to - slice.from, candidate);
    uint32_t first = slice.from + in_slice, n = 0;
    for (; first + n < slice.to && candidates[first + n] == candidate; n++)
        if (n < room)
            read_offer(p, viewer, first + n, &out[n]);
    return n;
}

uint32_t population_open_offers(const struct population *p, uint32_t viewer, instant_t at) {
    ASSERT(p->finished);
    const struct offer_shelf *shelf = &block_of(p, viewer)->shelf;
    struct slice slice = slice_of(p, viewer);
    uint32_t open = 0;
    for (uint32_t i = slice.from; i < slice.to; i++)
        open += (shelf->states[i] & OFFER_STATUS_BITS) == OFFER_OFFERED &&
                p->terms.list[shelf->terms[i]].expires_at > at;
    return open;
}
