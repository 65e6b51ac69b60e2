/* The builder applies the four levels from the weakest up; variants are found again by the bytes of
 * their values, which are zero between the members. */
#include "engine/config/config.h"

#include "engine/base/mem.h"
#include "engine/config/param.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

/* One valid row of segment_config_overrides. */
struct segment_override {
    char *segment;
    int32_t priority;
    int slot;
    union param_value value;
};

struct config {
    struct params *variants; /* [0] is the global set */
    size_t count, capacity;
};

struct config_builder {
    config_warn *warn;
    void *ctx;
    struct config *config;
    bool system_done, sorted;
    struct segment_override *segments; /* sorted by segment key before they are looked up */
    size_t segment_count, segment_capacity;
    uint32_t *table; /* open addressing over variants; 0 = free, else number + 1 */
    size_t table_size;
};

struct weight_group {
    const char *name;
    bool sums_to_one; /* else: must not all be 0 */
    int first, count; /* slots are neighbours in param.def */
};

/* Binary sums of decimal weights may miss 1 +- 1e-6 itself by a rounding; that much is forgiven. */
static const double GROUP_TOLERANCE = 1e-6 + 1e-12;

static const struct weight_group groups[] = {
    {"MATCH_SCORE_{COMPATIBILITY,PHYSICAL}_WEIGHT", true,
     PARAM_SLOT_MATCH_SCORE_COMPATIBILITY_WEIGHT, 2},
    {"MATCH_SCORE_{QUESTIONNAIRE,AUTHENTICITY}_WEIGHT", true,
     PARAM_SLOT_MATCH_SCORE_QUESTIONNAIRE_WEIGHT, 2},
    {"COMPATIBILITY_WEIGHT_*", true, PARAM_SLOT_COMPATIBILITY_WEIGHT_COMMUNICATION, 8},
    {"MATCH_EVIDENCE_WEIGHT_*", false, PARAM_SLOT_MATCH_EVIDENCE_WEIGHT_H, 3},
};

_Static_assert((int)PARAM_SLOT_MATCH_SCORE_PHYSICAL_WEIGHT ==
                   PARAM_SLOT_MATCH_SCORE_COMPATIBILITY_WEIGHT + 1,
               "the weights of the total are neighbours");
_Static_assert((int)PARAM_SLOT_MATCH_SCORE_AUTHENTICITY_WEIGHT ==
                   PARAM_SLOT_MATCH_SCORE_QUESTIONNAIRE_WEIGHT + 1,
               "the weights of the base are neighbours");
_Static_assert((int)PARAM_SLOT_COMPATIBILITY_WEIGHT_AVAILABILITY ==
                   PARAM_SLOT_COMPATIBILITY_WEIGHT_COMMUNICATION + 7,
               "the weights of the constructs are neighbours");
_Static_assert((int)PARAM_SLOT_MATCH_EVIDENCE_WEIGHT_L == PARAM_SLOT_MATCH_EVIDENCE_WEIGHT_H + 2,
               "the evidence weights are neighbours");

static void warn_about(struct config_builder *b, struct config_warning warning) {
    if (b->warn != NULL)
        b->warn(b->ctx, &warning);
}

/* Reads one row of any level; what is wrong with it is told once, here. */
static bool accept_row(struct config_builder *b, struct config_warning row, int *slot,
                       union param_value *value) {
    *slot = param_slot(row.key);
    row.unknown_key = *slot < 0;
    if (row.unknown_key)
        row.reason = "no such key";
    else if (row.level > CONFIG_SYSTEM && param_info_at((size_t)*slot)->scope == PARAM_GLOBAL)
        row.reason = "a global key cannot be overridden";
    else if (param_parse(*slot, row.value, value, &row.reason))
        return true;
    warn_about(b, row);
    return false;
}

/* ---- variants ---- */

static uint64_t hash_of(const struct params *params) {
    return XXH3_64bits(params, sizeof *params);
}

static void table_grow(struct config_builder *b) {
    free(b->table);
    b->table_size = b->table_size == 0 ? 64 : b->table_size * 2;
    b->table = mem_array(b->table_size, sizeof *b->table);
    for (uint32_t i = 0; i < b->config->count; i++) {
        size_t at = hash_of(&b->config->variants[i]) & (b->table_size - 1);
        while (b->table[at] != 0)
            at = (at + 1) & (b->table_size - 1);
        b->table[at] = i + 1;
    }
}

static uint32_t intern(struct config_builder *b, const struct params *params) {
    struct config *config = b->config;
    if ((config->count + 1) * 2 > b->table_size)
        table_grow(b);
    size_t at = hash_of(params) & (b->table_size - 1);
    for (; b->table[at] != 0; at = (at + 1) & (b->table_size - 1))
        if (memcmp(&config->variants[b->table[at] - 1], params, sizeof *params) == 0)
            return b->table[at] - 1;
    ASSERT(config->count < UINT32_MAX - 1);
    config->variants =
        mem_grow(config->variants, &config->capacity, config->count + 1, sizeof *params);
    memcpy(&config->variants[config->count], params, sizeof *params);
    b->table[at] = (uint32_t)++config->count;
    return b->table[at] - 1;
}

/* ---- system ---- */

struct config_builder *config_builder_new(config_warn *warn, void *ctx) {
    struct config_builder *b = mem_array(1, sizeof *b);
    b->warn = warn;
    b->ctx = ctx;
    b->config = mem_array(1, sizeof *b->config);
    b->config->variants = mem_grow(NULL, &b->config->capacity, 1, sizeof(struct params));
    b->config->count = 1; /* the global set, in the making */
    for (int slot = 0; slot < PARAM_COUNT; slot++)
        param_store_default(slot, &b->config->variants[0]);
    return b;
}

