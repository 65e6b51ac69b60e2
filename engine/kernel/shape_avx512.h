/* What bounds on the questionnaire have in common for all pairs of a call: the shape of the
 * questionnaire, and factors. Only for files of that instruction set: empty for others.
 *
 * Loops and branches depend on the shape alone, and are made for it where it is a constant: there
 * are two copies of the same code, one for the shape that most questionnaires will have (`usual`),
 * one for every other. */
#ifndef MATCHD_ENGINE_KERNEL_SHAPE_AVX512_H
#define MATCHD_ENGINE_KERNEL_SHAPE_AVX512_H

#ifdef __AVX512VNNI__

#include <string.h>

#include "engine/kernel/isa.h"

/* How many of which: all that loops and branches depend on. */
struct shape {
    uint32_t groups, words, constructs;
    bool has_singles;
    uint8_t group_first[KERNEL_CONSTRUCTS], group_count[KERNEL_CONSTRUCTS];
    bool has_strain[KERNEL_CONSTRUCTS], has_importance[KERNEL_CONSTRUCTS];
};

static const struct shape usual = {
    .groups = 9,
    .words = 1,
    .constructs = 5,
    .has_singles = true,
    .group_first = {1, 3, 4, 5, 7},
    .group_count = {2, 1, 1, 2, 2},
    .has_strain = {false, true},
    .has_importance = {false, false, true, true},
};

static inline bool is_usual(const struct answer_layout *layout) {
    return layout->groups == usual.groups && layout->words == usual.words &&
           layout->constructs == usual.constructs && layout->has_singles &&
           memcmp(layout->group_first, usual.group_first, sizeof usual.group_first) == 0 &&
           memcmp(layout->group_count, usual.group_count, sizeof usual.group_count) == 0 &&
           memcmp(layout->has_strain, usual.has_strain, sizeof usual.has_strain) == 0 &&
           memcmp(layout->has_importance, usual.has_importance, sizeof usual.has_importance) == 0;
}

static inline struct shape shape_of(const struct answer_layout *layout) {
    struct shape shape = {
        .groups = layout->groups,
        .words = layout->words,
        .constructs = layout->constructs,
        .has_singles = layout->has_singles,
    };
    memcpy(shape.group_first, layout->group_first, sizeof shape.group_first);
    memcpy(shape.group_count, layout->group_count, sizeof shape.group_count);
    memcpy(shape.has_strain, layout->has_strain, sizeof shape.has_strain);
    memcpy(shape.has_importance, layout->has_importance, sizeof shape.has_importance);
    return shape;
}

/* What is the same for all pairs of a call, as factors that take reciprocals upwards where they
 * meet them. */
struct call_terms {
    float weight[KERNEL_CONSTRUCTS], weight_up[KERNEL_CONSTRUCTS];
    float singles_unit;
    float strain; /* .4 of a unit, downwards */
    float fit_up, half_side;
    float missing, missing_of[3]; /* at no common answer, and off for each of a class */
    float child;
};

static inline struct call_terms terms_of_call(const struct answer_layout *layout,
                                              const struct score_terms *terms) {
    struct call_terms t = {
        .singles_unit = layout->singles_unit,
        .strain = 0.4f * layout->strain_unit * (1.0f - 0x1p-12f) * RECIPROCAL_UP,
        .fit_up = terms->fit * RECIPROCAL_UP,
        .half_side = 0.15f * terms->side_fit,
        .missing = terms->missing,
        .child = terms->child,
    };
    for (uint32_t c = 0; c < layout->constructs; c++) {
        t.weight[c] = layout->weight[c];
        t.weight_up[c] = layout->weight[c] * RECIPROCAL_UP;
    }
    for (uint32_t class = 0; class < 3; class ++)
        t.missing_of[class] = terms->missing * layout->class_share[class];
    return t;
}

#endif

#endif
