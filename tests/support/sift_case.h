/* One layout of the rough bound (kernel/sift.h), the rows of a tile and a tile, drawn within what
 * the bound allows: losses are at most weights, shares are those of a whole, no sum passes 16 bits.
 */
#ifndef MATCHD_TESTS_SUPPORT_SIFT_CASE_H
#define MATCHD_TESTS_SUPPORT_SIFT_CASE_H

#include "tests/support/kernel_case.h"

struct sift_case {
    struct guarded *memory;
    struct sift_layout *layout;
    struct sift_row *rows; /* by number; those that are not asked for are noise */
    uint8_t *tile;
    struct sift_planes planes;
    float *row_reach, *lane_reach, *row_bonus, *lane_bonus, *row_limit, *lane_limit;
    struct duel *duel;
    uint64_t asked, ways[TILE_LANES][2];
    double fit, half_side;
    double share[KERNEL_CONSTRUCTS]; /* W_c / sum(W) */
    uint32_t facets, room;           /* strained slots, and the units of each */
    uint32_t single_most[4];
    uint64_t directional; /* slots whose next one holds the attribute */
};

void sift_case_init(struct sift_case *s, struct draws *draws);
void sift_case_release(struct sift_case *s);
/* At most `most`, and that in one of five. */
uint32_t draw_up_to(struct draws *draws, uint32_t most);
/* Units of 1. */
double sift_case_scale(const struct sift_case *s);

#endif
