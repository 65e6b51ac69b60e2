/* Configuration in four levels (the configuration contract), resolved per person.
 *
 *   the person's override > their segments by priority > system_config > the default in param.def
 *
 * Built once per load from rows of text; immutable afterwards. Most people share the same values,
 * so resolved sets are interned: a person carries the number of a *variant*, variant 0 being the
 * global set.
 *
 *     struct config_builder *b = config_builder_new(warn, ctx);
 *     config_builder_system(b, "MATCH_RERANK_POOL", "64"); // every row of system_config
 *     config_builder_finish_system(b);                     // weight groups are judged here
 *     config_builder_segment(b, "beta_testers", "MATCHES_PER_DAY_DEFAULT", "5", 10);
 *     uint32_t v = config_builder_variant(b, &person);     // their segments and overrides
 *     struct config *config = config_builder_finish(b);    // b is gone
 *
 * A value that does not parse as its type or lies outside its bounds is ignored in favour of the
 * next level, with one warning; a weight group that does not sum to 1 within 1e-6 (or evidence
 * weights that are all 0) falls back to its defaults as a whole, with one warning. A refused member
 * counts as its default before its group is judged. Overrides of global keys and unknown keys are
 * ignored, with a warning. The forms of values are in param.h. */
#ifndef MATCHD_ENGINE_CONFIG_CONFIG_H
#define MATCHD_ENGINE_CONFIG_CONFIG_H

#include "engine/base/base.h"
#include "engine/config/params.h"

enum config_level { CONFIG_DEFAULT, CONFIG_SYSTEM, CONFIG_SEGMENT, CONFIG_USER };

struct config;
struct config_builder;

/* One ignored value: the level it stood on, whose it was ("" for system_config), key, value and
 * reason. */
struct config_warning {
    enum config_level level;
    const char *owner, *key, *value, *reason;
    bool unknown_key; /* `key` is what the row says, and may be any text */
};
typedef void config_warn(void *ctx, const struct config_warning *warning);

/* What of a person decides their variant. Arrays belong to the caller. */
struct config_person {
    const char *owner;           /* the person's id as text, for warnings */
    const char *const *segments; /* keys of the segments they are in, any order */
    size_t segment_count;
    const char *const *keys; /* their own overrides */
    const char *const *values;
    size_t override_count;
};

struct config_builder *config_builder_new(config_warn *warn, void *ctx);
void config_builder_system(struct config_builder *b, const char *key, const char *value);
void config_builder_finish_system(struct config_builder *b);
void config_builder_segment(struct config_builder *b, const char *segment, const char *key,
                            const char *value, int32_t priority);
uint32_t config_builder_variant(struct config_builder *b, const struct config_person *person);
struct config *config_builder_finish(struct config_builder *b);

/* A configuration of nothing but defaults, for tests and in-memory runs. */
struct config *config_new_default(void);
void config_free(struct config *config);

const struct params *config_global(const struct config *config);
const struct params *config_params(const struct config *config, uint32_t variant);
uint32_t config_variant_count(const struct config *config);

/* What runs and offers carry of a configuration. A set's text is its lines "key=value\n" in the
 * order of param.def, floats with 17 significant digits; its digest the XXH3-128 of that text,
 * canonical (big-endian), in lower-case hex. The digest of the whole is the XXH3-128 of the lines
 * "<digest>\n": the global set's, then those of all other variants in ascending order, so that the
 * order in which people were read plays no part. */
#define CONFIG_DIGEST_TEXT 33
void config_digest(const struct config *config, char text[CONFIG_DIGEST_TEXT]);

/* Parameters as a table, for `matchctl` and for tests. Returns NULL past the last. */
struct param_info {
    const char *key, *fallback, *doc;
    enum param_type type;
    enum param_scope scope;
    double min, max; /* numbers only */
};
const struct param_info *param_info_at(size_t index);
/* The value of a key as text (floats shortest that parse back); false if there is no such key. */
bool params_text(const struct params *params, const char *key, char text[PARAM_TEXT]) MUST_CHECK;

#endif
