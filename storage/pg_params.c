#include "storage/pg_params.h"

#include "engine/base/mem.h"

#include <stdlib.h>
#include <string.h>

enum { INTERVAL_OID = 1186, ARRAY_HEADER = 20, ARRAY_UUID = 20 };

void pg_put_i16(uint8_t *at, int16_t value) {
    uint16_t big = __builtin_bswap16((uint16_t)value);
    memcpy(at, &big, sizeof big);
}

void pg_put_i32(uint8_t *at, int32_t value) {
    uint32_t big = __builtin_bswap32((uint32_t)value);
    memcpy(at, &big, sizeof big);
}

void pg_put_i64(uint8_t *at, int64_t value) {
    uint64_t big = __builtin_bswap64((uint64_t)value);
    memcpy(at, &big, sizeof big);
}

void pg_put_f64(uint8_t *at, double value) {
    int64_t bits;
    memcpy(&bits, &value, sizeof bits);
    pg_put_i64(at, bits);
}

void pg_params_release(struct pg_params *params) {
    for (size_t i = 0; i < params->count; i++)
        free(params->arrays[i]);
    *params = (struct pg_params){0};
}

static uint8_t *add(struct pg_params *params, uint32_t type, const void *bytes, size_t length) {
    ASSERT(params->count < PG_PARAMS_MAX);
    size_t i = params->count++;
    params->list[i] = (struct pg_param){.type = type, .bytes = bytes, .length = length};
    return params->values[i];
}

/* A value of the parameters' own memory. */
static uint8_t *add_own(struct pg_params *params, uint32_t type, size_t length) {
    uint8_t *value = params->values[params->count];
    return add(params, type, value, length);
}

void pg_params_null(struct pg_params *params, uint32_t type) {
    add(params, type, NULL, 0);
}

void pg_params_text(struct pg_params *params, const char *text) {
    add(params, PG_TEXT, text, text == NULL ? 0 : strlen(text));
}

void pg_params_uuid(struct pg_params *params, const struct uuid *id) {
    add(params, PG_UUID, id->bytes, sizeof id->bytes);
}

void pg_params_bool(struct pg_params *params, bool value) {
    *add_own(params, PG_BOOL, 1) = value;
}

void pg_params_int4(struct pg_params *params, int32_t value) {
    pg_put_i32(add_own(params, PG_INT4, 4), value);
}

void pg_params_int8(struct pg_params *params, int64_t value) {
    pg_put_i64(add_own(params, PG_INT8, 8), value);
}

void pg_params_date(struct pg_params *params, date_t date) {
    pg_put_i32(add_own(params, PG_DATE, 4), date);
}

void pg_params_instant(struct pg_params *params, instant_t at) {
    pg_put_i64(add_own(params, PG_TIMESTAMPTZ, 8), at);
}

/* int64 microseconds, int32 days, int32 months. */
void pg_params_interval(struct pg_params *params, double seconds) {
    uint8_t *value = add_own(params, INTERVAL_OID, 16);
    memset(value, 0, 16);
    pg_put_i64(value, (int64_t)(seconds * 1e6));
}

void pg_params_uuids(struct pg_params *params, const struct uuid *ids, size_t count) {
    size_t length = ARRAY_HEADER + count * ARRAY_UUID;
    uint8_t *bytes = mem_array(length, 1);
    pg_put_i32(bytes, 1);
    pg_put_i32(bytes + 8, PG_UUID);
    pg_put_i32(bytes + 12, (int32_t)count);
    pg_put_i32(bytes + 16, 1);
    for (size_t i = 0; i < count; i++) {
        uint8_t *at = bytes + ARRAY_HEADER + i * ARRAY_UUID;
        pg_put_i32(at, sizeof ids[i].bytes);
        memcpy(at + 4, ids[i].bytes, sizeof ids[i].bytes);
    }
    params->arrays[params->count] = bytes;
    add(params, PG_UUID_ARRAY, bytes, length);
}
