/* FAISS IndexFlatIP as C sees it. Optional at build: without the library every call says so.
 * Searches run in the calling thread alone. */
#ifndef MATCHD_BENCH_FAISS_INDEX_H
#define MATCHD_BENCH_FAISS_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { FAISS_ERROR_TEXT = 256 };

struct faiss_index;
/* NULL, with a text, if FAISS throws. */
struct faiss_index *faiss_index_new(uint32_t width, char error[FAISS_ERROR_TEXT]);
bool faiss_index_add(struct faiss_index *index, uint32_t count, const float *vectors,
                     char error[FAISS_ERROR_TEXT]);
/* The k best of each query, best first; rows of the order of adding, -1 where there are fewer. */
bool faiss_index_search(const struct faiss_index *index, uint32_t queries, const float *vectors,
                        uint32_t k, float *scores, int64_t *rows, char error[FAISS_ERROR_TEXT]);
void faiss_index_free(struct faiss_index *index);

#ifdef __cplusplus
}
#endif
#endif
