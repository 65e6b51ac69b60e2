#include "storage/sources.h"

#include <stdio.h>
#include <string.h>

#define TIMESTAMP "timestamp with time zone"

static const struct source_column users[] = {
    [USERS_ID] = {"id", "uuid"},
    [USERS_NAME] = {"display_name", "text"},
    [USERS_BIO] = {"bio", "text"},
    [USERS_BORN] = {"date_of_birth", "date"},
    [USERS_GENDER] = {"gender", "text"},
    [USERS_SEEKING] = {"seeking_gender", "text[]"},
    [USERS_STATUS] = {"status", "text"},
    [USERS_ONBOARDING] = {"onboarding_step", "text"},
    [USERS_LAST_ACTIVE] = {"last_active_at", TIMESTAMP},
    [USERS_DELETED] = {"deleted_at", TIMESTAMP},
};

static const struct source_column profiles[] = {
    [PROFILES_USER] = {"user_id", "uuid"},
    [PROFILES_CITY] = {"city", "text"},
    [PROFILES_REGION] = {"region", "text"},
    [PROFILES_COUNTRY] = {"country", "text"},
    [PROFILES_LATITUDE] = {"latitude", "numeric"},
    [PROFILES_LONGITUDE] = {"longitude", "numeric"},
    [PROFILES_MAX_DISTANCE] = {"max_distance_km", "integer"},
    [PROFILES_MIN_AGE] = {"min_age_preference", "integer"},
    [PROFILES_MAX_AGE] = {"max_age_preference", "integer"},
    [PROFILES_INTENT] = {"relationship_intent", "text"},
    [PROFILES_EDUCATION] = {"education", "text"},
    [PROFILES_OCCUPATION] = {"occupation", "text"},
    [PROFILES_HEIGHT] = {"height_cm", "integer"},
    [PROFILES_DRINKING] = {"drinking", "text"},
    [PROFILES_SMOKING] = {"smoking", "text"},
    [PROFILES_EXERCISE] = {"exercise", "text"},
    [PROFILES_TIMEZONE] = {"timezone", "text"},
};

static const struct source_column photos[] = {
    [PHOTOS_ID] = {"id", "uuid"},
    [PHOTOS_USER] = {"user_id", "uuid"},
    [PHOTOS_PRIMARY] = {"is_primary", "boolean"},
    [PHOTOS_VERIFIED] = {"is_verified", "boolean"},
    [PHOTOS_MODEL] = {"visual_model_version", "text"},
    [PHOTOS_FEATURES] = {"visual_features", "real[]"},
};

static const struct source_column answers[] = {
    [ANSWERS_USER] = {"user_id", "uuid"},
    [ANSWERS_QUESTION] = {"question_id", "uuid"},
    [ANSWERS_ANSWER] = {"answer", "jsonb"},
    [ANSWERS_ANSWERED] = {"answered_at", TIMESTAMP},
};

static const struct source_column visual[] = {
    [VISUAL_USER] = {"user_id", "uuid"},
    [VISUAL_STATUS] = {"status", "text"},
    [VISUAL_CONFIDENCE] = {"confidence", "numeric"},
    [VISUAL_PREFERENCE] = {"preference_embedding", "real[]"},
    [VISUAL_MODEL] = {"model_version", "text"},
};

static const struct source_column verifications[] = {
    [VERIFICATIONS_ID] = {"id", "uuid"},
    [VERIFICATIONS_USER] = {"user_id", "uuid"},
    [VERIFICATIONS_STATUS] = {"status", "text"},
    [VERIFICATIONS_LIVENESS] = {"liveness_score", "numeric"},
    [VERIFICATIONS_CREATED] = {"created_at", TIMESTAMP},
    [VERIFICATIONS_COMPLETED] = {"completed_at", TIMESTAMP},
};

static const struct source_column enforcements[] = {
    [ENFORCEMENTS_USER] = {"user_id", "uuid"},
    [ENFORCEMENTS_ACTION] = {"action_type", "text"},
    [ENFORCEMENTS_ACTIVE] = {"is_active", "boolean"},
    [ENFORCEMENTS_EXPIRES] = {"expires_at", TIMESTAMP},
};

static const struct source_column deletions[] = {
    [DELETIONS_USER] = {"user_id", "uuid"},
    [DELETIONS_STATUS] = {"status", "text"},
};

static const struct source_column blocks[] = {
    [BLOCKS_BLOCKER] = {"blocker_id", "uuid"},
    [BLOCKS_BLOCKED] = {"blocked_id", "uuid"},
};

static const struct source_column reports[] = {
    [REPORTS_REPORTER] = {"reporter_id", "uuid"},
    [REPORTS_REPORTED] = {"reported_user_id", "uuid"},
    [REPORTS_STATUS] = {"status", "text"},
    [REPORTS_CREATED] = {"created_at", TIMESTAMP},
};

static const struct source_column matches[] = {
    [MATCHES_ONE] = {"user_id_1", "uuid"},
    [MATCHES_TWO] = {"user_id_2", "uuid"},
    [MATCHES_STATUS] = {"status", "text"},
};

