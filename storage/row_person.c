/* Rows about one person: users, profiles, photos, taste, verification, enforcement, deletion. */
#include "storage/row_reader.h"

#include <math.h>
#include <string.h>

static const char *const genders[] = {"male", "female", "non_binary", "prefer_not_to_say"};
static const char *const intents[] = {"casual", "serious", "marriage", "unsure"};
static const char *const drinking[] = {"never", "rarely", "socially", "often"};
static const char *const smoking[] = {"never", "trying_to_quit", "socially", "regularly"};
static const char *const exercise[] = {"never", "sometimes", "often", "daily"};

_Static_assert(GENDER_MALE == 1 && GENDER_UNSAID == ARRAY_LEN(genders), "genders in enum order");
_Static_assert(INTENT_CASUAL == 1 && INTENT_UNSURE == ARRAY_LEN(intents), "intents in enum order");

/* ---- users ----------------------------------------------------------------------------------- */

static enum gender read_gender(struct row_reader *reader, const struct row *row,
                               const struct uuid *id) {
    int word = row_word(row, USERS_GENDER, genders, ARRAY_LEN(genders));
    if (word < 0 && !row_is_null(row, USERS_GENDER))
        reader_refuse(reader, row, id, USERS_GENDER, "unknown gender");
    return (enum gender)(word + 1);
}

/* Unknown and null entries are ignored; arrays of more dimensions are read as one. */
static uint8_t read_seeking(struct row_reader *reader, const struct row *row,
                            const struct uuid *id) {
    struct pg_array array;
    uint8_t seeking = 0;
    if (row_is_null(row, USERS_SEEKING))
        return 0;
    if (pg_array_open(row->fields[USERS_SEEKING], &array) != NULL) {
        reader_refuse(reader, row, id, USERS_SEEKING, "not an array of texts");
        return 0;
    }
    for (uint32_t i = 0; i < array.count; i++) {
        struct pg_field element = pg_array_next(&array);
        struct row one = {.fields = &element, .source = SOURCE_USERS};
        int word = row_word(&one, 0, genders, ARRAY_LEN(genders));
        if (word < 0)
            reader_refuse(reader, row, id, USERS_SEEKING, "unknown gender");
        else
            seeking |= GENDER_BIT(word + 1);
    }
    return seeking;
}

bool row_user(void *ctx, const struct pg_field *fields, struct err *err) {
    struct row_reader *reader = ctx;
    struct row row = row_of(SOURCE_USERS, fields);
    struct user_fact fact = {.id = row_uuid(&row, USERS_ID)};
    fact.date_of_birth = row_date(&row, USERS_BORN);
    fact.gender = read_gender(reader, &row, &fact.id);
    fact.seeking = read_seeking(reader, &row, &fact.id);
    fact.active = row_text_is(&row, USERS_STATUS, "active");
    fact.onboarded = row_text_is(&row, USERS_ONBOARDING, "complete");
    fact.deleted = !row_is_null(&row, USERS_DELETED);
    fact.last_active_at = row_instant(&row, USERS_LAST_ACTIVE, INSTANT_MINUS_INFINITY);
    fact.has_name = !pg_text_blank(fields[USERS_NAME]);
    fact.has_bio = !pg_text_blank(fields[USERS_BIO]);
    return row_end(&row, err) &&
           population_add_user(reader->context.population, &fact, err) != ROW_NONE;
}

/* ---- profiles -------------------------------------------------------------------------------- */

static uint8_t read_habit(struct row_reader *reader, const struct row *row, const struct uuid *id,
                          size_t column, const char *const scale[4]) {
    int word = row_word(row, column, scale, 4);
    if (word >= 0)
        return (uint8_t)word;
    if (!row_is_null(row, column))
        reader_refuse(reader, row, id, column, "unknown word");
    return HABIT_NULL;
}

static enum intent read_intent(struct row_reader *reader, const struct row *row,
                               const struct uuid *id) {
    int word = row_word(row, PROFILES_INTENT, intents, ARRAY_LEN(intents));
    if (word < 0 && !row_is_null(row, PROFILES_INTENT))
        reader_refuse(reader, row, id, PROFILES_INTENT, "unknown word");
    return (enum intent)(word + 1);
}

static const char *read_timezone(struct row_reader *reader, const struct row *row,
                                 const struct uuid *id) {
    const struct timezones *zones = reader->context.timezones;
    const char *name = reader_text(reader, row, PROFILES_TIMEZONE);
    if (name == NULL)
        return "UTC";
    if (reader->last_zone < zones->count && strcmp(zones->names[reader->last_zone], name) == 0)
        return name;
    size_t low = 0, high = zones->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strcmp(zones->names[middle], name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < zones->count && strcmp(zones->names[low], name) == 0) {
        reader->last_zone = low;
        return name;
    }
    if (strcmp(name, "UTC") != 0)
        reader_refuse(reader, row, id, PROFILES_TIMEZONE, "unknown time zone, UTC is used");
    return "UTC";
}

