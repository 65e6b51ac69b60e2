/* The configuration out of its tables: system_config, segment_config_overrides with user_segments
 * and user_segment_members, matching.user_config_overrides.
 *
 * Values that are no value of their key, and weight groups that do not add up, are refused with
 * their level, owner and key, and the next level counts (configuration contract). */
#ifndef MATCHD_STORAGE_CONFIG_ROWS_H
#define MATCHD_STORAGE_CONFIG_ROWS_H

#include "engine/base/uuid.h"
#include "engine/config/config.h"
#include "storage/pg_conn.h"
#include "storage/refusal_log.h"

/* Who has other parameters than everybody, in UUID order. */
struct user_variant {
    struct uuid user;
    uint32_t variant;
};

struct config_rows {
    struct config *config;
    struct user_variant *variants;
    size_t variant_count, variant_room;
};

bool config_rows_load(struct pg_conn *conn, struct refusal_log *refusals, struct config_rows *out,
                      struct err *err) MUST_CHECK;
void config_rows_release(struct config_rows *rows); /* config may have been taken over: set NULL */

#endif
