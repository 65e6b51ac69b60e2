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

#include "engine/base/pool.h"
#include "engine/population/store.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__,
               "fields are hashed as they lie in memory");

/* Any trivially copyable field. */
#define PUT(state, value) put((state), &(value), sizeof(value))

static void put(XXH3_state_t *state, const void *bytes, size_t size) {
    XXH_errorcode code = XXH3_64bits_update(state, bytes, size);
    ASSERT(code == XXH_OK);
}

static void put_number(XXH3_state_t *state, double value) {
    uint64_t bits = UINT64_C(0x7ff8000000000000);
    if (!isnan(value))
        memcpy(&bits, &value, sizeof bits);
    PUT(state, bits);
}

static void put_flags(XXH3_state_t *state, const struct chunk *columns, uint32_t i, int mask) {
    uint16_t flags = (uint16_t)(columns->flags[i] & mask);
    PUT(state, flags);
}

static void put_profile(const struct population *p, uint32_t row, XXH3_state_t *state) {
    const struct chunk *columns = population_chunk(p, row);
    uint32_t i = row % CHUNK_ROWS;
    uint64_t place = names_hash(&p->places, columns->place[i]);
    uint64_t timezone = names_hash(&p->timezones, columns->timezone[i]);
    put_flags(state, columns, i,
              PERSON_ACTIVE | PERSON_ONBOARDED | PERSON_DELETED | PERSON_PROFILE | PERSON_DELETION);
    PUT(state, columns->date_of_birth[i]);
    PUT(state, columns->gender[i]);
    PUT(state, columns->seeking[i]);
    PUT(state, columns->intent[i]);
    PUT(state, columns->drinking[i]);
    PUT(state, columns->smoking[i]);
    PUT(state, columns->exercise[i]);
    PUT(state, columns->consistency[i]);
    PUT(state, columns->max_distance_km[i]);
    PUT(state, columns->min_age[i]);
    PUT(state, columns->max_age[i]);
    put_number(state, columns->latitude[i]);
    put_number(state, columns->longitude[i]);
    PUT(state, place);
    PUT(state, timezone);
}

static void put_answers(const struct population *p, uint32_t row, XXH3_state_t *state) {
    for (uint32_t item = 0; item < p->questionnaire->count; item++) {
        uint64_t code = population_answer(p, row, item);
        if (code == ANSWER_NONE)
            continue;
        date_t date = population_answered_on(p, row, item);
        PUT(state, p->questionnaire->items[item].id);
        PUT(state, code);
        PUT(state, date);
    }
}

static void put_preference(const struct population *p, uint32_t row, XXH3_state_t *state) {
    const struct chunk *columns = population_chunk(p, row);
    const float *vector = population_preference(p, row);
    put_flags(state, columns, row % CHUNK_ROWS,
              PERSON_VISUAL_READY | PERSON_VISUAL_MODEL | PERSON_PREFERENCE);
    put_number(state, columns->confidence[row % CHUNK_ROWS]);
    if (vector != NULL)
        put(state, vector, p->dim * sizeof vector[0]);
}

static void put_features(const struct population *p, uint32_t row, XXH3_state_t *state) {
    const double *vector = population_features(p, row);
    put_flags(state, population_chunk(p, row), row % CHUNK_ROWS, PERSON_FEATURES);
    if (vector != NULL)
        put(state, vector, p->dim * sizeof vector[0]);
}

static void put_trust(const struct population *p, uint32_t row, XXH3_state_t *state) {
    const struct chunk *columns = population_chunk(p, row);
    struct report_list reports = population_reports(p, row);
    uint32_t i = row % CHUNK_ROWS;
    put_flags(state, columns, i, PERSON_VERIFIED | PERSON_EVER_VERIFIED);
    put_number(state, columns->liveness[i]);
    PUT(state, columns->verified_on[i]);
    PUT(state, columns->excluded_until[i]);
    PUT(state, columns->warned_until[i]);
    PUT(state, columns->segment[i]);
    put(state, reports.newest, reports.count * sizeof reports.newest[0]);
}

/* One block: its hashes are written by one thread. */
static void hash_block(void *ctx, uint32_t number) {
    static void (*const groups[INPUT_GROUPS])(
        const struct population *, uint32_t, XXH3_state_t *) = {[INPUT_PROFILE] = put_profile,
                                                                [INPUT_ANSWERS] = put_answers,
                                                                [INPUT_PREFERENCE] = put_preference,
                                                                [INPUT_FEATURES] = put_features,
                                                                [INPUT_TRUST] = put_trust};
    struct population *p = ctx;
    XXH3_state_t *state = XXH3_createState();
    ASSERT(state != NULL);
    uint32_t first = number * CHUNK_ROWS, left = p->count - first;
    for (uint32_t i = 0; i < (left < CHUNK_ROWS ? left : CHUNK_ROWS); i++)
        for (uint32_t group = 0; group < INPUT_GROUPS; group++) {
            XXH3_64bits_reset(state);
            groups[group](p, first + i, state);
            p->blocks[number]->hashes[group][i] = XXH3_64bits_digest(state);
        }
    XXH3_freeState(state);
}

void inputs_finish(struct population *p, uint32_t threads) {
    struct pool *pool = pool_start(threads, block_count(p), hash_block, p);
    pool_wait(pool);
    pool_free(pool);
}
