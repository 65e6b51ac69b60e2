/* The tables that the daemon reads and, column by column, what it expects of them. One list serves
 * the schema check, the SELECT lists of the loader, and the order of fields in the row decoders.
 *
 * The columns of a table are an enum in the order of its SELECT list: fields[USERS_GENDER]. */
#ifndef MATCHD_STORAGE_SOURCES_H
#define MATCHD_STORAGE_SOURCES_H

#include "engine/base/base.h"

enum source {
    SOURCE_USERS,
    SOURCE_PROFILES,
    SOURCE_PHOTOS,
    SOURCE_ANSWERS,
    SOURCE_VISUAL,
    SOURCE_VERIFICATIONS,
    SOURCE_ENFORCEMENTS,
    SOURCE_DELETIONS,
    SOURCE_BLOCKS,
    SOURCE_REPORTS,
    SOURCE_MATCHES,
    SOURCE_OFFERS,
    SOURCE_POLICY,
    SOURCE_QUESTIONS,
    SOURCE_SYSTEM_CONFIG,
    SOURCE_SEGMENTS,
    SOURCE_SEGMENT_MEMBERS,
    SOURCE_SEGMENT_CONFIG,
    SOURCE_USER_CONFIG,
    SOURCE_TIMEZONES,
    SOURCE_CARD_OFFERS,
    SOURCE_CARD_PHOTOS,
    SOURCES
};

enum {
    USERS_ID,
    USERS_NAME,
    USERS_BIO,
    USERS_BORN,
    USERS_GENDER,
    USERS_SEEKING,
    USERS_STATUS,
    USERS_ONBOARDING,
    USERS_LAST_ACTIVE,
    USERS_DELETED,
    USERS_COLUMNS
};
enum {
    PROFILES_USER,
    PROFILES_CITY,
    PROFILES_REGION,
    PROFILES_COUNTRY,
    PROFILES_LATITUDE,
    PROFILES_LONGITUDE,
    PROFILES_MAX_DISTANCE,
    PROFILES_MIN_AGE,
    PROFILES_MAX_AGE,
    PROFILES_INTENT,
    PROFILES_EDUCATION,
    PROFILES_OCCUPATION,
    PROFILES_HEIGHT,
    PROFILES_DRINKING,
    PROFILES_SMOKING,
    PROFILES_EXERCISE,
    PROFILES_TIMEZONE,
    PROFILES_COLUMNS
};
enum {
    PHOTOS_ID,
    PHOTOS_USER,
    PHOTOS_PRIMARY,
    PHOTOS_VERIFIED,
    PHOTOS_MODEL,
    PHOTOS_FEATURES,
    PHOTOS_COLUMNS
};
enum { ANSWERS_USER, ANSWERS_QUESTION, ANSWERS_ANSWER, ANSWERS_ANSWERED, ANSWERS_COLUMNS };
enum {
    VISUAL_USER,
    VISUAL_STATUS,
    VISUAL_CONFIDENCE,
    VISUAL_PREFERENCE,
    VISUAL_MODEL,
    VISUAL_COLUMNS
};
enum {
    VERIFICATIONS_ID,
    VERIFICATIONS_USER,
    VERIFICATIONS_STATUS,
    VERIFICATIONS_LIVENESS,
    VERIFICATIONS_CREATED,
    VERIFICATIONS_COMPLETED,
    VERIFICATIONS_COLUMNS
};
enum {
    ENFORCEMENTS_USER,
    ENFORCEMENTS_ACTION,
    ENFORCEMENTS_ACTIVE,
    ENFORCEMENTS_EXPIRES,
    ENFORCEMENTS_COLUMNS
};
enum { DELETIONS_USER, DELETIONS_STATUS, DELETIONS_COLUMNS };
enum { BLOCKS_BLOCKER, BLOCKS_BLOCKED, BLOCKS_COLUMNS };
enum { REPORTS_REPORTER, REPORTS_REPORTED, REPORTS_STATUS, REPORTS_CREATED, REPORTS_COLUMNS };
enum { MATCHES_ONE, MATCHES_TWO, MATCHES_STATUS, MATCHES_COLUMNS };
enum {
    OFFERS_ID,
    OFFERS_VIEWER,
    OFFERS_CANDIDATE,
    OFFERS_BATCH,
    OFFERS_SCORE,
    OFFERS_STATUS,
    OFFERS_OFFERED,
    OFFERS_EXPIRES,
    OFFERS_COOLDOWN,
    OFFERS_ACTION_AT,
    OFFERS_COLUMNS
};
enum { POLICY_USER, POLICY_SEGMENT, POLICY_COLUMNS };
enum {
    QUESTIONS_ID,
    QUESTIONS_VERSION,
    QUESTIONS_TYPE,
    QUESTIONS_OPTIONS,
    QUESTIONS_CONFIG,
    QUESTIONS_POSITION,
    QUESTIONS_COLUMNS
};

struct source_column {
    const char *name;
    const char *type; /* as format_type prints it, without length or precision */
};

struct source_table {
    const char *schema, *name;
    const char *qualified; /* "public.users": for SQL, logs and refusals */
    const struct source_column *columns;
    size_t column_count;
};

const struct source_table *source_table(enum source source);
/* Appends the columns, comma-separated, for a SELECT list. */
void source_select_list(enum source source, char *text, size_t size);

#endif
