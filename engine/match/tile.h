/* The population packed for the fast search: members in an order that lets whole tiles fall out, 64
 * to a tile.
 *
 *   position   0 ......... 63 | 64 ...... 127 | ...    row_of[position]; ROW_NONE: padding
 *   tile             0        |       1       | ...    mask and hull, answers, vectors, by lane
 *   group      whole tiles, by gender, seeking, visual signal, can be full, has coordinates
 *
 * Groups decide the gender rule, the mode and the source of affinity once for all their pairs.
 * Within a group a tree of medians over age, place and distance limit makes neighbours alike, so
 * that a tile's hull (ages, windows, box, widest limit) is tight: most pairs of tiles fail on hulls
 * alone, before any lane is looked at.
 *
 * Everything here depends on one person alone and on the view. Immutable after tiles_new, or after
 * tiles_add_floats that follows it. */
#ifndef MATCHD_ENGINE_MATCH_TILE_H
#define MATCHD_ENGINE_MATCH_TILE_H

#include "engine/match/slots.h"

enum { TILE_AGE_TOP = 255 }; /* ages and their bounds are clamped to 0..255 in tiles */

struct tile_group {
    uint32_t first, count;   /* tiles */
    uint8_t gender, seeking; /* GENDER_BITs */
    bool full;               /* may be in full mode with another such */
    bool visual;             /* has the visual signal */
    bool placed;             /* has coordinates */
};

/* Pairs that must not be offered, seen from the viewers of one tile: sorted numbers
 *
 *   other tile << 12 | lane of the viewer << 6 | lane of the candidate
 *
 * four bytes a pair. A sweep walks them beside the tiles and turns them into masks. */
struct exclusions {
    uint32_t *pairs;
    uint32_t count;
};

/* A pair that the order treats apart (an accepted offer, a pass that needs an uplift): scored
 * alone. */
struct special {
    uint32_t viewer, candidate; /* positions */
};
struct specials { /* of the viewers of one tile */
    struct special *pairs;
    uint32_t count;
};

/* One precision of all vectors, by position. */
struct vector_store {
    uint32_t width;
    size_t element; /* bytes */
    void *preference, *features;
    int32_t *preference_sum, *features_sum;
    float *preference_scale, *features_scale, *preference_rest, *features_rest, *preference_norm;
};

/* What choosing among candidates reads of one of them (alike.h): a cache line, if the questionnaire
 * has at most 36 slots; two otherwise. */
struct tile_face {
    uint32_t row;
    float confidence_root;               /* of looks; the root, rounded to a float */
    float features_scale, features_rest; /* of bytes */
    uint32_t answered[KERNEL_WORDS_MAX];
    uint8_t visual;  /* has the visual signal */
    uint8_t codes[]; /* slot_code of the slots in use */
};

struct tiles {
    const struct view *view;
    struct slots slots;
    struct score_terms terms;
    struct sift_layout sift_layout;                             /* tile_sift.h */
    uint8_t sift_strain[SLOTS_MAX][KERNEL_CODES][KERNEL_CODES]; /* slot, own code, other's */
    float affinity_scale;
    uint32_t count, positions;
    uint32_t *row_of;      /* by position */
    uint32_t *position_of; /* by row; ROW_NONE: no member */
    struct tile_group *groups;
    uint32_t group_count;
    uint32_t *group_of;      /* by tile */
    uint32_t *people;        /* by tile: lanes that are no padding */
    uint32_t *people_before; /* by tile, one more for all: the sum over those before it */

    struct mask_tile *mask; /* by tile */
    struct mask_hull *hull;
    struct tile_hull *tree; /* hulls of ranges of tiles: tile_tree.h */
    uint8_t *codes, *fresh; /* [tile][groups][256] */
    uint8_t *sift;          /* [tile][tiles_sift_bytes]: tile_sift.h */
    uint32_t *answered;     /* [tile][words][64] */
    uint8_t *records;       /* by position: all of the answers again, person by person (record) */
    struct answer_record record;
    uint8_t *faces;         /* by position: struct tile_face, each face_size bytes */
    size_t face_size;       /* whole cache lines */
    uint32_t *row_answered; /* [position][words]: as a viewer */
    float *importance;      /* [tile][constructs][64] */
    uint8_t *children;      /* by position */
    float *reach, *bonus;   /* by position */
    float *confidence;
    float prior_reach[TILE_LANES];    /* the visual part of pairs without affinities of their own */
    struct vector_store bytes, words; /* int8, int16 */
    struct vector_store floats;       /* after tiles_add_floats */
    struct exclusions *exclusions;    /* by tile */
    struct specials *specials;        /* by tile */
};

/* NULL: the view has no such form (slots.h), use the reference. */
struct tiles *tiles_new(const struct view *view, uint32_t threads);
/* The vectors as floats too, 8 bytes an element and person: for kernels with VISUAL_BLAS. */
void tiles_add_floats(struct tiles *tiles, uint32_t threads);
void tiles_free(struct tiles *tiles);
size_t tiles_bytes(const struct tiles *tiles);

static inline const struct tile_face *tiles_face(const struct tiles *tiles, uint32_t position) {
    return (const void *)(tiles->faces + position * tiles->face_size);
}
static inline const uint8_t *tiles_record(const struct tiles *tiles, uint32_t position) {
    return tiles->records + (size_t)position * tiles->record.size;
}
static inline uint8_t tiles_code(const uint8_t *record, uint32_t slot) {
    return record[slot] % KERNEL_CODES;
}
struct answer_tile tiles_answers(const struct tiles *tiles, uint32_t tile);
struct vector_tile tiles_vectors(const struct tiles *tiles, const struct vector_store *store,
                                 uint32_t tile);
/* The tables of a position as a row against other tiles. Returns how far a ratio of sums may lie
 * above the truth. */
float tiles_answer_row(const struct tiles *tiles, uint32_t position, struct answer_row *out);
/* The hard constraints of a position as a row against other tiles. */
static inline struct mask_row tiles_mask_row(const struct tiles *tiles, uint32_t position) {
    return mask_row_of(&tiles->mask[position / TILE_LANES], position % TILE_LANES, false);
}

/* --- the steps of tiles_new, a file each ------------------------------------------------------ */

void tiles_order(struct tiles *tiles, uint32_t threads);      /* tile_order.c: groups, row_of */
void tiles_pack(struct tiles *tiles, uint32_t threads);       /* tile_pack.c: lanes */
void tiles_grow_tree(struct tiles *tiles);                    /* tile_tree.c: after packing */
void tiles_pack_vectors(struct tiles *tiles, uint32_t tile);  /* tile_vectors.c */
void tiles_pack_floats(struct tiles *tiles, uint32_t tile);   /* likewise */
void tiles_allocate_faces(struct tiles *tiles);               /* tile_faces.c */
void tiles_pack_face(struct tiles *tiles, uint32_t position); /* of a member */
void tiles_exclude(struct tiles *tiles, uint32_t threads);    /* tile_exclude.c */
/* Do all conflicts of intents and hard_constraint items fit the bits of a lane? */
bool tiles_constraints_fit(const struct view *view);
/* The bits of a lane (mask.h: has) that an intent does not go with. */
uint8_t tiles_intent_excludes(const struct view *view, uint8_t intent);

#endif
