/* The XXH3-64 of each group of a person's inputs (section 7): equal inputs give equal hashes,
 * whatever the order of loading, the machine or the run.
 *
 * Each group is the XXH3-64 (seed 0) of its fields one after the other, little-endian, without
 * padding. Places and timezones stand for their texts; rows and numbers given while loading never
 * enter.
 *
 * profile: flags u16 (active, onboarded, deleted, profile, deletion request), date_of_birth i32,
 * gender u8, seeking u8, intent u8, drinking u8, smoking u8, exercise u8, consistency u8,
 * max_distance_km i32, min_age i16, max_age i16, latitude f64, longitude f64, XXH3-64 of the place,
 * of the timezone. The place: for city, region, country in turn 0, or 1, the text in ASCII lower
 * case and 0.
 *
 * answers: for each answered item in position order: question id 16 bytes, code u64, date answered
 * i32.
 *
 * preference: flags u16 (ready, pinned model, valid vector), confidence f64, the vector's dim f32
 * if valid.
 *
 * features: flag u16 (valid), v_u as dim f64 if valid.
 *
 * trust: flags u16 (verified, ever verified), liveness f64, verified_on i32, excluded_until i64,
 * warned_until i64, segment u8, newest report of each reporter i64, ascending.
 *
 * An absent number is a NaN with the bits 0x7ff8000000000000. last_active_at, the number of matches
 * and the configuration are no inputs of a score. */
#include <math.h>
#include <string.h>
#include <xxhash.h>

#include "engine/base/mem.h"
#include "engine/base/pool.h"
#include "engine/population/store.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "fields are hashed as they lie in memory");

/* The fields of a group, one after the other: a hash of the whole takes a fraction of the time that
 * a stream of small pieces would. */
struct fields {
    uint8_t *bytes;
    size_t used, room;
};

/* Any trivially copyable field. */
#define PUT(fields, value) put((fields), &(value), sizeof(value))

/* Empty, with room for a group of that size. */
static void fields_reset(struct fields *fields, size_t size) {
    fields->bytes = mem_grow(fields->bytes, &fields->room, size, 1);
    fields->used = 0;
}

static inline void put(struct fields *fields, const void *bytes, size_t size) {
    ASSERT(size <= fields->room - fields->used);
    memcpy(fields->bytes + fields->used, bytes, size);
    fields->used += size;
}

static void put_number(struct fields *fields, double value) {
    uint64_t bits = UINT64_C(0x7ff8000000000000);
    if (!isnan(value))
        memcpy(&bits, &value, sizeof bits);
    PUT(fields, bits);
}

static void put_flags(struct fields *fields, const struct chunk *columns, uint32_t i, int mask) {
    uint16_t flags = (uint16_t)(columns->flags[i] & mask);
    PUT(fields, flags);
}

static void put_profile(const struct population *p, uint32_t row, struct fields *fields) {
    const struct chunk *columns = population_chunk(p, row);
    uint32_t i = row % CHUNK_ROWS;
    uint64_t place = names_hash(&p->places, columns->place[i]);
    uint64_t timezone = names_hash(&p->timezones, columns->timezone[i]);
    put_flags(fields, columns, i,
              PERSON_ACTIVE | PERSON_ONBOARDED | PERSON_DELETED | PERSON_PROFILE | PERSON_DELETION);
    PUT(fields, columns->date_of_birth[i]);
    PUT(fields, columns->gender[i]);
    PUT(fields, columns->seeking[i]);
    PUT(fields, columns->intent[i]);
    PUT(fields, columns->drinking[i]);
    PUT(fields, columns->smoking[i]);
    PUT(fields, columns->exercise[i]);
    PUT(fields, columns->consistency[i]);
    PUT(fields, columns->max_distance_km[i]);
    PUT(fields, columns->min_age[i]);
    PUT(fields, columns->max_age[i]);
    put_number(fields, columns->latitude[i]);
    put_number(fields, columns->longitude[i]);
    PUT(fields, place);
    PUT(fields, timezone);
}

