/* The order of people: by group, then by a tree of medians, so that neighbours are alike.
 *
 * Each split halves a range at a multiple of 64 along the dimension in which it is widest, measured
 * in the spread that costs about the same rejection: 5 years of age, 18 km of place, 22 km of
 * distance limit. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/pool.h"
#include "engine/kernel/real.h"
#include "engine/match/tile.h"

enum { DIMENSIONS = 5, SPLIT_LANES = 16 };

static const float AGE_SPREAD = 5.0f, PLACE_SPREAD_KM = 18.0f, LIMIT_SPREAD_KM = 22.0f;

struct person {
    uint32_t row;
    uint32_t key; /* of the group */
    float at[DIMENSIONS];
};

/* (gender, seeking, full, visual, placed) as one number, equal for people of one group. */
static uint32_t group_key(const struct view *view, uint32_t row) {
    bool visual = view->visual[row];
    bool full = !view->unknown[row] &&
                view->answered[row] >= view->global->QUESTIONNAIRE_MIN_QUESTIONS &&
                (visual || !view->global->MATCH_REQUIRE_VISUAL_SIGNAL);
    bool placed = !isnan(view->unit[(size_t)row * 3]);
    return (uint32_t)(full ? 0 : 1) << 18 | (uint32_t)(visual ? 0 : 1) << 17 |
           (uint32_t)(placed ? 0 : 1) << 16 | (uint32_t)view->gender[row] << 8 | view->seeking[row];
}

static struct person person_of(const struct view *view, uint32_t row) {
    struct person p = {.row = row, .key = group_key(view, row)};
    const double *unit = view->unit + (size_t)row * 3;
    p.at[0] = (float)view->age[row] / AGE_SPREAD;
    for (int i = 0; i < 3; i++)
        p.at[1 + i] = isnan(unit[i]) ? (float)view->place[row]
                                     : (float)(unit[i] * EARTH_RADIUS_KM) / PLACE_SPREAD_KM;
    double km = real_km_of_chord2(fmin(view->chord2_max[row], 4.0));
    p.at[4] = (float)km / LIMIT_SPREAD_KM;
    return p;
}

static int widest(const struct person *people, uint32_t count) {
    int best = 0;
    float best_spread = -1.0f;
    for (int d = 0; d < DIMENSIONS; d++) {
        float low = people[0].at[d], high = low;
        for (uint32_t i = 1; i < count; i++) {
            float at = people[i].at[d];
            low = at < low ? at : low;
            high = at > high ? at : high;
        }
        if (high - low > best_spread) {
            best_spread = high - low;
            best = d;
        }
    }
    return best;
}

static bool before(const struct person *x, const struct person *y, int d) {
    return x->at[d] < y->at[d] || (x->at[d] == y->at[d] && x->row < y->row);
}

static void swap_people(struct person *x, struct person *y) {
    struct person kept = *x;
    *x = *y;
    *y = kept;
}

/* Puts the `middle` first of the order along d in front (Hoare's selection). */
static void part(struct person *people, uint32_t count, uint32_t middle, int d) {
    int64_t left = 0, right = (int64_t)count - 1, wanted = middle;
    while (left < right) {
        struct person pivot = people[wanted];
        int64_t i = left, j = right;
        while (i <= j) {
            while (before(&people[i], &pivot, d))
                i++;
            while (before(&pivot, &people[j], d))
                j--;
            if (i <= j)
                swap_people(&people[i++], &people[j--]);
        }
        if (j < wanted)
            left = i;
        if (wanted < i)
            right = j;
    }
}

/* Whole tiles first; within a tile, sixteens: kernels pass over those of whom nobody is eligible.
 */
static void split_range(struct person *people, uint32_t count) {
    while (count > SPLIT_LANES) {
        uint32_t unit = count > TILE_LANES ? TILE_LANES : SPLIT_LANES;
        uint32_t units = (count + unit - 1) / unit;
        uint32_t middle = units / 2 * unit;
        part(people, count, middle, widest(people, count));
        split_range(people, middle);
        people += middle;
        count -= middle;
    }
}

static struct tile_group group_of_key(uint32_t key) {
    return (struct tile_group){
        .full = (key >> 18 & 1) == 0,
        .visual = (key >> 17 & 1) == 0,
        .placed = (key >> 16 & 1) == 0,
        .gender = (uint8_t)(key >> 8),
        .seeking = (uint8_t)key,
    };
}

/* Appends a group of sorted people as whole tiles. */
static void add_group(struct tiles *tiles, const struct person *people, uint32_t count) {
    struct tile_group group = group_of_key(people[0].key);
    group.first = tiles->count;
    group.count = (count + TILE_LANES - 1) / TILE_LANES;
    for (uint32_t i = 0; i < group.count * TILE_LANES; i++) {
        uint32_t position = group.first * TILE_LANES + i;
        tiles->row_of[position] = i < count ? people[i].row : ROW_NONE;
        if (i < count)
            tiles->position_of[people[i].row] = position;
    }
    tiles->groups[tiles->group_count++] = group;
    tiles->count += group.count;
}

/* --- groups ----------------------------------------------------------------------------------- */

/* People of one key: where theirs begin among all, and how many they are. */
struct share {
    uint32_t key, first, count;
};

