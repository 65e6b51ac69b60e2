/* Setters: the content rules of sections 1 and 4, applied where a value enters. */
#include "engine/population/facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/base/mem.h"
#include "engine/base/text.h"
#include "engine/kernel/real.h"
#include "engine/population/store.h"

void store_refuse(const struct population *p, uint32_t row, const char *table, const char *column,
                  const char *reason) {
    char key[UUID_TEXT];
    if (p->refusals.refuse == NULL)
        return;
    uuid_to_text(population_id(p, row), key);
    p->refusals.refuse(p->refusals.ctx, table, key, column, reason);
}

/* --- profiles --------------------------------------------------------------------------------- */

/* Appends 0 for null, or 1, the text in ASCII lower case and a NUL. */
static char *put_folded(char *out, const char *text) {
    *out++ = text == NULL ? 0 : 1;
    for (; text != NULL && *text != '\0'; text++)
        *out++ = (char)(*text >= 'A' && *text <= 'Z' ? *text - 'A' + 'a' : *text);
    if (text != NULL)
        *out++ = '\0';
    return out;
}

static uint32_t intern_place(struct population *p, const struct profile_fact *fact) {
    const char *const parts[] = {fact->city, fact->region, fact->country};
    size_t room = 0;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        room += 2 + (parts[i] == NULL ? 0 : strlen(parts[i]));
    char *text = mem_array(room, 1);
    char *end = text;
    for (size_t i = 0; i < ARRAY_LEN(parts); i++)
        end = put_folded(end, parts[i]);
    uint32_t number = names_intern(&p->places, text, (size_t)(end - text));
    free(text);
    return number;
}

static bool is_blank(const char *text) {
    return text == NULL || text_is_blank(text, strlen(text));
}

/* Both coordinates, or neither. */
static bool set_place(struct population *p, uint32_t row, const struct profile_fact *fact) {
    struct chunk *columns = &block_of(p, row)->columns;
    double latitude = fact->latitude, longitude = fact->longitude;
    columns->place[row % CHUNK_ROWS] = intern_place(p, fact);
    bool bad_latitude = fabs(latitude) > 90, bad_longitude = fabs(longitude) > 180;
    if (fact->bad_coordinates)
        store_refuse(p, row, "profiles", "latitude, longitude", "not a number");
    else if (bad_latitude)
        store_refuse(p, row, "profiles", "latitude", "outside -90..90");
    else if (bad_longitude)
        store_refuse(p, row, "profiles", "longitude", "outside -180..180");
    if (fact->bad_coordinates || bad_latitude || bad_longitude || isnan(latitude) ||
        isnan(longitude))
        return false;
    columns->latitude[row % CHUNK_ROWS] = latitude;
    columns->longitude[row % CHUNK_ROWS] = longitude;
    return true;
}

void population_set_profile(struct population *p, uint32_t row, const struct profile_fact *fact) {
    struct block *block = block_of(p, row);
    struct chunk *columns = &block->columns;
    uint32_t i = row % CHUNK_ROWS;
    bool placed = set_place(p, row, fact);
    columns->max_distance_km[i] = fact->max_distance_km;
    columns->min_age[i] = (int16_t)(fact->min_age > INT16_MAX ? INT16_MAX : fact->min_age);
    columns->max_age[i] = (int16_t)(fact->max_age > INT16_MAX ? INT16_MAX : fact->max_age);
    columns->intent[i] = (uint8_t)fact->intent;
    columns->drinking[i] = fact->drinking;
    columns->smoking[i] = fact->smoking;
    columns->exercise[i] = fact->exercise;
    if (fact->timezone != NULL)
        columns->timezone[i] = names_intern(&p->timezones, fact->timezone, strlen(fact->timezone));
    block->draft->profile[i] = PERSON_PROFILE;
    block->draft->profile_tenths[i] =
        (uint8_t)(!is_blank(fact->city) + placed + (fact->intent != INTENT_NULL) +
                  fact->has_education + fact->has_occupation + fact->has_height);
    if (fact->min_age >= 0 && fact->max_age >= 0 && fact->min_age > fact->max_age)
        store_refuse(p, row, "profiles", "min_age_preference, max_age_preference",
                     "inverted age range");
}

/* --- vectors ---------------------------------------------------------------------------------- */

