/* Text in UTF-8. */
#ifndef MATCHD_ENGINE_BASE_TEXT_H
#define MATCHD_ENGINE_BASE_TEXT_H

#include "engine/base/base.h"

/* Nothing but white space, Unicode's and the ASCII separators 1C to 1F, or nothing at all. Bytes
 * that are no UTF-8 are not blank. `text` need not end in NUL; NULL is fine with length 0. */
bool text_is_blank(const char *text, size_t length);

#endif
