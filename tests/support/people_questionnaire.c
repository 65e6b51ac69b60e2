/* The questionnaire v1, as the contract's table gives it. */
#include <math.h>
#include <string.h>

#include "engine/base/mem.h"
#include "tests/support/people.h"

#define SLIDER(c, e)                                                                               \
    { .type = "slider", .construct = c, .evidence = e, .role = "core_score" }
#define RISK(facet_, e)                                                                            \
    {                                                                                              \
        .type = "slider", .construct = "attachment", .evidence = e, .role = "core_score",          \
        .facet = facet_                                                                            \
    }
#define IMPORTANCE(c, e)                                                                           \
    { .type = "slider", .construct = c, .evidence = e, .role = "core_score", .importance_of = c }
#define CHOICE(c, e, words)                                                                        \
    .type = "single_choice", .construct = c, .evidence = e, .options = words,                      \
    .option_count = ARRAY_LEN(words)

static const char *const SOUGHT[] = {"casual", "long_term", "marriage", "unsure"};
static const char *const STRUCTURE[] = {"exclusive", "cnm", "either"};
static const char *const STRUCTURE_CONFLICT[1][2] = {{"exclusive", "cnm"}};
static const char *const CHILDREN[] = {"no", "unsure", "yes"};
static const char *const POLITICS[] = {"very_liberal",     "liberal",           "moderate",
                                       "conservative",     "very_conservative", "other",
                                       "prefer_not_to_say"};
static const char *const RELIGION[] = {"none",   "agnostic",         "spiritual", "christian",
                                       "jewish", "muslim",           "hindu",     "buddhist",
                                       "other",  "prefer_not_to_say"};

static const struct item_source ITEMS[] = {
    {CHOICE("intent", "M", SOUGHT), .role = "exploratory"},
    {CHOICE("structure", "H", STRUCTURE), .role = "hard_constraint", .wildcard = "either",
     .conflicts = STRUCTURE_CONFLICT, .conflict_count = 1},
    {CHOICE("family", "M", CHILDREN), .role = "core_score", .key = "children", .ordinal = true},
    IMPORTANCE("values", "H"),
    IMPORTANCE("values", "M"),
    RISK("anxiety", "H"),
    RISK("anxiety", "H"),
    RISK("avoidance", "H"),
    RISK("avoidance", "H"),
    SLIDER("communication", "H"),
    SLIDER("communication", "H"),
    SLIDER("sexual", "H"),
    {CHOICE("values", "H", POLITICS), .role = "core_score", .ordinal = true,
     .unanswered = POLITICS + 5, .unanswered_count = 2},
    {CHOICE("values", "M", RELIGION), .role = "core_score", .unanswered = RELIGION + 9,
     .unanswered_count = 1},
    IMPORTANCE("sexual", "M"),
    SLIDER("sexual", "L"),
    {.type = "slider",
     .construct = "lifestyle",
     .evidence = "M",
     .role = "core_score",
     .direction = "risk_boundary",
     .attribute = "profile.drinking"},
    SLIDER("lifestyle", "L"),
    SLIDER("lifestyle", "L"),
    SLIDER("communication", "H"),
    SLIDER("communication", "H"),
    SLIDER("communication", "H"),
    SLIDER("lifestyle", "M"),
    {.type = "slider",
     .construct = "lifestyle",
     .evidence = "L",
     .role = "core_score",
     .direction = "directional_fit",
     .attribute = "profile.exercise"},
    SLIDER("lifestyle", "L"),
    SLIDER("values", "M"),
    SLIDER("values", "H"),
    SLIDER("availability", "M"),
};

struct uuid people_id(unsigned kind, uint64_t number) {
    struct uuid id = {{[6] = 0x40, [8] = 0x80}};
    id.bytes[10] = (uint8_t)kind;
    for (int i = 15; i > 10; i--, number >>= 8)
        id.bytes[i] = (uint8_t)number;
    return id;
}

struct questionnaire *people_questionnaire(void) {
    struct questionnaire *q = mem_array(1, sizeof *q);
    for (uint32_t i = 0; i < ARRAY_LEN(ITEMS); i++) {
        struct item_source source = ITEMS[i];
        const char *reason = NULL;
        source.id = people_id(0xa0, i + 1);
        source.position = (int32_t)i + 1;
        source.min = source.max = source.step = __builtin_nan("");
        bool added = questionnaire_add(q, &source, &reason);
        ASSERT(added);
    }
    questionnaire_finish(q, NULL, NULL);
    return q;
}
