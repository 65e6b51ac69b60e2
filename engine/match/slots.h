/* How a questionnaire lies in the slots of the answer kernels, and a viewer's tables of slot
 * values.
 *
 * A scored item takes one slot of sixteen codes; a directional one takes two, because its value is
 * a mean of two terms, one of which depends on the other's answer and one on the other's attribute:
 *
 *   slot          code                               value
 *   answer        level * 2 + (attribute known)      direction b: 1 - |n_b - attr_a|, halved if
 * both are known attribute     level of the attribute             direction a: 1 - |n_a - attr_b|,
 * likewise
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
};

struct slots {
    struct answer_layout layout;
    struct slot slot[KERNEL_GROUPS_MAX * 4];
    enum construct construct[KERNEL_CONSTRUCTS]; /* of each kernel construct */
    uint32_t answered_bit[ITEMS_MAX];            /* of each scored item */
    uint32_t attribute_bit[ITEMS_MAX]; /* answered, and the own attribute known; or ROW_NONE */
    uint32_t singles_weight[4];        /* W_c of each single in table units, rounded down */
    bool singles_whole;                /* they are whole, and so are their values */
    uint32_t evidence_unit;            /* greatest common divisor of the E of scored items */
    uint32_t strain_unit;              /* N_a + N_b of one table unit */
    float strain_slack; /* how far a construct's score may rise because strain is rounded down */
    int32_t class_evidence[3]; /* E of evidence H, M, L */
    bool exact;
    bool complete; /* every scored item has a slot (constructs of weight 0 have none) */
};

/* False: the questionnaire has no such form (too many slots or bits), and only the reference can
 * score it. */
bool slots_init(struct slots *slots, const struct view *view) MUST_CHECK;

/* The code of a person in a slot, KERNEL_CODE_NONE if not answered; and its freshness byte. */
uint8_t slot_code(const struct slots *slots, const struct view *view, uint32_t slot, uint32_t row,
                  uint8_t *fresh);
/* Least common multiple; 0 if there is none below 2^32, or either is 0. */
uint32_t slots_common_multiple(uint32_t a, uint32_t b);

/* The person's answered bits as a candidate. */
void slots_answered(const struct slots *slots, const struct view *view, uint32_t row,
                    uint32_t words[KERNEL_WORDS_MAX]);
/* The person's answered bits as a viewer: of a directional item the one that says which direction
 * is left. */
void slots_row_answered(const struct slots *slots, const struct view *view, uint32_t row,
                        uint32_t words[KERNEL_WORDS_MAX]);
/* 1 yes, 2 no, 0 else. */
uint8_t slots_children(const struct view *view, uint32_t row);

/* The viewer's tables. Returns how far a ratio of sums may lie above the truth. */
float slots_tables(const struct slots *slots, const struct view *view, uint32_t row,
                   struct answer_row *out);
/* As for sim(c, s): every weight is SIMILARITY_ALPHA * E_i, freshness plays no part; candidates
 * show 1 where they answered. A ratio of sums lies above q by at most the return value. */
enum { SIMILARITY_ALPHA = 320 };
float slots_similarity_tables(const struct slots *slots, const struct view *view, uint32_t row,
                              struct answer_row *out);

#endif