/* Bounds far outside human ages keep their meaning and fit the column. */
static int32_t read_age(struct row *row, size_t column) {
    enum { AGE_MAX = 30000 };
    if (row_is_null(row, column))
        return -1;
    int32_t age = row_int(row, column, 0);
    return age < 0 ? 0 : age > AGE_MAX ? AGE_MAX : age;
}

bool row_profile(void *ctx, const struct pg_field *fields, struct err *err) {
    struct row_reader *reader = ctx;
    struct row row = row_of(SOURCE_PROFILES, fields);
    struct uuid user = row_uuid(&row, PROFILES_USER);
    uint32_t person = row.wrong != NULL ? ROW_NONE : reader_find(reader, &row, &user);
    if (person == ROW_NONE)
        return row_end(&row, err);
    reader_texts(reader, &row);
    bool bad_latitude, bad_longitude;
    struct profile_fact fact = {
        .city = reader_text(reader, &row, PROFILES_CITY),
        .region = reader_text(reader, &row, PROFILES_REGION),
        .country = reader_text(reader, &row, PROFILES_COUNTRY),
        .latitude = row_numeric(&row, PROFILES_LATITUDE, &bad_latitude),
        .longitude = row_numeric(&row, PROFILES_LONGITUDE, &bad_longitude),
        .max_distance_km = row_int(&row, PROFILES_MAX_DISTANCE, 0),
        .min_age = read_age(&row, PROFILES_MIN_AGE),
        .max_age = read_age(&row, PROFILES_MAX_AGE),
        .intent = read_intent(reader, &row, &user),
        .has_education = !pg_text_blank(fields[PROFILES_EDUCATION]),
        .has_occupation = !pg_text_blank(fields[PROFILES_OCCUPATION]),
        .has_height = !row_is_null(&row, PROFILES_HEIGHT),
        .drinking = read_habit(reader, &row, &user, PROFILES_DRINKING, drinking),
        .smoking = read_habit(reader, &row, &user, PROFILES_SMOKING, smoking),
        .exercise = read_habit(reader, &row, &user, PROFILES_EXERCISE, exercise),
        .timezone = read_timezone(reader, &row, &user),
    };
    fact.bad_coordinates = bad_latitude || bad_longitude;
    if (!row_end(&row, err))
        return false;
    population_set_profile(reader->context.population, person, &fact);
    return true;
}

/* ---- photos and taste ------------------------------------------------------------------------ */

/* The vector, or NULL when it is null, of another model, or no vector at all (then refused here;
 * the population refuses those of a wrong length, not finite, or too short). */
static const float *read_vector(struct row_reader *reader, const struct row *row,
                                const struct uuid *key, size_t column, uint32_t *count) {
    *count = 0;
    if (row_is_null(row, column))
        return NULL;
    const char *wrong = pg_float4_array(row->fields[column], reader->floats, READER_FLOATS, count);
    if (wrong == NULL && *count > READER_FLOATS)
        wrong = "more than 4096 numbers";
    if (wrong == NULL)
        return reader->floats;
    reader_refuse(reader, row, key, column, wrong);
    return NULL;
}

bool row_photo(void *ctx, const struct pg_field *fields, struct err *err) {
    struct row_reader *reader = ctx;
    struct row row = row_of(SOURCE_PHOTOS, fields);
    struct uuid user = row_uuid(&row, PHOTOS_USER);
    uint32_t person = row.wrong != NULL ? ROW_NONE : reader_find(reader, &row, &user);
    if (person == ROW_NONE)
        return row_end(&row, err);
    reader_texts(reader, &row);
    struct photo_fact fact = {
        .id = row_uuid(&row, PHOTOS_ID),
        .is_primary = row_bool(&row, PHOTOS_PRIMARY),
        .is_verified = row_bool(&row, PHOTOS_VERIFIED),
        .model = reader_text(reader, &row, PHOTOS_MODEL),
    };
    if (row_text_is(&row, PHOTOS_MODEL, reader->context.visual_model))
        fact.features = read_vector(reader, &row, &user, PHOTOS_FEATURES, &fact.feature_count);
    if (!row_end(&row, err))
        return false;
    population_add_photo(reader->context.population, person, &fact);
    return true;
}

