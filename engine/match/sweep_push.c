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

/* Reads limits, and points the duel at the lanes of both tiles. */
void meeting_limits(struct sweep *s, struct meeting *m) {
    const struct search *search = s->search;
    const struct tiles *tiles = search->tiles;
    const struct tile_group *a = &tiles->groups[tiles->group_of[m->a]];
    const struct tile_group *b = &tiles->groups[tiles->group_of[m->b]];
    m->full = a->full && b->full;
    m->visual = a->visual && b->visual;
    uint32_t rows = m->a * TILE_LANES, lanes = m->b * TILE_LANES;
    if (m->viewer != ROW_NONE)
        s->row_limit[m->viewer % TILE_LANES] = limit_of(search, m->viewer, m->full);
    for (uint32_t i = 0; i < TILE_LANES && m->viewer == ROW_NONE; i++) {
        s->row_limit[i] = limit_of(search, rows + i, m->full);
        s->lane_limit[i] = limit_of(search, lanes + i, m->full);
    }
    m->duel = (struct duel){
        .row_reach = m->visual ? tiles->reach + rows : tiles->prior_reach,
        .lane_reach = m->visual ? tiles->reach + lanes : nothing,
        .row_bonus = tiles->bonus + rows,
        .lane_bonus = tiles->bonus + lanes,
        .row_limit = s->row_limit,
        .lane_limit = s->lane_limit,
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

/* Pushes all pairs of one way, under the lock of the viewers' tile. An interval that does not clear
 * every floor for certain has no lower end: it must not raise the limit. Without branches: each
 * would be a guess. */
static void push_way(struct sweep *s, const struct meeting *m, uint8_t way) {
    struct search *search = s->search;
    struct candidate_store *store = &search->store;
    const struct survivors *v = &s->survivors;
    uint32_t viewers = way == 1 ? m->a : m->b, others = way == 1 ? m->b : m->a;
    uint32_t first = viewers * TILE_LANES, first_other = others * TILE_LANES;
    uint32_t shift = way == 1 ? 6 : 0, other_shift = 6 - shift;
    const float *floors = (m->full ? search->floor_full : search->floor_provisional) + first;
    const float *leasts = search->reciprocity + first,
                *low_leasts = search->reciprocity_low + first;
    const bool *low = search->low_inbound + first, *other_low = search->low_inbound + first_other;
    const float *bonuses = search->tiles->bonus + first_other;
    float offset = m->full ? FULL_OFFSET : 0.0f;
    bool exact = search->tiles->slots.exact;
    candidates_lock(store, viewers);
    struct candidate *out = candidates_room(store, viewers, v->count);
    uint32_t written = 0;
    for (uint32_t i = 0; i < v->count; i++) {
        uint32_t lane = v->pair[i] >> shift & 63, other = v->pair[i] >> other_shift & 63;
        float bonus = bonuses[other], floor = floors[lane];
        float least = low[lane] | other_low[other] ? low_leasts[lane] : leasts[lane];
        float lower = v->lower[i] + bonus, upper = v->upper[i] + bonus;
        bool certain =
            (v->mutual_lower[i] >= least + 2e-6f) & (lower >= floor + FLOOR_MARGIN) & exact;
        out[written].lower = certain ? lower + offset - 1e-6f : -INFINITY;
        out[written].upper = upper + offset + 1e-6f;
        out[written].who = (first_other + other) * TILE_LANES + lane;
        written += ((v->ways[i] & way) != 0) & (v->mutual_upper[i] >= least) & (upper >= floor);
    }
    candidates_wrote(store, viewers, written);
    candidates_unlock(store, viewers);
    s->certificate.pushed += written;
}

void push_pairs(struct sweep *s, const struct meeting *m) {
    push_way(s, m, 1);
    if (m->viewer == ROW_NONE)
        push_way(s, m, 2);
}
