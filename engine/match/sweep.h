/* One tile of viewers against other tiles: from hard constraints to bounded pairs in the candidate
 * lists.
 *
 *   64 rows          hull x hull          nobody can meet: the pair of tiles is gone
 *     |              rows x hull          which rows can meet anybody over there
 *     v              row  x 64 lanes      eligibility mask, exclusions                 mask_*.c
 *   eligible         questionnaire,       bound 1: best affinity anyone can have       sift_*.c
 *     |              roughly
 *     |  32 %        int8 dot products    bound 2                                      sieve_*.c
 *     |   6 %        int16 dot products; they wait until a row has many (sweep_wait.h)
 *     |              questionnaire        exactly                                      weigh_*.c
 *     v   5 %                             bound 3, an interval of raw                  affinity_*.c
 *   pushed to the logs of both people's tiles, whose limits rise and make later bounds sharper
 *
 * Where the kernels have no such steps, or exact counts are asked for, the questionnaire comes
 * exactly at once (screen_*.c), and each bound is an interval.
 *
 * Each unordered pair of tiles is visited once: gates and questionnaire are symmetric, mutuality
 * needs both affinities anyway, and raw of the two directions differs by the candidate's bonus
 * only. */
#ifndef MATCHD_ENGINE_MATCH_SWEEP_H
#define MATCHD_ENGINE_MATCH_SWEEP_H

#include "engine/match/candidates.h"
#include "engine/match/pair.h"
#include "engine/match/tile.h"

/* What a search knows at its end: how many ordered pairs went where. */
struct certificate {
    uint64_t gender_pairs; /* unordered pairs that pass the gender rule */
    uint64_t eligible;     /* ordered pairs */
    uint64_t bounded_answers, bounded_bytes,
        bounded_words;  /* unordered pairs that each bound dropped */
    uint64_t pushed;    /* ordered pairs that reached a list */
    uint64_t canonical; /* ordered pairs scored canonically */
    uint64_t repaired;  /* viewers whose guess failed */
    /* Some viewers' pools are scored to the end, to hold bounds against values: how many, and of
     * the one whose K-th best lies least above all that was discarded */
    uint64_t witnesses;
    struct margin {
        uint32_t viewer;  /* row; ROW_NONE: no witness has K to offer */
        double kth;       /* raw of the K-th best, exact */
        double discarded; /* no bound of a discarded candidate reached it; both of one mode */
    } least;
};

void certificate_add(struct certificate *sum, const struct certificate *more);

/* Shared by all threads of a search. */
struct search {
    const struct tiles *tiles;
    const struct kernels *kernels;
    struct candidate_store store;
    float *floor_full, *floor_provisional; /* by position: least raw that can be offerable */
    bool *quality_first; /* the quality floor is the higher one, so who is below both falls to it */
    float *reciprocity, *reciprocity_low; /* least mutuality, and with a low_inbound side */
    bool *low_inbound;
    bool exact_counts;
    bool count_floors;
    bool rough; /* the questionnaire is looked at roughly first, and who is left then waits */
};

enum search_mode {
    SEARCH_EXACT_COUNTS = 1, /* of offerable candidates too */
    SEARCH_COUNT_FLOORS = 2, /* viewers one by one: which floor each eligible candidate fell to */
    SEARCH_ALONE = 4,        /* viewers one by one */
};
void search_init(struct search *search, const struct tiles *tiles, const struct kernels *kernels,
                 uint32_t keep, uint32_t mode);
void search_release(struct search *search);

/* Tiles of viewers that are taken against each other tile in turn, while that is in the cache. */
enum { SWEEP_BLOCK = 8 };

/* The tables of a tile's rows, as far as they were needed. */
struct sweep_rows {
    uint32_t tile;
    uint64_t built; /* rows */
    struct answer_row row[TILE_LANES];
    struct sift_row sift[TILE_LANES];
    float slack[TILE_LANES];
    uint8_t *biased[2]; /* of rough searches: preferences and features in bytes, + 128 */
};

/* The limits of a tile's viewers, as they were read. */
struct sweep_limits {
    uint32_t tile, version;
    bool full;
    float limit[TILE_LANES];
};

/* One thread's working memory. */
struct sweep {
    struct search *search;
    struct certificate certificate;
    uint32_t floors[FLOORS];             /* with search->count_floors: of the viewer at hand */
    uint32_t *eligible, *offerable;      /* by position, this thread's share */
    uint64_t unit_pairs;                 /* that passed the gender rule in the unit at hand */
    struct sweep_rows rows[SWEEP_BLOCK]; /* of tile % SWEEP_BLOCK */
    struct survivors survivors;
    struct waiting *waiting;                   /* sweep_wait.h */
    uint32_t fetched_answers, fetched_vectors; /* tiles, asked for last */
    uint64_t ways[TILE_LANES][2];
    struct sweep_limits row_limits[SWEEP_BLOCK], lane_limits;
    struct candidate_sorter sorter;    /* of the tile at hand */
    struct candidate_sorter repair[2]; /* of a viewer alone, and of the next one */
};
struct sweep *sweep_new(struct search *search);
void sweep_free(struct sweep *sweep);

/* All rows of tile `a` against tile `b` >= a, both ways. */
void sweep_pair(struct sweep *sweep, uint32_t a, uint32_t b);
/* One viewer, a position, against tile b, that way only. */
void sweep_viewer(struct sweep *sweep, uint32_t viewer, uint32_t b);
/* May anybody of the two groups meet (gender rule)? */
bool sweep_groups_meet(const struct tiles *tiles, uint32_t a, uint32_t b);

#endif
