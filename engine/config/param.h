/* One parameter as a slot of struct params: how its text is read, checked, stored and written.
 * Private to engine/config; config.h is what others use.
 *
 *   integer  optional sign, digits                     5, +5, -1        bounds inclusive
 *   float    decimal, finite                           .5, 1, 2.5e-1    bounds inclusive
 *   boolean  true or false
 *   string   fewer than 256 bytes, and of its form where the key has one:
 *              MATCH_BATCH_TIME                 HH:MM of a 24-hour clock
 *              MATCH_ANCHOR_WEEKDAY             monday .. sunday
 *              MATCH_GENDER_RESPONSIVE_MODE     behavioral_segments or off
 *              MATCHMAKING_NAMESPACE            a UUID
 *              MATCH_INTENT_CONFLICTS           word:word, separated by commas; may be empty
 *
 * Blanks are refused everywhere: a value means the same to every reader of the table. */
#ifndef MATCHD_ENGINE_CONFIG_PARAM_H
#define MATCHD_ENGINE_CONFIG_PARAM_H

#include "engine/config/config.h"

enum {
#define PARAM(type, key, fallback, min, max, scope, doc) PARAM_SLOT_##key,
#include "engine/config/param.def"
#undef PARAM
    PARAM_COUNT
};

union param_value {
    int32_t integer;
    double number;
    bool flag;
    char text[PARAM_TEXT]; /* zero to its end, so that equal values have equal bytes */
};

/* The slot of a key, or -1. */
int param_slot(const char *key);
/* Reads and checks `text`; false leaves a reason, a constant. */
bool param_parse(int slot, const char *text, union param_value *out,
                 const char **reason) MUST_CHECK;
void param_store(int slot, const union param_value *value, struct params *params);
/* The default in code. */
void param_store_default(int slot, struct params *params);
/* The value of a float parameter. */
double param_number(int slot, const struct params *params);
/* "key=value\n" in canonical form (floats with 17 significant digits); returns its length. */
#define PARAM_LINE 320
size_t param_line(int slot, const struct params *params, char line[PARAM_LINE]);

#endif
