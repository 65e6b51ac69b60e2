/* The canonical score of a pair: every rule of scoring.md sections 2 to 5 as written, in plain
 * binary64.
 *
 *   rule                                     file
 *   gates (section 2)                        eligibility.c; re-offer rules reoffer.c
 *   pair value of an item (3)                item_value.c
 *   constructs, fit, missing, children (3)   questionnaire.c
 *   affinity, modes (4)                      affinity.c
 *   final score (5)                          pair.c
 *   floors (5)                               floors.c
 *   similarity of two candidates (6)         similarity.c
 *
 * This is the oracle. Faster code may discard pairs under proven bounds, but whatever is kept is
 * scored by the same operations in the same order, and so to the same bits. */
#ifndef MATCHD_ENGINE_MATCH_PAIR_H
#define MATCHD_ENGINE_MATCH_PAIR_H

#include "engine/match/view.h"

/* In the order of section 2; the first that fails is the pair's gate. */
enum gate {
    GATE_NONE,
    GATE_SELF,
    GATE_POPULATION_A,
    GATE_POPULATION_B,
    GATE_GENDER,
    GATE_AGE,
    GATE_DISTANCE,
    GATE_INTENT,
    GATE_CONSTRAINT,
    GATE_BLOCK,
    GATE_REPORT,
    GATE_MATCH,
    GATE_REOFFER,
    GATES
};
enum floor { FLOOR_NONE, FLOOR_RECIPROCITY, FLOOR_QUALITY, FLOOR_SCORE, FLOOR_UPLIFT, FLOORS };
enum mode { MODE_FULL, MODE_PROVISIONAL };

/* "gender", "population_a", ...; NULL for GATE_NONE. */
const char *gate_name(enum gate gate);
const char *construct_name(enum construct construct);

/* Section 3. */
struct questionnaire_score {
    double construct[CONSTRUCTS]; /* where present */
    uint8_t present;              /* bit c */
    bool ranked;                  /* a construct with a weight over 0 is present */
    double fit;                   /* if ranked; else NaN */
    double side_ab, side_ba;      /* side_q; NaN if not ranked */
    double missing;               /* 1 if no item is scored at all */
    bool child_mismatch;
};

/* Sections 4 and 5, seen from a. Without a construct to rank by, all that rests on the
 * questionnaire is NaN. */
struct pair_score {
    enum gate gate;
    bool deferred; /* no gate fails, but an intent or a hard_constraint answer is unknown */
    enum mode mode;
    struct questionnaire_score questionnaire;
    bool visual; /* both have the visual signal */
    double affinity_ab, affinity_ba, affinity_mutual;
    double distance_km; /* NaN if unknown */
    double total, authenticity, base, penalties, side_ab, side_ba, mutuality, raw, final,
        confidence;
};

/* The first rule that fails, or GATE_NONE. */
enum gate pair_gate(const struct view *view, uint32_t a, uint32_t b);
void pair_questionnaire(const struct view *view, uint32_t a, uint32_t b,
                        struct questionnaire_score *out);
/* Is there a construct with a weight over 0 in which both answered a scored item? */
bool pair_can_rank(const struct view *view, uint32_t a, uint32_t b);
/* Everything, whether a gate fails or not; what is not defined is NaN. */
void pair_score(const struct view *view, uint32_t a, uint32_t b, struct pair_score *out);
/* The same for who has judged the gate already; distance_km is left NaN. */
void pair_score_gated(const struct view *view, uint32_t a, uint32_t b, enum gate gate,
                      struct pair_score *out);

/* A hint that the person will be scored with somebody soon: asks for what that reads of them. */
void pair_fetch(const struct view *view, uint32_t row);

/* S_i of an item answered by both, 0..NORM; -1 if the pair does not count as having answered it
 * (section 3). */
int32_t pair_item_value(const struct view *view, uint32_t item, uint32_t a, uint32_t b);
/* sim(c, s) of section 6. */
double pair_similarity(const struct view *view, uint32_t c, uint32_t s);
/* confidence(a, b) of section 6, from the pair's `missing`. */
double pair_confidence(const struct view *view, uint32_t a, uint32_t b, double missing);

/* Section 5's floors for viewer a; the first that the pair falls under. */
enum floor pair_floor(const struct view *view, uint32_t a, uint32_t b,
                      const struct pair_score *score);
/* Has b an unexpired accepted offer for a? */
bool pair_accepted_by(const struct view *view, uint32_t a, uint32_t b);

/* round(100 * share) as it is stored on an offer: half to even (section 6). */
int32_t score_percent(double share);
/* x rounded to the nearest multiple of 2^-32, ties to even. */
double grid_round(double x);

#endif
