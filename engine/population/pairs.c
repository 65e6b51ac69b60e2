/* Blocks, reports and matches by person, and the reports that count against one. */
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/population/store.h"

void pairs_init(struct population *p) {
    journal_init(&p->blocked, sizeof(struct pair_record));
    journal_init(&p->reported, sizeof(struct pair_record));
    journal_init(&p->matched, sizeof(struct pair_record));
    journal_init(&p->counted, sizeof(struct report_record));
}

void pairs_release(struct population *p) {
    journal_release(&p->blocked);
    journal_release(&p->reported);
    journal_release(&p->matched);
    journal_release(&p->counted);
    free(p->pairs.starts);
    free(p->pairs.rows);
    free(p->pairs.kinds);
    free(p->reports.starts);
    free(p->reports.newest);
}

size_t pairs_bytes(const struct population *p) {
    size_t bytes = journal_bytes(&p->blocked) + journal_bytes(&p->reported) +
                   journal_bytes(&p->matched) + journal_bytes(&p->counted);
    if (!p->finished)
        return bytes;
    bytes += 2 * ((size_t)p->count + 1) * sizeof(uint64_t);
    return bytes + p->pairs.starts[p->count] * (sizeof(uint32_t) + 1) +
           p->reports.starts[p->count] * sizeof(instant_t);
}

static void append_pair(struct population *p, struct journal *j, uint32_t one, uint32_t two) {
    ASSERT(one < p->count && two < p->count && !p->finished);
    struct pair_record *record = journal_append(j);
    *record = (struct pair_record){one, two};
}

void population_add_block(struct population *p, uint32_t blocker, uint32_t blocked) {
    append_pair(p, &p->blocked, blocker, blocked);
}

void population_add_report(struct population *p, uint32_t reporter, uint32_t reported,
                           bool excludes, bool counts, instant_t created_at) {
    if (excludes)
        append_pair(p, &p->reported, reporter, reported);
    ASSERT(reporter < p->count && reported < p->count && !p->finished);
    if (!counts)
        return;
    struct report_record *record = journal_append(&p->counted);
    *record = (struct report_record){created_at, reported, reporter};
}

static void count_match(struct population *p, uint32_t row) {
    uint16_t *active = &block_of(p, row)->columns.active_matches[row % CHUNK_ROWS];
    if (*active < UINT16_MAX)
        ++*active;
}

void population_add_match(struct population *p, uint32_t one, uint32_t two, bool active) {
    append_pair(p, &p->matched, one, two);
    if (!active)
        return;
    count_match(p, one);
    count_match(p, two);
}

/* Counts in starts[row + 1] become the place where each row's entries are written next: after all
 * are written, starts[row + 1] is where row's end. */
static void counts_to_cursors(uint64_t *starts, uint32_t count) {
    uint64_t place = 0;
    for (uint32_t row = 0; row < count; row++) {
        uint64_t here = starts[row + 1];
        starts[row + 1] = place;
        place += here;
    }
}