static void put_answers(const struct population *p, uint32_t row, struct fields *fields) {
    for (uint32_t item = 0; item < p->questionnaire->count; item++) {
        uint64_t code = population_answer(p, row, item);
        if (code == ANSWER_NONE)
            continue;
        date_t date = store_answered_on(p, row, item);
        PUT(fields, p->questionnaire->items[item].id);
        PUT(fields, code);
        PUT(fields, date);
    }
}

static void put_preference(const struct population *p, uint32_t row, struct fields *fields) {
    const struct chunk *columns = population_chunk(p, row);
    const float *vector = population_preference(p, row);
    put_flags(fields, columns, row % CHUNK_ROWS,
              PERSON_VISUAL_READY | PERSON_VISUAL_MODEL | PERSON_PREFERENCE);
    put_number(fields, columns->confidence[row % CHUNK_ROWS]);
    if (vector != NULL)
        put(fields, vector, p->dim * sizeof vector[0]);
}

static void put_features(const struct population *p, uint32_t row, struct fields *fields) {
    const double *vector = population_features(p, row);
    put_flags(fields, population_chunk(p, row), row % CHUNK_ROWS, PERSON_FEATURES);
    if (vector != NULL)
        put(fields, vector, p->dim * sizeof vector[0]);
}

static void put_trust(const struct population *p, uint32_t row, struct fields *fields) {
    const struct chunk *columns = population_chunk(p, row);
    struct report_list reports = population_reports(p, row);
    uint32_t i = row % CHUNK_ROWS;
    put_flags(fields, columns, i, PERSON_VERIFIED | PERSON_EVER_VERIFIED);
    put_number(fields, columns->liveness[i]);
    PUT(fields, columns->verified_on[i]);
    PUT(fields, columns->excluded_until[i]);
    PUT(fields, columns->warned_until[i]);
    PUT(fields, columns->segment[i]);
    put(fields, reports.newest, reports.count * sizeof reports.newest[0]);
}

/* No group is longer, but for reports: a vector, or an answer to every item; the profile is under a
 * hundred bytes. */
static size_t most_bytes(const struct population *p) {
    return 128 + p->dim * sizeof(double) + p->questionnaire->count * sizeof(uint64_t[4]);
}

typedef void put_group(const struct population *p, uint32_t row, struct fields *fields);

static void hash_group(struct population *p, uint32_t row, enum input_group group,
                       struct fields *fields) {
    static put_group *const groups[INPUT_GROUPS] = {[INPUT_PROFILE] = put_profile,
                                                    [INPUT_ANSWERS] = put_answers,
                                                    [INPUT_PREFERENCE] = put_preference,
                                                    [INPUT_FEATURES] = put_features,
                                                    [INPUT_TRUST] = put_trust};
    groups[group](p, row, fields);
    block_of(p, row)->hashes[group][row % CHUNK_ROWS] = XXH3_64bits(fields->bytes, fields->used);
}

void inputs_hash_rows(struct population *p, uint32_t first, uint32_t count) {
    struct fields fields = {0};
    for (uint32_t row = first; row < first + count; row++)
        for (uint32_t group = 0; group < INPUT_GROUPS; group++) {
            if (group == INPUT_TRUST)
                continue;
            fields_reset(&fields, most_bytes(p));
            hash_group(p, row, group, &fields);
        }
    free(fields.bytes);
}

/* One block: its hashes are written by one thread. */
static void hash_trust(void *ctx, uint32_t number) {
    struct population *p = ctx;
    struct fields fields = {0};
    uint32_t first = number * CHUNK_ROWS, left = p->count - first;
    for (uint32_t i = 0; i < (left < CHUNK_ROWS ? left : CHUNK_ROWS); i++) {
        size_t reports = population_reports(p, first + i).count * sizeof(instant_t);
        fields_reset(&fields, most_bytes(p) + reports);
        hash_group(p, first + i, INPUT_TRUST, &fields);
    }
    free(fields.bytes);
}

void inputs_finish(struct population *p, uint32_t threads) {
    struct pool *pool = pool_start(threads, block_count(p), hash_trust, p);
    pool_wait(pool);
    pool_free(pool);
}
