/* A viewer's losses and weights from the tables of answers, 64 codes of a group at a time. */
#include <immintrin.h>

#include "engine/kernel/isa.h"

/* All slots' weights, and what their even and odd codes are worth at most. */
struct worth {
    ALIGNED64 uint16_t weight[64 + 32]; /* from 32 on; nothing before */
    ALIGNED64 uint16_t most[64][2];
};

/* Of 32 slots from `first` on; weights before them are there. */
static void read_worth(const struct sift_layout *layout, uint32_t first, struct worth *out) {
    __m512i weight = _mm512_load_si512(out->weight + 32 + first);
    __m512i before = _mm512_loadu_si512(out->weight + 31 + first);
    __mmask32 answers = (__mmask32)(layout->answers >> first);
    __mmask32 attributes = (__mmask32)(layout->attributes >> first);
    __mmask32 both = _mm512_mask_test_epi16_mask(attributes, before, before);
    __m512i even = _mm512_mask_srli_epi16(weight, both, before, 1);
    __m512i odd = _mm512_mask_srli_epi16(even, answers, weight, 1);
    const __m512i low = _mm512_set_epi16(47, 15, 46, 14, 45, 13, 44, 12, 43, 11, 42, 10, 41, 9, 40,
                                         8, 39, 7, 38, 6, 37, 5, 36, 4, 35, 3, 34, 2, 33, 1, 32, 0);
    const __m512i high = _mm512_add_epi16(low, _mm512_set1_epi16(16));
    _mm512_store_si512(out->most[first], _mm512_permutex2var_epi16(even, low, odd));
    _mm512_store_si512(out->most[first + 16], _mm512_permutex2var_epi16(even, high, odd));
}

/* The weights of 32 slots as bytes taken up, two to a pair, twice. */
static void write_weights(const struct sift_layout *layout, uint32_t first,
                          const struct worth *worth, struct sift_row *out) {
    __m512i shift = _mm512_load_si512(layout->shift + first);
    __m512i weight = _mm512_load_si512(worth->weight + 32 + first);
    __m512i up =
        _mm512_sub_epi16(_mm512_sllv_epi16(_mm512_set1_epi16(1), shift), _mm512_set1_epi16(1));
    __m512i units = _mm512_srlv_epi16(_mm512_add_epi16(weight, up), shift);
    __m512i pairs = _mm512_cvtepu16_epi32(_mm512_cvtepi16_epi8(units));
    _mm512_store_si512(out->weight + first / 2,
                       _mm512_or_si512(pairs, _mm512_slli_epi32(pairs, 16)));
}

/* What 32 codes lose, two slots of sixteen. */
static inline __m512i losses_of(const uint8_t hi[32], const uint8_t lo[32], __m512i most) {
    __m512i high = _mm512_cvtepu8_epi16(_mm256_load_si256((const __m256i *)hi));
    __m512i low = _mm512_cvtepu8_epi16(_mm256_load_si256((const __m256i *)lo));
    return _mm512_subs_epu16(most, _mm512_add_epi16(_mm512_slli_epi16(high, 7), low));
}

enum { ANSWERED = 0x7fff7fff }; /* all codes but KERNEL_CODE_NONE, of two slots */

static void write_losses(const struct sift_layout *layout, const struct answer_row *tables,
                         uint32_t slot, const struct worth *worth, struct sift_row *out) {
    const uint8_t *hi = &tables->hi[slot / 4][slot % 4 * KERNEL_CODES];
    const uint8_t *lo = &tables->lo[slot / 4][slot % 4 * KERNEL_CODES];
    const __m512i halves = _mm512_set_epi32(1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0);
    __m512i two = _mm512_castsi128_si512(_mm_loadl_epi64((const __m128i *)worth->most[slot]));
    __m512i loss = losses_of(hi, lo, _mm512_permutexvar_epi32(halves, two));
    if (slot < 2u * layout->singles)
        loss = _mm512_mulhi_epu16(loss, _mm512_set1_epi16((short)layout->singles_scale));
    else
        loss = _mm512_srl_epi16(loss, _mm_cvtsi32_si128(layout->shift[slot]));
    _mm256_store_si256((__m256i *)&out->loss[slot / 4][slot % 4 * KERNEL_CODES],
                       _mm512_maskz_cvtepi16_epi8(ANSWERED, loss));
}

static void sift_row_avx512(const struct sift_layout *layout, const struct answer_row *tables,
                            struct sift_row *out) {
    struct worth worth;
    _mm512_store_si512(worth.weight, _mm512_setzero_si512());
    uint32_t slots = 2 * layout->pairs;
    for (uint32_t first = 0; first < slots; first += 32) {
        const uint8_t *hi = (const uint8_t *)tables->weight_hi + first;
        const uint8_t *lo = (const uint8_t *)tables->weight_lo + first;
        __m512i high = _mm512_cvtepu8_epi16(_mm256_loadu_si256((const __m256i *)hi));
        __m512i low = _mm512_cvtepu8_epi16(_mm256_loadu_si256((const __m256i *)lo));
        _mm512_store_si512(worth.weight + 32 + first,
                           _mm512_add_epi16(_mm512_slli_epi16(high, 7), low));
        read_worth(layout, first, &worth);
        write_weights(layout, first, &worth, out);
    }
    for (uint32_t slot = 0; slot < slots; slot += 2)
        write_losses(layout, tables, slot, &worth, out);
}

void kernels_sift_row_avx512(struct kernels *table) {
    table->sift_row = sift_row_avx512;
}
