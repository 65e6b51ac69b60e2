/* What every file may rely on: assertions, attributes, and the sizes that the whole house shares.
 *
 * Two kinds of wrong are kept apart. An operating error (a bad row, a lost server) returns false
 * with a struct err. A broken invariant is a bug: ASSERT stops the process, in release builds too.
 */
#ifndef MATCHD_ENGINE_BASE_BASE_H
#define MATCHD_ENGINE_BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_LEN(a)             (sizeof(a) / sizeof((a)[0]))
#define MUST_CHECK               __attribute__((warn_unused_result))
#define PRINTF_LIKE(text, first) __attribute__((format(printf, text, first)))
#define NO_RETURN                __attribute__((noreturn))

/* A cache line, an AVX-512 register, and the alignment of every numeric array. */
#define CACHE_LINE 64
#define ALIGNED64  __attribute__((aligned(64)))

/* People in a chunk of the column store. */
#define CHUNK_ROWS 4096u
/* Candidates in a tile: one bit each in a 64-bit mask, one byte each in a cache line. */
#define TILE_LANES 64u
/* "No such row". */
#define ROW_NONE UINT32_MAX

_Static_assert(CHUNK_ROWS % TILE_LANES == 0, "a chunk holds whole tiles");

NO_RETURN void assert_failed(const char *condition, const char *file, int line);

#define ASSERT(condition) ((condition) ? (void)0 : assert_failed(#condition, __FILE__, __LINE__))

#endif