bool row_visual(void *ctx, const struct pg_field *fields, struct err *err) {
    struct row_reader *reader = ctx;
    struct row row = row_of(SOURCE_VISUAL, fields);
    struct uuid user = row_uuid(&row, VISUAL_USER);
    uint32_t person = row.wrong != NULL ? ROW_NONE : reader_find(reader, &row, &user);
    if (person == ROW_NONE)
        return row_end(&row, err);
    reader_texts(reader, &row);
    struct visual_fact fact = {
        .ready = row_text_is(&row, VISUAL_STATUS, "ready"),
        .model = reader_text(reader, &row, VISUAL_MODEL),
        .confidence = row_numeric(&row, VISUAL_CONFIDENCE, NULL),
    };
    if (row_text_is(&row, VISUAL_MODEL, reader->context.visual_model))
        fact.preference =
            read_vector(reader, &row, &user, VISUAL_PREFERENCE, &fact.preference_count);
    if (!row_end(&row, err))
        return false;
    population_set_visual(reader->context.population, person, &fact);
    return true;
}

/* ---- verification, enforcement, deletion, policy --------------------------------------------- */

bool row_verification(void *ctx, const struct pg_field *fields, struct err *err) {
    struct row_reader *reader = ctx;
    struct row row = row_of(SOURCE_VERIFICATIONS, fields);
    struct uuid user = row_uuid(&row, VERIFICATIONS_USER);
    struct verification_fact fact = {
        .id = row_uuid(&row, VERIFICATIONS_ID),
        .verified = row_text_is(&row, VERIFICATIONS_STATUS, "verified"),
        .created_at = row_instant(&row, VERIFICATIONS_CREATED, INSTANT_MINUS_INFINITY),
        .completed_at = row_instant(&row, VERIFICATIONS_COMPLETED, 0),
        .has_completed_at = !row_is_null(&row, VERIFICATIONS_COMPLETED),
    };
    fact.liveness = row_numeric(&row, VERIFICATIONS_LIVENESS, &fact.bad_liveness);
    if (!row_end(&row, err))
        return false;
    if (!fact.verified && !row_text_is(&row, VERIFICATIONS_STATUS, "failed"))
        return true; /* not decided */
    uint32_t person = reader_find(reader, &row, &user);
    if (person != ROW_NONE)
        population_add_verification(reader->context.population, person, &fact);
    return true;
}

bool row_enforcement(void *ctx, const struct pg_field *fields, struct err *err) {
    static const struct {
        const char *action;
        enum enforcement kind;
    } kinds[] = {
        {"temporary_suspension", ENFORCEMENT_EXCLUDES}, {"permanent_ban", ENFORCEMENT_EXCLUDES},
        {"device_ban", ENFORCEMENT_EXCLUDES},           {"warning", ENFORCEMENT_WARNS},
        {"content_removed", ENFORCEMENT_WARNS},
    };
    struct row_reader *reader = ctx;
    struct row row = row_of(SOURCE_ENFORCEMENTS, fields);
    struct uuid user = row_uuid(&row, ENFORCEMENTS_USER);
    bool active = row_bool(&row, ENFORCEMENTS_ACTIVE);
    instant_t expires = row_instant(&row, ENFORCEMENTS_EXPIRES, INSTANT_INFINITY);
    if (!row_end(&row, err))
        return false;
    enum enforcement kind = ENFORCEMENT_NONE;
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        if (row_text_is(&row, ENFORCEMENTS_ACTION, kinds[i].action))
            kind = kinds[i].kind;
    if (!active || kind == ENFORCEMENT_NONE)
        return true;
    uint32_t person = reader_find(reader, &row, &user);
    if (person != ROW_NONE)
        population_add_enforcement(reader->context.population, person, kind, expires);
    return true;
}

bool row_deletion(void *ctx, const struct pg_field *fields, struct err *err) {
    static const char *const under_way[] = {"in_grace_period", "processing", "completed"};
    struct row_reader *reader = ctx;
    struct row row = row_of(SOURCE_DELETIONS, fields);
    struct uuid user = row_uuid(&row, DELETIONS_USER);
    if (!row_end(&row, err))
        return false;
    if (row_word(&row, DELETIONS_STATUS, under_way, ARRAY_LEN(under_way)) < 0)
        return true;
    uint32_t person = reader_find(reader, &row, &user);
    if (person != ROW_NONE)
        population_set_deletion(reader->context.population, person);
    return true;
}

bool row_policy(void *ctx, const struct pg_field *fields, struct err *err) {
    static const char *const names[] = {"balanced", "high_inbound_pressure",
                                        "low_inbound_low_response"};
    struct row_reader *reader = ctx;
    struct row row = row_of(SOURCE_POLICY, fields);
    struct uuid user = row_uuid(&row, POLICY_USER);
    uint32_t person = row.wrong != NULL ? ROW_NONE : reader_find(reader, &row, &user);
    if (person == ROW_NONE)
        return row_end(&row, err);
    int word = row_word(&row, POLICY_SEGMENT, names, ARRAY_LEN(names));
    if (word < 0)
        reader_refuse(reader, &row, &user, POLICY_SEGMENT, "unknown segment, balanced is used");
    population_set_segment(reader->context.population, person,
                           (enum policy_segment)(word < 0 ? SEGMENT_BALANCED : word));
    return true;
}
