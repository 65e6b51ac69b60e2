/* The questionnaire against 64 candidates, sixteen lanes at a time.
 *
 *   codes  |c00 c01 c02 c03|c10 c11 c12 c13|...   a dword a lane, a byte a slot: slot * 16 + code
 *   table  |slot 0: 16 values|slot 1|slot 2|slot 3|   a register: the viewer's value of each code
 *
 * vpermb looks four slots of sixteen lanes up in one instruction; vpdpbusd multiplies each byte by
 * the candidate's freshness and adds the four of a lane. A value has 15 bits, so it takes two
 * tables (128 hi + lo); the sums are exact integers. Weights need no look-up: a broadcast dword
 * against the same freshness bytes.
 *
 * screen_avx512.c turns the sums into bounds. */
#include "engine/kernel/isa.h"
#include "engine/kernel/sums_avx512.h"

static void answers_avx512(const struct answer_layout *layout, const struct answer_row *row,
                           const struct answer_tile *tile, struct answer_sums *out) {
    for (uint32_t lane = 0; lane < TILE_LANES; lane += 16) {
        struct answers16 lanes = answers_at(tile, lane);
        for (uint32_t c = 0; c <= layout->constructs; c++) {
            bool singles = c == layout->constructs;
            size_t first = singles ? 0 : layout->group_first[c];
            size_t count = singles ? layout->has_singles : layout->group_count[c];
            struct ratio sums = sum_groups(row, &lanes, first, count);
            uint32_t at = singles ? KERNEL_CONSTRUCTS : c;
            _mm512_storeu_si512(out->value[at] + lane, sums.value_i32x16);
            _mm512_storeu_si512(out->weight[at] + lane, sums.weight_i32x16);
            if (singles || !layout->has_strain[c])
                continue;
            sums = sum_strain(row, &lanes, first, count);
            _mm512_storeu_si512(out->strain + lane, sums.value_i32x16);
            _mm512_storeu_si512(out->strain_count + lane, sums.weight_i32x16);
        }
        for (uint32_t class = 0; class < 3; class ++) {
            uint32_t own[KERNEL_WORDS_MAX];
            for (uint32_t w = 0; w < layout->words; w++)
                own[w] = row->answered[w] & layout->class_mask[class][w];
            _mm512_storeu_si512(out->answered[class] + lane,
                                count_answered(&lanes, layout->words, own));
        }
    }
}

void kernels_answers_avx512(struct kernels *table) {
    table->answers = answers_avx512;
}
