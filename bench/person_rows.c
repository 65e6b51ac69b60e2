/* The tables that tell of one person. */
#include "bench/rows.h"

#include <stdio.h>
#include <string.h>

static const char *const GENDERS[] = {NULL, "male", "female", "non_binary", "prefer_not_to_say"};
static const char *const INTENT_NAMES[] = {NULL, "casual", "serious", "marriage", "unsure"};

static void write_user(struct copy *copy, const struct world *world, uint32_t number,
                       const struct person *p) {
    const struct core *core = &world->cores[number];
    const char *seeking[4];
    uint32_t seeking_count = 0;
    for (int g = GENDER_MALE; g <= GENDER_UNSAID; g++)
        if ((core->seeking & GENDER_BIT(g)) != 0)
            seeking[seeking_count++] = GENDERS[g];
    copy_row(copy, 14);
    copy_uuid(copy, &p->id);
    copy_text(copy, p->phone_hash);
    copy_text(copy, p->phone_last_four);
    copy_text(copy, p->name);
    copy_text(copy, p->has_bio ? p->bio : NULL);
    copy_date(copy, core->date_of_birth);
    copy_text(copy, GENDERS[core->gender]);
    copy_texts(copy, seeking, seeking_count);
    copy_text(copy, PERSON_STATUSES[p->status]);
    copy_text(copy, PERSON_STEPS[p->step]);
    copy_instant(copy, p->created_at);
    copy_instant(copy, p->last_active_at);
    copy_instant(copy, p->last_active_at);
    if (p->status == STATUS_DELETED)
        copy_instant(copy, p->deleted_at);
    else
        copy_null(copy);
}

static void put_optional(struct copy *copy, int32_t value, int32_t null) {
    if (value == null)
        copy_null(copy);
    else
        copy_int(copy, value);
}

static void put_habit(struct copy *copy, const char *const names[4], uint8_t habit) {
    copy_text(copy, habit == HABIT_NULL ? NULL : names[habit]);
}

static void write_profile(struct copy *copy, const struct world *world, uint32_t number,
                          const struct person *p) {
    static const char *const DRINKING[] = {"never", "rarely", "socially", "often"},
                             *const SMOKING[] = {"never", "trying_to_quit", "socially",
                                                 "regularly"},
                             *const EXERCISE[] = {"never", "sometimes", "often", "daily"};
    const struct city *city = &world->cities.list[world->cores[number].city];
    copy_row(copy, 20);
    copy_uuid(copy, &p->id);
    copy_text(copy, city->name);
    copy_text(copy, city->region);
    copy_text(copy, city->country);
    if (p->has_place) {
        copy_numeric(copy, p->latitude_e8, 8);
        copy_numeric(copy, p->longitude_e8, 8);
    } else {
        copy_null(copy);
        copy_null(copy);
    }
    put_optional(copy, p->max_distance_km, 0);
    put_optional(copy, p->min_age, -1);
    put_optional(copy, p->max_age, -1);
    copy_text(copy, INTENT_NAMES[p->intent]);
    copy_text(copy, p->education);
    copy_text(copy, p->occupation);
    put_optional(copy, p->height_cm, 0);
    put_habit(copy, DRINKING, p->drinking);
    put_habit(copy, SMOKING, p->smoking);
    put_habit(copy, EXERCISE, p->exercise);
    copy_text(copy, city->timezone);
    copy_null(copy); /* physical_preferences: nothing reads them */
    copy_instant(copy, p->created_at);
    copy_instant(copy, p->last_active_at);
}

static void write_verifications(struct copy *copy, const struct world *world, uint32_t number,
                                const struct person *p) {
    (void)world, (void)number;
    for (uint32_t i = 0; i < p->verification_count; i++) {
        const struct person_verification *v = &p->verifications[i];
        copy_row(copy, 10);
        copy_uuid(copy, &v->id);
        copy_uuid(copy, &p->id);
        copy_text(copy, v->verified ? "verified" : "failed");
        copy_text(copy, "2026-01");
        copy_numeric(copy, v->liveness, 2);
        copy_text(copy, v->verified ? NULL : "liveness_failed");
        copy_int(copy, 0);
        copy_instant(copy, v->created_at);
        copy_instant(copy, v->completed_at);
        copy_instant(copy, v->created_at + INSTANT_PER_DAY / 24);
    }
}