static const struct source_column offers[] = {
    [OFFERS_ID] = {"id", "uuid"},
    [OFFERS_VIEWER] = {"user_id", "uuid"},
    [OFFERS_CANDIDATE] = {"offered_user_id", "uuid"},
    [OFFERS_BATCH] = {"batch_date", "date"},
    [OFFERS_SCORE] = {"compatibility_score", "integer"},
    [OFFERS_STATUS] = {"status", "text"},
    [OFFERS_OFFERED] = {"offered_at", TIMESTAMP},
    [OFFERS_EXPIRES] = {"expires_at", TIMESTAMP},
    [OFFERS_COOLDOWN] = {"cooldown_until", TIMESTAMP},
    [OFFERS_ACTION_AT] = {"action_at", TIMESTAMP},
};

static const struct source_column policy[] = {
    [POLICY_USER] = {"user_id", "uuid"},
    [POLICY_SEGMENT] = {"segment", "text"},
};

static const struct source_column questions[] = {
    [QUESTIONS_ID] = {"id", "uuid"},          [QUESTIONS_VERSION] = {"version_id", "text"},
    [QUESTIONS_TYPE] = {"type", "text"},      [QUESTIONS_OPTIONS] = {"options", "jsonb"},
    [QUESTIONS_CONFIG] = {"config", "jsonb"}, [QUESTIONS_POSITION] = {"position", "integer"},
};

static const struct source_column system_config[] = {{"key", "text"}, {"value", "text"}};
static const struct source_column segments[] = {{"id", "uuid"}, {"key", "text"}};
static const struct source_column segment_members[] = {{"segment_id", "uuid"}, {"user_id", "uuid"}};
static const struct source_column segment_config[] = {{"segment_id", "uuid"},
                                                      {"config_key", "text"},
                                                      {"override_value", "text"},
                                                      {"priority", "integer"}};
static const struct source_column user_config[] = {
    {"user_id", "uuid"}, {"config_key", "text"}, {"override_value", "text"}};
static const struct source_column timezones[] = {{"name", "text"}};
/* What live offers and cards read beyond what is loaded. */
static const struct source_column card_offers[] = {
    {"batch_generated_at", TIMESTAMP},
    {"compatibility_themes", "text[]"},
    {"physical_preference_score", "integer"},
};
static const struct source_column card_photos[] = {
    {"url", "text"},
    {"thumbnail_url", "text"},
    {"position", "integer"},
};

#define TABLE(s, n, c)                                                                             \
    { .schema = s, .name = n, .qualified = s "." n, .columns = c, .column_count = ARRAY_LEN(c) }

static const struct source_table tables[] = {
    [SOURCE_USERS] = TABLE("public", "users", users),
    [SOURCE_PROFILES] = TABLE("public", "profiles", profiles),
    [SOURCE_PHOTOS] = TABLE("public", "photos", photos),
    [SOURCE_ANSWERS] = TABLE("public", "compatibility_responses", answers),
    [SOURCE_VISUAL] = TABLE("public", "visual_preference_profiles", visual),
    [SOURCE_VERIFICATIONS] = TABLE("public", "verification_sessions", verifications),
    [SOURCE_ENFORCEMENTS] = TABLE("public", "enforcement_actions", enforcements),
    [SOURCE_DELETIONS] = TABLE("public", "data_deletion_requests", deletions),
    [SOURCE_BLOCKS] = TABLE("public", "blocks", blocks),
    [SOURCE_REPORTS] = TABLE("public", "reports", reports),
    [SOURCE_MATCHES] = TABLE("public", "matches", matches),
    [SOURCE_OFFERS] = TABLE("public", "match_offers", offers),
    [SOURCE_POLICY] = TABLE("matching", "policy_segments", policy),
    [SOURCE_QUESTIONS] = TABLE("public", "questions", questions),
    [SOURCE_SYSTEM_CONFIG] = TABLE("public", "system_config", system_config),
    [SOURCE_SEGMENTS] = TABLE("public", "user_segments", segments),
    [SOURCE_SEGMENT_MEMBERS] = TABLE("public", "user_segment_members", segment_members),
    [SOURCE_SEGMENT_CONFIG] = TABLE("public", "segment_config_overrides", segment_config),
    [SOURCE_USER_CONFIG] = TABLE("matching", "user_config_overrides", user_config),
    [SOURCE_TIMEZONES] = TABLE("matching", "timezone_names", timezones),
    [SOURCE_CARD_OFFERS] = TABLE("public", "match_offers", card_offers),
    [SOURCE_CARD_PHOTOS] = TABLE("public", "photos", card_photos),
};

_Static_assert(ARRAY_LEN(tables) == SOURCES, "every source has its table");

const struct source_table *source_table(enum source source) {
    ASSERT(source < SOURCES);
    return &tables[source];
}

void source_select_list(enum source source, char *text, size_t size) {
    const struct source_table *table = source_table(source);
    size_t n = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        n += (size_t)snprintf(text + n, size - n, "%s%s", i == 0 ? "" : ", ",
                              table->columns[i].name);
        ASSERT(n < size);
    }
}
