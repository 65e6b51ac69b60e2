/* An item: one question of the active questionnaire version, with what scoring needs to know of it
 * (scoring.md section 0). An item whose form cannot be read is refused; a part of it that refers to
 * nothing (an unknown option or word) is left out. The reason says which, and why. */
#ifndef MATCHD_ENGINE_POPULATION_ITEM_H
#define MATCHD_ENGINE_POPULATION_ITEM_H

#include "engine/base/base.h"
#include "engine/base/err.h"
#include "engine/base/uuid.h"

enum {
    ITEMS_MAX = 128,       /* questions of a version */
    ITEM_LEVELS_MAX = 64,  /* of a slider, options of an ordinal scale */
    ITEM_CHOICES_MAX = 63, /* options of any choice: a set of them fits a 64-bit code */
    ITEM_RANKED_MAX = 16,  /* options of a ranking: four bits a place in a 64-bit code */
    ITEM_CONFLICTS_MAX = 64,
    CONSTRUCTS = 8,
    NORM = 30000 /* the integer that stands for 1 in questionnaire quantities (section 3) */
};

/* In the order of section 0; every sum over constructs runs in it. */
enum construct {
    CONSTRUCT_COMMUNICATION,
    CONSTRUCT_ATTACHMENT,
    CONSTRUCT_SEXUAL,
    CONSTRUCT_VALUES,
    CONSTRUCT_FAMILY,
    CONSTRUCT_STRUCTURE,
    CONSTRUCT_LIFESTYLE,
    CONSTRUCT_AVAILABILITY,
    CONSTRUCT_INTENT /* gates only, never scored */
};

enum item_kind { ITEM_SCALE, ITEM_NOMINAL, ITEM_MULTIPLE, ITEM_RANKING, ITEM_TEXT };
/* ITEM_SCALE: slider, or single_choice with config.ordinal. */
enum item_role { ROLE_EXPLORATORY, ROLE_CORE_SCORE, ROLE_HARD_CONSTRAINT };
enum item_evidence { EVIDENCE_H, EVIDENCE_M, EVIDENCE_L, EVIDENCE_NONE };
enum item_direction { DIRECTION_SIMILARITY, DIRECTION_FIT, DIRECTION_BOUNDARY };
/* What a directional item is held against on the other person. */
enum item_attribute {
    ATTRIBUTE_NONE,
    ATTRIBUTE_DRINKING,
    ATTRIBUTE_SMOKING,
    ATTRIBUTE_EXERCISE,
    ATTRIBUTE_QUESTION
};

/* The code of an answer, by kind; ANSWER_NONE = not answered.
 *   scale     the level, 0-based
 *   nominal   the option's index
 *   multiple  bit i = option i chosen
 *   ranking   bits 4i..4i+3 = the place of option i, 0 = best
 *   text      0 (that there is one) */
#define ANSWER_NONE UINT64_MAX

struct item {
    struct uuid id;
    int32_t position;
    enum item_kind kind;
    int construct; /* enum construct, or -1: never scored */
    enum item_role role;
    enum item_evidence evidence;
    enum item_direction direction;
    bool is_facet;     /* config.facet is anxiety or avoidance */
    int importance_of; /* enum construct, or -1 */
    enum item_attribute attribute;
    struct uuid attribute_id;   /* with ATTRIBUTE_QUESTION: the question, */
    uint32_t attribute_item;    /* and its index in the questionnaire */
    bool is_children;           /* config.key = children */
    uint64_t yes_code, no_code; /* of the options `yes` and `no` of that item, or ANSWER_NONE */

    uint32_t option_count;              /* choices: length of questions.options */
    char *option_ids[ITEM_CHOICES_MAX]; /* owned by the questionnaire */
    uint64_t unanswered;                /* bit i: option i counts as not answered */
    uint8_t place[ITEM_CHOICES_MAX];    /* ordinal: the option's level on the scale */
    double min, step;                   /* sliders: level = (x - min) / step */
    bool is_slider;
    uint32_t level_count;           /* scales */
    uint16_t norm[ITEM_LEVELS_MAX]; /* scales: N of each level, 0..NORM */
    uint64_t wildcard;              /* nominal: code of the wildcard option, or ANSWER_NONE */
    uint32_t conflict_count;
    uint8_t conflicts[ITEM_CONFLICTS_MAX][2]; /* hard_constraint: pairs of codes */
};

/* A row of `questions` as plain values: strings and numbers, no JSON. Absent strings are NULL. */
struct item_source {
    struct uuid id;
    int32_t position;
    const char *type, *construct, *role, *evidence, *direction, *facet, *importance_of, *key,
        *attribute;
    const char *wildcard;
    double min, max, step; /* NAN: the default (1, 7, 1) */
    bool ordinal;
    const char *const *options; /* ids in order */
    size_t option_count;
    const char *const *unanswered;
    size_t unanswered_count;
    const char *const (*conflicts)[2];
    size_t conflict_count;
};

/* An answer as plain values. */
enum answer_form { ANSWER_OTHER, ANSWER_NUMBER, ANSWER_TEXT, ANSWER_LIST };
struct answer_value {
    enum answer_form form;
    double number;
    const char *text;        /* NUL-terminated */
    const char *const *list; /* texts; an array with a member that is not a text is ANSWER_OTHER */
    size_t list_count;
};

/* The code of an answer by section 0; ANSWER_NONE with *reason (a static text) when it is not of
 * its question's form, is an unknown option, or an `unanswered` one. */
uint64_t item_code(const struct item *item, const struct answer_value *value, const char **reason);

/* May the item be scored, weights aside? (role, construct and type; E_i > 0 is the configuration's
 * part) */
bool item_can_score(const struct item *item);
/* Do two answers of a hard_constraint item exclude each other? Both answered. */
bool item_conflict(const struct item *item, uint64_t a, uint64_t b);

struct questionnaire {
    struct item items[ITEMS_MAX]; /* in position order, refused ones left out */
    uint32_t count;
};

/* Adds one row of `questions`, in any order. False when the item is refused (degenerate, over a
 * limit, no such type): *reason says why, the rest of the questionnaire stands. True with *reason
 * not NULL: the item stands without what the reason names. */
bool questionnaire_add(struct questionnaire *q, const struct item_source *source,
                       const char **reason) MUST_CHECK;
/* After the last: sorts by position, resolves question attributes. `refused` is called for each
 * item that then proves unusable (an attribute question that is absent or no scale). */
void questionnaire_finish(struct questionnaire *q,
                          void (*refused)(void *ctx, const struct uuid *id, const char *reason),
                          void *ctx);
void questionnaire_release(struct questionnaire *q);

/* Index of the item with this id, or ROW_NONE. */
uint32_t questionnaire_find(const struct questionnaire *q, const struct uuid *id);

#endif
