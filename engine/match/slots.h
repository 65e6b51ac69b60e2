/* How a questionnaire lies in the slots of the answer kernels, and a viewer's tables of slot
 * values.
 *
 * A scored item takes one slot of sixteen codes; a directional one takes two, because its value is
 * a mean of two terms, one of which depends on the other's answer and one on the other's attribute:
 *
 *   slot        code                            value
 *   answer      level * 2 + (attribute known)   direction b: 1 - |n_b - attr_a|
 *   attribute   level of the attribute          direction a: 1 - |n_a - attr_b|
 *                                               each halved if both directions are known
 *
 * Answers with more forms than codes share codes; such a table holds the greatest value of its
 * sharers, so sums stay upper bounds, but no lower bound follows (`exact` is false then). */
#ifndef MATCHD_ENGINE_MATCH_SLOTS_H
#define MATCHD_ENGINE_MATCH_SLOTS_H

#include "engine/kernel/kernel.h"
#include "engine/match/view.h"

enum slot_part { SLOT_EMPTY, SLOT_ANSWER, SLOT_ATTRIBUTE };

struct slot {
    uint8_t part;      /* enum slot_part */
    uint8_t construct; /* kernel construct, or KERNEL_CONSTRUCTS for the singles */
    bool directional;
    uint32_t item;
    uint32_t levels;  /* of the item or attribute; 0: no scale */
    uint32_t buckets; /* codes that the levels share */
    uint32_t
        parts; /* its values are whole multiples of 1 / parts; 0: they are not, or are shared */
    uint32_t weight; /* E in units of evidence_unit; of a single W_c in table units */
    uint32_t factor; /* parts of its range / parts; of a single weight / parts */
    bool strains;    /* counts for strain */
};

/* The slots of a construct, or of the singles. */
struct slot_range {
    uint32_t first, end;
    uint32_t parts; /* common multiple of theirs; 0: there is none */
};

enum { SLOTS_MAX = KERNEL_GROUPS_MAX * 4 };

/* What the codes of one slot are worth to each other, ready to be multiplied by a weight. The first
 * index is the viewer's code: in the same slot, or, of a directional item, in its other slot, which
 * holds what the candidate's answer (attribute) is held against. */
struct slot_values {
    uint16_t parts[KERNEL_CODES][KERNEL_CODES];   /* in units of 1 / slot.parts */
    uint8_t strain[KERNEL_CODES][KERNEL_CODES];   /* in strain units, rounded down */
    uint8_t alike[KERNEL_CODES][2][KERNEL_CODES]; /* of similarity tables: hi, lo */
};

struct slots {
    struct answer_layout layout;
    struct slot slot[SLOTS_MAX];
    struct slot_values values[SLOTS_MAX]; /* parts if slot.parts is known, alike if exact */
    struct slot_range range[KERNEL_CONSTRUCTS + 1];
    uint32_t range_count;
    uint32_t alike_weight[SLOTS_MAX];            /* of similarity tables */
    enum construct construct[KERNEL_CONSTRUCTS]; /* of each kernel construct */
    uint32_t answered_bit[ITEMS_MAX];            /* of each scored item */
    uint32_t attribute_bit[ITEMS_MAX]; /* answered, and the own attribute known; or ROW_NONE */
    uint32_t singles_weight[4];        /* W_c of each single in table units, rounded down */
    bool singles_whole;                /* they are whole, and so are their values */
    uint32_t evidence_unit;            /* greatest common divisor of the E of scored items */
    uint32_t strain_unit;              /* N_a + N_b of one table unit */
    float strain_slack; /* how far a construct's score may rise because strain is rounded down */
    int32_t class_evidence[3]; /* E of evidence H, M, L */
    float alike_slack;         /* of similarity tables */
    bool exact;
    bool complete; /* every scored item has a slot (constructs of weight 0 have none) */
};

/* False: the questionnaire has no such form (too many slots or bits, a weight next to nothing), and
 * only the reference can score it. */
bool slots_init(struct slots *slots, const struct view *view) MUST_CHECK;

/* The code of a person in a slot, KERNEL_CODE_NONE if not answered; and its freshness byte. */
uint8_t slot_code(const struct slots *slots, const struct view *view, uint32_t slot, uint32_t row,
                  uint8_t *fresh);
/* A rounded value lies above the true one by less than so many table units. */
#define SLOT_ROUNDING 3.0f

/* The person's answered bits as a candidate. */
void slots_answered(const struct slots *slots, const struct view *view, uint32_t row,
                    uint32_t words[KERNEL_WORDS_MAX]);
/* The person's answered bits as a viewer: of a directional item the one that says which direction
 * is left. */
void slots_row_answered(const struct slots *slots, const struct view *view, uint32_t row,
                        uint32_t words[KERNEL_WORDS_MAX]);
/* 1 yes, 2 no, 0 else. */
uint8_t slots_children(const struct view *view, uint32_t row);

/* The code of a level. */
static inline uint8_t slot_bucket(const struct slot *slot, uint32_t level) {
    return (uint8_t)(slot->buckets >= slot->levels ? level : level * slot->buckets / slot->levels);
}
/* The slot whose code of the viewer decides what codes of slot `at` are worth. */
static inline uint32_t slot_own(const struct slot *slot, uint32_t at) {
    if (!slot->directional)
        return at;
    return slot->part == SLOT_ANSWER ? at + 1 : at - 1;
}
/* Fills `values` once the slots are placed. */
void slots_weigh(struct slots *slots, const struct view *view);

/* The value tables of a viewer who shows `codes` (slot_code of every slot). Returns how far a ratio
 * of sums may lie above the truth. Answered bits, importance and children are the caller's. */
float slots_tables(const struct slots *slots, const struct view *view, uint32_t row,
                   const uint8_t codes[SLOTS_MAX], struct answer_row *out);
/* As for sim(c, s): every weight is SIMILARITY_ALPHA * E_i, freshness plays no part; candidates
 * show 1 where they answered. A ratio of sums lies above q by at most the return value. Only if
 * `exact`. */
enum { SIMILARITY_ALPHA = 320 };
float slots_similarity_tables(const struct slots *slots, const uint8_t codes[SLOTS_MAX],
                              struct answer_row *out);

#endif
