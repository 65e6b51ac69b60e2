#include "bench/faiss_index.h"

#include <cstdio>
#include <exception>
#include <omp.h>

#include <faiss/IndexFlat.h>

struct faiss_index {
    explicit faiss_index(uint32_t width) : flat(static_cast<faiss::Index::idx_t>(width)) {
    }
    faiss::IndexFlatIP flat;
};

namespace {

template <typename Work> bool guarded(char *error, Work work) {
    try {
        work();
        return true;
    } catch (const std::exception &exception) {
        std::snprintf(error, FAISS_ERROR_TEXT, "FAISS: %s", exception.what());
        return false;
    }
}

} // namespace

struct faiss_index *faiss_index_new(uint32_t width, char error[FAISS_ERROR_TEXT]) {
    struct faiss_index *index = nullptr;
    guarded(error, [&] { index = new struct faiss_index(width); });
    return index;
}

bool faiss_index_add(struct faiss_index *index, uint32_t count, const float *vectors,
                     char error[FAISS_ERROR_TEXT]) {
    return guarded(error, [&] { index->flat.add(count, vectors); });
}

bool faiss_index_search(const struct faiss_index *index, uint32_t queries, const float *vectors,
                        uint32_t k, float *scores, int64_t *rows, char error[FAISS_ERROR_TEXT]) {
    static_assert(sizeof(faiss::Index::idx_t) == sizeof(int64_t), "labels are 64 bits");
    omp_set_num_threads(1); // of this thread
    return guarded(error, [&] {
        index->flat.search(queries, vectors, k, scores,
                           reinterpret_cast<faiss::Index::idx_t *>(rows));
    });
}

void faiss_index_free(struct faiss_index *index) {
    delete index;
}
