/* The resolved business parameters of one person (or of nobody in particular: the global ones).
 *
 * Every parameter stands once, in param.def; the members of struct params bear the names of the
 * keys, so that a key of the configuration contract can be searched for in the code as it is
 * written there. */
#ifndef MATCHD_ENGINE_CONFIG_PARAMS_H
#define MATCHD_ENGINE_CONFIG_PARAMS_H

#include "engine/base/base.h"

#define PARAM_TEXT 256 /* bytes of a string value, with the NUL */

enum param_type { PARAM_INTEGER, PARAM_FLOAT, PARAM_BOOLEAN, PARAM_STRING };
enum param_scope { PARAM_GLOBAL, PARAM_USER };

struct params {
#define PARAM_MEMBER_INTEGER(key)                        int32_t key;
#define PARAM_MEMBER_FLOAT(key)                          double key;
#define PARAM_MEMBER_BOOLEAN(key)                        bool key;
#define PARAM_MEMBER_STRING(key)                         char key[PARAM_TEXT];
#define PARAM(type, key, fallback, min, max, scope, doc) PARAM_MEMBER_##type(key)
#include "engine/config/param.def"
#undef PARAM
};

#endif
