/* Parameters of a statement, in binary, with the memory that they need.
 *
 *     struct pg_params params = {0};
 *     pg_params_uuid(&params, &run);
 *     pg_params_text(&params, why);                     // NULL = null
 *     result = pg_conn_query(conn, sql, params.list, params.count, err);
 *     pg_params_release(&params);
 *
 * Texts and UUIDs are pointed to and must live as long as the parameters. */
#ifndef MATCHD_STORAGE_PG_PARAMS_H
#define MATCHD_STORAGE_PG_PARAMS_H

#include "storage/pg_conn.h"

enum { PG_PARAMS_MAX = 12 };

struct pg_params {
    struct pg_param list[PG_PARAMS_MAX];
    size_t count;
    uint8_t values[PG_PARAMS_MAX][16];
    uint8_t *arrays[PG_PARAMS_MAX];
};

void pg_params_release(struct pg_params *params);

void pg_params_null(struct pg_params *params, uint32_t type);
void pg_params_text(struct pg_params *params, const char *text);
void pg_params_uuid(struct pg_params *params, const struct uuid *id);
void pg_params_bool(struct pg_params *params, bool value);
void pg_params_int4(struct pg_params *params, int32_t value);
void pg_params_int8(struct pg_params *params, int64_t value);
void pg_params_date(struct pg_params *params, date_t date);
void pg_params_instant(struct pg_params *params, instant_t at);
void pg_params_interval(struct pg_params *params, double seconds);
void pg_params_uuids(struct pg_params *params, const struct uuid *ids, size_t count);

/* Integers as the wire has them. */
void pg_put_i16(uint8_t *at, int16_t value);
void pg_put_i32(uint8_t *at, int32_t value);
void pg_put_i64(uint8_t *at, int64_t value);
void pg_put_f64(uint8_t *at, double value);

#endif