static void write_photos(struct copy *copy, const struct world *world, uint32_t number,
                         const struct person *p) {
    (void)number;
    for (uint32_t i = 0; i < p->photo_count; i++) {
        const struct person_photo *photo = &p->photos[i];
        bool has_features = photo->has_features && world->options.dim > 0;
        char id[UUID_TEXT], url[96];
        uuid_to_text(&photo->id, id);
        snprintf(url, sizeof url, "https://photos.example/%s.jpg", id);
        copy_row(copy, 10);
        copy_uuid(copy, &photo->id);
        copy_uuid(copy, &p->id);
        copy_text(copy, url);
        copy_null(copy); /* thumbnail_url */
        copy_bool(copy, i == 0);
        copy_int(copy, (int32_t)i);
        copy_bool(copy, photo->is_verified);
        copy_instant(copy, photo->created_at);
        if (has_features)
            copy_floats(copy, photo->features, world->options.dim);
        else
            copy_null(copy);
        copy_text(copy, has_features ? photo->model : NULL);
    }
}

static void write_answers(struct copy *copy, const struct world *world, uint32_t number,
                          const struct person *p) {
    (void)world, (void)number;
    for (uint32_t i = 0; i < QUESTIONS; i++) {
        const struct person_answer *answer = &p->answers[i];
        if (answer->choice == ANSWER_MISSING)
            continue;
        const char *option = QUESTIONS_TABLE[i].options[0];
        char json[64];
        int length =
            option == NULL
                ? snprintf(json, sizeof json, "%d", answer->choice + QUESTION_SLIDER_MIN)
                : snprintf(json, sizeof json, "\"%s\"", QUESTIONS_TABLE[i].options[answer->choice]);
        struct uuid question;
        ASSERT(uuid_from_text(QUESTIONS_TABLE[i].id, &question));
        copy_row(copy, 6);
        copy_uuid(copy, &answer->id);
        copy_uuid(copy, &p->id);
        copy_uuid(copy, &question);
        copy_text(copy, QUESTIONS_VERSION);
        copy_json(copy, json, (size_t)length);
        copy_instant(copy, answer->answered_at);
    }
}

/* {"weights": [0.1234, -0.0500, ...]}: the decimals that PREFERENCE_UNIT stands for. */
static size_t write_weights(char *out, size_t room, const int16_t *weights, uint32_t dim) {
    size_t used = (size_t)snprintf(out, room, "{\"weights\": [");
    for (uint32_t d = 0; d < dim; d++) {
        int weight = weights[d];
        unsigned size = (unsigned)(weight < 0 ? -weight : weight);
        used +=
            (size_t)snprintf(out + used, room - used, "%s%s%u.%04u", d > 0 ? ", " : "",
                             weight < 0 ? "-" : "", size / PREFERENCE_UNIT, size % PREFERENCE_UNIT);
    }
    used += (size_t)snprintf(out + used, room - used, "]}");
    ASSERT(used < room);
    return used;
}

static void write_visual(struct copy *copy, const struct world *world, uint32_t number,
                         const struct person *p) {
    static const char *const NAMES[] = {NULL, "ready", "in_progress", "stale"};
    (void)number;
    if (p->visual == VISUAL_NONE)
        return;
    char json[WORLD_DIM_MAX * 12 + 32];
    size_t length = 2;
    memcpy(json, "{}", length);
    if (p->visual != VISUAL_IN_PROGRESS && world->options.dim > 0)
        length = write_weights(json, sizeof json, p->weights, world->options.dim);
    copy_row(copy, 11);
    copy_uuid(copy, &p->visual_id);
    copy_uuid(copy, &p->id);
    copy_text(copy, NAMES[p->visual]);
    copy_numeric(copy, p->confidence, 3);
    copy_int(copy, p->visual_pairs);
    copy_int(copy, 20);
    copy_json(copy, json, length);
    copy_text(copy, p->visual_model);
    copy_bool(copy, p->visual == VISUAL_STALE);
    copy_instant(copy, p->visual_at);
    copy_instant(copy, instant_plus_days(p->visual_at, 365));
}