static int by_value(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a;
    uint64_t y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

/* --- blocks, reports, matches ----------------------------------------------------------------- */

static void count_pairs(struct pair_table *table, const struct journal *j) {
    struct journal_cursor cursor = journal_start(j);
    for (const struct pair_record *r; (r = journal_next(j, &cursor)) != NULL;) {
        table->starts[r->one + 1]++;
        table->starts[r->two + 1]++;
    }
}

static void write_pairs(struct pair_table *table, struct journal *j, enum pair_kind kind) {
    struct journal_cursor cursor = journal_start(j);
    for (const struct pair_record *r; (r = journal_next(j, &cursor)) != NULL;) {
        uint64_t at = table->starts[r->one + 1]++;
        table->rows[at] = r->two;
        table->kinds[at] = (uint8_t)kind;
        at = table->starts[r->two + 1]++;
        table->rows[at] = r->one;
        table->kinds[at] = (uint8_t)kind;
    }
    journal_release(j);
}

struct keys {
    uint64_t *list;
    size_t room;
};

/* Sorts entries from..to by row, joins the kinds of equal rows, leaves out the person themself, and
 * writes them at `out`, which is not after `from`. Returns where they end. */
static uint64_t settle_pairs(struct pair_table *table, uint32_t self, uint64_t from, uint64_t to,
                             uint64_t out, struct keys *keys) {
    size_t n = (size_t)(to - from);
    uint64_t first = out;
    keys->list = mem_grow(keys->list, &keys->room, n, sizeof keys->list[0]);
    for (size_t i = 0; i < n; i++)
        keys->list[i] = (uint64_t)table->rows[from + i] << 8 | table->kinds[from + i];
    qsort(keys->list, n, sizeof keys->list[0], by_value);
    for (size_t i = 0; i < n; i++) {
        uint32_t row = (uint32_t)(keys->list[i] >> 8);
        if (row == self)
            continue;
        if (out == first || table->rows[out - 1] != row) {
            table->rows[out] = row;
            table->kinds[out++] = 0;
        }
        table->kinds[out - 1] |= (uint8_t)keys->list[i];
    }
    return out;
}

static void build_pairs(struct population *p) {
    struct pair_table *table = &p->pairs;
    size_t total = 2 * (p->blocked.count + p->reported.count + p->matched.count);
    table->starts = mem_array((size_t)p->count + 1, sizeof table->starts[0]);
    table->rows = mem_array(total, sizeof table->rows[0]);
    table->kinds = mem_array(total, sizeof table->kinds[0]);
    count_pairs(table, &p->blocked);
    count_pairs(table, &p->reported);
    count_pairs(table, &p->matched);
    counts_to_cursors(table->starts, p->count);
    write_pairs(table, &p->blocked, PAIR_BLOCK);
    write_pairs(table, &p->reported, PAIR_REPORT);
    write_pairs(table, &p->matched, PAIR_MATCH);
    struct keys keys = {0};
    uint64_t from = 0, out = 0;
    for (uint32_t row = 0; row < p->count; row++) {
        uint64_t to = table->starts[row + 1];
        out = settle_pairs(table, row, from, to, out, &keys);
        from = to;
        table->starts[row + 1] = out;
    }
    free(keys.list);
    table->rows = store_shrink(table->rows, out * sizeof table->rows[0]);
    table->kinds = store_shrink(table->kinds, out);
}

/* --- reports that count ----------------------------------------------------------------------- */

static int by_reporter(const void *a, const void *b) {
    const struct report_record *x = a;
    const struct report_record *y = b;
    if (x->reported != y->reported)
        return x->reported < y->reported ? -1 : 1;
    if (x->reporter != y->reporter)
        return x->reporter < y->reporter ? -1 : 1;
    return (x->created_at > y->created_at) - (x->created_at < y->created_at);
}

static int by_instant(const void *a, const void *b) {
    instant_t x = *(const instant_t *)a;
    instant_t y = *(const instant_t *)b;
    return (x > y) - (x < y);
}

/* The last of each (reported, reporter) is the newest. */
static void build_reports(struct population *p) {
    struct report_table *table = &p->reports;
    size_t n = p->counted.count;
    struct report_record *all = mem_array(n, sizeof all[0]);
    struct journal_cursor cursor = journal_start(&p->counted);
    for (size_t i = 0; i < n; i++)
        all[i] = *(const struct report_record *)journal_next(&p->counted, &cursor);
    journal_release(&p->counted);
    qsort(all, n, sizeof all[0], by_reporter);
    table->starts = mem_array((size_t)p->count + 1, sizeof table->starts[0]);
    table->newest = mem_array(n, sizeof table->newest[0]);
    uint64_t out = 0;
    size_t i = 0;
    for (uint32_t row = 0; row < p->count; row++) {
        uint64_t first = out;
        for (; i < n && all[i].reported == row; i++) {
            bool same =
                i + 1 < n && all[i + 1].reported == row && all[i + 1].reporter == all[i].reporter;
            if (!same)
                table->newest[out++] = all[i].created_at;
        }
        qsort(table->newest + first, (size_t)(out - first), sizeof(instant_t), by_instant);
        table->starts[row + 1] = out;
    }
    free(all);
    table->newest = store_shrink(table->newest, out * sizeof table->newest[0]);
}

void pairs_finish(struct population *p) {
    build_pairs(p);
    build_reports(p);
}

struct pair_list population_pairs(const struct population *p, uint32_t row) {
    ASSERT(p->finished && row < p->count);
    uint64_t from = p->pairs.starts[row], to = p->pairs.starts[row + 1];
    return (struct pair_list){p->pairs.rows + from, p->pairs.kinds + from, (uint32_t)(to - from)};
}

struct report_list population_reports(const struct population *p, uint32_t row) {
    ASSERT(p->finished && row < p->count);
    uint64_t from = p->reports.starts[row], to = p->reports.starts[row + 1];
    return (struct report_list){p->reports.newest + from, (uint32_t)(to - from)};
}
