/* Protects: the four levels, every fallback, one warning per ignored value, and variants shared by
 * equals. */
#include "engine/config/config.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { TOLD_MAX = 64 };

static struct {
    size_t count;
    struct told {
        enum config_level level;
        char owner[64], key[64], value[512], reason[128];
    } list[TOLD_MAX];
} told;

static void tell(void *ctx, const struct config_warning *warning) {
    (void)ctx;
    cr_assert_lt(told.count, TOLD_MAX);
    struct told *t = &told.list[told.count++];
    t->level = warning->level;
    snprintf(t->owner, sizeof t->owner, "%s", warning->owner);
    snprintf(t->key, sizeof t->key, "%s", warning->key);
    snprintf(t->value, sizeof t->value, "%s", warning->value);
    snprintf(t->reason, sizeof t->reason, "%s", warning->reason);
}

struct pair {
    const char *key, *value;
};

static struct config_builder *with_system(const struct pair *rows, size_t count) {
    told.count = 0;
    struct config_builder *b = config_builder_new(tell, NULL);
    for (size_t i = 0; i < count; i++)
        config_builder_system(b, rows[i].key, rows[i].value);
    config_builder_finish_system(b);
    return b;
}

/* The global value of one key after one system row, as text. */
static void system_value(const char *key, const char *value, char text[PARAM_TEXT]) {
    struct config *config = config_builder_finish(with_system((struct pair[]){{key, value}}, 1));
    cr_assert(params_text(config_global(config), key, text));
    config_free(config);
}

static struct config_person person_of(const char *const *segments, size_t segment_count) {
    return (struct config_person){
        .owner = "11111111-1111-4111-8111-111111111111",
        .segments = segments,
        .segment_count = segment_count,
    };
}

Test(config, defaults_stand_alone) {
    struct config *config = config_new_default();
    const struct params *p = config_global(config);
    cr_assert_eq(p->MIN_AGE, 18);
    cr_assert_eq(p->MATCH_SCORE_DIVERSITY_LAMBDA, 0.82);
    cr_assert_eq(p->MATCH_REQUIRE_VISUAL_SIGNAL, true);
    cr_assert_eq(p->MONETIZATION_ENABLED, false);
    cr_assert_str_eq(p->MATCH_INTENT_CONFLICTS, "casual:serious,casual:marriage");
    cr_assert_str_eq(p->MATCHMAKING_NAMESPACE, "6f1d2f3e-6c1b-5d0a-9d5e-2b7c1b0a4e11");
    cr_assert_eq(config_variant_count(config), 1);
    config_free(config);
    config_free(NULL);
}

Test(config, the_person_wins_over_segments_over_system_over_default) {
    struct config_builder *b = with_system(
        (struct pair[]){{"MATCHES_PER_DAY_DEFAULT", "4"}, {"PASS_COOLDOWN_DAYS", "80"}}, 2);
    config_builder_segment(b, "low", "MATCHES_PER_DAY_DEFAULT", "5", 1);
    config_builder_segment(b, "high", "MATCHES_PER_DAY_DEFAULT", "6", 10);
    const char *segments[] = {"low", "high", "without_overrides"};
    struct config_person nobody = person_of(NULL, 0);
    struct config_person low = person_of(segments, 1), both = person_of(segments, 3);
    struct config_person own = both;
    own.keys = (const char *[]){"MATCHES_PER_DAY_DEFAULT"};
    own.values = (const char *[]){"7"};
    own.override_count = 1;
    uint32_t variants[] = {config_builder_variant(b, &nobody), config_builder_variant(b, &low),
                           config_builder_variant(b, &both), config_builder_variant(b, &own)};
    struct config *config = config_builder_finish(b);
    for (size_t i = 0; i < ARRAY_LEN(variants); i++) {
        const struct params *p = config_params(config, variants[i]);
        cr_assert_eq(p->MATCHES_PER_DAY_DEFAULT, 4 + (int)i);
        cr_assert_eq(p->PASS_COOLDOWN_DAYS, 80);
        cr_assert_eq(p->REMATCH_COOLDOWN_DAYS, 90);
    }
    cr_assert_eq(variants[0], 0);
    cr_assert_eq(told.count, 0);
    config_free(config);
}

