/* Exact counts: who is eligible, and, where asked for, who is offerable. */

#include "engine/match/pair.h"
#include "engine/match/sweep_parts.h"

uint32_t count_eligible(struct sweep *s, const struct meeting *m, uint64_t rows) {
    if (m->viewer != ROW_NONE) {
        /* Others' counts are not touched: while some are searched again, others are read. */
        uint32_t lanes = (uint32_t)__builtin_popcountll(s->ways[m->viewer % TILE_LANES][0]);
        s->eligible[m->viewer] += lanes;
        return lanes;
    }
    return s->search->kernels->tally(rows, (const uint64_t(*)[2])s->ways,
                                     s->eligible + (size_t)m->a * TILE_LANES,
                                     s->eligible + (size_t)m->b * TILE_LANES);
}

static enum floor scored_floor(struct sweep *s, uint32_t row_a, uint32_t row_b) {
    const struct view *view = s->search->tiles->view;
    struct pair_score score;
    pair_score_gated(view, row_a, row_b, GATE_NONE, &score);
    s->certificate.canonical++;
    return pair_floor(view, row_a, row_b, &score);
}

/* The first floor that b falls under for viewer a: by the bounds if they decide, else by the score.
 * Who is below the quality and the score floor falls to quality, which is judged first, unless that
 * is the lower one. */
static enum floor floor_between(struct sweep *s, const struct meeting *m, uint32_t at, uint32_t a,
                                uint32_t b) {
    const struct search *search = s->search;
    const struct survivors *v = &s->survivors;
    float bonus = search->tiles->bonus[b], least = sweep_push_reciprocity(search, a, b);
    float floor = m->full ? search->floor_full[a] : search->floor_provisional[a];
    uint32_t row_a = search->tiles->row_of[a], row_b = search->tiles->row_of[b];
    if (!search->tiles->slots.exact)
        return scored_floor(s, row_a, row_b);
    if (v->mutual_upper[at] < least)
        return FLOOR_RECIPROCITY;
    bool mutual = v->mutual_lower[at] >= least + LEAST_MARGIN;
    if (mutual && v->lower[at] + bonus >= floor + FLOOR_MARGIN)
        return FLOOR_NONE;
    if (mutual && v->upper[at] + bonus < floor && search->quality_first[a])
        return FLOOR_QUALITY;
    return scored_floor(s, row_a, row_b);
}

static void count_floor(struct sweep *s, const struct meeting *m, uint32_t at, uint32_t a,
                        uint32_t b) {
    enum floor floor = floor_between(s, m, at, a, b);
    s->floors[floor]++;
    s->offerable[a] += floor == FLOOR_NONE;
}

static void raise_limit(const struct search *search, uint32_t position, float offset,
                        float *limit) {
    float now = candidates_limit(&search->store, position) - offset;
    *limit = now > *limit ? now : *limit;
}

/* From here on only the limits of the lists count. */
static void raise_limits(struct sweep *s, const struct meeting *m) {
    const struct search *search = s->search;
    float offset = m->full ? FULL_OFFSET : 0.0f;
    if (m->viewer != ROW_NONE) {
        raise_limit(search, m->viewer, offset, &m->row_limit[m->viewer % TILE_LANES]);
        return;
    }
    for (uint32_t i = 0; i < TILE_LANES; i++) {
        raise_limit(search, m->a * TILE_LANES + i, offset, &m->row_limit[i]);
        raise_limit(search, m->b * TILE_LANES + i, offset, &m->lane_limit[i]);
    }
}

void count_offerable(struct sweep *s, const struct meeting *m) {
    const struct survivors *v = &s->survivors;
    for (uint32_t i = 0; i < v->count; i++) {
        uint32_t a = m->a * TILE_LANES + (v->pair[i] >> 6);
        uint32_t b = m->b * TILE_LANES + (v->pair[i] & 63);
        if ((v->ways[i] & 1) != 0)
            count_floor(s, m, i, a, b);
        if ((v->ways[i] & 2) != 0)
            count_floor(s, m, i, b, a);
    }
    raise_limits(s, m);
}