/* Everybody on the way into groups. */
struct crowd {
    const struct view *view;
    struct person *by_row; /* key KEY_NONE: no member */
    struct person *people; /* members by key, then row */
    struct share *shares;  /* by key */
    size_t room;
    uint32_t count, members;
};

enum { ROWS_AT_ONCE = 1024 };
static const uint32_t KEY_NONE = UINT32_MAX;

static void read_people(void *ctx, uint32_t unit) {
    struct crowd *crowd = ctx;
    uint32_t first = unit * ROWS_AT_ONCE, left = crowd->view->count - first;
    uint32_t end = first + (left < ROWS_AT_ONCE ? left : ROWS_AT_ONCE);
    for (uint32_t row = first; row < end; row++)
        if (crowd->view->member[row])
            crowd->by_row[row] = person_of(crowd->view, row);
        else
            crowd->by_row[row].key = KEY_NONE;
}

/* There are few keys: a handful of genders, wishes and three flags. */
static struct share *share_of(struct crowd *crowd, uint32_t key) {
    uint32_t i = 0;
    while (i < crowd->count && crowd->shares[i].key != key)
        i++;
    if (i == crowd->count) {
        crowd->shares =
            mem_grow(crowd->shares, &crowd->room, crowd->count + 1, sizeof *crowd->shares);
        crowd->shares[crowd->count++] = (struct share){.key = key};
    }
    return &crowd->shares[i];
}

static int compare_key(const void *x, const void *y) {
    const struct share *a = x, *b = y;
    return a->key < b->key ? -1 : a->key > b->key;
}

/* Counts each share, then puts its people side by side. */
static void gather_shares(struct crowd *crowd) {
    uint32_t rows = crowd->view->count;
    for (uint32_t row = 0; row < rows; row++)
        if (crowd->by_row[row].key != KEY_NONE)
            share_of(crowd, crowd->by_row[row].key)->count++;
    qsort(crowd->shares, crowd->count, sizeof *crowd->shares, compare_key);
    for (uint32_t i = 0; i < crowd->count; i++) {
        crowd->shares[i].first = crowd->members;
        crowd->members += crowd->shares[i].count;
        crowd->shares[i].count = 0;
    }
    crowd->people = mem_space(crowd->members, sizeof *crowd->people);
    for (uint32_t row = 0; row < rows; row++) {
        if (crowd->by_row[row].key == KEY_NONE)
            continue;
        struct share *share = share_of(crowd, crowd->by_row[row].key);
        crowd->people[share->first + share->count++] = crowd->by_row[row];
    }
}

static void sort_share(void *ctx, uint32_t number) {
    struct crowd *crowd = ctx;
    const struct share *share = &crowd->shares[number];
    split_range(crowd->people + share->first, share->count);
}

static void run(uint32_t threads, uint32_t count, pool_work *work, struct crowd *crowd) {
    struct pool *pool = pool_start(threads, count, work, crowd);
    pool_wait(pool);
    pool_free(pool);
}

/* --- tiles ------------------------------------------------------------------------------------ */

static void add_groups(struct tiles *tiles, const struct crowd *crowd) {
    uint32_t most = crowd->members / TILE_LANES + crowd->count, rows = crowd->view->count;
    tiles->row_of = mem_array((size_t)most * TILE_LANES, sizeof *tiles->row_of);
    tiles->position_of = mem_array(rows, sizeof *tiles->position_of);
    memset(tiles->position_of, 0xff, rows * sizeof *tiles->position_of);
    tiles->groups = mem_array(crowd->count, sizeof *tiles->groups);
    for (uint32_t i = 0; i < crowd->count; i++)
        add_group(tiles, crowd->people + crowd->shares[i].first, crowd->shares[i].count);
}

static void count_people(struct tiles *tiles) {
    tiles->positions = tiles->count * TILE_LANES;
    tiles->group_of = mem_array(tiles->count, sizeof *tiles->group_of);
    tiles->people = mem_array(tiles->count, sizeof *tiles->people);
    for (uint32_t i = 0; i < tiles->positions; i++)
        tiles->people[i / TILE_LANES] += tiles->row_of[i] != ROW_NONE;
    tiles->people_before = mem_array(tiles->count + 1, sizeof *tiles->people_before);
    for (uint32_t t = 0; t < tiles->count; t++)
        tiles->people_before[t + 1] = tiles->people_before[t] + tiles->people[t];
    for (uint32_t g = 0; g < tiles->group_count; g++)
        for (uint32_t t = 0; t < tiles->groups[g].count; t++)
            tiles->group_of[tiles->groups[g].first + t] = g;
}

void tiles_order(struct tiles *tiles, uint32_t threads) {
    struct crowd crowd = {.view = tiles->view};
    uint32_t rows = tiles->view->count;
    crowd.by_row = mem_space(rows, sizeof *crowd.by_row);
    crowd.shares = mem_grow(NULL, &crowd.room, 1, sizeof *crowd.shares);
    run(threads, (rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE, read_people, &crowd);
    gather_shares(&crowd);
    run(threads, crowd.count, sort_share, &crowd);
    add_groups(tiles, &crowd);
    count_people(tiles);
    free(crowd.by_row);
    free(crowd.people);
    free(crowd.shares);
}