Test(config, segments_of_one_priority_go_by_key_and_each_row_has_its_own_priority) {
    struct config_builder *b = with_system(NULL, 0);
    config_builder_segment(b, "b", "MATCHES_PER_DAY_DEFAULT", "2", 5);
    config_builder_segment(b, "a", "MATCHES_PER_DAY_DEFAULT", "1", 5);
    config_builder_segment(b, "c", "MATCHES_PER_DAY_DEFAULT", "3", -1);
    config_builder_segment(b, "c", "GEO_MAX_DISTANCE_KM", "70", 9);
    config_builder_segment(b, "a", "GEO_MAX_DISTANCE_KM", "60", 8);
    const char *segments[] = {"c", "b", "a"};
    struct config_person person = person_of(segments, 3);
    uint32_t variant = config_builder_variant(b, &person);
    struct config *config = config_builder_finish(b);
    cr_assert_eq(config_params(config, variant)->MATCHES_PER_DAY_DEFAULT, 1);
    cr_assert_eq(config_params(config, variant)->GEO_MAX_DISTANCE_KM, 70);
    config_free(config);
}

Test(config, a_bad_value_gives_way_to_the_next_level_with_one_warning) {
    struct config_builder *b = with_system((struct pair[]){{"GEO_MAX_DISTANCE_KM", "0"}}, 1);
    config_builder_segment(b, "s", "MATCHES_PER_DAY_DEFAULT", "eleven", 3);
    config_builder_segment(b, "t", "MATCHES_PER_DAY_DEFAULT", "9", 1);
    const char *segments[] = {"s", "t"};
    struct config_person person = person_of(segments, 2);
    person.keys = (const char *[]){"MATCHES_PER_DAY_DEFAULT"};
    person.values = (const char *[]){"11"};
    person.override_count = 1;
    uint32_t variant = config_builder_variant(b, &person);
    struct config_person other = person_of(segments, 2);
    cr_assert_eq(config_builder_variant(b, &other), variant);
    struct config *config = config_builder_finish(b);
    cr_assert_eq(config_params(config, variant)->MATCHES_PER_DAY_DEFAULT, 9);
    cr_assert_eq(config_params(config, variant)->GEO_MAX_DISTANCE_KM, 50);
    cr_assert_eq(told.count, 3);
    cr_assert_eq(told.list[0].level, CONFIG_SYSTEM);
    cr_assert_str_eq(told.list[0].reason, "out of bounds");
    cr_assert_eq(told.list[1].level, CONFIG_SEGMENT);
    cr_assert_str_eq(told.list[1].owner, "s");
    cr_assert_str_eq(told.list[1].reason, "expected an integer");
    cr_assert_eq(told.list[2].level, CONFIG_USER);
    cr_assert_str_eq(told.list[2].owner, person.owner);
    cr_assert_str_eq(told.list[2].value, "11");
    config_free(config);
}

Test(config, global_and_unknown_keys_cannot_be_overridden) {
    struct config_builder *b = with_system((struct pair[]){{"NO_SUCH_KEY", "1"}}, 1);
    config_builder_segment(b, "s", "MIN_AGE", "21", 3);
    const char *segments[] = {"s"};
    struct config_person person = person_of(segments, 1);
    person.keys = (const char *[]){"MATCH_RERANK_POOL", "ANOTHER"};
    person.values = (const char *[]){"8", "8"};
    person.override_count = 2;
    cr_assert_eq(config_builder_variant(b, &person), 0);
    struct config *config = config_builder_finish(b);
    cr_assert_eq(config_global(config)->MIN_AGE, 18);
    cr_assert_eq(told.count, 4);
    cr_assert_str_eq(told.list[0].reason, "no such key");
    cr_assert_str_eq(told.list[1].reason, "a global key cannot be overridden");
    cr_assert_str_eq(told.list[2].reason, "a global key cannot be overridden");
    cr_assert_str_eq(told.list[3].reason, "no such key");
    config_free(config);
}

