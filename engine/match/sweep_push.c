/* Limits in, bounded pairs out: between the candidate lists and the kernels. */
#include <math.h>

#include "engine/kernel/isa.h"
#include "engine/match/sweep_parts.h"

/* Least raw that still counts for a viewer in this mode: the list's limit, and the floors. */
static float limit_of(const struct search *search, uint32_t viewer, bool full) {
    if (search->count_floors)
        return -INFINITY;
    float floor = full ? search->floor_full[viewer] : search->floor_provisional[viewer];
    if (search->exact_counts)
        return floor;
    float limit = candidates_limit(&search->store, viewer) - (full ? FULL_OFFSET : 0.0f);
    return limit > floor ? limit : floor;
}

static const float nothing[TILE_LANES];

/* Limits rise now and then, and tiles meet all the time: they are read when they have changed.
 * count_offerable changes what it was given. */
static float *read_limits(const struct search *search, struct sweep_limits *limits, uint32_t tile,
                          bool full) {
    uint32_t version = candidates_version(&search->store, tile);
    if (limits->tile == tile && limits->version == version && limits->full == full &&
        !search->exact_counts)
        return limits->limit;
    limits->tile = tile;
    limits->version = version;
    limits->full = full;
    for (uint32_t i = 0; i < TILE_LANES; i++)
        limits->limit[i] = limit_of(search, tile * TILE_LANES + i, full);
    return limits->limit;
}

/* Reads limits, and points the duel at the lanes of both tiles. */
void meeting_limits(struct sweep *s, struct meeting *m) {
    const struct search *search = s->search;
    const struct tiles *tiles = search->tiles;
    const struct tile_group *a = &tiles->groups[tiles->group_of[m->a]];
    const struct tile_group *b = &tiles->groups[tiles->group_of[m->b]];
    m->full = a->full && b->full;
    m->visual = a->visual && b->visual;
    uint32_t rows = m->a * TILE_LANES, lanes = m->b * TILE_LANES;
    struct sweep_limits *row_limits = &s->row_limits[m->a % SWEEP_BLOCK];
    if (m->viewer != ROW_NONE) {
        m->row_limit = row_limits->limit;
        m->lane_limit = s->lane_limits.limit;
        m->row_limit[m->viewer % TILE_LANES] = limit_of(search, m->viewer, m->full);
        row_limits->tile = ROW_NONE;
    } else {
        m->row_limit = read_limits(search, row_limits, m->a, m->full);
        m->lane_limit = read_limits(search, &s->lane_limits, m->b, m->full);
    }
    m->duel = (struct duel){
        .row_reach = m->visual ? tiles->reach + rows : tiles->prior_reach,
        .lane_reach = m->visual ? tiles->reach + lanes : nothing,
        .row_bonus = tiles->bonus + rows,
        .lane_bonus = tiles->bonus + lanes,
        .row_limit = m->row_limit,
        .lane_limit = m->lane_limit,
        .row_slack = m->rows->slack,
    };
}

/* Affinities that are the prior, exactly. */
void sweep_push_by_prior(const struct refine_input *in, struct survivors *survivors) {
    const float prior[2] = {in->terms->prior, in->terms->prior};
    uint32_t kept = 0;
    for (uint32_t at = 0; at < survivors->count; at++) {
        survivors_bound(in, survivors, at, prior, prior);
        kept += survivors_keep(in->duel, survivors, at, kept);
    }
    survivors->count = kept;
}

/* The least mutuality that viewer a asks of a pair with b. */
float sweep_push_reciprocity(const struct search *search, uint32_t a, uint32_t b) {
    bool low = search->low_inbound[a] || search->low_inbound[b];
    return low ? search->reciprocity_low[a] : search->reciprocity[a];
}

/* Pushes all pairs of one way, under the lock of the viewers' tile. */
static void push_way(struct sweep *s, const struct meeting *m, uint8_t way) {
    struct search *search = s->search;
    struct candidate_store *store = &search->store;
    uint32_t viewers = way == 1 ? m->a : m->b, others = way == 1 ? m->b : m->a;
    uint32_t first = viewers * TILE_LANES, first_other = others * TILE_LANES;
    struct pushing pushing = {
        .floor = (m->full ? search->floor_full : search->floor_provisional) + first,
        .least = search->reciprocity + first,
        .low_least = search->reciprocity_low + first,
        .low = search->low_inbound + first,
        .other_low = search->low_inbound + first_other,
        .bonus = search->tiles->bonus + first_other,
        .first_other = first_other,
        .offset = m->full ? FULL_OFFSET : 0.0f,
        .way = way,
        .exact = search->tiles->slots.exact,
    };
    candidates_lock(store, viewers);
    struct candidate *out = candidates_room(store, viewers, s->survivors.count);
    uint32_t written = search->kernels->push(&pushing, &s->survivors, out);
    candidates_wrote(store, viewers, written);
    candidates_unlock(store, viewers);
    s->certificate.pushed += written;
}

void push_pairs(struct sweep *s, const struct meeting *m) {
    push_way(s, m, 1);
    if (m->viewer == ROW_NONE)
        push_way(s, m, 2);
}
