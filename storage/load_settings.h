/* What a load needs before the first person: configuration, time zones, questionnaire, dimension.
 */
#ifndef MATCHD_STORAGE_LOAD_SETTINGS_H
#define MATCHD_STORAGE_LOAD_SETTINGS_H

#include "storage/config_rows.h"
#include "storage/pg_conn.h"
#include "storage/row_reader.h"

struct load_settings {
    struct config_rows config;
    struct timezones timezones;
    struct questionnaire *questionnaire; /* handed over to the population: then NULL */
    uint32_t dim;
    uint64_t people; /* rows of users */
};

/* On a connection inside the snapshot. Refuses to go on when people > capacity. */
bool load_settings_read(struct pg_conn *conn, uint32_t capacity, struct refusal_log *refusals,
                        struct load_settings *out, struct err *err) MUST_CHECK;
void load_settings_release(struct load_settings *settings);

#endif