Test(config, values_are_read_strictly) {
    static const struct {
        const char *key, *value, *wanted;
        size_t warnings;
    } rows[] = {
        {"MIN_AGE", "18", "18", 0},
        {"MIN_AGE", "99", "99", 0},
        {"MIN_AGE", "100", "18", 1},
        {"MIN_AGE", "17", "18", 1},
        {"MIN_AGE", "+21", "21", 0},
        {"MIN_AGE", " 21", "18", 1},
        {"MIN_AGE", "21 ", "18", 1},
        {"MIN_AGE", "21.0", "18", 1},
        {"MIN_AGE", "0x20", "18", 1},
        {"MIN_AGE", "", "18", 1},
        {"MIN_AGE", "-", "18", 1},
        {"MIN_AGE", "4294967317", "18", 1},
        {"MIN_AGE", "99999999999999999999999", "18", 1},
        {"VISUAL_AFFINITY_SCALE", "0.1", "0.1", 0},
        {"VISUAL_AFFINITY_SCALE", "100", "100", 0},
        {"VISUAL_AFFINITY_SCALE", "0.0999999", "4", 1},
        {"VISUAL_AFFINITY_SCALE", ".5", "0.5", 0},
        {"VISUAL_AFFINITY_SCALE", "5.", "5", 0},
        {"VISUAL_AFFINITY_SCALE", "2.5e1", "25", 0},
        {"VISUAL_AFFINITY_SCALE", "nan", "4", 1},
        {"VISUAL_AFFINITY_SCALE", "inf", "4", 1},
        {"VISUAL_AFFINITY_SCALE", "1e999", "4", 1},
        {"VISUAL_AFFINITY_SCALE", "0x1p3", "4", 1},
        {"VISUAL_AFFINITY_SCALE", ".", "4", 1},
        {"VISUAL_AFFINITY_SCALE", "1e", "4", 1},
        {"VISUAL_AFFINITY_SCALE", "1,5", "4", 1},
        {"MATCH_RISK_PENALTY_MAX", "-0", "0", 0},
        {"MONETIZATION_ENABLED", "true", "true", 0},
        {"MATCH_RECIPROCATE_FIRST", "false", "false", 0},
        {"MATCH_RECIPROCATE_FIRST", "False", "true", 1},
        {"MATCH_RECIPROCATE_FIRST", "0", "true", 1},
        {"MATCH_BATCH_TIME", "23:59", "23:59", 0},
        {"MATCH_BATCH_TIME", "24:00", "09:00", 1},
        {"MATCH_BATCH_TIME", "9:00", "09:00", 1},
        {"MATCH_BATCH_TIME", "09:60", "09:00", 1},
        {"MATCH_BATCH_TIME", "09-00", "09:00", 1},
        {"MATCH_ANCHOR_WEEKDAY", "sunday", "sunday", 0},
        {"MATCH_ANCHOR_WEEKDAY", "Sunday", "monday", 1},
        {"MATCH_GENDER_RESPONSIVE_MODE", "off", "off", 0},
        {"MATCH_GENDER_RESPONSIVE_MODE", "on", "behavioral_segments", 1},
        {"MATCHMAKING_NAMESPACE", "00000000-0000-0000-0000-000000000000",
         "00000000-0000-0000-0000-000000000000", 0},
        {"MATCHMAKING_NAMESPACE", "zero", "6f1d2f3e-6c1b-5d0a-9d5e-2b7c1b0a4e11", 1},
        {"MATCH_INTENT_CONFLICTS", "", "", 0},
        {"MATCH_INTENT_CONFLICTS", "a:b", "a:b", 0},
        {"MATCH_INTENT_CONFLICTS", "a:b,", "casual:serious,casual:marriage", 1},
        {"MATCH_INTENT_CONFLICTS", "a:b c", "casual:serious,casual:marriage", 1},
        {"MATCH_INTENT_CONFLICTS", ":b", "casual:serious,casual:marriage", 1},
        {"QUESTIONNAIRE_VERSION", "any text", "any text", 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        char text[PARAM_TEXT];
        system_value(rows[i].key, rows[i].value, text);
        cr_assert_str_eq(text, rows[i].wanted, "%s = '%s' gave '%s'", rows[i].key, rows[i].value,
                         text);
        cr_assert_eq(told.count, rows[i].warnings, "%s = '%s'", rows[i].key, rows[i].value);
    }
}

Test(config, strings_end_at_255_bytes) {
    char value[257], text[PARAM_TEXT];
    memset(value, 'x', sizeof value);
    value[255] = '\0';
    system_value("QUESTIONNAIRE_VERSION", value, text);
    cr_assert_str_eq(text, value);
    value[255] = 'x';
    value[256] = '\0';
    system_value("QUESTIONNAIRE_VERSION", value, text);
    cr_assert_str_eq(text, "v1");
    cr_assert_eq(told.count, 1);
}

Test(config, weight_groups_fall_back_as_a_whole) {
    struct config *config = config_builder_finish(with_system(
        (struct pair[]){
            {"MATCH_SCORE_COMPATIBILITY_WEIGHT", "0.7"}, /* with .20: 0.9 */
            {"MATCH_SCORE_QUESTIONNAIRE_WEIGHT", "0.6"}, /* with .4: fine */
            {"MATCH_SCORE_AUTHENTICITY_WEIGHT", "0.4"},
            {"COMPATIBILITY_WEIGHT_VALUES", "0.160002"}, /* 2e-6 too much */
            {"MATCH_EVIDENCE_WEIGHT_H", "0"},
            {"MATCH_EVIDENCE_WEIGHT_M", "0"},
            {"MATCH_EVIDENCE_WEIGHT_L", "0"},
        },
        7));
    const struct params *p = config_global(config);
    cr_assert_eq(p->MATCH_SCORE_COMPATIBILITY_WEIGHT, 0.80);
    cr_assert_eq(p->MATCH_SCORE_PHYSICAL_WEIGHT, 0.20);
    cr_assert_eq(p->MATCH_SCORE_QUESTIONNAIRE_WEIGHT, 0.6);
    cr_assert_eq(p->COMPATIBILITY_WEIGHT_VALUES, 0.16);
    cr_assert_eq(p->MATCH_EVIDENCE_WEIGHT_M, 0.70);
    cr_assert_eq(told.count, 3);
    config_free(config);
}

Test(config, weight_groups_within_a_millionth_stand) {
    static const struct {
        const char *weight;
        double wanted;
    } rows[] = {
        {"0.800001", 0.800001}, {"0.799999", 0.799999}, {"0.8000011", 0.8}, {"0.7999989", 0.8}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct config *config = config_builder_finish(
            with_system((struct pair[]){{"MATCH_SCORE_COMPATIBILITY_WEIGHT", rows[i].weight}}, 1));
        cr_assert_eq(config_global(config)->MATCH_SCORE_COMPATIBILITY_WEIGHT, rows[i].wanted, "%s",
                     rows[i].weight);
        config_free(config);
    }
}

/* A refused member is first replaced by its default, then the group is judged. */
Test(config, a_refused_weight_leaves_a_group_of_defaults_alone) {
    struct config *config = config_builder_finish(
        with_system((struct pair[]){{"COMPATIBILITY_WEIGHT_FAMILY", "2"}}, 1));
    cr_assert_eq(config_global(config)->COMPATIBILITY_WEIGHT_FAMILY, 0.10);
    cr_assert_eq(told.count, 1);
    config_free(config);
}

Test(config, equal_sets_share_a_variant) {
    struct config_builder *b = with_system(NULL, 0);
    uint32_t first[20];
    for (int round = 0; round < 2; round++)
        for (int i = 1; i <= 20; i++) {
            char value[16];
            snprintf(value, sizeof value, "%d", i * 5);
            struct config_person person = person_of(NULL, 0);
            person.keys = (const char *[]){"GEO_MAX_DISTANCE_KM"};
            person.values = (const char *[]){value};
            person.override_count = 1;
            uint32_t variant = config_builder_variant(b, &person);
            if (round == 0)
                first[i - 1] = variant;
            cr_assert_eq(variant, first[i - 1]);
        }
    /* 50 km is the default: that person shares variant 0. */
    cr_assert_eq(first[9], 0);
    struct config *config = config_builder_finish(b);
    cr_assert_eq(config_variant_count(config), 20);
    config_free(config);
}

Test(config, ten_thousand_variants_stay_apart) {
    struct config_builder *b = with_system(NULL, 0);
    uint32_t variants[3650];
    for (int i = 0; i < 3650; i++) {
        char value[16];
        snprintf(value, sizeof value, "%d", i + 1);
        struct config_person person = person_of(NULL, 0);
        person.keys = (const char *[]){"PASS_COOLDOWN_DAYS"};
        person.values = (const char *[]){value};
        person.override_count = 1;
        variants[i] = config_builder_variant(b, &person);
    }
    struct config *config = config_builder_finish(b);
    for (int i = 0; i < 3650; i++)
        cr_assert_eq(config_params(config, variants[i])->PASS_COOLDOWN_DAYS, i + 1);
    config_free(config);
}

static void digest_in_order(const char *const *caps, size_t count, char text[CONFIG_DIGEST_TEXT]) {
    struct config_builder *b = with_system(NULL, 0);
    for (size_t i = 0; i < count; i++) {
        struct config_person person = person_of(NULL, 0);
        person.keys = (const char *[]){"MATCH_ACTIVE_QUEUE_CAP"};
        person.values = &caps[i];
        person.override_count = 1;
        config_builder_variant(b, &person);
    }
    struct config *config = config_builder_finish(b);
    config_digest(config, text);
    config_free(config);
}

Test(config, the_digest_knows_values_but_no_order) {
    char one[CONFIG_DIGEST_TEXT], other[CONFIG_DIGEST_TEXT], third[CONFIG_DIGEST_TEXT];
    digest_in_order((const char *[]){"3", "4", "5"}, 3, one);
    digest_in_order((const char *[]){"5", "3", "4", "3"}, 4, other);
    digest_in_order((const char *[]){"5", "3", "6"}, 3, third);
    cr_assert_str_eq(one, other);
    cr_assert_str_neq(one, third);
    cr_assert_eq(strlen(one), 32);
}

Test(config, the_digest_of_the_defaults_is_pinned) {
    struct config *config = config_new_default();
    char text[CONFIG_DIGEST_TEXT];
    config_digest(config, text);
    config_free(config);
    cr_assert_str_eq(text, "6c77e41cec14824ddea7f0e50c8e35d3");
}