void config_builder_system(struct config_builder *b, const char *key, const char *value) {
    ASSERT(!b->system_done);
    struct config_warning row = {CONFIG_SYSTEM, "", key, value, NULL, false};
    union param_value parsed;
    int slot;
    if (accept_row(b, row, &slot, &parsed))
        param_store(slot, &parsed, &b->config->variants[0]);
}

static void judge_group(struct config_builder *b, const struct weight_group *group) {
    struct params *global = &b->config->variants[0];
    double sum = 0.0;
    for (int i = 0; i < group->count; i++)
        sum += param_number(group->first + i, global);
    if (group->sums_to_one ? fabs(sum - 1.0) <= GROUP_TOLERANCE : sum > 0.0)
        return;
    char text[64];
    snprintf(text, sizeof text, "sum %.17g", sum);
    struct config_warning warning = {
        .level = CONFIG_SYSTEM,
        .owner = "",
        .key = group->name,
        .value = text,
        .reason = group->sums_to_one ? "the group must sum to 1 within 1e-6; its defaults are taken"
                                     : "the group must not be all 0; its defaults are taken",
    };
    for (int i = 0; i < group->count; i++)
        param_store_default(group->first + i, global);
    warn_about(b, warning);
}

void config_builder_finish_system(struct config_builder *b) {
    ASSERT(!b->system_done);
    for (size_t i = 0; i < ARRAY_LEN(groups); i++)
        judge_group(b, &groups[i]);
    b->system_done = true;
    table_grow(b);
}

/* ---- segments and people ---- */

void config_builder_segment(struct config_builder *b, const char *segment, const char *key,
                            const char *value, int32_t priority) {
    ASSERT(b->system_done);
    struct config_warning row = {CONFIG_SEGMENT, segment, key, value, NULL, false};
    struct segment_override override = {.priority = priority};
    if (!accept_row(b, row, &override.slot, &override.value))
        return;
    override.segment = mem_text(segment);
    b->segments =
        mem_grow(b->segments, &b->segment_capacity, b->segment_count + 1, sizeof *b->segments);
    b->segments[b->segment_count++] = override;
    b->sorted = false;
}

static int by_segment(const void *left, const void *right) {
    const struct segment_override *a = left, *b = right;
    return strcmp(a->segment, b->segment);
}

/* The first override of a segment, or segment_count. */
static size_t first_of_segment(const struct config_builder *b, const char *segment) {
    size_t low = 0, high = b->segment_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(b->segments[middle].segment, segment) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Priority descending, then segment key ascending. */
static bool goes_before(const struct segment_override *a, const struct segment_override *b) {
    if (b == NULL || a->priority != b->priority)
        return b == NULL || a->priority > b->priority;
    return strcmp(a->segment, b->segment) < 0;
}

/* Applies what the person's segments say; returns whether they said anything. */
static bool apply_segments(struct config_builder *b, const struct config_person *person,
                           struct params *params) {
    const struct segment_override *best[PARAM_COUNT] = {NULL};
    bool any = false;
    for (size_t i = 0; i < person->segment_count; i++) {
        const char *segment = person->segments[i];
        for (size_t j = first_of_segment(b, segment);
             j < b->segment_count && strcmp(b->segments[j].segment, segment) == 0; j++) {
            const struct segment_override *override = &b->segments[j];
            if (goes_before(override, best[override->slot]))
                best[override->slot] = override;
            any = true;
        }
    }
    for (int slot = 0; any && slot < PARAM_COUNT; slot++)
        if (best[slot] != NULL)
            param_store(slot, &best[slot]->value, params);
    return any;
}

uint32_t config_builder_variant(struct config_builder *b, const struct config_person *person) {
    ASSERT(b->system_done);
    if (!b->sorted && b->segment_count > 0)
        qsort(b->segments, b->segment_count, sizeof *b->segments, by_segment);
    b->sorted = true;
    struct params params;
    memcpy(&params, &b->config->variants[0], sizeof params);
    bool any = b->segment_count > 0 && apply_segments(b, person, &params);
    for (size_t i = 0; i < person->override_count; i++) {
        struct config_warning row = {CONFIG_USER,       person->owner, person->keys[i],
                                     person->values[i], NULL,          false};
        union param_value value;
        int slot;
        if (accept_row(b, row, &slot, &value)) {
            param_store(slot, &value, &params);
            any = true;
        }
    }
    return any ? intern(b, &params) : 0;
}

struct config *config_builder_finish(struct config_builder *b) {
    if (!b->system_done)
        config_builder_finish_system(b);
    struct config *config = b->config;
    for (size_t i = 0; i < b->segment_count; i++)
        free(b->segments[i].segment);
    free(b->segments);
    free(b->table);
    free(b);
    return config;
}

/* ---- the finished configuration ---- */

struct config *config_new_default(void) {
    return config_builder_finish(config_builder_new(NULL, NULL));
}

void config_free(struct config *config) {
    if (config == NULL)
        return;
    free(config->variants);
    free(config);
}

const struct params *config_global(const struct config *config) {
    return &config->variants[0];
}

const struct params *config_params(const struct config *config, uint32_t variant) {
    ASSERT(variant < config->count);
    return &config->variants[variant];
}

uint32_t config_variant_count(const struct config *config) {
    return (uint32_t)config->count;
}