static void write_enforcement(struct copy *copy, const struct world *world, uint32_t number,
                              const struct person *p) {
    static const struct uuid MODERATOR = {{0xad, [15] = 1}};
    (void)world, (void)number;
    if (p->enforcement == ENFORCEMENT_NONE)
        return;
    bool excludes = p->enforcement == ENFORCEMENT_EXCLUDES;
    bool for_ever = p->enforced_until == INSTANT_INFINITY;
    copy_row(copy, 8);
    copy_uuid(copy, &p->enforcement_id);
    copy_uuid(copy, &p->id);
    copy_text(copy, !excludes ? "warning" : for_ever ? "permanent_ban" : "temporary_suspension");
    copy_text(copy, "community guidelines");
    copy_uuid(copy, &MODERATOR);
    copy_instant(copy, p->enforced_at);
    if (for_ever)
        copy_null(copy);
    else
        copy_instant(copy, p->enforced_until);
    copy_bool(copy, p->enforcement_is_active);
}

static void write_deletion(struct copy *copy, const struct world *world, uint32_t number,
                           const struct person *p) {
    (void)number;
    if (!p->has_deletion)
        return;
    instant_t asked = world->options.now - 3 * INSTANT_PER_DAY;
    copy_row(copy, 7);
    copy_uuid(copy, &p->deletion_id);
    copy_uuid(copy, &p->id);
    copy_text(copy, "in_grace_period");
    copy_text(copy, "full_deletion");
    copy_instant(copy, asked);
    copy_instant(copy, instant_plus_days(asked, 30));
    copy_bool(copy, false);
}

static void write_segment(struct copy *copy, const struct world *world, uint32_t number,
                          const struct person *p) {
    (void)number;
    if (p->segment == SEGMENT_BALANCED)
        return;
    copy_row(copy, 3);
    copy_uuid(copy, &p->id);
    copy_text(copy, p->segment == SEGMENT_HIGH_INBOUND ? "high_inbound_pressure"
                                                       : "low_inbound_low_response");
    copy_instant(copy, world->options.now - INSTANT_PER_DAY);
}

static const struct row_writer PERSON_ROWS[] = {
    [ROWS_USERS] = {"public.users (id, phone_hash, phone_last_four, display_name, bio,"
                    " date_of_birth, gender, seeking_gender, status, onboarding_step, created_at,"
                    " updated_at, last_active_at, deleted_at)",
                    write_user, NULL},
    [ROWS_PROFILES] = {"public.profiles (user_id, city, region, country, latitude, longitude,"
                       " max_distance_km, min_age_preference, max_age_preference,"
                       " relationship_intent, education, occupation, height_cm, drinking, smoking,"
                       " exercise, timezone, physical_preferences, created_at, updated_at)",
                       write_profile, NULL},
    [ROWS_VERIFICATIONS] = {"public.verification_sessions (id, user_id, status, consent_version,"
                            " liveness_score, failure_reason, retry_count, created_at,"
                            " completed_at, expires_at)",
                            write_verifications, NULL},
    [ROWS_PHOTOS] = {"public.photos (id, user_id, url, thumbnail_url, is_primary, position,"
                     " is_verified, created_at, visual_features, visual_model_version)",
                     write_photos, NULL},
    [ROWS_ANSWERS] = {"public.compatibility_responses (id, user_id, question_id, version_id,"
                      " answer, answered_at)",
                      write_answers, NULL},
    [ROWS_VISUAL] = {"public.visual_preference_profiles (id, user_id, status, confidence,"
                     " completed_pairs, target_pairs, preference_vector, model_version,"
                     " refresh_recommended, updated_at, stale_after)",
                     write_visual, NULL},
    [ROWS_ENFORCEMENT] = {"public.enforcement_actions (id, user_id, action_type, reason,"
                          " enacted_by, enacted_at, expires_at, is_active)",
                          write_enforcement, NULL},
    [ROWS_DELETIONS] = {"public.data_deletion_requests (id, user_id, status, request_type,"
                        " requested_at, grace_period_ends_at, legal_hold)",
                        write_deletion, NULL},
    [ROWS_SEGMENTS] = {"matching.policy_segments (user_id, segment, since)", write_segment, NULL},
};

const struct row_writer *row_writer_of(enum row_table table) {
    ASSERT(table < ROW_TABLES);
    return table < ROWS_OFFERS ? &PERSON_ROWS[table] : &RELATION_ROWS[table];
}