/* NULL if `vector` can be used: the right length, finite, a norm of at least 1e-6. */
static const char *vector_fault(const struct population *p, const float *vector, uint32_t count) {
    static const double ones[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    double sums[16] = {0}; /* real_dot16's partial sums, so that features.c sees the same norm */
    if (count != p->dim)
        return "wrong length";
    for (uint32_t i = 0; i < count; i++) {
        if (!isfinite(vector[i]))
            return "not finite";
        sums[i % 16] += (double)vector[i] * (double)vector[i];
    }
    return sqrt(real_dot16(sums, ones, 16)) < 1e-6 ? "norm under 1e-6" : NULL;
}

static bool is_pinned(const struct population *p, const char *model) {
    return model != NULL && p->visual_model != NULL && strcmp(model, p->visual_model) == 0;
}

/* Keeps the raw vector until finish: the first two in the place of the sum, others apart. */
static void keep_vector(struct population *p, uint32_t row, const struct photo_fact *fact) {
    struct block *block = block_of(p, row);
    struct draft *draft = block->draft;
    uint32_t i = row % CHUNK_ROWS, n = draft->vectors[i];
    if (n == UINT16_MAX) {
        store_refuse(p, row, "photos", "visual_features", "more than 65535 photos of one person");
        return;
    }
    draft->vectors[i]++;
    if (n < PHOTOS_IN_PLACE) {
        char *slot = (char *)(block->features + (size_t)i * p->dim_padded);
        memcpy(slot + n * p->dim_padded * sizeof(float), fact->features, p->dim * sizeof(float));
        draft->photo_id[n][i] = fact->id;
        return;
    }
    struct late_photo *late = mem_array(1, sizeof *late + p->dim_padded * sizeof(float));
    memcpy(late->vector, fact->features, p->dim * sizeof(float));
    late->id = fact->id;
    late->next = draft->late[i];
    draft->late[i] = late;
}

void population_add_photo(struct population *p, uint32_t row, const struct photo_fact *fact) {
    struct block *block = block_of(p, row);
    uint32_t i = row % CHUNK_ROWS;
    if (block->columns.photo_count[i] < UINT16_MAX)
        block->columns.photo_count[i]++;
    if (fact->is_primary && fact->is_verified)
        block->draft->photo_tenth[i] = 1;
    if (p->dim == 0 || fact->features == NULL || !is_pinned(p, fact->model))
        return;
    const char *fault = vector_fault(p, fact->features, fact->feature_count);
    if (fault != NULL)
        store_refuse(p, row, "photos", "visual_features", fault);
    else
        keep_vector(p, row, fact);
}

static void set_preference(const struct population *p, float *out, const float *vector) {
    memcpy(out, vector, p->dim * sizeof(float));
    memset(out + p->dim, 0, (p->dim_padded - p->dim) * sizeof(float));
}

void population_set_visual(struct population *p, uint32_t row, const struct visual_fact *fact) {
    struct block *block = block_of(p, row);
    uint32_t i = row % CHUNK_ROWS;
    uint16_t flags = fact->ready ? PERSON_VISUAL_READY : 0;
    double confidence = fact->confidence;
    if (!(confidence >= 0 && confidence <= 1)) {
        store_refuse(p, row, "visual_preference_profiles", "confidence", "outside 0..1");
        confidence = confidence > 1 ? 1 : 0;
    }
    block->columns.confidence[i] = confidence;
    if (is_pinned(p, fact->model)) {
        flags |= PERSON_VISUAL_MODEL;
        const char *fault = NULL;
        if (p->dim > 0 && fact->preference != NULL)
            fault = vector_fault(p, fact->preference, fact->preference_count);
        if (fault != NULL)
            store_refuse(p, row, "visual_preference_profiles", "preference_embedding", fault);
        else if (p->dim > 0 && fact->preference != NULL) {
            flags |= PERSON_PREFERENCE;
            set_preference(p, block->preference + (size_t)i * p->dim_padded, fact->preference);
        }
    }
    block->draft->visual[i] = flags;
}

/* --- answers ---------------------------------------------------------------------------------- */

static uint16_t encode_day(struct population *p, uint32_t row, uint32_t item, date_t date) {
    if (date >= 0 && date < DAY_ELSEWHERE)
        return (uint16_t)date;
    pthread_mutex_lock(&p->odd_lock);
    p->odd_days = mem_grow(p->odd_days, &p->odd_room, p->odd_count + 1, sizeof p->odd_days[0]);
    p->odd_days[p->odd_count++] = (struct odd_day){row, item, date};
    pthread_mutex_unlock(&p->odd_lock);
    return DAY_ELSEWHERE;
}

void population_set_answer(struct population *p, uint32_t row, uint32_t item, uint64_t code,
                           instant_t answered_at) {
    struct block *block = block_of(p, row);
    uint32_t i = row % CHUNK_ROWS;
    ASSERT(item < p->questionnaire->count);
    date_t date = date_of_instant(answered_at);
    if (code == ANSWER_NONE)
        return;
    if (!date_is_finite(date)) {
        store_refuse(p, row, "compatibility_responses", "answered_at", "infinite");
        return;
    }
    uint8_t width = p->answer_width[item], *codes = block->answers + p->answer_start[item];
    ASSERT(width == 8 || code >> (8 * width) == 0);
    if (width == 1)
        codes[i] = (uint8_t)code;
    else /* little-endian: the low bytes of the code are the code of that width */
        memcpy(codes + (size_t)i * width, &code, width);
    block->answered[(size_t)item * CHUNK_ROWS + i] = encode_day(p, row, item, date);
}

/* --- trust ------------------------------------------------------------------------------------ */

/* Is (at, id) after the newest so far? Ids break ties; `any`: there is one so far. */
static bool is_newer(const struct verification_fact *fact, bool any, instant_t at,
                     const struct uuid *id) {
    if (!any || fact->created_at != at)
        return !any || fact->created_at > at;
    return uuid_order(&fact->id, id) > 0;
}

#define DECIDED 0x8000u /* in draft->verification: some session is decided; no PERSON_ bit */

static double liveness_of(struct population *p, uint32_t row,
                          const struct verification_fact *fact) {
    if (fact->bad_liveness)
        store_refuse(p, row, "verification_sessions", "liveness_score", "not a number");
    if (fact->bad_liveness || isnan(fact->liveness))
        return __builtin_nan("");
    return fmin(1, fmax(0, fact->liveness));
}

void population_add_verification(struct population *p, uint32_t row,
                                 const struct verification_fact *fact) {
    struct block *block = block_of(p, row);
    struct draft *draft = block->draft;
    uint32_t i = row % CHUNK_ROWS;
    uint32_t flags = draft->verification[i];
    double liveness = liveness_of(p, row, fact);
    if (is_newer(fact, flags & DECIDED, draft->decided_at[i], &draft->decided_id[i])) {
        draft->decided_at[i] = fact->created_at;
        draft->decided_id[i] = fact->id;
        flags &= ~(uint32_t)PERSON_VERIFIED;
        flags |= DECIDED | (fact->verified ? PERSON_VERIFIED : 0u);
    }
    if (fact->verified && is_newer(fact, flags & PERSON_EVER_VERIFIED, draft->verified_at[i],
                                   &draft->verified_id[i])) {
        draft->verified_at[i] = fact->created_at;
        draft->verified_id[i] = fact->id;
        flags |= PERSON_EVER_VERIFIED;
        block->columns.liveness[i] = liveness;
        block->columns.verified_on[i] =
            fact->has_completed_at ? date_of_instant(fact->completed_at) : DATE_INFINITY;
    }
    draft->verification[i] = (uint16_t)flags;
}

void population_add_enforcement(struct population *p, uint32_t row, enum enforcement kind,
                                instant_t expires_at) {
    struct chunk *columns = &block_of(p, row)->columns;
    instant_t *until = NULL;
    if (kind == ENFORCEMENT_EXCLUDES)
        until = &columns->excluded_until[row % CHUNK_ROWS];
    else if (kind == ENFORCEMENT_WARNS)
        until = &columns->warned_until[row % CHUNK_ROWS];
    if (until != NULL && expires_at > *until)
        *until = expires_at;
}

void population_set_deletion(struct population *p, uint32_t row) {
    block_of(p, row)->draft->deletion[row % CHUNK_ROWS] = PERSON_DELETION;
}

void population_set_segment(struct population *p, uint32_t row, enum policy_segment segment) {
    block_of(p, row)->columns.segment[row % CHUNK_ROWS] = (uint8_t)segment;
}

void population_set_variant(struct population *p, uint32_t row, uint32_t variant) {
    block_of(p, row)->columns.variant[row % CHUNK_ROWS] = variant;
}
