/* Memory that ends where the process may not read or write: a kernel that runs past an array's end
 * dies there and then. The page before is as closed. */
#ifndef MATCHD_TESTS_SUPPORT_GUARDED_H
#define MATCHD_TESTS_SUPPORT_GUARDED_H

#include "engine/base/base.h"

struct guarded;
struct guarded *guarded_new(void);
/* Releases all arrays at once. */
void guarded_free(struct guarded *memory);
/* Zero-filled; its last byte is the last of a page. Aligned to 64 bytes if `size` is a multiple
 * of 64. Size 0 points at closed memory. */
void *guarded_array(struct guarded *memory, size_t size);

#endif
